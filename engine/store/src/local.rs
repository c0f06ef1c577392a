//! The two stores on the machine's own disk.
//!
//! Both keep history, journals and the sidecar in a folder of wb's own. The embedded store's current snapshot is the
//! newest one of its history: a commit is one new file. The file store's is a state file that Terraform may have open
//! too, so it is written in place, with a copy beside it to repair from.

pub(crate) mod area;
mod current;
mod history;
pub(crate) mod runs;
mod workspaces;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_crypt::{Change, Cipher};
use wb_state::journal::Header;
use wb_state::verdict::Verdict;
use wb_state::{Digest, Nonce, RunId, Sidecar, Snapshot, State, v4};

use crate::commit::{self, Folded};
use crate::sealed::{self, Raw};
use crate::store::{
    Ambient, Begin, CommitInfo, Committed, Content, HistoryEntry, Loaded, RunLog, Store,
};
use crate::{Disk, DiskFile, LockInfo, Open, StoreError};

pub use workspaces::Workspaces;
pub(crate) use workspaces::clear_area;

use area::Area;
use current::Current;
use history::Reseal;

/// Where a local state lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In `.wb/state` of this folder.
    Embedded(PathBuf),
    /// In this file.
    File(PathBuf),
}

impl Place {
    /// The serial of the newest snapshot that is kept for this place.
    pub(crate) fn newest_serial(
        &self,
        disk: &dyn Disk,
        workspace: &str,
    ) -> Result<Option<u64>, StoreError> {
        Ok(history::list(disk, &Area::of(self, workspace))?.last().map(|kept| kept.serial))
    }
}

/// How to open a local store.
#[derive(Clone, Debug)]
pub struct Options {
    pub place: Place,
    pub workspace: String,
    /// False for `-lock=false`.
    pub lock: bool,
    /// How many snapshots are kept.
    pub history: usize,
    /// The lineage that the record of which store is used names.
    pub lineage: Option<String>,
    /// What to write as the writer's version: the version of Terraform that wb stands for.
    pub terraform_version: String,
    /// `user@host`, for the lock.
    pub who: String,
    /// How what is kept is encrypted.
    pub cipher: Cipher,
}

/// The embedded and the file store.
#[derive(Debug)]
pub struct LocalStore {
    disk: Arc<dyn Disk>,
    ambient: Box<dyn Ambient>,
    options: Options,
    area: Area,
    held: Option<Held>,
}

/// The lock while it is ours.
#[derive(Debug)]
struct Held {
    /// Open as long as the lock is held: closing it gives the lock back. In the file store it is the state file.
    file: Box<dyn DiskFile>,
    info: LockInfo,
}

