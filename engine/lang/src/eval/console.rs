//! The console: one expression, and its value as people read it.

use std::fmt::Write as _;

use wb_core::diag::Diagnostics;
use wb_core::text::quote;
use wb_core::ty::{Type, TypeKind};
use wb_core::value::{Value, View};
use wb_hcl::{Expr, ExprKind};

use super::{Scope, evaluate};
use crate::host::Phase;

/// What the console has to show.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    Value(Value),
    /// Of `type(...)`, which the console alone knows, and only by itself.
    Type(Type),
}

/// Evaluates what was typed. The scope's host is in [`Phase::Console`].
#[must_use]
pub fn answer(expr: Expr<'_>, scope: &mut dyn Scope, diags: &mut Diagnostics) -> Answer {
    debug_assert!(scope.host().phase() == Phase::Console, "only the console answers like this");
    match asked_type(expr) {
        Some(argument) => Answer::Type(evaluate(argument, scope, diags).ty()),
        None => Answer::Value(evaluate(expr, scope, diags)),
    }
}

/// The argument of `type(...)`, if the expression is nothing else.
fn asked_type(expr: Expr<'_>) -> Option<Expr<'_>> {
    match expr.kind() {
        ExprKind::Parens(inner) => asked_type(inner),
        ExprKind::Call(call) => {
            let name = call.name();
            let is_type = matches!(&*name, "type" | "core::type");
            let args = call.args();
            (is_type && args.len() == 1 && !call.expands_last()).then(|| args.get(0)).flatten()
        }
        _ => None,
    }
}

/// A value in the notation of the language, over as many lines as it takes.
#[must_use]
pub fn format_value(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, 0, &mut text);
    text
}

/// A type in the notation of the language, over as many lines as it takes.
#[must_use]
pub fn format_type(ty: Type) -> String {
    let mut text = String::new();
    write_type(ty, 0, &mut text);
    text
}

fn write_value(value: &Value, indent: usize, out: &mut String) {
    let marks = value.marks();
    let inner = value.unmarked();
    match inner.view() {
        View::Unknown(_) => out.push_str("(known after apply)"),
        _ if marks.is_sensitive() => out.push_str("(sensitive value)"),
        _ if marks.is_ephemeral() => out.push_str("(ephemeral value)"),
        View::Null(ty) => write_null(ty, out),
        View::Bool(value) => push(out, format_args!("{value}")),
        View::Number(number) => push(out, format_args!("{number}")),
        View::String(text) => write_string(text, indent, out),
        View::Tuple(elements) => write_sequence(elements, indent, out),
        View::List(elements) => wrapped("tolist", out, |out| write_sequence(elements, indent, out)),
        View::Set(elements) => wrapped("toset", out, |out| write_sequence(elements, indent, out)),
        View::Map(map) => wrapped("tomap", out, |out| write_mapping(map.iter(), indent, out)),
        View::Object(object) => write_mapping(object.iter(), indent, out),
        View::Marked(..) => out.push_str("(sensitive value)"),
    }
}

fn wrapped(function: &str, out: &mut String, inside: impl FnOnce(&mut String)) {
    out.push_str(function);
    out.push('(');
    inside(out);
    out.push(')');
}

/// Writing to a string cannot fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn write_null(ty: Type, out: &mut String) {
    let of = |element: Type| element.friendly_name();
    match ty.kind() {
        TypeKind::Dynamic => out.push_str("null"),
        TypeKind::String => out.push_str("tostring(null)"),
        TypeKind::Number => out.push_str("tonumber(null)"),
        TypeKind::Bool => out.push_str("tobool(null)"),
        TypeKind::List(element) => push(out, format_args!("tolist(null) /* of {} */", of(element))),
        TypeKind::Set(element) => push(out, format_args!("toset(null) /* of {} */", of(element))),
        TypeKind::Map(element) => push(out, format_args!("tomap(null) /* of {} */", of(element))),
        TypeKind::Tuple(_) | TypeKind::Object(_) => {
            push(out, format_args!("null /* {} */", ty.friendly_name()));
        }
    }
}

