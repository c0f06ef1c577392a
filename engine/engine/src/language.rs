//! What the executor asks of the language: values of the stack, as they come to be while a plan is carried out.
//!
//! A [`Language`] is a world of its own, in which an instance is worth what the plan says of it, until the executor says
//! what was made of it. What is asked for is worked out then, and only then: by the order of the plan's steps everything
//! that it needs has been made by that time.

mod objects;
mod provisioners;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wb_core::addr::{
    AbsInstance, AbsNamed, Checkable, Mode, NamedKind, Provider, ProviderInstance,
};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::hash::{HashMap, HashSet};
use wb_core::path::Path;
use wb_core::provider::Catalog;
use wb_core::value::Value;
use wb_exec::{Evaluate, Opening, OutputNow, Phase, Provision, Stuck, When};
use wb_lang::config::Resource;
use wb_lang::host::Host;
use wb_lang::stack::{Given, Stack};
use wb_lang::world::{Checked, Eagerness, InstIx, ModIx, Rule, Trace, World};
use wb_lang::{decode, ignore};
use wb_plan::{Change, CheckBlock, Plan};
use wb_planner::check_status;
use wb_state::CheckStatus;

use objects::Objects;

/// The language while a plan is carried out.
#[derive(Debug)]
pub struct Language<'s> {
    world: World<'s>,
    objects: Objects,
    catalog: &'s Catalog,
    schemas: HashMap<(Provider, Mode, Arc<str>), Option<Arc<decode::Schema>>>,
    checked: BTreeMap<Checkable, Checked>,
    /// What the plan says of conditions: whose there are is decided there.
    planned: Vec<CheckBlock>,
    /// The outputs that the plan is about, where it is not about the whole stack.
    part: Option<BTreeSet<Arc<str>>>,
    mode: wb_plan::Mode,
}

impl<'s> Language<'s> {
    /// The stack of a plan. `host` is in the phase of applying.
    #[must_use]
    pub fn new(
        stack: &'s Stack,
        given: &'s Given,
        host: &'s dyn Host,
        catalog: &'s Catalog,
        plan: &Plan,
    ) -> Self {
        Self {
            world: World::new(stack, given, host, catalog, Eagerness::OnDemand),
            objects: Objects::new(plan),
            catalog,
            schemas: HashMap::default(),
            checked: BTreeMap::new(),
            planned: plan.checks.clone(),
            part: (!plan.selection.is_whole())
                .then(|| plan.outputs.iter().map(|output| Arc::clone(&output.name)).collect()),
            mode: plan.mode,
        }
    }

    /// Works something out. Where it takes ephemeral objects that are not open, or something that was not made, it cannot be.
    /// Finds out which instances there are of everything that has conditions, also where no step has asked for it.
    fn expand(&mut self) {
        let mut done = 0;
        while done < self.world.modules().len() {
            let mut nodes = Vec::new();
            for (_, module) in self.world.modules().skip(done) {
                let of = module.module;
                nodes.extend(of.calls.ids().map(|id| module.call(id)));
                let has_conditions = |resource: &Resource| {
                    !resource.preconditions.is_empty() || !resource.postconditions.is_empty()
                };
                let resources = of.resources.iter().filter(|(_, r)| has_conditions(r));
                nodes.extend(resources.map(|(id, _)| module.resource(id)));
            }
            done = self.world.modules().len();
            for node in nodes {
                // What cannot be counted has been told to whoever needed it.
                let _ = self.work(|world, trace, _| world.read(node, trace).is_some());
            }
        }
    }

    fn work<T>(
        &mut self,
        work: impl FnMut(&World<'s>, &mut Trace, &mut Diagnostics) -> T,
    ) -> Result<T, Stuck> {
        let settled = self.world.settle(&mut self.objects, work);
        let mut diags = self.world.take_diagnostics();
        let Some((value, trace, problems)) = settled else {
            let wanted = self.objects.take_wanted();
            return Err(match wanted.is_empty() {
                false => Stuck::Open(wanted),
                true => Stuck::Failed(diags),
            });
        };
        diags.append(problems);
        if trace.has_failed() || diags.has_errors() {
            return Err(Stuck::Failed(diags));
        }
        Ok(value)
    }

    fn schema(
        &mut self,
        provider: &Provider,
        mode: Mode,
        kind: &Arc<str>,
    ) -> Option<Arc<decode::Schema>> {
        let key = (provider.clone(), mode, Arc::clone(kind));
        let catalog = self.catalog;
        let compile = || {
            catalog.with_schema(provider, mode, kind, |schema| {
                Arc::new(decode::Schema::new(&schema.block))
            })
        };
        self.schemas.entry(key).or_insert_with(compile).clone()
    }

    fn declaration(&self, addr: &AbsInstance) -> Option<&'s Resource> {
        let stack = self.world.stack();
        let node = stack.find(&addr.resource.module.module())?;
        let resource = &addr.resource.resource;
        stack[node].module.resources.get((resource.mode, &resource.kind, &resource.name))
    }

