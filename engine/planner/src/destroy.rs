//! Which objects a destroying plan is about.

use wb_core::addr::{AbsInstance, ConfigResource};
use wb_core::hash::{HashMap, HashSet};
use wb_state::State;

use crate::decide::Decider;

impl Decider<'_> {
    /// The instances to be destroyed: those selected, with all that need them; without those that are excluded, and all
    /// that those need.
    pub(crate) fn destroyed(&self, state: &State) -> HashSet<AbsInstance> {
        let selection = &self.input.selection;
        let all: Vec<AbsInstance> = state.instances().map(|(addr, ..)| addr).collect();
        if selection.is_whole() {
            return all.into_iter().collect();
        }
        let needs = Needs::new(state);
        if selection.targets.is_empty() {
            let excluded = all.iter().filter(|a| !self.is_selected(a)).cloned();
            let kept = needs.reach(excluded, |addr| needs.needed_by(addr));
            return all.into_iter().filter(|addr| !kept.contains(addr)).collect();
        }
        let chosen = all.iter().filter(|a| self.is_selected(a)).cloned();
        needs.reach(chosen, |addr| needs.needing(addr))
    }
}

/// What the objects of a state need, both ways.
struct Needs {
    forward: HashMap<AbsInstance, Vec<AbsInstance>>,
    backward: HashMap<AbsInstance, Vec<AbsInstance>>,
}

impl Needs {
    fn new(state: &State) -> Self {
        let mut blocks: HashMap<ConfigResource, Vec<AbsInstance>> = HashMap::default();
        for (addr, ..) in state.instances() {
            blocks.entry(addr.resource.config()).or_default().push(addr);
        }
        let mut this = Self { forward: HashMap::default(), backward: HashMap::default() };
        for (addr, _, instance) in state.instances() {
            let objects = instance.current.iter();
            let objects = objects.chain(instance.all_deposed().iter().map(|(_, object)| object));
            for object in objects {
                let needed: Vec<AbsInstance> = match object.known_needs() {
                    Some(needs) => needs.to_vec(),
                    None => object
                        .dependencies
                        .iter()
                        .filter_map(|block| blocks.get(block))
                        .flatten()
                        .cloned()
                        .collect(),
                };
                for other in needed {
                    this.backward.entry(other.clone()).or_default().push(addr.clone());
                    this.forward.entry(addr.clone()).or_default().push(other);
                }
            }
        }
        this
    }

    fn needed_by(&self, addr: &AbsInstance) -> &[AbsInstance] {
        self.forward.get(addr).map_or(&[], Vec::as_slice)
    }

    fn needing(&self, addr: &AbsInstance) -> &[AbsInstance] {
        self.backward.get(addr).map_or(&[], Vec::as_slice)
    }

    fn reach<'n>(
        &'n self,
        from: impl Iterator<Item = AbsInstance>,
        next: impl Fn(&AbsInstance) -> &'n [AbsInstance],
    ) -> HashSet<AbsInstance> {
        let mut found: HashSet<AbsInstance> = HashSet::default();
        let mut todo: Vec<AbsInstance> = from.collect();
        while let Some(addr) = todo.pop() {
            if found.insert(addr.clone()) {
                todo.extend(next(&addr).iter().cloned());
            }
        }
        found
    }
}
