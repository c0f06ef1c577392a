//! `terraform`: settings of a module.

use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{Attribute, AttributeSchema, Block, BlockSchema, BodySchema, suggest};

use super::required_providers::{self, RequiredProvider};
use super::{language, refused};
use crate::config::context::Context;
use crate::config::{Body, Dialect, constant, provider_ref};

/// Where the state is kept.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The type of a backend; nothing for a `cloud` block.
    pub kind: Option<BackendKind>,
    pub body: Body,
    /// The header of the block.
    pub span: Span,
}

/// The type of a backend.
#[derive(Clone, Debug)]
pub struct BackendKind {
    pub name: Arc<str>,
    pub span: Span,
}

impl Backend {
    #[must_use]
    pub fn is_cloud(&self) -> bool {
        self.kind.is_none()
    }
}

/// What a module tells a provider about itself.
#[derive(Clone, Debug)]
pub struct ProviderMeta {
    /// The local name of the provider.
    pub name: Arc<str>,
    pub name_span: Span,
    pub body: Body,
    pub span: Span,
}

/// A body that somebody else reads, and where it stands.
#[derive(Clone, Debug)]
pub struct Settings {
    pub body: Body,
    pub span: Span,
}

/// What one block holds.
#[derive(Default)]
pub(in crate::config) struct Lowered {
    pub(in crate::config) backends: Vec<Backend>,
    pub(in crate::config) required_providers: Vec<(Span, Vec<RequiredProvider>)>,
    pub(in crate::config) provider_metas: Vec<ProviderMeta>,
    pub(in crate::config) encryptions: Vec<Settings>,
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[
        AttributeSchema::optional("required_version"),
        AttributeSchema::optional("experiments"),
        AttributeSchema::optional("language"),
    ],
    &[
        BlockSchema::new("backend", &["type"]),
        BlockSchema::new("cloud", &[]),
        BlockSchema::new("required_providers", &[]),
        BlockSchema::new("provider_meta", &["provider"]),
        BlockSchema::new("encryption", &[]),
        BlockSchema::new("state_store", &["type"]),
    ],
);

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Lowered {
    let content = block.body().content(&SCHEMA, ctx.diags);
    let mut found = Lowered::default();
    if ctx.dialect != Dialect::OpenTofu {
        if let Some(attribute) = content.attribute("experiments") {
            experiments(&attribute, ctx);
        }
        if let Some(attribute) = content.attribute("language") {
            edition(&attribute, ctx);
        }
    }
    for inner in content.blocks() {
        let span = inner.header_span();
        let body = ctx.rest(&inner, &[]);
        match inner.block_type() {
            "backend" => {
                let kind =
                    inner.label(0).map(|l| BackendKind { name: l.text.into(), span: l.span });
                found.backends.push(Backend { kind, body, span });
            }
            "cloud" => found.backends.push(Backend { kind: None, body, span }),
            "required_providers" => {
                found.required_providers.push((span, required_providers::lower(&inner, ctx)));
            }
            "provider_meta" => found.provider_metas.extend(provider_meta(&inner, body, ctx)),
            "encryption" => found.encryptions.push(Settings { body, span }),
            _ => ctx.report(refused::block(&inner, refused::STATE_STORES)),
        }
    }
    found
}

fn provider_meta(block: &Block<'_>, body: Body, ctx: &mut Context<'_>) -> Option<ProviderMeta> {
    let name = block.label(0)?;
    for attribute in block.body().just_attributes(ctx.diags) {
        constant::value(attribute.expr, ctx.diags);
    }
    if let Some(problem) = provider_ref::check_local_name(name.text, name.span) {
        ctx.report(problem);
        return None;
    }
    let span = block.header_span();
    Some(ProviderMeta { name: name.text.into(), name_span: name.span, body, span })
}

/// Experiments of Terraform whose features are now part of the language.
const CONCLUDED: [&str; 7] = [
    "config_driven_move",
    "ephemeral_values",
    "module_variable_optional_attrs",
    "preconditions_postconditions",
    "template_string_func",
    "variable_validation",
    "variable_validation_crossref",
];

fn experiments(attribute: &Attribute<'_>, ctx: &mut Context<'_>) {
    for (keyword, span) in language::keywords(attribute, ctx) {
        if CONCLUDED.contains(&keyword) {
            ctx.report(
                Diagnostic::warning(
                    "Concluded experiment",
                    format!("What the experiment {keyword} was about is part of the language now."),
                )
                .at(span)
                .help("Remove it."),
            );
            continue;
        }
        let problem = Diagnostic::error(
            "Unknown experiment keyword",
            format!("There is no experiment {keyword} in wb."),
        )
        .at(span);
        ctx.report(match suggest::nearest(keyword, CONCLUDED) {
            Some(near) => problem.help(format!("Did you mean {near}?")),
            None => problem,
        });
    }
}

fn edition(attribute: &Attribute<'_>, ctx: &mut Context<'_>) {
    match attribute.expr.as_keyword() {
        Some("TF2021") => {}
        Some(other) => ctx.report(
            Diagnostic::error(
                "Unsupported language edition",
                format!("There is no edition {other} of Terraform's language in wb, only TF2021."),
            )
            .at(attribute.expr.span()),
        ),
        None => ctx.report(
            Diagnostic::error(
                "Invalid language edition",
                "The argument \"language\" takes a keyword without quotes. There is only TF2021, which need not be said.",
            )
            .at(attribute.expr.span()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn settings_are_checked() {
        let text = r#"
terraform {
  required_versoin = "1"
  experiments      = [variable_validation, unknown]
  language         = TF2020
  state_store "x" {}
  provider_meta "aws" {
    a = var.x
  }
}
"#;
        expect![[r#"
            error main.tf:3:3 <required_versoin> Unsupported argument
            warning main.tf:4:23 <variable_validation> Concluded experiment
            error main.tf:4:44 <unknown> Unknown experiment keyword
            error main.tf:5:22 <TF2020> Unsupported language edition
            error main.tf:6:3 <state_store> Unsupported block type
            error main.tf:8:9 <var.x> Variables not allowed
        "#]]
        .assert_eq(&problems(text));
    }
}
