//! Objects of the state that nothing declares any more, objects that a replacement set aside, and, where everything is to be
//! destroyed, all objects.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wb_core::addr::{
    AbsInstance, ConfigResource, InstanceKey, Mode as ResourceMode, ObjectAddr, ProviderInstance,
};
use wb_core::contract;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::value::Value;
use wb_lang::config::{Repetition, Resource};
use wb_lang::stack::{NodeId, evaluate_early};
use wb_lang::validate::Block;
use wb_lang::world::{ModIx, NodeIx, ProvIx, World};
use wb_plan::{Action, Change, Mode, Reason, object};
use wb_state::{Edit, Object, Private};

use crate::decide::{Asker, Decider};
use crate::kinds::{Kind, Logic};
use crate::provider::Readiness;
use crate::{Answer, Wanted};

/// The objects, and which of them can go on.
#[derive(Debug, Default)]
pub(crate) struct Orphans {
    list: Vec<Orphan>,
    is_listed: bool,
    ready: Vec<usize>,
    /// Those that wait for their provider to be configured.
    blocked: HashMap<ProvIx, Vec<usize>>,
    pub(crate) diags: Diagnostics,
}

/// One object.
#[derive(Debug)]
pub(crate) struct Orphan {
    object: ObjectAddr,
    stored: Arc<Object>,
    provider: ProviderInstance,
    reason: Reason,
    /// It is let go of, not destroyed.
    forget: bool,
    answer: Option<Answer>,
    pub(crate) change: Option<Change>,
}

