//! Where the state of a stack is.

use std::path::{Path, PathBuf};

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_store::choice::{self, Choice, Found, Record, Undecided};
use wb_store::{Disk, Place, Workspaces};

use super::problem::{problem, problem_box};
use super::{BackendConfig, DEFAULT, Home, Kind, StateRequest};
use crate::datadir::BackendRecord;

/// What was found out.
#[derive(Debug)]
pub struct Located {
    /// Where the state is, where there is no home.
    pub place: Place,
    /// Where all workspaces are; nothing where `-state` names a file.
    pub home: Option<Home>,
    /// The lineage that is known.
    pub lineage: Option<String>,
    /// Whether `.wb/store` says so already.
    pub is_recorded: bool,
    /// What is to be said about the choice.
    pub notes: Diagnostics,
}

pub(crate) const FILE: &str = "terraform.tfstate";
pub(crate) const FOLDER: &str = "terraform.tfstate.d";

/// Chooses the store, as `wb_store::choice` has it.
///
/// # Errors
/// Where a wrong choice would make twice what exists, or lose sight of it.
pub fn locate(disk: &dyn Disk, request: &StateRequest<'_>) -> Result<Located, Box<Diagnostic>> {
    check_name(&request.workspace)?;
    let recorded = request.data_dir.backend().map_err(|why| {
        Box::new(Diagnostic::error("Backend record cannot be used", format!("{why}.")))
    })?;
    if let Some(backend) = request.backend {
        return of_backend(disk, backend, recorded.as_ref(), request);
    }
    let mut found = match choice::probe(disk, Path::new("."), &request.workspace) {
        Ok(found) => found,
        Err(error) => return Err(problem_box(error)),
    };
    found.state_flag.clone_from(&request.state);
    found.recorded_backend = recorded.map(|record| record.kind);
    let choice = choice::choose(&found).map_err(|why| Box::new(undecided(&why)))?;
    Ok(of_choice(choice, &found, &request.workspace))
}

pub(super) fn undecided(why: &Undecided) -> Diagnostic {
    Diagnostic::error("The state of this stack is not where it was", format!("{why}."))
}

fn of_choice(choice: Choice, found: &Found, workspace: &str) -> Located {
    let mut notes = Diagnostics::new();
    let (place, workspaces) = match choice {
        Choice::Flag(path) => (Place::File(path), None),
        Choice::File { path, because_found } => {
            if because_found && found.record.is_none() && !is_new(found) {
                notes.push(because(&path));
            }
            let all = Workspaces::Files { default: path, others: PathBuf::from(FOLDER) };
            (all.place(workspace), Some(all))
        }
        Choice::Embedded | Choice::Backend(_) => {
            let all = Workspaces::Embedded(PathBuf::from("."));
            (all.place(workspace), Some(all))
        }
    };
    let is_default = workspace == DEFAULT && workspaces.is_some();
    let lineage = found.record.as_ref().filter(|_| is_default).map(|r| r.lineage().to_owned());
    let home = workspaces.map(Home::Local);
    Located { place, home, lineage, is_recorded: found.record.is_some(), notes }
}

/// Whether there is no state file, only what surrounds one.
fn is_new(found: &Found) -> bool {
    found.state_file.is_none()
}

fn because(path: &Path) -> Diagnostic {
    Diagnostic::warning(
        "State file in use",
        format!(
            "There is a state file {}, so that the state is kept there, and Terraform can go on with it.",
            path.display()
        ),
    )
}

/// The state that a backend block names.
fn of_backend(
    disk: &dyn Disk,
    backend: &BackendConfig,
    recorded: Option<&BackendRecord>,
    request: &StateRequest<'_>,
) -> Result<Located, Box<Diagnostic>> {
    let mut config = backend.clone();
    match recorded {
        Some(record) if record.kind != backend.kind.name() => {
            let detail = format!(
                "The state is in a backend {:?}, and the stack now names {:?}.",
                record.kind,
                backend.kind.name()
            );
            return Err(changed(detail, Some(backend.span)));
        }
        Some(record) => {
            config.complete(&record.config);
            if BackendConfig::noted(record).as_ref() != Some(&config) {
                let detail =
                    "The backend block is not the one that the state was put into.".to_owned();
                return Err(changed(detail, Some(backend.span)));
            }
        }
        None => check_first_use(disk, &config, request)?,
    }
    let flag = request.state.clone().filter(|_| config.kind == Kind::Local);
    if let Some(path) = flag {
        config.set("path", &path.to_string_lossy())?;
    }
    let home = config.home(request.ignores_conditions)?;
    Ok(Located {
        place: home.place(&request.workspace).unwrap_or(Place::Embedded(PathBuf::from("."))),
        home: Some(home),
        lineage: None,
        // The block says it.
        is_recorded: true,
        notes: Diagnostics::new(),
    })
}

/// A block that nobody has seen before must not hide a state that is elsewhere.
fn check_first_use(
    disk: &dyn Disk,
    config: &BackendConfig,
    request: &StateRequest<'_>,
) -> Result<(), Box<Diagnostic>> {
    let found = choice::probe(disk, Path::new("."), &request.workspace).map_err(problem_box)?;
    let file = config.file();
    if file.as_deref().is_some_and(|path| has_state(disk, path)) {
        return Ok(());
    }
    let is_other = |path: &Path| file.as_deref() != Some(path);
    let elsewhere = match &found.record {
        Some(Record::Embedded { .. }) if found.embedded.is_some() => Some(".wb".to_owned()),
        Some(Record::File { path: old, .. }) if is_other(old) && has_state(disk, old) => {
            Some(old.display().to_string())
        }
        _ if found.state_file.is_some() && is_other(Path::new(FILE)) => Some(FILE.to_owned()),
        _ => None,
    };
    let Some(elsewhere) = elsewhere else { return Ok(()) };
    let named = match &file {
        Some(path) => format!("{}, where there is none", path.display()),
        None => format!("a backend {:?}, which was not initialized", config.kind.name()),
    };
    let detail =
        format!("The stack's state is in {elsewhere}, and its backend block names {named}.");
    Err(changed(detail, Some(config.span)))
}

fn has_state(disk: &dyn Disk, path: &Path) -> bool {
    choice::head(disk, path).is_some()
}

pub(super) fn changed(detail: String, span: Option<Span>) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("Backend configuration changed", detail)
            .at_opt(span)
            .help("Run \"wb init -migrate-state\" to bring the state to where the stack now wants it.")
            .help("Run \"wb init -reconfigure\" to leave the state where it is, and begin with what the stack names."),
    )
}

/// What may be the name of a workspace: it is the name of a folder too.
fn check_name(name: &str) -> Result<(), Box<Diagnostic>> {
    if is_workspace_name(name) {
        return Ok(());
    }
    let error = wb_store::StoreError::Workspace {
        name: name.to_owned(),
        why: "has a name that is not allowed: letters, digits, and \"-\", \"_\", \".\" and \"~\" are",
    };
    Err(Box::new(problem(&error)))
}

/// Whether a workspace can have this name.
#[must_use]
pub fn is_workspace_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    !name.is_empty() && name.len() <= 90 && name.chars().all(is_plain) && !name.starts_with('.')
}
