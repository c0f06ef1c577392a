//! The last snapshots, each in a file of its own that never changes.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use wb_crypt::Envelope;
use wb_state::Digest;

use super::area::Area;
use super::{At, write_plainly};
use crate::store::{CommitInfo, HistoryEntry};
use crate::{Disk, StoreError, sealed, write_durable};

/// A kept snapshot's file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Kept {
    pub(super) serial: u64,
    pub(super) name: String,
    pub(super) path: PathBuf,
}

const SUFFIX: &str = ".tfstate";

/// Who committed a snapshot. Nothing depends on it: it is written without sync.
#[derive(Serialize, Deserialize)]
struct Note {
    when: String,
    #[serde(flatten)]
    info: CommitInfo,
}

/// The name of a snapshot: its serial, and what tells two of one serial apart.
pub(super) fn name(serial: u64, bytes: &[u8]) -> String {
    format!("{serial:012}-{}{SUFFIX}", &Digest::of_bytes(bytes).to_string()[..8])
}

/// Writes a snapshot; its name is durable after the next sync of the folder.
pub(super) fn put(
    disk: &dyn Disk,
    area: &Area,
    bytes: &[u8],
    entry: &HistoryEntry,
) -> Result<String, StoreError> {
    let name = name(entry.serial, bytes);
    let path = area.history().join(&name);
    let note = Note { when: entry.when.clone(), info: entry.info.clone() };
    let text = serde_json::to_vec(&note).map_err(|e| StoreError::Encode(e.to_string()))?;
    let beside = path.with_extension("json");
    write_plainly(disk, &beside, &text).map_err(StoreError::io("write", &beside))?;
    write_durable(disk, &path, bytes).map_err(StoreError::io("write", &path))?;
    Ok(name)
}

/// All kept snapshots, oldest first.
pub(super) fn list(disk: &dyn Disk, area: &Area) -> Result<Vec<Kept>, StoreError> {
    let dir = area.history();
    let names = disk.list(&dir).map_err(StoreError::io("list", &dir))?;
    let kept = names.into_iter().filter_map(|name| {
        let (serial, _) = name.strip_suffix(SUFFIX)?.split_once('-')?;
        let serial = serial.parse().ok()?;
        Some(Kept { serial, path: dir.join(&name), name })
    });
    let mut kept: Vec<Kept> = kept.collect();
    kept.sort();
    Ok(kept)
}

/// What was noted of a snapshot.
pub(super) fn entry(disk: &dyn Disk, kept: &Kept) -> HistoryEntry {
    let note = disk.read(&kept.path.with_extension("json")).ok();
    let note: Option<Note> = note.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let (when, info) = note.map_or_else(Default::default, |n| (n.when, n.info));
    HistoryEntry { serial: kept.serial, when, info }
}

/// Removes what a commit left that never got as far as the state file, so that its serial is free.
pub(super) fn forget_above(disk: &dyn Disk, area: &Area, serial: u64) -> Result<(), StoreError> {
    for kept in list(disk, area)?.iter().filter(|k| k.serial > serial) {
        disk.remove(&kept.path).map_err(StoreError::io("remove", &kept.path))?;
    }
    Ok(())
}

/// Removes the oldest. A snapshot too many does no harm, so that nothing needs to be durable here.
pub(super) fn prune(disk: &dyn Disk, area: &Area, most: usize) -> Result<(), StoreError> {
    let kept = list(disk, area)?;
    let too_many = kept.len().saturating_sub(most.max(2));
    for old in &kept[..too_many] {
        disk.remove(&old.path).map_err(StoreError::io("remove", &old.path))?;
        // The note may have been lost in a crash.
        disk.remove(&old.path.with_extension("json")).unwrap_or_default();
    }
    Ok(())
}

/// Which snapshots may be encrypted otherwise than the state is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reseal {
    /// Those that are not encrypted: another program has begun to encrypt the state.
    Plain,
    All,
}

const PLAIN: &[u8] = b"plain";

/// Notes durably that history is to be encrypted as the state will be.
pub(super) fn mark_to_reseal(at: &At<'_>, which: Reseal) -> Result<(), StoreError> {
    let (path, dir) = (at.area.reseal(), &at.area.dir);
    let said = if which == Reseal::Plain { PLAIN } else { b"all" };
    write_plainly(at.disk, &path, said).map_err(StoreError::io("write", &path))?;
    at.disk.sync_dir(dir).map_err(StoreError::io("sync", dir))
}

/// Encrypts history as the state is, where that was noted.
pub(super) fn reseal_if_marked(at: &At<'_>) -> Result<(), StoreError> {
    let mark = at.area.reseal();
    match at.disk.read(&mark) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(StoreError::io("read", &mark)(e)),
        Ok(said) if said == PLAIN => reseal(at, Reseal::Plain)?,
        Ok(_) => reseal(at, Reseal::All)?,
    }
    at.disk.remove(&mark).map_err(StoreError::io("remove", &mark))
}

/// Encrypts every snapshot as it would be written now. Each is there under one name or the other whatever happens; what
/// cannot be opened with any key of today stays as it is.
fn reseal(at: &At<'_>, which: Reseal) -> Result<(), StoreError> {
    let dir = at.area.history();
    let mut old = Vec::new();
    for kept in list(at.disk, at.area)? {
        let bytes = at.disk.read(&kept.path).map_err(StoreError::io("read", &kept.path))?;
        if which == Reseal::Plain && Envelope::is_one(&bytes) {
            continue;
        }
        let Ok(Some(bytes)) = sealed::reseal(at.cipher, bytes) else { continue };
        put(at.disk, at.area, &bytes, &entry(at.disk, &kept))?;
        old.push(kept);
    }
    at.disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))?;
    for kept in old {
        at.disk.remove(&kept.path).map_err(StoreError::io("remove", &kept.path))?;
        at.disk.remove(&kept.path.with_extension("json")).unwrap_or_default();
    }
    Ok(())
}
