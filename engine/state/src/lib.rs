//! What is known to exist, and how it is written down. Pure: no file, clock or randomness.
//!
//! - [`State`]: resources, their instances and objects; outputs; check results. [`Snapshot`] is one committed version.
//! - [`v4`]: the file, Terraform's state format 4, with one extra member of ours.
//! - [`verdict`]: whether a file that was found continues what we know.
//! - [`text`]: addresses in wire forms.
//! - [`journal`]: what a run means to do and has done, and how that is folded into a snapshot.
//!
//! **Invariant: nothing is lost.** No function here drops an object, an open step or a record that it has read: it is
//! in the result, or the result is an error.

mod digest;
mod edit;
pub mod journal;
mod layout;
mod model;
mod open;
mod path;
mod raw;
mod sidecar;
mod snapshot;
pub mod text;
pub mod v4;
pub mod verdict;

pub use digest::Digest;
pub use edit::{Edit, EditError};
pub use layout::MAX_DEPTH;
pub use model::{
    Attributes, CheckObject, CheckResult, CheckStatus, Identity, Instance, InstanceMap, Object,
    Output, Private, Resource, State, Status, merged_dependencies, text_order,
};
pub use open::{Intent, IntentAction, Late, OpenId, OpenStep, OpenWhat, RunId, Unknown};
pub use path::{AttrPath, IndexKey, PathError, PathStep};
pub use raw::RawJson;
pub use sidecar::{Sidecar, SidecarError};
pub use snapshot::{Nonce, Snapshot};
