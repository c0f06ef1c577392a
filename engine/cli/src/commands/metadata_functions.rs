//! `wb metadata functions -json`: the signatures of all functions.

use wb_core::diag::Diagnostic;
use wb_lang::functions::metadata;

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "metadata functions",
    about: "Show the signatures of all functions, as JSON.",
    details: "",
    arguments: Arguments::NONE,
    flags: &[shared::JSON],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    if !matches.switch("json") {
        let detail = "The signatures of functions are printed as JSON only.";
        return Err(Diagnostic::error("Missing flag -json", detail).help("Add -json.").into());
    }
    session.output.print(&format!("{}\n", metadata::document()));
    Ok(Status::SUCCESS)
}
