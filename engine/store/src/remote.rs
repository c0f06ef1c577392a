//! The store in a bucket.
//!
//! One object is the state, and every commit is one conditional write of it: on the entity tag that was read, with a
//! nonce in every body, so that a stale writer never gets through. Beside it are the lock that Terraform knows, the
//! sidecar, history, and copies of the journals of runs. All requests go through [`Bucket`].

mod attempts;
mod bucket;
mod current;
mod layout;
mod lock;
mod pump;
mod runs;
mod workspaces;

use std::path::PathBuf;
use std::sync::Arc;

use wb_crypt::Change;
use wb_state::journal::Header;
use wb_state::verdict::Verdict;
use wb_state::{Digest, Nonce, RawJson, RunId, Sidecar, Snapshot, State, v4};

use crate::commit::{self, Folded, FoundRun};
use crate::local::area::Area;
use crate::local::runs as journals;
use crate::store::{
    Ambient, Begin, CommitInfo, Committed, Content, HistoryEntry, Loaded, RunLog, Store,
};
use crate::{Disk, LockInfo, StoreError, sealed};

pub use bucket::{BootClock, Bucket, BucketError, Clock, Condition, Got, Listed, Listing, Put};
pub use layout::{Keys, PREFIX};
pub use workspaces::{Remote, RemoteOptions};

use attempts::Attempts;
use current::{Kept, Seen, look};
use layout::Layout;
use lock::Held;
use pump::Pump;
use runs::RemoteRun;
use serde::{Deserialize, Serialize};

/// The store of one workspace in a bucket.
#[derive(Debug)]
pub struct RemoteStore {
    attempts: Attempts,
    layout: Layout,
    /// What this machine keeps: journals, and who holds the lock here.
    disk: Arc<dyn Disk>,
    area: Area,
    ambient: Box<dyn Ambient>,
    options: RemoteOptions,
    /// Whether copies and signs of life are sent beside the work.
    background: bool,
    ignores_conditions: bool,
    held: Option<Held>,
    pump: Option<Pump>,
    /// What was read last. A commit that builds on it finds out if it is out of date.
    seen: Option<Seen>,
    /// Whether there is a sign of life, of whomever, that goes with the lock.
    found_beat: bool,
    /// The lineage that was drawn for a state that is not there yet.
    lineage: Option<String>,
}

/// What is known of a server, as it stands in the state.
#[derive(PartialEq, Serialize, Deserialize)]
struct Probe {
    server: String,
    conditions: bool,
}

/// Who committed a snapshot, beside it in the bucket.
#[derive(Serialize, Deserialize)]
struct Note {
    when: String,
    #[serde(flatten)]
    info: CommitInfo,
}

/// What others overtake again and again is given up.
const TRIES: u32 = 50;

impl RemoteStore {
    fn path(&self) -> PathBuf {
        self.attempts.path(&self.layout.state)
    }

    /// What is there, read now.
    fn look(&mut self) -> Result<Seen, StoreError> {
        look(&self.attempts, &self.options.cipher, &self.layout)
    }

    /// The same, with the runs that are found.
    fn look_whole(&mut self) -> Result<(Seen, Vec<FoundRun>), StoreError> {
        for _ in 0..TRIES {
            let seen = self.look()?;
            if let Some(runs) = self.find_runs(&seen, None)? {
                return Ok((seen, runs));
            }
        }
        Err(self.overtaken())
    }

    fn overtaken(&self) -> StoreError {
        StoreError::Held { path: self.path(), holder: None, far: true }
    }

    /// The runs of which something is found, here or there. `own` is this process's, which has ended. Nothing where what
    /// was seen is out of date.
    fn find_runs(
        &self,
        seen: &Seen,
        own: Option<RunId>,
    ) -> Result<Option<Vec<FoundRun>>, StoreError> {
        let cipher = &self.options.cipher;
        let mut found = journals::list(&*self.disk, cipher, &self.area, own)?;
        let Some(there) = seen.copied.read(&self.attempts, cipher, &found, seen.now)? else {
            return Ok(None);
        };
        found.extend(there);
        commit::sort(&mut found);
        Ok(Some(found))
    }

