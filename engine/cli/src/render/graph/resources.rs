//! What the resources of a configuration need, without evaluating anything.
//!
//! Everything that can be referred to is an entity; a reference is an edge between two. A resource needs the resources
//! that are reached from it through entities that are none.

use std::collections::HashMap;

use wb_core::addr::{ConfigResource, Mode};
use wb_hcl::{Expr, Traversal};
use wb_lang::config::walk::references;
use wb_lang::config::{
    Body, CallId, CheckRule, LocalId, Module, OutputId, Repetition, Resource, ResourceId, VarId,
};
use wb_lang::reference::{Reference, Subject};
use wb_lang::stack::{NodeId, Stack};

use super::ResourceGraph;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Entity {
    Resource(NodeId, ResourceId),
    Variable(NodeId, VarId),
    Local(NodeId, LocalId),
    Output(NodeId, OutputId),
    /// What decides whether a module is there: arguments of its call, and the same of the modules around.
    Gate(NodeId),
    /// Everything in a module and below.
    All(NodeId),
}

impl ResourceGraph {
    /// The graph of a finished stack.
    #[must_use]
    pub fn of(stack: &Stack) -> Self {
        let entities = Entities::of(stack);
        let mut order: Vec<(ConfigResource, u32)> = Vec::new();
        for (number, entity) in entities.all.iter().enumerate() {
            if let Entity::Resource(node, id) = entity {
                let module = &stack[*node];
                let addr = module.module.resources[*id].addr.clone();
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                order.push((addr.in_module(module.path.clone()), number));
            }
        }
        order.sort();
        let mut place = vec![None; entities.all.len()];
        for (at, (_, number)) in order.iter().enumerate() {
            place[*number as usize] = u32::try_from(at).ok();
        }
        let mut seen = vec![u32::MAX; entities.all.len()];
        let mut needs = Vec::with_capacity(order.len());
        for (_, number) in &order {
            needs.push(entities.needs_of(*number, &place, &mut seen));
        }
        Self { nodes: order.into_iter().map(|(address, _)| address).collect(), needs }
    }
}

/// Entities by number, and what each refers to.
struct Entities {
    all: Vec<Entity>,
    refers: Vec<Vec<u32>>,
}

impl Entities {
    fn of(stack: &Stack) -> Self {
        let mut all = Vec::new();
        for (id, node) in stack.iter() {
            let module = &node.module;
            all.extend([Entity::Gate(id), Entity::All(id)]);
            all.extend(module.resources.ids().map(|r| Entity::Resource(id, r)));
            all.extend(module.variables.ids().map(|v| Entity::Variable(id, v)));
            all.extend(module.locals.ids().map(|l| Entity::Local(id, l)));
            all.extend(module.outputs.ids().map(|o| Entity::Output(id, o)));
        }
        let number =
            |(at, entity): (usize, &Entity)| (*entity, u32::try_from(at).unwrap_or(u32::MAX));
        let numbers: HashMap<Entity, u32> = all.iter().enumerate().map(number).collect();
        let mut reader = Reader { stack, numbers: &numbers, refers: vec![Vec::new(); all.len()] };
        for (id, node) in stack.iter() {
            reader.module(id, &node.module);
        }
        let refers = reader.refers;
        Self { all, refers }
    }

    /// The resources that one reaches, ascending by place. `seen` says for which resource an entity was visited last.
    fn needs_of(&self, resource: u32, place: &[Option<u32>], seen: &mut [u32]) -> Vec<u32> {
        let mut found = Vec::new();
        let mut waiting: Vec<u32> = self.refers[resource as usize].clone();
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut seen[at as usize], resource) == resource {
                continue;
            }
            match place[at as usize] {
                Some(_) if at == resource => {}
                Some(place) => found.push(place),
                None => waiting.extend(&self.refers[at as usize]),
            }
        }
        found.sort_unstable();
        found
    }
}

struct Reader<'s> {
    stack: &'s Stack,
    numbers: &'s HashMap<Entity, u32>,
    refers: Vec<Vec<u32>>,
}

