//! `variable`: a value that a module gets from its caller, or the stack from outside.

use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::marks::Marks;
use wb_core::source::Span;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{
    Attribute, AttributeSchema, Block, BlockSchema, BodySchema, Expr, ExprKind, Expression, Label,
};

use crate::config::conditions::{self, CheckRule, Subject};
use crate::config::constant;
use crate::config::context::Context;
use crate::config::names::{Keyed, require_name};
use crate::typeexpr::{self, Constraint, locate, unused};

/// An input variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: Arc<str>,
    /// The header of the block.
    pub span: Span,
    /// What values are converted to; any type where none is given.
    pub ty: Constraint,
    /// Where the type is given, if it is.
    pub type_span: Option<Span>,
    pub default: Option<VariableDefault>,
    pub description: Option<Arc<str>>,
    pub sensitive: Option<bool>,
    pub ephemeral: Option<bool>,
    pub nullable: Option<bool>,
    /// Whether the value may, or may not, be needed before anything is evaluated. Without a word on it, it may.
    pub constant: Option<bool>,
    /// Why not to set it any more.
    pub deprecated: Option<Arc<str>>,
    pub validations: Vec<CheckRule>,
}

/// The value of a variable that is not set.
#[derive(Clone, Debug)]
pub struct VariableDefault {
    /// Of the variable's type.
    pub value: Value,
    pub expr: Expression,
}

/// How a value that comes as text, from the environment or the command line, is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseMode {
    /// The text is the value.
    Literal,
    /// The text is an expression.
    Expression,
}

impl Variable {
    /// Whether it must be set.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }

    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive == Some(true)
    }

    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral == Some(true)
    }

    /// Whether it may be null.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        self.nullable != Some(false)
    }

    /// What its value wears because of how it is declared.
    #[must_use]
    pub fn marks(&self) -> Marks {
        let mut marks = Marks::NONE;
        if self.is_sensitive() {
            marks = marks.union(&Marks::SENSITIVE);
        }
        if self.is_ephemeral() {
            marks = marks.union(&Marks::EPHEMERAL);
        }
        marks
    }

    #[must_use]
    pub fn parse_mode(&self) -> ParseMode {
        if self.type_span.is_none() || self.ty.ty.is_primitive() {
            ParseMode::Literal
        } else {
            ParseMode::Expression
        }
    }
}

impl Keyed for Variable {
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
        AttributeSchema::optional("type"),
        AttributeSchema::optional("default"),
        AttributeSchema::optional("description"),
        AttributeSchema::optional("sensitive"),
        AttributeSchema::optional("ephemeral"),
        AttributeSchema::optional("nullable"),
        AttributeSchema::optional("const"),
        AttributeSchema::optional("deprecated"),
    ],
    &[BlockSchema::new("validation", &[])],
);

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Variable> {
    let name = block.label(0)?;
    let content = block.body().content(&SCHEMA, ctx.diags);
    let mut is_named = require_name(name, "Invalid variable name", ctx.diags);
    if super::call::is_reserved(name.text) {
        is_named = false;
        ctx.report(reserved(name));
    }
    let ty = content.attribute("type");
    let boolean = |name: &str, ctx: &mut Context<'_>| {
        content.attribute(name).and_then(|a| constant::boolean(a.expr, ctx.diags))
    };
    let mut variable = Variable {
        name: name.text.into(),
        span: block.header_span(),
        ty: ty.map_or(Constraint::ANY, |a| type_of(a.expr, ctx)),
        type_span: ty.map(|a| a.expr.span()),
        default: content.attribute("default").and_then(|a| default(&a, ctx)),
        description: content
            .attribute("description")
            .and_then(|a| constant::string(a.expr, ctx.diags)),
        sensitive: boolean("sensitive", ctx),
        ephemeral: boolean("ephemeral", ctx),
        nullable: boolean("nullable", ctx),
        constant: boolean("const", ctx),
        deprecated: content
            .attribute("deprecated")
            .and_then(|a| deprecation(&a, "Invalid `deprecated` value", ctx)),
        validations: Vec::new(),
    };
    for inner in content.blocks() {
        let rule = conditions::lower(&inner, &Subject::Variable(name.text), ctx);
        variable.validations.extend(rule);
    }
    is_named.then_some(variable)
}

fn reserved(name: Label<'_>) -> Diagnostic {
    Diagnostic::error(
        "Invalid variable name",
        format!(
            "A variable cannot be named {:?}: in a module block, this name means something else.",
            name.text
        ),
    )
    .at(name.span)
}

/// The reason for which something is deprecated, which must not be empty.
pub(super) fn deprecation(
    attribute: &Attribute<'_>,
    summary: &'static str,
    ctx: &mut Context<'_>,
) -> Option<Arc<str>> {
    let text = constant::string(attribute.expr, ctx.diags)?;
    if !text.trim().is_empty() {
        return Some(text);
    }
    ctx.report(
        Diagnostic::error(
            summary,
            "The argument \"deprecated\" is empty, so nobody learns what to do.",
        )
        .at(attribute.expr.span())
        .help("Say what to use in its place."),
    );
    None
}

