//! `wb state rollback`: the state as it was.

use wb_core::addr::AbsInstance;
use wb_core::diag::Diagnostic;
use wb_state::{State, v4};

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::prompt::Prompt;
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state rollback",
    about: "Go back to a snapshot of the state.",
    details: "Only the state goes back; no object is touched. Objects that the snapshot does not know are listed first: the state forgets them.",
    arguments: Arguments::exactly(1, "SERIAL"),
    flags: &[
        Flag::new("auto-approve", Takes::Switch, "Do not ask."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::STATE,
        shared::BACKUP,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let serial: u64 = matches.arguments()[0].parse().map_err(|_| {
        let detail = format!("{:?} is no serial: it is a whole number.", matches.arguments()[0]);
        Diagnostic::error("Invalid serial", detail).help("\"wb state history\" lists them.")
    })?;
    let approved = matches.switch("auto-approve");
    let mut state = session.state(matches)?;
    session.locked(&mut state, "state-rollback", |session, state, loaded| {
        let bytes = state.history_bytes(serial).map_err(|problem| *problem)?;
        let kept = v4::read(bytes).map_err(|error| {
            Diagnostic::error("The snapshot cannot be used", format!("{error}."))
        })?;
        let kept = kept.snapshot.state;
        for address in forgotten(&loaded.snapshot.state, &kept) {
            session.output.print(&format!("The state will forget {address}\n"));
        }
        if !approved && !confirm(session, serial) {
            return Err(cancelled());
        }
        let info = state.info(format!("state rollback {serial}"));
        let committed = state.replace(kept, None, 0, false, &info).map_err(|problem| *problem)?;
        let now = committed.snapshot.serial;
        session.output.print(&format!(
            "The state is as it was with serial {serial}. Its serial is {now} now.\n"
        ));
        Ok(Status::SUCCESS)
    })
}

fn forgotten(present: &State, kept: &State) -> Vec<AbsInstance> {
    let all = present.instances().map(|(address, ..)| address);
    all.filter(|address| kept.instance(address).is_none()).collect()
}

fn confirm(session: &mut Session, serial: u64) -> bool {
    let question = format!(
        "Do you want to go back to the state with serial {serial}?\nOnly 'yes' will be accepted to continue.\n\nEnter a value: "
    );
    let answer = Prompt { output: &mut session.output }.line(&question);
    session.output.print("\n");
    answer.as_deref() == Some("yes")
}

fn cancelled() -> Stop {
    Diagnostic::error("Cancelled", "The state was not changed.").into()
}
