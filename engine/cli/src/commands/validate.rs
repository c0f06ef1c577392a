//! `wb validate`: whether the stack is valid, whatever its variables and state are.

use wb_lang::host::Phase;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status};
use crate::stack::Values;
use crate::{json, providers};

pub(super) static COMMAND: Command = Command {
    name: "validate",
    about: "Check whether the configuration is valid.",
    details: "Only the files are looked at: variables have the values that flags give them and no others, no state is read and no provider is asked, so that it is safe to run at any time.",
    arguments: Arguments::NONE,
    flags: &[
        shared::JSON,
        shared::NO_COLOR,
        shared::VAR,
        shared::VAR_FILE,
        Flag::new("no-tests", Takes::Switch, "Do not validate test files."),
        shared::TEST_DIRECTORY,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let machine = session.machine(Phase::Validate)?;
    let loading = session.load(matches, &machine, Values::Ignored);
    let (mut diags, sources) = (loading.diags, loading.sources);
    // A module that could not be read would make everything that asks for its outputs wrong.
    if !diags.has_errors()
        && let Some(stack) = &loading.stack
    {
        let (_, catalog) = providers::all();
        diags.append(wb_lang::validate::validate(stack, &catalog, &machine));
    }
    let is_valid = !diags.has_errors();
    if matches.switch("json") {
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let _ = json::validate(&diags, &sources, &mut text);
        session.output.print_bytes(&text);
    } else {
        session.show(&diags, &sources);
        if is_valid {
            let but = if diags.is_empty() {
                "."
            } else {
                ", but there were some validation warnings as shown above."
            };
            session.output.print(&format!("Success! The configuration is valid{but}\n\n"));
        }
    }
    Ok(if is_valid { Status::SUCCESS } else { Status::ERROR })
}
