//! `check`: assertions that warn, perhaps about something that is read only for them.

use std::sync::Arc;

use wb_core::addr::Mode;
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{Block, BlockSchema, BodySchema};

use super::resource::{self, Resource};
use crate::config::conditions::{self, CheckRule, Subject};
use crate::config::context::{Context, Single};
use crate::config::names::{Keyed, ResourceId, require_name};
use crate::config::repetition::Repetition;

/// A check.
#[derive(Clone, Debug)]
pub struct Check {
    pub name: Arc<str>,
    pub span: Span,
    pub asserts: Vec<CheckRule>,
    /// What is read for the check alone.
    pub data: Option<ResourceId>,
}

impl Keyed for Check {
    type Key<'k> = &'k str;

    fn key(&self) -> &str {
        &self.name
    }

    fn has_key(&self, key: &str) -> bool {
        &*self.name == key
    }
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[],
    &[BlockSchema::new("data", &["type", "name"]), BlockSchema::new("assert", &[])],
);

/// Reads a check and its data source, which the module is to hold.
pub(in crate::config) fn lower(
    block: &Block<'_>,
    ctx: &mut Context<'_>,
) -> Option<(Check, Option<Resource>)> {
    let name = block.label(0)?;
    if ctx.is_override {
        ctx.report(
            Diagnostic::error(
                "Can't override check blocks",
                "An override file cannot have check blocks.",
            )
            .at(block.header_span())
            .help("Put the block in another file."),
        );
        return None;
    }
    let content = block.body().content(&SCHEMA, ctx.diags);
    let is_named = require_name(name, "Invalid check block name", ctx.diags);
    let mut data = None;
    let mut single =
        Single::new("Multiple data resource blocks", "A check has at most one data source.");
    for inner in content.blocks_of("data") {
        if single.accepts(&inner, ctx) {
            data = scoped_data(&inner, ctx);
        }
    }
    let before = ctx.diags.error_count();
    let rules = content.blocks_of("assert");
    let asserts: Vec<CheckRule> =
        rules.filter_map(|b| conditions::lower(&b, &Subject::Other, ctx)).collect();
    if asserts.is_empty() && ctx.diags.error_count() == before {
        ctx.report(
            Diagnostic::error(
                "Zero assert blocks",
                "A check without an assert block checks nothing.",
            )
            .at(block.header_span())
            .help("Add assert { condition = …, error_message = … }."),
        );
    }
    let check = Check { name: name.text.into(), span: block.header_span(), asserts, data: None };
    is_named.then_some((check, data))
}

fn scoped_data(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Resource> {
    let resource = resource::lower(block, Mode::Data, ctx)?;
    if let Some(argument) = resource.repetition.argument() {
        let span = resource.repetition.expression().map_or(resource.span, wb_hcl::Expression::span);
        ctx.report(
            Diagnostic::error(
                format!("Invalid {argument:?} attribute"),
                "A data source within a check has one instance.",
            )
            .at(span),
        );
        return None;
    }
    let conditions = resource.preconditions.iter().chain(&resource.postconditions);
    if let Some(condition) = conditions.into_iter().next() {
        ctx.report(
            Diagnostic::error(
                "Invalid lifecycle block",
                "A data source within a check has no lifecycle of its own.",
            )
            .at(condition.span)
            .help("Make the condition an assert block of the check."),
        );
        return None;
    }
    debug_assert!(matches!(resource.repetition, Repetition::None), "it was checked");
    Some(resource)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn a_check_asserts_something() {
        let text = r#"
check "a" {
  data "t" "a" {
    count = 2
  }
  data "t" "b" {}
}
check "b" {
  assert {
    condition     = true
    error_message = "no"
  }
}
check "b" {
  assert {
    condition     = data.t.c.x
    error_message = "no"
  }
  data "t" "c" {}
}
data "t" "c" {}
"#;
        expect![[r#"
            error main.tf:2:1 <check "a"> Zero assert blocks
            error main.tf:4:13 <2> Invalid "count" attribute
            error main.tf:6:3 <data "t" "b"> Multiple data resource blocks | main.tf:3:3 first defined here
            error main.tf:10:21 <true> Invalid assert expression
            error main.tf:14:1 <check "b"> Duplicate check "b" configuration | main.tf:8:1 first declared here
            error main.tf:21:1 <data "t" "c"> Duplicate data "t" configuration | main.tf:19:3 first declared here
        "#]].assert_eq(&problems(text));
    }
}
