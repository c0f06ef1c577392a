//! A provider as a list of its types.

use std::fmt;
use std::sync::{Arc, OnceLock};

use wb_core::provider::{FunctionLogic, Kind, Problems, ProviderLogic, ReadLogic, ResourceLogic};
use wb_core::schema::{Block, Schema};
use wb_core::value::Value;

use crate::context::{Client, Context};
use crate::ops::{Configured, DataOps, EphemeralOps, Provider, Reply, ResourceOps};

/// A type of a provider, made when it is first asked for.
pub struct Slot<T: ?Sized> {
    name: &'static str,
    make: fn() -> Arc<T>,
    made: OnceLock<Arc<T>>,
}

impl<T: ?Sized> Slot<T> {
    #[must_use]
    pub fn new(name: &'static str, make: fn() -> Arc<T>) -> Self {
        Self { name, make, made: OnceLock::new() }
    }

    fn get(&self) -> Arc<T> {
        Arc::clone(self.made.get_or_init(self.make))
    }
}

/// Makes a client from a provider's configuration.
pub type Configure = fn(Value, Context) -> Reply<Configured>;

/// A provider that is compiled in.
pub struct TypeList {
    schema: OnceLock<Schema>,
    block: fn() -> Block,
    validate: fn(&Value) -> Problems,
    configure: Configure,
    resources: Vec<Slot<dyn ResourceOps>>,
    data: Vec<Slot<dyn DataOps>>,
    ephemeral: Vec<Slot<dyn EphemeralOps>>,
    functions: Vec<Slot<dyn FunctionLogic>>,
    unimplemented: Vec<(Kind, &'static str)>,
}

impl TypeList {
    /// A provider without a configuration, and without types yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            schema: OnceLock::new(),
            block: || Block::new(Vec::new(), Vec::new()),
            validate: |_| Problems::default(),
            configure: |_, _| Box::pin(async { Ok(no_client()) }),
            resources: Vec::new(),
            data: Vec::new(),
            ephemeral: Vec::new(),
            functions: Vec::new(),
            unimplemented: Vec::new(),
        }
    }

    /// How it is configured.
    #[must_use]
    pub fn configured(
        mut self,
        block: fn() -> Block,
        validate: fn(&Value) -> Problems,
        configure: Configure,
    ) -> Self {
        (self.block, self.validate, self.configure) = (block, validate, configure);
        self
    }

    #[must_use]
    pub fn resources(mut self, slots: impl IntoIterator<Item = Slot<dyn ResourceOps>>) -> Self {
        add(&mut self.resources, slots);
        self
    }

    #[must_use]
    pub fn data(mut self, slots: impl IntoIterator<Item = Slot<dyn DataOps>>) -> Self {
        add(&mut self.data, slots);
        self
    }

    #[must_use]
    pub fn ephemeral(mut self, slots: impl IntoIterator<Item = Slot<dyn EphemeralOps>>) -> Self {
        add(&mut self.ephemeral, slots);
        self
    }

    #[must_use]
    pub fn functions(mut self, slots: impl IntoIterator<Item = Slot<dyn FunctionLogic>>) -> Self {
        add(&mut self.functions, slots);
        self
    }

    /// Types that the established provider has and this one lacks.
    #[must_use]
    pub fn unimplemented(mut self, what: Kind, names: &[&'static str]) -> Self {
        self.unimplemented.extend(names.iter().map(|name| (what, *name)));
        self
    }
}

impl Default for TypeList {
    fn default() -> Self {
        Self::new()
    }
}

fn no_client() -> Configured {
    Configured { client: Client::new(()), target: std::collections::BTreeMap::new() }
}

fn add<T: ?Sized>(to: &mut Vec<Slot<T>>, slots: impl IntoIterator<Item = Slot<T>>) {
    to.extend(slots);
    to.sort_by_key(|slot| slot.name);
}

fn find<T: ?Sized>(slots: &[Slot<T>], name: &str) -> Option<Arc<T>> {
    let at = slots.binary_search_by(|slot| slot.name.cmp(name)).ok()?;
    Some(slots[at].get())
}

fn names<T: ?Sized>(slots: &[Slot<T>]) -> Vec<&str> {
    slots.iter().map(|slot| slot.name).collect()
}

impl ProviderLogic for TypeList {
    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema::new(0, (self.block)()))
    }

    fn validate(&self, config: &Value) -> Problems {
        (self.validate)(config)
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        Some(find(&self.resources, kind)?)
    }

    fn data(&self, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        Some(find(&self.data, kind)?)
    }

    fn ephemeral(&self, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        Some(find(&self.ephemeral, kind)?)
    }

    fn function(&self, name: &str) -> Option<Arc<dyn FunctionLogic>> {
        find(&self.functions, name)
    }

    fn names(&self, what: Kind) -> Vec<&str> {
        match what {
            Kind::Resource => names(&self.resources),
            Kind::Data => names(&self.data),
            Kind::Ephemeral => names(&self.ephemeral),
            Kind::Function => names(&self.functions),
        }
    }

    fn is_unimplemented(&self, what: Kind, name: &str) -> bool {
        self.unimplemented.iter().any(|(kind, n)| *kind == what && *n == name)
    }
}

impl Provider for TypeList {
    fn configure(&self, config: Value, context: Context) -> Reply<Configured> {
        (self.configure)(config, context)
    }

    fn resource_ops(&self, kind: &str) -> Option<Arc<dyn ResourceOps>> {
        find(&self.resources, kind)
    }

    fn data_ops(&self, kind: &str) -> Option<Arc<dyn DataOps>> {
        find(&self.data, kind)
    }

    fn ephemeral_ops(&self, kind: &str) -> Option<Arc<dyn EphemeralOps>> {
        find(&self.ephemeral, kind)
    }
}

impl fmt::Debug for TypeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [Kind::Resource, Kind::Data, Kind::Ephemeral, Kind::Function];
        f.debug_list().entries(all.into_iter().flat_map(|what| self.names(what))).finish()
    }
}

impl<T: ?Sized> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
