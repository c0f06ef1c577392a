//! `moved` blocks, and the moves that adding or taking away `count` implies: the state as it is to be seen.
//!
//! Moves come before everything else, on the state alone. They are done in the order in which one leads on to the next,
//! so that what was renamed twice since the last apply arrives.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use wb_core::addr::{
    AbsInstance, AbsResource, ConfigResource, ModulePath, MovePattern, MoveSubject, ObjectAddr,
    Repetition as Repeated, implied_resource_move, unify,
};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_graph::{Builder, topological};
use wb_lang::config::Repetition;
use wb_lang::stack::Stack;
use wb_state::{Edit, State};

/// What moving came to.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// The state after it; nothing where nothing moved.
    pub(crate) state: Option<State>,
    /// Where instances were before.
    pub(crate) previous: HashMap<AbsInstance, AbsInstance>,
    pub(crate) edits: Vec<Edit>,
}

/// One move.
struct Move {
    from: MovePattern,
    to: MovePattern,
    /// Where it is written; nothing for one that is implied.
    span: Option<(Span, Span, Span)>,
}

/// Moves what is to be moved.
pub(crate) fn apply(stack: &Stack, state: &State, diags: &mut Diagnostics) -> Moved {
    let mut moves = explicit(stack, diags);
    check(stack, &moves, diags);
    moves.extend(implied(stack, state, &moves));
    if moves.is_empty() {
        return Moved::default();
    }
    let Some(order) = in_order(&moves) else {
        diags.push(circle(&moves));
        return Moved::default();
    };
    if state.resources.is_empty() {
        return Moved::default();
    }
    let mut moving = Moving::new(state);
    for at in order {
        moving.carry_out(&moves[at as usize]);
    }
    for (from, to) in &moving.blocked {
        let detail = format!(
            "There is an object at {from} that would move to {to}, but there is one at that address already, so it stays and is planned by itself."
        );
        diags.push(Diagnostic::warning("Unresolved resource instance address changes", detail));
    }
    moving.finish(state)
}

/// The moves that blocks ask for.
fn explicit(stack: &Stack, diags: &mut Diagnostics) -> Vec<Move> {
    let mut moves = Vec::new();
    for (_, node) in stack.iter() {
        for moved in &node.module.moved {
            match unify(&node.path, &moved.from, &moved.to) {
                Some((from, to)) => {
                    let span = Some((moved.span, moved.from_span, moved.to_span));
                    moves.push(Move { from, to, span });
                }
                None => diags.push(
                    Diagnostic::error(
                        "Invalid \"moved\" addresses",
                        "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.",
                    )
                    .at(moved.to_span)
                    .label(moved.from_span, "moved from here"),
                ),
            }
        }
    }
    moves
}

/// Moves between the instance without key and the first numbered one, of resources that no block concerns.
fn implied(stack: &Stack, state: &State, explicit: &[Move]) -> Vec<Move> {
    let concerned: HashSet<&wb_core::addr::ResourceAddr> =
        explicit.iter().flat_map(|m| [&m.from, &m.to]).filter_map(resource_of).collect();
    let concerns = |resource: &AbsResource| {
        concerned.contains(&resource.resource)
            && explicit
                .iter()
                .any(|m| m.from.selects_resource(resource) || m.to.selects_resource(resource))
    };
    let mut moves = Vec::new();
    for (addr, resource) in &state.resources {
        let Some(repetition) = repetition_of(stack, &addr.config()) else { continue };
        let exists = |key: &_| resource.instances.get(key).is_some();
        let Some((from, to)) = implied_resource_move(addr, repetition, exists) else { continue };
        if !concerns(addr) {
            moves.push(Move { from, to, span: None });
        }
    }
    moves
}

fn resource_of(pattern: &MovePattern) -> Option<&wb_core::addr::ResourceAddr> {
    match &pattern.subject {
        MoveSubject::Resource(r) => Some(&r.resource),
        MoveSubject::Instance(i) => Some(&i.resource.resource),
        MoveSubject::Module(_) | MoveSubject::Call { .. } => None,
    }
}

/// What repeats a resource that is declared.
fn repetition_of(stack: &Stack, resource: &ConfigResource) -> Option<Repeated> {
    let node = &stack[stack.find(&resource.module)?];
    let addr = &resource.resource;
    let declared = node.module.resources.get((addr.mode, &addr.kind, &addr.name))?;
    Some(match declared.repetition {
        Repetition::None | Repetition::Enabled(_) => Repeated::None,
        Repetition::Count(_) => Repeated::Count,
        Repetition::ForEach(_) => Repeated::ForEach,
    })
}

