//! What can be found wrong with a stack before anything is known.
//!
//! Three things are done. Every reference must name something that there is: also where an expression is never evaluated, as in
//! `try`. Every expression is evaluated with unknown values of the right types in place of what is not known, which finds errors
//! of type; arguments are read through the schemas of their providers, which have a word to say as well. And nothing may need
//! itself ([`cycles`]).
//!
//! Modules are checked, not their instances, and of several calls of one module it is checked once: whatever a caller gives is
//! unknown here.

mod blocks;
mod call;
mod conditions;
mod cycles;
mod imports;
mod kinds;
mod locals;
mod names;
mod needs;
mod output;
mod problem;
mod provider;
mod resource;
mod scope;
mod view;
mod walk;

pub use blocks::{Block, BlockNeeds, Needed};

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::Catalog;
use wb_core::value::Value;

use crate::host::Host;
use crate::stack::{NodeId, Stack};

use kinds::Kinds;
use view::View;
use walk::Walk;

/// Checks all modules of a finished stack.
#[must_use]
pub fn validate(stack: &Stack, catalog: &Catalog, host: &dyn Host) -> Diagnostics {
    let mut diags = cycles::report(stack);
    let mut checked: HashMap<Key, Rc<Checked>> = HashMap::new();
    let mut kinds = Kinds::new(catalog);
    let mut by_node: Vec<Option<Rc<Checked>>> = vec![None; stack.iter().len()];
    let nodes: Vec<NodeId> = stack.iter().map(|(id, _)| id).collect();
    // What is called comes after its caller, and what it gives is wanted first.
    for at in nodes.into_iter().rev() {
        let key = Key::of(stack, at, &by_node);
        let found = match checked.get(&key) {
            Some(found) => Rc::clone(found),
            None => {
                let outputs = module(stack, at, &by_node, &mut kinds, host, &mut diags);
                let found = Rc::new(Checked { number: checked.len(), outputs });
                checked.insert(key, Rc::clone(&found));
                found
            }
        };
        by_node[at.index()] = Some(found);
    }
    in_order(diags)
}

/// As they are met by who reads the files.
fn in_order(diags: Diagnostics) -> Diagnostics {
    let mut all: Vec<Diagnostic> = diags.into_iter().collect();
    all.sort_by_key(|problem| problem.subject);
    all.into_iter().collect()
}

/// A module that was checked.
#[derive(Debug)]
struct Checked {
    number: usize,
    /// The values of its outputs, as far as they are known.
    outputs: Vec<Value>,
}

/// Modules with the same key need to be checked but once: the same folder, calling the same.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    dir: Arc<str>,
    is_root: bool,
    children: Vec<Option<usize>>,
}

impl Key {
    fn of(stack: &Stack, at: NodeId, checked: &[Option<Rc<Checked>>]) -> Self {
        let node = &stack[at];
        let children = node.module.calls.ids().map(|call| {
            let child = node.child(call)?;
            checked[child.index()].as_ref().map(|checked| checked.number)
        });
        Self {
            dir: Arc::clone(&node.dir),
            is_root: at == NodeId::ROOT,
            children: children.collect(),
        }
    }
}

/// Checks one module; gives the values of its outputs.
fn module(
    stack: &Stack,
    at: NodeId,
    checked: &[Option<Rc<Checked>>],
    kinds: &mut Kinds<'_>,
    host: &dyn Host,
    diags: &mut Diagnostics,
) -> Vec<Value> {
    let node = &stack[at];
    let found = node.module.resources.ids().map(|id| kinds.of_resource(node, id, diags)).collect();
    let children = node.module.calls.ids().map(|call| {
        let child = node.child(call)?;
        Some((&stack[child], checked[child.index()].clone()?))
    });
    let children = children.collect();
    let mut view = View::new(node, at == NodeId::ROOT, found, children, kinds.catalog(), host);
    locals::evaluate(&mut view, diags);
    let mut walk = Walk::new(&view, diags);
    walk.variables();
    walk.required_providers();
    walk.providers(kinds);
    walk.resources();
    walk.calls();
    walk.checks();
    walk.imports();
    walk.outputs()
}

#[cfg(test)]
mod tests;
