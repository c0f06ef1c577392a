//! Which resources the blocks of resources refer to, as their text has it.

use std::collections::HashSet;
use std::sync::Arc;

use wb_core::addr::InstanceKey;

use super::needs::{Item, Needs};
use crate::config::{Id as _, ResourceId};
use crate::stack::{NodeId, Stack};

/// A resource of a module, in all its instances.
pub type Block = (NodeId, ResourceId);

/// A block that is referred to, and by which key, where one is written out. A block without keys is in it without one.
pub type Needed = (Block, InstanceKey);

/// For each block what it refers to, itself or through variables, locals, outputs and calls; ascending. Configurations of
/// providers do not count.
#[derive(Clone, Debug, Default)]
pub struct BlockNeeds {
    /// Where the blocks of each module begin.
    bases: Vec<usize>,
    lists: Vec<Arc<[Needed]>>,
}

impl BlockNeeds {
    /// Reads a stack without cycles.
    #[must_use]
    pub fn new(stack: &Stack) -> Self {
        let needs = Needs::as_recorded(stack);
        let mut reader = Reader { reached: vec![None; needs.len()], needs };
        let mut found = Self::default();
        for (at, node) in stack.iter() {
            found.bases.push(found.lists.len());
            for id in node.module.resources.ids() {
                let number = reader.needs.number(at, Item::Resource(id));
                let all = reader.of(number);
                let own = |(block, _): &Needed| *block == (at, id);
                // What many blocks read through one local stays one list.
                let direct = match all.iter().any(own) {
                    true => all.iter().filter(|needed| !own(needed)).cloned().collect(),
                    false => all,
                };
                found.lists.push(direct);
            }
        }
        found
    }

    /// For each output of the root module what it refers to.
    #[must_use]
    pub fn of_outputs(stack: &Stack) -> Vec<Arc<[Needed]>> {
        let needs = Needs::as_recorded(stack);
        let mut reader = Reader { reached: vec![None; needs.len()], needs };
        let outputs = stack[NodeId::ROOT].module.outputs.ids();
        outputs
            .map(|id| {
                let number = reader.needs.number(NodeId::ROOT, Item::Output(id));
                reader.of(number)
            })
            .collect()
    }

    /// These blocks, and all that they lead to.
    #[must_use]
    pub fn closure(&self, from: impl Iterator<Item = Block>) -> HashSet<Block> {
        let mut todo: Vec<Block> = from.collect();
        let mut found: HashSet<Block> = todo.iter().copied().collect();
        while let Some(block) = todo.pop() {
            todo.extend(self.of(block).iter().map(|(b, _)| *b).filter(|b| found.insert(*b)));
        }
        found
    }

    /// The number of a block: those of one module follow one another.
    #[must_use]
    pub fn number(&self, (at, id): Block) -> usize {
        self.bases[at.index()] + id.index()
    }

    /// What a block refers to.
    #[must_use]
    pub fn of(&self, block: Block) -> &[Needed] {
        self.of_number(self.number(block))
    }

    /// What the block with this number refers to.
    #[must_use]
    pub fn of_number(&self, number: usize) -> &[Needed] {
        &self.lists[number]
    }
}

struct Reader<'s> {
    needs: Needs<'s>,
    /// What each thing that is no resource leads to; of resources what they refer to.
    reached: Vec<Option<Arc<[Needed]>>>,
}

/// What the text of a thing names: blocks, and what is between it and others.
#[derive(Default)]
struct Direct {
    blocks: Vec<Needed>,
    between: Vec<u32>,
}

impl Reader<'_> {
    /// What a thing leads to, without recursion: what is in between is worked out before, and once.
    fn of(&mut self, number: u32) -> Arc<[Needed]> {
        let mut todo = vec![(number, None)];
        while let Some((at, direct)) = todo.pop() {
            if let Some(direct) = direct {
                self.reached[at as usize] = Some(self.union(direct));
            } else if self.reached[at as usize].is_none() {
                // What leads back to itself adds nothing.
                self.reached[at as usize] = Some(Arc::from([]));
                let direct = self.direct(at);
                let place = todo.len();
                todo.push((at, None));
                todo.extend(direct.between.iter().map(|needed| (*needed, None)));
                todo[place].1 = Some(direct);
            }
        }
        self.reached[number as usize].clone().unwrap_or_default()
    }

    /// What the text of a thing names.
    fn direct(&self, number: u32) -> Direct {
        let mut direct = Direct::default();
        self.needs.of(number, &mut |needed, _, key| match self.needs.item(needed) {
            (at, Item::Resource(id)) => direct.blocks.push(((at, id), key.to_instance_key())),
            (_, Item::Provider(_)) => {}
            _ => direct.between.push(needed),
        });
        direct
    }

    fn union(&self, direct: Direct) -> Arc<[Needed]> {
        let Direct { blocks: mut all, between } = direct;
        let reached = between.iter().filter_map(|needed| self.reached[*needed as usize].as_ref());
        let mut reached = reached.filter(|reached| !reached.is_empty());
        // Long chains of locals and arguments share one list.
        if all.is_empty()
            && let Some(first) = reached.next()
        {
            let Some(second) = reached.next() else { return Arc::clone(first) };
            all.extend(first.iter().chain(&**second).cloned());
        }
        all.extend(reached.flat_map(|reached| reached.iter().cloned()));
        all.sort_unstable();
        all.dedup();
        all.into()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::stack::Given;
    use crate::stack::testing::load;

    fn check(root: &str, expected: &Expect) {
        let child = "variable \"v\" {}\nresource \"t\" \"one\" {}\nresource \"t\" \"two\" {}\n\
                     output \"o\" {\n  value = t.one.id\n}\n";
        let root = format!(
            "resource \"t\" \"z\" {{}}\nmodule \"m\" {{\n  source = \"./m\"\n  v = t.z.id\n}}\n\
             resource \"t\" \"a\" {{\n  input = {root}\n}}\n"
        );
        let (_, stack, diags) = load(&[("main.tf", &root), ("m/main.tf", child)], &Given::new());
        assert!(!diags.has_errors(), "{diags:?}");
        let needs = BlockNeeds::new(&stack);
        let id = stack[NodeId::ROOT].module.resources.ids().last().unwrap();
        let names = needs.of((NodeId::ROOT, id)).iter().map(|((node, id), _)| {
            let node = &stack[*node];
            node.module.resources[*id].addr.clone().in_module(node.path.clone()).to_string()
        });
        expected.assert_eq(&names.collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn an_output_that_is_named_needs_what_it_is_made_of() {
        check("module.m.o", &expect!["module.m.t.one"]);
    }

    #[test]
    fn a_module_that_is_named_as_a_whole_is_waited_for() {
        check("[module.m][*].o", &expect!["t.z module.m.t.one module.m.t.two"]);
        check("try(module.m.none, 1)", &expect!["t.z module.m.t.one module.m.t.two"]);
    }
}
