//! `wb workspace list`.

use super::workspaces;
use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "workspace list",
    about: "List the workspaces; a star stands before the selected one.",
    details: "",
    arguments: Arguments::NONE,
    flags: &[shared::JSON],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let state = session.state(matches)?;
    let (_, names) = workspaces(&state)?;
    if matches.switch("json") {
        let document = serde_json::json!({"workspaces": names, "current": state.workspace});
        session.output.print(&format!("{document}\n"));
        return Ok(Status::SUCCESS);
    }
    for name in &names {
        let mark = if *name == state.workspace { '*' } else { ' ' };
        session.output.print(&format!("{mark} {name}\n"));
    }
    session.output.print("\n");
    Ok(Status::SUCCESS)
}
