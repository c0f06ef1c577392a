//! The current snapshot: found, judged, repaired, replaced.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wb_crypt::{Change, CryptError, Opened};
use wb_state::v4;
use wb_state::verdict::{self, Refusal, Verdict};
use wb_state::{Digest, Sidecar, Snapshot};

use super::area::Area;
use super::{At, Place, history};
use crate::disk::write_swiftly;
use crate::sealed::{self, Raw};
use crate::store::{CommitInfo, HistoryEntry};
use crate::{Disk, DiskFile, StoreError, write_durable};

/// The last commit, as it is on disk.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) snapshot: Snapshot,
    /// Nothing where there was no commit.
    pub(super) verdict: Option<Verdict>,
    /// The file.
    pub(super) raw: Raw,
    /// The digest, where the sidecar tells it without computing.
    pub(super) digest: Option<Digest>,
    /// What the next commit changes about how it is encrypted.
    pub(super) change: Option<Change>,
}

/// What is being written over a state file, durable before the first byte of it changes.
#[derive(Serialize, Deserialize)]
struct Next {
    /// The file in history that holds the new content.
    new: String,
    /// The one that holds the old content, where there was any.
    old: Option<String>,
}

/// Reads the current snapshot. Nothing where nothing was ever committed.
pub(super) fn read(
    at: &At<'_>,
    place: &Place,
    lineage: Option<&str>,
) -> Result<Option<Current>, StoreError> {
    let At { disk, area, .. } = *at;
    let path = area.sidecar();
    let sidecar = match disk.read(&path) {
        Ok(bytes) => Some(at.cipher.open(bytes)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(StoreError::io("read", &path)(e)),
    };
    let (path, bytes) = match place {
        Place::Embedded(_) => match history::list(disk, area)?.pop() {
            Some(newest) => {
                let bytes =
                    disk.read(&newest.path).map_err(StoreError::io("read", &newest.path))?;
                (newest.path, bytes)
            }
            None => (area.history(), Vec::new()),
        },
        Place::File(path) => match disk.read(path) {
            Ok(bytes) => (path.clone(), bytes),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => (path.clone(), Vec::new()),
            Err(e) => return Err(StoreError::io("read", path)(e)),
        },
    };
    // A commit that is under way, or was cut off: what is being written is durable already.
    let bytes = match read_next(disk, area) {
        Some(next) if next.is_half_written(&bytes) => next.new,
        _ => bytes,
    };
    judge(at, &path, bytes, sidecar, lineage)
}

fn judge(
    at: &At<'_>,
    path: &Path,
    bytes: Vec<u8>,
    sidecar: Option<Result<Opened, CryptError>>,
    lineage: Option<&str>,
) -> Result<Option<Current>, StoreError> {
    if bytes.is_empty() {
        // Each commit leaves a sidecar. History alone may be of one that never got as far as the file.
        if sidecar.is_none() {
            return Ok(None);
        }
        return Err(StoreError::Gone { path: path.to_path_buf(), newest: newest(at) });
    }
    let read = sealed::read_state(at.cipher, bytes)
        .map_err(|error| error.at(path.to_path_buf(), newest(at)))?;
    let sealed::StateFile { file, raw, change } = read;
    let beside = sidecar.as_ref().and_then(|sidecar| sidecar.as_ref().ok()?.change);
    let change = change.or(beside);
    let is_known = lineage.is_none_or(|known| *known == *file.snapshot.lineage);
    if let (v4::Trust::Ours { sum }, Some(Ok(sidecar)), true) = (&file.trust, &sidecar, is_known)
        && let Some(digest) = Sidecar::digest_of(&sidecar.bytes, &file.snapshot, *sum)
    {
        let (snapshot, verdict) = (file.snapshot, Some(Verdict::Ours));
        return Ok(Some(Current { snapshot, verdict, raw, digest: Some(digest), change }));
    }
    let known = match sidecar.map(|s| sealed::read_sidecar(&s, &at.area.sidecar())) {
        Some(Ok(sidecar)) => Some(sidecar),
        // Where our member is there, nothing of the sidecar is needed.
        Some(Err(_)) if matches!(file.trust, v4::Trust::Ours { .. }) => None,
        Some(Err(error)) => return Err(error),
        None => None,
    };
    let known = known.as_ref();
    let verdict = verdict::judge(&file, known, lineage).map_err(|refusal| {
        let lacking = match refusal {
            Refusal::Fork { .. } | Refusal::ForeignFork { .. } => {
                lacking(at, &file.snapshot, known)
            }
            _ => Vec::new(),
        };
        StoreError::Refused {
            path: path.to_path_buf(),
            refusal: Box::new(refusal),
            newest: newest(at),
            lacking,
        }
    })?;
    let mut snapshot = file.snapshot;
    let mut digest = None;
    if let Some(sidecar) = known {
        if verdict != Verdict::Ours {
            verdict::carry_over(&mut snapshot, sidecar);
        }
        let same_sum =
            matches!(&file.trust, v4::Trust::Ours { sum, .. } if sum.to_string() == sidecar.sum);
        digest = (same_sum || verdict == Verdict::Rewritten).then_some(sidecar.digest);
    }
    Ok(Some(Current { snapshot, verdict: Some(verdict), raw, digest, change }))
}

/// The newest snapshot in history that can be read.
fn newest(at: &At<'_>) -> Option<String> {
    let kept = history::list(at.disk, at.area).ok()?;
    let good = |k: &&history::Kept| {
        read_kept(at, k).is_some_and(|f| !matches!(f.trust, v4::Trust::Damaged { .. }))
    };
    kept.iter().rev().find(good).map(|k| format!("serial {} ({})", k.serial, k.path.display()))
}

fn read_kept(at: &At<'_>, kept: &history::Kept) -> Option<v4::File> {
    let bytes = at.disk.read(&kept.path).ok()?;
    Some(sealed::read_state(at.cipher, bytes).ok()?.file)
}

fn lacking(at: &At<'_>, file: &Snapshot, sidecar: Option<&Sidecar>) -> Vec<String> {
    let Some(sidecar) = sidecar else { return Vec::new() };
    let kept = history::list(at.disk, at.area).unwrap_or_default();
    let known = kept.iter().rfind(|k| k.serial == sidecar.serial);
    let known = known.and_then(|k| read_kept(at, k));
    known.map(|k| verdict::lacking(&file.state, &k.snapshot.state)).unwrap_or_default()
}

/// What a commit writes.
pub(super) struct Commit<'a> {
    /// What the state's file is to hold.
    pub(super) bytes: &'a [u8],
    pub(super) sidecar: &'a [u8],
    /// What the file holds now.
    pub(super) old: &'a [u8],
    pub(super) old_serial: u64,
    /// Whether another program wrote that, so that history does not have it.
    pub(super) foreign: bool,
    pub(super) entry: &'a HistoryEntry,
    /// The state file, open; none in the embedded store.
    pub(super) file: Option<&'a mut Box<dyn DiskFile>>,
}

