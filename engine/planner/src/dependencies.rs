//! What instances need, as it is recorded.
//!
//! Two things are recorded. The instances that an instance needs are those that it read, itself or through locals,
//! variables, outputs and whole resources; those in between are worked out once each, and a set that grows too large is not
//! recorded. The blocks that its block needs are those that its text refers to, as in Terraform: also what an untaken branch
//! names, or an instance that is not there.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use wb_core::addr::{AbsInstance, ConfigResource, InstanceKey};
use wb_lang::validate::{Block, BlockNeeds};
use wb_lang::world::{InstIx, Kind, NodeIx, World};
use wb_state::recorded_dependencies;

/// More instances than this are not listed one by one.
const MOST_NEEDS: usize = 1_000;
/// A closure of more blocks than this is not recorded.
const MOST_BLOCKS: usize = 100;

pub(crate) struct Dependencies<'w, 'a> {
    world: &'w World<'a>,
    /// Of nodes that are no instances.
    reached: HashMap<NodeIx, Reached>,
    blocks: BlockNeeds,
    closures: HashMap<Block, Option<Arc<BTreeSet<Block>>>>,
    recorded: HashMap<Block, Arc<[ConfigResource]>>,
}

/// What a node leads to without passing another instance.
#[derive(Clone, Default)]
struct Reached {
    /// Nothing where they are too many.
    instances: Option<Arc<[InstIx]>>,
}

impl<'w, 'a> Dependencies<'w, 'a> {
    pub(crate) fn new(world: &'w World<'a>) -> Self {
        Self {
            world,
            reached: HashMap::new(),
            blocks: BlockNeeds::new(world.stack()),
            closures: HashMap::new(),
            recorded: HashMap::new(),
        }
    }

    /// The blocks that a block refers to.
    fn direct(&self, block: Block) -> BTreeSet<Block> {
        self.blocks.of(block).iter().map(|(block, _)| *block).collect()
    }

    /// The instances that an instance needs directly. Nothing where they are too many to list.
    pub(crate) fn needs(&mut self, at: InstIx) -> Option<Arc<[AbsInstance]>> {
        let found = self.of_instance(at).instances?;
        Some(found.iter().map(|at| self.world.address(*at)).collect())
    }

    /// The blocks to record as dependencies of an instance.
    pub(crate) fn recorded(&mut self, at: InstIx) -> Arc<[ConfigResource]> {
        let instance = self.world.instance(at);
        let block = (self.world.module(instance.module).node, instance.resource);
        if let Some(known) = self.recorded.get(&block) {
            return Arc::clone(known);
        }
        let closure = self.closure(block);
        let addresses = |blocks: &BTreeSet<Block>| -> Vec<ConfigResource> {
            blocks.iter().filter(|b| **b != block).map(|b| self.address(*b)).collect()
        };
        let direct = addresses(&self.direct(block));
        let recorded = match &closure {
            Some(closure) => recorded_dependencies(&direct, &addresses(closure)),
            None => {
                let mut direct = direct;
                direct.sort_by_cached_key(ToString::to_string);
                direct.into()
            }
        };
        self.recorded.insert(block, Arc::clone(&recorded));
        recorded
    }

    /// What blocks lead to, directly or not. Nothing for a key: all instances.
    pub(crate) fn reached_from(&self, from: Vec<Block>) -> HashMap<Block, BTreeSet<InstanceKey>> {
        let mut todo = from;
        let mut done: BTreeSet<Block> = todo.iter().copied().collect();
        let mut reached: HashMap<Block, BTreeSet<InstanceKey>> = HashMap::new();
        while let Some(block) = todo.pop() {
            for (next, key) in self.blocks.of(block) {
                reached.entry(*next).or_default().insert(key.clone());
                if done.insert(*next) {
                    todo.push(*next);
                }
            }
        }
        reached
    }

    fn address(&self, (node, resource): Block) -> ConfigResource {
        let node = &self.world.stack()[node];
        node.module.resources[resource].addr.clone().in_module(node.path.clone())
    }

    /// All blocks that a block leads to; nothing where they are too many.
    fn closure(&mut self, block: Block) -> Option<Arc<BTreeSet<Block>>> {
        let mut todo = vec![(block, false)];
        let mut begun: BTreeSet<Block> = BTreeSet::new();
        while let Some((at, is_back)) = todo.pop() {
            if self.closures.contains_key(&at) {
                continue;
            }
            let direct = self.direct(at);
            if !is_back {
                // Blocks may form a circle where their instances do not; what leads back adds nothing.
                if begun.insert(at) {
                    todo.push((at, true));
                    todo.extend(direct.into_iter().map(|d| (d, false)));
                }
                continue;
            }
            let mut all = Some(direct.clone());
            for next in &direct {
                match (self.closures.get(next), &mut all) {
                    (Some(Some(more)), Some(all)) => all.extend(more.iter().copied()),
                    (Some(None), all) => *all = None,
                    _ => {}
                }
                if all.as_ref().is_some_and(|all| all.len() > MOST_BLOCKS) {
                    all = None;
                }
            }
            self.closures.insert(at, all.map(Arc::new));
        }
        self.closures.get(&block).cloned().flatten()
    }

    fn of_instance(&mut self, at: InstIx) -> Reached {
        let node = self.world.instance(at).node;
        self.settle(node);
        self.union(node)
    }

    /// Works out what is between an instance and others, without recursion.
    fn settle(&mut self, node: NodeIx) {
        let world = self.world;
        let is_between = |ix: &NodeIx| !matches!(world.kind(*ix), Kind::Instance(_));
        let mut todo: Vec<(NodeIx, bool)> =
            world.deps(node).iter().filter(|d| is_between(d)).map(|d| (*d, false)).collect();
        while let Some((ix, is_back)) = todo.pop() {
            if is_back {
                let reached = self.union(ix);
                self.reached.insert(ix, reached);
            } else if let Entry::Vacant(new) = self.reached.entry(ix) {
                new.insert(Reached { instances: Some(Arc::from([])) });
                todo.push((ix, true));
                let inner = world.deps(ix).iter().filter(|d| is_between(d));
                todo.extend(inner.map(|d| (*d, false)));
            }
        }
    }

    /// What the nodes that a node read lead to.
    fn union(&self, node: NodeIx) -> Reached {
        let deps = self.world.deps(node);
        if let [one] = deps
            && let Some(reached) = self.reached.get(one)
        {
            return reached.clone();
        }
        let mut instances = Some(Vec::new());
        for dep in deps {
            match self.world.kind(*dep) {
                Kind::Instance(at) => {
                    if let Some(list) = &mut instances {
                        list.push(at);
                    }
                }
                _ => {
                    let Some(reached) = self.reached.get(dep) else { continue };
                    match (&reached.instances, &mut instances) {
                        (Some(more), Some(list)) => list.extend(more.iter().copied()),
                        (None, list) => *list = None,
                        (_, None) => {}
                    }
                }
            }
            if instances.as_ref().is_some_and(|list| list.len() > MOST_NEEDS) {
                instances = None;
            }
        }
        let instances = instances.map(|mut list| {
            list.sort_unstable();
            list.dedup();
            list.into()
        });
        Reached { instances }
    }
}
