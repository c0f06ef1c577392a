//! What a provider did that it must not do.

use std::fmt;

use crate::path::Path;
use crate::text::quote;
use crate::value::{Notation, Value};

/// A breach of the contract by a provider, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Violation {
    pub path: Path,
    pub breach: Breach,
}

/// What breaks the contract. Values of attributes that the schema calls sensitive are not kept.
#[derive(Clone, PartialEq, Debug)]
pub enum Breach {
    /// The value does not have the type of the schema: how.
    WrongType(String),
    /// Something is unknown in a value that must be known.
    Unknown,
    /// A write-only attribute has a value.
    WriteOnlyKept,

    /// The configuration asks for an object, the plan has none.
    PlannedAbsence,
    /// The reverse.
    PlannedExistence,
    /// A value for what is null in the configuration and is not computed.
    PlannedUnasked(Option<Value>),
    /// Neither the configured nor the prior value.
    PlannedOther {
        values: Option<Box<PlannedOther>>,
        had_prior: bool,
    },
    /// A configured nested object is unknown in the plan.
    PlannedUnknown,
    /// A value for blocks whose number is not known yet.
    PlannedForUnknownBlocks(Value),
    /// Blocks are unknown as a whole.
    PlannedUnknownBlocks,
    /// One block is unknown as a whole.
    PlannedUnknownBlock,
    /// Null where "no blocks" is an empty collection, of this kind.
    PlannedNullBlocks(&'static str),
    PlannedBlockCount {
        planned: usize,
        config: usize,
    },
    PlannedCount {
        planned: Value,
        config: Value,
    },
    /// The plan has a key that the configuration does not have. The first part is "block" or "map".
    PlannedKeyUnasked(&'static str, String),
    PlannedKeyMissing(&'static str, String),

    /// Absent in the plan, present in the result.
    Appeared,
    /// The reverse.
    Vanished,
    /// A sensitive attribute differs from the plan.
    SensitiveChanged,
    FinalType(String),
    /// The result is not what the plan said of an unknown value.
    OutsidePlan {
        actual: Value,
        planned: Value,
    },
    Changed {
        planned: Value,
        actual: Value,
    },
    BecameNull(Value),
    WasNull(Value),
    BecameUnknown,
    ElementVanished(String),
    ElementAppeared(String),
    KeyVanished(String),
    KeyAppeared(String),
    BlockCountChanged {
        planned: usize,
        actual: usize,
    },
    /// A set has grown; the flag says that it is one of blocks.
    SetGrew {
        planned: usize,
        actual: usize,
        of_blocks: bool,
    },
    PlannedElementLost(Value),
    ActualElementNew(Value),
}

/// The values of a [`Breach::PlannedOther`].
#[derive(Clone, PartialEq, Debug)]
pub struct PlannedOther {
    pub planned: Value,
    pub config: Value,
    pub prior: Value,
}

impl Violation {
    pub(super) fn new(path: &Path, breach: Breach) -> Self {
        Self { path: path.clone(), breach }
    }
}

/// Path and breach: `.rule[0].port: was known, but now unknown`.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            let at_root = matches!(self.breach, Breach::Appeared | Breach::Vanished);
            return write!(f, "{}{}", if at_root { "root object " } else { "" }, self.breach);
        }
        write!(f, "{}: {}", self.path, self.breach)
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType(message) => f.write_str(message),
            Self::Unknown => f.write_str("must be known, but is unknown"),
            Self::WriteOnlyKept => f.write_str("write-only attribute must be null"),
            Self::Appeared
            | Self::Vanished
            | Self::SensitiveChanged
            | Self::FinalType(_)
            | Self::OutsidePlan { .. }
            | Self::Changed { .. }
            | Self::BecameNull(_)
            | Self::WasNull(_)
            | Self::BecameUnknown
            | Self::ElementVanished(_)
            | Self::ElementAppeared(_)
            | Self::KeyVanished(_)
            | Self::KeyAppeared(_)
            | Self::BlockCountChanged { .. }
            | Self::SetGrew { .. }
            | Self::PlannedElementLost(_)
            | Self::ActualElementNew(_) => self.fmt_result(f),
            _ => self.fmt_plan(f),
        }
    }
}

