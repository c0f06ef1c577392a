//! `wb plan`: what would be done.

use std::mem::ManuallyDrop;

use wb_core::diag::Diagnostic;
use wb_plan::Mode;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::run::{self, Run};
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "plan",
    about: "Show what applying the configuration would do.",
    details: "Objects are read, and nothing is changed.",
    arguments: Arguments::NONE,
    flags: &[
        run::DESTROY,
        run::REFRESH_ONLY,
        run::REFRESH,
        run::REPLACE,
        run::TARGET,
        run::EXCLUDE,
        shared::VAR,
        shared::VAR_FILE,
        run::COMPACT_WARNINGS,
        Flag::new(
            "detailed-exitcode",
            Takes::Switch,
            "Tell by the exit status whether there is something to do: 0 no, 2 yes, 1 error.",
        ),
        run::GENERATE,
        shared::INPUT,
        shared::JSON,
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::NO_COLOR,
        run::NO_ROUNDS,
        Flag::new(
            "out",
            Takes::Text("FILE"),
            "Save the plan in this file, for \"wb apply FILE\". It holds all values, secrets too.",
        ),
        run::PARALLELISM,
        shared::STATE,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let out = matches.text("out");
    if out.is_some() && matches.text("generate-config-out").is_some() {
        return Err(no_out_with_generated().into());
    }
    let mut run = Run::new(session, matches, Mode::Normal)?;
    // What is large is left to the end of the process: freeing it piece by piece would be work for nothing.
    let mut loaded = ManuallyDrop::new(run.state.load().map_err(|problem| *problem)?);
    let made = run.plan_settled(&mut loaded, false)?;
    run.show_plan(&made);
    if let Some(path) = matches.text("generate-config-out") {
        run::write_generated(&made.plan, path)?;
        run.ui.tell(&format!(
            "\nThe configuration that was generated is in {path}. Review it, and edit it as necessary, before it goes into version control.\n"
        ));
    }
    let (is_applyable, errored) = (made.plan.is_applyable(), made.plan.errored);
    match out {
        Some(path) => run.save(made.plan, &loaded, path)?,
        None => {
            if is_applyable {
                run.ui.tell(NOT_SAVED);
            }
            std::mem::forget(made);
        }
    }
    if errored {
        return Ok(Status::ERROR);
    }
    let has_changes = matches.switch("detailed-exitcode") && is_applyable;
    Ok(if has_changes { Status::CHANGES } else { Status::SUCCESS })
}

const NOT_SAVED: &str =
    "\nThis plan was not saved: \"wb apply\" makes a new one, which may be another.\n";

/// A saved plan is carried out with the files that it was made from, and the generated one is not among them yet.
fn no_out_with_generated() -> Diagnostic {
    Diagnostic::error(
        "Invalid combination of arguments",
        "The options -out and -generate-config-out cannot be used together.",
    )
    .help("Plan with -generate-config-out first, review the file that it writes, and then plan with -out.")
}

/// A plan of an empty folder would destroy everything.
pub(crate) fn no_configuration() -> Diagnostic {
    Diagnostic::error(
        "No configuration files",
        "Plan requires configuration to be present. Planning without a configuration would mark everything for destruction, which is normally not what is desired.",
    )
    .help("To destroy everything, use the -destroy flag. Otherwise make a configuration file (.tf) and try again.")
}