impl Reader<'_> {
    fn edge(&mut self, from: Entity, to: Entity) {
        if let (Some(from), Some(to)) = (self.numbers.get(&from), self.numbers.get(&to)) {
            self.refers[*from as usize].push(*to);
        }
    }

    fn module(&mut self, at: NodeId, module: &Module) {
        for id in module.locals.ids() {
            self.expression(Entity::Local(at, id), at, module.locals[id].value.expr());
        }
        for id in module.outputs.ids() {
            let (from, output) = (Entity::Output(at, id), &module.outputs[id]);
            if let Some(value) = &output.value {
                self.expression(from, at, value.expr());
            }
            self.conditions(from, at, &output.preconditions);
            self.depends_on(from, at, &output.depends_on);
        }
        for id in module.variables.ids() {
            self.conditions(Entity::Variable(at, id), at, &module.variables[id].validations);
        }
        for id in module.resources.ids() {
            self.resource(at, id, &module.resources[id]);
        }
        for id in module.calls.ids() {
            self.call(at, id, module);
        }
    }

    fn resource(&mut self, at: NodeId, id: ResourceId, resource: &Resource) {
        let from = Entity::Resource(at, id);
        self.edge(from, Entity::Gate(at));
        self.edge(Entity::All(at), from);
        self.body(from, at, &resource.body);
        self.repetition(from, at, &resource.repetition);
        self.depends_on(from, at, &resource.depends_on);
        self.conditions(from, at, &resource.preconditions);
        self.conditions(from, at, &resource.postconditions);
        if let Some(managed) = &resource.managed {
            for trigger in &managed.lifecycle.replace_triggered_by {
                self.expression(from, at, trigger.expr());
            }
            let connections = managed.provisioners.iter().flat_map(|p| &p.connection);
            for connection in managed.connection.iter().chain(connections) {
                self.body(from, at, &connection.body);
            }
            managed.provisioners.iter().for_each(|p| self.body(from, at, &p.body));
        }
        if let Some((node, block)) = self.stack[at].provider_use(id).block {
            let stack = self.stack;
            self.body(from, node, &stack[node].module.providers[block].body);
        }
    }

    fn call(&mut self, at: NodeId, id: CallId, module: &Module) {
        let stack = self.stack;
        let Some(child) = stack[at].child(id) else { return };
        let call = &module.calls[id];
        let gate = Entity::Gate(child);
        self.edge(gate, Entity::Gate(at));
        self.edge(Entity::All(at), Entity::All(child));
        self.repetition(gate, at, &call.repetition);
        self.depends_on(gate, at, &call.depends_on);
        let variables = &stack[child].module.variables;
        references(&call.body, &mut |traversal, place| {
            if let Some(variable) = variables.find(place.argument) {
                self.reference(Entity::Variable(child, variable), at, &traversal);
            }
        });
    }

    fn body(&mut self, from: Entity, at: NodeId, body: &Body) {
        references(body, &mut |traversal, _| self.reference(from, at, &traversal));
    }

    fn expression(&mut self, from: Entity, at: NodeId, expr: Expr<'_>) {
        expr.variables().for_each(|traversal| self.reference(from, at, &traversal));
    }

    fn repetition(&mut self, from: Entity, at: NodeId, repetition: &Repetition) {
        if let Some(expression) = repetition.expression() {
            self.expression(from, at, expression.expr());
        }
    }

    fn conditions(&mut self, from: Entity, at: NodeId, rules: &[CheckRule]) {
        for rule in rules {
            self.expression(from, at, rule.condition.expr());
            self.expression(from, at, rule.error_message.expr());
        }
    }

    /// What stands in `depends_on` is needed as a whole.
    fn depends_on(&mut self, from: Entity, at: NodeId, all: &[Traversal<'_>]) {
        for traversal in all {
            match Reference::parse(traversal).map(|reference| reference.subject) {
                Ok(Subject::Module { name, .. }) => {
                    if let Some(child) = self.child(at, name) {
                        self.edge(from, Entity::All(child));
                    }
                }
                _ => self.reference(from, at, traversal),
            }
        }
    }

    fn child(&self, at: NodeId, name: &str) -> Option<NodeId> {
        let node = &self.stack[at];
        node.child(node.module.calls.find(name)?)
    }

    fn reference(&mut self, from: Entity, at: NodeId, traversal: &Traversal<'_>) {
        let Ok(reference) = Reference::parse(traversal) else { return };
        let stack = self.stack;
        let module = &stack[at].module;
        match reference.subject {
            Subject::Variable(name) => {
                if let Some(id) = module.variables.find(name) {
                    self.edge(from, Entity::Variable(at, id));
                }
            }
            Subject::Local(name) => {
                if let Some(id) = module.locals.find(name) {
                    self.edge(from, Entity::Local(at, id));
                }
            }
            Subject::Resource { mode, kind, name, .. } => {
                if let Some(id) = find(module, mode, kind, name) {
                    self.edge(from, Entity::Resource(at, id));
                }
            }
            Subject::Module { name, output, .. } => {
                let Some(child) = self.child(at, name) else { return };
                self.edge(from, Entity::Gate(child));
                let outputs = &stack[child].module.outputs;
                for id in outputs.ids() {
                    if output.is_none_or(|output| *outputs[id].name == *output) {
                        self.edge(from, Entity::Output(child, id));
                    }
                }
            }
            _ => {}
        }
    }
}

fn find(module: &Module, mode: Mode, kind: &str, name: &str) -> Option<ResourceId> {
    module.resources.find((mode, kind, name))
}
