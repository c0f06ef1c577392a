//! Output values.

use wb_core::diag::Diagnostic;
use wb_core::marks::Marks;
use wb_core::value::Value;

use super::names;
use super::view::Place;
use super::walk::Walk;
use crate::config::Output;
use crate::typeexpr::locate;

impl Walk<'_, '_, '_> {
    /// Checks the outputs; gives their values.
    pub(super) fn outputs(&mut self) -> Vec<Value> {
        let outputs = self.view.module.outputs.values();
        let header = |output: &Output| format!("output {:?}", output.name);
        outputs.map(|o| self.within(|| header(o), |walk| walk.output(o))).collect()
    }

    fn output(&mut self, output: &Output) -> Value {
        let place = Place::default();
        for target in &output.depends_on {
            names::dependency(self.view, &place, target, self.diags);
        }
        self.conditions(&output.preconditions, place);
        let Some(expression) = &output.value else { return Value::DYNAMIC };
        let expr = expression.expr();
        let (value, is_fine) = self.expression(expr, place);
        if !is_fine {
            return Value::DYNAMIC;
        }
        let value = match output.ty.as_ref().map(|ty| ty.convert(&value)) {
            None => value,
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                let at = locate::span(expr, &error.path);
                let detail = format!(
                    "The value does not fit the type of the output: {}.",
                    locate::describe(&error)
                );
                let problem = Diagnostic::error("Invalid output value", detail).at(at);
                self.report_about(problem, expr, place);
                return Value::DYNAMIC;
            }
        };
        self.marks(output, value)
    }

    /// What the value wears must be declared.
    fn marks(&mut self, output: &Output, value: Value) -> Value {
        let found = crate::world::undeclared_marks(output, &value, self.view.is_root);
        for problem in found {
            match &output.value {
                Some(expression) => {
                    self.report_about(problem, expression.expr(), Place::default());
                }
                None => self.diags.push(problem),
            }
        }
        let mut wears = Marks::NONE;
        if output.is_sensitive() {
            wears = wears.union(&Marks::SENSITIVE);
        }
        if output.is_ephemeral() {
            wears = wears.union(&Marks::EPHEMERAL);
        }
        value.with_marks(&wears)
    }
}
