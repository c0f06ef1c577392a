//! Expressions to values.
//!
//! An [`Evaluation`] takes an expression and a [`Scope`], which knows what references mean, and gives a value and
//! diagnostics. Whatever goes wrong is a diagnostic with its place and the values of the references involved, and the
//! value is then unknown, so that what depends on it does not complain again.
//!
//! Evaluation is bounded: by the size of what it makes ([`Evaluation::limit`]) and by how deep expressions and the
//! templates they render nest. A thread that evaluates needs a stack of 64 MiB for the deepest.

mod access;
mod binary;
mod budget;
mod call;
mod collection;
mod conditional;
pub mod console;
mod env;
mod for_loop;
mod lazy;
mod render;
mod scope;
pub mod show;
mod splat;
mod template;
mod unary;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::number::Number;
use wb_core::source::Span;
use wb_core::value::Value;
use wb_hcl::{Expr, ExprId, ExprKind};

pub use budget::DEFAULT_LIMIT;
pub use env::Env;
pub use scope::{ProviderFunctionName, Scope};

/// An evaluation to be: what it can reach and how much it may make.
#[derive(Debug)]
pub struct Evaluation<'a> {
    env: Env<'a>,
    locals: Vec<(&'a str, Value)>,
}

impl<'a> Evaluation<'a> {
    #[must_use]
    pub fn new(scope: &'a mut dyn Scope, diags: &'a mut Diagnostics) -> Self {
        Self { env: Env::new(scope, diags), locals: Vec::new() }
    }

    /// Gives a name a value, as the iterator of a `dynamic` block has one. It hides references that begin with this
    /// name.
    #[must_use]
    pub fn local(mut self, name: &'a str, value: Value) -> Self {
        self.locals.push((name, value));
        self
    }

    /// Bounds what the evaluation may make, in bytes; [`DEFAULT_LIMIT`] otherwise.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.env.set_limit(bytes);
        self
    }

    /// The value of the expression: unknown where that could not be told, and then there is an error.
    #[must_use]
    pub fn value(self, expr: Expr<'a>) -> Value {
        let Self { mut env, locals } = self;
        env.begin(expr.span(), &locals);
        let value = Evaluator::new(&mut env, locals).expr(expr);
        env.finish(value, expr.span())
    }

    /// Reports a problem with what an expression gave, with the values that it reads.
    pub fn report(self, diagnostic: Diagnostic, about: Expr<'a>) {
        let Self { mut env, locals } = self;
        Evaluator::new(&mut env, locals).report_about(diagnostic, about);
    }
}

/// The value of an expression. See [`Evaluation`].
#[must_use]
pub fn evaluate(expr: Expr<'_>, scope: &mut dyn Scope, diags: &mut Diagnostics) -> Value {
    Evaluation::new(scope, diags).value(expr)
}

/// How deep calls of [`Evaluator::expr`] may nest: an expression and the templates that it renders.
const MAX_NESTING: usize = 8_000;

/// Evaluates the expressions of one tree, and of what is nested in it.
pub(crate) struct Evaluator<'e, 's, 't> {
    pub(crate) env: &'e mut Env<'s>,
    /// Names and their values, the innermost last.
    locals: Vec<(&'t str, Value)>,
    /// The elements that splats stand at, the innermost last.
    items: Vec<(ExprId, Value)>,
    /// In a template that is rendered with variables of its own, names are those of the locals only.
    is_template: bool,
}

