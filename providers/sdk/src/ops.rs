//! What providers and their types do.
//!
//! All values are of the schema's type and unmarked; in what a data source has read, sensitive parts may be marked. Futures own what they need: a worker runs them on any thread, and
//! may drop them.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use wb_core::addr;
use wb_core::provider::{ProviderLogic, ReadLogic, ResourceLogic};
use wb_core::value::Value;

use crate::context::{Client, Context};
use crate::error::{ErrorKind, OpError};

/// What an operation gives, when it is done.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<T, OpError>> + Send + 'static>>;

/// A provider with its effects.
pub trait Provider: ProviderLogic {
    /// Makes a client. The configuration is wholly known.
    fn configure(&self, config: Value, context: Context) -> Reply<Configured>;

    fn resource_ops(&self, kind: &str) -> Option<Arc<dyn ResourceOps>>;
    fn data_ops(&self, kind: &str) -> Option<Arc<dyn DataOps>>;
    fn ephemeral_ops(&self, kind: &str) -> Option<Arc<dyn EphemeralOps>>;
}

/// What configuring gives.
#[derive(Clone, Debug)]
pub struct Configured {
    pub client: Client,
    /// What says which remote system this is: account, project, region, endpoint. No secrets.
    pub target: BTreeMap<String, String>,
}

/// The providers that are compiled in, by address without host; both default registries name the same.
#[derive(Clone, Default, Debug)]
pub struct Providers(BTreeMap<addr::Provider, Arc<dyn Provider>>);

impl Providers {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn insert(&mut self, address: addr::Provider, provider: Arc<dyn Provider>) {
        self.0.insert(address, provider);
    }

    /// The provider at an address of either default registry.
    #[must_use]
    pub fn get(&self, address: &addr::Provider) -> Option<&Arc<dyn Provider>> {
        self.0.get(address).or_else(|| {
            self.0.iter().find(|(known, _)| known.is_same(address)).map(|(_, provider)| provider)
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = (&addr::Provider, &Arc<dyn Provider>)> {
        self.0.iter()
    }
}

/// A remote object as its provider reports it.
#[derive(Clone, PartialEq, Debug)]
pub struct Object {
    /// Of the schema's type, wholly known; write-only attributes are null.
    pub value: Value,
    /// Bytes for the provider's next operation on it.
    pub private: Vec<u8>,
}

impl Object {
    #[must_use]
    pub fn new(value: Value) -> Self {
        Self { value, private: Vec::new() }
    }
}

/// A resource type with its effects.
pub trait ResourceOps: ResourceLogic {
    /// The object as it is now; nothing where it exists no more.
    fn read(&self, ask: Read, context: Context) -> Reply<Option<Object>>;

    /// Makes an object. Where it fails half-way, [`OpError::partial`] says what exists.
    fn create(&self, ask: Create, context: Context) -> Reply<Object>;

    /// Changes an object in place.
    fn update(&self, ask: Update, context: Context) -> Reply<Object>;

    /// Destroys an object. One that exists no more is as good as destroyed.
    fn delete(&self, ask: Delete, context: Context) -> Reply<()>;

    /// Finds an object by its id or identity, so that it can be read.
    fn import(&self, _ask: Import, _context: Context) -> Reply<Vec<Imported>> {
        Box::pin(async {
            Err(OpError::new(
                ErrorKind::Invalid,
                "Import is not supported",
                "Objects of this type cannot be imported: everything about them is in the state alone.",
            ))
        })
    }

    /// Finds out what came of a step whose outcome is not known. Reads only.
    fn recover(&self, ask: Recover, context: Context) -> Reply<Recovery>;
}

/// A data source.
pub trait DataOps: ReadLogic {
    fn read(&self, ask: ReadData, context: Context) -> Reply<Value>;
}

/// An ephemeral resource type.
pub trait EphemeralOps: ReadLogic {
    fn open(&self, ask: Open, context: Context) -> Reply<Opened>;

    /// Keeps what was opened alive; gives when to call again.
    fn renew(&self, private: Vec<u8>, _context: Context) -> Reply<Opened> {
        Box::pin(async move {
            Ok(Opened { value: Value::null(wb_core::ty::Type::DYNAMIC), private, renew_at: None })
        })
    }

    fn close(&self, _private: Vec<u8>, _context: Context) -> Reply<()> {
        Box::pin(async { Ok(()) })
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    pub prior: Object,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Create {
    /// What the user wrote, write-only and ephemeral values included.
    pub config: Value,
    /// What was planned; unknown parts are for the provider to decide.
    pub planned: Object,
    /// The same for every attempt at the same step, and for no other step: makes the call one call.
    pub token: String,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Update {
    pub prior: Object,
    pub config: Value,
    pub planned: Object,
    pub token: String,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Delete {
    pub prior: Object,
    pub token: String,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Import {
    pub key: ImportKey,
}

/// What an object to be imported is named by.
#[derive(Clone, PartialEq, Debug)]
pub enum ImportKey {
    Id(String),
    /// An object of the identity's attributes.
    Identity(Value),
}

/// An object that was found. What is unknown to the import is null, and the read that follows fills it in.
#[derive(Clone, PartialEq, Debug)]
pub struct Imported {
    pub kind: String,
    pub object: Object,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ReadData {
    pub config: Value,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Open {
    pub config: Value,
}

/// An ephemeral object.
#[derive(Clone, PartialEq, Debug)]
pub struct Opened {
    pub value: Value,
    pub private: Vec<u8>,
    /// When to renew it, if it ends by itself.
    pub renew_at: Option<wb_core::time::Moment>,
}

/// A step whose outcome is not known, as its journal tells it.
#[derive(Clone, PartialEq, Debug)]
pub struct Recover {
    pub action: RecoverAction,
    /// The object before the step; nothing for a create.
    pub prior: Option<Object>,
    /// The configuration as far as it was known when the step began; null where it was not, or must not be kept.
    pub config: Value,
    pub token: String,
    /// When the step began.
    pub started: wb_core::time::Moment,
    /// Whether the API was asked just before and knew no object of that name.
    pub absent_before: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecoverAction {
    Create,
    Update,
    Delete,
}

/// What was found out.
#[derive(Clone, PartialEq, Debug)]
pub enum Recovery {
    /// This is the object now.
    Found(Object),
    /// There is no such object; one that was begun may still appear until then.
    Absent { not_before: Option<wb_core::time::Moment> },
    /// It exists, but a secret that only the first reply told is lost: destroy it and make it again.
    Discard(Object),
    /// It cannot be told which of these it is: the user is asked.
    Ambiguous(Vec<Object>),
}

impl fmt::Display for RecoverAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}
