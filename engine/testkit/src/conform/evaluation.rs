//! Expressions of rows, with the variables that the rows give them.

use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::FunctionLogic;
use wb_core::source::FileId;
use wb_core::value::Value;
use wb_hcl::{Expression, parse_expression, parse_template};
use wb_lang::eval::{Evaluation, ProviderFunctionName, Scope};
use wb_lang::host::{Host, MemoryHost, Phase};
use wb_lang::reference::Reference;

/// What a row's expression can reach: its variables, and files.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) variables: Vec<(String, Value)>,
    pub(crate) host: MemoryHost,
}

/// How the text is to be read.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Expression,
    Template,
}

impl Surroundings {
    pub(super) fn new(variables: Vec<(String, Value)>) -> Self {
        Self { variables, host: MemoryHost::new(Phase::Apply) }
    }

    /// The value, or what is wrong: one error a line.
    pub(super) fn evaluate(&mut self, kind: Kind, text: &str) -> Result<Value, String> {
        let file = FileId::from_index(0);
        let (expression, mut diags): (Expression, Diagnostics) = match kind {
            Kind::Expression => parse_expression(file, text),
            Kind::Template => parse_template(file, text),
        };
        let value = if diags.has_errors() {
            Value::DYNAMIC
        } else {
            let variables = std::mem::take(&mut self.variables);
            let mut evaluation = Evaluation::new(self, &mut diags);
            for (name, value) in &variables {
                evaluation = evaluation.local(name, value.clone());
            }
            let value = evaluation.value(expression.expr());
            self.variables = variables;
            value
        };
        let errors: Vec<String> = diags.iter().filter(|d| d.is_error()).map(words).collect();
        if errors.is_empty() { Ok(value) } else { Err(errors.join("\n")) }
    }
}

fn words(diagnostic: &Diagnostic) -> String {
    format!("{}: {}", diagnostic.summary, diagnostic.detail)
}

impl Scope for Surroundings {
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        let detail = format!("The row gives no {}.", reference.subject);
        diags.push(Diagnostic::error("Unknown variable", detail).at(reference.span));
        Value::DYNAMIC
    }

    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>> {
        let detail = format!("The row gives no function {}.", name.function);
        diags.push(Diagnostic::error("Unknown provider function", detail).at(name.span));
        None
    }

    fn host(&self) -> &dyn Host {
        &self.host
    }
}
