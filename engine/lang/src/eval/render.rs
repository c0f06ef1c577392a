//! Templates that functions render: text from a file or a value, whose names are the variables it is given.

use wb_core::diag::Diagnostic;
use wb_core::value::Value;
use wb_hcl::Expr;

use super::{Env, Evaluator};
use crate::functions::Fault;

/// So deep may templates render templates, as in OpenTofu.
const MOST_TEMPLATES: usize = 1024;

impl Env<'_> {
    /// The value of a template, or the problems in it. Their places are in the template's text and mean nothing
    /// outside.
    pub(crate) fn render(
        &mut self,
        template: Expr<'_>,
        variables: Vec<(&str, Value)>,
    ) -> Result<Result<Value, Vec<Diagnostic>>, Fault> {
        if self.templates >= MOST_TEMPLATES {
            let message = format!("templates render templates more than {MOST_TEMPLATES} deep");
            return Err(Fault::new(message));
        }
        self.templates += 1;
        let before = self.checkpoint();
        let infinite_at = self.infinite_at;
        let mut evaluator = Evaluator::new(self, variables);
        evaluator.is_template = true;
        let value = evaluator.expr(template);
        self.templates -= 1;
        // A number that is infinite became so in the text of the template; the caller looks at the value again.
        self.infinite_at = infinite_at;
        if self.is_exhausted() {
            self.forget_end_place();
            return Err(Fault::exhausted());
        }
        let failed = self.errors() > before.errors();
        let problems = self.take_since(before);
        Ok(if failed { Err(problems) } else { Ok(value) })
    }
}
