//! `output`: a value that a module gives to its caller.

use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{AttributeSchema, Block, BlockSchema, BodySchema, Expression, Traversal};

use super::variable::deprecation;
use crate::config::conditions::{self, CheckRule, Subject};
use crate::config::context::Context;
use crate::config::names::{Keyed, require_name};
use crate::config::{constant, references};
use crate::typeexpr::{self, Constraint};

/// An output value.
#[derive(Clone, Debug)]
pub struct Output {
    pub name: Arc<str>,
    /// The header of the block.
    pub span: Span,
    /// Missing only where something was reported.
    pub value: Option<Expression>,
    /// What the value is converted to.
    pub ty: Option<Constraint>,
    pub description: Option<Arc<str>>,
    pub sensitive: Option<bool>,
    pub ephemeral: Option<bool>,
    /// Why not to use it any more.
    pub deprecated: Option<Arc<str>>,
    pub depends_on: Vec<Traversal<'static>>,
    pub preconditions: Vec<CheckRule>,
}

impl Output {
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive == Some(true)
    }

    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral == Some(true)
    }
}

impl Keyed for Output {
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
        AttributeSchema::optional("description"),
        AttributeSchema::optional("value"),
        AttributeSchema::optional("type"),
        AttributeSchema::optional("depends_on"),
        AttributeSchema::optional("sensitive"),
        AttributeSchema::optional("ephemeral"),
        AttributeSchema::optional("deprecated"),
    ],
    &[BlockSchema::new("precondition", &[]), BlockSchema::new("postcondition", &[])],
);

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Output> {
    let name = block.label(0)?;
    let content = block.body().content(&SCHEMA, ctx.diags);
    let is_named = require_name(name, "Invalid output name", ctx.diags);
    let value = content.attribute("value");
    if value.is_none() && !ctx.is_override {
        let at = block.body().missing_item_span();
        ctx.report(crate::config::body::missing_argument("value", at).within(block.header_span()));
    }
    let depends_on = content.attribute("depends_on");
    let boolean = |name: &str, ctx: &mut Context<'_>| {
        content.attribute(name).and_then(|a| constant::boolean(a.expr, ctx.diags))
    };
    let mut output = Output {
        name: name.text.into(),
        span: block.header_span(),
        value: value.map(|a| ctx.keep(a.expr)),
        ty: content.attribute("type").map(|a| typeexpr::parse(a.expr, ctx.diags)),
        description: content
            .attribute("description")
            .and_then(|a| constant::string(a.expr, ctx.diags)),
        sensitive: boolean("sensitive", ctx),
        ephemeral: boolean("ephemeral", ctx),
        deprecated: content
            .attribute("deprecated")
            .and_then(|a| deprecation(&a, "Invalid `deprecated` attribute", ctx)),
        depends_on: depends_on.map(|a| references::list(&a, ctx)).unwrap_or_default(),
        preconditions: Vec::new(),
    };
    for inner in content.blocks() {
        if inner.block_type() == "precondition" {
            output.preconditions.extend(conditions::lower(&inner, &Subject::Other, ctx));
        } else {
            ctx.report(no_postcondition(&inner));
        }
    }
    is_named.then_some(output)
}

fn no_postcondition(block: &Block<'_>) -> Diagnostic {
    Diagnostic::error(
        "Postconditions are not allowed",
        "What an output value is made from can be checked by a precondition; nothing happens to it that a postcondition could check.",
    )
    .at(block.type_span())
    .help("Make it a precondition.")
}

/// Lays what an override file says over what is declared.
pub(in crate::config) fn merge(base: &mut Output, over: Output, ctx: &mut Context<'_>) {
    if let Some(first) = over.depends_on.first() {
        ctx.report(super::depends_on_overridden(first));
    }
    if over.value.is_some() {
        base.value = over.value;
    }
    if over.ty.is_some() {
        base.ty = over.ty;
    }
    if over.description.is_some() {
        base.description = over.description;
    }
    base.sensitive = over.sensitive.or(base.sensitive);
    base.ephemeral = over.ephemeral.or(base.ephemeral);
    if over.deprecated.is_some() {
        base.deprecated = over.deprecated;
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn what_an_output_may_have() {
        let text = r#"
output "a" {
  valeu = 1
}
output "b" {
  value = 1
  type  = list(nubmer)
  postcondition {
    condition     = self > 0
    error_message = "no"
  }
}
output "b" {
  value = 2
}
"#;
        expect![[r#"
            error main.tf:2:12 <{> Missing required argument
            error main.tf:3:3 <valeu> Unsupported argument
            error main.tf:7:16 <nubmer> Invalid type specification
            error main.tf:8:3 <postcondition> Postconditions are not allowed
            error main.tf:13:1 <output "b"> Duplicate output definition | main.tf:5:1 first declared here
        "#]].assert_eq(&problems(text));
    }
}
