//! The expressions of a module, one after the other.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_core::value::Value;
use wb_hcl::Expr;

use super::names;
use super::scope::Static;
use super::view::{Place, View};
use crate::config::{Body, walk as config_walk};
use crate::eval::{Evaluation, Scope, evaluate};

/// Goes through a module.
pub(super) struct Walk<'v, 'm, 'd> {
    pub(super) view: &'v View<'m>,
    pub(super) diags: &'d mut Diagnostics,
}

impl<'v, 'm, 'd> Walk<'v, 'm, 'd> {
    pub(super) fn new(view: &'v View<'m>, diags: &'d mut Diagnostics) -> Self {
        Self { view, diags }
    }

    /// Does something for one block. What is found wrong there says in which it is.
    pub(super) fn within<T>(
        &mut self,
        header: impl FnOnce() -> String,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.diags.len();
        let result = work(self);
        if self.diags.len() > before {
            let header = header();
            for problem in self.diags.iter_mut().skip(before) {
                problem.block.get_or_insert_with(|| header.clone());
            }
        }
        result
    }

    /// The value of an expression, and whether nothing is wrong with it.
    pub(super) fn expression(&mut self, expr: Expr<'_>, place: Place) -> (Value, bool) {
        let before = self.diags.error_count();
        let failed = self.names_in(expr, &place);
        let value = self.quietly(&failed, place, |scope, diags| evaluate(expr, scope, diags));
        (value, self.diags.error_count() == before)
    }

    /// Reports a problem with the values that an expression reads.
    pub(super) fn report_about(&mut self, problem: Diagnostic, expr: Expr<'_>, place: Place) {
        let mut scope = Static { view: self.view, place };
        Evaluation::new(&mut scope, self.diags).report(problem, expr);
    }

    /// Checks the references of an expression; gives the spans of those that name nothing.
    pub(super) fn names_in(&mut self, expr: Expr<'_>, place: &Place) -> Vec<Span> {
        let found = expr.variables();
        found.filter_map(|t| names::check(self.view, place, &t, self.diags)).collect()
    }

    /// Checks the references of a body.
    pub(super) fn names_in_body(&mut self, body: &Body, place: &Place) -> Vec<Span> {
        let mut failed = Vec::new();
        config_walk::references(body, &mut |traversal, _| {
            failed.extend(names::check(self.view, place, &traversal, self.diags));
        });
        failed
    }

    /// Evaluates something, and says nothing more of references that failed.
    pub(super) fn quietly<T>(
        &mut self,
        failed: &[Span],
        place: Place,
        evaluate: impl FnOnce(&mut dyn Scope, &mut Diagnostics) -> T,
    ) -> T {
        let mut scope = Static { view: self.view, place };
        if failed.is_empty() {
            return evaluate(&mut scope, self.diags);
        }
        let mut found = Diagnostics::new();
        let result = evaluate(&mut scope, &mut found);
        found.retain(|problem| !problem.subject.is_some_and(|at| is_in(at, failed)));
        self.diags.append(found);
        result
    }
}

fn is_in(at: Span, failed: &[Span]) -> bool {
    let holds = |f: &Span| f.file == at.file && f.start <= at.start && at.end <= f.end;
    failed.iter().any(holds)
}
