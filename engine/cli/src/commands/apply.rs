//! `wb apply`, `wb destroy` and `wb refresh`: the stack as it is written, nothing of it, or the state as things are.

use wb_core::diag::Diagnostic;
use wb_core::source::SourceMap;
use wb_plan::{Mode, Plan, PlanFile};

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::run::{self, Approval, Run, read_plan};
use crate::session::{Outcome, Session, Stop};

const AUTO_APPROVE: Flag =
    Flag::new("auto-approve", Takes::Switch, "Do not ask before anything is done.");

pub(super) static APPLY: Command = Command {
    name: "apply",
    about: "Make it so: create, change and destroy what the configuration asks for.",
    details: "The plan is shown first, and nothing is done before it is approved. With a file that \"wb plan -out\" has made, that plan is carried out as it is, without asking.",
    arguments: Arguments::between(0, 1, "[PLAN]"),
    flags: &[
        AUTO_APPROVE,
        shared::BACKUP,
        run::COMPACT_WARNINGS,
        run::DESTROY,
        run::EXCLUDE,
        shared::INPUT,
        shared::JSON,
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::NO_COLOR,
        run::NO_ROUNDS,
        run::PARALLELISM,
        run::REFRESH,
        run::REFRESH_ONLY,
        run::REPLACE,
        shared::STATE,
        shared::STATE_OUT,
        run::TARGET,
        shared::VAR,
        shared::VAR_FILE,
    ],
    run: |session, matches| match matches.argument(0) {
        Some(path) => run_saved(session, matches, path),
        None => run(session, matches, Mode::Normal, matches.switch("auto-approve")),
    },
};

pub(super) static DESTROY: Command = Command {
    name: "destroy",
    about: "Destroy everything that the stack manages.",
    details: "The same as \"wb apply -destroy\".",
    arguments: Arguments::NONE,
    flags: &[
        AUTO_APPROVE,
        shared::BACKUP,
        run::COMPACT_WARNINGS,
        run::EXCLUDE,
        shared::INPUT,
        shared::JSON,
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::NO_COLOR,
        run::PARALLELISM,
        run::REFRESH,
        shared::STATE,
        shared::STATE_OUT,
        run::TARGET,
        shared::VAR,
        shared::VAR_FILE,
    ],
    run: |session, matches| run(session, matches, Mode::Destroy, matches.switch("auto-approve")),
};

pub(super) static REFRESH: Command = Command {
    name: "refresh",
    about: "Bring the state up to what exists.",
    details: "The same as \"wb apply -refresh-only -auto-approve\". \"wb apply -refresh-only\" shows first what it found.",
    arguments: Arguments::NONE,
    flags: &[
        shared::BACKUP,
        run::COMPACT_WARNINGS,
        run::EXCLUDE,
        shared::INPUT,
        shared::JSON,
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::NO_COLOR,
        run::PARALLELISM,
        shared::STATE,
        shared::STATE_OUT,
        run::TARGET,
        shared::VAR,
        shared::VAR_FILE,
    ],
    run: |session, matches| run(session, matches, Mode::RefreshOnly, true),
};

fn run(session: &mut Session, matches: &Matches, mode: Mode, approved: bool) -> Outcome {
    if matches.switch("json") && !approved {
        return Err(json_cannot_ask().into());
    }
    let may_ask = session.may_prompt(matches.unless_off("input"));
    let approval = match (approved, may_ask) {
        (true, _) => Approval::Given,
        (false, true) => Approval::Asked,
        (false, false) => Approval::Impossible,
    };
    let run = Run::new(session, matches, mode)?;
    carry_out(run, approval, None)
}

/// A plan that was saved is approved by who names it.
fn run_saved(session: &mut Session, matches: &Matches, path: &str) -> Outcome {
    let file = read_plan(session, matches, path)?;
    // Of rounds that follow, only what the plan has announced is approved.
    let can_ask = !matches.switch("json") && session.may_prompt(matches.unless_off("input"));
    let approval = match (matches.switch("auto-approve"), can_ask) {
        (true, _) => Approval::Given,
        (false, true) => Approval::Asked,
        (false, false) => Approval::Impossible,
    };
    let run = Run::of_saved(session, matches, path, &file)?;
    let PlanFile { plan, .. } = file;
    carry_out(run, approval, Some(plan))
}

fn carry_out(mut run: Run<'_>, approval: Approval, saved: Option<Plan>) -> Outcome {
    run.lock("OperationTypeApply")?;
    let outcome = run.redirect().and_then(|()| run.apply(approval, saved));
    let unlocked = run.unlock();
    // What was done comes before what could not be given back.
    match (outcome, unlocked) {
        (Ok(_), Err(problem)) => Err(problem),
        (outcome, _) => conclude(&mut run, outcome),
    }
}

/// With JSON, problems are lines too.
fn conclude(run: &mut Run<'_>, outcome: Outcome) -> Outcome {
    match outcome {
        Err(Stop::Problems(problems)) if run.ui.is_json() => {
            let sources: &SourceMap = &problems.sources;
            run.ui.diagnostics(&problems.diags, sources, false);
            Ok(crate::session::Status::ERROR)
        }
        other => other,
    }
}

fn json_cannot_ask() -> Diagnostic {
    Diagnostic::error(
        "Plan file or auto-approve required",
        "wb cannot ask for interactive approval when -json is set.",
    )
    .help("Add -auto-approve.")
}
