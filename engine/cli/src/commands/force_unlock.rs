//! `wb force-unlock`: a lock that was left behind.

use wb_core::diag::Diagnostic;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::prompt::Prompt;
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "force-unlock",
    about: "Release a lock that was left behind on the state.",
    details: "The id is part of the message that names the lock. A lock whose process still lives on this machine is not taken away.",
    arguments: Arguments::exactly(1, "LOCK_ID"),
    flags: &[Flag::new("force", Takes::Switch, "Do not ask."), shared::STATE],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let id = &matches.arguments()[0];
    let mut state = session.state(matches)?;
    if !matches.switch("force") {
        let question = "Do you really want to force-unlock?\n  wb will remove the lock on the state.\n  Others may then change it at the same time.\n  There is no undo. Only 'yes' will be accepted to confirm.\n\n  Enter a value: ";
        let answer = Prompt { output: &mut session.output }.line(question);
        session.output.print("\n");
        if answer.as_deref() != Some("yes") {
            return Err(Diagnostic::error("force-unlock cancelled", "The lock stays.").into());
        }
    }
    state.force_unlock(id).map_err(|problem| *problem)?;
    session.output.print("The state has been unlocked.\n");
    Ok(Status::SUCCESS)
}
