//! The pure half of a provider: what the planner may ask.
//!
//! The contract has the shape of Terraform's plugin protocol 6. Everything here is synchronous and has no client:
//! a change can be planned although the provider's own configuration is not known yet, and planning cannot do I/O by type.
//! The other half, the effects, is `wb-sdk`'s.

mod catalog;
mod planning;
mod problem;

use std::fmt;
use std::sync::Arc;

use crate::path::Path;
use crate::schema::Schema;
use crate::time::Moment;
use crate::ty::Type;
use crate::value::Value;

pub use catalog::{Catalog, Entry};
pub use planning::plan_by_schema;
pub use problem::{Problem, Problems};

/// A resource type.
pub trait ResourceLogic: Send + Sync + fmt::Debug {
    fn schema(&self) -> &Schema;

    /// Whether its objects exist nowhere but in the state, so that reading one back is the identity.
    fn lives_in_state(&self) -> bool {
        false
    }

    /// Whether the results of an apply can be had again from outside once they are lost. Where they cannot, as with random numbers
    /// and keys, what is made from them waits until they are safe.
    fn is_given_back(&self) -> bool {
        !self.lives_in_state()
    }

    /// Checks a configuration beyond what the schema says. Parts of it may be unknown.
    fn validate(&self, _config: &Value) -> Problems {
        Problems::default()
    }

    /// Predicts the object after the change. What cannot be known before it is made is unknown in the prediction.
    ///
    /// By default the schema decides: see [`plan_by_schema`].
    ///
    /// # Errors
    /// What about the configuration or the prior object forbids the change.
    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        Ok(plan_by_schema(self.schema(), ask))
    }

    /// Brings an object that was stored under an older schema version into the form of the current one.
    ///
    /// # Errors
    /// Why it cannot be brought there.
    fn upgrade(&self, from: u64, stored: StoredObject) -> Result<StoredObject, String> {
        let now = self.schema().version;
        if from == now {
            return Ok(stored);
        }
        Err(format!("there is no way from schema version {from} to {now}"))
    }

    /// What tells one object of this type from another in the remote system, where that is more than its `id`.
    fn identity(&self) -> Option<&Identity> {
        None
    }
}

/// The attributes of an object as they stand in a state file.
pub type StoredObject = serde_json::Map<String, serde_json::Value>;

/// What a plan is made from. All values are unmarked.
#[derive(Clone, Copy, Debug)]
pub struct PlanAsk<'a> {
    /// The configuration of the provider; parts of it, or all, may be unknown.
    pub provider: &'a Value,
    /// The object as it is, or null where there is none.
    pub prior: &'a Value,
    /// What the user wrote; attributes left out are null.
    pub config: &'a Value,
    /// The configuration, with what only the provider sets taken over from the prior object.
    pub proposed: &'a Value,
    /// Bytes that an earlier plan or apply left for this one.
    pub private: &'a [u8],
    /// When the plan is made. The apply that finishes the plan asks again with the same moment.
    pub now: Moment,
}

impl PlanAsk<'_> {
    #[must_use]
    pub fn is_create(&self) -> bool {
        self.prior.is_null()
    }
}

/// The prediction.
#[derive(Clone, PartialEq, Debug)]
pub struct Planned {
    pub value: Value,
    /// The changed paths that need a new object.
    pub replace: Vec<Path>,
    pub private: Vec<u8>,
}

/// Attributes that identify an object of a type for import, with a version of their own.
#[derive(Clone, PartialEq, Debug)]
pub struct Identity {
    pub version: u64,
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an [`Identity`].
#[derive(Clone, PartialEq, Debug)]
pub struct IdentityAttribute {
    pub name: crate::schema::Text,
    pub ty: Type,
    pub required_for_import: bool,
    pub description: crate::schema::Text,
}

/// A data source or an ephemeral resource type.
pub trait ReadLogic: Send + Sync + fmt::Debug {
    fn schema(&self) -> &Schema;

    /// As [`ResourceLogic::validate`].
    fn validate(&self, _config: &Value) -> Problems {
        Problems::default()
    }
}

/// A function that a provider brings along. Pure, as the protocol demands.
pub trait FunctionLogic: Send + Sync + fmt::Debug {
    fn signature(&self) -> &Signature;

    /// # Errors
    /// What is wrong, and which argument is at fault, counted from 0.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

/// How a function is called.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    pub summary: crate::schema::Text,
    pub description: crate::schema::Text,
    pub parameters: Vec<Parameter>,
    /// Takes any number of further arguments.
    pub variadic: Option<Parameter>,
    pub result: Type,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    pub name: crate::schema::Text,
    pub ty: Type,
    pub allow_null: bool,
    pub allow_unknown: bool,
    pub description: crate::schema::Text,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionError {
    pub argument: Option<usize>,
    pub message: String,
}

/// A provider: the schema of its configuration, and its types by name.
pub trait ProviderLogic: Send + Sync + fmt::Debug {
    /// The schema of `provider` blocks.
    fn schema(&self) -> &Schema;

    fn validate(&self, _config: &Value) -> Problems {
        Problems::default()
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>>;
    fn data(&self, kind: &str) -> Option<Arc<dyn ReadLogic>>;
    fn ephemeral(&self, kind: &str) -> Option<Arc<dyn ReadLogic>>;
    fn function(&self, name: &str) -> Option<Arc<dyn FunctionLogic>>;

    /// Every name of a kind, ascending: for suggestions and listings.
    fn names(&self, what: Kind) -> Vec<&str>;

    /// Whether the established provider has this type although this one does not. Such a type may be declared, and is refused when
    /// it would have an instance: popular modules name many with `count = 0`.
    fn is_unimplemented(&self, _what: Kind, _name: &str) -> bool {
        false
    }
}

/// The kinds of thing that a provider has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Resource,
    Data,
    Ephemeral,
    Function,
}

impl Kind {
    /// As users call it.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Resource => "resource type",
            Self::Data => "data source",
            Self::Ephemeral => "ephemeral resource type",
            Self::Function => "function",
        }
    }
}