/// Makes a snapshot the current one. When it returns, that survives any crash; when it fails, the old one is there or
/// can be restored, and the journals are.
pub(super) fn write(at: &At<'_>, place: &Place, commit: Commit<'_>) -> Result<(), StoreError> {
    let At { disk, area, .. } = *at;
    let old = if commit.foreign { Some(keep_foreign(at, &commit)?) } else { None };
    let new = history::put(disk, area, commit.bytes, commit.entry)?;
    let dir = area.history();
    disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))?;
    let path = area.sidecar();
    match place {
        Place::Embedded(_) => {
            // Nobody else writes here: the sidecar only tells that a newer snapshot was taken away.
            write_swiftly(disk, &path, commit.sidecar).map_err(StoreError::io("write", &path))
        }
        Place::File(state) => {
            let old = match old {
                None if commit.old.is_empty() => None,
                None => Some(history::name(commit.old_serial, commit.old)),
                some => some,
            };
            put_next(disk, area, &Next { new, old })?;
            let Some(file) = commit.file else {
                return Err(StoreError::Fenced { path: state.clone() });
            };
            overwrite(&mut **file, commit.bytes).map_err(StoreError::io("write", state))?;
            if commit.old.is_empty() {
                sync_parent(disk, state)?;
            }
            write_durable(disk, &path, commit.sidecar).map_err(StoreError::io("write", &path))?;
            disk.sync_dir(&area.dir).map_err(StoreError::io("sync", &area.dir))?;
            remove_next(disk, area)
        }
    }
}

