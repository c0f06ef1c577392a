//! The plan, from what was decided of each object: what each needs, the order of steps, and everything else that a plan says.

use std::cmp::Ordering;
use std::collections::btree_map;
use std::iter::Peekable;
use std::sync::Arc;

use wb_core::addr::{AbsInstance, AbsResource, ConfigResource, InstanceKey, ObjectAddr};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::hash::{HashMap, HashSet};
use wb_lang::config::Resource;
use wb_lang::validate::Block;
use wb_lang::world::{InstIx, Kind, ModIx, NodeIx, World};
use wb_plan::{Action, Change, Mode, Plan, Step, StepKind, Steps, VariableValue};
use wb_state::{Edit, Object, State, merged_dependencies};

use crate::checks::{Extent, check_blocks};
use crate::decide::Decider;
use crate::dependencies::Dependencies;
use crate::order::{self, Act, Half, Needs, order};

impl Decider<'_> {
    pub(crate) fn assemble(&mut self, world: &World<'_>, diags: &mut Diagnostics) -> Plan {
        diags.append(std::mem::take(&mut self.orphans.diags));
        let outputs = self.output_changes(world, diags);
        let (mut changes, places) = self.all_changes(world);
        let steps = self.steps(world, &mut changes, &places, diags);
        let mut edits = std::mem::take(&mut self.moved.edits);
        edits.append(&mut self.refreshed);
        self.record_anew(&changes, &mut edits);
        self.moved_alone(&changes);
        let deferred = self.all_deferred(world);
        self.imports_without_instance(world, &deferred, diags);
        Plan {
            mode: self.input.mode,
            base: self.input.base.clone(),
            workspace: Arc::clone(&self.input.workspace),
            selection: self.input.selection.clone(),
            refreshed: self.input.refresh,
            variables: self.variables(world),
            timestamp: wb_core::time::Zoned::utc(self.input.now).to_string().into(),
            edits,
            changes,
            drift: std::mem::take(&mut self.drift),
            outputs,
            checks: check_blocks(
                world,
                match self.input.mode {
                    _ if !self.input.selection.is_whole() => Extent::Part,
                    Mode::Destroy => Extent::Teardown,
                    Mode::Normal | Mode::RefreshOnly => Extent::Whole,
                },
                world.checked().iter().chain(&self.checked),
            ),
            steps,
            deferred,
            errored: diags.has_errors(),
        }
    }

    /// All changes by address, and where those of declared instances are among them.
    fn all_changes(&mut self, world: &World<'_>) -> (Vec<Change>, Vec<Option<u32>>) {
        let mut found: Vec<(Change, Option<InstIx>)> = Vec::new();
        let mut dependencies = Dependencies::new(world);
        if self.input.mode != Mode::Destroy {
            for (at, _) in world.instances() {
                if let Some(mut change) = self.item_mut(at).change.take() {
                    change.dependencies = dependencies.recorded(at);
                    change.needs = dependencies.needs(at).unwrap_or_default();
                    found.push((change, Some(at)));
                }
            }
        }
        spread_over_blocks(world, &dependencies, &mut found);
        found.extend(self.take_orphan_changes().map(|change| (change, None)));
        // Changes are large: numbers are put in order, and each change is moved once.
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by(|a, b| found[*a].0.object.cmp(&found[*b].0.object));
        let mut places = vec![None; world.instances().count()];
        let mut changes = Vec::with_capacity(found.len());
        let mut found: Vec<_> = found.into_iter().map(Some).collect();
        for (index, (change, at)) in (0u32..).zip(order.into_iter().filter_map(|i| found[i].take()))
        {
            if let Some(at) = at {
                places[at.0 as usize] = Some(index);
            }
            changes.push(change);
        }
        (changes, places)
    }

    fn steps(
        &self,
        world: &World<'_>,
        changes: &mut [Change],
        places: &[Option<u32>],
        diags: &mut Diagnostics,
    ) -> Steps {
        let is_still = |change: &Change| act(change) == Act::Keep && !change.create_before_destroy;
        if changes.iter().all(is_still) {
            return Steps::default();
        }
        let mut graph = NeedsGraph::new(changes.len());
        graph.desired(world, places);
        spread_create_first(changes, &graph);
        let mut acts: Vec<Act> = changes.iter().map(act).collect();
        if acts.iter().all(|act| *act == Act::Keep) {
            return Steps::default();
        }
        graph.prior(self.state(), changes);
        acts.resize(graph.next as usize, Act::Keep);
        let ordered =
            order(&acts, Needs { desired: &graph.desired, prior: &graph.prior }).or_else(|_| {
                // Blocks may need one another where their instances do not.
                order(&acts, Needs { desired: &graph.desired, prior: &graph.exact })
            });
        match ordered {
            Ok(ordered) => plan_steps(&ordered, changes),
            Err(circle) => {
                let names: Vec<String> = circle
                    .iter()
                    .filter_map(|i| changes.get(*i as usize))
                    .map(|change| change.object.to_string())
                    .collect();
                let detail = format!(
                    "The state records that these objects need one another, so that there is no order to change them in: {}.",
                    names.join(", ")
                );
                diags.push(Diagnostic::error("Cycle", detail));
                Steps::default()
            }
        }
    }

    /// Where nothing else is planned, an object that only moved is told of as what was found.
    fn moved_alone(&mut self, changes: &[Change]) {
        if self.input.mode == Mode::RefreshOnly {
            let told: HashSet<&ObjectAddr> = self.drift.iter().map(|drift| &drift.object).collect();
            let moved =
                changes.iter().filter(|c| c.previous.is_some() && !told.contains(&c.object));
            let moved: Vec<Change> = moved.cloned().collect();
            self.drift.extend(moved);
        }
    }

    /// Objects that are recorded with other needs now. One that stays has those of its block; one that was refreshed and is still
    /// to be changed also those that it had, until the change is done.
    fn record_anew(&self, changes: &[Change], edits: &mut Vec<Edit>) {
        if self.input.mode == Mode::Destroy {
            return;
        }
        // What refreshing found of an object is newer than what the state has of it.
        let mut latest: HashMap<ObjectAddr, usize> = HashMap::default();
        for (at, edit) in edits.iter().enumerate() {
            if let Edit::Put { address, .. } = edit {
                latest.insert(address.clone(), at);
            }
        }
        let is_declared = |c: &&Change| !matches!(c.action, Action::Delete | Action::Forget);
        let mut resources = InOrder(self.state().resources.iter().peekable());
        for change in changes.iter().filter(is_declared) {
            let place = latest.get(&change.object).copied();
            let at = &change.object.instance;
            let resource = resources.get(&at.resource);
            let instance = resource.and_then(|resource| resource.instances.get(&at.key));
            let stored = match place.map(|at| &edits[at]) {
                Some(Edit::Put { object, .. }) => Some(Arc::clone(object)),
                _ => instance.and_then(|i| i.object(change.object.deposed)).cloned(),
            };
            let Some(stored) = stored else { continue };
            let recorded = self.recorded_anew(&stored, change);
            let is_same_provider = resource.zip(instance).is_none_or(|(resource, instance)| {
                resource.provider == change.provider.config
                    && instance.provider_key == change.provider.key
            });
            if recorded.is_none() && is_same_provider {
                continue;
            }
            let edit = Edit::Put {
                address: change.object.clone(),
                provider: change.provider.clone(),
                object: recorded.map_or(stored, Arc::new),
            };
            match place {
                Some(at) => edits[at] = edit,
                None => edits.push(edit),
            }
        }
    }

    /// The object as it is to be recorded; nothing where that is how it is recorded.
    fn recorded_anew(&self, stored: &Object, change: &Change) -> Option<Object> {
        let stays = self.input.mode == Mode::Normal && change.action == Action::NoOp;
        let dependencies = if stays {
            Arc::clone(&change.dependencies)
        } else if self.input.refresh && change.importing.is_none() {
            merged_dependencies(&stored.dependencies, &change.dependencies)
        } else {
            Arc::clone(&stored.dependencies)
        };
        let skip_destroy = if stays { change.skip_destroy } else { stored.skip_destroy };
        let is_same = stored.dependencies == dependencies
            && stored.create_before_destroy == change.create_before_destroy
            && stored.skip_destroy == skip_destroy;
        if is_same {
            return None;
        }
        let needs = if stays { Some(Arc::clone(&change.needs)) } else { stored.needs.clone() };
        Some(Object {
            dependencies,
            needs,
            create_before_destroy: change.create_before_destroy,
            skip_destroy,
            ..stored.clone()
        })
    }

    fn variables(&self, world: &World<'_>) -> Vec<VariableValue> {
        let root = world.module(ModIx::ROOT);
        root.module
            .variables
            .iter()
            .map(|(id, variable)| VariableValue {
                name: Arc::clone(&variable.name),
                value: match variable.is_ephemeral() {
                    true => None,
                    false => world.value(root.variable(id)).cloned(),
                },
                given: self.input.given.get(&variable.name).is_some(),
            })
            .collect()
    }

    /// What is left to a later round: instances that need it, and what cannot be counted.
    fn all_deferred(&mut self, world: &World<'_>) -> Vec<wb_plan::Deferred> {
        let mut deferred = std::mem::take(&mut self.deferred);
        for (_, module) in world.modules() {
            for (id, resource) in module.module.resources.iter() {
                let node = module.resource(id);
                if !world.is_deferred(node) {
                    continue;
                }
                deferred.push(wb_plan::Deferred {
                    module: module.addr.clone(),
                    resource: resource.addr.clone().in_module(module.addr.module()),
                    why: wb_plan::Deferral::InstancesUnknown,
                    at: resource.repetition.span(),
                    waits_for: self.waits_for_in(world, world.deps(node)),
                });
            }
            for (id, call) in module.module.calls.iter() {
                let node = module.call(id);
                if world.is_deferred(node) {
                    self.defer_call(world, module, id, call, &mut deferred);
                }
            }
        }
        deferred.sort_by(|a, b| (&a.module, &a.resource).cmp(&(&b.module, &b.resource)));
        deferred.dedup_by(|a, b| a.module == b.module && a.resource == b.resource);
        deferred
    }

    /// Everything in a module whose instances cannot be counted.
    fn defer_call(
        &self,
        world: &World<'_>,
        module: &wb_lang::world::ModInst<'_>,
        id: wb_lang::config::CallId,
        call: &wb_lang::config::ModuleCall,
        deferred: &mut Vec<wb_plan::Deferred>,
    ) {
        let waits_for = self.waits_for_in(world, world.deps(module.call(id)));
        let Some(child) = world.stack()[module.node].child(id) else { return };
        let mut todo = vec![child];
        while let Some(node) = todo.pop() {
            let node = &world.stack()[node];
            for resource in node.module.resources.values() {
                deferred.push(wb_plan::Deferred {
                    module: module.addr.clone(),
                    resource: resource.addr.clone().in_module(node.path.clone()),
                    why: wb_plan::Deferral::InstancesUnknown,
                    at: call.repetition.span(),
                    waits_for: waits_for.clone(),
                });
            }
            todo.extend(node.module.calls.ids().filter_map(|id| node.child(id)));
        }
    }

    /// As [`Decider::waits_for`], once changes have been taken out.
    fn waits_for_in(&self, world: &World<'_>, nodes: &[NodeIx]) -> Vec<AbsInstance> {
        let mut found = Vec::new();
        let mut seen: HashSet<NodeIx> = nodes.iter().copied().collect();
        let mut todo: Vec<NodeIx> = nodes.to_vec();
        while let Some(node) = todo.pop() {
            match world.kind(node) {
                Kind::Instance(at) => found.push(world.address(at)),
                _ => todo.extend(world.deps(node).iter().filter(|d| seen.insert(**d))),
            }
        }
        found.sort();
        found
    }
}

