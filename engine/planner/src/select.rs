//! `-target` and `-exclude`: which part of the stack is planned.

use wb_core::addr::{AbsInstance, Target};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_lang::world::{InstIx, Kind, ModIx, NodeIx, World};
use wb_plan::Mode;

use crate::decide::Decider;

impl Decider<'_> {
    pub(crate) fn check_selection(&self, diags: &mut Diagnostics) {
        let selection = &self.input.selection;
        if selection.targets.is_empty() && selection.excludes.is_empty() {
            return;
        }
        let (summary, option) = if selection.targets.is_empty() {
            ("Resource exclusion is in effect", "-exclude")
        } else {
            ("Resource targeting is in effect", "-target")
        };
        let detail = format!(
            "You are creating a plan with the {option} option, which means that the result of this plan may not represent all of the changes requested by the current configuration.\n\nThe {option} option is not for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes."
        );
        diags.push(Diagnostic::warning(summary, detail));
    }

    /// Whether the user's choice lets this instance be touched by itself.
    pub(crate) fn is_selected(&self, addr: &AbsInstance) -> bool {
        let selection = &self.input.selection;
        (selection.targets.is_empty() || selection.targets.iter().any(|t| t.contains(addr)))
            && !selection.excludes.iter().any(|t| t.contains(addr))
    }

    /// Asks for the nodes that targets select, as far as they have come to be; whether there were any.
    pub(crate) fn demand_selected(&mut self, world: &mut World<'_>) -> bool {
        if self.input.selection.targets.is_empty() || self.input.mode == Mode::Destroy {
            return false;
        }
        let (modules, instances) = self.selected;
        let mut wanted: Vec<NodeIx> = Vec::new();
        for (at, _) in world.modules().skip(modules) {
            self.select_in_module(world, at, &mut wanted);
        }
        for (at, instance) in world.instances().skip(instances) {
            if self.is_selected(&world.address(at)) {
                wanted.push(instance.node);
            }
        }
        self.selected = (world.modules().len(), world.instances().count());
        let is_new = |ix: &&NodeIx| world.value(**ix).is_none();
        let any = wanted.iter().any(|ix| is_new(&ix));
        for node in wanted.into_iter().rev() {
            world.demand(node);
        }
        any
    }

    fn select_in_module(&self, world: &World<'_>, at: ModIx, wanted: &mut Vec<NodeIx>) {
        let module = world.module(at);
        for (id, resource) in module.module.resources.iter() {
            let addr = resource.addr.clone().in_module(module.addr.module());
            if self.input.selection.targets.iter().any(|t| t.touches(&addr)) {
                wanted.push(module.resource(id));
            }
        }
        for (id, call) in module.module.calls.iter() {
            let child = module.addr.module().child(&call.name);
            let leads = self.input.selection.targets.iter().any(|target| {
                let home = target.module().module();
                let is_below = matches!(target, Target::Module(_)) && home.contains(&child);
                is_below || child.contains(&home)
            });
            if leads {
                wanted.push(module.call(id));
            }
        }
    }

    /// Whether an instance is left out: it is excluded, or needs something that is.
    pub(crate) fn is_excluded(&mut self, world: &World<'_>, at: InstIx, deps: &[NodeIx]) -> bool {
        if self.input.selection.excludes.is_empty() {
            return false;
        }
        let addr = world.address(at);
        let itself = self.input.selection.excludes.iter().any(|t| t.contains(&addr));
        let found = itself || deps.iter().any(|dep| self.leads_to_excluded(world, *dep));
        self.excluded.insert(world.instance(at).node, found);
        found
    }

    /// Whether a node that is no instance hangs on one that is left out.
    pub(crate) fn is_left_out(&mut self, world: &World<'_>, node: NodeIx) -> bool {
        !self.input.selection.excludes.is_empty() && self.leads_to_excluded(world, node)
    }

    /// Whether a node hangs on an excluded instance.
    fn leads_to_excluded(&mut self, world: &World<'_>, node: NodeIx) -> bool {
        let mut todo = vec![(node, false)];
        while let Some((node, is_back)) = todo.pop() {
            if self.excluded.contains_key(&node) && !is_back {
                continue;
            }
            // An instance that was not planned has no answer of its own; it is asked what it needs.
            if is_back {
                let deps = world.deps(node);
                let found = deps.iter().any(|d| self.excluded.get(d) == Some(&true));
                self.excluded.insert(node, found);
                continue;
            }
            self.excluded.insert(node, false);
            todo.push((node, true));
            if !matches!(world.kind(node), Kind::Instance(_)) {
                todo.extend(world.deps(node).iter().map(|d| (*d, false)));
            }
        }
        self.excluded.get(&node) == Some(&true)
    }
}
