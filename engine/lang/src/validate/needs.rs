//! What everything in a stack needs: a graph of declarations, without instances. It is read off the text: what stands there
//! is needed, whether or not a value ever hangs on it.

use wb_core::source::Span;
use wb_hcl::{Expr, Traversal};

use crate::config::{
    Body, CallId, CheckRule, Id as _, LocalId, Managed, OutputId, ProviderId, ProviderKey,
    Repetition, ResourceId, VarId, walk,
};
use crate::reference::{Key, Reference, Subject};
use crate::stack::{KeyScope, Node, NodeId, Stack};

/// Something that can need something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    Variable(VarId),
    Local(LocalId),
    Output(OutputId),
    Resource(ResourceId),
    /// Which instances a call has.
    Call(CallId),
    /// Everything in a called module.
    Done(CallId),
    Provider(ProviderId),
    /// What the call of the module waits for.
    Gate,
}

/// The items of a stack, numbered.
pub(super) struct Needs<'s> {
    stack: &'s Stack,
    /// Where the numbers of each module begin.
    bases: Vec<u32>,
    total: usize,
    /// The arguments of each module's call, by variable.
    arguments: Vec<Vec<Option<Expr<'s>>>>,
    /// Whether how many instances a module has is decided by an expression, its own or a caller's.
    repeated: Vec<bool>,
    /// Whether the call of a module, or of one that calls it, has `depends_on`.
    gated: Vec<bool>,
    /// Whether whoever refers to a module as a whole needs all that is in it, and not its outputs alone.
    whole_modules: bool,
}

/// Takes what is needed, where that is written, and the key where an instance is named.
type Found<'f> = dyn FnMut(u32, Span, Key<'_>) + 'f;

impl<'s> Needs<'s> {
    pub(super) fn new(stack: &'s Stack) -> Self {
        let (mut bases, mut total) = (Vec::new(), 0usize);
        let (mut repeated, mut gated) = (Vec::new(), Vec::new());
        for (_, node) in stack.iter() {
            bases.push(u32::try_from(total).expect("a stack has fewer than 2^32 declarations"));
            total += offsets(node)[ITEMS];
            let call = node.parent.map(|(caller, id)| (caller, &stack[caller].module.calls[id]));
            let of_call = |is: &dyn Fn(usize) -> bool, own: bool| match call {
                Some((caller, _)) => own || is(caller.index()),
                None => false,
            };
            let is_repeated = call.is_some_and(|(_, call)| call.repetition.expression().is_some());
            let is_gated = call.is_some_and(|(_, call)| !call.depends_on.is_empty());
            repeated.push(of_call(&|caller| repeated[caller], is_repeated));
            gated.push(of_call(&|caller| gated[caller], is_gated));
        }
        let arguments = crate::world::arguments(stack);
        Self { stack, bases, total, arguments, repeated, gated, whole_modules: false }
    }

    /// What Terraform records as needed. It waits for the whole module where no output is named, as in
    /// `values(module.m)[*].o`; to see a circle in that would refuse stacks that have none.
    pub(super) fn as_recorded(stack: &'s Stack) -> Self {
        Self { whole_modules: true, ..Self::new(stack) }
    }

    pub(super) fn len(&self) -> usize {
        self.total
    }

    pub(super) fn number(&self, at: NodeId, item: Item) -> u32 {
        let offsets = offsets(&self.stack[at]);
        let offset = match item {
            Item::Variable(id) => offsets[0] + id.index(),
            Item::Local(id) => offsets[1] + id.index(),
            Item::Output(id) => offsets[2] + id.index(),
            Item::Resource(id) => offsets[3] + id.index(),
            Item::Call(id) => offsets[4] + id.index(),
            Item::Done(id) => offsets[5] + id.index(),
            Item::Provider(id) => offsets[6] + id.index(),
            Item::Gate => offsets[7],
        };
        self.bases[at.index()] + u32::try_from(offset).expect("numbers are 32 bits wide")
    }

    /// What a number stands for.
    pub(super) fn item(&self, number: u32) -> (NodeId, Item) {
        let node = self.bases.partition_point(|base| *base <= number) - 1;
        let at = NodeId(u32::try_from(node).expect("a stack has fewer than 2^32 modules"));
        let offset = (number - self.bases[node]) as usize;
        let offsets = offsets(&self.stack[at]);
        let kind = offsets[..ITEMS].partition_point(|start| *start <= offset) - 1;
        let index = offset - offsets[kind];
        let item = match kind {
            0 => Item::Variable(VarId::from_index(index)),
            1 => Item::Local(LocalId::from_index(index)),
            2 => Item::Output(OutputId::from_index(index)),
            3 => Item::Resource(ResourceId::from_index(index)),
            4 => Item::Call(CallId::from_index(index)),
            5 => Item::Done(CallId::from_index(index)),
            6 => Item::Provider(ProviderId::from_index(index)),
            _ => Item::Gate,
        };
        (at, item)
    }

