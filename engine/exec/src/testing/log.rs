//! What happened, in order: records that became durable, and effects in the cloud.

use std::sync::{Arc, Mutex};

use wb_state::journal::Record;

use crate::{JournalFailed, JournalSink};

/// One thing that happened.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Moment {
    /// So many records are written: any number of them may survive.
    Written(usize),
    /// So many records are durable.
    Durable(usize),
    /// The cloud has made an object, for this address.
    Made {
        id: String,
        address: String,
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
