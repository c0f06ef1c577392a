//! For tests: trees and diagnostics as text.

use std::fmt::Write as _;

use wb_core::diag::Diagnostics;
use wb_core::source::{FileId, SourceMap};

use crate::tree::{Body, Expr, ExprKind, Step, StepKind, UnaryOp};

/// Parses a configuration and shows its tree, then its diagnostics.
pub(crate) fn config(text: &str) -> String {
    let (file, problems) = crate::parse_config(FileId::from_index(0), text);
    let mut out = String::new();
    body(&mut out, file.body(), 0);
    out + &diagnostics(text, &problems)
}

/// Parses an expression and shows it, then its diagnostics.
pub(crate) fn expression(text: &str) -> String {
    let (expression, problems) = crate::parse_expression(FileId::from_index(0), text);
    format!("{}\n{}", expr(expression.expr()), diagnostics(text, &problems))
}

/// Parses a template and shows it, then its diagnostics.
pub(crate) fn template(text: &str) -> String {
    let (expression, problems) = crate::parse_template(FileId::from_index(0), text);
    format!("{}\n{}", expr(expression.expr()), diagnostics(text, &problems))
}

/// Parses a JSON value and shows it, then its diagnostics.
pub(crate) fn json(text: &str) -> String {
    let (expression, problems) = crate::parse_json_expression(FileId::from_index(0), text);
    format!("{}\n{}", expr(expression.expr()), diagnostics(text, &problems))
}

/// Shows diagnostics: place, summary and subject, detail, labels and help.
pub(crate) fn diagnostics(text: &str, problems: &Diagnostics) -> String {
    let mut map = SourceMap::new();
    let id = map.add("t", text);
    let mut out = String::new();
    for d in problems {
        let place = d.subject.map_or("?".to_owned(), |s| map.place(s)[2..].to_owned());
        let subject = d.subject.map_or("", |s| map.file(id).slice(s));
        let _ = writeln!(out, "{place} {} {subject:?}: {}", d.summary, d.detail);
        for label in &d.labels {
            let place = &map.place(label.span)[2..];
            let _ =
                writeln!(out, "    {place} {:?} {}", map.file(id).slice(label.span), label.text);
        }
        for help in &d.help {
            let _ = writeln!(out, "    help: {help}");
        }
    }
    out
}

fn body(out: &mut String, body_: Body<'_>, indent: usize) {
    let pad = "  ".repeat(indent);
    for attribute in body_.attributes() {
        let _ = writeln!(out, "{pad}{} = {}", attribute.name, expr(attribute.expr));
    }
    for block in body_.blocks() {
        let _ = writeln!(out, "{pad}{} {{", block.header());
        body(out, block.body(), indent + 1);
        let _ = writeln!(out, "{pad}}}");
    }
}

/// An expression as nested lists.
pub(crate) fn expr(e: Expr<'_>) -> String {
    let all = |items: &mut dyn Iterator<Item = Expr<'_>>| {
        items.map(|e| format!(" {}", expr(e))).collect::<String>()
    };
    match e.kind() {
        ExprKind::Invalid => "INVALID".to_owned(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(text) => text.to_owned(),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::JsonString(string) => match string.template() {
            Ok(template) => format!("(json {:?} {})", string.literal(), expr(template)),
            Err(problems) => format!("(json {:?} {} problems)", string.literal(), problems.len()),
        },
        ExprKind::Template(parts) => format!("(template{})", all(&mut parts.iter())),
        ExprKind::TemplateWrap(inner) => format!("(wrap {})", expr(inner)),
        ExprKind::TemplateJoin(inner) => format!("(join {})", expr(inner)),
        ExprKind::Tuple(elements) => format!("[{}]", all(&mut elements.iter()).trim_start()),
        ExprKind::Object(object) => {
            let items = object.items().map(|item| {
                let bare = if item.bare_key().is_some() { "'" } else { "" };
                format!("{bare}{}={}", expr(item.key()), expr(item.value()))
            });
            format!("{{{}}}", items.collect::<Vec<_>>().join(" "))
        }
        ExprKind::For(f) => {
            let mut out = String::from("(for");
            if f.makes_object() {
                out.push_str("-object");
            }
            if let Some(name) = f.key_name() {
                let _ = write!(out, " {name},");
            }
            let _ = write!(out, " {} in {}:", f.value_name(), expr(f.collection()));
            if let Some(key) = f.key() {
                let _ = write!(out, " {} =>", expr(key));
            }
            let _ = write!(out, " {}", expr(f.value()));
            if f.is_grouped() {
                out.push_str(" group");
            }
            if let Some(condition) = f.condition() {
                let _ = write!(out, " if {}", expr(condition));
            }
            out + ")"
        }
        ExprKind::Traversal(t) => format!("{}{}", t.root(), steps(&mut t.steps().iter())),
        ExprKind::RelativeTraversal { source, steps: s } => {
            format!("(get {} {})", expr(source), steps(&mut s.iter()))
        }
        ExprKind::Index { collection, key, .. } => {
            format!("(index {} {})", expr(collection), expr(key))
        }
        ExprKind::Splat { source, each, .. } => format!("(splat {} {})", expr(source), expr(each)),
        ExprKind::Anonymous => "@".to_owned(),
        ExprKind::Unary { signs, operand } => {
            let signs = signs.iter().map(|(op, _)| if op == UnaryOp::Negate { '-' } else { '!' });
            format!("({} {})", signs.collect::<String>(), expr(operand))
        }
        ExprKind::Binary { first, rest } => {
            let rest = rest.iter().map(|o| format!(" {} {}", o.op.symbol(), expr(o.expr)));
            format!("({}{})", expr(first), rest.collect::<String>())
        }
        ExprKind::Conditional { condition, yes, no } => {
            format!("(if {} {} {})", expr(condition), expr(yes), expr(no))
        }
        ExprKind::Call(call) => {
            let dots = if call.expands_last() { "..." } else { "" };
            format!("(call {}{}{dots})", call.name(), all(&mut call.args().iter()))
        }
        ExprKind::Parens(inner) => format!("(parens {})", expr(inner)),
    }
}

fn steps(steps: &mut dyn Iterator<Item = Step<'_>>) -> String {
    steps
        .map(|step| match step.kind {
            StepKind::Attribute(name) => format!(".{name}"),
            StepKind::Key(key) => format!("[{key:?}]"),
            StepKind::Index(number) => format!("[{number}]"),
            StepKind::Odd(key) => format!("[{}]", expr(key)),
            StepKind::Splat => "[*]".to_owned(),
        })
        .collect()
}
