//! `wb state history`: the snapshots that are kept.

use serde_json::json;

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state history",
    about: "List the snapshots of the state that are kept.",
    details: "Each with its serial, when it was made, by whom and by which command. \"wb state rollback\" goes back to one.",
    arguments: Arguments::NONE,
    flags: &[shared::JSON, shared::STATE],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let mut state = session.state(matches)?;
    let entries = state.history().map_err(|problem| *problem)?;
    if matches.switch("json") {
        for entry in &entries {
            let line = json!({
                "serial": entry.serial,
                "when": entry.when,
                "who": entry.info.who,
                "command": entry.info.command,
                "plan": entry.info.plan,
            });
            session.output.print(&format!("{line}\n"));
        }
        return Ok(Status::SUCCESS);
    }
    let width = entries.last().map_or(1, |entry| entry.serial.to_string().len());
    for entry in &entries {
        let when = if entry.when.is_empty() { "at an unknown time" } else { &entry.when };
        let info = &entry.info;
        let line = format!("{:>width$}  {when}  {}  {}\n", entry.serial, info.who, info.command);
        session.output.print(&line);
    }
    Ok(Status::SUCCESS)
}
