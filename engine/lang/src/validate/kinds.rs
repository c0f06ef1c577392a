//! The types of resources, looked up once each.

use std::rc::Rc;
use std::sync::Arc;

use wb_core::addr::{Mode, Provider};
use wb_core::diag::Diagnostics;
use wb_core::hash::HashMap;
use wb_core::provider::{self, Catalog, Problems, ProviderLogic, ReadLogic, ResourceLogic};
use wb_core::schema::{Block, Schema};
use wb_core::value::Value;

use super::problem;
use crate::config::ResourceId;
use crate::decode;
use crate::stack::Node;

/// A type of resource.
#[derive(Debug)]
pub(super) struct Kind {
    logic: Logic,
    pub(super) decoder: decode::Schema,
    /// An instance of which nothing is known.
    pub(super) unknown: Value,
}

#[derive(Debug)]
enum Logic {
    Resource(Arc<dyn ResourceLogic>),
    Read(Arc<dyn ReadLogic>),
    Provider(Arc<dyn ProviderLogic>),
}

/// The types that were looked up.
pub(super) struct Kinds<'c> {
    catalog: &'c Catalog,
    known: HashMap<(Provider, Mode, Arc<str>), Option<Rc<Kind>>>,
    providers: HashMap<Provider, Option<Rc<Kind>>>,
}

impl Kind {
    fn new(logic: Logic) -> Self {
        let block = &logic.schema().block;
        let decoder = decode::Schema::new(block);
        let unknown = Value::unknown(block.ty()).refine_not_null();
        Self { logic, decoder, unknown }
    }

    pub(super) fn block(&self) -> &Block {
        &self.logic.schema().block
    }

    /// What the provider finds wrong with a configuration.
    pub(super) fn validate(&self, config: &Value) -> Problems {
        match &self.logic {
            Logic::Resource(logic) => logic.validate(config),
            Logic::Read(logic) => logic.validate(config),
            Logic::Provider(logic) => logic.validate(config),
        }
    }
}

impl Logic {
    fn schema(&self) -> &Schema {
        match self {
            Self::Resource(logic) => logic.schema(),
            Self::Read(logic) => logic.schema(),
            Self::Provider(logic) => logic.schema(),
        }
    }
}

impl<'c> Kinds<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        Self { catalog, known: HashMap::default(), providers: HashMap::default() }
    }

    pub(super) fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// The type of a resource; nothing where there is none, which is reported for the first resource that wants it.
    pub(super) fn of_resource(
        &mut self,
        node: &Node,
        id: ResourceId,
        diags: &mut Diagnostics,
    ) -> Option<Rc<Kind>> {
        let resource = &node.module.resources[id];
        let provider = &node.provider_use(id).config.provider;
        let mode = resource.addr.mode;
        let key = (provider.clone(), mode, Arc::clone(&resource.addr.kind));
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let kind = &resource.addr.kind;
        let found = match mode {
            Mode::Managed => self.catalog.resource(provider, kind).map(Logic::Resource),
            Mode::Data => self.catalog.data(provider, kind).map(Logic::Read),
            Mode::Ephemeral => self.catalog.ephemeral(provider, kind).map(Logic::Read),
        };
        let found = found.map(|logic| Rc::new(Kind::new(logic)));
        if found.is_none() {
            let known = self.catalog.get(provider);
            // A type that only the established provider has is refused where it has instances.
            let is_fine = known.is_some_and(|e| e.logic.is_unimplemented(what(mode), kind));
            if !is_fine {
                diags.push(problem::no_such_type(self.catalog, provider, resource));
            }
        }
        self.known.insert(key, found.clone());
        found
    }

    /// The schema of a provider's configuration, where the provider is there.
    pub(super) fn of_provider(&mut self, provider: &Provider) -> Option<Rc<Kind>> {
        let catalog = self.catalog;
        let look_up =
            || Some(Rc::new(Kind::new(Logic::Provider(Arc::clone(&catalog.get(provider)?.logic)))));
        self.providers.entry(provider.clone()).or_insert_with(look_up).clone()
    }
}

pub(super) fn what(mode: Mode) -> provider::Kind {
    match mode {
        Mode::Managed => provider::Kind::Resource,
        Mode::Data => provider::Kind::Data,
        Mode::Ephemeral => provider::Kind::Ephemeral,
    }
}
