//! Data sources and ephemeral resource types.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use wb_core::path::Path;
use wb_core::provider::{Problems, ReadLogic};
use wb_core::schema::Schema;
use wb_core::value::Value;

use super::model;
use crate::context::Context;
use crate::error::OpError;
use crate::model::Model;
use crate::ops::{DataOps, EphemeralOps, Open, Opened, ReadData, Reply};
use crate::provider::Slot;

/// A data source.
pub trait DataType: Model {
    const NAME: &'static str;
    const VERSION: u64 = 0;

    /// Checks what the schema cannot say. Parts of the configuration may be unknown.
    fn validate(_config: &Value) -> Problems {
        Problems::default()
    }

    /// Looks it up.
    fn read(
        config: Self,
        context: Context,
    ) -> impl Future<Output = Result<Self, OpError>> + Send + 'static;
}

/// An ephemeral resource type whose objects need no renewing and no closing.
pub trait EphemeralType: Model {
    const NAME: &'static str;

    /// As [`DataType::validate`].
    fn validate(_config: &Value) -> Problems {
        Problems::default()
    }

    /// Makes the object.
    fn open(
        config: Self,
        context: Context,
    ) -> impl Future<Output = Result<Self, OpError>> + Send + 'static;
}

/// Puts the data source in a provider's list.
#[must_use]
pub fn data<T: DataType>() -> Slot<dyn DataOps> {
    Slot::new(T::NAME, || {
        Arc::new(Data::<T> { schema: Schema::new(T::VERSION, T::block()), of: PhantomData })
    })
}

/// Puts the ephemeral resource type in a provider's list.
#[must_use]
pub fn ephemeral<T: EphemeralType>() -> Slot<dyn EphemeralOps> {
    Slot::new(T::NAME, || {
        Arc::new(Ephemeral::<T> { schema: Schema::new(0, T::block()), of: PhantomData })
    })
}

struct Data<T> {
    schema: Schema,
    of: PhantomData<fn() -> T>,
}

struct Ephemeral<T> {
    schema: Schema,
    of: PhantomData<fn() -> T>,
}

impl<T: DataType> fmt::Debug for Data<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }
}

impl<T: EphemeralType> fmt::Debug for Ephemeral<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }
}

fn check<T: Model>(config: &Value, further: Problems) -> Problems {
    let mut problems = Problems::default();
    T::check(config, &mut Path::new(), &mut problems);
    problems.append(further);
    problems
}

impl<T: DataType> ReadLogic for Data<T> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Problems {
        check::<T>(config, T::validate(config))
    }
}

impl<T: DataType> DataOps for Data<T> {
    fn read(&self, ask: ReadData, context: Context) -> Reply<Value> {
        Box::pin(async move { T::read(model(&ask.config)?, context).await.map(T::into_value) })
    }
}

impl<T: EphemeralType> ReadLogic for Ephemeral<T> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Problems {
        check::<T>(config, T::validate(config))
    }
}

impl<T: EphemeralType> EphemeralOps for Ephemeral<T> {
    fn open(&self, ask: Open, context: Context) -> Reply<Opened> {
        Box::pin(async move {
            let value = T::open(model(&ask.config)?, context).await?.into_value();
            Ok(Opened { value, private: Vec::new(), renew_at: None })
        })
    }
}