impl<'e, 's, 't> Evaluator<'e, 's, 't> {
    fn new(env: &'e mut Env<'s>, locals: Vec<(&'t str, Value)>) -> Self {
        Self { env, locals, items: Vec::new(), is_template: false }
    }

    /// The value of an expression; unknown where there was an error.
    pub(crate) fn expr(&mut self, expr: Expr<'t>) -> Value {
        if self.env.is_exhausted() {
            return Value::DYNAMIC;
        }
        match expr.kind() {
            ExprKind::Invalid => return self.invalid(),
            ExprKind::Null => return Value::null(wb_core::ty::Type::DYNAMIC),
            ExprKind::Bool(value) => return Value::bool(value),
            ExprKind::Number(digits) => return self.number(digits, expr),
            ExprKind::String(text) => return Value::string(text),
            ExprKind::Traversal(traversal) => return self.traversal(&traversal, expr),
            _ => {}
        }
        // What follows may nest.
        if !self.env.enter(MAX_NESTING, expr.span()) {
            return Value::DYNAMIC;
        }
        let value = self.nested(expr);
        self.env.leave();
        value
    }

    fn nested(&mut self, expr: Expr<'t>) -> Value {
        match expr.kind() {
            ExprKind::JsonString(string) => match string.template() {
                Ok(template) => self.expr(template),
                Err(problems) => {
                    problems.iter().for_each(|problem| self.env.report(problem.clone()));
                    Value::DYNAMIC
                }
            },
            ExprKind::Template(parts) => self.template(parts, expr),
            ExprKind::TemplateWrap(inner) | ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::TemplateJoin(tuple) => self.template_join(tuple),
            ExprKind::Tuple(elements) => self.tuple(elements, expr),
            ExprKind::Object(object) => self.object(object, expr),
            ExprKind::For(each) => self.for_loop(each, expr),
            ExprKind::RelativeTraversal { source, steps } => {
                self.relative_traversal(source, steps, expr)
            }
            ExprKind::Index { collection, key, brackets } => {
                self.index(collection, key, brackets, expr)
            }
            ExprKind::Splat { source, each, item } => self.splat(source, each, item, expr),
            ExprKind::Anonymous => self.item(expr.id()),
            ExprKind::Unary { signs, operand } => self.unary(signs, operand, expr),
            ExprKind::Binary { first, rest } => self.binary(first, rest),
            ExprKind::Conditional { condition, yes, no } => {
                self.conditional(condition, yes, no, expr)
            }
            ExprKind::Call(call) => self.call(call, expr),
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Traversal(_) => unreachable!("these do not nest, and were dealt with"),
        }
    }

    /// Why there is no expression was reported when the text was read; here it only must not pass for a value.
    fn invalid(&mut self) -> Value {
        self.env.count_earlier_error();
        Value::DYNAMIC
    }

    fn number(&mut self, digits: &str, expr: Expr<'t>) -> Value {
        if let Ok(number) = Number::parse(digits) {
            return Value::number(number);
        }
        let detail = "This number is too large, or too near to zero, to be represented: its exponent is beyond the limit.";
        self.error("Invalid number literal", detail, expr.span());
        Value::DYNAMIC
    }

    /// The element that the innermost splat with this item stands at.
    fn item(&self, id: ExprId) -> Value {
        let found = self.items.iter().rev().find(|(item, _)| *item == id);
        found.map_or(Value::DYNAMIC, |(_, value)| value.clone())
    }

    fn error(&mut self, summary: &'static str, detail: impl Into<String>, span: Span) {
        self.env.report(Diagnostic::error(summary, detail).at(span));
    }

    /// Reports an error about the expression `at`, within a larger one, with the values that `at` reads.
    fn error_in(
        &mut self,
        summary: &'static str,
        detail: impl Into<String>,
        at: Expr<'t>,
        within: Span,
    ) {
        let diagnostic = Diagnostic::error(summary, detail).at(at.span()).within(within);
        self.report_about(diagnostic, at);
    }

    /// Reports a problem with the values that the expression `about` reads.
    fn report_about(&mut self, diagnostic: Diagnostic, about: Expr<'t>) {
        let values = self.shown_values(about);
        self.env.report(Diagnostic { values, ..diagnostic });
    }

    /// Counts what a value takes against the limit, and refuses what nests too deeply. The value itself where all is
    /// well, an unknown one otherwise.
    fn admit(&mut self, value: Value, span: Span) -> Value {
        if self.env.admit(&value, span) { value } else { Value::DYNAMIC }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
