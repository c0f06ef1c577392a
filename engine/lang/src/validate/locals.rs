//! Local values, each after those that it reads.

use wb_core::diag::Diagnostics;
use wb_graph::{Builder, topological};

use super::view::{Place, View};
use super::walk::Walk;
use crate::config::{Id as _, LocalId};
use crate::reference::{Reference, Subject};

/// Evaluates all local values of a module. Those that need themselves stay unknown; [`super::cycles`] reports them.
pub(super) fn evaluate(view: &mut View<'_>, diags: &mut Diagnostics) {
    let locals = &view.module.locals;
    let mut graph = Builder::new(locals.len());
    let number = |id: LocalId| u32::try_from(id.index()).expect("ids are 32 bits wide");
    for (id, local) in locals.iter() {
        for traversal in local.value.expr().variables() {
            if let Ok(Reference { subject: Subject::Local(name), .. }) =
                Reference::parse(&traversal)
                && let Some(needed) = locals.find(name)
            {
                graph.edge(number(needed), number(id));
            }
        }
    }
    let (order, stuck) = match topological(&graph.build()) {
        Ok(order) => (order, Vec::new()),
        Err(stuck) => {
            let rest = locals.ids().map(number).filter(|id| stuck.binary_search(id).is_err());
            (rest.collect(), stuck)
        }
    };
    // What is stuck is of no known value, whatever its order.
    for at in order.into_iter().chain(stuck) {
        let local = &view.module.locals[LocalId(at)];
        let (value, _) = Walk::new(view, diags).within(
            || "locals".to_owned(),
            |walk| walk.expression(local.value.expr(), Place::default()),
        );
        view.locals[at as usize] = value;
    }
}
