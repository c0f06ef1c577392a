//! What a plan could not decide yet.
//!
//! An unknown `count`, `for_each` or provider configuration does not stop a plan. What hangs on it is listed here, and
//! planned in the next round, on what this one has made.

use serde::{Deserialize, Serialize};
use wb_core::addr::{AbsInstance, ConfigResource, ModuleInstance};
use wb_core::source::Span;
use wb_state::text;

use crate::wire;

/// One part of the stack that is planned in a later round. Approving the plan approves creates and reads under it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Deferred {
    /// The module instance, or the pattern of them, that holds it.
    #[serde(with = "text")]
    pub module: ModuleInstance,
    #[serde(with = "text")]
    pub resource: ConfigResource,
    pub why: Deferral,
    /// The expression whose value is not known yet.
    #[serde(with = "wire::span")]
    pub at: Option<Span>,
    /// What has to be made first.
    #[serde(with = "text::list")]
    pub waits_for: Vec<AbsInstance>,
}

/// Why it is planned later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Deferral {
    /// How many instances there are is not known: `count`, `for_each` or `enabled` of the resource or of a module around it.
    InstancesUnknown,
    /// The configuration of its provider is not known, and it cannot be planned without.
    ProviderUnknown,
    /// It needs something that is itself deferred.
    NeedsDeferred,
}
