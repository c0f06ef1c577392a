//! Carrying out plans, round by round.

use std::path::PathBuf;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_engine::Machine;
use wb_engine::session::{Applied, ApplyRequest};
use wb_exec::Done;
use wb_lang::host::{Host as _, Phase};
use wb_plan::{Action, Counts, Deferred, Mode, Plan};
use wb_store::{CommitInfo, Loaded, Place};

use super::{Made, Run};
use crate::json::ui::Operation;
use crate::prompt::Prompt;
use crate::session::{Outcome, Problems, Status, Stop};

/// Who approves a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Approval {
    /// It was given beforehand.
    Given,
    /// A person is asked.
    Asked,
    /// Nobody can be asked.
    Impossible,
}

/// Rounds end by themselves, since each makes what the next one waits for. This is for a bug that they do not.
const MOST_ROUNDS: usize = 100;

impl Run<'_> {
    pub(crate) fn lock(&mut self, operation: &str) -> Result<(), Stop> {
        self.state.lock(operation).map_err(|problem| (*problem).into())
    }

    /// Goes on with another state file, as `-state-out` says, which begins as a copy of the present state. The lock is held,
    /// and then that of the other file.
    pub(crate) fn redirect(&mut self) -> Result<(), Stop> {
        let Some(out) = self.matches.text("state-out") else { return Ok(()) };
        if self.state.place() == Some(&Place::File(PathBuf::from(out))) {
            return Ok(());
        }
        let present = self.load()?.snapshot;
        let matches = self.matches.with("state", out);
        let encryption = self.state.encryption().clone();
        let mut target = self.session.other_state(&matches, encryption)?;
        target.lock("OperationTypeApply").map_err(|problem| Stop::from(*problem))?;
        let info = target.info("state-out");
        let lineage = Some(present.lineage);
        target
            .replace(present.state, lineage, present.serial, true, &info)
            .map_err(|problem| Stop::from(*problem))?;
        self.unlock()?;
        self.state = target;
        Ok(())
    }

    pub(crate) fn unlock(&mut self) -> Result<(), Stop> {
        self.state.unlock().map_err(|problem| (*problem).into())
    }

    /// Plans, asks and applies, until nothing is left for a further round. The first round's plan may be a saved one, which
    /// its user has seen. The lock is held.
    pub(crate) fn apply(&mut self, approval: Approval, mut saved: Option<Plan>) -> Outcome {
        let mut total = Counts::default();
        let mut left: Vec<Deferred> = Vec::new();
        let mut loaded = self.load()?;
        for round in 0..MOST_ROUNDS {
            let is_saved = saved.is_some();
            let made = match saved.take() {
                Some(plan) => self.take_up(plan, &mut loaded)?,
                None => self.plan_settled(&mut loaded, true)?,
            };
            if made.plan.errored {
                self.show_plan(&made);
                return Ok(Status::ERROR);
            }
            let needs_approval =
                made.plan.is_applyable() && (round == 0 || !was_approved(&made.plan, &left));
            if !is_saved && !self.approve(&made, approval, needs_approval, round)? {
                return Ok(Status::ERROR);
            }
            let deferred = made.plan.deferred.clone();
            let Some(applied) = self.carry_out(made, &loaded)? else {
                self.done(&total, &loaded.snapshot.state);
                return Ok(Status::SUCCESS);
            };
            add(&mut total, applied.outcome.done);
            self.show(&applied.diags);
            let failed = applied.diags.has_errors() || !applied.outcome.complete;
            if failed || applied.committed.is_none() {
                return Ok(Status::ERROR);
            }
            if deferred.is_empty() {
                self.done(&total, &applied.state);
                // The process ends now, and that is the quickest way to free them.
                std::mem::forget((applied, loaded));
                return Ok(Status::SUCCESS);
            }
            left = deferred;
            loaded = self.load()?;
        }
        let detail =
            "Every round leaves something to a further one. What was made is in the state.";
        Err(Diagnostic::error("Too many rounds", detail).into())
    }

    fn load(&mut self) -> Result<Loaded, Stop> {
        let loaded = self.state.load().map_err(|problem| Stop::from(*problem))?;
        Ok(loaded)
    }

    /// Shows the plan, and asks. False where it was not approved.
    fn approve(
        &mut self,
        made: &Made,
        approval: Approval,
        needed: bool,
        round: usize,
    ) -> Result<bool, Stop> {
        // A round that does no more than was approved is seen by what it does.
        if round == 0 || needed {
            self.show_plan(made);
        }
        match (needed, approval) {
            (false, _) | (_, Approval::Given) => Ok(true),
            (true, Approval::Asked) => {
                let question = question(self.mode);
                let mut output = self.session.output;
                let answer = Prompt { output: &mut output }.line(question);
                output.print("\n");
                match answer {
                    Some(answer) if answer == "yes" => Ok(true),
                    Some(_) => {
                        output.print(&format!("{} cancelled.\n", word(self.mode)));
                        Ok(false)
                    }
                    None => Err(no_answer("the input ended")),
                }
            }
            (true, Approval::Impossible) if round > 0 => Err(more_than_approved()),
            (true, Approval::Impossible) => Err(no_answer("asking is turned off")),
        }
    }

    /// Carries out a plan. Nothing where there is nothing to be carried out.
    fn carry_out(&mut self, made: Made, loaded: &Loaded) -> Result<Option<Applied>, Stop> {
        let plan = &made.plan;
        let checks = || plan.checks.iter().cloned().map(wb_exec::check_result);
        let is_told = || checks().eq(loaded.snapshot.state.checks.iter().cloned());
        let is_quiet = !plan.is_applyable() && plan.edits.is_empty() && loaded.runs.is_empty();
        if is_quiet && is_told() && loaded.change.is_none() {
            return Ok(None);
        }
        let machine = Machine::new(Phase::Apply, &*self.state.workspace, self.ambience.clone())
            .started_in(self.session.started_in())
            .planned_at(self.machine.plan_time().unwrap_or_default());
        for (path, content) in self.machine.reads() {
            machine.recall(path, content);
        }
        let info: CommitInfo = self.state.info(word(self.mode).to_lowercase());
        let parallelism = self.parallelism();
        let request = ApplyRequest {
            plan,
            stack: &self.stack,
            given: &self.loading.given,
            host: &machine,
            catalog: &self.catalog,
            providers: &self.providers,
            clients: made.clients,
            state: &mut self.state,
            loaded,
            info: &info,
            ambience: self.ambience.clone(),
            parallelism,
            interrupt: Some(self.interrupt.clone()),
        };
        self.ui.begin(plan.steps.steps.len());
        let applied = wb_engine::session::apply(request, &mut self.ui);
        self.ui.end();
        // As above: rounds are few.
        std::mem::forget(made.plan);
        applied.map(Some).map_err(|problem| {
            let sources = std::mem::take(&mut self.loading.sources);
            Problems { diags: Diagnostics::from(*problem), sources }.into()
        })
    }

    fn done(&mut self, total: &Counts, state: &wb_state::State) {
        let operation = match self.mode {
            Mode::Destroy => Operation::Destroy,
            Mode::Normal | Mode::RefreshOnly => Operation::Apply,
        };
        self.ui.done(total, operation);
        if operation != Operation::Destroy {
            self.ui.outputs(state);
        }
    }
}

