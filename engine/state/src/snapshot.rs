//! One committed version of a state, with what wb knows beside it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{OpenStep, RawJson, RunId, State};

/// A state as it was committed. Serials compare only within one lineage.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    /// A UUID, drawn when the state was born.
    pub lineage: Arc<str>,
    pub serial: u64,
    /// The version of Terraform that the writer says it is.
    pub terraform_version: Arc<str>,
    pub state: State,
    /// Steps that are not settled.
    pub open: Vec<OpenStep>,
    /// Of each run whose journal may still be found, the last record that this snapshot holds.
    pub folded: BTreeMap<RunId, u64>,
    /// What is known of the server that keeps the state, as its store wrote it.
    pub probe: Option<RawJson>,
}

impl Snapshot {
    /// The state before anything was committed.
    #[must_use]
    pub fn empty(lineage: impl Into<Arc<str>>, terraform_version: impl Into<Arc<str>>) -> Self {
        Self {
            lineage: lineage.into(),
            serial: 0,
            terraform_version: terraform_version.into(),
            state: State::default(),
            open: Vec::new(),
            folded: BTreeMap::new(),
            probe: None,
        }
    }
}

/// Makes every body written a new one: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce(pub u128);

impl Nonce {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({self})")
    }
}
