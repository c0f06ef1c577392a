//! `import`: objects that exist, to be taken into the state.

use std::sync::Arc;

use wb_core::addr::parts::PartKind;
use wb_core::addr::{AbsInstance, ConfigResource, InstanceKey, Mode, Part};
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{
    Attribute, AttributeSchema, Block, BodySchema, Content, Expr, ExprKind, Expression, Steps,
    Traversal,
};

use crate::config::context::Context;
use crate::config::{ProviderRef, address, provider_ref};

/// An object, or with `for_each` several, and the addresses to give them.
#[derive(Clone, Debug)]
pub struct Import {
    pub to: ImportTarget,
    pub what: ImportKey,
    pub for_each: Option<Expression>,
    /// Only where the resource is not declared, so that its configuration is to be generated.
    pub provider: Option<ProviderRef>,
    pub span: Span,
}

/// What names the object in the remote system.
#[derive(Clone, Debug)]
pub enum ImportKey {
    Id(Expression),
    Identity(Expression),
}

/// An address relative to the module, whose keys may be computed.
#[derive(Clone, Debug)]
pub struct ImportTarget {
    pub resource: ConfigResource,
    /// The keys of the module calls on the way, outermost first, and last that of the resource.
    pub keys: Arc<[TargetKey]>,
    pub span: Span,
}

/// A key in an address.
#[derive(Clone, Debug)]
pub enum TargetKey {
    /// None, or one that is written out.
    Constant(InstanceKey),
    Expression(Expression),
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[
        AttributeSchema::required("to"),
        AttributeSchema::optional("id"),
        AttributeSchema::optional("identity"),
        AttributeSchema::optional("for_each"),
        AttributeSchema::optional("provider"),
    ],
    &[],
);

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Import> {
    let content = block.body().content(&SCHEMA, ctx.diags);
    let to = content.attribute("to").and_then(|a| target(a.expr, ctx));
    let what = key(block, &content, ctx);
    let provider = content.attribute("provider").and_then(|a| provider(&a, to.as_ref(), ctx));
    Some(Import {
        to: to?,
        what: what?,
        for_each: content.attribute("for_each").map(|a| ctx.keep(a.expr)),
        provider,
        span: block.header_span(),
    })
}

fn key(block: &Block<'_>, content: &Content<'_, '_>, ctx: &mut Context<'_>) -> Option<ImportKey> {
    match (content.attribute("id"), content.attribute("identity")) {
        (Some(id), None) => Some(ImportKey::Id(ctx.keep(id.expr))),
        (None, Some(identity)) => Some(ImportKey::Identity(ctx.keep(identity.expr))),
        (Some(id), Some(identity)) => {
            ctx.report(
                Diagnostic::error(
                    "Conflicting import arguments",
                    "Both \"id\" and \"identity\" say which object to import, so only one of them may be set.",
                )
                .at(identity.name_span)
                .label(id.name_span, "also set here"),
            );
            None
        }
        (None, None) => {
            ctx.report(
                Diagnostic::error(
                    "Missing required import argument",
                    "Nothing says which object to import.",
                )
                .at(block.header_span())
                .help("Set \"id\" to the identifier that the provider documents for this resource type, or \"identity\" to an object of its identifying attributes."),
            );
            None
        }
    }
}

fn provider(
    attribute: &Attribute<'_>,
    to: Option<&ImportTarget>,
    ctx: &mut Context<'_>,
) -> Option<ProviderRef> {
    if to.is_some_and(|to| !to.resource.module.is_root()) {
        ctx.report(
            Diagnostic::error(
                "Invalid import provider argument",
                "Which provider a resource within a module uses is decided by the module and by its call, not by the import.",
            )
            .at(attribute.name_span)
            .help("Remove this argument; pass the provider to the module in the argument \"providers\" of its call."),
        );
        return None;
    }
    provider_ref::lower(attribute.expr, "provider", ctx)
}

