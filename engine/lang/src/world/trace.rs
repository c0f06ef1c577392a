//! What one evaluation read, and what it missed.

use super::{Checked, NodeIx};

/// Follows one evaluation of one node.
#[derive(Clone, Default, Debug)]
pub struct Trace {
    missing: Vec<NodeIx>,
    deps: Vec<NodeIx>,
    failed: bool,
    deferred: bool,
    checked: Vec<Checked>,
}

impl Trace {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn miss(&mut self, node: NodeIx) {
        self.missing.push(node);
    }

    pub(super) fn read(&mut self, node: NodeIx, failed: bool, deferred: bool) {
        if self.deps.last() != Some(&node) {
            self.deps.push(node);
        }
        self.failed |= failed;
        self.deferred |= deferred;
    }

    /// Whether something was read that has no value yet, so that the evaluation is worth nothing.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        !self.missing.is_empty()
    }

    /// Whether something that was read could not be evaluated. That has been reported.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether something that was read is left to a later round.
    #[must_use]
    pub fn is_deferred(&self) -> bool {
        self.deferred
    }

    /// Takes over what another evaluation read, whose result is used here.
    pub fn join(&mut self, other: &Self) {
        self.missing.extend_from_slice(&other.missing);
        self.deps.extend_from_slice(&other.deps);
        self.failed |= other.failed;
        self.deferred |= other.deferred;
    }

    /// Conditions that were worked out on the way.
    pub(super) fn checked(&mut self, checked: Checked) {
        self.checked.push(checked);
    }

    pub(super) fn take_checked(&mut self) -> Vec<Checked> {
        std::mem::take(&mut self.checked)
    }

    /// Marks what is evaluated as left to a later round.
    pub fn defer(&mut self) {
        self.deferred = true;
    }

    /// Marks what is evaluated as failed.
    pub fn fail(&mut self) {
        self.failed = true;
    }

    /// What was read so far.
    #[must_use]
    pub fn deps(&self) -> &[NodeIx] {
        &self.deps
    }

    pub(super) fn into_missing(self) -> Vec<NodeIx> {
        let mut missing = self.missing;
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    pub(super) fn into_deps(self) -> Vec<NodeIx> {
        let mut deps = self.deps;
        deps.sort_unstable();
        deps.dedup();
        deps
    }
}
