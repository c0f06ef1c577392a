//! Resource types whose objects exist in the state alone: random values, keys, timestamps.

use std::future::Future;
use std::sync::Arc;

use wb_core::provider::{Identity, PlanAsk, Planned, Problems, ResourceLogic, StoredObject};
use wb_core::schema::Schema;
use wb_core::value::Value;

use super::{Logic, ResourceType, delegate_logic, model};
use crate::context::Context;
use crate::error::{ErrorKind, OpError};
use crate::ops::{
    Create, Delete, Import, ImportKey, Imported, Object, Read, Recover, RecoverAction, Recovery,
    Reply, ResourceOps, Update,
};
use crate::provider::Slot;

/// Objects that exist in the state alone.
pub trait Recorded: ResourceType {
    /// Decides what the plan left open.
    fn create(
        planned: Self,
        context: Context,
    ) -> impl Future<Output = Result<Self, OpError>> + Send + 'static;

    /// Decides what the plan of a change left open; mostly nothing.
    fn update(
        _prior: Self,
        planned: Self,
        _context: Context,
    ) -> impl Future<Output = Result<Self, OpError>> + Send + 'static {
        async { Ok(planned) }
    }

    /// What is done before the object goes; mostly nothing.
    fn delete(
        _prior: Self,
        _context: Context,
    ) -> impl Future<Output = Result<(), OpError>> + Send + 'static {
        async { Ok(()) }
    }

    /// Makes the object that an import's id describes.
    ///
    /// # Errors
    /// Where it describes none, or objects of this type cannot be imported.
    fn import(_id: &str, _context: &Context) -> Result<Self, OpError> {
        Err(import_is_unsupported())
    }
}

/// Puts the type in a provider's list.
#[must_use]
pub fn recorded<T: Recorded>() -> Slot<dyn ResourceOps> {
    Slot::new(T::NAME, || Arc::new(Adapter { logic: Logic::<T>::new() }))
}

pub(super) fn import_is_unsupported() -> OpError {
    OpError::new(
        ErrorKind::Invalid,
        "Import is not supported",
        "Objects of this type cannot be imported: everything about them is in the state alone.",
    )
}

#[derive(Debug)]
struct Adapter<T: ResourceType> {
    logic: Logic<T>,
}

impl<T: Recorded> ResourceLogic for Adapter<T> {
    delegate_logic!();

    fn lives_in_state(&self) -> bool {
        true
    }
}

impl<T: Recorded> ResourceOps for Adapter<T> {
    fn read(&self, ask: Read, _context: Context) -> Reply<Option<Object>> {
        Box::pin(async move { Ok(Some(ask.prior)) })
    }

    fn create(&self, ask: Create, context: Context) -> Reply<Object> {
        Box::pin(async move {
            context.attempt()?;
            let made = T::create(model(&ask.planned.value)?, context).await?;
            Ok(Object { value: made.into_value(), private: ask.planned.private })
        })
    }

    fn update(&self, ask: Update, context: Context) -> Reply<Object> {
        Box::pin(async move {
            context.attempt()?;
            let prior = model(&ask.prior.value)?;
            let made = T::update(prior, model(&ask.planned.value)?, context).await?;
            Ok(Object { value: made.into_value(), private: ask.planned.private })
        })
    }

    fn delete(&self, ask: Delete, context: Context) -> Reply<()> {
        Box::pin(async move {
            context.attempt()?;
            T::delete(model(&ask.prior.value)?, context).await
        })
    }

    fn import(&self, ask: Import, context: Context) -> Reply<Vec<Imported>> {
        Box::pin(async move {
            let ImportKey::Id(id) = &ask.key else { return Err(import_is_unsupported()) };
            let object = Object::new(T::import(id, &context)?.into_value());
            Ok(vec![Imported { kind: T::NAME.to_owned(), object }])
        })
    }

    fn recover(&self, ask: Recover, _context: Context) -> Reply<Recovery> {
        Box::pin(async move {
            // What was lost had no existence outside; what was there is there as long as the state says so.
            Ok(match (ask.action, ask.prior) {
                (RecoverAction::Create, _) | (_, None) => Recovery::Absent { not_before: None },
                (RecoverAction::Update | RecoverAction::Delete, Some(prior)) => {
                    Recovery::Found(prior)
                }
            })
        })
    }
}
