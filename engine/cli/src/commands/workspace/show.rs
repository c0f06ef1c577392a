//! `wb workspace show`.

use crate::args::{Arguments, Command, Matches};
use crate::session::{Outcome, Session, Status};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "workspace show",
    about: "Show the name of the selected workspace.",
    details: "",
    arguments: Arguments::NONE,
    flags: &[],
    run,
};

fn run(session: &mut Session, _: &Matches) -> Outcome {
    let name = session.workspace();
    session.output.print(&format!("{name}\n"));
    Ok(Status::SUCCESS)
}
