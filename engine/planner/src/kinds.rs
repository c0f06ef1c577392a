//! What is known of the types of the stack's resources, looked up once for each block.

use std::sync::Arc;

use wb_core::addr::{Mode, Provider};
use wb_core::hash::HashMap;
use wb_core::provider::{Catalog, ReadLogic, ResourceLogic};
use wb_core::schema::Schema;
use wb_lang::config::ResourceId;
use wb_lang::decode;
use wb_lang::stack::{NodeId, Stack};

/// A type, with its schema in the form that bodies are read through.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) logic: Logic,
    pub(crate) decoder: decode::Schema,
}

#[derive(Clone, Debug)]
pub(crate) enum Logic {
    Managed(Arc<dyn ResourceLogic>),
    Data(Arc<dyn ReadLogic>),
    Ephemeral(Arc<dyn ReadLogic>),
}

impl Kind {
    pub(crate) fn schema(&self) -> &Schema {
        match &self.logic {
            Logic::Managed(logic) => logic.schema(),
            Logic::Data(logic) | Logic::Ephemeral(logic) => logic.schema(),
        }
    }
}

/// The types of all blocks.
#[derive(Debug)]
pub(crate) struct Kinds {
    by_block: Vec<Vec<Option<Arc<Kind>>>>,
    known: HashMap<(Provider, Mode, Arc<str>), Option<Arc<Kind>>>,
}

impl Kinds {
    /// Looks up the types of all blocks. One that no provider has was reported when the stack was checked.
    pub(crate) fn new(stack: &Stack, catalog: &Catalog) -> Self {
        let mut kinds = Self { by_block: Vec::new(), known: HashMap::default() };
        for (_, node) in stack.iter() {
            let blocks = node.module.resources.iter().map(|(id, resource)| {
                let provider = &node.provider_use(id).config.provider;
                kinds.find(catalog, provider, resource.addr.mode, &resource.addr.kind)
            });
            let blocks = blocks.collect();
            kinds.by_block.push(blocks);
        }
        kinds
    }

    /// The type of a block.
    pub(crate) fn of(&self, node: NodeId, resource: ResourceId) -> Option<&Arc<Kind>> {
        use wb_lang::config::Id as _;
        self.by_block[node.index()][resource.index()].as_ref()
    }

    /// A type by its name, also one that only the state has.
    pub(crate) fn find(
        &mut self,
        catalog: &Catalog,
        provider: &Provider,
        mode: Mode,
        kind: &Arc<str>,
    ) -> Option<Arc<Kind>> {
        let key = (provider.clone(), mode, Arc::clone(kind));
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let logic = match mode {
            Mode::Managed => catalog.resource(provider, kind).map(Logic::Managed),
            Mode::Data => catalog.data(provider, kind).map(Logic::Data),
            Mode::Ephemeral => catalog.ephemeral(provider, kind).map(Logic::Ephemeral),
        };
        let found = logic.map(|logic| {
            let decoder = match &logic {
                Logic::Managed(logic) => decode::Schema::new(&logic.schema().block),
                Logic::Data(logic) | Logic::Ephemeral(logic) => {
                    decode::Schema::new(&logic.schema().block)
                }
            };
            Arc::new(Kind { logic, decoder })
        });
        self.known.insert(key, found.clone());
        found
    }
}
