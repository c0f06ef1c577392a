//! Output values.

use wb_core::addr::NamedKind;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::{MarkKinds, Marks};
use wb_core::value::Value;

use crate::config::{Output, OutputId};
use crate::eval::{Evaluation, evaluate};

use super::conditions::Rule;
use super::{Bindings, ModIx, Trace, World};

impl World<'_> {
    pub(super) fn output(
        &self,
        at: ModIx,
        id: OutputId,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Value {
        let module = self.module(at);
        let output = &module.module.outputs[id];
        self.depend_on(&output.depends_on, at, trace, diags);
        if !output.preconditions.is_empty() {
            let before = diags.error_count();
            let rules = Rule::of_output(&output.preconditions);
            self.named_conditions(at, NamedKind::Output, &output.name, &rules, trace, diags);
            if diags.error_count() > before {
                return Value::DYNAMIC;
            }
        }
        let Some(expression) = &output.value else { return Value::DYNAMIC };
        let expr = expression.expr();
        let before = diags.error_count();
        let value = evaluate(expr, &mut self.scope(at, Bindings::default(), trace), diags);
        if trace.is_incomplete() || diags.error_count() > before {
            return Value::DYNAMIC;
        }
        let value = match &output.ty {
            None => value,
            Some(ty) => match ty.convert(&value) {
                Ok(value) => value,
                Err(error) => {
                    let detail = format!("The value does not fit the type of the output: {error}.");
                    let problem = Diagnostic::error("Invalid output value", detail).at(expr.span());
                    self.refuse_output(problem, expr, at, trace, diags);
                    return Value::DYNAMIC;
                }
            },
        };
        let is_root = at == ModIx::ROOT;
        for problem in undeclared_marks(output, &value, is_root) {
            self.refuse_output(problem, expr, at, trace, diags);
        }
        let mut wears = Marks::NONE;
        if output.sensitive == Some(true) {
            wears = wears.union(&Marks::SENSITIVE);
        }
        if output.ephemeral == Some(true) {
            wears = wears.union(&Marks::EPHEMERAL);
        }
        // What is deprecated within a module is the module's own affair.
        let value = value.without_mark_kinds(MarkKinds::DEPRECATED).with_marks(&wears);
        match &output.deprecated {
            Some(why) if !is_root => {
                let subject = format!("{}.{}", module.addr.module(), output.name);
                value.with_marks(&Marks::deprecated(subject, &**why))
            }
            _ => value,
        }
    }

    fn refuse_output(
        &self,
        problem: Diagnostic,
        expr: wb_hcl::Expr<'_>,
        at: ModIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) {
        let mut scope = self.scope(at, Bindings::default(), trace);
        Evaluation::new(&mut scope, diags).report(problem, expr);
    }
}

/// What a value wears although its output is not declared so.
pub(crate) fn undeclared_marks(output: &Output, value: &Value, is_root: bool) -> Vec<Diagnostic> {
    let marks = value.deep_marks();
    let at = output.value.as_ref().map_or(output.span, |value| value.expr().span());
    let mut found = Vec::new();
    if marks.is_ephemeral() && output.ephemeral != Some(true) {
        let problem = Diagnostic::error(
            "Ephemeral value not allowed",
            "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.",
        )
        .at(at);
        found.push(if is_root {
            problem.help(
                "Outputs of the root module are kept in the state, so they cannot be ephemeral.",
            )
        } else {
            problem.help("Declare the output with ephemeral = true.")
        });
    }
    if is_root && marks.is_sensitive() && output.sensitive != Some(true) {
        let problem = Diagnostic::error(
            "Output refers to sensitive values",
            "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, any root module output containing sensitive data must be explicitly marked as sensitive, to confirm your intent.",
        );
        found.push(
            problem
                .at(output.span)
                .label(at, "this value is sensitive")
                .help("Add sensitive = true to the output."),
        );
    }
    found
}
