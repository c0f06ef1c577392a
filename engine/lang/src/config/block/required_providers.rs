//! `required_providers`: where the providers of a module come from, and which versions will do.

use std::sync::Arc;

use wb_core::addr::Provider;
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_core::version::Constraints;
use wb_hcl::{Attribute, Block, Expr, ExprKind, StepKind, suggest};

use crate::config::context::Context;
use crate::config::names::Keyed;
use crate::config::{constant, provider_ref, references};

/// What a module needs of one provider.
#[derive(Clone, Debug)]
pub struct RequiredProvider {
    /// What the module calls it.
    pub name: Arc<str>,
    /// As written, where it is.
    pub source: Option<Arc<str>>,
    pub provider: Provider,
    pub version: Option<VersionConstraint>,
    /// Configurations that the module gets from its caller.
    pub aliases: Vec<ProviderAlias>,
    /// The name.
    pub span: Span,
}

/// A configuration that a module gets from its caller: `aws.west`.
#[derive(Clone, Debug)]
pub struct ProviderAlias {
    pub alias: Arc<str>,
    pub span: Span,
}

/// Which versions will do, and where that is said.
#[derive(Clone, Debug)]
pub struct VersionConstraint {
    pub constraints: Constraints,
    pub span: Span,
}

impl Keyed for RequiredProvider {
    type Key<'k> = &'k str;

    fn key(&self) -> &str {
        &self.name
    }

    fn has_key(&self, key: &str) -> bool {
        &*self.name == key
    }
}

const ARGUMENTS: [&str; 3] = ["source", "version", "configuration_aliases"];

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Vec<RequiredProvider> {
    let attributes = block.body().just_attributes(ctx.diags);
    attributes.iter().filter_map(|attribute| one(attribute, ctx)).collect()
}

