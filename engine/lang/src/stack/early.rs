//! Expressions that must be known before anything else is: where modules come from, the backend, `for_each` of a
//! provider. They may read variables, locals and paths, and call functions.

use std::sync::Arc;

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::FunctionLogic;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{AttributeSchema, BodySchema, Expr, Expression};

use super::{Given, NodeId, Stack};
use crate::eval::{ProviderFunctionName, Scope, evaluate};
use crate::host::Host;
use crate::reference::{PathAttr, Reference, Subject, TerraformAttr};

/// How many references may lead through one another. Each takes some stack.
const MAX_DEPTH: usize = 200;

/// The value of an expression of a module, from what is known before anything is evaluated. `what` names what it is
/// for: `the source of a module`. Nothing where it could not be told, which is reported.
pub fn evaluate_early(
    stack: &Stack,
    node: NodeId,
    expr: Expr<'_>,
    what: &str,
    given: &Given,
    host: &dyn Host,
    diags: &mut Diagnostics,
) -> Option<Value> {
    let before = diags.error_count();
    let mut scope = Early { stack, node, what, given, host, depth: 0 };
    let value = evaluate(expr, &mut scope, diags);
    (diags.error_count() == before).then_some(value)
}

/// The text that an argument of a module call gives; nothing where it is null. `None` where it could not be told, which
/// is reported.
pub(super) fn text(
    stack: &Stack,
    node: NodeId,
    expression: &Expression,
    argument: &str,
    given: &Given,
    host: &dyn Host,
    diags: &mut Diagnostics,
) -> Option<Option<Arc<str>>> {
    let expr = expression.expr();
    if let Some(literal) = expr.as_literal_string() {
        return Some(Some(literal.into()));
    }
    let what = format!("The {argument} of a module");
    let value = evaluate_early(stack, node, expr, &what, given, host, diags)?;
    let summary = match argument {
        "version" => "Invalid version constraint",
        _ => "Invalid module source",
    };
    let problem = |detail: String| Diagnostic::error(summary, detail).at(expr.span());
    let marks = value.deep_marks();
    if marks.is_sensitive() || marks.is_ephemeral() {
        let kind = if marks.is_sensitive() { "a sensitive" } else { "an ephemeral" };
        let mut refused = problem(format!(
            "{what} is shown and written down, so it cannot be made from {kind} value."
        ));
        match argument {
            "version" => {}
            _ if marks.is_sensitive() => refused.summary = "Sensitive value not allowed".into(),
            _ => refused.summary = "Ephemeral value not allowed".into(),
        }
        diags.push(refused);
        return None;
    }
    match convert(&value, Type::STRING) {
        Ok(text) if text.is_null() => Some(None),
        Ok(text) if text.as_str().is_some() => Some(text.as_str().map(Arc::from)),
        Ok(_) => {
            diags.push(problem(format!("{what} must be known before anything is planned.")));
            None
        }
        Err(error) => {
            diags.push(problem(format!("{what} must be a string: {error}.")));
            None
        }
    }
}

#[derive(Debug)]
struct Early<'a> {
    stack: &'a Stack,
    node: NodeId,
    what: &'a str,
    given: &'a Given,
    host: &'a dyn Host,
    depth: usize,
}

impl Early<'_> {
    /// The value of an expression of this module or of one that calls it.
    fn within(&mut self, node: NodeId, expr: Expr<'_>, diags: &mut Diagnostics) -> Value {
        if self.depth == MAX_DEPTH {
            let detail = format!(
                "{} depends on values that lead through one another without end, or too deeply.",
                self.what
            );
            diags.push(Diagnostic::error("References nest too deeply", detail).at(expr.span()));
            return Value::DYNAMIC;
        }
        let mut scope = Early { node, depth: self.depth + 1, ..*self };
        evaluate(expr, &mut scope, diags)
    }

    fn variable(
        &mut self,
        name: &str,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
    ) -> Value {
        let node = &self.stack[self.node];
        let Some(variable) = node.module.variables.get(name) else {
            return self.missing("input variable", name, reference, diags);
        };
        if variable.constant == Some(false) {
            let detail = format!(
                "{} is needed before anything is evaluated, and the variable {name:?} says that it is not constant.",
                self.what
            );
            diags.push(
                Diagnostic::error("Variable is not constant", detail)
                    .at(reference.span)
                    .label(variable.span, "declared here"),
            );
            return Value::DYNAMIC;
        }
        let value = match node.parent {
            None => self.given.get(name).map(|given| given.value.clone()),
            Some((caller, call)) => {
                let module = Arc::clone(&self.stack[caller].module);
                let schema = BodySchema::new([AttributeSchema::optional(name)], []);
                let content =
                    module.calls[call].body.partial_content(&schema, &mut Diagnostics::new());
                content.attribute(name).map(|a| self.within(caller, a.expr, diags))
            }
        };
        let value = value.filter(|v| !v.is_null() || variable.is_nullable());
        let value = value.or_else(|| variable.default.as_ref().map(|d| d.value.clone()));
        let Some(value) = value else {
            let detail = format!(
                "{} is needed before anything is evaluated, and it depends on the variable {name:?}, which has no value.",
                self.what
            );
            diags.push(
                Diagnostic::error("No value for required variable", detail)
                    .at(reference.span)
                    .label(variable.span, "declared here")
                    .help(format!("Set it with -var '{name}=…' or in a file of variables.")),
            );
            return Value::DYNAMIC;
        };
        let marks = variable.marks();
        variable.ty.convert(&value).map_or_else(
            |error| {
                let detail =
                    format!("The value of the variable {name:?} does not fit its type: {error}.");
                diags.push(
                    Diagnostic::error("Invalid value for input variable", detail)
                        .at(reference.span)
                        .label(variable.span, "declared here"),
                );
                Value::DYNAMIC
            },
            |value| value.with_marks(&marks),
        )
    }

    fn missing(
        &self,
        what: &str,
        name: &str,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
    ) -> Value {
        let detail = format!("This module declares no {what} named {name:?}.");
        diags.push(
            Diagnostic::error(format!("Reference to undeclared {what}"), detail).at(reference.span),
        );
        Value::DYNAMIC
    }
}

impl Scope for Early<'_> {
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        match reference.subject {
            Subject::Variable(name) => self.variable(name, reference, diags),
            Subject::Local(name) => {
                let module = Arc::clone(&self.stack[self.node].module);
                match module.locals.get(name) {
                    Some(local) => self.within(self.node, local.value.expr(), diags),
                    None => self.missing("local value", name, reference, diags),
                }
            }
            Subject::Path(PathAttr::Module) => Value::from(&*self.stack[self.node].dir),
            Subject::Path(PathAttr::Root) => Value::from(&*self.stack.root().dir),
            Subject::Path(PathAttr::Cwd) => {
                self.host.started_in().map_or(Value::DYNAMIC, Value::from)
            }
            Subject::Terraform(TerraformAttr::Workspace) => Value::from(self.host.workspace()),
            _ => {
                let detail = format!(
                    "{} is needed before anything is evaluated, so it can be made from variables, locals and functions of them only.",
                    self.what
                );
                diags.push(
                    Diagnostic::error("Reference not allowed here", detail).at(reference.span),
                );
                Value::DYNAMIC
            }
        }
    }

    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>> {
        let detail = format!("{} cannot call functions of providers.", self.what);
        diags.push(Diagnostic::error("Function not allowed here", detail).at(name.span));
        None
    }

    fn host(&self) -> &dyn Host {
        self.host
    }
}
