//! `wb workspace delete`.

use wb_core::diag::Diagnostic;

use super::{check_name, no_such, workspaces};
use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "workspace delete",
    about: "Delete a workspace with its state.",
    details: "A workspace whose state still has objects is refused unless it is forced: nothing would manage these objects any more.",
    arguments: Arguments::exactly(1, "NAME"),
    flags: &[
        Flag::new("force", Takes::Switch, "Delete the workspace although its state has objects."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let name = &matches.arguments()[0];
    check_name(name)?;
    let present = session.state(&Matches::default())?;
    let (all, names) = workspaces(&present)?;
    if !names.contains(name) {
        return Err(no_such(name, &names));
    }
    if *name == present.workspace {
        let summary = format!("Workspace \"{name}\" is your active workspace.");
        return Err(Diagnostic::error(
            summary,
            "You cannot delete the currently active workspace.",
        )
        .help("Switch to another workspace and try again.")
        .into());
    }
    let mut state = session.state_in(name, matches)?;
    session.locked(&mut state, "workspace-delete", |_, _, loaded| {
        let objects = loaded.snapshot.state.object_count();
        let open = loaded.snapshot.open.len();
        match (objects + open, matches.switch("force")) {
            (0, _) | (_, true) => Ok(()),
            _ => Err(in_use(name, &loaded)),
        }
    })?;
    all.remove(present.disk(), name).map_err(|error| wb_engine::state::problem(&error))?;
    session.output.print(&format!("Deleted workspace \"{name}\"!\n"));
    Ok(Status::SUCCESS)
}

fn in_use(name: &str, loaded: &wb_store::Loaded) -> Stop {
    let state = &loaded.snapshot.state;
    let shown: Vec<String> = state.objects().take(10).map(|(a, _)| format!("  - {a}")).collect();
    let more = state.object_count().saturating_sub(shown.len());
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let detail = format!(
        "Workspace \"{name}\" is currently tracking the following resource instances:\n{}{more}\n\nDeleting it would leave them without anything that manages them.",
        shown.join("\n")
    );
    Diagnostic::error("Workspace is not empty", detail)
        .help("Destroy them first, or add -force.")
        .into()
}
