//! A type in a file: what its author writes, and what makes the contract of it.
//!
//! The author derives [`Model`] for a struct, says name and version in [`ResourceType`], and writes the operations:
//! [`Recorded`] for objects that exist in the state alone, [`Remote`] for those that exist elsewhere, [`DataType`] for a
//! data source, [`EphemeralType`] for an ephemeral resource. [`recorded`], [`remote`], [`data`] and [`ephemeral`] put them
//! in a provider's list.

mod data;
mod recorded;
mod remote;

use std::fmt;

use wb_core::provider::{Identity, PlanAsk, Planned, Problems, StoredObject};
use wb_core::schema::Schema;
use wb_core::value::Value;

use crate::error::{ErrorKind, OpError};
use crate::model::Model;
use crate::ops::Object;

pub use data::{DataType, EphemeralType, data, ephemeral};
pub use recorded::{Recorded, recorded};
pub use remote::{Change, Lost, Make, Remote, remote};

/// What is pure about a resource type.
pub trait ResourceType: Model {
    const NAME: &'static str;
    /// The schema's version, as the established provider counts it.
    const VERSION: u64 = 0;

    /// Checks what the schema cannot say. Parts of the configuration may be unknown.
    fn validate(_config: &Value) -> Problems {
        Problems::default()
    }

    /// Corrects the plan that follows from the schema.
    ///
    /// # Errors
    /// What forbids the change.
    fn plan(_ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(planned)
    }

    /// Brings an object of an earlier version into the form of this one.
    ///
    /// # Errors
    /// Why that cannot be.
    fn upgrade(from: u64, _stored: StoredObject) -> Result<StoredObject, String> {
        Err(format!("there is no way from schema version {from} to {}", Self::VERSION))
    }

    fn identity() -> Option<Identity> {
        None
    }
}

/// The pure half, worked out once.
pub(crate) struct Logic<T> {
    schema: Schema,
    identity: Option<Identity>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T: ResourceType> Logic<T> {
    fn new() -> Self {
        Self {
            schema: Schema::new(T::VERSION, T::block()),
            identity: T::identity(),
            of: std::marker::PhantomData,
        }
    }

    fn validate(&self, config: &Value) -> Problems {
        let mut problems = Problems::default();
        T::check(config, &mut wb_core::path::Path::new(), &mut problems);
        problems.append(T::validate(config));
        problems
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        T::plan(ask, wb_core::provider::plan_by_schema(&self.schema, ask))
    }

    fn upgrade(&self, from: u64, stored: StoredObject) -> Result<StoredObject, String> {
        if from == T::VERSION { Ok(stored) } else { T::upgrade(from, stored) }
    }
}

impl<T: ResourceType> fmt::Debug for Logic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }
}

/// The pure half of the contract, from the field `logic` of an adapter.
macro_rules! delegate_logic {
    () => {
        fn schema(&self) -> &Schema {
            &self.logic.schema
        }

        fn validate(&self, config: &Value) -> Problems {
            self.logic.validate(config)
        }

        fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
            self.logic.plan(ask)
        }

        fn upgrade(&self, from: u64, stored: StoredObject) -> Result<StoredObject, String> {
            self.logic.upgrade(from, stored)
        }

        fn identity(&self) -> Option<&Identity> {
            self.logic.identity.as_ref()
        }
    };
}
use delegate_logic;

/// Reads a model for an operation. What cannot be read was let through by a mistake of ours.
fn model<T: Model>(value: &Value) -> Result<T, OpError> {
    T::from_value(value).map_err(|error| {
        OpError::new(
            ErrorKind::Unexpected,
            "Unreadable object",
            format!("{} This should have been found earlier: it is a bug in wb.", error.message),
        )
        .at(error.path)
    })
}

/// An object with its private bytes, as its type sees it.
#[derive(Debug)]
pub struct Held<T> {
    pub model: T,
    pub private: Vec<u8>,
}

impl<T> From<T> for Held<T> {
    fn from(model: T) -> Self {
        Self { model, private: Vec::new() }
    }
}

impl<T: Model> Held<T> {
    fn read(object: &Object) -> Result<Self, OpError> {
        Ok(Self { model: model(&object.value)?, private: object.private.clone() })
    }

    /// The object as the engine knows it.
    #[must_use]
    pub fn into_object(self) -> Object {
        Object { value: self.model.into_value(), private: self.private }
    }
}
