//! `wb workspace select`.

use super::{check_environment, check_name, no_such, select, workspaces};
use crate::args::{Arguments, Command, Flag, Matches, Takes};
use crate::session::{Outcome, Session, Status};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "workspace select",
    about: "Select a workspace.",
    details: "",
    arguments: Arguments::exactly(1, "NAME"),
    flags: &[Flag::new("or-create", Takes::Switch, "Make the workspace if it does not exist.")],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let name = &matches.arguments()[0];
    check_environment(session)?;
    check_name(name)?;
    let state = session.state(matches)?;
    let (_, names) = workspaces(&state)?;
    if *name == state.workspace {
        return Ok(Status::SUCCESS);
    }
    if names.contains(name) {
        select(session, name)?;
        session.output.print(&format!("Switched to workspace \"{name}\".\n"));
        return Ok(Status::SUCCESS);
    }
    if matches.switch("or-create") {
        return super::new::create(session, matches, name);
    }
    Err(no_such(name, &names))
}