    /// The snapshot that a commit builds on, and its digest.
    fn base(&mut self, seen: &Seen, runs: &[FoundRun]) -> (Snapshot, Digest) {
        if let Some(current) = &seen.current {
            let digest = current.digest.unwrap_or_else(|| current.snapshot.state.digest());
            return (current.snapshot.clone(), digest);
        }
        // A first run that died has drawn the lineage of all that is to come.
        let begun = runs.iter().find_map(|r| Some(r.journal.as_ref()?.header.lineage.clone()));
        let lineage = begun.or_else(|| self.lineage.clone());
        let lineage = lineage.unwrap_or_else(|| commit::uuid(self.ambient.random()));
        let version = self.options.terraform_version.as_str();
        let snapshot = Snapshot::empty(lineage, version);
        let digest = snapshot.state.digest();
        (snapshot, digest)
    }

    /// The state on which a run was planned, if history has it.
    fn base_of(&self, history: &[Kept], header: &Header) -> Option<State> {
        if header.base_serial == 0 {
            return Some(State::default());
        }
        let mut states =
            history.iter().filter(|k| k.serial == header.base_serial).filter_map(|k| {
                let kept = current::read_kept(&self.attempts, &self.options.cipher, k);
                Some(kept?.snapshot.state)
            });
        states.find(|state| state.digest() == header.base_digest)
    }

    fn fold(
        &self,
        seen: &Seen,
        snapshot: &mut Snapshot,
        digest: Digest,
        runs: Vec<FoundRun>,
    ) -> Result<Vec<Folded>, StoreError> {
        let base_of = &mut |header: &Header| self.base_of(&seen.history, header);
        commit::fold_runs(snapshot, digest, runs, base_of)
    }

    /// Makes the new snapshot of a commit, from what was seen; nothing where that is out of date.
    fn make(&mut self, seen: &Seen, content: Content) -> Result<Option<Made>, StoreError> {
        let own = match &content {
            Content::Runs { own } => *own,
            Content::Replace { .. } => None,
        };
        let Some(runs) = self.find_runs(seen, own)? else { return Ok(None) };
        let (mut next, digest) = self.base(seen, &runs);
        let before = next.clone();
        let runs = self.fold(seen, &mut next, digest, runs)?;
        let verdict = seen.current.as_ref().map(|c| c.verdict);
        commit::replace(&mut next, content, verdict, &runs, &self.path())?;
        let change = seen.current.as_ref().and_then(|c| c.change);
        let same = next == before && change.is_none();
        if !same {
            self.forget_folded(seen, &runs, &mut next);
            next.serial += 1;
            next.terraform_version = self.options.terraform_version.as_str().into();
            next.probe = self.probed();
        }
        let lineage_changed = verdict.is_some() && next.lineage != before.lineage;
        Ok(Some(Made { next, same, lineage_changed, change, runs }))
    }

    /// A run that is folded and found no more needs no memory of it, once its removal is durable here as there.
    fn forget_folded(&self, seen: &Seen, runs: &[Folded], next: &mut Snapshot) {
        let found = |id: &RunId| seen.copied.has(*id) || runs.iter().any(|(r, _)| r.id == *id);
        let stale: Vec<RunId> = next.folded.keys().filter(|r| !found(r)).copied().collect();
        if !stale.is_empty() && self.disk.sync_dir(&self.area.runs()).is_ok() {
            next.folded.retain(|run, _| !stale.contains(run));
        }
    }

