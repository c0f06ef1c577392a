//! Journals of runs: on this machine, and their copies in the bucket.
//!
//! Where this machine has a run's journal, that is the truth. Its copy is the truth where the machine is gone.

use std::collections::{BTreeMap, BTreeSet};

use wb_crypt::Cipher;
use wb_state::RunId;
use wb_state::journal::{Journal, Record};

use super::attempts::Attempts;
use super::bucket::Listing;
use super::layout::{Layout, Part};
use super::pump::{Copier, SILENCE};
use crate::commit::FoundRun;
use crate::local::runs::LocalRun;
use crate::store::RunLog;
use crate::{StoreError, sealed};

/// The objects of one run.
#[derive(Default, Debug)]
struct Objects {
    segments: BTreeMap<u64, String>,
    keys: Vec<String>,
    newest: i64,
}

/// The objects of all runs that were listed.
#[derive(Default, Debug)]
pub(super) struct Copied(BTreeMap<RunId, Objects>);

impl Copied {
    pub(super) fn new(layout: &Layout, listing: &Listing) -> Self {
        let mut runs: BTreeMap<RunId, Objects> = BTreeMap::new();
        for object in &listing.objects {
            let (run, number) = match layout.part(&object.key) {
                Some(Part::Segment { run, number }) => (run, Some(number)),
                Some(Part::RunBeat { run }) => (run, None),
                _ => continue,
            };
            let objects = runs.entry(run).or_default();
            objects.newest = objects.newest.max(object.modified);
            objects.keys.push(object.key.clone());
            if let Some(number) = number {
                objects.segments.insert(number, object.key.clone());
            }
        }
        Self(runs)
    }

    /// The keys of a run's objects.
    pub(super) fn keys(&self, run: RunId) -> &[String] {
        self.0.get(&run).map(|objects| objects.keys.as_slice()).unwrap_or_default()
    }

    pub(super) fn has(&self, run: RunId) -> bool {
        self.0.contains_key(&run)
    }

    /// The runs that this machine knows nothing of. Nothing where one was removed meanwhile: somebody has folded it, and
    /// what was seen is out of date.
    pub(super) fn read(
        &self,
        attempts: &Attempts,
        cipher: &Cipher,
        known: &[FoundRun],
        now: i64,
    ) -> Result<Option<Vec<FoundRun>>, StoreError> {
        let mut found = Vec::new();
        for (run, objects) in &self.0 {
            if known.iter().any(|k| k.id == *run) {
                continue;
            }
            let fresh = now - objects.newest < SILENCE;
            let path = attempts.path(objects.keys.first().map_or("", String::as_str));
            let mut bytes = Vec::new();
            for (n, (number, key)) in (0..).zip(&objects.segments) {
                // What follows a gap was never acknowledged.
                if n != *number {
                    break;
                }
                let Some(got) = attempts.get(key)? else { return Ok(None) };
                bytes.extend(got.bytes);
            }
            let journal = sealed::read_journal(cipher, &bytes, &path)?;
            let live = fresh && !journal.as_ref().is_some_and(Journal::has_ended);
            found.push(FoundRun { id: *run, path, live, journal });
        }
        Ok(Some(found))
    }
}

/// The journal of a run at work: durable here, copied there.
#[derive(Debug)]
pub(super) struct RemoteRun {
    local: LocalRun,
    copier: Copier,
    /// The steps that are journalled to have begun.
    begun: BTreeSet<u64>,
    /// Whether a step begins outside with what is not flushed yet.
    begins: bool,
    /// Whether a copy must be there before the next step begins outside: the intents, or what nothing outside can give
    /// back.
    wants_copy: bool,
}

impl RemoteRun {
    pub(super) fn new(local: LocalRun, copier: Copier) -> Self {
        Self { local, copier, begun: BTreeSet::new(), begins: false, wants_copy: true }
    }
}

impl RunLog for RemoteRun {
    fn run(&self) -> RunId {
        self.local.run()
    }

    fn append(&mut self, record: &Record) {
        match record {
            Record::Started { step, .. } => {
                self.begun.insert(*step);
                self.begins = true;
            }
            // The object of a type that lives in the state alone: what is made with it cannot be found without it.
            Record::Result(result) if !self.begun.contains(&result.step) => {
                self.wants_copy |= result.effect.is_some();
            }
            _ => {}
        }
        self.local.append(record);
    }

    fn flush(&mut self, reserve: usize) -> Result<(), StoreError> {
        let flushed = self.local.flush(reserve);
        let bytes = self.local.take_durable();
        let wait = self.begins && self.wants_copy;
        if !bytes.is_empty() || wait {
            self.copier.copy(&bytes, wait)?;
        }
        if wait {
            self.wants_copy = false;
        }
        self.begins &= flushed.is_err();
        flushed
    }
}
