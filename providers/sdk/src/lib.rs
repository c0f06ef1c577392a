//! What a provider author sees: the half of the contract that has effects.
//!
//! The pure half (schemas, validation, planning) is [`wb_core::provider`]. A type that this crate's traits are
//! implemented for has both: [`ResourceOps`] extends [`wb_core::provider::ResourceLogic`].
//!
//! - [`ops`]: what providers, resource types, data sources and ephemeral resource types do.
//! - [`context`]: what an operation is given beside its arguments: a client, the clock, randomness, the fence, a way
//!   to be cancelled.
//! - [`error`]: errors with a kind, which decides whether trying again makes sense.
//!
//! A type is written as a struct in a file of its own:
//!
//! - [`model`]: structs as objects of a schema.
//! - [`types`]: what the author of a type writes.
//! - [`provider`]: a provider as a list of types.
//!
//! What operations are made of: [`retry`], [`wait`] for what takes long, [`pages`] of lists, [`timeouts`] that users set, and
//! [`redact`] for what others say.
//!
//! **Invariants.** An operation asks the fence before every attempt at an effect ([`context::Context::attempt`]). It
//! reads no clock and draws no randomness but through its context. It never puts a secret into an error.

// The code that a derive makes names this crate, also here.
extern crate self as wb_sdk;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod context;
pub mod error;
pub mod function;
pub mod model;
pub mod ops;
pub mod pages;
pub mod provider;
pub mod redact;
pub mod retry;
pub mod timeouts;
pub mod types;
pub mod wait;

pub use context::{Ambient, Cancelled, Client, Context, Fence, FenceBroken};
pub use error::{ErrorKind, OpError};
pub use ops::{
    Configured, Create, DataOps, Delete, EphemeralOps, Import, ImportKey, Imported, Object, Open,
    Opened, Provider, Providers, Read, ReadData, Recover, RecoverAction, Recovery, Reply,
    ResourceOps, Update,
};
