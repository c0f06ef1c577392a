//! Conditions: validations, preconditions, postconditions and the asserts of checks.

use std::sync::Arc;

use wb_core::addr::{AbsNamed, Checkable, NamedKind};
use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics, Severity};
use wb_core::source::Span;
use wb_core::ty::Type;
use wb_core::value::Value;

use crate::config::{CheckId, CheckRule, Variable};
use crate::eval::{Evaluation, evaluate};

use super::{Bindings, InstIx, ModIx, Trace, World};

/// How a condition came out. The later ones outweigh the earlier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CheckState {
    Pass,
    Unknown,
    Fail,
    Error,
}

/// How the conditions of one thing came out.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    pub address: Checkable,
    pub state: CheckState,
    /// What the conditions say that do not hold.
    pub failures: Vec<String>,
}

/// A condition, and how it is told where it does not hold.
#[derive(Clone, Debug)]
pub struct Rule<'c> {
    pub rule: &'c CheckRule,
    pub summary: &'static str,
    /// How grave it is that the condition does not hold.
    pub severity: Severity,
    /// How grave it is that the condition cannot be evaluated.
    pub mistakes: Severity,
    /// Where the value came from that is at fault, if that is known.
    pub place: Option<(Span, String)>,
}

impl<'c> Rule<'c> {
    pub(super) fn of_variable(
        rules: &'c [CheckRule],
        variable: &Variable,
        place: Option<Span>,
    ) -> Vec<Self> {
        let place = place.map(|span| (span, format!("the value of var.{}", variable.name)));
        Self::all(rules, "Invalid value for variable", Severity::Error, &place)
    }

    pub(super) fn of_output(rules: &'c [CheckRule]) -> Vec<Self> {
        Self::all(rules, "Module output value precondition failed", Severity::Error, &None)
    }

    /// Those that must hold before an instance is planned.
    #[must_use]
    pub fn before(rules: &'c [CheckRule]) -> Vec<Self> {
        Self::all(rules, "Resource precondition failed", Severity::Error, &None)
    }

    /// Those that must hold of the instance itself.
    #[must_use]
    pub fn after(rules: &'c [CheckRule]) -> Vec<Self> {
        Self::all(rules, "Resource postcondition failed", Severity::Error, &None)
    }

    /// The same condition where it stops nothing.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { severity: Severity::Warning, mistakes: Severity::Warning, ..self }
    }

    fn all(
        rules: &'c [CheckRule],
        summary: &'static str,
        severity: Severity,
        place: &Option<(Span, String)>,
    ) -> Vec<Self> {
        let mistakes = Severity::Error;
        let of = |rule| Self { rule, summary, severity, mistakes, place: place.clone() };
        rules.iter().map(of).collect()
    }
}

