//! What `plan`, `apply`, `destroy` and `refresh` have in common.

mod apply;
mod flags;
mod generate;
mod saved;
mod settle;
mod ui;

use std::sync::Arc;

use wb_core::diag::Diagnostics;
use wb_core::provider::Catalog;
use wb_core::source::FileId;
use wb_engine::load::Loading;
use wb_engine::session::{Interrupt, PlanRequest, Planned, interrupts};
use wb_engine::state::OpenState;
use wb_engine::{Ambience, Machine};
use wb_exec::{Clients, Stop as Wish};
use wb_lang::host::{Host as _, Phase};
use wb_lang::stack::Stack;
use wb_lang::validate::validate;
use wb_plan::{Base, Mode, Plan, Selection};
use wb_planner::Input;
use wb_sdk::Providers;
use wb_store::Loaded;

use crate::args::Matches;
use crate::output::Output;
use crate::providers;
use crate::session::{Problems, Session, Stop};
use crate::stack::Values;

pub(crate) use apply::Approval;
pub(crate) use flags::{
    COMPACT_WARNINGS, DESTROY, EXCLUDE, NO_ROUNDS, PARALLELISM, REFRESH, REFRESH_ONLY, REPLACE,
    TARGET, mode, selection,
};
pub(crate) use generate::{GENERATE, write as write_generated};
pub(crate) use saved::{parse_plan, prior_state, read_plan, saved_stack};
pub(crate) use ui::Ui;

/// A stack that is loaded and checked, with its state.
pub(crate) struct Run<'s> {
    pub(crate) session: &'s mut Session,
    pub(crate) matches: &'s Matches,
    pub(crate) ui: Ui,
    pub(crate) machine: Machine,
    pub(crate) loading: Loading,
    pub(crate) stack: Stack,
    pub(crate) providers: Providers,
    pub(crate) catalog: Catalog,
    pub(crate) state: OpenState,
    pub(crate) ambience: Ambience,
    pub(crate) mode: Mode,
    pub(crate) selection: Selection,
    pub(crate) refresh: bool,
    pub(crate) interrupt: Interrupt,
    /// Blocks whose arguments planning writes.
    pub(crate) generated: Option<FileId>,
}

/// What a plan is to be about.
struct Asked {
    mode: Mode,
    selection: Selection,
    refresh: bool,
    /// The file that has blocks which are to be filled.
    generated: Option<FileId>,
}

/// A plan that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) plan: Plan,
    /// Warnings, or everything where the plan has an error.
    pub(crate) diags: Diagnostics,
    pub(crate) clients: Clients,
}

impl<'s> Run<'s> {
    /// Loads and checks the stack, and finds its state.
    ///
    /// # Errors
    /// Where something is wrong with it.
    pub(crate) fn new(
        session: &'s mut Session,
        matches: &'s Matches,
        default: Mode,
    ) -> Result<Self, Stop> {
        Self::with_extra(session, matches, default, None)
    }

