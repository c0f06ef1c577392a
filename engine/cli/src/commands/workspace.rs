//! `wb workspace …`: several states of one stack.

pub(super) mod delete;
pub(super) mod list;
pub(super) mod new;
pub(super) mod select;
pub(super) mod show;

use wb_core::diag::Diagnostic;
use wb_engine::state::{Home, OpenState, is_workspace_name};

use crate::session::{Session, Stop};

/// The workspaces of the stack.
fn workspaces(state: &OpenState) -> Result<(&Home, Vec<String>), Stop> {
    let Some(all) = state.workspaces() else {
        let detail = "A state file that -state names has no workspaces.";
        return Err(Diagnostic::error("No workspaces", detail).into());
    };
    let mut names = all.list(state.disk()).map_err(|error| wb_engine::state::problem(&error))?;
    // One that was selected and has no state yet is there all the same.
    if !names.contains(&state.workspace) {
        names.push(state.workspace.clone());
        names[1..].sort();
    }
    Ok((all, names))
}

fn check_name(name: &str) -> Result<(), Stop> {
    if is_workspace_name(name) {
        return Ok(());
    }
    let detail = format!(
        "The workspace name {name:?} is not allowed. The name must contain only URL safe characters, and no path separators."
    );
    Err(Diagnostic::error("Invalid workspace name", detail).into())
}

/// Nobody can select a workspace while the environment does.
fn check_environment(session: &Session) -> Result<(), Stop> {
    if session.environment.twin("WORKSPACE").is_none() {
        return Ok(());
    }
    let detail = "The selected workspace is currently overridden using the TF_WORKSPACE environment variable.";
    Err(Diagnostic::error("Workspace is fixed by the environment", detail)
        .help("Unset the variable to select another workspace.")
        .into())
}

fn no_such(name: &str, names: &[String]) -> Stop {
    let problem = Diagnostic::error(
        format!("Workspace \"{name}\" doesn't exist."),
        "Only a workspace that exists can be used.",
    );
    let near = wb_hcl::suggest::nearest(name, names.iter().map(String::as_str));
    match near {
        Some(near) => problem.help(format!("Did you mean {near:?}?")),
        None => problem.help(
            "You can create this workspace with \"wb workspace new\", or with the -or-create flag of \"wb workspace select\".",
        ),
    }
    .into()
}

fn select(session: &Session, name: &str) -> Result<(), Stop> {
    session.data_dir().select(name).map_err(|error| {
        let why = wb_engine::files::words(&error);
        Diagnostic::error(
            "Failed to select workspace",
            format!("The choice cannot be written down: {why}."),
        )
        .into()
    })
}