/// Another program's snapshot is worth keeping too, and is what a repair may need.
fn keep_foreign(at: &At<'_>, commit: &Commit<'_>) -> Result<String, StoreError> {
    let info = CommitInfo { who: String::new(), command: "another program".into(), plan: None };
    let entry = HistoryEntry { serial: commit.old_serial, when: commit.entry.when.clone(), info };
    history::put(at.disk, at.area, commit.old, &entry)
}

fn put_next(disk: &dyn Disk, area: &Area, next: &Next) -> Result<(), StoreError> {
    let path = area.next();
    let text = serde_json::to_vec(next).map_err(|e| StoreError::Encode(e.to_string()))?;
    write_durable(disk, &path, &text).map_err(StoreError::io("write", &path))?;
    disk.sync_dir(&area.dir).map_err(StoreError::io("sync", &area.dir))
}

fn remove_next(disk: &dyn Disk, area: &Area) -> Result<(), StoreError> {
    let path = area.next();
    disk.remove(&path).map_err(StoreError::io("remove", &path))
}

/// Puts new content into an open file, which is never empty in between.
fn overwrite(file: &mut dyn DiskFile, bytes: &[u8]) -> std::io::Result<()> {
    file.write_at(0, bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync()
}

fn sync_parent(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    disk.sync_dir(parent).map_err(StoreError::io("sync", parent))
}

/// A commit in place that has begun: its content, and that of the one before.
struct Begun {
    new: Vec<u8>,
    old: Vec<u8>,
    /// The new content's file in history.
    kept: PathBuf,
}

impl Begun {
    fn is_half_written(&self, file: &[u8]) -> bool {
        file != self.old && file != self.new && is_between(file, &self.old, &self.new)
    }
}

fn read_next(disk: &dyn Disk, area: &Area) -> Option<Begun> {
    let next: Next = serde_json::from_slice(&disk.read(&area.next()).ok()?).ok()?;
    let kept = area.history().join(next.new);
    let new = disk.read(&kept).ok()?;
    let old = match next.old {
        Some(name) => disk.read(&area.history().join(name)).ok()?,
        None => Vec::new(),
    };
    Some(Begun { new, old, kept })
}

/// Whether a file is what writing `new` over `old` can leave: each byte is of one of them, or was never written.
///
/// Power loss may take any block of a write, not only its end. Another program empties a file before it writes, so what
/// it leaves is shorter than both.
fn is_between(file: &[u8], old: &[u8], new: &[u8]) -> bool {
    let longest = old.len().max(new.len());
    let shortest = old.len().min(new.len());
    (shortest..=longest).contains(&file.len())
        && file.iter().enumerate().all(|(i, b)| {
            old.get(i) == Some(b) || new.get(i) == Some(b) || (i >= old.len() && *b == 0)
        })
}

/// Makes whole what a crash left half-written. For a holder of the lock, or within a commit.
pub(super) fn repair(at: &At<'_>, path: &Path, file: &mut dyn DiskFile) -> Result<(), StoreError> {
    let At { disk, area, .. } = *at;
    let Some(next) = read_next(disk, area) else { return Ok(()) };
    let now = file.read_all().map_err(StoreError::io("read", path))?;
    if next.is_half_written(&now) {
        overwrite(file, &next.new).map_err(StoreError::io("repair", path))?;
        if next.old.is_empty() {
            sync_parent(disk, path)?;
        }
    } else if now != next.new {
        if now != next.old && sealed::read_state(at.cipher, now).is_err() {
            // Damage of another kind: the message about it needs all there is.
            return Ok(());
        }
        // The commit never began to be written, or somebody has written since: it was not, and its journals fold.
        disk.remove(&next.kept).map_err(StoreError::io("remove", &next.kept))?;
    }
    remove_next(disk, area)
}