    /// As addresses have it.
    pub(super) fn describe(&self, number: u32) -> String {
        let (at, item) = self.item(number);
        let node = &self.stack[at];
        let module = &node.module;
        let name = match item {
            Item::Variable(id) => format!("var.{}", module.variables[id].name),
            Item::Local(id) => format!("local.{}", module.locals[id].name),
            Item::Output(id) => format!("output.{}", module.outputs[id].name),
            Item::Resource(id) => module.resources[id].addr.to_string(),
            Item::Call(id) | Item::Done(id) => format!("module.{}", module.calls[id].name),
            Item::Provider(id) => format!("provider {}", module.providers[id].local()),
            Item::Gate => return node.path.to_string(),
        };
        if node.path.is_root() { name } else { format!("{}.{name}", node.path) }
    }

    /// Everything in the stack.
    pub(super) fn all(&self, found: &mut dyn FnMut(u32, u32)) {
        for number in 0..u32::try_from(self.total).expect("numbers are 32 bits wide") {
            self.of(number, &mut |needed, _, _| found(number, needed));
        }
    }

    /// What one thing needs, and where that is written.
    pub(super) fn of(&self, number: u32, found: &mut Found<'_>) {
        let (at, item) = self.item(number);
        let node = &self.stack[at];
        if self.repeated[at.index()]
            && !matches!(item, Item::Gate)
            && let Some((caller, call)) = node.parent
        {
            let span = self.stack[caller].module.calls[call].span;
            found(self.number(caller, Item::Call(call)), span, Key::Whole);
        }
        // Terraform has everything in a module wait for what its call waits for, outputs too.
        if self.whole_modules
            && self.gated[at.index()]
            && !matches!(item, Item::Gate)
            && let Some((caller, call)) = node.parent
        {
            let span = self.stack[caller].module.calls[call].span;
            found(self.number(at, Item::Gate), span, Key::Whole);
        }
        let mut scan = Scan { needs: self, at, number, found };
        match item {
            Item::Variable(id) => {
                let argument = self.arguments[at.index()].get(id.index()).copied().flatten();
                if let (Some(expr), Some((caller, _))) = (argument, node.parent) {
                    scan.at = caller;
                    scan.expression(expr);
                }
            }
            Item::Local(id) => scan.expression(node.module.locals[id].value.expr()),
            Item::Output(id) => scan.output(id),
            Item::Resource(id) => scan.resource(id),
            Item::Call(id) => scan.repetition(&node.module.calls[id].repetition),
            Item::Done(id) => scan.done(id),
            Item::Provider(id) => scan.body(&node.module.providers[id].body),
            Item::Gate => scan.gate(),
        }
    }
}

/// Kinds of items, the end included.
const ITEMS: usize = 8;

/// Where the items of each kind begin within a module, and last how many there are.
fn offsets(node: &Node) -> [usize; ITEMS + 1] {
    let module = &node.module;
    let counts = [
        module.variables.len(),
        module.locals.len(),
        module.outputs.len(),
        module.resources.len(),
        module.calls.len(),
        module.calls.len(),
        module.providers.len(),
        1,
    ];
    let mut offsets = [0; ITEMS + 1];
    for (i, count) in counts.into_iter().enumerate() {
        offsets[i + 1] = offsets[i] + count;
    }
    offsets
}

struct Scan<'n, 's, 'f> {
    needs: &'n Needs<'s>,
    /// The module in which references are read.
    at: NodeId,
    number: u32,
    found: &'f mut Found<'f>,
}

