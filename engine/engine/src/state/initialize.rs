//! Noting where the state of a stack is, and bringing it there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_state::Snapshot;
use wb_store::choice::{self, Choice};
use wb_store::{Content, Disk, Loaded, RealDisk, Workspaces};

use super::locate::{self, FOLDER};
use super::problem::problem_box;
use super::{BackendConfig, Home, OpenState, StateRequest, terraform_version};

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
    let hash = noted.as_ref().map_or(0, |record| record.hash);
    let mut wanted = request.backend.cloned();
    if let (Some(wanted), Some(record)) = (&mut wanted, &noted)
        && wanted.kind.name() == record.kind
        && how != Move::Leave
    {
        // What was given to an earlier init need not be given again.
        wanted.complete(&record.config);
    }
    let before = noted.as_ref().map(|record| BackendConfig::noted(record).ok_or(record));
    let changed = match (&before, &wanted) {
        (None, None) => false,
        (Some(Ok(before)), Some(wanted)) => before != wanted,
        _ => true,
    };
    if !changed {
        return Ok(Initialized::default());
    }
    let before = match before {
        None => Some(without_backend(&*disk, request)?),
        Some(Ok(config)) if how != Move::Leave => Some(config.home(request.ignores_conditions)?),
        // What is elsewhere cannot be copied by wb.
        Some(Err(record)) if how != Move::Leave => return Err(elsewhere(&record.kind)),
        Some(_) => None,
    };
    let after = match &wanted {
        Some(config) => config.home(request.ignores_conditions)?,
        None => without_backend(&*disk, request)?,
    };
    if let Home::Bucket(remote) = &after {
        // What is wrong with it should be known now.
        remote.list().map_err(problem_box)?;
    }
    let migrated = match before {
        Some(before) if !before.is(&after) && how != Move::Leave => {
            bring(&disk, &before, &after, request, how)?
        }
        _ => Vec::new(),
    };
    let record = wanted.map(|config| config.record(hash));
    request.data_dir.set_backend(record, &terraform_version()).map_err(|error| {
        let why = crate::files::words(&error);
        let detail =
            format!("The backend cannot be noted in {}: {why}.", request.data_dir.path().display());
        Box::new(Diagnostic::error("Failed to save backend", detail))
    })?;
    Ok(Initialized { changed, migrated })
}

/// Where the state of a stack is that names no backend.
fn without_backend(disk: &dyn Disk, request: &StateRequest<'_>) -> Result<Home, Box<Diagnostic>> {
    let found = choice::probe(disk, Path::new("."), &request.workspace).map_err(problem_box)?;
    let choice =
        choice::choose(&found).map_err(|undecided| Box::new(locate::undecided(&undecided)))?;
    Ok(Home::Local(match choice {
        Choice::File { path, .. } | Choice::Flag(path) => {
            Workspaces::Files { default: path, others: PathBuf::from(FOLDER) }
        }
        Choice::Embedded | Choice::Backend(_) => Workspaces::Embedded(PathBuf::from(".")),
    }))
}

/// Copies the states of all workspaces; gives those that had one.
fn bring(
    disk: &Arc<dyn Disk>,
    before: &Home,
    after: &Home,
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
        if how == Move::Refuse {
            let there = target.load()?;
            if is_newer(&loaded.snapshot, &there) {
                return Err(refused(&workspace, request));
            }
            continue;
        }
        source.lock("migrate")?;
        let brought = target.lock("migrate").and_then(|()| {
            let brought = bring_one(&mut source, &mut target);
            let unlocked = target.unlock();
            brought.and_then(|brought| unlocked.map(|()| brought))
        });
        let unlocked = source.unlock();
        if brought? {
            migrated.push(workspace);
        }
        unlocked?;
    }
    Ok(migrated)
}

/// Whether a target lacks what a source has.
fn is_newer(source: &Snapshot, there: &Loaded) -> bool {
    let is_same = there.verdict.is_some() && there.snapshot.lineage == source.lineage;
    !is_same || there.snapshot.serial < source.serial
}

/// Copies one state, whose locks are held, and looks whether what arrived is what was sent. Says whether there was
/// something to copy.
fn bring_one(source: &mut OpenState, target: &mut OpenState) -> Result<bool, Box<Diagnostic>> {
    let info = source.info("init -migrate-state");
    source.load()?;
    // What dead runs have done belongs to the copy, and must not be folded again should the state come back.
    let snapshot = source.commit(Content::Runs { own: None }, &info)?.snapshot;
    let there = target.load()?;
    if !is_newer(&snapshot, &there) {
        return Ok(false);
    }
    if there.verdict.is_some() && there.snapshot.lineage != snapshot.lineage {
        return Err(occupied(&target.workspace));
    }
    let sent = (snapshot.lineage.clone(), snapshot.state.digest(), snapshot.open.len());
    target.receive(snapshot, &info)?;
    let arrived = target.load()?.snapshot;
    if (arrived.lineage, arrived.state.digest()) != (sent.0, sent.1) || arrived.open.len() < sent.2
    {
        return Err(garbled(&target.workspace));
    }
    Ok(true)
}

fn garbled(workspace: &str) -> Box<Diagnostic> {
    let detail = format!(
        "What was written of the state of the workspace {workspace:?} is not what is read again. The state is still where it was."
    );
    Box::new(Diagnostic::error("State did not arrive", detail))
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