impl LocalStore {
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, ambient: Box<dyn Ambient>, options: Options) -> Self {
        let area = Area::of(&options.place, &options.workspace);
        Self { disk, ambient, options, area, held: None }
    }

    fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    fn at(&self) -> At<'_> {
        At { disk: &*self.disk, area: &self.area, cipher: &self.options.cipher }
    }

    /// The file that carries the lock.
    fn lock_path(&self) -> PathBuf {
        match &self.options.place {
            Place::Embedded(_) => self.area.dir.join("lock"),
            Place::File(path) => path.clone(),
        }
    }

    /// The file in which the holder says who it is.
    fn lock_info_path(&self) -> PathBuf {
        match &self.options.place {
            Place::Embedded(_) => self.area.dir.join("lock.info"),
            Place::File(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                path.with_file_name(format!(".{name}.lock.info"))
            }
        }
    }

    fn read_lock_info(&self) -> Option<LockInfo> {
        serde_json::from_slice(&self.disk.read(&self.lock_info_path()).ok()?).ok()
    }

    /// The lock file, if another holds a lock on it.
    fn holder(&self) -> Option<LockInfo> {
        if self.held.is_some() || !self.is_locked() {
            return None;
        }
        self.read_lock_info()
    }

    fn is_locked(&self) -> bool {
        let file = self.disk.open(&self.lock_path(), Open::Existing);
        file.is_ok_and(|mut f| f.is_locked().unwrap_or(false))
    }

    fn fresh_lineage(&mut self) -> String {
        commit::uuid(self.ambient.random())
    }

    /// The last commit; the empty state where there was none.
    fn current(&mut self) -> Result<Current, StoreError> {
        let known = self.options.lineage.clone();
        let found = current::read(&self.at(), &self.options.place, known.as_deref());
        let found = match found {
            // Another program empties the file before it writes.
            Err(error) if error.is_of_half() && self.held.is_none() && self.is_locked() => {
                let path = self.lock_path();
                let holder = self.read_lock_info().map(Box::new);
                return Err(StoreError::BeingWritten { path, holder });
            }
            other => other?,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        // A first run that died has drawn the lineage of all that is to come.
        let begun = || -> Result<Option<String>, StoreError> {
            let runs = runs::list(self.disk(), &self.options.cipher, &self.area, None)?;
            Ok(runs.into_iter().find_map(|r| Some(r.journal?.header.lineage)))
        };
        let lineage = match known {
            Some(lineage) => Some(lineage),
            None => begun()?,
        };
        let lineage = lineage.unwrap_or_else(|| self.fresh_lineage());
        let snapshot = Snapshot::empty(lineage, self.options.terraform_version.as_str());
        Ok(Current { snapshot, verdict: None, raw: Raw::none(), digest: None, change: None })
    }

    /// Folds into a snapshot every run that has died, and `own`.
    fn fold_runs(
        &mut self,
        snapshot: &mut Snapshot,
        base: Digest,
        own: Option<RunId>,
    ) -> Result<Vec<Folded>, StoreError> {
        let found = runs::list(self.disk(), &self.options.cipher, &self.area, own)?;
        commit::fold_runs(snapshot, base, found, &mut |header| self.base_of(header))
    }

    /// The state on which a run was planned, if history has it.
    fn base_of(&self, header: &Header) -> Option<State> {
        if header.base_serial == 0 {
            return Some(State::default());
        }
        let entries = history::list(self.disk(), &self.area).ok()?;
        let same = entries.into_iter().filter(|e| e.serial == header.base_serial);
        let mut states = same.filter_map(|e| {
            let bytes = self.disk.read(&e.path).ok()?;
            let read = sealed::read_state(&self.options.cipher, bytes);
            Some(read.ok()?.file.snapshot.state)
        });
        states.find(|state| state.digest() == header.base_digest)
    }

    /// Makes the new snapshot of a commit, from what is there now.
    fn make(&mut self, current: Current, content: Content) -> Result<Made, StoreError> {
        let Current { snapshot: mut next, verdict, raw, digest, change } = current;
        let base = digest.unwrap_or_else(|| next.state.digest());
        let before = next.clone();
        let own = match &content {
            Content::Runs { own } => *own,
            Content::Replace { .. } => None,
        };
        let runs = self.fold_runs(&mut next, base, own)?;
        commit::replace(&mut next, content, verdict, &runs, &self.area.dir)?;
        let same = next == before && change.is_none();
        // A run that is folded and listed no more needs no memory of it; its removal is durable by then.
        if !same {
            let listed = |id: &RunId| runs.iter().any(|(r, _)| r.id == *id);
            let stale: Vec<RunId> = next.folded.keys().filter(|r| !listed(r)).copied().collect();
            if !stale.is_empty() && self.disk.sync_dir(&self.area.runs()).is_ok() {
                next.folded.retain(|run, _| !stale.contains(run));
            }
            next.serial += 1;
            next.terraform_version = self.options.terraform_version.as_str().into();
        }
        let lineage_changed = verdict.is_some() && next.lineage != before.lineage;
        let (old, old_serial) = (raw, before.serial);
        Ok(Made { next, old, old_serial, lineage_changed, verdict, change, same, runs })
    }

    fn write(
        &mut self,
        made: &Made,
        info: &CommitInfo,
        file: Option<&mut Box<dyn DiskFile>>,
    ) -> Result<(), StoreError> {
        let nonce = Nonce(self.ambient.random());
        let mut written =
            v4::write(&made.next, nonce).map_err(|e| StoreError::Encode(e.to_string()))?;
        let sidecar = Sidecar::write(&made.next, written.digest, &written);
        let cipher = &self.options.cipher;
        let sidecar = sealed::write_sidecar(cipher, sidecar, &self.area.sidecar())?;
        let place = self.area.history();
        written.bytes = sealed::write_state(cipher, &made.next, written.bytes, &place)?;
        let entry =
            HistoryEntry { serial: made.next.serial, when: self.ambient.now(), info: info.clone() };
        if made.lineage_changed {
            // A crash must not leave the new state beside what is known of the old one.
            let path = self.area.sidecar();
            self.disk.remove(&path).unwrap_or_default();
            let dir = &self.area.dir;
            self.disk.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
        }
        let commit = current::Commit {
            bytes: &written.bytes,
            sidecar: &sidecar,
            old: made.old.bytes(),
            old_serial: made.old_serial,
            foreign: made.is_foreign(),
            entry: &entry,
            file,
        };
        current::write(&self.at(), &self.options.place, commit)?;
        if let Some(lineage) = &mut self.options.lineage {
            *lineage = made.next.lineage.to_string();
        }
        history::prune(self.disk(), &self.area, self.options.history)
    }

    fn commit_within(&mut self, content: Content, info: &CommitInfo) -> Result<Made, StoreError> {
        if let (Place::File(path), Some(held)) = (&self.options.place, &mut self.held) {
            let there = held.file.is_at(path).map_err(StoreError::io("look at", path))?;
            if !there {
                // Somebody has put another file in its place, which nobody has locked.
                return Err(StoreError::Fenced { path: path.clone() });
            }
        }
        let mut file = self.state_file()?;
        if let (Place::File(path), Some(file)) = (&self.options.place, &mut file) {
            current::repair(&self.at(), path, &mut **file)?;
        }
        let current = self.current()?;
        if file.is_some() {
            history::forget_above(self.disk(), &self.area, current.snapshot.serial)?;
        }
        let made = self.make(current, content)?;
        // A crash must not leave what is kept as it was encrypted before.
        if made.change.is_some() {
            history::mark_to_reseal(&self.at(), Reseal::All)?;
        } else if made.is_foreign() && !made.same && self.options.cipher.seals() {
            history::mark_to_reseal(&self.at(), Reseal::Plain)?;
        }
        if !made.same {
            self.write(&made, info, file.as_mut())?;
        }
        history::reseal_if_marked(&self.at())?;
        Ok(made)
    }

    /// The state file, open for a commit. Not the one that carries our lock: the lock is the open file's, and stays.
    fn state_file(&self) -> Result<Option<Box<dyn DiskFile>>, StoreError> {
        let Place::File(path) = &self.options.place else { return Ok(None) };
        let file = self.disk.open(path, Open::Either).map_err(StoreError::io("open", path))?;
        Ok(Some(file))
    }

    /// The commit lock: a short critical section, also under `-lock=false`.
    fn enter(&self) -> Result<Box<dyn DiskFile>, StoreError> {
        self.area.make(self.disk())?;
        let path = self.area.dir.join("commit.lock");
        let mut file =
            self.disk.open(&path, Open::Either).map_err(StoreError::io("open", &path))?;
        let mut tries = 0;
        loop {
            match file.try_lock() {
                Ok(true) => return Ok(file),
                // Another commit takes milliseconds; one that takes a minute has hung.
                Ok(false) if tries < 6_000 => {
                    tries += 1;
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                Ok(false) => return Err(StoreError::Held { path, holder: None, far: false }),
                Err(e) if e.kind() == std::io::ErrorKind::Unsupported && !self.options.lock => {
                    return Ok(file);
                }
                Err(e) if e.kind() == std::io::ErrorKind::Unsupported => {
                    return Err(StoreError::NoLocks { path });
                }
                Err(e) => return Err(StoreError::io("lock", &path)(e)),
            }
        }
    }
}

/// A commit before it is written.
struct Made {
    next: Snapshot,
    old: Raw,
    old_serial: u64,
    lineage_changed: bool,
    verdict: Option<Verdict>,
    /// What it changes about how the state is encrypted.
    change: Option<Change>,
    same: bool,
    runs: Vec<Folded>,
}

impl Made {
    /// Whether another program wrote what is there.
    fn is_foreign(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Foreign | Verdict::Rewritten))
    }
}