    /// Writes a snapshot; nothing where somebody was faster.
    fn write(
        &mut self,
        seen: &Seen,
        made: &Made,
        info: &CommitInfo,
    ) -> Result<Result<Kept, Kept>, StoreError> {
        let nonce = Nonce(self.ambient.random());
        let mut written =
            v4::write(&made.next, nonce).map_err(|e| StoreError::Encode(e.to_string()))?;
        let sidecar = Sidecar::write(&made.next, written.digest, &written);
        let (cipher, path) = (&self.options.cipher, self.path());
        let sidecar = sealed::write_sidecar(cipher, sidecar, &path)?;
        written.bytes = sealed::write_state(cipher, &made.next, written.bytes, &path)?;
        if made.lineage_changed {
            // A crash must not leave the new state beside what is known of the old one.
            self.attempts.delete(&[self.layout.meta()])?;
        }
        if let Some(current) = &seen.current
            && current.verdict != Verdict::Ours
        {
            // Another program's snapshot is worth keeping too.
            let info = CommitInfo { command: "another program".into(), ..CommitInfo::default() };
            let bytes = current.bytes.to_vec();
            let resealed = sealed::reseal(&self.options.cipher, bytes).ok().flatten();
            let bytes = resealed.as_deref().unwrap_or(&current.bytes);
            self.keep(current.snapshot.serial, bytes, &info)?;
        }
        let kept = self.keep(made.next.serial, &written.bytes, info)?;
        let condition = match &seen.current {
            Some(current) => Condition::Match(&current.etag),
            None => Condition::Absent,
        };
        let state = self.layout.state.clone();
        let put = Put { bytes: &written.bytes, condition, note: None };
        if self.attempts.put(&state, &put)?.is_none() {
            return Ok(Err(kept));
        }
        let put = Put { bytes: &sidecar, condition: Condition::Always, note: None };
        self.attempts.put(&self.layout.meta(), &put)?;
        Ok(Ok(kept))
    }

    fn keep(&mut self, serial: u64, bytes: &[u8], info: &CommitInfo) -> Result<Kept, StoreError> {
        let key = self.layout.history(serial, bytes);
        let note = Note { when: self.ambient.now(), info: info.clone() };
        let note = serde_json::to_string(&note).map_err(|e| StoreError::Encode(e.to_string()))?;
        let condition = Condition::Always;
        let put = Put { bytes, condition, note: Some(&note) };
        self.attempts.put(&key, &put)?;
        Ok(Kept { serial, key })
    }

    /// Encrypts what is kept as it would be written now, before the state itself is: who is cut off here does it again.
    fn reseal(&mut self, seen: &mut Seen) -> Result<(), StoreError> {
        for kept in &mut seen.history {
            let Some(got) = self.attempts.get(&kept.key)? else { continue };
            let Ok(Some(bytes)) = sealed::reseal(&self.options.cipher, got.bytes) else { continue };
            let note = self.attempts.note(&kept.key)?;
            let key = self.layout.history(kept.serial, &bytes);
            let condition = Condition::Always;
            let put = Put { bytes: &bytes, condition, note: Some(note.as_deref().unwrap_or("{}")) };
            self.attempts.put(&key, &put)?;
            seen.litter.push(std::mem::replace(&mut kept.key, key));
        }
        Ok(())
    }

    /// Removes what a commit has made superfluous. What stays does no harm, and is tried again by the next one.
    fn tidy(&mut self, seen: &Seen, made: &Made, kept: Option<&Kept>, mut keys: Vec<String>) {
        keys.extend_from_slice(&seen.litter);
        for (run, folded) in &made.runs {
            if run.live || (folded.is_none() && run.journal.is_some()) {
                continue;
            }
            keys.extend_from_slice(seen.copied.keys(run.id));
        }
        let mut history: Vec<&Kept> = seen.history.iter().collect();
        history.extend(kept);
        history.sort();
        history.dedup();
        // What never got as far as the state must not stand in the way of its serial.
        let (past, beyond): (Vec<&Kept>, Vec<&Kept>) = history
            .into_iter()
            .partition(|k| k.serial < made.next.serial || kept.is_none_or(|kept| kept == *k));
        let too_many = past.len().saturating_sub(self.options.history.max(2));
        keys.extend(past[..too_many].iter().chain(&beyond).map(|k| k.key.clone()));
        keys.sort();
        keys.dedup();
        self.attempts.delete(&keys).unwrap_or_default();
        journals::remove_folded(&*self.disk, &made.runs);
    }