fn type_of(expr: Expr<'_>, ctx: &mut Context<'_>) -> Constraint {
    if !ctx.is_json()
        && let ExprKind::String(text) = expr.kind()
    {
        ctx.report(quoted_type(text, expr.span()));
        return Constraint::ANY;
    }
    // These two are older than types of elements.
    match expr.as_keyword() {
        Some("list") => Constraint::plain(Type::list(Type::DYNAMIC)),
        Some("map") => Constraint::plain(Type::map(Type::DYNAMIC)),
        _ => typeexpr::parse(expr, ctx.diags),
    }
}

fn quoted_type(text: &str, span: Span) -> Diagnostic {
    let (summary, help) = match text {
        "string" => ("Invalid quoted type constraints", "Remove the quotes.".to_owned()),
        "list" | "map" => (
            "Invalid quoted type constraints",
            format!("Write {text}(string), or {text}(any) for elements of any one type."),
        ),
        _ => ("Invalid legacy variable type hint", "Remove the quotes.".to_owned()),
    };
    Diagnostic::error(
        summary,
        "A type is written without quotes. Quotes around it were needed before Terraform 0.12.",
    )
    .at(span)
    .help(help)
}

fn default(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Option<VariableDefault> {
    let value = constant::value(attribute.expr, ctx.diags)?;
    Some(VariableDefault { value, expr: ctx.keep(attribute.expr) })
}

/// Lays what an override file says over what is declared.
pub(in crate::config) fn merge(base: &mut Variable, over: Variable) {
    if over.type_span.is_some() {
        base.ty = over.ty;
        base.type_span = over.type_span;
    }
    if over.default.is_some() {
        base.default = over.default;
    }
    if over.description.is_some() {
        base.description = over.description;
    }
    if over.deprecated.is_some() {
        base.deprecated = over.deprecated;
    }
    base.sensitive = over.sensitive.or(base.sensitive);
    base.ephemeral = over.ephemeral.or(base.ephemeral);
    base.nullable = over.nullable.or(base.nullable);
    base.constant = over.constant.or(base.constant);
}

/// Gives the default value its type, once everything is laid over the declaration.
pub(in crate::config) fn finish(variable: &mut Variable, diags: &mut wb_core::diag::Diagnostics) {
    let nullable = variable.is_nullable();
    let Some(default) = &mut variable.default else { return };
    let expr = default.expr.expr();
    match variable.ty.convert(&default.value) {
        Ok(value) => {
            unused::report(expr, variable.ty.ty, diags);
            default.value = value;
        }
        Err(error) => {
            let mut problem = Diagnostic::error(
                "Invalid default value for variable",
                format!(
                    "This default value is not of the variable's type: {}.",
                    locate::describe(&error)
                ),
            )
            .at(locate::span(expr, &error.path));
            if let Some(ty) = variable.type_span {
                problem = problem.label(ty, "the type is declared here");
            }
            diags.push(problem);
            default.value = Value::unknown(variable.ty.ty.without_optional());
        }
    }
    if !nullable && default.value.is_null() {
        diags.push(
            Diagnostic::error(
                "Invalid default value for variable",
                "The default value is null, but the variable is declared with nullable = false.",
            )
            .at(expr.span())
            .help("Remove the default value to make the variable required, or set another one."),
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn names_types_and_defaults_are_checked() {
        let text = r#"
variable "1a" {}
variable "count" {}
variable "a" {
  type    = object({ n = number, m = optional(string) })
  default = { n = "x", k = 1 }
}
variable "b" {
  type     = list(string)
  default  = null
  nullable = false
}
variable "c" {
  type    = object({ list = list(object({ a = number })) })
  default = { list = [{ a = 1, aa = 2 }], lits = 3 }
}
variable "d" {
  default     = var.a
  description = 5
  sensitive   = "yes"
  deprecated  = " "
  validation {
    condition     = length(var.e) > 0
    error_message = "no"
  }
}
"#;
        expect![[r#"
            error main.tf:2:10 <"1a"> Invalid variable name
            error main.tf:3:10 <"count"> Invalid variable name
            error main.tf:6:19 <"x"> Invalid default value for variable | main.tf:5:13 the type is declared here
            error main.tf:10:14 <null> Invalid default value for variable
            warning main.tf:15:32 <aa> Object attribute is ignored
            warning main.tf:15:43 <lits> Object attribute is ignored
            error main.tf:18:17 <var.a> Variables not allowed
            error main.tf:20:17 <"yes"> Unsuitable value type
            error main.tf:21:17 <" "> Invalid `deprecated` value
            error main.tf:23:21 <length(var.e) > 0> Invalid variable validation condition
        "#]].assert_eq(&problems(text));
    }

    #[test]
    fn old_types_are_words() {
        let text = r#"
variable "a" {
  type = list
}
variable "b" {
  type = "map"
}
variable "c" {
  type = "number"
}
variable "d" {
  type = lsit(string)
}
"#;
        expect![[r#"
            error main.tf:6:10 <"map"> Invalid quoted type constraints
            error main.tf:9:10 <"number"> Invalid legacy variable type hint
            error main.tf:12:10 <lsit> Invalid type specification
        "#]]
        .assert_eq(&problems(text));
    }
}
