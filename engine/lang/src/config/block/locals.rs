//! `locals`: named expressions.

use std::sync::Arc;

use wb_core::source::Span;
use wb_hcl::{Attribute, Expression};

use crate::config::context::Context;
use crate::config::names::{Keyed, bad_name};

/// A named expression.
#[derive(Clone, Debug)]
pub struct Local {
    pub name: Arc<str>,
    pub value: Expression,
    /// The name.
    pub span: Span,
}

impl Keyed for Local {
    type Key<'k> = &'k str;

    fn key(&self) -> &str {
        &self.name
    }

    fn has_key(&self, key: &str) -> bool {
        &*self.name == key
    }
}

pub(in crate::config) fn lower(attribute: Attribute<'_>, ctx: &mut Context<'_>) -> Option<Local> {
    if !wb_hcl::is_identifier(attribute.name) {
        ctx.report(bad_name("Invalid local value name", attribute.name_span));
        return None;
    }
    let value = ctx.keep(attribute.expr);
    Some(Local { name: attribute.name.into(), value, span: attribute.name_span })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn locals_are_unique_within_the_module() {
        let text = r#"
locals {
  a = 1
}
locals {
  a = 2
  block {}
}
"#;
        expect![[r#"
            error main.tf:6:3 <a> Duplicate local value definition | main.tf:3:3 first declared here
            error main.tf:7:3 <block> Unexpected "block" block
        "#]]
        .assert_eq(&problems(text));
    }
}