    /// The same, with more configuration in the root module than its files have.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub(crate) fn with_extra(
        session: &'s mut Session,
        matches: &'s Matches,
        default: Mode,
        extra: Option<&str>,
    ) -> Result<Self, Stop> {
        let (mode, selection) = (mode(matches, default)?, selection(matches)?);
        let ambience = session.ambience()?;
        let ui = Ui::new(matches, session.output, ambience.clone());
        ui.version();
        let machine = session.machine(Phase::Plan)?.planned_at(ambience.now());
        let (_, catalog) = providers::all();
        let blocks = generate::blocks(session, matches, &machine)?;
        let extra = extra.or(blocks.as_deref());
        let mut loading = session.load_extended(matches, &machine, Values::Asked, extra);
        let stack = loading.stack.take().filter(|_| !loading.diags.has_errors());
        let Some(stack) = stack else { return Err(taken(&mut loading)) };
        if loading.is_empty && mode != Mode::Destroy {
            return Err(crate::commands::no_configuration().into());
        }
        let generated = blocks.is_some().then(|| generate::file(&loading)).flatten();
        let mut found = validate(&stack, &catalog, &machine);
        found.retain(|problem| !generate::is_to_be_filled(problem, generated));
        // What was found when loading comes first.
        std::mem::swap(&mut loading.diags, &mut found);
        loading.diags.append(found);
        if loading.diags.has_errors() {
            return Err(taken(&mut loading));
        }
        loading.stack = Some(stack);
        let workspace = session.workspace();
        let asked = Asked { mode, selection, refresh: matches.unless_off("refresh"), generated };
        Self::over((session, matches, ui), (machine, loading), matches, workspace, asked)
    }

    /// A run over a stack that is loaded and checked. `of_state` are the flags that say where its state is.
    ///
    /// # Errors
    /// Where the state cannot be found.
    fn over(
        (session, matches, ui): (&'s mut Session, &'s Matches, Ui),
        (machine, mut loading): (Machine, Loading),
        of_state: &Matches,
        workspace: String,
        asked: Asked,
    ) -> Result<Self, Stop> {
        let (state, notes) = session.open(of_state, &mut loading, &machine, workspace)?;
        loading.diags.append(notes);
        let Some(stack) = loading.stack.take() else { return Err(taken(&mut loading)) };
        let (providers, catalog) = providers::all();
        let ambience = session.ambience()?;
        let output = session.output;
        let interrupt = interrupts(move |wish| tell(output, wish));
        let Asked { mode, selection, refresh, generated } = asked;
        Ok(Self {
            session,
            matches,
            ui,
            machine,
            loading,
            stack,
            providers,
            catalog,
            state,
            ambience,
            mode,
            selection,
            refresh,
            interrupt,
            generated,
        })
    }

    /// Makes a plan.
    ///
    /// # Errors
    /// Where the user interrupted.
    pub(crate) fn plan(&mut self, loaded: &Loaded) -> Result<Made, Stop> {
        self.make(loaded, true)
    }

    /// Makes a plan; its progress is shown where that is wanted.
    fn make(&mut self, loaded: &Loaded, shown: bool) -> Result<Made, Stop> {
        let now = self.machine.plan_time().unwrap_or_default();
        let input = Input {
            stack: &self.stack,
            given: &self.loading.given,
            host: &self.machine,
            catalog: &self.catalog,
            state: &loaded.snapshot.state,
            base: Base {
                lineage: lineage(loaded),
                serial: loaded.base.0,
                // Where no run was folded in, the state is still the one that was read.
                digest: match loaded.runs.is_empty() {
                    true => loaded.base.1,
                    false => loaded.snapshot.state.digest(),
                },
            },
            workspace: self.state.workspace.as_str().into(),
            mode: self.mode,
            refresh: self.refresh,
            selection: self.selection.clone(),
            rounds: !self.matches.switch("no-rounds"),
            generate: self.generated,
            now,
        };
        let request = PlanRequest {
            input,
            providers: &self.providers,
            ambience: self.ambience.clone(),
            parallelism: self.parallelism(),
            interrupt: Some(self.interrupt.clone()),
        };
        let ui = &mut self.ui;
        let Planned { plan, diags, clients } = wb_engine::session::plan(request, &mut |seen| {
            if shown {
                ui.seen(&seen);
            }
        });
        let mut all = std::mem::take(&mut self.loading.diags);
        all.append(diags);
        match plan {
            Some(mut plan) => {
                plan.errored |= all.has_errors();
                Ok(Made { plan, diags: all, clients })
            }
            None => {
                let sources = std::mem::take(&mut self.loading.sources);
                Err(Problems { diags: all, sources }.into())
            }
        }
    }

    /// Shows a plan, with what is to be said about it.
    pub(crate) fn show_plan(&mut self, made: &Made) {
        self.ui.plan(&made.plan, &self.catalog, &self.loading.sources);
        self.show(&made.diags);
    }

    /// Shows problems.
    pub(crate) fn show(&mut self, diags: &Diagnostics) {
        let compact = self.matches.switch("compact-warnings");
        self.ui.diagnostics(diags, &self.loading.sources, compact);
    }

    pub(crate) fn parallelism(&self) -> usize {
        self.matches.number("parallelism").filter(|n| *n > 0).unwrap_or(10)
    }
}

/// Tells the user that an interrupt was heard.
fn tell(mut output: Output, wish: Wish) {
    output.say(match wish {
        Wish::No => "",
        Wish::Soon => "\nInterrupt received. Please wait for wb to end, or data loss may occur.\nGracefully shutting down...\n",
        Wish::Now => "\nTwo interrupts received. What is in flight is given up; its outcome is not known, and the next run finds it out.\n",
    });
}

/// The lineage of a state that there is.
fn lineage(loaded: &Loaded) -> Arc<str> {
    // That of a state which was never written is drawn anew by every command.
    let exists = loaded.verdict.is_some() || !loaded.runs.is_empty();
    if exists { Arc::clone(&loaded.snapshot.lineage) } else { "".into() }
}

fn taken(loading: &mut Loading) -> Stop {
    let diags = std::mem::take(&mut loading.diags);
    Problems { diags, sources: std::mem::take(&mut loading.sources) }.into()
}