impl World<'_> {
    /// Works out conditions; gives how they came out together, and what those say that do not hold.
    pub fn conditions(
        &self,
        rules: &[Rule<'_>],
        at: ModIx,
        bindings: &Bindings,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> (CheckState, Vec<String>) {
        let (mut state, mut failures) = (CheckState::Pass, Vec::new());
        for rule in rules {
            let (found, message) = self.condition(rule, at, bindings, trace, diags);
            state = state.max(found);
            failures.extend(message);
        }
        (state, failures)
    }

    /// The conditions of a resource instance.
    pub fn instance_conditions(
        &self,
        rules: &[Rule<'_>],
        at: InstIx,
        this: Option<Value>,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> (CheckState, Vec<String>) {
        let mut bindings = self.bindings(at);
        bindings.this = this;
        self.conditions(rules, self.instance(at).module, &bindings, trace, diags)
    }

    fn condition(
        &self,
        rule: &Rule<'_>,
        at: ModIx,
        bindings: &Bindings,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> (CheckState, Option<String>) {
        let expr = rule.rule.condition.expr();
        let first = diags.len();
        let before = diags.error_count();
        let value = evaluate(expr, &mut self.scope(at, bindings.clone(), trace), diags);
        if diags.error_count() > before {
            soften(rule, diags, first);
            return (CheckState::Error, None);
        }
        let refuse = |detail: String, diags: &mut Diagnostics| {
            let summary = "Invalid condition result";
            diags.push(problem(rule.mistakes, summary, detail).at(expr.span()));
            (CheckState::Error, None)
        };
        if trace.is_incomplete() {
            return (CheckState::Unknown, None);
        }
        if value.is_null() {
            return refuse(
                "Condition expression must return either true or false, not null.".to_owned(),
                diags,
            );
        }
        let result = match convert(value.unmarked(), Type::BOOL) {
            Ok(result) => result,
            Err(error) => {
                return refuse(format!("Invalid condition result value: {error}."), diags);
            }
        };
        match result.as_bool() {
            None => (CheckState::Unknown, None),
            Some(true) => (CheckState::Pass, None),
            Some(false) => {
                let message = self.message(rule, at, bindings, trace, diags);
                let mut problem = problem(rule.severity, rule.summary, message.clone());
                problem = match &rule.place {
                    Some((span, what)) => {
                        problem.at(*span).label(expr.span(), format!("this must hold for {what}"))
                    }
                    None => problem.at(expr.span()),
                };
                let mut scope = self.scope(at, bindings.clone(), trace);
                Evaluation::new(&mut scope, diags).report(problem, expr);
                (CheckState::Fail, Some(message))
            }
        }
    }

    /// What the condition says where it does not hold.
    fn message(
        &self,
        rule: &Rule<'_>,
        at: ModIx,
        bindings: &Bindings,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> String {
        let expr = rule.rule.error_message.expr();
        let (first, before) = (diags.len(), diags.error_count());
        let value = evaluate(expr, &mut self.scope(at, bindings.clone(), trace), diags);
        if diags.error_count() > before {
            soften(rule, diags, first);
            return "This condition does not hold, and its error message could not be made."
                .to_owned();
        }
        let marks = value.deep_marks();
        if marks.is_sensitive() || marks.is_ephemeral() {
            let (which, how) = if marks.is_sensitive() {
                ("sensitive", "nonsensitive")
            } else {
                ("ephemeral", "ephemeralasnull")
            };
            let detail =
                format!("The error message is made from {which} values, so it is not shown.");
            diags.push(
                Diagnostic::warning(format!("Error message refers to {which} values"), detail)
                    .at(expr.span())
                    .help(format!("Use {how}() on values that give nothing away.")),
            );
            return format!(
                "The error message included a {which} value, so it will not be displayed."
            );
        }
        match convert(&value, Type::STRING) {
            Ok(text) => text.as_str().map_or_else(
                || "This condition does not hold; its error message is not known yet.".to_owned(),
                |text| text.trim().to_owned(),
            ),
            Err(error) => {
                let detail = format!("Unsuitable value for error message: {error}.");
                diags.push(problem(rule.mistakes, "Invalid error message", detail).at(expr.span()));
                "This condition does not hold.".to_owned()
            }
        }
    }

    /// Works out the conditions of a variable or an output, and keeps how they came out.
    pub(super) fn named_conditions(
        &self,
        at: ModIx,
        kind: NamedKind,
        name: &Arc<str>,
        rules: &[Rule<'_>],
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Value {
        let (state, failures) = self.conditions(rules, at, &Bindings::default(), trace, diags);
        let address = AbsNamed::new(self.module(at).addr.clone(), kind, name);
        trace.checked(Checked { address: Checkable::Named(address), state, failures });
        Value::TRUE
    }

    /// A `check` block. What does not hold is a warning; what cannot be evaluated is an error, as everywhere.
    pub(super) fn check(
        &self,
        at: ModIx,
        id: CheckId,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Value {
        let check = &self.module(at).module.checks[id];
        if let Some(data) = check.data {
            let (first, len) =
                self.read_range(self.module(at).resource(data), trace).unwrap_or_default();
            for i in first..first + len {
                self.read(self.instance(InstIx(i)).node, trace);
            }
        }
        let rules =
            Rule::all(&check.asserts, "Check block assertion failed", Severity::Warning, &None);
        self.named_conditions(at, NamedKind::Check, &check.name, &rules, trace, diags)
    }
}

fn problem(severity: Severity, summary: &'static str, detail: String) -> Diagnostic {
    match severity {
        Severity::Error => Diagnostic::error(summary, detail),
        Severity::Warning => Diagnostic::warning(summary, detail),
    }
}

/// Where nothing is to be stopped, what cannot be evaluated is a warning too.
fn soften(rule: &Rule<'_>, diags: &mut Diagnostics, first: usize) {
    for problem in diags.iter_mut().skip(first) {
        problem.severity = problem.severity.max(rule.mistakes);
    }
}
