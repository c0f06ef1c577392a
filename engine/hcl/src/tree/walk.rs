//! Walking an expression for the variables it reads.

use std::collections::HashMap;

use super::node::Data;
use super::{Expr, ExprId, ExprKind, Traversal, Tree};

/// The traversals in an expression that start at a variable from outside of it, in the order of the text.
///
/// Names that a `for` makes are not from outside, within that `for`. Bare keys of objects are not variables at all.
/// A JSON string that is no valid template reads nothing.
#[derive(Debug)]
pub struct Variables<'t> {
    tree: &'t Tree,
    /// What is left to do, the next thing last.
    pending: Vec<Pending>,
    /// How many `for`s around the current place make each name.
    locals: HashMap<&'t str, u32>,
}

#[derive(Clone, Copy, Debug)]
enum Pending {
    Visit(ExprId),
    /// Begin or end the scope of the `for` with this index.
    Enter(u32),
    Leave(u32),
}

impl<'t> Expr<'t> {
    /// The variables that the expression reads. See [`Variables`].
    #[must_use]
    pub fn variables(self) -> Variables<'t> {
        Variables {
            tree: self.tree(),
            pending: vec![Pending::Visit(self.id())],
            locals: HashMap::new(),
        }
    }
}

impl<'t> Iterator for Variables<'t> {
    type Item = Traversal<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.pending.pop()? {
                Pending::Enter(index) => self.scope(index, true),
                Pending::Leave(index) => self.scope(index, false),
                Pending::Visit(id) => {
                    if let Some(found) = self.visit(id) {
                        return Some(found);
                    }
                }
            }
        }
    }
}

impl<'t> Variables<'t> {
    fn visit(&mut self, id: ExprId) -> Option<Traversal<'t>> {
        let tree = self.tree;
        let first = self.pending.len();
        match tree.node(id).data {
            Data::Invalid
            | Data::Null
            | Data::Bool(_)
            | Data::Number
            | Data::String(_)
            | Data::Anonymous => {}
            Data::Traversal { .. } => {
                let ExprKind::Traversal(traversal) = tree.expr(id).kind() else { return None };
                let is_local = !self.locals.is_empty()
                    && self.locals.get(traversal.root()).is_some_and(|&n| n > 0);
                return (!is_local).then_some(traversal);
            }
            Data::JsonString(index) => {
                let template = tree.json_strings[index as usize].template.as_ref();
                self.pending.extend(template.ok().map(|&id| Pending::Visit(id)));
            }
            Data::Template(run) | Data::Tuple(run) => self.all(&tree.lists[run.range()]),
            Data::Call(index) => {
                self.all(&tree.lists[tree.calls[index as usize].args.range()]);
            }
            Data::TemplateWrap(inner) | Data::TemplateJoin(inner) | Data::Parens(inner) => {
                self.all(&[inner]);
            }
            Data::Object { json, .. } => self.object(tree.expr(id), json),
            Data::For(index) => {
                let node = tree.fors[index as usize];
                self.all(&[node.collection]);
                self.pending.push(Pending::Enter(index));
                let parts = [node.key, Some(node.value), node.condition];
                self.pending.extend(parts.into_iter().flatten().map(Pending::Visit));
                self.pending.push(Pending::Leave(index));
            }
            Data::RelativeTraversal { source, .. } => self.all(&[source]),
            Data::Index { collection, key, .. } => self.all(&[collection, key]),
            Data::Splat { source, each, .. } => self.all(&[source, each]),
            Data::Unary { operand, .. } => self.all(&[operand]),
            Data::Binary { first, rest } => {
                self.all(&[first]);
                let rest = tree.operands[rest.range()].iter();
                self.pending.extend(rest.map(|operand| Pending::Visit(operand.expr)));
            }
            Data::Conditional { condition, yes, no } => self.all(&[condition, yes, no]),
        }
        self.pending[first..].reverse();
        None
    }

    fn all(&mut self, ids: &[ExprId]) {
        self.pending.extend(ids.iter().map(|&id| Pending::Visit(id)));
    }

    fn object(&mut self, object: Expr<'t>, json: bool) {
        let ExprKind::Object(object) = object.kind() else { return };
        for item in object.items() {
            if json || item.bare_key().is_none() {
                self.pending.push(Pending::Visit(item.key().id()));
            }
            self.pending.push(Pending::Visit(item.value().id()));
        }
    }

    fn scope(&mut self, index: u32, enter: bool) {
        let node = self.tree.fors[index as usize];
        for name in [node.key_name, Some(node.value_name)].into_iter().flatten() {
            let count = self.locals.entry(self.tree.str(name)).or_default();
            *count = if enter { *count + 1 } else { count.saturating_sub(1) };
        }
    }
}
