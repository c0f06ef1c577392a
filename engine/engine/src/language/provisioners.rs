//! Provisioners: which run, with what arguments, and how they reach the object.

use wb_core::addr::{AbsInstance, ProviderInstance};
use wb_core::provisioner;
use wb_core::value::{Value, View};
use wb_exec::{Provision, Stuck, When};
use wb_lang::config::{Body, Connection, Provisioner};
use wb_lang::decode;
use wb_lang::world::{Bindings, ModIx, NodeIx};
use wb_plan::Change;

use super::Language;

impl<'s> Language<'s> {
    /// The provisioners of an instance, and the connection of its resource.
    pub(super) fn provisioners_of(
        &self,
        addr: &AbsInstance,
    ) -> impl Iterator<Item = (&'s Provisioner, Option<&'s Connection>)> + use<'s> {
        let declared = self.declaration(addr).and_then(|resource| resource.managed.as_deref());
        let own = declared.into_iter().flat_map(|managed| {
            managed.provisioners.iter().map(|p| (p, managed.connection.as_ref()))
        });
        // What nothing declares any more may say in a `removed` block what is to run first.
        let stack = self.world.stack();
        let is_declared = declared.is_some();
        let addr = addr.clone();
        let removed = stack
            .iter()
            .filter(move |_| !is_declared)
            .flat_map(|(_, node)| node.module.removed.iter().map(move |r| (node, r)))
            .filter(move |(node, removed)| removed.from.absolute(&node.path).contains(&addr))
            .flat_map(|(_, removed)| removed.provisioners.iter().map(|p| (p, None)));
        own.chain(removed)
    }

    pub(super) fn evaluate_provisioners(
        &mut self,
        change: &Change,
        object: &Value,
        when: When,
    ) -> Result<Vec<Provision>, Stuck> {
        let addr = &change.object.instance;
        let chosen: Vec<_> = self.provisioners_of(addr).filter(|(p, _)| p.when == when).collect();
        let mut provisions = Vec::new();
        for (declared, connection) in chosen {
            let Some(schema) = provisioner::schema(&declared.kind) else { continue };
            let schema = decode::Schema::new(&schema.block);
            let config = self.evaluate_body(addr, object, &declared.body, &schema)?;
            let schema = decode::Schema::new(&provisioner::connection().block);
            let mut value = Value::null(provisioner::connection().block.ty());
            for connection in connection.into_iter().chain(declared.connection.as_ref()) {
                let more = self.evaluate_body(addr, object, &connection.body, &schema)?;
                value = over(&value, &more);
            }
            provisions.push(Provision {
                kind: std::sync::Arc::clone(&declared.kind),
                config,
                connection: value,
                on_failure: declared.on_failure,
                span: Some(declared.span),
            });
        }
        Ok(provisions)
    }

    fn evaluate_body(
        &mut self,
        addr: &AbsInstance,
        object: &Value,
        body: &'s Body,
        schema: &decode::Schema,
    ) -> Result<Value, Stuck> {
        let options = decode::Options {
            ephemeral: decode::Ephemeral::Anywhere,
            ..decode::Options::default()
        };
        self.work(|world, trace, diags| {
            // An instance that is not declared any more has its key, and the rest of its module.
            let (module, bindings) = match world.locate(addr, trace) {
                Some(at) => (world.instance(at).module, world.bindings(at)),
                None => (
                    world.locate_module(&addr.resource.module, trace).unwrap_or(ModIx::ROOT),
                    Bindings::of_key(&addr.key, None),
                ),
            };
            let scope = &mut world.scope(module, bindings.with_self(object.clone()), trace);
            decode::block(body, schema, scope, &options, diags)
        })
    }

    /// The expansion of the block that a provider instance is of; nothing where no block stands for it.
    pub(super) fn expansion_of(
        &mut self,
        provider: &ProviderInstance,
    ) -> Result<Option<NodeIx>, Stuck> {
        let home = provider.config.module.unkeyed();
        let home = self.work(|world, trace, _| world.locate_module(&home, trace))?;
        Ok(home.and_then(|home| {
            let module = self.world.module(home);
            let kind = &provider.config.provider;
            let name = module.module.local_name_of(kind).unwrap_or(&kind.kind);
            let id = module.module.providers.find((name, provider.config.alias.as_deref()))?;
            Some(module.provider(id))
        }))
    }
}

/// One connection over another: what it says counts, the rest is the other's.
fn over(below: &Value, above: &Value) -> Value {
    let (View::Object(base), View::Object(over)) = (below.view(), above.view()) else {
        return above.clone();
    };
    let values = over.iter().zip(base.values());
    Value::object_of(
        over.shape(),
        values
            .map(|((_, value), below)| if value.is_null() { below.clone() } else { value.clone() })
            .collect(),
    )
}
