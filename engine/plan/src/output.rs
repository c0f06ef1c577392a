//! What happens to a root output.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wb_core::value::Value;

use crate::{Action, wire};

/// The value that an output of the root module had, and the one that it will have.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OutputChange {
    pub name: Arc<str>,
    /// [`Action::NoOp`], [`Action::Create`], [`Action::Update`] or [`Action::Delete`].
    pub action: Action,
    /// Null where there was none.
    #[serde(with = "wire::value")]
    pub before: Value,
    #[serde(with = "wire::value")]
    pub after: Value,
    pub sensitive: bool,
}
