//! What happens to one object, and why.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wb_core::addr::{AbsInstance, ConfigResource, ObjectAddr, ProviderInstance};
use wb_core::path::Path;
use wb_core::value::Value;
use wb_state::text;

use crate::wire;

/// What is done to an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Action {
    NoOp,
    Create,
    /// A data source that is read while the plan is carried out.
    Read,
    Update,
    Replace {
        /// The new object is made before the old one is destroyed.
        create_first: bool,
    },
    /// The old object is let go of, and a new one made.
    ForgetAndCreate,
    Delete,
    /// The object is let go of: it stays, and the state forgets it.
    Forget,
}

impl Action {
    /// Whether the object at the address is another one afterwards, or there is none.
    #[must_use]
    pub fn ends_object(self) -> bool {
        matches!(self, Self::Replace { .. } | Self::ForgetAndCreate | Self::Delete | Self::Forget)
    }

    /// Whether an object is created.
    #[must_use]
    pub fn creates(self) -> bool {
        matches!(self, Self::Create | Self::Replace { .. } | Self::ForgetAndCreate)
    }

    /// Whether an object is destroyed.
    #[must_use]
    pub fn destroys(self) -> bool {
        matches!(self, Self::Replace { .. } | Self::Delete)
    }
}

/// Why the action is what it is, where the difference of the values does not say it.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub enum Reason {
    #[default]
    Plain,
    /// Replaced: it is tainted.
    Tainted,
    /// Replaced: some of its changes cannot be made in place.
    CannotUpdate,
    /// Replaced: the user asked for it.
    Requested,
    /// Replaced: something in `replace_triggered_by` changes.
    Triggered,
    /// Deleted: nothing declares the resource.
    NoResourceConfig,
    /// Deleted: the instance has a key and the resource none, or the other way round, or a key of another kind.
    WrongRepetition,
    /// Deleted: its index is not below `count`.
    CountIndex,
    /// Deleted: its key is not in `for_each`.
    EachKey,
    /// Deleted: nothing declares its module instance.
    NoModule,
    /// Deleted: it was moved to an address that nothing declares.
    NoMoveTarget,
    /// Read later: its configuration is not known yet.
    ConfigUnknown,
    /// Read later: something it depends on changes.
    DependencyPending,
    /// Read later: it belongs to a check.
    CheckNested,
    /// Left as it is: it is excluded, or needs something that is.
    Excluded,
}

/// An object that is adopted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Importing {
    /// Its id in the remote system; null where it is named by its identity.
    #[serde(with = "wire::value")]
    pub id: Value,
    #[serde(with = "wire::value::optional")]
    pub identity: Option<Value>,
    /// The configuration written for it, where it had none.
    pub generated: Option<Arc<str>>,
}

/// What happens to one object. Values are of the schema's type and carry their marks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Change {
    #[serde(with = "text")]
    pub object: ObjectAddr,
    /// Where it was before it was moved.
    #[serde(with = "text::optional")]
    pub previous: Option<AbsInstance>,
    #[serde(with = "text")]
    pub provider: ProviderInstance,
    pub action: Action,
    pub reason: Reason,
    /// The object as it is; null where there is none.
    #[serde(with = "wire::value")]
    pub before: Value,
    /// The object as it will be: null where there will be none, unknown where that is decided while it is made.
    #[serde(with = "wire::value")]
    pub after: Value,
    /// Changed paths that need a new object.
    #[serde(with = "wire::paths")]
    pub replace: Vec<Path>,
    /// What the provider left with the prior object, and with the plan.
    #[serde(with = "wire::bytes")]
    pub prior_private: Arc<[u8]>,
    #[serde(with = "wire::bytes")]
    pub planned_private: Arc<[u8]>,
    pub importing: Option<Importing>,
    /// The instances that its configuration references, itself and through values.
    #[serde(with = "text::shared")]
    pub needs: Arc<[AbsInstance]>,
    /// The same as resources, in the bounded closure that is recorded in the state.
    #[serde(with = "text::shared")]
    pub dependencies: Arc<[ConfigResource]>,
    pub create_before_destroy: bool,
    /// The object is to be let go of, not destroyed, when it is no longer declared.
    pub skip_destroy: bool,
    pub schema_version: u64,
}

impl Change {
    #[must_use]
    pub fn instance(&self) -> &AbsInstance {
        &self.object.instance
    }

    /// Whether there is anything to do or to tell: a move or an import counts.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let is_moved = self.previous.is_some() && self.reason != Reason::Excluded;
        self.action == Action::NoOp && !is_moved && self.importing.is_none()
    }
}