    fn probed(&self) -> Option<RawJson> {
        let probe =
            Probe { server: self.attempts.bucket.server(), conditions: !self.ignores_conditions };
        RawJson::new(serde_json::to_string(&probe).ok()?).ok()
    }

    /// Finds out whether the server honours conditions, unless that is known.
    fn probe(&mut self, known: Option<&RawJson>) -> Result<(), StoreError> {
        let known = known.and_then(|raw| serde_json::from_str::<Probe>(raw.text()).ok());
        let server = self.attempts.bucket.server();
        if self.ignores_conditions || known.is_some_and(|p| p.server == server && p.conditions) {
            return Ok(());
        }
        let key = self.layout.probe(self.ambient.random());
        let put = |bytes: &[u8], condition| {
            self.attempts.put(&key, &Put { bytes, condition, note: None })
        };
        let (first, second, third) = (
            put(b"1", Condition::Absent)?,
            put(b"2", Condition::Absent)?,
            put(b"3", Condition::Match("\"00000000000000000000000000000000\""))?,
        );
        self.attempts.delete(std::slice::from_ref(&key))?;
        match (first, second, third) {
            (Some(_), None, None) => Ok(()),
            _ => Err(StoreError::Unconditional { place: self.attempts.bucket.name() }),
        }
    }

    /// What sends copies and signs of life.
    fn pump(&mut self) -> &Pump {
        let sent = self.attempts.clock.uptime();
        self.pump.get_or_insert_with(|| {
            Pump::start(self.attempts.clone(), self.layout.clone(), sent, self.background)
        })
    }

    fn holder(&self, seen: &Seen) -> Result<Option<LockInfo>, StoreError> {
        if self.held.is_some() || !seen.is_locked {
            return Ok(None);
        }
        let got = self.attempts.get(&self.layout.lock())?;
        Ok(got.and_then(|got| serde_json::from_slice(&got.bytes).ok()))
    }
}

/// A commit before it is written.
struct Made {
    next: Snapshot,
    same: bool,
    lineage_changed: bool,
    /// What it changes about how the state is encrypted.
    change: Option<Change>,
    runs: Vec<Folded>,
}

impl Store for RemoteStore {
    fn load(&mut self) -> Result<Loaded, StoreError> {
        let (seen, runs) = self.look_whole()?;
        if self.held.is_some() {
            let known = seen.current.as_ref().and_then(|c| c.snapshot.probe.clone());
            self.probe(known.as_ref())?;
        }
        let holder = self.holder(&seen)?;
        self.found_beat = seen.has_beat;
        let (mut snapshot, digest) = self.base(&seen, &runs);
        let base = (snapshot.serial, digest);
        let runs = self.fold(&seen, &mut snapshot, digest, runs)?;
        let verdict = seen.current.as_ref().map(|c| c.verdict);
        let change = seen.current.as_ref().and_then(|c| c.change);
        self.seen = Some(seen);
        Ok(Loaded { snapshot, base, verdict, change, runs: commit::notes(runs), holder })
    }

    fn lock(&mut self, operation: &str) -> Result<LockInfo, StoreError> {
        let info = LockInfo {
            id: commit::uuid(self.ambient.random()),
            operation: operation.to_owned(),
            info: String::new(),
            who: self.options.who.clone(),
            version: self.options.terraform_version.clone(),
            created: self.ambient.now(),
            path: String::new(),
        };
        if !self.options.lock {
            return Ok(info);
        }
        self.area.make(&*self.disk)?;
        let (held, sent) = lock::take(&self.attempts, &self.layout, &*self.disk, &self.area, info)?;
        let info = held.info().clone();
        self.held = Some(held);
        self.seen = None;
        self.pump().renewed(sent);
        Ok(info)
    }

    fn check_lock(&mut self) -> Result<(), StoreError> {
        match (&mut self.held, &self.pump) {
            (Some(held), Some(pump)) => held.check(&self.attempts, &self.layout, pump),
            _ if self.options.lock => Err(StoreError::NotLocked),
            _ => Ok(()),
        }
    }

