//! A scope for tests: variables, and two resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use wb_core::addr::Mode;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::FunctionLogic;
use wb_core::source::FileId;
use wb_core::text::quote;
use wb_core::value::Value;

use super::scope::{ProviderFunctionName, Scope};
use super::{Evaluation, evaluate};
use crate::host::{Host, MemoryHost};
use crate::reference::{Key, Reference, Subject};

/// `var.NAME` is a value of the table, `test.NAME` a resource whose whole value is one, `module.NAME` likewise.
#[derive(Debug)]
pub(crate) struct TestScope {
    host: MemoryHost,
    values: BTreeMap<String, Value>,
    /// Everything that was asked for, as written.
    pub(crate) asked: Vec<String>,
}

impl TestScope {
    pub(crate) fn new(host: MemoryHost) -> Self {
        Self { host, values: BTreeMap::new(), asked: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.values.insert(name.to_owned(), value);
        self
    }

    fn value(&self, name: &str, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        if let Some(value) = self.values.get(name) {
            return value.clone();
        }
        let detail = format!("There is no {}.", quote(name));
        diags.push(Diagnostic::error("Reference to nothing", detail).at(reference.span));
        Value::DYNAMIC
    }
}

impl Scope for TestScope {
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        self.asked.push(reference.subject.to_string());
        let at = |value: Value, key: Key<'_>| {
            let key = match key {
                Key::Whole => return value,
                Key::Int(index) => Value::int(index),
                Key::String(text) => Value::from(text),
            };
            wb_core::access::index(&value, &key).unwrap_or(Value::DYNAMIC)
        };
        match reference.subject {
            Subject::Variable(name) => self.value(name, reference, diags),
            Subject::Resource { mode: Mode::Managed, kind: "test", name, key } => {
                at(self.value(name, reference, diags), key)
            }
            Subject::Module { name, key, output } => {
                let value = at(self.value(name, reference, diags), key);
                match output {
                    Some(output) => value.get_attr(output).unwrap_or(Value::DYNAMIC),
                    None => value,
                }
            }
            _ => self.value(&reference.subject.to_string(), reference, diags),
        }
    }

    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>> {
        let detail = format!("There is no function {}.", quote(name.function));
        diags.push(Diagnostic::error("Unknown provider function", detail).at(name.span));
        None
    }

    fn host(&self) -> &dyn Host {
        &self.host
    }
}

/// Parses and evaluates.
pub(crate) fn run(text: &str, scope: &mut TestScope) -> (Value, Diagnostics) {
    let (expression, mut diags) = wb_hcl::parse_expression(FileId::from_index(0), text);
    let value = if diags.has_errors() {
        Value::DYNAMIC
    } else {
        evaluate(expression.expr(), scope, &mut diags)
    };
    (value, diags)
}

/// The value, or what is wrong: summary, detail, the text at fault and the values shown.
pub(crate) fn show(text: &str, scope: &mut TestScope) -> String {
    let (value, diags) = run(text, scope);
    if diags.is_empty() {
        return format!("{value:?}");
    }
    let one = |d: &Diagnostic| {
        let at = d.subject.map_or("", |s| &text[s.start as usize..s.end as usize]);
        let mut line = format!("{}: {} <{at}>", d.summary, d.detail);
        for value in &d.values {
            line += &format!(" [{} {}]", value.traversal, value.statement);
        }
        for help in &d.help {
            line += &format!(" ({help})");
        }
        line
    };
    diags.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Evaluates with a limit on what may be made.
pub(crate) fn run_limited(text: &str, limit: usize, scope: &mut TestScope) -> Diagnostics {
    let (expression, mut diags) = wb_hcl::parse_expression(FileId::from_index(0), text);
    let value = Evaluation::new(scope, &mut diags).limit(limit).value(expression.expr());
    drop(value);
    diags
}
