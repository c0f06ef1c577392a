//! Noting where the state of a stack is, and bringing it there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_store::choice::{self, Choice};
use wb_store::{Disk, RealDisk, Workspaces};

use super::locate::{self, FILE, FOLDER};
use super::problem::problem_box;
use super::{BackendConfig, OpenState, StateRequest, terraform_version};
use crate::datadir::BackendRecord;

/// What becomes of a state that is not where the stack now wants it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// That is an error: the user decides.
    Refuse,
    /// It is copied.
    Migrate,
    /// It is left where it is.
    Leave,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Initialized {
    /// Whether something else is noted now than before.
    pub changed: bool,
    /// The workspaces whose states were copied.
    pub migrated: Vec<String>,
}

/// Notes the backend that the stack names, or that it names none.
///
/// # Errors
/// Where a state would be lost sight of, or cannot be copied.
pub fn initialize(request: &StateRequest<'_>, how: Move) -> Result<Initialized, Box<Diagnostic>> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let noted = request.data_dir.backend().map_err(|why| {
        Box::new(Diagnostic::error("Backend record cannot be used", format!("{why}.")))
    })?;
    let wanted = request.backend.cloned();
    let record = wanted.as_ref().map(|config| BackendRecord {
        kind: "local".to_owned(),
        config: config.to_json(),
        hash: noted.as_ref().map_or(0, |record| record.hash),
    });
    let changed = noted != record;
    if !changed {
        return Ok(Initialized::default());
    }
    let before = match &noted {
        None => Some(without_backend(&*disk, request)?),
        Some(record) if record.kind == "local" => {
            let mut config = BackendConfig::default();
            config.complete(&record.config);
            Some(files(&config))
        }
        // What is elsewhere cannot be copied by wb.
        Some(record) if how != Move::Leave => return Err(elsewhere(&record.kind)),
        Some(_) => None,
    };
    let after = match &wanted {
        Some(config) => files(config),
        None => without_backend(&*disk, request)?,
    };
    let migrated = match before {
        Some(before) if before != after && how != Move::Leave => {
            bring(&disk, &before, &after, request, how)?
        }
        _ => Vec::new(),
    };
    request.data_dir.set_backend(record, &terraform_version()).map_err(|error| {
        let why = crate::files::words(&error);
        let detail =
            format!("The backend cannot be noted in {}: {why}.", request.data_dir.path().display());
        Box::new(Diagnostic::error("Failed to save backend", detail))
    })?;
    Ok(Initialized { changed, migrated })
}

fn files(config: &BackendConfig) -> Workspaces {
    Workspaces::Files {
        default: config.path.clone().unwrap_or_else(|| PathBuf::from(FILE)),
        others: config.workspace_dir.clone().unwrap_or_else(|| PathBuf::from(FOLDER)),
    }
}

/// Where the state of a stack is that names no backend.
fn without_backend(
    disk: &dyn Disk,
    request: &StateRequest<'_>,
) -> Result<Workspaces, Box<Diagnostic>> {
    let found = choice::probe(disk, Path::new("."), &request.workspace).map_err(problem_box)?;
    let choice =
        choice::choose(&found).map_err(|undecided| Box::new(locate::undecided(&undecided)))?;
    Ok(match choice {
        Choice::File { path, .. } | Choice::Flag(path) => {
            Workspaces::Files { default: path, others: PathBuf::from(FOLDER) }
        }
        Choice::Embedded | Choice::Backend(_) => Workspaces::Embedded(PathBuf::from(".")),
    })
}

/// Copies the states of all workspaces; gives those that had one.
fn bring(
    disk: &Arc<dyn Disk>,
    before: &Workspaces,
    after: &Workspaces,
    request: &StateRequest<'_>,
    how: Move,
) -> Result<Vec<String>, Box<Diagnostic>> {
    let mut migrated = Vec::new();
    for workspace in before.list(&**disk).map_err(problem_box)? {
        let mut source = OpenState::at(disk, before, &workspace, request);
        let loaded = source.load()?;
        if loaded.verdict.is_none() && loaded.runs.is_empty() {
            continue;
        }
        let mut target = OpenState::at(disk, after, &workspace, request);
        let there = target.load()?;
        let snapshot = loaded.snapshot;
        let is_same = there.verdict.is_some() && there.snapshot.lineage == snapshot.lineage;
        if is_same && there.snapshot.serial >= snapshot.serial {
            continue;
        }
        if how == Move::Refuse {
            return Err(refused(&workspace, request));
        }
        if there.verdict.is_some() && !is_same {
            return Err(occupied(&workspace));
        }
        target.lock("migrate")?;
        let info = target.info("init -migrate-state");
        let lineage = Some(snapshot.lineage);
        let replaced = target.replace(snapshot.state, lineage, snapshot.serial, true, &info);
        target.unlock()?;
        replaced?;
        migrated.push(workspace);
    }
    Ok(migrated)
}

fn refused(workspace: &str, request: &StateRequest<'_>) -> Box<Diagnostic> {
    let detail =
        format!("The state of the workspace {workspace:?} is not where the stack now wants it.");
    locate::changed(detail, request.backend.map(|b| b.span))
}

fn occupied(workspace: &str) -> Box<Diagnostic> {
    let detail = format!(
        "There is another state already where that of the workspace {workspace:?} is to be brought. Nothing was changed."
    );
    Box::new(
        Diagnostic::error("Target state already exists", detail)
            .help("Move one of them away first."),
    )
}

fn elsewhere(kind: &str) -> Box<Diagnostic> {
    let detail = format!(
        "The state is in a backend {kind:?}, which is not part of wb, so that wb cannot copy it."
    );
    Box::new(
        Diagnostic::error("Unsupported backend", detail)
            .help("Run \"terraform init -migrate-state\" to bring it here.")
            .help("Run \"wb init -reconfigure\" to leave it there, and begin with what the stack names."),
    )
}
