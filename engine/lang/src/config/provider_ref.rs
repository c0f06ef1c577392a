//! References to provider configurations: `aws`, `aws.west`, `aws.by_region[each.key]`.

use std::sync::Arc;

use wb_core::addr::{InstanceKey, Provider};
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{Expr, ExprKind, Expression, StepKind, Traversal};

use super::context::Context;
use super::references;

/// A provider configuration as the blocks of one module name it.
#[derive(Clone, Debug)]
pub struct ProviderRef {
    /// The local name of the provider.
    pub name: Arc<str>,
    pub alias: Option<Arc<str>>,
    /// Which instance, where the configuration has several.
    pub key: Option<ProviderKey>,
    pub span: Span,
}

impl ProviderRef {
    /// As it is written, the key of an instance apart.
    #[must_use]
    pub fn written(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{}.{alias}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// The key of an instance of a provider configuration.
#[derive(Clone, Debug)]
pub enum ProviderKey {
    Constant(InstanceKey),
    Expression(Expression),
}

impl ProviderRef {
    /// The configuration without instance: `aws.west`.
    #[must_use]
    pub fn local(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{}.{alias}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// Reads a reference to a provider configuration. `argument` names the argument that takes it, for messages.
pub(super) fn lower(expr: Expr<'_>, argument: &str, ctx: &mut Context<'_>) -> Option<ProviderRef> {
    if !ctx.is_json() {
        return native(expr, argument, ctx);
    }
    let Some((inner, problems)) = expr.expression_in_string() else {
        ctx.report(invalid(argument).at(expr.span()));
        return None;
    };
    if problems.has_errors() {
        ctx.diags.append(problems);
        return None;
    }
    let mut within = Context {
        tree: inner.tree(),
        dialect: ctx.dialect,
        is_override: ctx.is_override,
        diags: &mut *ctx.diags,
    };
    native(inner.expr(), argument, &mut within)
}

fn native(expr: Expr<'_>, argument: &str, ctx: &mut Context<'_>) -> Option<ProviderRef> {
    let (config, key) = match expr.kind() {
        ExprKind::Index { collection, key, .. } => {
            (collection, Some(ProviderKey::Expression(ctx.keep(key))))
        }
        ExprKind::Invalid => return None,
        _ => (expr, None),
    };
    let traversal = if references::is_quoted(config, ctx) {
        references::one(config, ctx)?
    } else {
        match config.as_traversal() {
            Some(traversal) => traversal.keep(ctx.tree),
            None => {
                ctx.report(invalid(argument).at(expr.span()));
                return None;
            }
        }
    };
    from_traversal(&traversal, key, argument, ctx)
}

fn from_traversal(
    traversal: &Traversal<'_>,
    key: Option<ProviderKey>,
    argument: &str,
    ctx: &mut Context<'_>,
) -> Option<ProviderRef> {
    if let Some(problem) = check_local_name(traversal.root(), traversal.root_span()) {
        ctx.report(problem);
        return None;
    }
    let mut found =
        ProviderRef { name: traversal.root().into(), alias: None, key, span: traversal.span() };
    for (i, step) in traversal.steps().iter().enumerate() {
        match (i, step.kind) {
            (0, StepKind::Attribute(alias)) => found.alias = Some(alias.into()),
            (1, StepKind::Key(key)) if found.key.is_none() => {
                found.key = Some(ProviderKey::Constant(InstanceKey::string(key)));
            }
            (1, StepKind::Index(number)) if found.key.is_none() => {
                // Keys of provider instances are strings, and a number is converted as everywhere.
                found.key = Some(ProviderKey::Constant(InstanceKey::string(number)));
            }
            _ => {
                ctx.report(invalid(argument).at(step.span));
                return None;
            }
        }
    }
    if found.alias.is_none() && found.key.is_some() {
        ctx.report(
            Diagnostic::error(
                "Invalid provider configuration reference",
                "Only a provider configuration with an alias can have several instances, so a key needs an alias before it.",
            )
            .at(found.span),
        );
        return None;
    }
    Some(found)
}

fn invalid(argument: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid provider configuration reference",
        format!("The argument {argument:?} takes the local name of a provider, or that name with an alias and perhaps the key of an instance."),
    )
    .help("Write it like aws, aws.west or aws.by_region[each.key], without quotes.")
}

/// Reports a local name of a provider that could not be the name of one, or is not in its normal form.
pub(super) fn check_local_name(name: &str, span: Span) -> Option<Diagnostic> {
    let problem = Diagnostic::error("Invalid provider local name", "");
    let (detail, help) = match Provider::part(name) {
        Ok(normal) if normal == name => return None,
        Ok(normal) => (
            format!("Names of providers are in lower case; {name:?} is not."),
            format!("Write {normal}."),
        ),
        Err(why) => (
            format!("{name:?} cannot be the name of a provider: {why}."),
            "Use the name that required_providers gives the provider; underscores become dashes."
                .to_owned(),
        ),
    };
    Some(Diagnostic { detail, ..problem }.at(span).help(help))
}
