//! What a plan could not decide yet.
//!
//! An unknown `count`, `for_each` or provider configuration does not stop a plan. What hangs on it is listed here, and
//! planned in the next round, on what this one has made.

use wb_core::addr::{AbsInstance, ConfigResource, ModuleInstance};
use wb_core::source::Span;

/// One part of the stack that is planned in a later round. Approving the plan approves creates and reads under it.
#[derive(Clone, PartialEq, Debug)]
pub struct Deferred {
    /// The module instance, or the pattern of them, that holds it.
    pub module: ModuleInstance,
    pub resource: ConfigResource,
    pub why: Deferral,
    /// The expression whose value is not known yet.
    pub at: Option<Span>,
    /// What has to be made first.
    pub waits_for: Vec<AbsInstance>,
}

/// Why it is planned later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Deferral {
    /// How many instances there are is not known: `count`, `for_each` or `enabled` of the resource or of a module around it.
    InstancesUnknown,
    /// The configuration of its provider is not known, and it cannot be planned without.
    ProviderUnknown,
    /// It needs something that is itself deferred.
    NeedsDeferred,
}
