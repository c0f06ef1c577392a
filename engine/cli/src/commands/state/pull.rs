//! `wb state pull`: the state as a file.

use wb_state::v4;

use crate::args::{Arguments, Command, Matches};
use crate::session::{Outcome, Session, Status};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state pull",
    about: "Print the state in Terraform's format.",
    details: "What wb alone keeps in the state is left out, so that every tool which reads states can read it.",
    arguments: Arguments::NONE,
    flags: &[],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let mut state = session.state(matches)?;
    let loaded = state.load().map_err(|problem| *problem)?;
    if loaded.verdict.is_some() || !loaded.runs.is_empty() {
        session.output.print_bytes(&v4::write_plain(&loaded.snapshot));
    }
    Ok(Status::SUCCESS)
}
