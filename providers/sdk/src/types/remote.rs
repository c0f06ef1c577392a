//! Resource types whose objects exist somewhere: files, machines, buckets.

use std::future::Future;
use std::sync::Arc;

use wb_core::provider::{Identity, PlanAsk, Planned, Problems, ResourceLogic, StoredObject};
use wb_core::schema::Schema;
use wb_core::time::Moment;
use wb_core::value::Value;

use super::recorded::import_is_unsupported;
use super::{Held, Logic, ResourceType, delegate_logic, model};
use crate::context::Context;
use crate::error::OpError;
use crate::ops::{
    Create, Delete, Import, ImportKey, Imported, Object, Read, Recover, RecoverAction, Recovery,
    Reply, ResourceOps, Update,
};
use crate::provider::Slot;

/// An object to be made.
#[derive(Debug)]
pub struct Make<T> {
    /// What was planned: what is absent is for the type to decide.
    pub planned: T,
    /// What the user wrote, for what is write-only.
    pub config: Value,
    pub private: Vec<u8>,
    /// See [`Create::token`].
    pub token: String,
}

/// An object to be changed.
#[derive(Debug)]
pub struct Change<T> {
    pub prior: Held<T>,
    pub planned: T,
    pub config: Value,
    pub private: Vec<u8>,
    pub token: String,
}

/// A step whose outcome is not known.
#[derive(Debug)]
pub struct Lost<T> {
    pub action: RecoverAction,
    pub prior: Option<Held<T>>,
    /// As far as it was known when the step began, and may be kept.
    pub config: Option<T>,
    pub token: String,
    pub started: Moment,
    pub absent_before: bool,
}

/// Objects that exist somewhere.
pub trait Remote: ResourceType {
    /// The object as it is now; nothing where it exists no more.
    fn read(
        prior: Held<Self>,
        context: Context,
    ) -> impl Future<Output = Result<Option<Held<Self>>, OpError>> + Send + 'static;

    /// Makes it.
    fn create(
        make: Make<Self>,
        context: Context,
    ) -> impl Future<Output = Result<Held<Self>, OpError>> + Send + 'static;

    /// Changes it in place.
    fn update(
        change: Change<Self>,
        context: Context,
    ) -> impl Future<Output = Result<Held<Self>, OpError>> + Send + 'static;

    /// Destroys it. One that exists no more is as good as destroyed.
    fn delete(
        prior: Held<Self>,
        token: String,
        context: Context,
    ) -> impl Future<Output = Result<(), OpError>> + Send + 'static;

    /// Finds the object by its id; what the read that follows fills in is null.
    fn import(
        _key: ImportKey,
        _context: Context,
    ) -> impl Future<Output = Result<Value, OpError>> + Send + 'static {
        async { Err(import_is_unsupported()) }
    }

    /// Finds out what came of a step. Reads only.
    fn recover(
        lost: Lost<Self>,
        context: Context,
    ) -> impl Future<Output = Result<Recovery, OpError>> + Send + 'static;
}

/// Puts the type in a provider's list.
#[must_use]
pub fn remote<T: Remote>() -> Slot<dyn ResourceOps> {
    Slot::new(T::NAME, || Arc::new(Adapter { logic: Logic::<T>::new() }))
}

#[derive(Debug)]
struct Adapter<T: ResourceType> {
    logic: Logic<T>,
}

impl<T: Remote> ResourceLogic for Adapter<T> {
    delegate_logic!();
}

impl<T: Remote> ResourceOps for Adapter<T> {
    fn read(&self, ask: Read, context: Context) -> Reply<Option<Object>> {
        Box::pin(async move {
            let found = T::read(Held::read(&ask.prior)?, context).await?;
            Ok(found.map(Held::into_object))
        })
    }

    fn create(&self, ask: Create, context: Context) -> Reply<Object> {
        Box::pin(async move {
            let make = Make {
                planned: model(&ask.planned.value)?,
                config: ask.config,
                private: ask.planned.private,
                token: ask.token,
            };
            T::create(make, context).await.map(Held::into_object)
        })
    }

    fn update(&self, ask: Update, context: Context) -> Reply<Object> {
        Box::pin(async move {
            let change = Change {
                prior: Held::read(&ask.prior)?,
                planned: model(&ask.planned.value)?,
                config: ask.config,
                private: ask.planned.private,
                token: ask.token,
            };
            T::update(change, context).await.map(Held::into_object)
        })
    }

    fn delete(&self, ask: Delete, context: Context) -> Reply<()> {
        Box::pin(async move { T::delete(Held::read(&ask.prior)?, ask.token, context).await })
    }

    fn import(&self, ask: Import, context: Context) -> Reply<Vec<Imported>> {
        Box::pin(async move {
            let object = Object::new(T::import(ask.key, context).await?);
            Ok(vec![Imported { kind: T::NAME.to_owned(), object }])
        })
    }

    fn recover(&self, ask: Recover, context: Context) -> Reply<Recovery> {
        Box::pin(async move {
            let lost = Lost {
                action: ask.action,
                prior: ask.prior.as_ref().map(Held::read).transpose()?,
                // Parts that the type must have may have been unknown still.
                config: T::from_value(&ask.config).ok(),
                token: ask.token,
                started: ask.started,
                absent_before: ask.absent_before,
            };
            T::recover(lost, context).await
        })
    }
}
