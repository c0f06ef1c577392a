//! What instances need, as it is recorded.
//!
//! Two things are recorded. The instances that an instance needs are those that it read, itself or through locals,
//! variables, outputs and whole resources; those in between are worked out once each, and a set that grows too large is not
//! recorded. The blocks that its block needs are those that its text refers to, as in Terraform: also what an untaken branch
//! names, or an instance that is not there.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use wb_core::addr::{AbsInstance, ConfigResource, InstanceKey};
use wb_core::hash::HashMap;
use wb_lang::validate::{Block, BlockNeeds};
use wb_lang::world::{InstIx, Kind, NodeIx, World};
use wb_state::text_order;

/// More instances than this are not listed one by one.
const MOST_NEEDS: usize = 1_000;
/// A closure of more blocks than this is not recorded, so that a chain's state does not grow with the square of its length.
///
/// Terraform, when it destroys, orders objects by these. With the direct ones alone it can take a wrong order where what lies
/// between is gone already.
const MOST_BLOCKS: usize = 100;

pub(crate) struct Dependencies<'w, 'a> {
    world: &'w World<'a>,
    /// Of nodes that are no instances.
    reached: HashMap<NodeIx, Reached>,
    /// Blocks are known by their numbers here.
    blocks: BlockNeeds,
    addresses: Vec<ConfigResource>,
    /// The place of each block in the order of their texts.
    ranks: Vec<u32>,
    closures: Vec<Closure>,
    recorded: Vec<Option<Arc<[ConfigResource]>>>,
}

/// What a node leads to without passing another instance.
#[derive(Clone, Default)]
struct Reached {
    /// Nothing where they are too many.
    instances: Option<Arc<[InstIx]>>,
}

/// All blocks that a block leads to.
#[derive(Clone)]
enum Closure {
    New,
    /// Blocks may form a circle where their instances do not; what leads back adds nothing.
    Begun,
    /// Ascending.
    Known(Arc<[u32]>),
    TooLarge,
}

impl<'w, 'a> Dependencies<'w, 'a> {
    pub(crate) fn new(world: &'w World<'a>) -> Self {
        let stack = world.stack();
        let addresses: Vec<ConfigResource> = stack
            .iter()
            .flat_map(|(_, node)| {
                let resources = node.module.resources.values();
                resources.map(|resource| resource.addr.clone().in_module(node.path.clone()))
            })
            .collect();
        let mut order: Vec<u32> = (0..number(addresses.len())).collect();
        order.sort_by(|a, b| text_order(&addresses[*a as usize], &addresses[*b as usize]));
        let mut ranks = vec![0; order.len()];
        for (rank, at) in (0..).zip(order) {
            ranks[at as usize] = rank;
        }
        Self {
            world,
            reached: HashMap::default(),
            blocks: BlockNeeds::new(stack),
            closures: vec![Closure::New; addresses.len()],
            recorded: vec![None; addresses.len()],
            addresses,
            ranks,
        }
    }

    /// The blocks that a block refers to, ascending.
    fn direct(&self, block: u32) -> impl Iterator<Item = u32> {
        let mut last = None;
        self.blocks.of_number(block as usize).iter().filter_map(move |(needed, _)| {
            let needed = number(self.blocks.number(*needed));
            (last.replace(needed) != Some(needed)).then_some(needed)
        })
    }

    /// The instances that an instance needs directly. Nothing where they are too many to list.
    pub(crate) fn needs(&mut self, at: InstIx) -> Option<Arc<[AbsInstance]>> {
        let found = self.of_instance(at).instances?;
        Some(found.iter().map(|at| self.world.address(*at)).collect())
    }

    /// The blocks to record as dependencies of an instance, in the order of their texts.
    pub(crate) fn recorded(&mut self, at: InstIx) -> Arc<[ConfigResource]> {
        let instance = self.world.instance(at);
        let block = (self.world.module(instance.module).node, instance.resource);
        let block = number(self.blocks.number(block));
        if let Some(known) = &self.recorded[block as usize] {
            return Arc::clone(known);
        }
        let mut chosen: Vec<u32> = match self.closure(block) {
            Some(closure) => closure.iter().copied().filter(|b| *b != block).collect(),
            None => self.direct(block).filter(|b| *b != block).collect(),
        };
        chosen.sort_unstable_by_key(|b| self.ranks[*b as usize]);
        let recorded: Arc<[ConfigResource]> =
            chosen.iter().map(|b| self.addresses[*b as usize].clone()).collect();
        self.recorded[block as usize] = Some(Arc::clone(&recorded));
        recorded
    }

    /// What blocks lead to, directly or not. Nothing for a key: all instances.
    pub(crate) fn reached_from(&self, from: Vec<Block>) -> HashMap<Block, BTreeSet<InstanceKey>> {
        let mut todo = from;
        let mut done: BTreeSet<Block> = todo.iter().copied().collect();
        let mut reached: HashMap<Block, BTreeSet<InstanceKey>> = HashMap::default();
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

    /// All blocks that a block leads to; nothing where they are too many.
    fn closure(&mut self, block: u32) -> Option<Arc<[u32]>> {
        let mut todo = vec![(block, false)];
        while let Some((at, is_back)) = todo.pop() {
            if is_back {
                self.closures[at as usize] = self.joined(at);
            } else if matches!(self.closures[at as usize], Closure::New) {
                self.closures[at as usize] = Closure::Begun;
                todo.push((at, true));
                todo.extend(self.direct(at).map(|direct| (direct, false)));
            }
        }
        match &self.closures[block as usize] {
            Closure::Known(all) => Some(Arc::clone(all)),
            _ => None,
        }
    }

    /// What a block refers to, and what that leads to.
    fn joined(&self, block: u32) -> Closure {
        let mut all: Vec<u32> = Vec::new();
        for direct in self.direct(block) {
            all.push(direct);
            match &self.closures[direct as usize] {
                Closure::Known(more) => all.extend_from_slice(more),
                Closure::TooLarge => return Closure::TooLarge,
                Closure::New | Closure::Begun => {}
            }
            if all.len() > MOST_BLOCKS {
                all.sort_unstable();
                all.dedup();
                if all.len() > MOST_BLOCKS {
                    return Closure::TooLarge;
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        Closure::Known(all.into())
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

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("blocks are counted in 32 bits")
}
