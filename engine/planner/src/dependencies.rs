//! What instances need, as it is recorded.
//!
//! A node's needs are the instances that it read, itself or through locals, variables, outputs and whole resources. Those
//! in between are worked out once each. A set that grows too large is not recorded: then the blocks must do.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use wb_core::addr::{AbsInstance, ConfigResource};
use wb_lang::config::ResourceId;
use wb_lang::stack::NodeId;
use wb_lang::world::{InstIx, Kind, NodeIx, World};
use wb_state::recorded_dependencies;

/// More instances than this are not listed one by one.
const MOST_NEEDS: usize = 1_000;
/// A closure of more blocks than this is not recorded.
const MOST_BLOCKS: usize = 100;

/// A block of the configuration.
type BlockId = (NodeId, ResourceId);

pub(crate) struct Dependencies<'w, 'a> {
    world: &'w World<'a>,
    /// Of nodes that are no instances.
    reached: HashMap<NodeIx, Reached>,
    direct: HashMap<BlockId, BTreeSet<BlockId>>,
    closures: HashMap<BlockId, Option<Arc<BTreeSet<BlockId>>>>,
    recorded: HashMap<BlockId, Arc<[ConfigResource]>>,
}

/// What a node leads to without passing another instance.
#[derive(Clone, Default)]
struct Reached {
    /// Nothing where they are too many.
    instances: Option<Arc<[InstIx]>>,
    blocks: Arc<[BlockId]>,
}

impl<'w, 'a> Dependencies<'w, 'a> {
    pub(crate) fn new(world: &'w World<'a>) -> Self {
        let mut this = Self {
            world,
            reached: HashMap::new(),
            direct: HashMap::new(),
            closures: HashMap::new(),
            recorded: HashMap::new(),
        };
        for (at, instance) in world.instances() {
            let reached = this.of_instance(at);
            let block = (world.module(instance.module).node, instance.resource);
            this.direct.entry(block).or_default().extend(reached.blocks.iter().copied());
        }
        this
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
        let addresses = |blocks: &BTreeSet<BlockId>| -> Vec<ConfigResource> {
            blocks.iter().filter(|b| **b != block).map(|b| self.address(*b)).collect()
        };
        let direct = addresses(self.direct.get(&block).unwrap_or(&BTreeSet::new()));
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

    fn address(&self, (node, resource): BlockId) -> ConfigResource {
        let node = &self.world.stack()[node];
        node.module.resources[resource].addr.clone().in_module(node.path.clone())
    }

    /// All blocks that a block leads to; nothing where they are too many.
    fn closure(&mut self, block: BlockId) -> Option<Arc<BTreeSet<BlockId>>> {
        let mut todo = vec![(block, false)];
        let mut begun: BTreeSet<BlockId> = BTreeSet::new();
        while let Some((at, is_back)) = todo.pop() {
            if self.closures.contains_key(&at) {
                continue;
            }
            let direct = self.direct.get(&at).cloned().unwrap_or_default();
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
                new.insert(Reached { instances: Some(Arc::from([])), ..Reached::default() });
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
        let (mut instances, mut blocks) = (Some(Vec::new()), Vec::new());
        for dep in deps {
            match self.world.kind(*dep) {
                Kind::Instance(at) => {
                    let instance = self.world.instance(at);
                    let block = (self.world.module(instance.module).node, instance.resource);
                    if blocks.last() != Some(&block) {
                        blocks.push(block);
                    }
                    if let Some(list) = &mut instances {
                        list.push(at);
                    }
                }
                _ => {
                    let Some(reached) = self.reached.get(dep) else { continue };
                    blocks.extend(reached.blocks.iter().copied());
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
        blocks.sort_unstable();
        blocks.dedup();
        let instances = instances.map(|mut list| {
            list.sort_unstable();
            list.dedup();
            list.into()
        });
        Reached { instances, blocks: blocks.into() }
    }
}