/// What is wrong with blocks, whatever the state holds.
fn check(stack: &Stack, moves: &[Move], diags: &mut Diagnostics) {
    let mut from: HashMap<&MovePattern, usize> = HashMap::new();
    let mut to: HashMap<&MovePattern, usize> = HashMap::new();
    for (at, moved) in moves.iter().enumerate() {
        let Some((span, from_span, to_span)) = moved.span else { continue };
        if moved.from == moved.to {
            let detail = format!(
                "This statement declares a move from {} to the same address, which is the same as not declaring this move at all.",
                moved.from
            );
            diags.push(Diagnostic::error("Redundant move statement", detail).at(span));
            continue;
        }
        if is_declared(stack, &moved.from) {
            let detail = format!(
                "This statement declares a move from {}, but that is still declared, so it would be made anew.",
                moved.from
            );
            diags.push(
                Diagnostic::error("Moved object still exists", detail)
                    .at(from_span)
                    .help("Rename or remove what is declared there, or remove this moved block."),
            );
        }
        let both = [(&mut from, &moved.from, from_span), (&mut to, &moved.to, to_span)];
        for (known, pattern, place) in both {
            let Some(first) = known.insert(pattern, at) else { continue };
            if moves[first].from == moved.from && moves[first].to == moved.to {
                continue;
            }
            let detail = format!(
                "This statement and another one both concern {pattern}: from there, or to there, only one move can be declared."
            );
            let mut problem = Diagnostic::error("Ambiguous move statements", detail).at(place);
            if let Some((other, ..)) = moves[first].span {
                problem = problem.label(other, "the other one");
            }
            diags.push(problem);
        }
    }
}

/// Whether what a move begins with is still declared.
fn is_declared(stack: &Stack, pattern: &MovePattern) -> bool {
    let within = |calls: Vec<std::sync::Arc<str>>| -> ModulePath {
        calls.into_iter().fold(pattern.module.clone(), |path, name| path.child(&name))
    };
    let find = |path: &ModulePath| stack.find(path).map(|node| &stack[node]);
    match &pattern.subject {
        MoveSubject::Resource(resource) => {
            let addr = &resource.resource;
            find(&within(pattern.calls_traversed())).is_some_and(|node| {
                node.module.resources.get((addr.mode, &addr.kind, &addr.name)).is_some()
            })
        }
        MoveSubject::Call { call, .. } => find(&within(pattern.calls_traversed()))
            .is_some_and(|node| node.module.calls.get(call).is_some()),
        MoveSubject::Instance(instance) => {
            let addr = &instance.resource.resource;
            find(&within(pattern.calls_traversed())).is_some_and(|node| {
                let found = node.module.resources.get((addr.mode, &addr.kind, &addr.name));
                found.is_some_and(|r| has_key(&r.repetition, &instance.key))
            })
        }
        MoveSubject::Module(module) => {
            let Some(last) = module.steps().last() else { return true };
            find(&within(pattern.calls_traversed())).is_some_and(|node| {
                let found = node.module.calls.get(&last.name);
                found.is_some_and(|c| has_key(&c.repetition, &last.key))
            })
        }
    }
}

/// Whether an instance under this key is sure to be declared, as far as the block alone tells.
fn has_key(repetition: &Repetition, key: &wb_core::addr::InstanceKey) -> bool {
    let single = matches!(repetition, Repetition::None | Repetition::Enabled(_));
    single && key.is_none()
}

/// The order in which moves are done: what leads to another's origin comes before that.
fn in_order(moves: &[Move]) -> Option<Vec<u32>> {
    let mut graph = Builder::new(moves.len());
    for (i, first) in (0u32..).zip(moves) {
        for (j, next) in (0u32..).zip(moves) {
            if i != j && leads_to(first, next) {
                graph.edge(i, j);
            }
        }
    }
    topological(&graph.build()).ok()
}

/// Whether `first` must be done before `next`.
fn leads_to(first: &Move, next: &Move) -> bool {
    first.to.can_chain_from(&next.from)
        || (first.from.is_nested_within(&next.from) && !first.from.is_module_reindex(&next.to))
        || first.to.is_nested_within(&next.from)
}