/// Whether a further round does nothing but what was approved with the round before: it makes and reads what that one left.
fn was_approved(plan: &Plan, left: &[Deferred]) -> bool {
    plan.changes.iter().filter(|change| !change.is_quiet()).all(|change| {
        let instance = change.instance();
        matches!(change.action, Action::Create | Action::Read)
            && left.iter().any(|deferred| {
                let block = instance.resource.config();
                deferred.resource == block && deferred.module.targets(instance.module())
            })
    })
}

fn add(total: &mut Counts, done: Done) {
    total.import += done.imported;
    total.add += done.added;
    total.change += done.changed;
    total.destroy += done.destroyed;
    total.forget += done.forgotten;
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Normal => "Apply",
        Mode::Destroy => "Destroy",
        Mode::RefreshOnly => "Refresh",
    }
}

fn question(mode: Mode) -> &'static str {
    match mode {
        Mode::Normal => {
            "\nDo you want to perform these actions?\n  wb will perform the actions described above.\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: "
        }
        Mode::Destroy => {
            "\nDo you really want to destroy all resources?\n  wb will destroy all your managed infrastructure, as shown above.\n  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: "
        }
        Mode::RefreshOnly => {
            "\nWould you like to update the state to reflect these detected changes?\n  wb will write these changes to the state without modifying any real infrastructure.\n  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: "
        }
    }
}

fn no_answer(why: &str) -> Stop {
    Diagnostic::error(
        "Error asking for approval",
        format!("The plan must be approved, and {why}. Nothing was done."),
    )
    .help("Approve it beforehand with -auto-approve.")
    .into()
}

fn more_than_approved() -> Stop {
    Diagnostic::error(
        "A further round needs approval",
        "What could not be planned before would now change or destroy something that was not approved. Nothing of it was begun; what the rounds before have made is in the state.",
    )
    .help("Run \"wb apply\" again, and look at its plan.")
    .into()
}