    /// The arguments of an instance.
    fn arguments(
        &mut self,
        addr: &AbsInstance,
        provider: &Provider,
        ephemeral: decode::Ephemeral,
    ) -> Result<Value, Stuck> {
        let resource = &addr.resource.resource;
        let schema = self.schema(provider, resource.mode, &resource.kind);
        let (Some(schema), Some(declared)) = (schema, self.declaration(addr)) else {
            return Err(undeclared(addr));
        };
        let options = decode::Options { ephemeral, ..decode::Options::default() };
        let found = self.work(|world, trace, diags| {
            let at = world.locate(addr, trace)?;
            let scope = &mut world.instance_scope(at, trace);
            Some(decode::block(&declared.body, &schema, scope, &options, diags))
        })?;
        found.ok_or_else(|| undeclared(addr))
    }

    fn keep_checked(&mut self, checked: Checked) {
        match self.checked.get_mut(&checked.address) {
            None => {
                self.checked.insert(checked.address.clone(), checked);
            }
            Some(known) => {
                known.state = known.state.max(checked.state);
                known.failures.extend(checked.failures);
            }
        }
    }

    /// The conditions of an instance, as they come out now.
    fn instance_conditions(
        &mut self,
        addr: &AbsInstance,
        rules: &[Rule<'s>],
        object: Option<&Value>,
    ) -> Diagnostics {
        let settled = self.world.settle(&mut self.objects, |world, trace, diags| {
            let at = world.locate(addr, trace)?;
            Some(world.instance_conditions(rules, at, object.cloned(), trace, diags))
        });
        let mut diags = self.world.take_diagnostics();
        if let Some((Some((state, failures)), _, problems)) = settled {
            diags.append(problems);
            let address = Checkable::Instance(addr.clone());
            self.keep_checked(Checked { address, state, failures });
        }
        diags
    }

    /// Conditions of instances that no step was about.
    fn remaining_conditions(&mut self) -> Diagnostics {
        let mut diags = Diagnostics::new();
        for (addr, value) in self.objects.unchanged() {
            let Some(declared) = self.declaration(&addr) else { continue };
            if declared.preconditions.is_empty() && declared.postconditions.is_empty()
                || self.checked.contains_key(&Checkable::Instance(addr.clone()))
            {
                continue;
            }
            let rules: Vec<Rule<'s>> = Rule::before(&declared.preconditions)
                .into_iter()
                .chain(Rule::after(&declared.postconditions))
                .collect();
            diags.append(self.instance_conditions(&addr, &rules, Some(&value)));
        }
        diags
    }
}

impl Evaluate for Language<'_> {
    fn config(&mut self, change: &Change) -> Result<Value, Stuck> {
        let addr = &change.object.instance;
        let provider = &change.provider.config.provider;
        let value = self.arguments(addr, provider, decode::Ephemeral::WriteOnly)?;
        let lifecycle = self.declaration(addr).and_then(Resource::lifecycle);
        let is_kept = !change.before.is_null() && !change.action.ends_object();
        let Some(lifecycle) = lifecycle.filter(|_| is_kept) else {
            return Ok(value);
        };
        let (plain, marks) = value.unmark_deep_with_paths();
        let (before, had) = change.before.unmark_deep_with_paths();
        let ignored = &lifecycle.ignore_changes;
        let kept = ignore::apply(ignored, &before, &plain);
        Ok(kept.apply_marks_at_paths(&ignore::marks(ignored, &had, marks)))
    }

    fn provider_config(&mut self, provider: &ProviderInstance) -> Result<Value, Stuck> {
        let node = loop {
            if let Some(known) = self.world.find_provider(provider) {
                break self.world.provider(known).node;
            }
            let expansion = self.expansion_of(provider)?;
            match expansion {
                Some(expansion) => {
                    self.work(|world, trace, _| world.read(expansion, trace).is_some())?;
                    if self.world.find_provider(provider).is_none() {
                        return Err(no_provider(provider));
                    }
                }
                None => {
                    self.world.add_implied_provider(provider.clone());
                }
            }
        };
        let value = self.work(|world, trace, _| world.read(node, trace).cloned())?;
        value.ok_or_else(|| no_provider(provider))
    }

    fn has_provisioners(&self, change: &Change, when: When) -> bool {
        self.provisioners_of(&change.object.instance).any(|(p, _)| p.when == when)
    }

    fn provisioners(
        &mut self,
        change: &Change,
        object: &Value,
        when: When,
    ) -> Result<Vec<Provision>, Stuck> {
        self.evaluate_provisioners(change, object, when)
    }

    fn conditions(
        &mut self,
        instance: &AbsInstance,
        phase: Phase,
        object: Option<&Value>,
    ) -> Diagnostics {
        let Some(declared) = self.declaration(instance) else { return Diagnostics::new() };
        let rules = match phase {
            Phase::Before => Rule::before(&declared.preconditions),
            Phase::After => Rule::after(&declared.postconditions),
        };
        if rules.is_empty() {
            return Diagnostics::new();
        }
        self.instance_conditions(instance, &rules, object)
    }

