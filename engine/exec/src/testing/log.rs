//! What happened, in order: records that became durable, and effects in the cloud.

use std::sync::{Arc, Mutex};

use wb_state::journal::{Base, Header, Journal, Record, Tail, fold};
use wb_state::{RunId, Snapshot, State};

use crate::{JournalFailed, JournalSink};

/// One thing that happened.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Moment {
    /// So many records are written: any number of them may survive.
    Written(usize),
    /// So many records are durable.
    Durable(usize),
    /// The cloud has made an object, for this step.
    Made {
        id: String,
        name: String,
        token: String,
    },
    Gone {
        id: String,
    },
}

pub(crate) type History = Arc<Mutex<Vec<Moment>>>;

/// A journal in memory.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) records: Vec<Record>,
    pub(crate) flushes: usize,
    pub(crate) history: History,
    /// The flush from which on nothing becomes durable.
    pub(crate) full_from: Option<usize>,
}

impl JournalSink for Log {
    fn append(&mut self, record: &Record) {
        self.records.push(record.clone());
        self.history.lock().unwrap().push(Moment::Written(self.records.len()));
    }

    fn flush(&mut self, _reserve: usize) -> Result<(), JournalFailed> {
        self.flushes += 1;
        if self.full_from.is_some_and(|from| self.flushes > from) {
            return Err(JournalFailed { why: "No space is left.".to_owned() });
        }
        self.history.lock().unwrap().push(Moment::Durable(self.records.len()));
        Ok(())
    }
}

/// What the next command finds when the machine dies after so many records.
pub(crate) fn found(before: &State, records: &[Record]) -> Snapshot {
    let mut snapshot = Snapshot::empty("l", "1.16.0");
    snapshot.state = before.clone();
    let header = Header {
        format: 1,
        writer: "0".into(),
        lineage: "l".into(),
        workspace: "default".into(),
        base_serial: 1,
        base_digest: before.digest(),
        run: RunId(1),
        epoch: 0,
        started: "2026-01-01T00:00:00Z".into(),
        who: String::new(),
        command: String::new(),
        plan: None,
    };
    let journal = Journal { header, records: records.to_vec(), tail: Tail::Clean };
    fold(&mut snapshot, Base::Same, &journal).expect("the journal is true");
    snapshot
}