fn one(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Option<RequiredProvider> {
    let name = attribute.name;
    let span = attribute.name_span;
    if let Some(problem) = provider_ref::check_local_name(name, span) {
        ctx.report(problem);
        return None;
    }
    let mut required = RequiredProvider {
        name: name.into(),
        source: None,
        provider: Provider::implied(name),
        version: None,
        aliases: Vec::new(),
        span,
    };
    match attribute.expr.kind() {
        ExprKind::Object(object) => {
            for item in object.items() {
                argument(item.key(), item.value(), &mut required, ctx);
            }
        }
        // The form of Terraform 0.12: only a version.
        ExprKind::String(_) | ExprKind::JsonString(_) => {
            required.version = version_constraint(attribute.expr, name, ctx);
        }
        ExprKind::Invalid => return None,
        _ => {
            ctx.report(
                Diagnostic::error(
                    "Invalid required_providers object",
                    format!("What is required of the provider {name:?} is written as an object."),
                )
                .at(attribute.expr.span())
                .help(format!(
                    "Write {name} = {{ source = \"NAMESPACE/{name}\", version = \"~> 1.0\" }}."
                )),
            );
            return None;
        }
    }
    Some(required)
}

fn argument(
    key: Expr<'_>,
    value: Expr<'_>,
    required: &mut RequiredProvider,
    ctx: &mut Context<'_>,
) {
    let Some(name) = key.as_bare_word().or_else(|| key.as_literal_string()) else {
        return ctx.report(unknown_argument("", key.span()));
    };
    match name {
        "version" => required.version = version_constraint(value, "version", ctx),
        "source" => source(value, required, ctx),
        "configuration_aliases" => aliases(value, required, ctx),
        _ => ctx.report(unknown_argument(name, key.span())),
    }
}

fn unknown_argument(name: &str, span: Span) -> Diagnostic {
    let problem = Diagnostic::error(
        "Invalid required_providers object",
        "Only source, version and configuration_aliases can be said of a required provider.",
    )
    .at(span);
    match suggest::nearest(name, ARGUMENTS) {
        Some(near) => problem.help(format!("Did you mean {near:?}?")),
        None => problem.help("Configure the provider in a provider block."),
    }
}

fn source(value: Expr<'_>, required: &mut RequiredProvider, ctx: &mut Context<'_>) {
    let Some(text) = constant_string(value, "Invalid source", ctx) else { return };
    match Provider::parse(&text) {
        Ok(provider) => {
            required.provider = provider;
            required.source = Some(text);
        }
        Err(error) => {
            ctx.report(Diagnostic::error(error.summary(), error.to_string()).at(value.span()));
        }
    }
}

/// A string that is written out.
fn constant_string(
    value: Expr<'_>,
    summary: &'static str,
    ctx: &mut Context<'_>,
) -> Option<Arc<str>> {
    let text = value.as_literal_string();
    if text.is_none() && !matches!(value.kind(), ExprKind::Invalid) {
        ctx.report(
            Diagnostic::error(summary, "This must be a string that is written out, because it is needed before anything is evaluated.")
                .at(value.span()),
        );
    }
    text.map(Arc::from)
}

/// Reads a version constraint that must be constant.
pub(in crate::config) fn version_constraint(
    value: Expr<'_>,
    argument: &str,
    ctx: &mut Context<'_>,
) -> Option<VersionConstraint> {
    let text = match value.kind() {
        ExprKind::Null | ExprKind::Invalid => return None,
        ExprKind::String(_) | ExprKind::JsonString(_) => value.as_literal_string()?.into(),
        _ => constant::string(value, ctx.diags)?,
    };
    match Constraints::parse(&text) {
        Ok(constraints) => Some(VersionConstraint { constraints, span: value.span() }),
        Err(error) => {
            ctx.report(bad_constraint(&error, argument, value));
            None
        }
    }
}

/// Reports what is no version constraint, at the part of the string that is at fault.
pub(crate) fn bad_constraint(
    error: &wb_core::version::ConstraintError,
    argument: &str,
    value: Expr<'_>,
) -> Diagnostic {
    let span = value.span();
    let inner = match value.kind() {
        // The offsets are right where the string has no escapes.
        ExprKind::String(text) if value.text().len() == text.len() + 2 => {
            let range = error.range();
            Span::new(span.file, span.start + 1 + range.start, span.start + 1 + range.end)
        }
        _ => span,
    };
    let at = if inner.is_empty() { span } else { inner };
    Diagnostic::error(
        "Invalid version constraint",
        format!("The value of {argument:?} is no version constraint: {error}."),
    )
    .at(at)
    .within(span)
}

fn aliases(value: Expr<'_>, required: &mut RequiredProvider, ctx: &mut Context<'_>) {
    let Some(elements) = value.as_list() else {
        ctx.report(bad_alias(&required.name, value.span()));
        return;
    };
    for element in elements.iter() {
        let Some(traversal) = references::one(element, ctx) else { continue };
        let steps = traversal.steps();
        let alias = match steps.get(0).map(|step| step.kind) {
            Some(StepKind::Attribute(alias)) if steps.len() == 1 => alias,
            _ => {
                ctx.report(bad_alias(&required.name, element.span()));
                continue;
            }
        };
        if traversal.root() != &*required.name {
            ctx.report(bad_alias(&required.name, traversal.root_span()));
            continue;
        }
        required.aliases.push(ProviderAlias { alias: alias.into(), span: traversal.span() });
    }
}

fn bad_alias(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "Invalid configuration_aliases value",
        format!("The configurations that the module gets from its caller are written {name}.ALIAS, in a list."),
    )
    .at(span)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn what_is_required_is_checked() {
        let text = r#"
terraform {
  required_providers {
    a = "~> 1.0"
    b = {
      source  = "acme/b/c/d"
      version = "=> 1.0"
    }
    c = {
      sorce                 = "acme/c"
      configuration_aliases = [c.x, d.y, c]
    }
    d = ["~> 1.0"]
    e = {
      version = "1.0 2.0"
    }
    f = {
      source = var.x
    }
    terraform-provider-g = {}
  }
}
"#;
        expect![[r#"
            error main.tf:6:17 <"acme/b/c/d"> Invalid provider source string
            error main.tf:7:18 <=>> Invalid version constraint
            error main.tf:10:7 <sorce> Invalid required_providers object
            error main.tf:11:37 <d> Invalid configuration_aliases value
            error main.tf:11:42 <c> Invalid configuration_aliases value
            error main.tf:13:9 <["~> 1.0"]> Invalid required_providers object
            error main.tf:15:22 <2.0> Invalid version constraint
            error main.tf:18:16 <var.x> Invalid source
        "#]]
        .assert_eq(&problems(text));
    }
}
