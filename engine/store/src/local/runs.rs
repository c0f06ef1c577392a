//! Journals on disk.
//!
//! A run holds a lock on its journal as long as it lives, so that others know, also where the state's own lock is off or
//! was removed, whether it may still write.

use std::path::PathBuf;

use wb_crypt::Cipher;
use wb_state::RunId;
use wb_state::journal::{Batch, Header, JournalError, Record};

use super::area::Area;
use crate::commit::{self, Folded, FoundRun};
use crate::store::RunLog;
use crate::{Disk, DiskFile, Open, StoreError, sealed};

const SUFFIX: &str = ".wbj";
/// What it ends in before its header is durable: no step has begun.
const NEW: &str = ".new";
/// The first space that is reserved; it doubles as long as the run goes on.
const FIRST: u64 = 64 << 10;
const MOST: u64 = 4 << 20;

/// All journals, in the order in which the runs began. `own` is this process's, which has ended.
pub(crate) fn list(
    disk: &dyn Disk,
    cipher: &Cipher,
    area: &Area,
    own: Option<RunId>,
) -> Result<Vec<FoundRun>, StoreError> {
    let dir = area.runs();
    let names = disk.list(&dir).map_err(StoreError::io("list", &dir))?;
    let mut found = Vec::new();
    for name in names {
        let stem = name.strip_suffix(SUFFIX).or_else(|| name.strip_suffix(NEW));
        let Some(id) = stem.and_then(RunId::parse) else { continue };
        let path = dir.join(&name);
        let live = Some(id) != own && is_live(disk, &path)?;
        if name.ends_with(NEW) {
            found.push(FoundRun { id, path, live, journal: None });
            continue;
        }
        let bytes = match disk.read(&path) {
            Ok(bytes) => bytes,
            // Its run has just ended.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(StoreError::io("read", &path)(e)),
        };
        // One that is blank was emptied by somebody: it had a header when it got its name.
        let blank =
            || StoreError::Journal { path: path.clone(), error: Box::new(JournalError::Blank) };
        let journal = sealed::read_journal(cipher, &bytes, &path)?.ok_or_else(blank)?;
        found.push(FoundRun { id, path, live, journal: Some(journal) });
    }
    commit::sort(&mut found);
    Ok(found)
}

fn is_live(disk: &dyn Disk, path: &std::path::Path) -> Result<bool, StoreError> {
    let mut file = match disk.open(path, Open::Existing) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        // What this user may not write, this user's runs did not write.
        Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => return Ok(true),
        Err(e) if e.kind() == std::io::ErrorKind::ReadOnlyFilesystem => return Ok(false),
        Err(e) => return Err(StoreError::io("open", path)(e)),
    };
    match file.is_locked() {
        Ok(locked) => Ok(locked),
        // Without locks nobody can say, and a live run's journal must not be taken from it.
        Err(e) if e.kind() == std::io::ErrorKind::Unsupported => Ok(true),
        Err(e) => Err(StoreError::io("look at the lock of", path)(e)),
    }
}

/// Makes a run's journal: when it returns, the journal is there after any crash. `copies` for a run whose journal is
/// copied elsewhere.
pub(crate) fn create(
    disk: &dyn Disk,
    cipher: &Cipher,
    area: &Area,
    header: Header,
    copies: bool,
) -> Result<LocalRun, StoreError> {
    let path = area.runs().join(format!("{}{SUFFIX}", header.run));
    let (magic, mut batch) = sealed::new_journal(cipher, &path)?;
    let new = path.with_extension(&NEW[1..]);
    let mut file = disk.open(&new, Open::New).map_err(StoreError::io("make", &new))?;
    match file.try_lock() {
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::Unsupported => {}
        Err(e) => return Err(StoreError::io("lock", &path)(e)),
    }
    let run = header.run;
    batch.push(&Record::Header(Box::new(header)));
    let mut log = LocalRun {
        file,
        path,
        run,
        batch,
        pending: magic.to_vec(),
        at: 0,
        len: 0,
        chunk: FIRST,
        durable: Vec::new(),
        copies,
    };
    log.flush(0)?;
    disk.rename(&new, &log.path).map_err(StoreError::io("rename", &new))?;
    let dir = area.runs();
    disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))?;
    Ok(log)
}

/// Removes the journals whose every record is in the committed snapshot. Should the removal not survive a crash, the
/// snapshot says that they are folded.
pub(crate) fn remove_folded(disk: &dyn Disk, runs: &[Folded]) {
    for (run, folded) in runs {
        if !run.live && (folded.is_some() || run.journal.is_none()) {
            // One that stays is folded already, and is tried again by the next commit.
            disk.remove(&run.path).unwrap_or_default();
        }
    }
}

/// The journal of a run at work.
#[derive(Debug)]
pub(crate) struct LocalRun {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    run: RunId,
    batch: Batch,
    /// Bytes that are not known to be durable.
    pending: Vec<u8>,
    /// Where they belong.
    at: u64,
    /// How long the file is: up to there, space is ours.
    len: u64,
    /// How much space to reserve next.
    chunk: u64,
    /// What became durable and is to be copied elsewhere.
    durable: Vec<u8>,
    copies: bool,
}

impl LocalRun {
    /// What has become durable since it was last asked.
    pub(crate) fn take_durable(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.durable)
    }

    /// Extends the file with zeroes so that `end` lies within it.
    fn extend(&mut self, end: u64) -> std::io::Result<()> {
        if end <= self.len {
            return Ok(());
        }
        let target = end.max(self.len + self.chunk);
        let zeroes = vec![0; 64 << 10];
        let mut at = self.len;
        while at < target {
            let n = (target - at).min(zeroes.len() as u64);
            self.file.write_at(at, &zeroes[..usize::try_from(n).unwrap_or(zeroes.len())])?;
            at += n;
        }
        self.len = target;
        self.chunk = (self.chunk * 2).min(MOST);
        Ok(())
    }
}

impl RunLog for LocalRun {
    fn run(&self) -> RunId {
        self.run
    }

    fn append(&mut self, record: &Record) {
        self.batch.push(record);
        if self.batch.is_full() {
            self.pending.extend(self.batch.take());
        }
    }

    fn flush(&mut self, reserve: usize) -> Result<(), StoreError> {
        self.pending.extend(self.batch.take());
        if self.pending.is_empty() {
            return Ok(());
        }
        let end = self.at + self.pending.len() as u64;
        // Results of what was in flight go into the space that was reserved for them, even on a full disk.
        let extended = self.extend(end + reserve as u64);
        if end > self.len {
            extended.map_err(StoreError::io("extend", &self.path))?;
            return Err(StoreError::io("extend", &self.path)(
                std::io::ErrorKind::StorageFull.into(),
            ));
        }
        self.file
            .write_at(self.at, &self.pending)
            .and_then(|()| self.file.sync())
            .map_err(StoreError::io("write", &self.path))?;
        self.at = end;
        if self.copies {
            self.durable.append(&mut self.pending);
        }
        self.pending.clear();
        extended.map_err(StoreError::io("extend", &self.path))
    }
}
