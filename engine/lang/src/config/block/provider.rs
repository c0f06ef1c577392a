//! `provider`: one configuration of a provider.

use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{AttributeSchema, Block, BlockSchema, BodySchema, Expression};

use super::required_providers::{VersionConstraint, version_constraint};
use crate::config::context::{Context, Single, reserved_block};
use crate::config::names::Keyed;
use crate::config::{Body, constant, provider_ref};

/// A configuration of a provider.
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// The local name of the provider.
    pub name: Arc<str>,
    pub name_span: Span,
    pub alias: Option<Arc<str>>,
    /// Old-fashioned: requirements belong into `required_providers`.
    pub version: Option<VersionConstraint>,
    /// Makes one instance for each key. Known before anything is evaluated.
    pub for_each: Option<Expression>,
    /// What the provider describes.
    pub body: Body,
    /// The header of the block.
    pub span: Span,
}

impl ProviderBlock {
    /// `aws` or `aws.west`.
    #[must_use]
    pub fn local(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{}.{alias}", self.name),
            None => self.name.to_string(),
        }
    }
}

impl Keyed for ProviderBlock {
    type Key<'k> = (&'k str, Option<&'k str>);

    fn key(&self) -> Self::Key<'_> {
        (&self.name, self.alias.as_deref())
    }

    fn has_key(&self, key: Self::Key<'_>) -> bool {
        self.key() == key
    }
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[
        AttributeSchema::optional("alias"),
        AttributeSchema::optional("version"),
        AttributeSchema::optional("for_each"),
        AttributeSchema::optional("count"),
        AttributeSchema::optional("depends_on"),
        AttributeSchema::optional("source"),
    ],
    &[
        BlockSchema::new("_", &[]),
        BlockSchema::new("lifecycle", &[]),
        BlockSchema::new("locals", &[]),
    ],
);
static READ: &[&BodySchema] = &[&SCHEMA];

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<ProviderBlock> {
    let name = block.label(0)?;
    let content = block.body().partial_content(&SCHEMA, ctx.diags);
    let problem = provider_ref::check_local_name(name.text, name.span);
    let is_named = problem.is_none();
    ctx.diags.extend(problem);
    let alias = content.attribute("alias").and_then(|a| {
        let alias = constant::string(a.expr, ctx.diags)?;
        if wb_hcl::is_identifier(&alias) {
            return Some(alias);
        }
        ctx.report(bad_alias(a.expr.span()));
        None
    });
    let has_alias = content.attribute("alias").is_some();
    let for_each = content.attribute("for_each");
    // Without its alias, the block would pass for another one.
    let is_sound = is_named && has_alias == alias.is_some() && (has_alias || for_each.is_none());
    if let Some(for_each) = for_each.filter(|_| !has_alias) {
        ctx.report(
            Diagnostic::error(
                "Alias required when using \"for_each\"",
                "Only a provider configuration with an alias can have several instances.",
            )
            .at(for_each.name_span)
            .help("Set \"alias\", and choose an instance with provider = NAME.ALIAS[KEY]."),
        );
    }
    for reserved in ["count", "depends_on", "source"] {
        if let Some(attribute) = content.attribute(reserved) {
            ctx.report(reserved_argument(reserved, attribute.name_span));
        }
    }
    let mut found = ProviderBlock {
        name: name.text.into(),
        name_span: name.span,
        alias,
        version: content.attribute("version").and_then(|a| {
            ctx.report(old_version(a.name_span));
            version_constraint(a.expr, "version", ctx)
        }),
        for_each: for_each.map(|a| ctx.keep(a.expr)),
        body: ctx.rest(block, READ),
        span: block.header_span(),
    };
    let mut escapes = Single::new(
        "Duplicate escaping block",
        "A provider block has at most one escaping block \"_\".",
    );
    for inner in content.blocks() {
        match inner.block_type() {
            "_" if escapes.accepts(&inner, ctx) => found.body.escape(ctx.tree, inner.body().id()),
            "_" => {}
            _ => ctx.report(reserved_block(&inner, "provider")),
        }
    }
    is_sound.then_some(found)
}

fn bad_alias(span: Span) -> Diagnostic {
    Diagnostic::error(
        "Invalid provider configuration alias",
        "An alias is a name: it starts with a letter or an underscore, and has only letters, digits, underscores and dashes.",
    )
    .at(span)
}

fn reserved_argument(name: &str, span: Span) -> Diagnostic {
    let problem = Diagnostic::error(
        "Reserved argument name in provider block",
        format!("The argument {name:?} has no meaning in a provider block; the name is reserved."),
    )
    .at(span);
    match name {
        "source" => problem
            .help("Say where the provider comes from in terraform { required_providers { … } }."),
        "count" => problem.help("Use for_each for several instances."),
        _ => problem,
    }
}

fn old_version(span: Span) -> Diagnostic {
    Diagnostic::warning(
        "Version constraints inside provider configuration blocks are deprecated",
        "Which versions of a provider will do is said once for the module, not in each configuration.",
    )
    .at(span)
    .help("Move the constraint to terraform { required_providers { … } }.")
}

/// Lays what an override file says over what is declared.
pub(in crate::config) fn merge(base: &mut ProviderBlock, over: ProviderBlock) {
    if over.version.is_some() {
        base.version = over.version;
    }
    if over.for_each.is_some() {
        base.for_each = over.for_each;
    }
    base.body.override_with(&over.body);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn what_a_provider_block_may_have() {
        let text = r#"
provider "aws" {}
provider "aws" {
  for_each = toset(["a"])
  region   = each.key
}
provider "aws" {
  alias = "west"
}
provider "aws" {
  alias   = "west"
  version = ">= 1.x"
}
provider "aws" {
  alias = "1"
}
provider "Aws_x" {}
"#;
        expect![[r#"
            error main.tf:4:3 <for_each> Alias required when using "for_each"
            error main.tf:10:1 <provider "aws"> Duplicate provider configuration | main.tf:7:1 first declared here
            warning main.tf:12:3 <version> Version constraints inside provider configuration blocks are deprecated
            error main.tf:12:17 <1.x> Invalid version constraint
            error main.tf:15:11 <"1"> Invalid provider configuration alias
            error main.tf:17:10 <"Aws_x"> Invalid provider local name
        "#]].assert_eq(&problems(text));
    }
}
