//! What has a name, so that there can be only one of it and override files can lay something over it.

use wb_core::addr::Mode;
use wb_core::diag::Diagnostic;
use wb_core::source::Span;

use super::block::call::{self, ModuleCall};
use super::block::check::Check;
use super::block::locals::Local;
use super::block::output::{self, Output};
use super::block::provider::{self, ProviderBlock};
use super::block::resource::{self, Resource};
use super::block::variable::{self, Variable};
use super::context::Context;
use super::names::Keyed;

/// A declaration with a name.
pub(super) trait Declared: Keyed + Sized {
    /// Where it is declared.
    fn span(&self) -> Span;
    /// What it is and what it is called, after “there is”: `a variable named "x"`.
    fn described(&self) -> String;
    fn duplicate(&self) -> String;
    fn missing(&self) -> &'static str;
    fn merge(&mut self, over: Self, ctx: &mut Context<'_>);

    /// Whether there may be one without its being declared.
    fn may_be_implied(&self) -> bool {
        false
    }
}

/// Reports a second declaration of a name.
pub(super) fn duplicate<T: Declared>(first: &T, second: &T) -> Diagnostic {
    Diagnostic::error(
        second.duplicate(),
        format!("There is {} already. Such names are unique within a module.", second.described()),
    )
    .at(second.span())
    .label(first.span(), "first declared here")
    .help("Rename or remove one of them.")
}

/// Reports an override of what is not declared.
pub(super) fn no_base<T: Declared>(over: &T) -> Diagnostic {
    Diagnostic::error(
        over.missing(),
        format!(
            "An override file changes what other files declare, but none declares {}.",
            over.described()
        ),
    )
    .at(over.span())
    .help("Correct the name, or declare it in a file that is no override file.")
}

impl Declared for Variable {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        format!("a variable named {:?}", self.name)
    }

    fn duplicate(&self) -> String {
        "Duplicate variable declaration".to_owned()
    }

    fn missing(&self) -> &'static str {
        "Missing base variable declaration to override"
    }

    fn merge(&mut self, over: Self, _: &mut Context<'_>) {
        variable::merge(self, over);
    }
}

impl Declared for Local {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        format!("a local value named {:?}", self.name)
    }

    fn duplicate(&self) -> String {
        "Duplicate local value definition".to_owned()
    }

    fn missing(&self) -> &'static str {
        "Missing base local value definition to override"
    }

    fn merge(&mut self, over: Self, _: &mut Context<'_>) {
        *self = over;
    }
}

impl Declared for Output {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        format!("an output named {:?}", self.name)
    }

    fn duplicate(&self) -> String {
        "Duplicate output definition".to_owned()
    }

    fn missing(&self) -> &'static str {
        "Missing base output definition to override"
    }

    fn merge(&mut self, over: Self, ctx: &mut Context<'_>) {
        output::merge(self, over, ctx);
    }
}

impl Declared for ModuleCall {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        format!("a module call named {:?}", self.name)
    }

    fn duplicate(&self) -> String {
        "Duplicate module call".to_owned()
    }

    fn missing(&self) -> &'static str {
        "Missing module call to override"
    }

    fn merge(&mut self, over: Self, ctx: &mut Context<'_>) {
        call::merge(self, over, ctx);
    }
}

impl Declared for ProviderBlock {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        match &self.alias {
            Some(alias) => format!("a configuration of {:?} with the alias {alias:?}", self.name),
            None => format!("a configuration of {:?} without an alias", self.name),
        }
    }

    fn duplicate(&self) -> String {
        "Duplicate provider configuration".to_owned()
    }

    fn missing(&self) -> &'static str {
        "Missing base provider configuration for override"
    }

    fn merge(&mut self, over: Self, _: &mut Context<'_>) {
        provider::merge(self, over);
    }

    /// Where there is no block, there is an empty configuration.
    fn may_be_implied(&self) -> bool {
        self.alias.is_none()
    }
}

impl Declared for Resource {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        let noun = match self.mode() {
            Mode::Managed => "a resource",
            Mode::Data => "a data source",
            Mode::Ephemeral => "an ephemeral resource",
        };
        format!("{noun} {}", self.addr)
    }

    fn duplicate(&self) -> String {
        let noun = match self.mode() {
            Mode::Managed => "resource",
            Mode::Data => "data",
            Mode::Ephemeral => "ephemeral resource",
        };
        format!("Duplicate {noun} {:?} configuration", self.addr.kind)
    }

    fn missing(&self) -> &'static str {
        match self.mode() {
            Mode::Managed => "Missing resource to override",
            Mode::Data => "Missing data resource to override",
            Mode::Ephemeral => "Missing ephemeral resource to override",
        }
    }

    fn merge(&mut self, over: Self, ctx: &mut Context<'_>) {
        resource::merge(self, over, ctx);
    }
}

