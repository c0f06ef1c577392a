//! What a journal says.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Digest, Edit, Intent, OpenId, RunId};

/// Which run wrote the journal, and on what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// The version of the journal's form.
    pub format: u32,
    /// The version of wb that writes, and that therefore reads.
    pub writer: String,
    pub lineage: String,
    pub workspace: String,
    /// The snapshot on which the run's plan was made.
    pub base_serial: u64,
    pub base_digest: Digest,
    pub run: RunId,
    /// Grows with every taking over of a lock; 0 where the lock has no epochs.
    pub epoch: u64,
    /// When the run began, as RFC 3339 has it.
    pub started: String,
    /// Who runs it, on which machine.
    pub who: String,
    pub command: String,
    /// Names the plan that is applied, where it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
}

/// The version of the form that is written.
pub(super) const FORMAT: u32 = 1;

/// One entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    Header(Box<Header>),
    /// All effects that the run may have, in the order of its plan. What the tail of a damaged journal hid is among
    /// them.
    Planned(Vec<Planned>),
    /// The effect of a step begins as soon as this is durable.
    Started {
        step: u64,
        intent: Box<Intent>,
    },
    /// A step ended, well or not.
    Result(Box<StepResult>),
    /// A step was given up without its outcome being known.
    Uncertain {
        step: u64,
        why: String,
    },
    /// Changes of the state without effect outside: moves, what refresh saw, outputs, checks.
    Changed {
        edits: Vec<Edit>,
        /// Open steps that are settled thereby.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        closes: Vec<OpenId>,
    },
    /// The run has ended: nothing follows.
    End {
        complete: bool,
    },
}

/// A step of the plan, before it begins.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Planned {
    pub step: u64,
    /// The steps that must have ended before.
    pub after: Vec<u64>,
    pub intent: Intent,
}

/// What came of a step.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StepResult {
    pub step: u64,
    /// Changes that go with the effect, made before it: the old object is set aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Edit>,
    /// What is now so outside: an object made or changed ([`Edit::Put`]) or gone ([`Edit::Remove`]). Nothing where the
    /// step failed without effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Edit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Open steps that are settled thereby.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closes: Vec<OpenId>,
}

impl Record {
    /// The names of all kinds, as they stand in the bytes.
    pub(super) const KINDS: [&'static str; 7] =
        ["header", "planned", "started", "result", "uncertain", "changed", "end"];
}

/// A journal that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Journal {
    pub header: Header,
    /// The records after the header; the first one has number 1.
    pub records: Vec<Record>,
    pub tail: Tail,
}

impl Journal {
    /// The number of the last record.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.records.len() as u64
    }

    /// Whether the run says that it has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.records.last(), Some(Record::End { .. }))
    }
}

/// What follows the last record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tail {
    /// Nothing, or unused space.
    Clean,
    /// Bytes that are no record, in what can be only the last batch: steps that were ready may have begun.
    Torn { offset: usize },
    /// Bytes that are no record, and more after that batch: any step may have begun.
    Damaged { offset: usize },
}

/// Why a file is no journal that can be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JournalError {
    NoJournal,
    /// It is empty, or nothing but zeroes.
    Blank,
    Form {
        format: u32,
        writer: String,
    },
    Kind {
        kind: String,
        writer: String,
    },
    Record {
        number: u64,
        why: String,
        writer: String,
    },
    /// A sealed record is not what was sealed.
    Seal {
        number: u64,
    },
}

impl JournalError {
    /// Whether the file is not what was written. Else a later wb wrote it.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::NoJournal | Self::Blank | Self::Record { .. })
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoJournal => f.write_str("the file is not a journal of wb"),
            Self::Blank => f.write_str("the journal is empty, although a run had begun it"),
            Self::Form { format, writer } => {
                write!(f, "the journal has form {format}: it needs wb {writer} or newer")
            }
            Self::Kind { kind, writer } => {
                write!(
                    f,
                    "the journal holds a record of kind \"{kind}\": it needs wb {writer} or newer"
                )
            }
            Self::Seal { number } => {
                write!(
                    f,
                    "record {number} of the journal is encrypted, and the key does not open it"
                )
            }
            Self::Record { number, why, writer } => {
                write!(
                    f,
                    "record {number} of the journal, which wb {writer} wrote, cannot be read: {why}"
                )
            }
        }
    }
}

impl std::error::Error for JournalError {}
