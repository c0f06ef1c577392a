//! Conditions and their messages; input variables, which have conditions; checks, which are nothing else.

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::ty::Type;

use super::view::Place;
use super::walk::Walk;
use crate::config::CheckRule;

impl Walk<'_, '_, '_> {
    pub(super) fn conditions(&mut self, rules: &[CheckRule], place: Place) {
        for rule in rules {
            self.must_be(rule, false, place);
            self.must_be(rule, true, place);
        }
    }

    /// Checks the type of a condition or of its message.
    fn must_be(&mut self, rule: &CheckRule, is_message: bool, place: Place) {
        let (expr, wanted, summary, what) = if is_message {
            let expr = rule.error_message.expr();
            (expr, Type::STRING, "Invalid error message", "Unsuitable value for error message")
        } else {
            let expr = rule.condition.expr();
            (expr, Type::BOOL, "Invalid condition result", "Invalid condition result value")
        };
        let (value, is_fine) = self.expression(expr, place);
        if !is_fine {
            return;
        }
        let detail = match convert(&value, wanted) {
            Err(error) => format!("{what}: {error}."),
            Ok(value) if value.is_null() && !is_message => {
                "Condition expression must return either true or false, not null.".to_owned()
            }
            Ok(_) => return,
        };
        let problem = Diagnostic::error(summary, detail).at(expr.span());
        self.report_about(problem, expr, place);
    }

    pub(super) fn variables(&mut self) {
        for variable in self.view.module.variables.values() {
            self.within(
                || format!("variable {:?}", variable.name),
                |walk| walk.conditions(&variable.validations, Place::default()),
            );
        }
    }

    pub(super) fn checks(&mut self) {
        for (id, check) in self.view.module.checks.iter() {
            let place = Place { check: Some(id), ..Place::default() };
            self.within(
                || format!("check {:?}", check.name),
                |walk| walk.conditions(&check.asserts, place),
            );
        }
    }
}
