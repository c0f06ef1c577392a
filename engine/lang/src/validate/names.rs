//! Whether a reference names something that there is.

use wb_core::addr::Mode;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_hcl::{StepKind, Traversal};

use super::problem;
use super::view::{Place, View};
use crate::config::{Repetition, ResourceId};
use crate::reference::{Key, Reference, Subject};

/// Checks one reference. Where it names nothing, that is reported, and its span given, so that nothing more is said of it.
pub(super) fn check(
    view: &View<'_>,
    place: &Place,
    traversal: &Traversal<'_>,
    diags: &mut Diagnostics,
) -> Option<Span> {
    let problem = match Reference::parse(traversal) {
        Err(error) => problem::invalid(view, traversal, error),
        Ok(reference) => subject(view, place, &reference)?,
    };
    diags.push(problem);
    Some(traversal.span())
}

fn subject(view: &View<'_>, place: &Place, reference: &Reference<'_>) -> Option<Diagnostic> {
    let (module, span) = (view.module, reference.span);
    match reference.subject {
        Subject::Variable(name) => {
            let is_there = module.variables.find(name).is_some();
            (!is_there).then(|| problem::no_variable(view, name, span))
        }
        Subject::Local(name) => {
            let is_there = module.locals.find(name).is_some();
            (!is_there).then(|| problem::no_local(view, name, span))
        }
        Subject::Resource { mode, kind, name, key } => {
            match module.resources.find((mode, kind, name)) {
                Some(id) => resource(view, place, id, key, reference),
                None => Some(problem::no_resource(view, mode, kind, name, span)),
            }
        }
        // What is read of a call is only wrong where it is evaluated: `try` may ask for an output that is not there.
        Subject::Module { name, .. } => {
            let is_there = module.calls.find(name).is_some();
            (!is_there).then(|| problem::no_call(view, name, span))
        }
        Subject::EachKey | Subject::EachValue if !place.each => Some(problem::no_each(place, span)),
        Subject::CountIndex if !place.count => Some(problem::no_count(place, span)),
        Subject::SelfObject => match place.this {
            Some(id) => attribute(view, id, reference),
            None => Some(problem::no_self(span)),
        },
        _ => None,
    }
}

fn resource(
    view: &View<'_>,
    place: &Place,
    id: ResourceId,
    key: Key<'_>,
    reference: &Reference<'_>,
) -> Option<Diagnostic> {
    let resource = &view.module.resources[id];
    if place.own == Some(id) {
        return Some(problem::self_reference(resource, reference.span));
    }
    if resource.scope.is_some() && resource.scope != place.check {
        return Some(problem::scoped(resource, reference.span));
    }
    let address = &resource.addr;
    match (&resource.repetition, key) {
        (Repetition::None | Repetition::Enabled(_), Key::Int(_) | Key::String(_)) => {
            Some(problem::unexpected_key("resource", address, reference.span))
        }
        (Repetition::Count(_) | Repetition::ForEach(_), Key::Whole) => {
            let first = reference.rest().next()?;
            let is_read = matches!(first.kind, StepKind::Attribute(_));
            is_read.then(|| {
                problem::missing_key("resource", address, &resource.repetition, reference.span)
            })
        }
        _ => attribute(view, id, reference),
    }
}

/// Whether a resource has the attribute that is read of it.
fn attribute(view: &View<'_>, id: ResourceId, reference: &Reference<'_>) -> Option<Diagnostic> {
    let block = view.kind(id)?.block();
    let first = reference.rest().next()?;
    let StepKind::Attribute(name) = first.kind else { return None };
    let is_there = block.attribute(name).is_some() || block.nested(name).is_some();
    (!is_there).then(|| problem::no_attribute(block, name, first.span))
}

/// Checks a reference of `depends_on`: to something whole that there is.
pub(super) fn dependency(
    view: &View<'_>,
    place: &Place,
    target: &Traversal<'_>,
    diags: &mut Diagnostics,
) {
    let reference = match Reference::parse(target) {
        Ok(reference) => reference,
        Err(error) => return diags.push(problem::invalid(view, target, error)),
    };
    let problem = match reference.subject {
        Subject::Resource { mode, kind, name, .. } => {
            match view.module.resources.find((mode, kind, name)) {
                None => Some(problem::no_resource(view, mode, kind, name, reference.span)),
                Some(id) if place.own == Some(id) => {
                    Some(problem::self_reference(&view.module.resources[id], reference.span))
                }
                Some(_) => None,
            }
        }
        Subject::Module { name, output: Some(output), .. } => {
            no_output(view, name, output, &reference).or_else(|| subject(view, place, &reference))
        }
        _ => subject(view, place, &reference),
    };
    let rest = reference.rest().next().map(|step| step.span);
    match (problem, rest) {
        (Some(problem), _) => diags.push(problem),
        (None, Some(first)) => {
            let last = reference.rest().last().map_or(first, |step| step.span);
            diags.push(problem::not_whole(first.join(last)));
        }
        (None, None) => {}
    }
}

fn no_output(
    view: &View<'_>,
    call: &str,
    output: &str,
    reference: &Reference<'_>,
) -> Option<Diagnostic> {
    let (node, _) = view.child(view.module.calls.find(call)?)?;
    let is_there = node.module.outputs.find(output).is_some();
    (!is_there).then(|| problem::no_output(node, call, output, reference.span))
}

/// As messages call what a block of this mode declares.
pub(super) fn noun(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "managed resource",
        Mode::Data => "data resource",
        Mode::Ephemeral => "ephemeral resource",
    }
}