impl Declared for Check {
    fn span(&self) -> Span {
        self.span
    }

    fn described(&self) -> String {
        format!("a check named {:?}", self.name)
    }

    fn duplicate(&self) -> String {
        format!("Duplicate check {:?} configuration", self.name)
    }

    fn missing(&self) -> &'static str {
        "Can't override check blocks"
    }

    /// Lowering has refused to override a check.
    fn merge(&mut self, _: Self, _: &mut Context<'_>) {}
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use wb_core::diag::Diagnostics;
    use wb_hcl::{AttributeSchema, BlockSchema, BodySchema};

    use crate::testing::{load, outline};

    /// Shows what is left of a base and its overrides, written without the tests' files.
    fn check(
        base: &str,
        overrides: &[&str],
        show: impl Fn(&crate::config::Module) -> String,
        expected: &Expect,
    ) {
        let names = ["a_override.tf", "b_override.tf"];
        let mut files = vec![("base.tf", base)];
        files.extend(names.into_iter().zip(overrides.iter().copied()));
        let (sources, module, diags) = load(&files);
        expected.assert_eq(&format!("{}{}", show(&module), outline(&sources, &diags)));
    }

    #[test]
    fn later_files_win_argument_by_argument() {
        check(
            "variable \"x\" {\n  type = string\n  default = \"base\"\n  description = \"base\"\n}",
            &[
                "variable \"x\" {\n  default = \"a\"\n  sensitive = true\n}",
                "variable \"x\" {\n  default = 5\n  description = \"b\"\n}",
            ],
            |module| {
                let v = module.variables.get("x").unwrap();
                let value = &v.default.as_ref().unwrap().value;
                format!("{value:?} {:?} {}\n", v.description, v.is_sensitive())
            },
            &expect![[r#"
                "5" Some("b") true
            "#]],
        );
    }

    #[test]
    fn a_new_type_must_suit_the_old_default() {
        check(
            "variable \"x\" {\n  type = list(string)\n  default = [\"a\"]\n}",
            &["variable \"x\" {\n  type = string\n}\nvariable \"y\" {}"],
            |_| String::new(),
            &expect![[r#"
                error base.tf:3:13 <["a"]> Invalid default value for variable | a_override.tf:2:10 the type is declared here
                error a_override.tf:4:1 <variable "y"> Missing base variable declaration to override
            "#]],
        );
    }

    #[test]
    fn blocks_of_a_type_replace_all_of_that_type() {
        let base = r#"
resource "t" "a" {
  x = 1
  y = 1
  block {}
  block {}
  other {}
  dynamic "made" {
    for_each = []
    content {}
  }
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [x]
  }
}"#;
        let over = r#"
resource "t" "a" {
  y        = 2
  for_each = {}
  block {}
  made {}
  depends_on = [t.b]
  lifecycle {
    create_before_destroy = true
  }
}
resource "t" "c" {}"#;
        let show = |module: &crate::config::Module| {
            let resource = &module.resources.values().next().unwrap();
            let schema = BodySchema::new(
                ["x", "y"].map(AttributeSchema::optional),
                ["block", "other", "made", "dynamic"]
                    .map(|b| BlockSchema::new(b, if b == "dynamic" { &["type"] } else { &[] })),
            );
            let mut diags = Diagnostics::new();
            let content = resource.body.content(&schema, &mut diags);
            let attributes: Vec<_> =
                content.attributes().map(|a| format!("{}={}", a.name, a.expr.text())).collect();
            let blocks: Vec<_> = content.blocks().map(|b| b.header()).collect();
            let lifecycle = resource.lifecycle().unwrap();
            format!(
                "{attributes:?} {blocks:?} {:?} {:?} {:?}\n{diags:?}",
                resource.repetition.argument(),
                lifecycle.create_before_destroy,
                lifecycle.prevent_destroy.as_ref().map(|e| e.expr().text().to_owned()),
            )
        };
        check(
            base,
            &[over],
            show,
            &expect![[r#"
            ["x=1", "y=2"] ["other", "block", "made"] Some("for_each") Some(true) Some("true")
            error a_override.tf:7:17 <t.b> Unsupported override
            error a_override.tf:12:1 <resource "t" "c"> Missing resource to override
        "#]],
        );
    }
}
