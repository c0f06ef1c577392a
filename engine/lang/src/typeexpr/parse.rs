//! Reading type constraints.

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{Call, Expr, ExprKind, Exprs, Syntax, suggest};

use super::{Defaults, Form, locate};
use crate::config::constant;

const SUMMARY: &str = "Invalid type specification";
const KEYWORDS: [&str; 10] =
    ["any", "bool", "list", "map", "number", "object", "optional", "set", "string", "tuple"];

type Read = (Type, Option<Defaults>);

/// Reads a type. Recursion goes as deep as the expression.
pub(super) fn read(expr: Expr<'_>, form: Form, diags: &mut Diagnostics) -> Read {
    if expr.tree().syntax() == Syntax::Json {
        return match expr.expression_in_string() {
            Some((inner, problems)) if problems.has_errors() => {
                let _ = inner;
                diags.append(problems);
                (Type::DYNAMIC, None)
            }
            Some((inner, _)) => native(inner.expr(), form, diags),
            None => {
                diags.push(no_type(expr));
                (Type::DYNAMIC, None)
            }
        };
    }
    native(expr, form, diags)
}

fn native(expr: Expr<'_>, form: Form, diags: &mut Diagnostics) -> Read {
    let open = (Type::DYNAMIC, None);
    if let Some(word) = expr.as_bare_word() {
        return match keyword(word, form) {
            Ok(ty) => (ty, None),
            Err(detail) => {
                diags.push(problem(detail, expr.span()));
                open
            }
        };
    }
    match expr.kind() {
        ExprKind::Call(call) => constructor(&call, expr, form, diags),
        ExprKind::Invalid => open,
        _ => {
            diags.push(no_type(expr));
            open
        }
    }
}

fn problem(detail: impl Into<String>, at: Span) -> Diagnostic {
    Diagnostic::error(SUMMARY, detail).at(at)
}

fn no_type(expr: Expr<'_>) -> Diagnostic {
    problem("This is no type.", expr.span()).help(
        "Write bool, number, string or any, or make a type of these with list, set, map, object or tuple: list(string).",
    )
}

/// The type that a word alone stands for.
fn keyword(word: &str, form: Form) -> Result<Type, String> {
    Ok(match word {
        "bool" => Type::BOOL,
        "number" => Type::NUMBER,
        "string" => Type::STRING,
        "any" if form != Form::Exact => Type::DYNAMIC,
        "any" => {
            return Err(
                "An exact type is needed here, so it cannot be left open by \"any\".".to_owned()
            );
        }
        "list" | "map" | "set" | "object" | "tuple" => return Err(wants_one(word)),
        other => {
            let hint = match suggest::nearest(other, KEYWORDS) {
                Some(near) => format!(" Did you mean {near:?}?"),
                None => String::new(),
            };
            return Err(format!("There is no type named {other:?}.{hint}"));
        }
    })
}

/// What a constructor takes.
fn wants_one(name: &str) -> String {
    match name {
        "object" => "The constructor \"object\" takes the types of the attributes: object({ name = string }).".to_owned(),
        "tuple" => "The constructor \"tuple\" takes the list of the types of the elements: tuple([string, number]).".to_owned(),
        name => format!("The constructor {name:?} takes the type of the elements: {name}(string)."),
    }
}

fn constructor(call: &Call<'_>, expr: Expr<'_>, form: Form, diags: &mut Diagnostics) -> Read {
    let name = call.name();
    let args = call.args();
    let refusal = match &*name {
        "bool" | "string" | "number" | "any" => {
            Some((format!("The type {name:?} takes nothing in parentheses."), call.parens_span()))
        }
        "list" | "set" | "map" | "object" | "tuple" if args.len() != 1 => {
            Some((wants_one(&name), extra(args).unwrap_or(call.parens_span())))
        }
        "list" | "set" | "map" | "object" | "tuple" => None,
        "optional" => {
            Some(("Only an attribute of an object can be optional.".to_owned(), call.name_span()))
        }
        other => {
            let hint = suggest::nearest(other, KEYWORDS);
            let hint = hint.map_or(String::new(), |near| format!(" Did you mean {near:?}?"));
            Some((format!("There is no type constructor named {other:?}.{hint}"), call.name_span()))
        }
    };
    if let Some((detail, at)) = refusal {
        diags.push(problem(detail, at).within(expr.span()));
        return (Type::DYNAMIC, None);
    }
    let Some(argument) = args.get(0) else { return (Type::DYNAMIC, None) };
    let collection = |make: fn(Type) -> Type, diags: &mut Diagnostics| {
        let (element, defaults) = native(argument, form, diags);
        (make(element), defaults.map(Defaults::of_elements))
    };
    match &*name {
        "list" => collection(Type::list, diags),
        "set" => collection(Type::set, diags),
        "map" => collection(Type::map, diags),
        "object" => object(argument, form, diags),
        _ => tuple(argument, form, diags),
    }
}