impl Breach {
    fn fmt_plan(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlannedAbsence => f.write_str("planned for absence but config wants existence"),
            Self::PlannedExistence => f.write_str("planned for existence but config wants absence"),
            Self::PlannedUnasked(None) => {
                f.write_str("sensitive planned value for a non-computed attribute")
            }
            Self::PlannedUnasked(Some(value)) => {
                write!(f, "planned value {} for a non-computed attribute", Notation(value))
            }
            Self::PlannedOther { values, had_prior } => match values {
                Some(values) => values.fmt(f, *had_prior),
                None if *had_prior => f.write_str(
                    "sensitive planned value does not match config value nor prior value",
                ),
                None => f.write_str("sensitive planned value does not match config value"),
            },
            Self::PlannedUnknown => f.write_str("planned unknown for configured value"),
            Self::PlannedForUnknownBlocks(value) => {
                write!(f, "planned value {} for unknown dynamic block", Notation(value))
            }
            Self::PlannedUnknownBlocks => f.write_str(
                "attribute representing nested block must not be unknown itself; set nested \
                 attribute values to unknown instead",
            ),
            Self::PlannedUnknownBlock => f.write_str(
                "element representing nested block must not be unknown itself; set nested \
                 attribute values to unknown instead",
            ),
            Self::PlannedNullBlocks(kind) => write!(
                f,
                "attribute representing a {kind} of nested blocks must be empty to indicate no \
                 blocks, not null"
            ),
            Self::PlannedBlockCount { planned, config } => write!(
                f,
                "block count in plan ({planned}) disagrees with count in config ({config})"
            ),
            Self::PlannedCount { planned, config } => write!(
                f,
                "count in plan ({}) disagrees with count in config ({})",
                Notation(planned),
                Notation(config)
            ),
            Self::PlannedKeyUnasked(what, key) => {
                write!(f, "{what} key {} from plan is not present in config", quote(key))
            }
            Self::PlannedKeyMissing(what, key) => {
                write!(f, "{what} key {} from config is not present in plan", quote(key))
            }
            other => other.fmt_result(f),
        }
    }

    fn fmt_result(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Appeared => f.write_str("was absent, but now present"),
            Self::Vanished => f.write_str("was present, but now absent"),
            Self::SensitiveChanged => f.write_str("inconsistent values for sensitive attribute"),
            Self::FinalType(message) => write!(f, "wrong final value type: {message}"),
            Self::OutsidePlan { actual, planned } => write!(
                f,
                "final value {} does not conform to planning placeholder {}",
                Notation(actual),
                Notation(planned)
            ),
            Self::Changed { planned, actual } => {
                write!(f, "was {}, but now {}", Notation(planned), Notation(actual))
            }
            Self::BecameNull(planned) => write!(f, "was {}, but now null", Notation(planned)),
            Self::WasNull(actual) => write!(f, "was null, but now {}", Notation(actual)),
            Self::BecameUnknown => f.write_str("was known, but now unknown"),
            Self::ElementVanished(key) => write!(f, "element {key} has vanished"),
            Self::ElementAppeared(key) => write!(f, "new element {key} has appeared"),
            Self::KeyVanished(key) => write!(f, "block key {} has vanished", quote(key)),
            Self::KeyAppeared(key) => write!(f, "new block key {} has appeared", quote(key)),
            Self::BlockCountChanged { planned, actual } => {
                write!(f, "block count changed from {planned} to {actual}")
            }
            Self::SetGrew { planned, actual, of_blocks } => {
                let of = if *of_blocks { "block set " } else { "" };
                write!(f, "{of}length changed from {planned} to {actual}")
            }
            Self::PlannedElementLost(value) => write!(
                f,
                "planned set element {} does not correlate with any element in actual",
                Notation(value)
            ),
            Self::ActualElementNew(value) => write!(
                f,
                "actual set element {} does not correlate with any element in plan",
                Notation(value)
            ),
            other => other.fmt_plan(f),
        }
    }
}

impl PlannedOther {
    fn fmt(&self, f: &mut fmt::Formatter<'_>, had_prior: bool) -> fmt::Result {
        let Self { planned, config, prior } = self;
        write!(
            f,
            "planned value {} does not match config value {}",
            Notation(planned),
            Notation(config)
        )?;
        if had_prior { write!(f, " nor prior value {}", Notation(prior)) } else { Ok(()) }
    }
}
