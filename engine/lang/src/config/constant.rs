//! Arguments that are known before anything is evaluated: they read no variable and call no function.

use std::collections::HashMap;
use std::sync::Arc;

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::FunctionLogic;
use wb_core::source::Span;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{Expr, ExprKind, Syntax};

use crate::eval::{ProviderFunctionName, Scope, evaluate};
use crate::host::{Host, MemoryHost, Phase};
use crate::reference::Reference;

/// The value of a constant. Nothing where something is wrong with it, which is reported.
pub fn value(expr: Expr<'_>, diags: &mut Diagnostics) -> Option<Value> {
    match expr.kind() {
        ExprKind::Invalid => return None,
        ExprKind::Bool(value) => return Some(Value::bool(value)),
        ExprKind::String(text) => return Some(Value::string(text)),
        _ if expr.tree().syntax() == Syntax::Json => return json(expr, diags),
        _ => {}
    }
    let before = diags.error_count();
    diags.extend(expr.variables().map(|variable| not_allowed(variable.span())));
    if diags.error_count() > before {
        return None;
    }
    let mut scope = Nothing(MemoryHost::new(Phase::Validate));
    let value = evaluate(expr, &mut scope, diags);
    (diags.error_count() == before).then_some(value)
}

/// JSON as it stands: where nothing can be referred to, no string is a template. Recursion goes as deep as the text.
fn json(expr: Expr<'_>, diags: &mut Diagnostics) -> Option<Value> {
    Some(match expr.kind() {
        ExprKind::JsonString(text) => Value::string(text.literal()),
        ExprKind::String(text) => Value::string(text),
        ExprKind::Bool(value) => Value::bool(value),
        ExprKind::Null => Value::null(Type::DYNAMIC),
        ExprKind::Tuple(elements) => {
            let values: Vec<Option<Value>> = elements.iter().map(|e| json(e, diags)).collect();
            Value::tuple(values.into_iter().collect::<Option<Vec<Value>>>()?)
        }
        ExprKind::Object(object) => {
            let mut first = HashMap::new();
            let mut items = Vec::new();
            for item in object.items() {
                let key = item.key();
                let name = key.as_literal_string()?;
                if let Some(before) = first.insert(name, key.span()) {
                    let detail = format!("The property {name:?} is there twice.");
                    let problem = Diagnostic::error("Duplicate object attribute", detail);
                    diags.push(problem.at(key.span()).label(before, "first given here"));
                }
                items.push((name, json(item.value(), diags)?));
            }
            Value::object(items)
        }
        _ => evaluate(expr, &mut Nothing(MemoryHost::new(Phase::Validate)), diags),
    })
}

/// A constant string.
pub(super) fn string(expr: Expr<'_>, diags: &mut Diagnostics) -> Option<Arc<str>> {
    let value = typed(expr, Type::STRING, "A string", diags)?;
    value.as_str().map(Arc::from)
}

/// A constant `true` or `false`.
pub(super) fn boolean(expr: Expr<'_>, diags: &mut Diagnostics) -> Option<bool> {
    typed(expr, Type::BOOL, "A bool", diags)?.as_bool()
}

fn typed(expr: Expr<'_>, ty: Type, wanted: &str, diags: &mut Diagnostics) -> Option<Value> {
    let given = value(expr, diags)?;
    let converted = convert(&given, ty).ok().filter(|value| !value.is_null());
    if converted.is_none() {
        let detail = if given.is_null() {
            format!("{wanted} is required here, but this is null.")
        } else {
            format!(
                "{wanted} is required here, but this is of type {}.",
                given.ty().friendly_name()
            )
        };
        diags.push(Diagnostic::error("Unsuitable value type", detail).at(expr.span()));
    }
    converted
}

/// What there is where nothing can be referred to.
#[derive(Debug)]
struct Nothing(MemoryHost);

impl Scope for Nothing {
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        diags.push(not_allowed(reference.span));
        Value::DYNAMIC
    }

    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>> {
        diags.push(not_allowed(name.span));
        None
    }

    fn host(&self) -> &dyn Host {
        &self.0
    }

    fn allows_calls(&self) -> bool {
        false
    }
}

fn not_allowed(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Variables not allowed",
        "This value must be known before anything is evaluated, so it cannot refer to anything.",
    )
    .at(span)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{load, problems};

    fn default(name: &str, text: &str) -> String {
        let (_, module, diags) = load(&[(name, text)]);
        let default = module.variables.values().next().and_then(|v| v.default.clone());
        format!("{:?}\n{diags:?}", default.map(|d| d.value))
    }

    #[test]
    fn constants_are_evaluated() {
        let text = "variable \"x\" {\n  default = { a = 1 + 2, b = [for x in [1, 2] : x * 2], c = true ? \"y\" : null }\n}";
        expect![[r#"
            Some({"a": 3, "b": [2, 4], "c": "y"})
        "#]]
        .assert_eq(&default("main.tf", text));
    }

    #[test]
    fn in_json_no_constant_is_a_template() {
        let text =
            r#"{"variable": {"x": {"default": {"a": ["${var.x}", -1.5, null], "a b": true}}}}"#;
        expect![[r#"
            Some({"a": ["${var.x}", -1.5, null(any)], "a b": true})
        "#]]
        .assert_eq(&default("main.tf.json", text));
    }

    #[test]
    fn constants_refer_to_nothing() {
        let text =
            "variable \"x\" {\n  default = [var.a, local.b, upper(\"c\"), provider::p::f(1)]\n}";
        expect![[r#"
            error main.tf:2:14 <var.a> Variables not allowed
            error main.tf:2:21 <local.b> Variables not allowed
        "#]]
        .assert_eq(&problems(text));
    }
}
