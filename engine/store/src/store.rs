//! What the engine asks of a store.
//!
//! The trait is synchronous. Everything a local store does is a system call that tokio would send to a thread anyway, and
//! one task owns the journal, so that there is nothing to overlap. A store in the network has a thread with a runtime of
//! its own behind the same calls: `flush` hands it a segment and returns once the local journal is durable.

use std::fmt::Debug;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wb_crypt::Change;
use wb_state::journal::{FoldReport, Header, Record};
use wb_state::verdict::Verdict;
use wb_state::{OpenStep, RunId, Snapshot, State};

use crate::{LockInfo, StoreError};

/// Where one workspace's state lives.
pub trait Store: Send + Debug {
    /// The last commit, and the runs that have died since folded into it in memory. Takes no lock, waits for nobody and
    /// changes nothing.
    ///
    /// # Errors
    /// Where what is there must not be used.
    fn load(&mut self) -> Result<Loaded, StoreError>;

    /// Takes the lock, without waiting.
    ///
    /// # Errors
    /// [`StoreError::Held`] where another has it.
    fn lock(&mut self, operation: &str) -> Result<LockInfo, StoreError>;

    /// The fence: whether the lock is still ours. To be asked before every attempt at an effect. Nothing to check where
    /// locking is off.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] where it is not; no effect may begin any more.
    fn check_lock(&mut self) -> Result<(), StoreError>;

    /// Gives the lock back. One that is not ours stays.
    ///
    /// # Errors
    /// Where it cannot be given back.
    fn unlock(&mut self) -> Result<(), StoreError>;

    /// Removes a lock that another holds or has left behind.
    ///
    /// # Errors
    /// Where there is none, or one with another ID.
    fn force_unlock(&mut self, id: &str) -> Result<(), StoreError>;

    /// Begins the journal of a run on what [`Store::load`] gave, durably. Nothing may happen outside before.
    ///
    /// # Errors
    /// Where the journal cannot be made.
    fn begin(&mut self, begin: Begin<'_>) -> Result<Box<dyn RunLog>, StoreError>;

    /// Commits: reads the last snapshot once more, makes the content of it, and writes it in one step. Journals that it
    /// holds completely are removed. Where nothing changes, nothing is written, unless it is encrypted otherwise now.
    ///
    /// # Errors
    /// Where what is there must not be used, or cannot be written. The journals stay then, and nothing is lost.
    fn commit(&mut self, content: Content, info: &CommitInfo) -> Result<Committed, StoreError>;

    /// The snapshots that are kept, oldest first.
    ///
    /// # Errors
    /// Where they cannot be listed.
    fn history(&mut self) -> Result<Vec<HistoryEntry>, StoreError>;

    /// The bytes of a kept snapshot, as they were committed, and decrypted.
    ///
    /// # Errors
    /// Where there is none with this serial.
    fn history_bytes(&mut self, serial: u64) -> Result<Vec<u8>, StoreError>;
}

/// The journal of a run that is at work.
pub trait RunLog: Send + Debug {
    fn run(&self) -> RunId;

    /// Adds a record to the next batch, in memory.
    fn append(&mut self, record: &Record);

    /// Makes everything appended durable with one sync, and keeps `reserve` bytes of space behind it, for the results of
    /// what is in flight.
    ///
    /// # Errors
    /// Where it is not durable. What was appended is kept, and the next call tries again.
    fn flush(&mut self, reserve: usize) -> Result<(), StoreError>;
}

/// What a run is, for the head of its journal and for history.
#[derive(Clone, Copy, Debug)]
pub struct Begin<'a> {
    pub loaded: &'a Loaded,
    /// The version of wb.
    pub writer: &'a str,
    pub info: &'a CommitInfo,
}

/// Who commits, and why.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct CommitInfo {
    /// `user@host`.
    pub who: String,
    pub command: String,
    /// Names the plan that is applied.
    pub plan: Option<String>,
}

/// What a commit makes the state.
#[derive(Clone, Debug)]
pub enum Content {
    /// What the journals say: those of dead runs, and of this one, which has ended.
    Runs { own: Option<RunId> },
    /// Another state in the place of the present one: `state push`, `workspace new`. Journals fold first and open
    /// steps stay, those of `open` beside them; `serial` is the least that the result has, `force` takes another lineage.
    Replace {
        state: Box<State>,
        open: Vec<OpenStep>,
        lineage: Option<Arc<str>>,
        serial: u64,
        force: bool,
    },
}

/// What was loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The last commit, dead runs folded. The empty state with a fresh lineage where there was none.
    pub snapshot: Snapshot,
    /// The serial and digest of the last commit itself.
    pub base: (u64, wb_state::Digest),
    /// How the last commit came to be; nothing where there was none.
    pub verdict: Option<Verdict>,
    /// What the next commit changes about how the state is encrypted.
    pub change: Option<Change>,
    /// The runs that are at work or were folded.
    pub runs: Vec<RunNote>,
    /// Who holds the lock, if another does.
    pub holder: Option<LockInfo>,
}

/// A journal that was found.
#[derive(Clone, PartialEq, Debug)]
pub struct RunNote {
    pub header: Header,
    /// What folding it did; nothing where the run is still at work.
    pub folded: Option<FoldReport>,
}

/// What a commit did.
#[derive(Debug)]
pub struct Committed {
    pub snapshot: Snapshot,
    /// Whether something was written.
    pub written: bool,
    pub runs: Vec<RunNote>,
}

/// A snapshot that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryEntry {
    pub serial: u64,
    /// RFC 3339; empty where it was not recorded.
    pub when: String,
    pub info: CommitInfo,
}

/// The clock and randomness, which stores take from their caller.
pub trait Ambient: Send + Debug {
    /// 128 random bits.
    fn random(&mut self) -> u128;
    /// Now, in UTC, as RFC 3339 has it.
    fn now(&mut self) -> String;
}
