//! Where the executor's records go.

use std::fmt;

use wb_state::journal::Record;

/// The journal of the run. The engine implements it on a store's.
pub trait JournalSink {
    /// Adds a record, in memory.
    fn append(&mut self, record: &Record);

    /// Makes everything appended durable, and keeps `reserve` bytes for the results of what is in flight.
    ///
    /// # Errors
    /// Where it is not durable. What was appended is kept, and the next call tries again.
    fn flush(&mut self, reserve: usize) -> Result<(), JournalFailed>;
}

/// The journal could not be made durable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JournalFailed {
    /// A sentence for the user.
    pub why: String,
}

impl fmt::Display for JournalFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for JournalFailed {}