    fn unlock(&mut self) -> Result<(), StoreError> {
        let (Some(held), Some(pump)) = (self.held.take(), self.pump.take()) else { return Ok(()) };
        let mine = (&*self.disk, &self.area);
        held.release(&self.attempts, &self.layout, mine, pump, self.found_beat)
    }

    fn force_unlock(&mut self, id: &str) -> Result<(), StoreError> {
        let key = self.layout.lock();
        let Some(got) = self.attempts.get(&key)? else { return Err(StoreError::NotLocked) };
        let info: Option<LockInfo> = serde_json::from_slice(&got.bytes).ok();
        let held = info.map(|info| info.id).unwrap_or_default();
        if held != id {
            return Err(StoreError::OtherLock { id: id.to_owned(), held });
        }
        self.attempts.delete(&[key])
    }

    fn begin(&mut self, begin: Begin<'_>) -> Result<Box<dyn RunLog>, StoreError> {
        let epoch = if self.options.lock {
            self.check_lock()?;
            self.held.as_ref().map_or(0, Held::epoch)
        } else {
            self.probe(begin.loaded.snapshot.probe.as_ref())?;
            0
        };
        self.area.make(&*self.disk)?;
        let header = commit::header(&begin, &self.options.workspace, epoch, &mut *self.ambient);
        // A lineage that was drawn for an empty state is that of all commits to come.
        self.lineage.get_or_insert_with(|| header.lineage.clone());
        let run = header.run;
        let local = journals::create(&*self.disk, &self.options.cipher, &self.area, header, true)?;
        let pump = self.pump();
        pump.begin(run);
        Ok(Box::new(RemoteRun::new(local, pump.copier())))
    }

    fn commit(&mut self, content: Content, info: &CommitInfo) -> Result<Committed, StoreError> {
        if self.options.lock {
            self.check_lock()?;
        }
        let mut litter = Vec::new();
        for _ in 0..TRIES {
            let mut seen = match self.seen.take() {
                Some(seen) => seen,
                None => self.look()?,
            };
            let Some(made) = self.make(&seen, content.clone())? else { continue };
            let kept = if made.same {
                None
            } else {
                if made.change.is_some() {
                    self.reseal(&mut seen)?;
                }
                match self.write(&seen, &made, info)? {
                    Ok(kept) => Some(kept),
                    Err(kept) => {
                        litter.push(kept.key);
                        continue;
                    }
                }
            };
            // Somebody may have found this run ended, folded it and removed what was there of it.
            if let (Content::Runs { own: Some(own) }, Some(pump)) = (&content, &self.pump) {
                litter.extend(pump.end(*own));
            }
            self.tidy(&seen, &made, kept.as_ref(), litter);
            let written = !made.same;
            return Ok(Committed { snapshot: made.next, written, runs: commit::notes(made.runs) });
        }
        Err(self.overtaken())
    }

    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError> {
        let listing = self.attempts.list(&self.layout.beside())?;
        let mut entries = Vec::new();
        for kept in current::history(&self.layout, &listing) {
            let note = self.attempts.note(&kept.key)?;
            let note: Option<Note> = note.and_then(|text| serde_json::from_str(&text).ok());
            let (when, info) = note.map_or_else(Default::default, |n| (n.when, n.info));
            entries.push(HistoryEntry { serial: kept.serial, when, info });
        }
        Ok(entries)
    }

    fn history_bytes(&mut self, serial: u64) -> Result<Vec<u8>, StoreError> {
        let listing = self.attempts.list(&self.layout.beside())?;
        let history = current::history(&self.layout, &listing);
        let kept = history.iter().rfind(|kept| kept.serial == serial);
        let got = kept.map(|kept| self.attempts.get(&kept.key)).transpose()?.flatten();
        let bytes = got.map(|got| got.bytes).ok_or(StoreError::NoSnapshot { serial })?;
        let opened = self.options.cipher.open(bytes).map_err(StoreError::crypt(&self.path()))?;
        Ok(opened.bytes)
    }
}
