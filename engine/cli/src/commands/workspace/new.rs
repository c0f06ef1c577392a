//! `wb workspace new`.

use std::path::Path;

use wb_core::diag::Diagnostic;
use wb_state::{State, v4};

use super::{check_environment, check_name, select, workspaces};
use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "workspace new",
    about: "Make a workspace, and select it.",
    details: "",
    arguments: Arguments::exactly(1, "NAME"),
    flags: &[
        Flag::new("state", Takes::Text("FILE"), "Begin with a copy of this state."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
    ],
    run,
};

/// The largest state that is copied.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let name = &matches.arguments()[0];
    check_environment(session)?;
    check_name(name)?;
    create(session, matches, name)
}

pub(super) fn create(session: &mut Session, matches: &Matches, name: &str) -> Outcome {
    let present = session.state(&Matches::default())?;
    let (_, names) = workspaces(&present)?;
    if names.iter().any(|n| n == name) {
        let summary = format!("Workspace \"{name}\" already exists");
        return Err(Diagnostic::error(summary, "Every workspace has a name of its own.")
            .help(format!("\"wb workspace select {name}\" selects it."))
            .into());
    }
    let copied = matches.text("state").map(|path| read(session, path)).transpose()?;
    let mut state = session.state_in(name, matches)?;
    session.locked(&mut state, "workspace-new", |_, state, _| {
        let info = state.info(format!("workspace new {name}"));
        state
            .replace(copied.unwrap_or_default(), None, 1, false, &info)
            .map_err(|problem| *problem)?;
        Ok(())
    })?;
    select(session, name)?;
    session.output.print(&format!(
        "Created and switched to workspace \"{name}\"!\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"wb plan\" wb will not see any existing state\nfor this configuration.\n"
    ));
    Ok(Status::SUCCESS)
}

fn read(session: &mut Session, path: &str) -> Result<State, Stop> {
    let failed = |why: String| Stop::from(Diagnostic::error("Failed to read the given state", why));
    let bytes = wb_engine::files::read(Path::new(path), LARGEST)
        .map_err(|error| failed(format!("{path} cannot be read: {error}.")))?;
    let bytes = session.decrypted(path, bytes)?;
    let file = v4::read(bytes).map_err(|error| failed(format!("{}.", error.in_file(&path))))?;
    Ok(file.snapshot.state)
}
