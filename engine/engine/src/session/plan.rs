//! Planning: a planner asks, providers answer.

use std::path::Path;
use std::sync::Arc;

use wb_core::addr::AbsInstance;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_exec::{Clients, Event, ShownId};
use wb_plan::Plan;
use wb_planner::{Finished, Input, Planner};
use wb_sdk::Providers;

use super::Interrupt;
use super::outside::Outside;
use crate::{Ambience, files};

/// What a plan is made from, and with whom.
#[derive(Debug)]
pub struct PlanRequest<'a> {
    pub input: Input<'a>,
    pub providers: &'a Providers,
    pub ambience: Ambience,
    /// How many questions are asked at once.
    pub parallelism: usize,
    pub interrupt: Option<Interrupt>,
}

/// A plan, and what it takes to carry it out.
#[derive(Debug)]
pub struct Planned {
    /// Nothing where the user interrupted.
    pub plan: Option<Plan>,
    pub diags: Diagnostics,
    /// The providers that are configured by now.
    pub clients: Clients,
}

/// What is seen while a plan is made.
#[derive(Clone, PartialEq, Debug)]
pub enum Seen {
    RefreshStarted { address: AbsInstance, id: Option<ShownId> },
    RefreshDone { address: AbsInstance, id: Option<ShownId> },
    Event(Event),
}

/// Makes a plan.
pub fn plan(request: PlanRequest<'_>, seen: &mut dyn FnMut(Seen)) -> Planned {
    let work_dir: Arc<Path> = work_dir().into();
    let mut planner = Planner::new(request.input);
    let mut outside = Outside::new(
        request.providers,
        Arc::new(request.ambience),
        work_dir,
        request.parallelism,
        request.interrupt,
    );
    let mut diags = Diagnostics::new();
    loop {
        let questions = planner.turn();
        if questions.is_empty() && !planner.is_waiting() {
            break;
        }
        outside.ask(questions);
        match outside.answers(seen) {
            Ok(answers) if answers.is_empty() => {
                diags.push(interrupted());
                diags.append(outside.close());
                return Planned { plan: None, diags, clients: outside.clients };
            }
            Ok(answers) => answers.into_iter().for_each(|(id, answer)| planner.answer(id, answer)),
            Err(error) => {
                diags.push(no_runtime(&error));
                return Planned { plan: None, diags, clients: outside.clients };
            }
        }
    }
    let Finished { plan, diags: found } = planner.finish();
    diags.append(found);
    diags.append(outside.close());
    Planned { plan: Some(plan), diags, clients: outside.clients }
}

/// What relative paths start from.
pub(super) fn work_dir() -> std::path::PathBuf {
    std::env::current_dir().unwrap_or_else(|_| ".".into())
}

fn interrupted() -> Diagnostic {
    Diagnostic::error("Interrupted", "Planning was interrupted. Nothing was changed.")
}

pub(super) fn no_runtime(error: &std::io::Error) -> Diagnostic {
    let detail =
        format!("The system gives no means to wait for providers: {}.", files::words(error));
    Diagnostic::error("Cannot reach providers", detail)
}