impl Decider<'_> {
    /// Goes on with the objects that can; whether something was asked of the world.
    pub(crate) fn work_on_orphans(&mut self, world: &mut World<'_>) -> bool {
        if !self.orphans.is_listed {
            // Which instances there are must be known first.
            if world.is_parked() || self.is_waiting() {
                return false;
            }
            self.list_orphans(world);
        }
        let mut more = false;
        for at in std::mem::take(&mut self.orphans.ready) {
            match self.orphan(world, at) {
                Progress::Done => {}
                Progress::Asked => {}
                Progress::Demanded => {
                    self.orphans.ready.push(at);
                    more = true;
                }
            }
        }
        more
    }

    pub(crate) fn orphan_answered(&mut self, at: usize, answer: Answer) {
        self.orphans.list[at].answer = Some(answer);
        self.orphans.ready.push(at);
    }

    /// The provider of these was configured, or could not be.
    pub(crate) fn unblock_orphans(&mut self, provider: ProvIx) {
        if let Some(blocked) = self.orphans.blocked.remove(&provider) {
            self.orphans.ready.extend(blocked);
        }
    }

    /// The changes of all of them.
    pub(crate) fn take_orphan_changes(&mut self) -> impl Iterator<Item = Change> {
        std::mem::take(&mut self.orphans.list).into_iter().filter_map(|orphan| orphan.change)
    }

    /// The blocks that are declared, but not for all objects that they have.
    pub(crate) fn orphaned_blocks(&self) -> impl Iterator<Item = Block> {
        self.orphans.list.iter().filter_map(|orphan| self.block_of(&orphan.object.instance))
    }

    /// The blocks of the state that keep an object.
    pub(crate) fn staying_blocks(&self) -> HashSet<ConfigResource> {
        let goes = |orphan: &&Orphan| orphan.change.is_some();
        let gone: HashSet<&ObjectAddr> =
            self.orphans.list.iter().filter(goes).map(|orphan| &orphan.object).collect();
        let stays = self.state().objects().filter(|(object, _)| !gone.contains(object));
        stays.map(|(object, _)| object.instance.resource.config()).collect()
    }

    /// Everything in the state is to be destroyed.
    pub(crate) fn plan_destruction(&mut self, world: &mut World<'_>, diags: &mut Diagnostics) {
        let state = self.state().clone();
        let chosen = self.destroyed(&state);
        for (addr, resource, instance) in state.instances() {
            if !chosen.contains(&addr) {
                continue;
            }
            let key = instance.provider_key.clone();
            let provider = ProviderInstance { config: resource.provider.clone(), key };
            let forget = self.is_let_go(&addr);
            if let Some(current) = &instance.current {
                let object = ObjectAddr::current(addr.clone());
                self.check_prevented(&addr, current, diags);
                self.add_orphan(object, current, &provider, Reason::Plain, forget);
            }
            self.add_deposed(&addr, instance, &provider);
        }
        self.orphans.is_listed = true;
        let _ = world;
    }

    fn add_deposed(
        &mut self,
        addr: &AbsInstance,
        instance: &wb_state::Instance,
        provider: &ProviderInstance,
    ) {
        for (key, stored) in instance.all_deposed() {
            let object = ObjectAddr { instance: addr.clone(), deposed: Some(*key) };
            self.add_orphan(object, stored, provider, Reason::Plain, false);
        }
    }

    fn add_orphan(
        &mut self,
        object: ObjectAddr,
        stored: &Arc<Object>,
        provider: &ProviderInstance,
        reason: Reason,
        forget: bool,
    ) {
        self.orphans.ready.push(self.orphans.list.len());
        self.orphans.list.push(Orphan {
            object,
            stored: Arc::clone(stored),
            provider: provider.clone(),
            reason,
            forget: forget || stored.skip_destroy,
            answer: None,
            change: None,
        });
    }

    fn list_orphans(&mut self, world: &World<'_>) {
        self.orphans.is_listed = true;
        let state = self.state().clone();
        let mut diags = Diagnostics::new();
        for (addr, resource, instance) in state.instances() {
            if !self.is_selected(&addr) {
                continue;
            }
            let key = instance.provider_key.clone();
            let provider = ProviderInstance { config: resource.provider.clone(), key };
            self.add_deposed(&addr, instance, &provider);
            let Some(current) = &instance.current else { continue };
            if world.find_instance(&addr).is_some()
                || self.is_undecided(world, &addr)
                || self.hangs_on_excluded(world, &addr)
            {
                continue;
            }
            let object = ObjectAddr::current(addr.clone());
            if addr.resource.resource.mode == ResourceMode::Data {
                self.refreshed.push(Edit::Remove { address: object });
                continue;
            }
            let reason = self.why_orphaned(world, &addr);
            let forget = self.is_let_go(&addr);
            if !forget && self.input.mode != Mode::RefreshOnly {
                self.check_prevented(&addr, current, &mut diags);
            }
            self.add_orphan(object, current, &provider, reason, forget);
        }
        self.orphans.diags.append(diags);
    }

    /// Whether it is not known if the instance is declared: what decides that failed, or is left to a later round.
    fn is_undecided(&self, world: &World<'_>, addr: &AbsInstance) -> bool {
        deciding(world, addr).iter().any(|node| {
            world.has_failed(*node) || world.is_deferred(*node) || world.value(*node).is_none()
        })
    }

    /// Whether what decides if the instance is declared hangs on what is excluded.
    fn hangs_on_excluded(&mut self, world: &World<'_>, addr: &AbsInstance) -> bool {
        !self.input.selection.excludes.is_empty()
            && deciding(world, addr).into_iter().any(|node| self.is_left_out(world, node))
    }

    /// The block that declares the instance's resource.
    fn block_of(&self, addr: &AbsInstance) -> Option<Block> {
        let node = self.input.stack.find(&addr.resource.module.module())?;
        let resource = &addr.resource.resource;
        let resources = &self.input.stack[node].module.resources;
        Some((node, resources.find((resource.mode, &resource.kind, &resource.name))?))
    }

    fn declaration_of(&self, addr: &AbsInstance) -> Option<(NodeId, &Resource)> {
        let (node, id) = self.block_of(addr)?;
        Some((node, &self.input.stack[node].module.resources[id]))
    }

    fn why_orphaned(&self, world: &World<'_>, addr: &AbsInstance) -> Reason {
        let Some((_, declared)) = self.declaration_of(addr) else {
            if self.moved.previous.contains_key(addr) {
                return Reason::NoMoveTarget;
            }
            return Reason::NoResourceConfig;
        };
        if world.find_module(&addr.resource.module).is_none() {
            return Reason::NoModule;
        }
        match (&declared.repetition, &addr.key) {
            (Repetition::Count(_), InstanceKey::Int(_)) => Reason::CountIndex,
            (Repetition::ForEach(_), InstanceKey::String(_)) => Reason::EachKey,
            (Repetition::Enabled(_), InstanceKey::None) => Reason::NoResourceConfig,
            _ => Reason::WrongRepetition,
        }
    }

    /// Whether a `removed` block, or the resource's own lifecycle, says to leave the object alone.
    fn is_let_go(&self, addr: &AbsInstance) -> bool {
        let lifecycle = self.declaration_of(addr).and_then(|(_, resource)| resource.lifecycle());
        if lifecycle.and_then(|l| l.destroy) == Some(false) {
            return true;
        }
        self.input.stack.iter().any(|(_, node)| {
            let mut removed = node.module.removed.iter().filter(|r| !r.destroy);
            removed.any(|r| r.from.absolute(&node.path).contains(addr))
        })
    }

    fn check_prevented(&self, addr: &AbsInstance, _: &Object, diags: &mut Diagnostics) {
        let Some((node, resource)) = self.declaration_of(addr) else { return };
        let Some(expression) = resource.lifecycle().and_then(|l| l.prevent_destroy.as_ref()) else {
            return;
        };
        let (stack, given, host) = (self.input.stack, self.input.given, self.input.host);
        let what = "Whether a resource is kept from being destroyed";
        let value = evaluate_early(stack, node, expression.expr(), what, given, host, diags);
        if value.is_some_and(|value| value.unmarked().is_true()) {
            let detail = format!(
                "Resource {addr} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed."
            );
            diags.push(
                Diagnostic::error("Instance cannot be destroyed", detail)
                    .at(resource.span)
                    .label(expression.span(), "it is kept from being destroyed here")
                    .about(addr.to_string())
                    .help("Remove prevent_destroy, or leave what is planned to others with -target or -exclude."),
            );
        }
    }

    /// Goes on with one object.
    fn orphan(&mut self, world: &mut World<'_>, at: usize) -> Progress {
        let orphan = &self.orphans.list[at];
        let (object, stored) = (orphan.object.clone(), Arc::clone(&orphan.stored));
        let address = orphan.provider.clone();
        let resource = &object.instance.resource.resource;
        let kind = self.kinds.find(
            self.input.catalog,
            &address.config.provider,
            resource.mode,
            &resource.kind,
        );
        let Some(kind) = kind else {
            self.orphans.diags.push(unknown_type(&object, &address));
            return Progress::Done;
        };
        let provider = match self.provider_for(world, &address) {
            Ok(Some(provider)) => provider,
            Ok(None) => return Progress::Demanded,
            Err(problem) => {
                self.orphans.diags.push(problem.about(object.to_string()));
                return Progress::Done;
            }
        };
        let schema = kind.schema();
        let decoded = match &kind.logic {
            Logic::Managed(logic) => object::decode(&stored, &**logic),
            Logic::Data(_) | Logic::Ephemeral(_) => object::decode_data(&stored, schema),
        };
        let value = match decoded {
            Ok(value) => value,
            Err(error) => {
                self.orphans.diags.push(crate::managed::unreadable(&object.instance, &error));
                return Progress::Done;
            }
        };
        let private = stored.private.as_ref().and_then(Private::bytes).unwrap_or_default();
        if resource.mode == ResourceMode::Data {
            self.refreshed.push(Edit::Remove { address: object });
            return Progress::Done;
        }
        let seen = Seen { object, provider, value, private };
        if let Some(answer) = self.orphans.list[at].answer.take() {
            return self.orphan_observed(world, at, &kind, seen, answer);
        }
        let wants = self.input.refresh
            && matches!(&kind.logic, Logic::Managed(logic) if !logic.lives_in_state());
        if !wants {
            self.plan_orphan(world, at, &kind, seen);
            return Progress::Done;
        }
        match self.readiness(world, provider, None) {
            Readiness::Later => {
                self.orphans.blocked.entry(provider).or_default().push(at);
                Progress::Asked
            }
            Readiness::Unknown | Readiness::Failed => {
                self.plan_orphan(world, at, &kind, seen);
                Progress::Done
            }
            Readiness::Ready => {
                let (prior, _) = seen.value.unmark_deep();
                let wanted = Wanted::Refresh { object: seen.object, prior, private: seen.private };
                self.ask(Asker::Orphan(at), address, wanted);
                Progress::Asked
            }
        }
    }

    fn orphan_observed(
        &mut self,
        world: &World<'_>,
        at: usize,
        kind: &Kind,
        mut seen: Seen,
        answer: Answer,
    ) -> Progress {
        match answer {
            Answer::Object { value: None, .. } => {
                self.refreshed.push(Edit::Remove { address: seen.object.clone() });
                let after = Value::null(kind.schema().block.ty());
                let change = self.orphan_change(world, at, kind, seen, Action::Delete, after);
                self.drift.push(change);
            }
            Answer::Object { value: Some(value), private } => {
                if contract::read_ok(&kind.schema().block, &value).is_empty() {
                    let (_, marks) = seen.value.unmark_deep_with_paths();
                    seen.value = crate::instance::marked(&value, &marks, &kind.schema().block);
                    seen.private = private;
                }
                self.plan_orphan(world, at, kind, seen);
            }
            Answer::Failed(failure) => {
                let problem = crate::instance::failed(&failure, None);
                self.orphans.diags.push(problem.about(seen.object.to_string()));
            }
            Answer::Configured | Answer::Value(_) => self.plan_orphan(world, at, kind, seen),
        }
        Progress::Done
    }

    fn plan_orphan(&mut self, world: &World<'_>, at: usize, kind: &Kind, seen: Seen) {
        let (action, after) = match (self.input.mode, self.orphans.list[at].forget) {
            (Mode::RefreshOnly, _) => (Action::NoOp, seen.value.clone()),
            (_, true) => (Action::Forget, Value::null(kind.schema().block.ty())),
            (_, false) => (Action::Delete, Value::null(kind.schema().block.ty())),
        };
        let change = self.orphan_change(world, at, kind, seen, action, after);
        self.orphans.list[at].change = Some(change);
    }

    fn orphan_change(
        &self,
        world: &World<'_>,
        at: usize,
        kind: &Kind,
        seen: Seen,
        action: Action,
        after: Value,
    ) -> Change {
        let orphan = &self.orphans.list[at];
        Change {
            previous: match self.input.mode {
                // Where it was is of no interest any more.
                Mode::Destroy => None,
                _ => self.moved.came_from(&seen.object).cloned(),
            },
            object: seen.object,
            provider: world.provider(seen.provider).addr.clone(),
            action,
            reason: if action == Action::NoOp { Reason::Plain } else { orphan.reason },
            before: seen.value,
            after,
            replace: Vec::new(),
            prior_private: seen.private.into(),
            planned_private: Arc::from([]),
            importing: None,
            needs: Arc::from([]),
            dependencies: Arc::clone(&orphan.stored.dependencies),
            create_before_destroy: orphan.stored.create_before_destroy,
            skip_destroy: orphan.stored.skip_destroy,
            schema_version: kind.schema().version,
        }
    }

    /// The provider instance that the state names. Nothing where the world has to work it out first.
    fn provider_for(
        &self,
        world: &mut World<'_>,
        addr: &ProviderInstance,
    ) -> Result<Option<ProvIx>, Box<Diagnostic>> {
        if let Some(known) = world.find_provider(addr) {
            let node = world.provider(known).node;
            if world.value(node).is_some() {
                return Ok(Some(known));
            }
            world.demand(node);
            return Ok(None);
        }
        let home = world.find_module(&addr.config.module.unkeyed());
        let block = home.and_then(|home| {
            let module = world.module(home).module;
            let local = module.local_name_of(&addr.config.provider);
            let name = local.unwrap_or(&addr.config.provider.kind);
            let id = module.providers.find((name, addr.config.alias.as_deref()))?;
            Some(world.module(home).provider(id))
        });
        if let Some(node) = block {
            if world.value(node).is_none() {
                world.demand(node);
                return Ok(None);
            }
        } else if addr.config.alias.is_none() && addr.key.is_none() {
            let implied = world.add_implied_provider(addr.clone());
            let node = world.provider(implied).node;
            world.demand(node);
            return Ok(None);
        }
        let detail = format!(
            "To work with this object its original provider configuration at {addr} is required, but it has been removed. This occurs when a provider configuration is removed while objects created by that provider still exist in the state."
        );
        let problem = Diagnostic::error("Provider configuration not present", detail)
            .help("Put the provider configuration back to destroy the object, after which you can remove it again.");
        Err(Box::new(problem))
    }
}

