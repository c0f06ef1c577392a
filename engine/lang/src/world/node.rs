//! Nodes: what has a value.

use wb_core::value::Value;

use crate::config::{CallId, CheckId, LocalId, OutputId, ProviderId, ResourceId, VarId};

use super::{InstIx, ModIx, ProvIx};

/// Names a node of a [`super::World`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeIx(pub u32);

impl NodeIx {
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Variable(ModIx, VarId),
    /// The validation rules of a variable: apart from its value, as they may read what depends on that.
    Validation(ModIx, VarId),
    Local(ModIx, LocalId),
    Output(ModIx, OutputId),
    /// Which instances a module call has.
    Call(ModIx, CallId),
    /// The value of `module.NAME`.
    CallValue(ModIx, CallId),
    /// Everything in a called module: what depends on the call as a whole waits for it.
    CallDone(ModIx, CallId),
    /// Which instances a resource has.
    Resource(ModIx, ResourceId),
    /// The value of `TYPE.NAME` where it has several instances.
    ResourceValue(ModIx, ResourceId),
    Instance(InstIx),
    /// Which instances a provider configuration has.
    Provider(ModIx, ProviderId),
    ProviderInstance(ProvIx),
    Check(ModIx, CheckId),
    /// What everything in a module instance waits for, because of `depends_on` of its call.
    Gate(ModIx),
}

/// How far a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Nobody has asked for it.
    New,
    /// To be evaluated.
    Queued,
    /// Tried, and in want of so many others.
    Waiting(u32),
    /// Tried, and in want of an answer from outside.
    Parked,
    Done,
}

/// A node and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) kind: Kind,
    pub(super) phase: Phase,
    /// Something it needs, or itself, could not be evaluated, which was reported.
    pub(super) failed: bool,
    /// It, or something it needs, is left to a later round.
    pub(super) deferred: bool,
    /// The value; of an expansion, nothing of interest.
    pub(super) value: Value,
    /// The instances that an expansion made: the first one's number, and how many.
    pub(super) range: (u32, u32),
    /// What it read; while it waits, what it waits for.
    pub(super) deps: Vec<NodeIx>,
    /// Who waits for it.
    pub(super) waiters: Vec<NodeIx>,
}

impl Slot {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            phase: Phase::New,
            failed: false,
            deferred: false,
            value: Value::DYNAMIC,
            range: (0, 0),
            deps: Vec::new(),
            waiters: Vec::new(),
        }
    }
}
