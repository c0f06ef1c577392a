//! What lowering a block needs besides the block.

use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_hcl::{Block, BodySchema, Expr, Expression, Syntax, Tree};

use super::{Body, Dialect};

/// The file a block stands in, and where to report what is wrong with it.
pub(super) struct Context<'c> {
    pub(super) tree: &'c Arc<Tree>,
    pub(super) dialect: Dialect,
    pub(super) is_override: bool,
    pub(super) diags: &'c mut Diagnostics,
}

impl Context<'_> {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diags.push(diagnostic);
    }

    /// The expression with its tree.
    pub(super) fn keep(&self, expr: Expr<'_>) -> Expression {
        Expression::new(self.tree, expr.id())
    }

    /// What is left of a block after what the given schemas name.
    pub(super) fn rest(&self, block: &Block<'_>, read: &'static [&'static BodySchema]) -> Body {
        Body::new(self.tree, block.body().id(), read)
    }

    pub(super) fn is_json(&self) -> bool {
        self.tree.syntax() == Syntax::Json
    }
}

/// Accepts the first block of a kind that may occur once, and reports the others.
pub(super) struct Single {
    summary: &'static str,
    detail: &'static str,
    first: Option<Span>,
}

impl Single {
    /// `detail` says where there may be only one.
    pub(super) fn new(summary: &'static str, detail: &'static str) -> Self {
        Self { summary, detail, first: None }
    }

    /// Whether the block is the first.
    pub(super) fn accepts(&mut self, block: &Block<'_>, ctx: &mut Context<'_>) -> bool {
        let span = block.header_span();
        let Some(first) = self.first else {
            self.first = Some(span);
            return true;
        };
        let problem = Diagnostic::error(self.summary, self.detail);
        ctx.report(problem.at(span).label(first, "first defined here"));
        false
    }
}

/// Reports a block of a type that is kept for later.
pub(super) fn reserved_block(block: &Block<'_>, within: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Reserved block type name in {within} block"),
        format!(
            "Blocks of type {:?} have no meaning here; the name is reserved.",
            block.block_type()
        ),
    )
    .at(block.type_span())
}
