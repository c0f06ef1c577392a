//! Results of conditions as plans and states have them.

use std::collections::BTreeMap;
use std::sync::Arc;

use wb_core::addr::{AbsNamed, Checkable, ConfigCheckable, NamedKind};
use wb_lang::stack::Node;
use wb_lang::world::{CheckState, Checked, ModInst, ModIx, World};
use wb_plan::{CheckBlock, CheckInstance};
use wb_state::CheckStatus;

/// How much of a stack was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    Whole,
    Part,
    /// It is torn down: no condition counts any more.
    Teardown,
}

/// Results of conditions, by the block that they belong to; both ascending. Every block of the stack that has conditions
/// is among them, and of a stack that was looked at as a whole every instance. One without instances passes then.
#[must_use]
pub(crate) fn check_blocks<'c>(
    world: &World<'_>,
    extent: Extent,
    checked: impl Iterator<Item = &'c Checked>,
) -> Vec<CheckBlock> {
    let mut found: BTreeMap<ConfigCheckable, BTreeMap<Checkable, CheckInstance>> =
        world.stack().iter().flat_map(|(_, n)| declared(n)).map(|b| (b, BTreeMap::new())).collect();
    for (at, module) in world.modules() {
        for address in instances(world, at, module, extent) {
            let instance = CheckInstance {
                address: address.clone(),
                status: CheckStatus::Unknown,
                failures: Vec::new(),
            };
            found.entry(address.config()).or_default().insert(address, instance);
        }
    }
    for one in checked {
        let status = check_status(one.state);
        let instance =
            CheckInstance { address: one.address.clone(), status, failures: one.failures.clone() };
        let block = found.entry(one.address.config()).or_default();
        block.insert(one.address.clone(), instance);
    }
    let block = |(block, instances): (_, BTreeMap<_, CheckInstance>)| CheckBlock {
        block,
        counted: extent == Extent::Whole || !instances.is_empty(),
        instances: instances.into_values().collect(),
    };
    found.into_iter().map(block).collect()
}

/// How plans and states have a result.
#[must_use]
pub const fn check_status(state: CheckState) -> CheckStatus {
    match state {
        CheckState::Pass => CheckStatus::Pass,
        CheckState::Unknown => CheckStatus::Unknown,
        CheckState::Fail => CheckStatus::Fail,
        CheckState::Error => CheckStatus::Error,
    }
}

/// What of a module instance has conditions that are to be looked at.
fn instances(world: &World<'_>, at: ModIx, module: &ModInst<'_>, extent: Extent) -> Vec<Checkable> {
    let named = |kind, name: &Arc<str>| {
        Checkable::Named(AbsNamed { module: module.addr.clone(), kind, name: Arc::clone(name) })
    };
    let mut found = Vec::new();
    let of = module.module;
    if extent == Extent::Part {
        return found;
    }
    let outputs = of.outputs.values().filter(|output| !output.preconditions.is_empty());
    found.extend(outputs.map(|output| named(NamedKind::Output, &output.name)));
    if extent == Extent::Teardown {
        return found;
    }
    for (id, resource) in of.resources.iter() {
        if !resource.preconditions.is_empty() || !resource.postconditions.is_empty() {
            let instances = world.instances_of(at, id);
            found.extend(instances.map(|instance| Checkable::Instance(world.address(instance))));
        }
    }
    found.extend(of.checks.values().map(|check| named(NamedKind::Check, &check.name)));
    found
}

/// The blocks of a module that have conditions.
fn declared(node: &Node) -> Vec<ConfigCheckable> {
    let module = &node.module;
    let named = |kind, name: &Arc<str>| ConfigCheckable::Named {
        module: node.path.clone(),
        kind,
        name: Arc::clone(name),
    };
    let mut found = Vec::new();
    for resource in module.resources.values() {
        if !resource.preconditions.is_empty() || !resource.postconditions.is_empty() {
            let address = resource.addr.clone().in_module(node.path.clone());
            found.push(ConfigCheckable::Resource(address));
        }
    }
    let outputs = module.outputs.values().filter(|output| !output.preconditions.is_empty());
    found.extend(outputs.map(|output| named(NamedKind::Output, &output.name)));
    found.extend(module.checks.values().map(|check| named(NamedKind::Check, &check.name)));
    let variables = module.variables.values().filter(|v| !v.validations.is_empty());
    found.extend(variables.map(|variable| named(NamedKind::Variable, &variable.name)));
    found
}
