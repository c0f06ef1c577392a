//! The whole plan.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wb_core::addr::{AbsInstance, Target};
use wb_core::value::Value;
use wb_state::{Digest, Edit, text};

use crate::{Action, Change, CheckBlock, Deferred, OutputChange, Reason, Steps, wire};

/// What kind of plan was asked for.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub enum Mode {
    #[default]
    Normal,
    /// Everything in the state is destroyed.
    Destroy,
    /// The state is brought up to what exists, and nothing else is done.
    RefreshOnly,
}

/// The snapshot that a plan is made on. It can only be carried out on the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Base {
    pub lineage: Arc<str>,
    pub serial: u64,
    /// Of the content, journals of dead runs folded in. Folding one to the same content does not make a plan stale.
    pub digest: Digest,
}

/// To what part of a stack the plan was limited.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Selection {
    #[serde(with = "text::list")]
    pub targets: Vec<Target>,
    #[serde(with = "text::list")]
    pub excludes: Vec<Target>,
    #[serde(with = "text::list")]
    pub replace: Vec<AbsInstance>,
}

impl Selection {
    /// Whether the plan is about the whole stack.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.targets.is_empty() && self.excludes.is_empty()
    }
}

/// The value of a root variable. Ephemeral ones are given again when the plan is carried out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VariableValue {
    pub name: Arc<str>,
    /// None where it is ephemeral.
    #[serde(with = "wire::value::optional")]
    pub value: Option<Value>,
    /// Whether the user gave it, or it is the default.
    pub given: bool,
}

/// What would be done, completely.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub mode: Mode,
    pub base: Base,
    pub workspace: Arc<str>,
    pub selection: Selection,
    /// Whether objects were read before planning.
    pub refreshed: bool,
    pub variables: Vec<VariableValue>,
    /// When it was made, as RFC 3339 has it: what `plantimestamp()` gives.
    pub timestamp: Arc<str>,
    /// Changes of the state that come before the first step and have no effect outside: moves, what refreshing found, and
    /// dependencies that are recorded anew.
    pub edits: Vec<Edit>,
    /// By address; every instance that is declared or in the state is here.
    pub changes: Vec<Change>,
    /// What was changed outside of wb since the last apply.
    pub drift: Vec<Change>,
    /// By name.
    pub outputs: Vec<OutputChange>,
    pub checks: Vec<CheckBlock>,
    pub steps: Steps,
    pub deferred: Vec<Deferred>,
    /// Whether planning met an error. Such a plan is shown, never carried out.
    pub errored: bool,
}

/// How many objects a plan touches, as its summary line counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub import: usize,
    pub add: usize,
    pub change: usize,
    pub destroy: usize,
    pub forget: usize,
}

impl Plan {
    /// Whether carrying it out does anything at all, to the state or outside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.changes_objects()
            && self.outputs.iter().all(|o| o.action == Action::NoOp)
            && self.deferred.is_empty()
    }

    /// Whether any object is touched, moved or adopted.
    #[must_use]
    pub fn changes_objects(&self) -> bool {
        self.changes.iter().any(|c| !c.is_quiet())
    }

    /// Whether there is anything to carry out: a refresh-only plan that found differences counts.
    #[must_use]
    pub fn is_applyable(&self) -> bool {
        !self.errored
            && match self.mode {
                Mode::RefreshOnly => {
                    // A new address is no difference that was found.
                    let is_found = |edit: &Edit| !matches!(edit, Edit::Move { .. });
                    self.edits.iter().any(is_found)
                        || self.outputs.iter().any(|o| o.action != Action::NoOp)
                }
                _ => !self.is_empty(),
            }
    }

    /// What is told of as drift. What has only moved is, where the changes do not tell of it.
    pub fn told_drift(&self) -> impl Iterator<Item = &Change> {
        let is_told =
            |change: &&Change| change.action != Action::NoOp || self.mode == Mode::RefreshOnly;
        self.drift.iter().filter(is_told)
    }

    /// The changes that are told of: none where nothing is to be changed, and none of what is excluded.
    pub fn told_changes(&self) -> impl Iterator<Item = &Change> {
        let is_told =
            |change: &&Change| self.mode != Mode::RefreshOnly && change.reason != Reason::Excluded;
        self.changes.iter().filter(is_told)
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.changes {
            let action = change.action;
            counts.import += usize::from(change.importing.is_some());
            counts.add += usize::from(action.creates());
            counts.change += usize::from(action == Action::Update);
            counts.destroy += usize::from(action.destroys());
            counts.forget +=
                usize::from(matches!(action, Action::Forget | Action::ForgetAndCreate));
        }
        counts
    }
}
