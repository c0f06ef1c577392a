//! Conditions with error messages: `precondition`, `postcondition`, `validation` and `assert` blocks.

use wb_core::addr::{Mode, ResourceAddr};
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{AttributeSchema, Block, BodySchema, Expr, Expression, Step, StepKind, Traversal};

use super::context::Context;

/// A condition, and what to say where it does not hold.
#[derive(Clone, Debug)]
pub struct CheckRule {
    pub condition: Expression,
    pub error_message: Expression,
    /// The type of the block.
    pub span: Span,
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[AttributeSchema::required("condition"), AttributeSchema::required("error_message")],
    &[],
);

/// What a condition's own block may be called in it.
pub(super) enum Subject<'a> {
    /// The condition must read the variable.
    Variable(&'a str),
    /// The condition must not read the resource: it has `self`.
    Resource(&'a ResourceAddr),
    Other,
}

/// Reads a block of conditions. Nothing where something is wrong with it, which is then reported.
pub(super) fn lower(
    block: &Block<'_>,
    subject: &Subject<'_>,
    ctx: &mut Context<'_>,
) -> Option<CheckRule> {
    let kind = block.block_type();
    if ctx.is_override {
        ctx.report(
            Diagnostic::error(
                format!("Can't override {kind} blocks"),
                format!("An override file cannot have {kind} blocks: it is not clear which one it would replace."),
            )
            .at(block.type_span())
            .help("Put the block in the file that declares what it belongs to."),
        );
        return None;
    }
    let content = block.body().content(&SCHEMA, ctx.diags);
    let condition = content.attribute("condition");
    if let Some(condition) = condition {
        check_condition(kind, condition.expr, subject, ctx);
    }
    let message = content.attribute("error_message");
    if let (Subject::Resource(addr), Some(message)) = (subject, message) {
        check_self(kind, message.expr, addr, ctx);
    }
    Some(CheckRule {
        condition: ctx.keep(condition?.expr),
        error_message: ctx.keep(message?.expr),
        span: block.type_span(),
    })
}

fn check_condition(kind: &str, condition: Expr<'_>, subject: &Subject<'_>, ctx: &mut Context<'_>) {
    match subject {
        Subject::Variable(name) if !condition.variables().any(|t| is_variable(&t, name)) => ctx.report(
            Diagnostic::error(
                "Invalid variable validation condition",
                format!("This condition does not read var.{name}, so it cannot tell a good value from a bad one."),
            )
            .at(condition.span()),
        ),
        Subject::Variable(_) => {}
        Subject::Resource(addr) if condition.variables().next().is_some() => {
            check_self(kind, condition, addr, ctx);
        }
        Subject::Other if condition.variables().next().is_some() => {}
        Subject::Resource(_) | Subject::Other => ctx.report(
            Diagnostic::error(
                format!("Invalid {kind} expression"),
                "This condition reads nothing from elsewhere in the configuration, so its result is always the same.",
            )
            .at(condition.span()),
        ),
    }
}

fn is_variable(traversal: &Traversal<'_>, name: &str) -> bool {
    traversal.root() == "var" && attribute(traversal.steps().get(0)) == Some(name)
}

fn check_self(kind: &str, expr: Expr<'_>, addr: &ResourceAddr, ctx: &mut Context<'_>) {
    let Some(own) = expr.variables().find(|t| names_resource(t, addr)) else { return };
    ctx.report(
        Diagnostic::error(
            format!("Invalid reference in {kind}"),
            format!("A {kind} of {addr} cannot refer to {addr} itself."),
        )
        .at(own.span())
        .help(match kind {
            "postcondition" => "Use self to refer to the object that the condition is about.",
            _ => "Check what the resource is made from; what it became is for a postcondition to check.",
        }),
    );
}

/// Whether a reference is to this resource or one of its instances.
pub(super) fn names_resource(traversal: &Traversal<'_>, addr: &ResourceAddr) -> bool {
    let steps = traversal.steps();
    let (mode, kind, at) = match traversal.root() {
        "data" => (Mode::Data, attribute(steps.get(0)), 1),
        "ephemeral" => (Mode::Ephemeral, attribute(steps.get(0)), 1),
        "resource" => (Mode::Managed, attribute(steps.get(0)), 1),
        root => (Mode::Managed, Some(root), 0),
    };
    mode == addr.mode && kind == Some(&*addr.kind) && attribute(steps.get(at)) == Some(&*addr.name)
}

fn attribute(step: Option<Step<'_>>) -> Option<&str> {
    match step?.kind {
        StepKind::Attribute(name) => Some(name),
        _ => None,
    }
}