impl Scan<'_, '_, '_> {
    fn node(&self) -> &Node {
        &self.needs.stack[self.at]
    }

    fn push(&mut self, at: NodeId, item: Item, span: Span) {
        (self.found)(self.needs.number(at, item), span, Key::Whole);
    }

    fn expression(&mut self, expr: Expr<'_>) {
        expr.variables().for_each(|traversal| self.reference(&traversal, false));
    }

    fn body(&mut self, body: &Body) {
        walk::references(body, &mut |traversal, _| self.reference(&traversal, false));
    }

    fn repetition(&mut self, repetition: &Repetition) {
        if let Some(expression) = repetition.expression() {
            self.expression(expression.expr());
        }
    }

    fn rules(&mut self, rules: &[CheckRule]) {
        for rule in rules {
            self.expression(rule.condition.expr());
            self.expression(rule.error_message.expr());
        }
    }

    fn targets(&mut self, targets: &[Traversal<'_>]) {
        targets.iter().for_each(|target| self.reference(target, true));
    }

    /// What a reference needs; as a whole with everything in it, where it is one of `depends_on`.
    fn reference(&mut self, traversal: &Traversal<'_>, whole: bool) {
        let Ok(reference) = Reference::parse(traversal) else { return };
        let (at, span) = (self.at, reference.span);
        let module = &self.needs.stack[at].module;
        match reference.subject {
            Subject::Variable(name) => {
                if let Some(id) = module.variables.find(name) {
                    self.push(at, Item::Variable(id), span);
                }
            }
            Subject::Local(name) => {
                if let Some(id) = module.locals.find(name) {
                    self.push(at, Item::Local(id), span);
                }
            }
            Subject::Resource { mode, kind, name, key } => {
                // A resource that refers to itself is told so in other words.
                let found = module.resources.find((mode, kind, name));
                if let Some(id) = found
                    && self.needs.number(at, Item::Resource(id)) != self.number
                {
                    let key = if whole { Key::Whole } else { key };
                    (self.found)(self.needs.number(at, Item::Resource(id)), span, key);
                }
            }
            Subject::Module { name, output, .. } => {
                if let Some(id) = module.calls.find(name) {
                    self.call(id, output, whole, span);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, id: CallId, output: Option<&str>, whole: bool, span: Span) {
        let at = self.at;
        self.push(at, Item::Call(id), span);
        let Some(child) = self.node().child(id) else { return };
        let outputs = &self.needs.stack[child].module.outputs;
        match output {
            Some(output) => {
                if let Some(output) = outputs.find(output) {
                    self.push(child, Item::Output(output), span);
                } else if self.needs.whole_modules {
                    self.push(at, Item::Done(id), span);
                }
            }
            None if whole || self.needs.whole_modules => self.push(at, Item::Done(id), span),
            None => {
                for output in outputs.ids() {
                    self.push(child, Item::Output(output), span);
                }
            }
        }
    }

    fn output(&mut self, id: OutputId) {
        let output = &self.needs.stack[self.at].module.outputs[id];
        if let Some(value) = &output.value {
            self.expression(value.expr());
        }
        self.targets(&output.depends_on);
        self.rules(&output.preconditions);
    }

    fn resource(&mut self, id: ResourceId) {
        let needs = self.needs;
        let node = &needs.stack[self.at];
        let resource = &node.module.resources[id];
        self.repetition(&resource.repetition);
        self.body(&resource.body);
        self.targets(&resource.depends_on);
        self.rules(&resource.preconditions);
        self.rules(&resource.postconditions);
        if let Some(managed) = &resource.managed {
            self.managed(managed);
        }
        let used = node.provider_use(id);
        if let Some((at, block)) = used.block {
            let span = resource.provider.as_ref().map_or(resource.span, |given| given.span);
            self.push(at, Item::Provider(block), span);
        }
        if let Some((ProviderKey::Expression(key), scope)) = &used.key {
            let here = self.at;
            if let KeyScope::CallOf(called) = scope
                && let Some((caller, _)) = needs.stack[*called].parent
            {
                self.at = caller;
            }
            self.expression(key.expr());
            self.at = here;
        }
        if needs.gated[self.at.index()] {
            self.push(self.at, Item::Gate, resource.span);
        }
    }

    fn managed(&mut self, managed: &Managed) {
        for expression in &managed.lifecycle.replace_triggered_by {
            self.expression(expression.expr());
        }
        if let Some(connection) = &managed.connection {
            self.body(&connection.body);
        }
        for provisioner in &managed.provisioners {
            self.body(&provisioner.body);
            if let Some(connection) = &provisioner.connection {
                self.body(&connection.body);
            }
        }
    }

    /// Everything in a called module.
    fn done(&mut self, id: CallId) {
        let call = &self.needs.stack[self.at].module.calls[id];
        let Some(child) = self.node().child(id) else { return };
        let module = &self.needs.stack[child].module;
        let resources = module.resources.ids().map(Item::Resource);
        let outputs = module.outputs.ids().map(Item::Output);
        let calls = module.calls.ids().map(Item::Done);
        for item in resources.chain(outputs).chain(calls) {
            self.push(child, item, call.span);
        }
        if self.needs.whole_modules {
            let variables = module.variables.ids().map(Item::Variable);
            for item in variables.chain(module.locals.ids().map(Item::Local)) {
                self.push(child, item, call.span);
            }
        }
    }

    /// What the call of this module, and those of its callers, wait for.
    fn gate(&mut self) {
        let Some((caller, call)) = self.node().parent else { return };
        self.at = caller;
        let call = &self.needs.stack[caller].module.calls[call];
        self.targets(&call.depends_on);
        if self.needs.gated[caller.index()] {
            self.push(caller, Item::Gate, call.span);
        }
    }
}