/// An object that was decoded.
struct Seen {
    object: ObjectAddr,
    provider: ProvIx,
    value: Value,
    private: Vec<u8>,
}

enum Progress {
    Done,
    /// An answer is waited for.
    Asked,
    /// The world has something to work out first.
    Demanded,
}

fn unknown_type(object: &ObjectAddr, provider: &ProviderInstance) -> Diagnostic {
    let detail = format!(
        "The state holds {object}, which belongs to the provider {}, but there is no such resource type in that provider here.",
        provider.config.provider.for_display()
    );
    Diagnostic::error("Unknown resource type in the state", detail)
        .about(object.to_string())
        .help("Use wb state rm to let go of the object, or the tool that made it to destroy it.")
}

/// What decides whether an instance is declared: the calls of the modules around it and its resource, as far as they have come to be.
fn deciding(world: &World<'_>, addr: &AbsInstance) -> Vec<NodeIx> {
    let (mut at, mut nodes) = (ModIx::ROOT, Vec::new());
    for step in addr.resource.module.steps() {
        let module = world.module(at);
        let Some(call) = module.module.calls.find(&step.name) else { return nodes };
        nodes.push(module.call(call));
        let found = world.called(at, call).find(|child| {
            world.module(*child).addr.steps().last().is_some_and(|last| last.key == step.key)
        });
        let Some(found) = found else { return nodes };
        at = found;
    }
    let module = world.module(at);
    let resource = &addr.resource.resource;
    let found = module.module.resources.find((resource.mode, &resource.kind, &resource.name));
    nodes.extend(found.map(|id| module.resource(id)));
    nodes
}