/// Reads the address of an import; in JSON from a string.
fn target(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<ImportTarget> {
    if !ctx.is_json() {
        return native_target(expr, ctx);
    }
    let Some((inner, problems)) = expr.expression_in_string() else {
        ctx.report(not_an_address(expr));
        return None;
    };
    let failed = problems.has_errors();
    ctx.diags.append(problems);
    let mut within = Context {
        tree: inner.tree(),
        dialect: ctx.dialect,
        is_override: ctx.is_override,
        diags: &mut *ctx.diags,
    };
    if failed { None } else { native_target(inner.expr(), &mut within) }
}

fn native_target(expr: Expr<'_>, ctx: &mut Context<'_>) -> Option<ImportTarget> {
    let mut pieces = Vec::new();
    if !flatten(expr, &mut pieces) {
        if !matches!(expr.kind(), ExprKind::Invalid) {
            ctx.report(not_an_address(expr));
        }
        return None;
    }
    let elements: Vec<Element<'_>> = pieces.iter().flat_map(|p| p.elements(ctx)).collect();
    let parts: Vec<Part<'_>> = elements.iter().map(|(part, _)| part.clone()).collect();
    let instance = match AbsInstance::from_parts(&parts) {
        Ok(instance) => instance,
        Err(error) => {
            ctx.report(address::problem(&error, expr.span().file));
            return None;
        }
    };
    let resource = instance.resource.config();
    if resource.resource.mode != Mode::Managed {
        ctx.report(
            Diagnostic::error(
                "Invalid import address",
                "Only resources are imported: data sources are read, and ephemeral resources are kept in no state.",
            )
            .at(expr.span()),
        );
        return None;
    }
    Some(ImportTarget { resource, keys: keys(&elements), span: expr.span() })
}

/// What an address expression is made of, in the order of the text.
enum Piece<'t> {
    Traversal(Traversal<'t>),
    Steps(Steps<'t>),
    Key(Expr<'t>),
}

/// A part of the address, and the expression that its key is, where it is one.
type Element<'p> = (Part<'p>, Option<Expression>);

impl Piece<'_> {
    fn elements(&self, ctx: &Context<'_>) -> Vec<Element<'_>> {
        match self {
            Self::Traversal(traversal) => {
                address::parts(traversal).into_iter().map(|part| (part, None)).collect()
            }
            Self::Steps(steps) => steps.iter().map(|step| (address::part(step), None)).collect(),
            Self::Key(expr) => {
                // Any key will do to see whether the address is one.
                let span = expr.span();
                let kind = PartKind::Key(InstanceKey::Int(0));
                vec![(Part { kind, range: span.start..span.end }, Some(ctx.keep(*expr)))]
            }
        }
    }
}

/// Takes an expression apart. Recursion goes as deep as the expression.
fn flatten<'t>(expr: Expr<'t>, pieces: &mut Vec<Piece<'t>>) -> bool {
    match expr.kind() {
        ExprKind::Traversal(traversal) => {
            pieces.push(Piece::Traversal(traversal));
            true
        }
        ExprKind::RelativeTraversal { source, steps } => {
            let fits = flatten(source, pieces);
            pieces.push(Piece::Steps(steps));
            fits
        }
        ExprKind::Index { collection, key, .. } => {
            let fits = flatten(collection, pieces);
            pieces.push(Piece::Key(key));
            fits
        }
        _ => false,
    }
}

/// The keys of the modules and of the resource.
fn keys(steps: &[Element<'_>]) -> Arc<[TargetKey]> {
    let mut keys = Vec::new();
    let mut rest = steps;
    let take_key = |rest: &mut &[Element<'_>]| match rest.first() {
        Some((Part { kind: PartKind::Key(_), .. }, Some(expression))) => {
            *rest = &rest[1..];
            TargetKey::Expression(expression.clone())
        }
        Some((Part { kind: PartKind::Key(key), .. }, None)) => {
            *rest = &rest[1..];
            TargetKey::Constant(key.clone())
        }
        _ => TargetKey::Constant(InstanceKey::None),
    };
    while let [(keyword, _), _, after @ ..] = rest
        && keyword.name() == Some("module")
    {
        rest = after;
        keys.push(take_key(&mut rest));
    }
    // A type and a name, perhaps after a word for the mode, and then the key.
    let named = rest.iter().take_while(|(part, _)| part.name().is_some()).count();
    rest = &rest[named..];
    keys.push(take_key(&mut rest));
    keys.into()
}

fn not_an_address(expr: Expr<'_>) -> Diagnostic {
    Diagnostic::error(
        "Invalid import address expression",
        "The argument \"to\" takes the address of a resource or of one of its instances. Keys in it may be expressions, nothing else.",
    )
    .at(expr.span())
    .help("Write it like aws_vpc.main, aws_vpc.main[each.key] or module.net[var.name].aws_vpc.main.")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{problems, problems_of};

    #[test]
    fn addresses_may_have_computed_keys() {
        let text = r#"
import {
  to = module.a[each.key].module.b.t.x[var.k]
  id = each.value
}
import {
  to = t.x
  id = "a"
  identity = { a = 1 }
}
import {
  to = t.x
}
import {
  to = data.t.x
  id = "a"
}
import {
  to = t.x.id
  id = "a"
}
import {
  to = upper("t.x")
  id = "a"
}
import {
  to       = module.a.t.x
  id       = "a"
  provider = p.x
}
"#;
        expect![[r#"
            error main.tf:9:3 <identity> Conflicting import arguments | main.tf:8:3 also set here
            error main.tf:11:1 <import> Missing required import argument
            error main.tf:15:8 <data.t.x> Invalid import address
            error main.tf:19:11 <.id> Invalid address
            error main.tf:23:8 <upper("t.x")> Invalid import address expression
            error main.tf:29:3 <provider> Invalid import provider argument
        "#]]
        .assert_eq(&problems(text));
    }

    #[test]
    fn in_json_addresses_are_strings() {
        let text = r#"
{"import": [{"to": "t.x[each.key]", "id": "a", "for_each": "${var.x}"}, {"to": "t.", "id": "b"}]}
"#;
        expect![[r#"
            error main.tf.json:2:82 <.> Invalid attribute name
        "#]]
        .assert_eq(&problems_of(&[("main.tf.json", text)]));
    }
}