/// Text of several lines as a heredoc, whose delimiter is made longer until no line is it.
fn write_string(text: &str, indent: usize, out: &mut String) {
    if !text.contains('\n') {
        out.push_str(&quote(text));
        return;
    }
    let mut delimiter = "EOT".to_owned();
    while text.split('\n').any(|line| line.trim() == delimiter) {
        delimiter.push('_');
    }
    let padding = " ".repeat(indent);
    push(out, format_args!("{}{delimiter}", if indent > 0 { "<<-" } else { "<<" }));
    for line in text.split('\n').chain([&*delimiter]) {
        push(out, format_args!("\n{padding}{line}"));
    }
}

fn write_sequence(elements: &[Value], indent: usize, out: &mut String) {
    out.push('[');
    for element in elements {
        new_line(indent + 2, out);
        write_value(element, indent + 2, out);
        out.push(',');
    }
    if !elements.is_empty() {
        new_line(indent, out);
    }
    out.push(']');
}

fn write_mapping<'n, 'v>(
    entries: impl ExactSizeIterator<Item = (&'n str, &'v Value)>,
    indent: usize,
    out: &mut String,
) {
    let is_empty = entries.len() == 0;
    out.push('{');
    for (name, value) in entries {
        new_line(indent + 2, out);
        write_string(name, indent + 2, out);
        out.push_str(" = ");
        write_value(value, indent + 2, out);
    }
    if !is_empty {
        new_line(indent, out);
    }
    out.push('}');
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn write_type(ty: Type, level: usize, out: &mut String) {
    const WIDTH: usize = 4;
    match ty.kind() {
        TypeKind::Object(object) if !object.is_empty() => {
            out.push_str("object({");
            for (name, ty) in object.iter() {
                new_line((level + 1) * WIDTH, out);
                push(out, format_args!("{name}: "));
                write_type(ty, level + 1, out);
                out.push(',');
            }
            new_line(level * WIDTH, out);
            out.push_str("})");
        }
        TypeKind::Tuple(tuple) if !tuple.is_empty() => {
            out.push_str("tuple([");
            for ty in tuple.iter() {
                new_line((level + 1) * WIDTH, out);
                write_type(ty, level + 1, out);
                out.push(',');
            }
            new_line(level * WIDTH, out);
            out.push_str("])");
        }
        TypeKind::List(element) => write_collection("list", element, level, out),
        TypeKind::Set(element) => write_collection("set", element, level, out),
        TypeKind::Map(element) => write_collection("map", element, level, out),
        TypeKind::Dynamic => out.push_str("dynamic"),
        _ => push(out, format_args!("{ty}")),
    }
}

fn write_collection(kind: &str, element: Type, level: usize, out: &mut String) {
    const WIDTH: usize = 4;
    push(out, format_args!("{kind}("));
    if element.is_object() || element.is_tuple() {
        new_line((level + 1) * WIDTH, out);
        write_type(element, level + 1, out);
        out.push(',');
        new_line(level * WIDTH, out);
    } else {
        write_type(element, level, out);
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use wb_core::marks::Marks;

    #[test]
    fn values_are_written_as_the_language_has_them() {
        let list = Value::list(Type::NUMBER, [1, 2].map(Value::from));
        let secret = Value::from("s").with_marks(&Marks::SENSITIVE);
        let value = Value::object([
            ("list", list),
            ("map", Value::map(Type::STRING, [("k", Value::from("a\nEOT\n"))])),
            ("none", Value::null(Type::list(Type::BOOL))),
            ("secret", secret),
            ("set", Value::set(Type::BOOL, [])),
            ("later", Value::DYNAMIC),
        ]);
        expect![[r#"
            {
              "later" = (known after apply)
              "list" = tolist([
                1,
                2,
              ])
              "map" = tomap({
                "k" = <<-EOT_
                a
                EOT
                
                EOT_
              })
              "none" = tolist(null) /* of bool */
              "secret" = (sensitive value)
              "set" = toset([])
            }"#]]
        .assert_eq(&format_value(&value));
    }

    #[test]
    fn types_are_spread_over_lines() {
        let object = Type::object([("a", Type::STRING), ("b", Type::list(Type::DYNAMIC))]);
        let ty = Type::tuple([Type::list(object), Type::empty_object()]);
        expect![[r#"
            tuple([
                list(
                    object({
                        a: string,
                        b: list(dynamic),
                    }),
                ),
                object({}),
            ])"#]]
        .assert_eq(&format_type(ty));
    }
}
