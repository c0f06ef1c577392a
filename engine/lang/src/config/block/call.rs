//! `module`: a call of another module.

use std::collections::HashMap;
use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{
    Attribute, AttributeSchema, Block, BlockSchema, BodySchema, ExprKind, Expression, Traversal,
};

use crate::config::context::{Context, Single, reserved_block};
use crate::config::names::{Keyed, require_name};
use crate::config::repetition::{Arguments, Repetition};
use crate::config::{Body, ProviderRef, constant, provider_ref, references};

/// A call of another module.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    pub name: Arc<str>,
    /// The header of the block.
    pub span: Span,
    /// Missing only where something was reported.
    pub source: Option<Expression>,
    pub version: Option<Expression>,
    /// The values of the module's variables.
    pub body: Body,
    pub repetition: Repetition,
    /// Provider configurations that the module gets from its caller.
    pub providers: Vec<PassedProvider>,
    pub depends_on: Vec<Traversal<'static>>,
    /// Not to warn of what is deprecated within the module.
    pub ignore_nested_deprecations: bool,
}

/// A provider configuration under the name that it has in the called module, and in the calling one.
#[derive(Clone, Debug)]
pub struct PassedProvider {
    pub child: ProviderRef,
    pub parent: ProviderRef,
}

impl Keyed for ModuleCall {
    type Key<'k> = &'k str;

    fn key(&self) -> &str {
        &self.name
    }

    fn has_key(&self, key: &str) -> bool {
        &*self.name == key
    }
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[
        AttributeSchema::optional("source"),
        AttributeSchema::optional("version"),
        AttributeSchema::optional("count"),
        AttributeSchema::optional("for_each"),
        AttributeSchema::optional("depends_on"),
        AttributeSchema::optional("providers"),
        AttributeSchema::optional("ignore_nested_deprecations"),
    ],
    &[
        BlockSchema::new("_", &[]),
        BlockSchema::new("lifecycle", &[]),
        BlockSchema::new("locals", &[]),
        BlockSchema::new("provider", &["type"]),
    ],
);
static LIFECYCLE: BodySchema = BodySchema::fixed(&[AttributeSchema::optional("enabled")], &[]);
static READ: &[&BodySchema] = &[&SCHEMA];

/// Whether a name means something in a module block, so that no variable can have it.
pub(super) fn is_reserved(name: &str) -> bool {
    SCHEMA.attribute(name).is_some() || SCHEMA.block(name).is_some()
}

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<ModuleCall> {
    let name = block.label(0)?;
    let content = block.body().partial_content(&SCHEMA, ctx.diags);
    let is_named = require_name(name, "Invalid module instance name", ctx.diags);
    let source = content.attribute("source");
    if source.is_none() && !ctx.is_override {
        ctx.report(no_source(block));
    }
    let depends_on = content.attribute("depends_on");
    let quiet = content.attribute("ignore_nested_deprecations");
    let mut call = ModuleCall {
        name: name.text.into(),
        span: block.header_span(),
        source: source.map(|a| ctx.keep(a.expr)),
        version: content.attribute("version").map(|a| ctx.keep(a.expr)),
        body: ctx.rest(block, READ),
        repetition: Repetition::None,
        providers: content.attribute("providers").map(|a| providers(&a, ctx)).unwrap_or_default(),
        depends_on: depends_on.map(|a| references::list(&a, ctx)).unwrap_or_default(),
        ignore_nested_deprecations: quiet
            .and_then(|a| constant::boolean(a.expr, ctx.diags))
            .unwrap_or_default(),
    };
    let mut arguments = Arguments {
        count: content.attribute("count"),
        for_each: content.attribute("for_each"),
        enabled: None,
    };
    let mut lifecycles =
        Single::new("Duplicate lifecycle block", "A module call has at most one lifecycle block.");
    let mut escapes = Single::new(
        "Duplicate escaping block",
        "A module call has at most one escaping block \"_\".",
    );
    for inner in content.blocks() {
        match inner.block_type() {
            "lifecycle" if lifecycles.accepts(&inner, ctx) => {
                arguments.enabled =
                    inner.body().content(&LIFECYCLE, ctx.diags).attribute("enabled");
            }
            "_" if escapes.accepts(&inner, ctx) => call.body.escape(ctx.tree, inner.body().id()),
            "lifecycle" | "_" => {}
            _ => ctx.report(reserved_block(&inner, "module")),
        }
    }
    call.repetition = arguments.lower("instances of the module", ctx);
    is_named.then_some(call)
}

fn no_source(block: &Block<'_>) -> Diagnostic {
    Diagnostic::error(
        "Missing required argument",
        "The argument \"source\" is required, but it is not set: it says where the module is.",
    )
    .at(block.body().missing_item_span())
    .within(block.header_span())
    .help("Set it to a path like \"./network\", to the address of a module in a registry, or to that of a repository.")
}

fn providers(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Vec<PassedProvider> {
    let Some(object) = attribute.expr.as_map() else {
        if !matches!(attribute.expr.kind(), ExprKind::Invalid) {
            ctx.report(
                Diagnostic::error(
                    "Invalid expression",
                    "The argument \"providers\" takes an object that is written out, with the module's names for providers as keys.",
                )
                .at(attribute.expr.span())
                .help("Write it like providers = { aws = aws.west }."),
            );
        }
        return Vec::new();
    };
    let mut passed = Vec::new();
    let mut first = HashMap::new();
    for item in object.items() {
        let child = provider_ref::lower(item.key(), "providers", ctx);
        let parent = provider_ref::lower(item.value(), "providers", ctx);
        let (Some(child), Some(parent)) = (child, parent) else { continue };
        if let Some(before) = first.insert(child.local(), child.span) {
            ctx.report(
                Diagnostic::error(
                    "Duplicate provider address",
                    format!("The module gets a configuration for {} twice.", child.local()),
                )
                .at(child.span)
                .label(before, "first passed here"),
            );
            continue;
        }
        passed.push(PassedProvider { child, parent });
    }
    passed
}

/// Lays what an override file says over what is declared.
pub(in crate::config) fn merge(base: &mut ModuleCall, over: ModuleCall, ctx: &mut Context<'_>) {
    if let Some(first) = over.depends_on.first() {
        ctx.report(super::depends_on_overridden(first));
    }
    if over.source.is_some() {
        base.source = over.source;
    }
    if over.version.is_some() {
        base.version = over.version;
    }
    if !over.repetition.is_none() {
        base.repetition = over.repetition;
    }
    if !over.providers.is_empty() {
        base.providers = over.providers;
    }
    base.body.override_with(&over.body);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn what_a_call_may_have() {
        let text = r#"
module "a" {
  version = "1.0"
}
module "b" {
  source = "./b"
  count  = 2
  lifecycle {
    enabled = true
  }
  providers = {
    aws      = aws.west
    aws      = aws
    gcp.x    = "gcp"
    aws_west = aws
  }
  provider "aws" {}
  _ {
    count = 5
  }
}
module "c" {
  source    = "./c"
  providers = [aws]
}
"#;
        expect![[r#"
            error main.tf:2:12 <{> Missing required argument
            error main.tf:9:5 <enabled> Invalid combination of "count" and "enabled" | main.tf:7:3 also set here
            error main.tf:13:5 <aws> Duplicate provider address | main.tf:12:5 first passed here
            warning main.tf:14:16 <"gcp"> Quoted references are deprecated
            error main.tf:15:5 <aws_west> Invalid provider local name
            error main.tf:17:3 <provider> Reserved block type name in module block
            error main.tf:24:15 <[aws]> Invalid expression
        "#]].assert_eq(&problems(text));
    }
}
