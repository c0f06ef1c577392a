//! Addresses in `moved`, `removed` and `import` blocks: references that are read as addresses.

use wb_core::addr::parts::PartKind;
use wb_core::addr::{AddrError, InstanceKey, Part};
use wb_core::diag::Diagnostic;
use wb_core::source::{FileId, Span};
use wb_hcl::{Expr, Step, StepKind, Traversal};

use super::context::Context;
use super::references;

/// The reference that an address is.
pub(super) fn traversal(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<Traversal<'static>> {
    if !references::is_quoted(expr, ctx) {
        return references::one(expr, ctx);
    }
    ctx.report(
        Diagnostic::error("Invalid expression", "An address is written without quotes here.")
            .at(expr.span())
            .help("Remove the quotes."),
    );
    None
}

/// Reads a reference as an address.
pub(super) fn parse<T>(
    traversal: &Traversal<'_>,
    ctx: &mut Context<'_>,
    read: impl FnOnce(&[Part<'_>]) -> Result<T, AddrError>,
) -> Option<T> {
    let result = read(&parts(traversal));
    result.map_err(|error| ctx.report(problem(&error, traversal.span().file))).ok()
}

/// An address error as a diagnostic, where the parts' ranges are bytes of the file.
pub(super) fn problem(error: &AddrError, file: FileId) -> Diagnostic {
    let span = Span::new(file, error.range.start, error.range.end.max(error.range.start));
    Diagnostic::error(error.summary(), error.detail()).at(span)
}

/// A reference as the parts of an address, with bytes of the file.
pub(crate) fn parts<'t>(traversal: &'t Traversal<'_>) -> Vec<Part<'t>> {
    let root = traversal.root_span();
    let mut parts =
        vec![Part { kind: PartKind::Name(traversal.root()), range: root.start..root.end }];
    parts.extend(traversal.steps().iter().map(part));
    parts
}

/// A step as a part of an address.
pub(super) fn part(step: Step<'_>) -> Part<'_> {
    let kind = match step.kind {
        StepKind::Attribute(name) => PartKind::Name(name),
        StepKind::Key(key) => PartKind::Key(InstanceKey::string(key)),
        StepKind::Index(number) => match number.parse() {
            Ok(index) => PartKind::Key(InstanceKey::Int(index)),
            Err(_) => PartKind::BadKey,
        },
        StepKind::Odd(_) | StepKind::Splat => PartKind::BadKey,
    };
    Part { kind, range: step.span.start..step.span.end }
}