impl Store for LocalStore {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        let holder = self.holder();
        let Current { mut snapshot, verdict, digest, change, .. } = self.current()?;
        let digest = digest.unwrap_or_else(|| snapshot.state.digest());
        let base = (snapshot.serial, digest);
        let runs = self.fold_runs(&mut snapshot, digest, None)?;
        Ok(Loaded { snapshot, base, verdict, change, runs: commit::notes(runs), holder })
    }

    fn lock(&mut self, operation: &str) -> Result<LockInfo, StoreError> {
        self.area.make(self.disk())?;
        let path = self.lock_path();
        let info = LockInfo {
            id: self.fresh_lineage(),
            operation: operation.to_owned(),
            info: String::new(),
            who: self.options.who.clone(),
            version: self.options.terraform_version.clone(),
            created: self.ambient.now(),
            path: path.display().to_string(),
        };
        if !self.options.lock {
            return Ok(info);
        }
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            crate::make_dirs(self.disk(), parent).map_err(StoreError::io("make", parent))?;
        }
        let mut file =
            self.disk.open(&path, Open::Either).map_err(StoreError::io("open", &path))?;
        match file.try_lock() {
            Ok(true) if file.is_at(&path).map_err(StoreError::io("look at", &path))? => {}
            // Terraform removes an empty file that it made for its lock: this one is gone. Asking again opens another.
            Ok(true) => return Err(StoreError::Held { path, holder: None, far: false }),
            Ok(false) => {
                let holder = self.read_lock_info().map(Box::new);
                return Err(StoreError::Held { path, holder, far: false });
            }
            Err(e) if e.kind() == std::io::ErrorKind::Unsupported => {
                return Err(StoreError::NoLocks { path });
            }
            Err(e) => return Err(StoreError::io("lock", &path)(e)),
        }
        let info_path = self.lock_info_path();
        let text = serde_json::to_vec(&info).map_err(|e| StoreError::Encode(e.to_string()))?;
        write_plainly(self.disk(), &info_path, &text)
            .map_err(StoreError::io("write", &info_path))?;
        self.held = Some(Held { file, info: info.clone() });
        // What a crash left half-written is made whole before anything is built on it.
        if let Place::File(state) = &self.options.place
            && let Some(held) = &mut self.held
        {
            let at = At { disk: &*self.disk, area: &self.area, cipher: &self.options.cipher };
            current::repair(&at, state, &mut *held.file)?;
        }
        Ok(info)
    }

    fn check_lock(&mut self) -> Result<(), StoreError> {
        let Some(held) = &self.held else {
            return if self.options.lock { Err(StoreError::NotLocked) } else { Ok(()) };
        };
        // On a network file system a lock can be lost in a pause; whoever took it has written its own name.
        match self.read_lock_info() {
            Some(info) if info.id == held.info.id => Ok(()),
            _ => Err(StoreError::Fenced { path: self.lock_path() }),
        }
    }

    fn unlock(&mut self) -> Result<(), StoreError> {
        let ours = self.check_lock().is_ok();
        let held = self.held.take();
        if ours && held.is_some() {
            let path = self.lock_info_path();
            self.disk.remove(&path).map_err(StoreError::io("remove", &path))?;
        }
        Ok(())
    }

    fn force_unlock(&mut self, id: &str) -> Result<(), StoreError> {
        let Some(info) = self.read_lock_info() else { return Err(StoreError::NotLocked) };
        if info.id != id {
            return Err(StoreError::OtherLock { id: id.to_owned(), held: info.id });
        }
        // The kernel's lock falls with its process only; a holder that lives is named, not robbed.
        if self.is_locked() {
            return Err(StoreError::Held {
                path: self.lock_path(),
                holder: Some(Box::new(info)),
                far: false,
            });
        }
        let path = self.lock_info_path();
        self.disk.remove(&path).map_err(StoreError::io("remove", &path))
    }

    fn begin(&mut self, begin: Begin<'_>) -> Result<Box<dyn RunLog>, StoreError> {
        if self.options.lock {
            self.check_lock()?;
        }
        self.area.make(self.disk())?;
        let header = commit::header(&begin, &self.options.workspace, 0, &mut *self.ambient);
        // A lineage that was drawn for an empty state is that of all commits to come.
        self.options.lineage.get_or_insert_with(|| header.lineage.clone());
        let cipher = &self.options.cipher;
        Ok(Box::new(runs::create(self.disk(), cipher, &self.area, header, false)?))
    }

    fn commit(&mut self, content: Content, info: &CommitInfo) -> Result<Committed, StoreError> {
        if self.options.lock {
            self.check_lock()?;
        }
        let critical = self.enter()?;
        let made = self.commit_within(content, info)?;
        runs::remove_folded(self.disk(), &made.runs);
        drop(critical);
        Ok(Committed { snapshot: made.next, written: !made.same, runs: commit::notes(made.runs) })
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let entries = history::list(self.disk(), &self.area)?;
        Ok(entries.iter().map(|e| history::entry(self.disk(), e)).collect())
    }

    fn history_bytes(&mut self, serial: u64) -> Result<Vec<u8>, StoreError> {
        let entries = history::list(self.disk(), &self.area)?;
        let entry = entries
            .iter()
            .rfind(|e| e.serial == serial)
            .ok_or(StoreError::NoSnapshot { serial })?;
        let bytes = self.disk.read(&entry.path).map_err(StoreError::io("read", &entry.path))?;
        let opened = self.options.cipher.open(bytes).map_err(StoreError::crypt(&entry.path))?;
        Ok(opened.bytes)
    }
}

/// What a state's parts are read and written with.
#[derive(Clone, Copy, Debug)]
struct At<'a> {
    disk: &'a dyn Disk,
    area: &'a Area,
    cipher: &'a Cipher,
}

/// Writes a small file whose loss does no harm.
pub(crate) fn write_plainly(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = disk.open(path, Open::Either)?;
    file.set_len(0)?;
    file.write_at(0, bytes)
}
