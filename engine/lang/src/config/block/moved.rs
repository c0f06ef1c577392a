//! `moved`: what was called otherwise before.

use wb_core::addr::MoveEndpoint;
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{AttributeSchema, Block, BodySchema, Content};

use crate::config::address;
use crate::config::context::Context;

/// A record of a rename, with addresses relative to the module.
#[derive(Clone, Debug)]
pub struct Moved {
    pub from: MoveEndpoint,
    pub from_span: Span,
    pub to: MoveEndpoint,
    pub to_span: Span,
    pub span: Span,
}

static SCHEMA: BodySchema =
    BodySchema::fixed(&[AttributeSchema::required("from"), AttributeSchema::required("to")], &[]);

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Moved> {
    let content = block.body().content(&SCHEMA, ctx.diags);
    let from = endpoint(&content, "from", ctx);
    let to = endpoint(&content, "to", ctx);
    let ((from, from_span), (to, to_span)) = (from?, to?);
    let span = block.header_span();
    if from.is_module() != to.is_module() {
        ctx.report(
            Diagnostic::error(
                "Invalid \"moved\" addresses",
                "The addresses in \"from\" and \"to\" must both be of modules, or both of resources.",
            )
            .at(to_span)
            .label(from_span, format!("this is the address of {}", kind(&from)))
            .within(block.span()),
        );
        return None;
    }
    Some(Moved { from, from_span, to, to_span, span })
}

fn kind(endpoint: &MoveEndpoint) -> &'static str {
    if endpoint.is_module() { "a module" } else { "a resource" }
}

fn endpoint(
    content: &Content<'_, '_>,
    name: &str,
    ctx: &mut Context<'_>,
) -> Option<(MoveEndpoint, Span)> {
    let attribute = content.attribute(name)?;
    let traversal = address::traversal(attribute.expr, ctx)?;
    let endpoint = address::parse(&traversal, ctx, MoveEndpoint::from_parts)?;
    if !endpoint.is_allowed() {
        ctx.report(
            Diagnostic::error(
                "Invalid \"moved\" address",
                "What is ephemeral is kept in no state, so there is nothing to move.",
            )
            .at(traversal.span()),
        );
        return None;
    }
    Some((endpoint, traversal.span()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn both_ends_are_of_one_kind() {
        let text = r#"
moved {
  from = t.a
  to   = module.b
}
moved {
  from = ephemeral.t.a
  to   = "t.b"
}
moved {
  from = t.a[each.key]
  to   = t.b["k"]
}
moved {
  from = t
}
moved {
  from = module.a["x"].t.a
  to   = t.b[0]
}
"#;
        expect![[r#"
            error main.tf:4:10 <module.b> Invalid "moved" addresses | main.tf:3:10 this is the address of a resource
            error main.tf:7:10 <ephemeral.t.a> Invalid "moved" address
            error main.tf:8:10 <"t.b"> Invalid expression
            error main.tf:11:10 <t.a[each.key]> Invalid expression
            error main.tf:14:7 <{> Missing required argument
            error main.tf:15:10 <t> Invalid address
        "#]].assert_eq(&problems(text));
    }
}
