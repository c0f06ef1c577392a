//! References and keywords that are read as such and not evaluated: `depends_on`, `ignore_changes`, `when`.

use wb_core::diag::Diagnostic;
use wb_hcl::{Attribute, Expr, ExprKind, Traversal};

use super::context::Context;

/// The references of a list: `depends_on = [aws_vpc.main]`.
pub(super) fn list(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Vec<Traversal<'static>> {
    let Some(elements) = attribute.expr.as_list() else {
        if !matches!(attribute.expr.kind(), ExprKind::Invalid) {
            ctx.report(not_a_list(attribute));
        }
        return Vec::new();
    };
    elements.iter().filter_map(|element| one(element, ctx)).collect()
}

fn not_a_list(attribute: &Attribute<'_>) -> Diagnostic {
    Diagnostic::error(
        "Invalid expression",
        format!(
            "The argument {:?} takes a list of references that is written out.",
            attribute.name
        ),
    )
    .at(attribute.expr.span())
    .help(format!(
        "Write {} = [A, B], with references and no functions or conditions.",
        attribute.name
    ))
}

/// A reference, also where it is quoted as versions before Terraform 0.12 wanted it.
pub(super) fn one(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<Traversal<'static>> {
    if is_quoted(expr, ctx) {
        ctx.report(
            Diagnostic::warning(
                "Quoted references are deprecated",
                "References are written as they are. Quotes around them were needed before Terraform 0.12.",
            )
            .at(expr.span())
            .help("Remove the quotes around this reference."),
        );
        return in_string(expr, ctx);
    }
    if ctx.is_json() {
        return match expr.as_literal_string() {
            Some(_) => in_string(expr, ctx),
            None => report_no_reference(expr, ctx),
        };
    }
    match expr.as_traversal() {
        Some(traversal) => Some(traversal.keep(ctx.tree)),
        None => report_no_reference(expr, ctx),
    }
}

/// A keyword, also where it is quoted. Nothing where it is something else, which the caller reports.
pub(super) fn keyword<'t>(expr: Expr<'t>, ctx: &mut Context<'_>) -> Option<&'t str> {
    if !is_quoted(expr, ctx) {
        return expr.as_keyword();
    }
    ctx.report(
        Diagnostic::warning(
            "Quoted keywords are deprecated",
            "Keywords are written as they are. Quotes around them were needed before Terraform 0.12.",
        )
        .at(expr.span())
        .help("Remove the quotes around this keyword."),
    );
    expr.as_literal_string()
}

/// Whether an expression is a string although the syntax has no need of quotes here.
pub(super) fn is_quoted(expr: Expr<'_>, ctx: &Context<'_>) -> bool {
    !ctx.is_json() && matches!(expr.kind(), ExprKind::String(_))
}

fn in_string(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<Traversal<'static>> {
    let (traversal, problems) = expr.traversal_in_string()?;
    let failed = problems.has_errors();
    ctx.diags.append(problems);
    traversal.filter(|_| !failed)
}

fn report_no_reference(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<Traversal<'static>> {
    if !matches!(expr.kind(), ExprKind::Invalid) {
        ctx.report(
            Diagnostic::error(
                "Invalid expression",
                "A single reference is required here: a name, with attributes and constant keys. It is not evaluated, so it can have no functions, operators or templates.",
            )
            .at(expr.span()),
        );
    }
    None
}
