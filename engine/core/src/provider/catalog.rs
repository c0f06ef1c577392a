//! All providers that a run can use, by source address.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Kind, ProviderLogic, ReadLogic, ResourceLogic};
use crate::addr::{Mode, Provider};
use crate::schema::Schema;

/// A provider, and the version of the established one that it stands for in this run.
#[derive(Clone, Debug)]
pub struct Entry {
    pub version: String,
    pub logic: Arc<dyn ProviderLogic>,
}

/// The providers of a run. Fixed before planning starts: which version each stands for follows from the stack.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    entries: BTreeMap<Provider, Entry>,
}

impl Catalog {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn insert(&mut self, address: Provider, entry: Entry) {
        self.entries.insert(address, entry);
    }

    #[must_use]
    pub fn get(&self, address: &Provider) -> Option<&Entry> {
        self.entries.get(address)
    }

    /// By address.
    pub fn iter(&self) -> impl Iterator<Item = (&Provider, &Entry)> {
        self.entries.iter()
    }

    #[must_use]
    pub fn resource(&self, provider: &Provider, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        self.get(provider)?.logic.resource(kind)
    }

    #[must_use]
    pub fn data(&self, provider: &Provider, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        self.get(provider)?.logic.data(kind)
    }

    #[must_use]
    pub fn ephemeral(&self, provider: &Provider, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        self.get(provider)?.logic.ephemeral(kind)
    }

    /// Calls `with` with the schema of what a block of this mode and type declares, where there is one.
    pub fn with_schema<T>(
        &self,
        provider: &Provider,
        mode: Mode,
        kind: &str,
        with: impl FnOnce(&Schema) -> T,
    ) -> Option<T> {
        match mode {
            Mode::Managed => Some(with(self.resource(provider, kind)?.schema())),
            Mode::Data => Some(with(self.data(provider, kind)?.schema())),
            Mode::Ephemeral => Some(with(self.ephemeral(provider, kind)?.schema())),
        }
    }

    /// Every name of one kind over all providers, with the provider that has it: to suggest another provider's type.
    pub fn names(&self, what: Kind) -> impl Iterator<Item = (&Provider, &str)> {
        self.entries
            .iter()
            .flat_map(move |(p, e)| e.logic.names(what).into_iter().map(move |n| (p, n)))
    }
}