    fn ephemeral(&mut self, instance: &AbsInstance) -> Result<Opening, Stuck> {
        let found = self.work(|world, trace, diags| {
            let at: InstIx = world.locate(instance, trace)?;
            let provider = world.provider_of(at, trace, diags)?;
            Some(world.provider(provider).addr.clone())
        })?;
        let provider = found.ok_or_else(|| undeclared(instance))?;
        let kind = provider.config.provider.clone();
        let config = self.arguments(instance, &kind, decode::Ephemeral::Anywhere)?;
        Ok(Opening { provider, config })
    }

    fn opened(&mut self, instance: &AbsInstance, value: Value) {
        self.made(instance, value);
    }

    fn closed(&mut self, instance: &AbsInstance) {
        self.objects.forget(instance);
    }

    fn made(&mut self, instance: &AbsInstance, value: Value) {
        self.objects.made(instance, value);
        if let Some(at) = self.world.find_instance(instance) {
            let node = self.world.instance(at).node;
            self.world.wake(node);
        }
    }

    fn outputs(&mut self) -> (Vec<OutputNow>, Diagnostics) {
        if self.mode == wb_plan::Mode::Destroy {
            return (Vec::new(), Diagnostics::new());
        }
        let part = self.part.take();
        let is_planned = |name| part.as_ref().is_none_or(|part| part.contains(name));
        let root = self.world.module(ModIx::ROOT);
        let declared: Vec<_> = root
            .module
            .outputs
            .iter()
            .filter(|(_, output)| output.ephemeral != Some(true) && is_planned(&output.name))
            .map(|(id, output)| (root.output(id), output))
            .collect();
        let mut diags = Diagnostics::new();
        let mut outputs = Vec::new();
        for (node, output) in declared {
            let value = match self.work(|world, trace, _| world.read(node, trace).cloned()) {
                Ok(value) => value.filter(Value::is_wholly_known),
                Err(Stuck::Failed(problems)) => {
                    diags.append(problems);
                    None
                }
                Err(Stuck::Open(_)) => None,
            };
            outputs.push(OutputNow {
                name: Arc::clone(&output.name),
                value,
                sensitive: output.sensitive == Some(true),
                deprecated: output.deprecated.as_deref().map(str::to_owned),
            });
        }
        (outputs, diags)
    }

    fn checks(&mut self) -> (Vec<CheckBlock>, Diagnostics) {
        let mut blocks = std::mem::take(&mut self.planned);
        if self.mode != wb_plan::Mode::Normal {
            // Nothing was made since that they could be about.
            return (blocks, Diagnostics::new());
        }
        let mut diags = self.remaining_conditions();
        self.expand();
        let instances = blocks.iter().flat_map(|block| &block.instances);
        let planned: HashSet<&Checkable> = instances.map(|instance| &instance.address).collect();
        let mut nodes = Vec::new();
        for (_, module) in self.world.modules() {
            let m = module.module;
            let is_planned = |kind, name: &Arc<str>| {
                let address = AbsNamed::new(module.addr.clone(), kind, name);
                planned.contains(&Checkable::Named(address))
            };
            let variables = m.variables.iter().filter(|(_, v)| !v.validations.is_empty());
            let variables = variables.filter(|(_, v)| is_planned(NamedKind::Variable, &v.name));
            nodes.extend(variables.map(|(id, _)| module.validation(id)));
            let outputs = m.outputs.iter().filter(|(_, o)| !o.preconditions.is_empty());
            let outputs = outputs.filter(|(_, o)| is_planned(NamedKind::Output, &o.name));
            nodes.extend(outputs.map(|(id, _)| module.output(id)));
            let checks = m.checks.iter().filter(|(_, c)| is_planned(NamedKind::Check, &c.name));
            nodes.extend(checks.map(|(id, _)| module.check(id)));
        }
        for node in nodes {
            if let Err(Stuck::Failed(problems)) =
                self.work(|world, trace, _| world.read(node, trace).cloned())
            {
                diags.append(problems);
            }
        }
        diags.append(self.world.take_diagnostics());
        let found = self.world.checked().iter().chain(self.checked.values());
        let found: HashMap<&Checkable, &Checked> = found.map(|c| (&c.address, c)).collect();
        for instance in blocks.iter_mut().flat_map(|block| &mut block.instances) {
            let found = found.get(&instance.address);
            instance.status = found.map_or(CheckStatus::Unknown, |c| check_status(c.state));
            instance.failures = found.map_or_else(Vec::new, |c| c.failures.clone());
        }
        (blocks, diags)
    }

    fn expression(&self, _: &Change, _: &Path) -> Option<String> {
        None
    }
}

fn undeclared(addr: &AbsInstance) -> Stuck {
    let detail = format!("{addr} is to be changed, but the stack does not declare it.");
    Stuck::Failed(Diagnostic::error("Instance not declared", detail).into())
}

fn no_provider(provider: &ProviderInstance) -> Stuck {
    let detail =
        format!("The stack configures no {provider}, which an object of the plan belongs to.");
    Stuck::Failed(Diagnostic::error("Provider configuration not present", detail).into())
}