/// The resources of a state, for who asks for them in their order: looking each up costs more.
struct InOrder<'s>(Peekable<btree_map::Iter<'s, AbsResource, wb_state::Resource>>);

impl<'s> InOrder<'s> {
    fn get(&mut self, addr: &AbsResource) -> Option<&'s wb_state::Resource> {
        loop {
            let (known, resource) = self.0.peek()?;
            match (*known).cmp(addr) {
                Ordering::Less => self.0.next(),
                Ordering::Equal => return Some(resource),
                Ordering::Greater => return None,
            };
        }
    }
}

/// Who needs whom, by numbers: changes first, then whatever else leads from one to another.
struct NeedsGraph {
    next: u32,
    desired: Vec<(u32, u32)>,
    prior: Vec<(u32, u32)>,
    /// Of the prior needs, those known by instance.
    exact: Vec<(u32, u32)>,
}

impl NeedsGraph {
    fn new(changes: usize) -> Self {
        let next = u32::try_from(changes).expect("changes are counted in 32 bits");
        Self { next, desired: Vec::new(), prior: Vec::new(), exact: Vec::new() }
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// What is read now.
    fn desired(&mut self, world: &World<'_>, places: &[Option<u32>]) {
        let mut numbers: Vec<Option<u32>> = vec![None; world.node_count()];
        for (at, instance) in world.instances() {
            numbers[instance.node.index()] = places[at.0 as usize];
        }
        for index in 0..world.node_count() {
            let node = NodeIx(u32::try_from(index).expect("nodes are counted in 32 bits"));
            let deps = world.deps(node);
            if deps.is_empty() || world.value(node).is_none() {
                continue;
            }
            let from = match numbers[index] {
                Some(number) => number,
                None => {
                    let number = self.number();
                    numbers[index] = Some(number);
                    number
                }
            };
            for dep in deps {
                let to = match numbers[dep.index()] {
                    Some(number) => number,
                    // What reads nothing and is no object leads nowhere.
                    None if world.deps(*dep).is_empty() => continue,
                    None => {
                        let number = self.number();
                        numbers[dep.index()] = Some(number);
                        number
                    }
                };
                self.desired.push((from, to));
            }
        }
    }

    /// What was recorded.
    fn prior(&mut self, state: &State, changes: &[Change]) {
        let mut places: HashMap<&AbsInstance, u32> = HashMap::default();
        for (index, change) in (0u32..).zip(changes) {
            if change.object.deposed.is_none() {
                places.insert(&change.object.instance, index);
            }
        }
        let mut groups: HashMap<ConfigResource, u32> = HashMap::default();
        for (index, change) in (0u32..).zip(changes) {
            let Some(object) = state.object(&change.object) else { continue };
            match object.known_needs() {
                Some(needs) => {
                    let found = needs.iter().filter_map(|need| places.get(need));
                    self.exact.extend(found.map(|to| (index, *to)));
                }
                None => {
                    for block in object.dependencies.iter() {
                        let group = match groups.get(block) {
                            Some(group) => *group,
                            None => {
                                let group = self.number();
                                groups.insert(block.clone(), group);
                                group
                            }
                        };
                        self.prior.push((index, group));
                    }
                }
            }
        }
        if !groups.is_empty() {
            for (index, change) in (0u32..).zip(changes) {
                if let Some(group) = groups.get(&change.object.instance.resource.config()) {
                    self.prior.push((*group, index));
                }
            }
        }
        self.prior.extend_from_slice(&self.exact);
    }
}

/// What a block needs that is replaced create-first is so itself, as in Terraform, which records that in the state: all
/// instances of a block that is needed are replaced create-first, and recorded so are of those that change only the ones that
/// the text names by their keys, where it names some.
fn spread_over_blocks(
    world: &World<'_>,
    dependencies: &Dependencies<'_, '_>,
    changes: &mut [(Change, Option<InstIx>)],
) {
    let is_first = |resource: &Resource| {
        let managed = resource.managed.as_ref();
        managed.is_some_and(|managed| managed.lifecycle.create_before_destroy == Some(true))
    };
    let blocks = world.stack().iter().flat_map(|(node, of)| {
        let resources = of.module.resources.iter();
        resources.filter(|(_, resource)| is_first(resource)).map(move |(id, _)| (node, id))
    });
    let reached = dependencies.reached_from(blocks.collect());
    if reached.is_empty() {
        return;
    }
    let block = |at: InstIx| {
        let instance = world.instance(at);
        (world.module(instance.module).node, instance.resource)
    };
    let there: HashSet<(Block, InstanceKey)> = changes
        .iter()
        .filter_map(|(change, at)| Some((block((*at)?), change.instance().key.clone())))
        .collect();
    // A key of no instance stands for them all.
    let whole: HashSet<Block> = reached
        .iter()
        .filter(|(block, keys)| keys.iter().any(|key| !there.contains(&(**block, key.clone()))))
        .map(|(block, _)| *block)
        .collect();
    for (change, at) in changes {
        let Some(at) = at else { continue };
        let Some(keys) = reached.get(&block(*at)) else { continue };
        let own = create_first(change);
        let is_named = keys.contains(&change.instance().key) || whole.contains(&block(*at));
        if change.action != Action::NoOp && !is_named {
            change.create_before_destroy = own;
        }
    }
}

/// Makes it so, and says whether it was.
fn create_first(change: &mut Change) -> bool {
    let was = change.create_before_destroy;
    if change.object.instance.resource.resource.mode == wb_core::addr::Mode::Managed {
        change.create_before_destroy = true;
        if matches!(change.action, Action::Replace { .. }) {
            change.action = Action::Replace { create_first: true };
        }
    }
    was
}

/// What something needs that is to be replaced create-first, is to be so itself. Of objects that nothing declares.
fn spread_create_first(changes: &mut [Change], graph: &NeedsGraph) {
    let first: Vec<u32> = (0u32..)
        .zip(changes.iter())
        .filter(|(_, change)| change.create_before_destroy)
        .map(|(index, _)| index)
        .collect();
    if first.is_empty() {
        return;
    }
    let mut needs = wb_graph::Builder::new(graph.next as usize);
    for &(x, y) in &graph.desired {
        needs.edge(x, y);
    }
    let reached = needs.build().reach_after(first);
    for (change, reached) in changes.iter_mut().zip(reached) {
        if reached {
            create_first(change);
        }
    }
}

fn act(change: &Change) -> Act {
    match change.action {
        Action::NoOp => Act::Keep,
        Action::Create | Action::Read => Act::Create,
        Action::Update => Act::Update,
        Action::Replace { create_first } => Act::Replace { create_first },
        Action::ForgetAndCreate => Act::Replace { create_first: false },
        Action::Delete | Action::Forget => Act::Delete,
    }
}

/// The steps in the plan's words. Where create-first spread, the changes say so.
fn plan_steps(ordered: &order::Steps, changes: &mut [Change]) -> Steps {
    for (change, act) in changes.iter_mut().zip(&ordered.acts) {
        if let (Action::Replace { .. }, Act::Replace { create_first }) = (change.action, *act) {
            change.action = Action::Replace { create_first };
        }
    }
    let steps = ordered.steps.iter().map(|step| {
        let change = changes.get(step.instance as usize);
        let kind = match (step.half, change.map(|change| change.action)) {
            (Half::Make, Some(Action::Read)) => StepKind::Read,
            (Half::Make, Some(Action::Update)) => StepKind::Update,
            (Half::Make, Some(_)) => StepKind::Create,
            (Half::Delete, Some(Action::Forget | Action::ForgetAndCreate)) => StepKind::Forget,
            (Half::Delete, Some(_)) => StepKind::Delete,
            (Half::Pass, _) | (_, None) => StepKind::Pass,
        };
        let change = (kind != StepKind::Pass).then_some(step.instance);
        Step { kind, change }
    });
    Steps { steps: steps.collect(), graph: ordered.graph.clone() }
}