fn circle(moves: &[Move]) -> Diagnostic {
    let list: Vec<String> = moves
        .iter()
        .filter(|m| m.span.is_some())
        .map(|m| format!("{} to {}", m.from, m.to))
        .collect();
    let detail = format!(
        "The following chained move statements form a cycle, and so there is no final location to move objects to: {}.",
        list.join(", ")
    );
    let first = moves.iter().find_map(|m| m.span).map(|(span, ..)| span);
    Diagnostic::error("Cyclic dependency in move statements", detail)
        .at_opt(first)
        .help("Remove one of them, so that the others lead to an address that is declared.")
}

/// A state whose objects are on the move.
struct Moving {
    /// Where each instance is now, by where it was.
    now: BTreeMap<AbsInstance, AbsInstance>,
    taken: HashSet<AbsInstance>,
    /// Resources that have instances now, by what they are called in their module.
    by_name: HashMap<wb_core::addr::ResourceAddr, BTreeSet<AbsInstance>>,
    /// Where each instance came from, by where it is now.
    from: HashMap<AbsInstance, AbsInstance>,
    blocked: Vec<(AbsInstance, AbsInstance)>,
}

impl Moving {
    fn new(state: &State) -> Self {
        let mut this = Self {
            now: BTreeMap::new(),
            taken: HashSet::new(),
            by_name: HashMap::new(),
            from: HashMap::new(),
            blocked: Vec::new(),
        };
        for (addr, _, _) in state.instances() {
            this.taken.insert(addr.clone());
            this.by_name.entry(addr.resource.resource.clone()).or_default().insert(addr);
        }
        this
    }

    fn carry_out(&mut self, moved: &Move) {
        let candidates: Vec<AbsInstance> = match resource_of(&moved.from) {
            Some(resource) => self.by_name.get(resource).into_iter().flatten().cloned().collect(),
            None => self.by_name.values().flatten().cloned().collect(),
        };
        for instance in candidates {
            let Some(to) = instance.move_destination(&moved.from, &moved.to) else { continue };
            if to == instance {
                continue;
            }
            if self.taken.contains(&to) {
                self.blocked.push((instance, to));
                continue;
            }
            self.rename(instance, to);
        }
    }

    fn rename(&mut self, instance: AbsInstance, to: AbsInstance) {
        self.taken.remove(&instance);
        self.taken.insert(to.clone());
        if let Some(known) = self.by_name.get_mut(&instance.resource.resource) {
            known.remove(&instance);
        }
        self.by_name.entry(to.resource.resource.clone()).or_default().insert(to.clone());
        let origin = self.from.remove(&instance).unwrap_or(instance);
        self.now.insert(origin.clone(), to.clone());
        self.from.insert(to, origin);
    }

    /// The state with everything where it belongs.
    fn finish(self, state: &State) -> Moved {
        let moves: Vec<(AbsInstance, AbsInstance)> =
            self.now.into_iter().filter(|(from, to)| from != to).collect();
        if moves.is_empty() {
            return Moved::default();
        }
        let mut result = state.clone();
        let mut edits = Vec::new();
        // One may move to where another moves away from, so that a place may have to be left first.
        let mut waiting = moves.clone();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|(from, to)| {
                let edit = Edit::Move { from: from.clone(), to: to.clone() };
                if result.instance(to).is_some() || edit.apply(&mut result).is_err() {
                    return true;
                }
                edits.push(edit);
                false
            });
            if waiting.len() == before {
                swap(&mut waiting, &mut result, &mut edits);
            }
        }
        let previous = moves.into_iter().map(|(from, to)| (to, from)).collect();
        Moved { state: Some(result), previous, edits }
    }
}

/// Objects that change places: one is taken out, so that the others can follow, and put in at the end.
fn swap(waiting: &mut Vec<(AbsInstance, AbsInstance)>, state: &mut State, edits: &mut Vec<Edit>) {
    let Some((from, to)) = waiting.pop() else { return };
    let aside = AbsInstance {
        resource: from.resource.clone(),
        key: wb_core::addr::InstanceKey::string("\u{0}moving"),
    };
    let first = Edit::Move { from, to: aside.clone() };
    if first.apply(state).is_ok() {
        edits.push(first);
        waiting.push((aside, to));
    }
}

/// Whether an object was moved to this address.
impl Moved {
    pub(crate) fn came_from(&self, object: &ObjectAddr) -> Option<&AbsInstance> {
        self.previous.get(&object.instance)
    }
}
