//! A module as it is seen before anything is known: unknown values of the right types.

use std::rc::Rc;

use wb_core::provider::Catalog;
use wb_core::ty::Type;
use wb_core::value::Value;

use super::Checked;
use super::kinds::Kind;
use crate::config::{CallId, CheckId, Id as _, Module, Repetition, ResourceId, Variable};
use crate::host::Host;
use crate::stack::Node;

/// A module, and the values that stand for what is in it.
#[derive(Debug)]
pub(super) struct View<'m> {
    pub(super) node: &'m Node,
    pub(super) module: &'m Module,
    pub(super) is_root: bool,
    pub(super) catalog: &'m Catalog,
    pub(super) host: &'m dyn Host,
    /// By resource; nothing where the type is not there.
    kinds: Vec<Option<Rc<Kind>>>,
    /// By call; nothing where the module could not be had.
    children: Vec<Option<(&'m Node, Rc<Checked>)>>,
    pub(super) variables: Vec<Value>,
    pub(super) locals: Vec<Value>,
}

/// What the block around an expression makes of it.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Place {
    /// Whether there is `each`, and `count`.
    pub(super) each: bool,
    pub(super) count: bool,
    /// The resource that is `self`.
    pub(super) this: Option<ResourceId>,
    /// The resource whose own arguments these are: it cannot refer to itself.
    pub(super) own: Option<ResourceId>,
    /// The check that the expression belongs to.
    pub(super) check: Option<CheckId>,
}

impl Place {
    /// Within a block that is repeated.
    pub(super) fn repeated(repetition: &Repetition) -> Self {
        Self {
            each: matches!(repetition, Repetition::ForEach(_)),
            count: matches!(repetition, Repetition::Count(_)),
            ..Self::default()
        }
    }
}

impl<'m> View<'m> {
    pub(super) fn new(
        node: &'m Node,
        is_root: bool,
        kinds: Vec<Option<Rc<Kind>>>,
        children: Vec<Option<(&'m Node, Rc<Checked>)>>,
        catalog: &'m Catalog,
        host: &'m dyn Host,
    ) -> Self {
        let module: &'m Module = &node.module;
        let variables = module.variables.values().map(unknown).collect();
        let locals = vec![Value::DYNAMIC; module.locals.len()];
        Self { node, module, is_root, catalog, host, kinds, children, variables, locals }
    }

    pub(super) fn kind(&self, id: ResourceId) -> Option<&Rc<Kind>> {
        self.kinds[id.index()].as_ref()
    }

    /// The module that a call is of, and the values of its outputs.
    pub(super) fn child(&self, id: CallId) -> Option<(&'m Node, &[Value])> {
        let (node, checked) = self.children[id.index()].as_ref()?;
        Some((node, &checked.outputs))
    }

    /// As messages call the module.
    pub(super) fn name(&self) -> String {
        if self.is_root { "the root module".to_owned() } else { self.node.path.to_string() }
    }
}

fn unknown(variable: &Variable) -> Value {
    let value = Value::unknown(variable.ty.ty);
    let is_open = variable.is_nullable() || variable.ty.ty == Type::DYNAMIC;
    let value = if is_open { value } else { value.refine_not_null() };
    value.with_marks(&variable.marks())
}
