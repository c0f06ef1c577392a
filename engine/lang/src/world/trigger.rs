//! `replace_triggered_by`: what a trigger names.

use wb_core::addr::InstanceKey;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::number::Number;
use wb_core::path::{Path, Step};
use wb_core::value::Value;
use wb_hcl::{Expr, ExprKind, StepKind};

use crate::eval::evaluate;
use crate::reference::{Reference, Subject};

use super::{InstIx, Trace, World};

/// What a trigger names: the instances of a resource, and the part of them that counts.
#[derive(Clone, Debug)]
pub struct Trigger {
    pub instances: Vec<InstIx>,
    /// Empty for the whole object.
    pub path: Path,
}

impl World<'_> {
    /// Reads a trigger of an instance: `TYPE.NAME`, with an instance key that may be an expression, and a path into the
    /// object. Nothing where it is not known yet, or is none, which was reported when the module was read.
    pub fn trigger(
        &self,
        at: InstIx,
        expr: Expr<'_>,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Option<Trigger> {
        trigger(self, at, expr, trace, diags)
    }
}

fn trigger(
    world: &World<'_>,
    at: InstIx,
    expr: Expr<'_>,
    trace: &mut Trace,
    diags: &mut Diagnostics,
) -> Option<Trigger> {
    let mut path = Vec::new();
    let key = find(world, at, expr, &mut path, trace, diags)?;
    let (traversal, key) = key;
    let reference = Reference::parse(&traversal).ok()?;
    let Subject::Resource { mode, kind, name, key: written } = reference.subject else {
        return None;
    };
    let module = world.instance(at).module;
    let declared = world.module(module).module;
    let id = declared.resources.find((mode, kind, name))?;
    let mut steps: Vec<Step> = reference.rest().filter_map(|step| of_step(step.kind)).collect();
    path.reverse();
    steps.append(&mut path);
    let expansion = world.module(module).resource(id);
    world.read(expansion, trace)?;
    let key = key.or_else(|| (!written.is_whole()).then(|| written.to_instance_key()));
    let instances: Vec<InstIx> = match &key {
        Some(key) => world.find_in(module, id, key).into_iter().collect(),
        None => world.instances_of(module, id).collect(),
    };
    if let (Some(key), true) = (&key, instances.is_empty()) {
        let detail =
            format!("There is no instance {key} of {} to watch.", declared.resources[id].addr);
        diags.push(
            Diagnostic::error("Invalid \"replace_triggered_by\" expression", detail)
                .at(expr.span()),
        );
    }
    Some(Trigger { instances, path: steps.into() })
}

type Found<'t> = (wb_hcl::Traversal<'t>, Option<InstanceKey>);

/// Peels steps off until the reference is left; `path` gets them, last first.
fn find<'t>(
    world: &World<'_>,
    at: InstIx,
    expr: Expr<'t>,
    path: &mut Vec<Step>,
    trace: &mut Trace,
    diags: &mut Diagnostics,
) -> Option<Found<'t>> {
    match expr.kind() {
        ExprKind::Traversal(traversal) => Some((traversal, None)),
        ExprKind::Parens(inner) | ExprKind::TemplateWrap(inner) => {
            find(world, at, inner, path, trace, diags)
        }
        ExprKind::RelativeTraversal { source, steps } => {
            path.extend(steps.iter().rev().filter_map(|step| of_step(step.kind)));
            find(world, at, source, path, trace, diags)
        }
        ExprKind::Index { collection, key, .. } => {
            let mut scope = world.instance_scope(at, trace);
            let value = evaluate(key, &mut scope, diags).unmark_deep().0;
            let (traversal, inner) = find(world, at, collection, path, trace, diags)?;
            let reference = Reference::parse(&traversal).ok()?;
            let is_instance = inner.is_none()
                && reference.rest().len() == 0
                && matches!(reference.subject, Subject::Resource { key, .. } if key.is_whole());
            if is_instance {
                return Some((traversal, instance_key(&value)));
            }
            path.push(Step::Index(value));
            Some((traversal, inner))
        }
        ExprKind::JsonString(text) => find(world, at, text.template().ok()?, path, trace, diags),
        _ => None,
    }
}

fn of_step(kind: StepKind<'_>) -> Option<Step> {
    Some(match kind {
        StepKind::Attribute(name) => Step::GetAttr(name.into()),
        StepKind::Key(key) => Step::Index(Value::from(key)),
        StepKind::Index(digits) => Step::Index(Value::number(Number::parse(digits).ok()?)),
        StepKind::Odd(_) | StepKind::Splat => return None,
    })
}

fn instance_key(value: &Value) -> Option<InstanceKey> {
    match (value.as_str(), value.as_number()) {
        (Some(text), _) => Some(InstanceKey::string(text)),
        (_, Some(number)) => number.to_i64().map(InstanceKey::Int),
        _ => None,
    }
}
