//! Module instances, and where their nodes are.

use wb_core::addr::{InstanceKey, ModuleInstance};
use wb_core::diag::Diagnostics;
use wb_core::value::Value;
use wb_hcl::{AttributeSchema, BodySchema, Expr};

use crate::config::{
    CallId, CheckId, Id, LocalId, Module, OutputId, ProviderId, Repetition, ResourceId, VarId,
};
use crate::stack::{NodeId, Stack};

use super::{Bindings, Eagerness, Kind, ModIx, NodeIx, Trace, World};

/// One instance of a module.
#[derive(Clone, Debug)]
pub struct ModInst<'s> {
    pub node: NodeId,
    pub module: &'s Module,
    pub addr: ModuleInstance,
    /// The instance that calls it, and the call.
    pub parent: Option<(ModIx, CallId)>,
    /// `count` and `each` in the arguments of the call.
    pub(super) bindings: Bindings,
    /// Whether it, or a module around it, is called with `depends_on`.
    pub(super) is_gated: bool,
    /// The number of its first node.
    base: u32,
}

/// The kinds of node that a module instance begins with, in their order.
enum Block {
    Variable,
    Local,
    Output,
    Call,
    CallValue,
    CallDone,
    Resource,
    ResourceValue,
    Provider,
    Check,
    Gate,
}

impl ModInst<'_> {
    fn at(&self, block: &Block, index: usize) -> NodeIx {
        let m = self.module;
        let (vars, locals, outputs) = (m.variables.len(), m.locals.len(), m.outputs.len());
        let (calls, resources, providers) = (m.calls.len(), m.resources.len(), m.providers.len());
        let calls_at = 2 * vars + locals + outputs;
        let resources_at = calls_at + 3 * calls;
        let offset = match block {
            Block::Variable => 0,
            Block::Local => 2 * vars,
            Block::Output => 2 * vars + locals,
            Block::Call => calls_at,
            Block::CallValue => calls_at + calls,
            Block::CallDone => calls_at + 2 * calls,
            Block::Resource => resources_at,
            Block::ResourceValue => resources_at + resources,
            Block::Provider => resources_at + 2 * resources,
            Block::Check => resources_at + 2 * resources + providers,
            Block::Gate => resources_at + 2 * resources + providers + m.checks.len(),
        };
        let index = u32::try_from(offset + index).expect("nodes are counted in 32 bits");
        NodeIx(self.base + index)
    }

    #[must_use]
    pub fn variable(&self, id: VarId) -> NodeIx {
        self.at(&Block::Variable, id.index())
    }

    #[must_use]
    pub fn validation(&self, id: VarId) -> NodeIx {
        self.at(&Block::Variable, self.module.variables.len() + id.index())
    }

    #[must_use]
    pub fn local(&self, id: LocalId) -> NodeIx {
        self.at(&Block::Local, id.index())
    }

    #[must_use]
    pub fn output(&self, id: OutputId) -> NodeIx {
        self.at(&Block::Output, id.index())
    }

    #[must_use]
    pub fn call(&self, id: CallId) -> NodeIx {
        self.at(&Block::Call, id.index())
    }

    #[must_use]
    pub fn call_value(&self, id: CallId) -> NodeIx {
        self.at(&Block::CallValue, id.index())
    }

    #[must_use]
    pub fn call_done(&self, id: CallId) -> NodeIx {
        self.at(&Block::CallDone, id.index())
    }

    /// Which instances a resource has.
    #[must_use]
    pub fn resource(&self, id: ResourceId) -> NodeIx {
        self.at(&Block::Resource, id.index())
    }

    #[must_use]
    pub fn resource_value(&self, id: ResourceId) -> NodeIx {
        self.at(&Block::ResourceValue, id.index())
    }

    #[must_use]
    pub fn provider(&self, id: ProviderId) -> NodeIx {
        self.at(&Block::Provider, id.index())
    }

    #[must_use]
    pub fn check(&self, id: CheckId) -> NodeIx {
        self.at(&Block::Check, id.index())
    }

    #[must_use]
    pub fn gate(&self) -> NodeIx {
        self.at(&Block::Gate, 0)
    }
}

/// The arguments of every module's call, by variable.
pub(crate) fn arguments(stack: &Stack) -> Vec<Vec<Option<Expr<'_>>>> {
    stack
        .iter()
        .map(|(_, node)| {
            let Some((caller, call)) = node.parent else { return Vec::new() };
            let variables = &node.module.variables;
            let names = variables.values().map(|v| AttributeSchema::optional(&v.name));
            let schema = BodySchema::new(names, []);
            // What is wrong with the call is told when the stack is checked.
            let content = stack[caller].module.calls[call]
                .body
                .partial_content(&schema, &mut Diagnostics::new());
            let mut found = vec![None; variables.len()];
            for attribute in content.attributes() {
                if let Some(id) = variables.find(attribute.name) {
                    found[id.index()] = Some(attribute.expr);
                }
            }
            found
        })
        .collect()
}

