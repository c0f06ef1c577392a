//! What instances and providers are worth while a plan is carried out.

use std::collections::HashMap;

use wb_core::addr::{AbsInstance, Mode};
use wb_core::diag::Diagnostics;
use wb_core::value::Value;
use wb_lang::decode;
use wb_lang::world::{Driver, InstIx, Outcome, ProvIx, Trace, World};
use wb_plan::{Action, Plan};

/// The objects of a plan.
#[derive(Debug)]
pub(super) struct Objects {
    values: HashMap<AbsInstance, Object>,
    /// Ephemeral objects that were needed and are not open.
    wanted: Vec<AbsInstance>,
}

#[derive(Debug)]
enum Object {
    /// As it was, and stays.
    Unchanged(Value),
    /// To be made, changed or read.
    Waiting,
    Made(Value),
}

impl Objects {
    pub(super) fn new(plan: &Plan) -> Self {
        let current = plan.changes.iter().filter(|c| c.object.deposed.is_none());
        let values = current.map(|change| {
            let object = match change.action {
                Action::NoOp => Object::Unchanged(change.after.clone()),
                _ => Object::Waiting,
            };
            (change.object.instance.clone(), object)
        });
        Self { values: values.collect(), wanted: Vec::new() }
    }

    pub(super) fn made(&mut self, instance: &AbsInstance, value: Value) {
        self.values.insert(instance.clone(), Object::Made(value));
    }

    pub(super) fn forget(&mut self, instance: &AbsInstance) {
        self.values.remove(instance);
    }

    /// The ephemeral objects that were needed since this was last asked.
    pub(super) fn take_wanted(&mut self) -> Vec<AbsInstance> {
        std::mem::take(&mut self.wanted)
    }

    /// Managed and data instances that stay as they are, ascending.
    pub(super) fn unchanged(&self) -> Vec<(AbsInstance, Value)> {
        let mut found: Vec<(AbsInstance, Value)> = self
            .values
            .iter()
            .filter_map(|(addr, object)| match object {
                Object::Unchanged(value) => Some((addr.clone(), value.clone())),
                Object::Waiting | Object::Made(_) => None,
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }
}

impl Driver for Objects {
    fn instance(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        _: &mut Diagnostics,
    ) -> Outcome {
        let address = world.address(at);
        match self.values.get(&address) {
            Some(Object::Unchanged(value) | Object::Made(value)) => Outcome::Value(value.clone()),
            Some(Object::Waiting) => Outcome::Parked,
            None if address.resource.resource.mode == Mode::Ephemeral => {
                self.wanted.push(address);
                Outcome::Parked
            }
            // The plan says nothing of it: it is left to a later round, or out of what was asked for.
            None => {
                trace.defer();
                Outcome::Value(Value::DYNAMIC)
            }
        }
    }

    fn provider(
        &mut self,
        world: &World<'_>,
        at: ProvIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let provider = world.provider(at);
        let Some(entry) = world.catalog().get(&provider.addr.config.provider) else {
            trace.fail();
            return Outcome::Value(Value::DYNAMIC);
        };
        let schema = entry.logic.schema();
        let (Some(block), Some((module, _))) = (world.provider_block(at), provider.block) else {
            return Outcome::Value(schema.block.empty_value());
        };
        let options = decode::Options {
            ephemeral: decode::Ephemeral::Anywhere,
            ..decode::Options::default()
        };
        let decoder = decode::Schema::new(&schema.block);
        let mut scope = world.scope(module, world.provider_bindings(at), trace);
        Outcome::Value(decode::block(&block.body, &decoder, &mut scope, &options, diags))
    }

    fn may_defer(&self) -> bool {
        true
    }
}
