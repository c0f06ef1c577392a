//! Input variables: values from outside, or from the arguments of a call.

use wb_core::convert::ConvertError;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_core::value::Value;

use crate::config::{Id, VarId, Variable};
use crate::eval::{Evaluation, evaluate};

use super::conditions::Rule;
use super::{ModIx, Trace, World};

impl World<'_> {
    pub(super) fn variable(
        &self,
        at: ModIx,
        id: VarId,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Value {
        let module = self.module(at);
        let variable = &module.module.variables[id];
        let value = match module.parent {
            None => match self.given.get(&variable.name) {
                Some(given) => {
                    self.convert_given(variable, &given.value, given.span, &given.from, diags)
                }
                None => self.default_of(variable, diags),
            },
            Some((caller, _)) => {
                let argument = self.arguments[module.node.index()][id.index()];
                match argument {
                    None => self.default_of(variable, diags),
                    Some(expr) => {
                        let before = diags.error_count();
                        let bindings = module.bindings.clone();
                        let mut scope = self.scope(caller, bindings, trace);
                        let value = evaluate(expr, &mut scope, diags);
                        if trace.is_incomplete() || diags.error_count() > before {
                            return Value::DYNAMIC;
                        }
                        match self.fit(variable, &value) {
                            Ok(value) => value,
                            Err(problem) => {
                                let mut scope = self.scope(caller, module.bindings.clone(), trace);
                                let problem = problem.diagnostic(variable, Some(expr.span()));
                                Evaluation::new(&mut scope, diags).report(problem, expr);
                                Value::DYNAMIC
                            }
                        }
                    }
                }
            }
        };
        let value = value.with_marks(&variable.marks());
        if !variable.is_ephemeral() && value.deep_marks().is_ephemeral() {
            let span = self.arguments.get(module.node.index()).and_then(|a| a.get(id.index()));
            let span = span.copied().flatten().map_or(variable.span, wb_hcl::Expr::span);
            let detail = format!(
                "The variable {:?} is not declared as ephemeral, so it cannot take an ephemeral value.",
                variable.name
            );
            diags.push(
                Diagnostic::error("Ephemeral value not allowed", detail)
                    .at(span)
                    .label(variable.span, "declared here")
                    .help("Declare the variable with ephemeral = true."),
            );
        }
        value
    }

    fn default_of(&self, variable: &Variable, diags: &mut Diagnostics) -> Value {
        if let Some(default) = &variable.default {
            return default.value.clone();
        }
        diags.push(no_value(variable));
        Value::unknown(variable.ty.ty)
    }

    fn convert_given(
        &self,
        variable: &Variable,
        value: &Value,
        span: Option<Span>,
        from: &str,
        diags: &mut Diagnostics,
    ) -> Value {
        match self.fit(variable, value) {
            Ok(value) => value,
            Err(problem) => {
                let mut diagnostic = problem.diagnostic(variable, span);
                if span.is_none() {
                    diagnostic = diagnostic.at(variable.span);
                    diagnostic.detail.push_str(&format!(" It was given by {from}."));
                }
                if !variable.is_sensitive()
                    && !variable.is_ephemeral()
                    && let Some(statement) =
                        crate::eval::show::describe(value, crate::eval::show::Cause::Values)
                {
                    diagnostic = diagnostic.value(format!("var.{}", variable.name), statement);
                }
                diags.push(diagnostic);
                Value::unknown(variable.ty.ty)
            }
        }
    }

    /// The value as the variable takes it.
    fn fit(&self, variable: &Variable, value: &Value) -> Result<Value, Unfit> {
        if value.is_null() && !variable.is_nullable() {
            let default = variable.default.as_ref();
            return default.map(|d| d.value.clone()).ok_or(Unfit::Null);
        }
        let value = variable.ty.convert(value).map_err(Unfit::Type)?;
        if value.is_null() && !variable.is_nullable() {
            return Err(Unfit::Null);
        }
        Ok(value)
    }

    /// The rules that a variable's value must meet.
    pub(super) fn validation(
        &self,
        at: ModIx,
        id: VarId,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Value {
        let module = self.module(at);
        let variable = &module.module.variables[id];
        if variable.validations.is_empty() {
            return Value::TRUE;
        }
        // Where the value could not be told, there is nothing to say of it.
        self.read(module.variable(id), trace);
        if trace.is_incomplete() || trace.has_failed() {
            return Value::DYNAMIC;
        }
        let given = match module.parent {
            None => self.given.get(&variable.name).map(|given| given.span),
            Some(_) => self.arguments[module.node.index()][id.index()]
                .map(|argument| Some(argument.span())),
        };
        let default = variable.default.as_ref().map(|default| default.expr.span());
        let place = given.unwrap_or(default).unwrap_or(variable.span);
        let rules = Rule::of_variable(&variable.validations, variable, Some(place));
        self.named_conditions(
            at,
            wb_core::addr::NamedKind::Variable,
            &variable.name,
            &rules,
            trace,
            diags,
        )
    }
}

/// Why a value is none for the variable.
enum Unfit {
    Null,
    Type(ConvertError),
}

impl Unfit {
    fn diagnostic(&self, variable: &Variable, span: Option<Span>) -> Diagnostic {
        let name = &variable.name;
        let (summary, detail) = match self {
            Self::Null => (
                "Required variable not set",
                format!(
                    "The variable {name:?} cannot be null, and it has no default value to take its place."
                ),
            ),
            Self::Type(error) => {
                let place = if error.path.is_empty() {
                    String::new()
                } else {
                    format!(" at {}", error.path)
                };
                (
                    "Invalid value for input variable",
                    format!(
                        "The given value is not suitable for the variable {name:?}{place}: {error}."
                    ),
                )
            }
        };
        let declared = variable.type_span.unwrap_or(variable.span);
        Diagnostic::error(summary, detail).at_opt(span).label(declared, "declared here")
    }
}

fn no_value(variable: &Variable) -> Diagnostic {
    let name = &variable.name;
    Diagnostic::error(
        "No value for required variable",
        format!("The root module input variable {name:?} is not set, and has no default value."),
    )
    .at(variable.span)
    .help(format!(
        "Set it with -var '{name}=…', in a file of variables, or in the environment variable TF_VAR_{name}."
    ))
}
