//! Applying: the executor works, the journal keeps, the store commits.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use wb_core::addr::ProviderInstance;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::Catalog;
use wb_exec::{Clients, Event, JournalFailed, JournalSink, Outcome, Work, World};
use wb_lang::host::Host;
use wb_lang::stack::{Given, Stack};
use wb_plan::Plan;
use wb_sdk::Providers;
use wb_state::State;
use wb_state::journal::Record;
use wb_store::{CommitInfo, Committed, Content, Loaded, RunLog};

use super::Interrupt;
use super::plan::{no_runtime, work_dir};
use crate::Ambience;
use crate::language::Language;
use crate::state::OpenState;

/// A plan to be carried out, with the lock held.
#[derive(Debug)]
pub struct ApplyRequest<'a> {
    pub plan: &'a Plan,
    pub stack: &'a Stack,
    pub given: &'a Given,
    /// In the phase of applying.
    pub host: &'a dyn Host,
    pub catalog: &'a Catalog,
    pub providers: &'a Providers,
    pub clients: Clients,
    pub state: &'a mut OpenState,
    /// What the plan was made on.
    pub loaded: &'a Loaded,
    pub info: &'a CommitInfo,
    pub ambience: Ambience,
    pub parallelism: usize,
    pub interrupt: Option<Interrupt>,
}

/// What came of it.
#[derive(Debug)]
pub struct Applied {
    pub outcome: Outcome,
    pub diags: Diagnostics,
    /// Nothing where it could not be committed: the journal has it all.
    pub committed: Option<Committed>,
    /// The state as it is now, whatever became of the commit.
    pub state: State,
}

/// Sees a plan carried out.
pub trait Watch {
    fn event(&mut self, event: &Event);

    /// Nothing is to be seen until something outside comes to an end: what was kept back is to be shown now.
    fn idle(&mut self);

    /// A while has passed: it may be time to say that something still goes on.
    fn tick(&mut self);
}

/// How often [`Watch::tick`] is called.
const TICK: Duration = Duration::from_secs(1);

/// Carries out a plan.
///
/// # Errors
/// Where it cannot begin: nothing was done.
pub fn apply(request: ApplyRequest<'_>, watch: &mut dyn Watch) -> Result<Applied, Box<Diagnostic>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Box::new(no_runtime(&error)))?;
    let ApplyRequest { plan, loaded, info, .. } = request;
    request.state.settle(&loaded.snapshot.lineage)?;
    let mut journal = Journal(request.state.begin(loaded, info)?);
    let mut state = loaded.snapshot.state.clone();
    let mut language =
        Language::new(request.stack, request.given, request.host, request.catalog, plan);
    let work_dir: Arc<Path> = work_dir().into();
    let per_provider = |_: &ProviderInstance| request.parallelism.max(1);
    let run = journal.0.run();
    // Both the executor and the clock tell it, on one thread, never at once.
    let watch = RefCell::new(watch);
    let mut events = |event: Event| watch.borrow_mut().event(&event);
    let work = Work {
        plan,
        state: &mut state,
        providers: request.providers,
        clients: request.clients,
        language: &mut language,
        journal: &mut journal,
        events: &mut events,
        world: World {
            ambient: Arc::new(request.ambience),
            fence: request.state.fence(),
            stop: request.interrupt.as_ref().map(Interrupt::receiver),
            work_dir,
        },
        run,
        parallelism: request.parallelism.max(1),
        per_provider: &per_provider,
    };
    let mut outcome = runtime.block_on(async {
        let mut work = std::pin::pin!(wb_exec::run(work));
        let mut work = std::future::poll_fn(|context| {
            let polled = work.as_mut().poll(context);
            if polled.is_pending() {
                watch.borrow_mut().idle();
            }
            polled
        });
        loop {
            tokio::select! {
                outcome = &mut work => break outcome,
                () = tokio::time::sleep(TICK) => watch.borrow_mut().tick(),
            }
        }
    });
    // What hangs in a provider's own thread must not keep the state from being saved.
    runtime.shutdown_background();
    drop(journal);
    let mut diags = std::mem::take(&mut outcome.diags);
    let committed = match request.state.commit(Content::Runs { own: Some(run) }, info) {
        Ok(committed) => Some(committed),
        Err(problem) => {
            diags.push(unsaved(*problem, outcome.durable));
            None
        }
    };
    Ok(Applied { outcome, diags, committed, state })
}

fn unsaved(mut problem: Diagnostic, durable: bool) -> Diagnostic {
    if durable {
        problem.help.push(
            "Nothing is lost: the run's journal has everything that was done, and the next command puts it into the state.".to_owned(),
        );
    }
    problem
}

/// A store's journal, as the executor sees it.
#[derive(Debug)]
struct Journal(Box<dyn RunLog>);

impl JournalSink for Journal {
    fn append(&mut self, record: &Record) {
        self.0.append(record);
    }

    fn flush(&mut self, reserve: usize) -> Result<(), JournalFailed> {
        self.0.flush(reserve).map_err(|error| JournalFailed { why: format!("{error}.") })
    }
}
