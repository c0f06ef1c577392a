//! Which part of an expression made the part of a value that does not fit.

use wb_core::convert::ConvertError;
use wb_core::path::{Path, Step};
use wb_core::source::Span;
use wb_hcl::{Expr, ExprKind};

/// The innermost expression that is written out for the value at `path`.
#[must_use]
pub fn span(expr: Expr<'_>, path: &Path) -> Span {
    let mut at = expr;
    for step in path.steps() {
        match within(at, step) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at.span()
}

/// What is wrong, and where in the value: `.a[0]: a number is required`.
#[must_use]
pub fn describe(error: &ConvertError) -> String {
    if error.path.is_empty() { error.to_string() } else { format!("{}: {error}", error.path) }
}

fn within<'t>(expr: Expr<'t>, step: &Step) -> Option<Expr<'t>> {
    match (expr.kind(), step) {
        (ExprKind::Parens(inner), _) => within(inner, step),
        (ExprKind::Object(_), Step::GetAttr(name)) => item(expr, name),
        (ExprKind::Object(_), Step::Index(key)) => item(expr, key.unmarked().as_str()?),
        (ExprKind::Tuple(elements), Step::Index(key)) => {
            elements.get(key.unmarked().as_number()?.to_usize()?)
        }
        _ => None,
    }
}

/// The value of an object's item. Of two with one key the last counts.
fn item<'t>(object: Expr<'t>, name: &str) -> Option<Expr<'t>> {
    let has_name =
        |key: Expr<'t>| key.as_bare_word().or_else(|| key.as_literal_string()) == Some(name);
    let items = object.as_map()?.items();
    items.filter(|item| has_name(item.key())).last().map(wb_hcl::ObjectItem::value)
}