impl<'s> World<'s> {
    #[must_use]
    pub fn module(&self, at: ModIx) -> &ModInst<'s> {
        &self.modules[at.0 as usize]
    }

    /// Callers before what they call.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = (ModIx, &ModInst<'s>)> {
        self.modules.iter().enumerate().map(|(i, module)| (mod_ix(i), module))
    }

    /// The instance with an address, if there is one.
    #[must_use]
    pub fn find_module(&self, addr: &ModuleInstance) -> Option<ModIx> {
        addr.steps().iter().try_fold(ModIx::ROOT, |at, step| {
            let module = self.module(at);
            let call = module.module.calls.find(&step.name)?;
            self.called(at, call).find(|child| {
                let child = self.module(*child);
                child.addr.steps().last().is_some_and(|last| last.key == step.key)
            })
        })
    }

    /// As [`World::find_module`], where the calls on the way may not be expanded yet.
    pub fn locate_module(&self, addr: &ModuleInstance, trace: &mut Trace) -> Option<ModIx> {
        addr.steps().iter().try_fold(ModIx::ROOT, |at, step| {
            let module = self.module(at);
            let call = module.module.calls.find(&step.name)?;
            let (first, len) = self.read_range(module.call(call), trace)?;
            let has_key = |at: &ModIx| {
                let last = self.module(*at).addr.steps().last();
                last.is_some_and(|last| last.key == step.key)
            };
            (first..first + len).map(ModIx).find(has_key)
        })
    }

    /// The instances of a call that there are so far.
    pub fn called(&self, at: ModIx, call: CallId) -> impl Iterator<Item = ModIx> + use<> {
        let (first, len) = self.slots[self.module(at).call(call).index()].range;
        (first..first + len).map(ModIx)
    }

    pub(super) fn add_root(&mut self) {
        let root = self.stack.root();
        let module = &*root.module;
        self.add_blocks(ModInst {
            node: NodeId::ROOT,
            module,
            addr: ModuleInstance::ROOT,
            parent: None,
            bindings: Bindings::default(),
            is_gated: false,
            base: 0,
        });
        self.demand_blocks(ModIx::ROOT);
    }

    /// Adds the instances of a call; gives their range.
    pub(super) fn add_called(
        &mut self,
        parent: ModIx,
        call: CallId,
        keys: Vec<(InstanceKey, Option<Value>)>,
    ) -> (u32, u32) {
        let caller = self.module(parent);
        let declared = &caller.module.calls[call];
        let is_gated = caller.is_gated || !declared.depends_on.is_empty();
        let addr = caller.addr.clone();
        let first = u32::try_from(self.modules.len()).expect("modules are counted in 32 bits");
        let Some(node) = self.stack[caller.node].child(call) else { return (first, 0) };
        let len = u32::try_from(keys.len()).expect("modules are counted in 32 bits");
        for (key, each) in keys {
            let bindings = Bindings::of_key(&key, each);
            self.add_blocks(ModInst {
                node,
                module: &self.stack[node].module,
                addr: addr.child(&declared.name, key),
                parent: Some((parent, call)),
                bindings,
                is_gated,
                base: 0,
            });
        }
        (first..first + len).rev().for_each(|at| self.demand_blocks(ModIx(at)));
        (first, len)
    }

    fn add_blocks(&mut self, mut instance: ModInst<'s>) {
        let at = mod_ix(self.modules.len());
        let first = self.slots.len();
        instance.base = u32::try_from(first).expect("nodes are counted in 32 bits");
        let m = instance.module;
        self.modules.push(instance);
        let (vars, calls, resources) = (&m.variables, &m.calls, &m.resources);
        let kinds = vars
            .ids()
            .map(|id| Kind::Variable(at, id))
            .chain(vars.ids().map(|id| Kind::Validation(at, id)))
            .chain(m.locals.ids().map(|id| Kind::Local(at, id)))
            .chain(m.outputs.ids().map(|id| Kind::Output(at, id)))
            .chain(calls.ids().map(|id| Kind::Call(at, id)))
            .chain(calls.ids().map(|id| Kind::CallValue(at, id)))
            .chain(calls.ids().map(|id| Kind::CallDone(at, id)))
            .chain(resources.ids().map(|id| Kind::Resource(at, id)))
            .chain(resources.ids().map(|id| Kind::ResourceValue(at, id)))
            .chain(m.providers.ids().map(|id| Kind::Provider(at, id)))
            .chain(m.checks.ids().map(|id| Kind::Check(at, id)))
            .chain(std::iter::once(Kind::Gate(at)));
        self.slots.reserve(2 * (vars.len() + resources.len()) + m.locals.len());
        for kind in kinds {
            self.add(kind);
        }
        for (id, resource) in m.resources.iter() {
            if matches!(resource.repetition, Repetition::None) {
                let range = self.add_instances(at, id, vec![(InstanceKey::None, None)]);
                self.finish_expansion(self.module(at).resource(id), range);
            }
        }
    }

    /// Asks for everything that a module declares. Values of whole calls and resources are made when somebody reads them.
    fn demand_blocks(&mut self, at: ModIx) {
        let instance = self.module(at);
        let first = instance.variable(VarId(0)).index();
        let (calls, values) = (instance.call(CallId(0)), instance.call_value(CallId(0)));
        let resources: Vec<NodeIx> = instance
            .module
            .resources
            .ids()
            .map(|id| {
                match instance.module.resources[id].repetition {
                    Repetition::None => self.instances_of(at, id).next(),
                    _ => None,
                }
                .map_or(instance.resource(id), |i| self.instance(i).node)
            })
            .collect();
        let checks = instance.check(CheckId(0)).index()..instance.gate().index();
        // The last asked for is tried first.
        self.demand_in_order(checks);
        self.demand_in_order(first..calls.index());
        if self.eagerness == Eagerness::Everything {
            resources.into_iter().rev().for_each(|ix| self.demand(ix));
        }
        self.demand_in_order(calls.index()..values.index());
    }
}

fn mod_ix(index: usize) -> ModIx {
    ModIx(u32::try_from(index).expect("modules are counted in 32 bits"))
}