/// The arguments after the first.
fn extra(args: Exprs<'_>) -> Option<Span> {
    let mut rest = args.iter().skip(1);
    let first = rest.next()?.span();
    Some(rest.last().map_or(first, |last| first.join(last.span())))
}

fn tuple(argument: Expr<'_>, form: Form, diags: &mut Diagnostics) -> Read {
    let Some(elements) = argument.as_list() else {
        diags.push(problem(wants_one("tuple"), argument.span()));
        return (Type::DYNAMIC, None);
    };
    let (types, defaults): (Vec<Type>, Vec<Option<Defaults>>) =
        elements.iter().map(|element| native(element, form, diags)).unzip();
    (Type::tuple(types), Defaults::of_tuple(defaults))
}

fn object(argument: Expr<'_>, form: Form, diags: &mut Diagnostics) -> Read {
    let Some(items) = argument.as_map() else {
        diags.push(problem(wants_one("object"), argument.span()));
        return (Type::DYNAMIC, None);
    };
    let mut attributes: Vec<(String, Type, bool)> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    let mut defaults = Defaults::default();
    for item in items.items() {
        let key = item.key();
        let Some(name) = key.as_bare_word() else {
            diags.push(problem("The keys of an object type are names of attributes.", key.span()));
            continue;
        };
        if let Some(first) = seen.insert(name, key.span()) {
            let detail = format!("The attribute {name:?} is there twice.");
            diags.push(problem(detail, key.span()).label(first, "first given here"));
            continue;
        }
        let attribute = attribute(item.value(), form, diags);
        if let Some(value) = attribute.default {
            defaults.values.push((name.into(), value));
        }
        if let Some(inner) = attribute.inner {
            defaults.attributes.push((name.into(), inner));
        }
        attributes.push((name.to_owned(), attribute.ty, attribute.optional));
    }
    (Type::object_with_optional(attributes), defaults.if_any())
}

struct AttributeType {
    ty: Type,
    inner: Option<Defaults>,
    optional: bool,
    default: Option<Value>,
}

fn attribute(expr: Expr<'_>, form: Form, diags: &mut Diagnostics) -> AttributeType {
    let plain = |(ty, inner): Read| AttributeType { ty, inner, optional: false, default: None };
    let ExprKind::Call(call) = expr.kind() else { return plain(native(expr, form, diags)) };
    if call.name() != "optional" {
        return plain(native(expr, form, diags));
    }
    let args = call.args();
    let Some(ty) = args.get(0) else {
        let detail = "The modifier \"optional\" takes the type of the attribute: optional(string).";
        diags.push(problem(detail, call.parens_span()).within(expr.span()));
        return plain((Type::DYNAMIC, None));
    };
    let refusal = match (form, args.len()) {
        (Form::Exact, _) => Some(("An exact type has no optional attributes.", call.name_span())),
        (Form::Constraint, 2..) => Some((
            "The modifier \"optional\" takes only the type of the attribute here.",
            extra(args).unwrap_or(call.parens_span()),
        )),
        (Form::WithDefaults, 3..) => Some((
            "The modifier \"optional\" takes the type of the attribute and its default value, nothing more.",
            call.parens_span(),
        )),
        _ => None,
    };
    let (ty, inner) = native(ty, form, diags);
    if let Some((detail, at)) = refusal {
        diags.push(problem(detail, at).within(expr.span()));
        return plain((ty, inner));
    }
    let default = args.get(1).and_then(|expr| default(expr, ty, diags));
    AttributeType { ty, inner, optional: true, default }
}

fn default(expr: Expr<'_>, ty: Type, diags: &mut Diagnostics) -> Option<Value> {
    let value = constant::value(expr, diags)?;
    match convert(&value, ty) {
        Ok(value) => Some(value),
        Err(error) => {
            diags.push(
                Diagnostic::error(
                    "Invalid default value for optional attribute",
                    format!(
                        "This default value is not of the attribute's type: {}.",
                        locate::describe(&error)
                    ),
                )
                .at(locate::span(expr, &error.path)),
            );
            None
        }
    }
}
