//! What all parts of one evaluation share: the scope, the problems found, and how much may still be made.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_core::ty::MAX_DEPTH;
use wb_core::value::{Value, View};

use super::budget::{Budget, DEFAULT_LIMIT};
use super::scope::Scope;
use crate::functions::Fault;
use crate::host::{Host, Phase};
use crate::reference::Reference;

/// The state of an evaluation, as functions see it.
#[derive(Debug)]
pub struct Env<'s> {
    pub(super) scope: &'s mut dyn Scope,
    diags: &'s mut Diagnostics,
    /// How many errors there have been.
    errors: usize,
    budget: Budget,
    /// Why the evaluation is over, once it is. Not among the diagnostics yet, as `try` would discard it there.
    end: Option<Diagnostic>,
    nesting: usize,
    /// How many templates are being rendered, each for the one before.
    pub(super) templates: usize,
    /// Where a number first became infinite.
    pub(super) infinite_at: Option<Span>,
    /// The expression that is evaluated, and the names that have a value there: where random values are drawn.
    origin: Option<(Span, Vec<(&'s str, Value)>)>,
    /// How often that was done.
    draws: u64,
    /// Diagnostics without their values, while those values are being worked out.
    pub(super) is_showing: bool,
}

/// A place in the diagnostics to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checkpoint {
    length: usize,
    errors: usize,
}

impl Checkpoint {
    pub(super) fn errors(self) -> usize {
        self.errors
    }
}

impl<'s> Env<'s> {
    pub(super) fn new(scope: &'s mut dyn Scope, diags: &'s mut Diagnostics) -> Self {
        Self {
            scope,
            diags,
            errors: 0,
            budget: Budget::new(DEFAULT_LIMIT),
            end: None,
            nesting: 0,
            templates: 0,
            infinite_at: None,
            origin: None,
            draws: 0,
            is_showing: false,
        }
    }

    pub(super) fn set_limit(&mut self, bytes: usize) {
        self.budget = Budget::new(bytes);
    }

    pub(crate) fn host(&self) -> &dyn Host {
        self.scope.host()
    }

    /// Says what is evaluated.
    pub(super) fn begin(&mut self, span: Span, locals: &[(&'s str, Value)]) {
        self.origin = Some((span, locals.to_vec()));
    }

    /// Fills `bytes` with random ones.
    pub(crate) fn random(&mut self, bytes: &mut [u8]) {
        self.draws += 1;
        let place = format!("{} {:?} {}", self.scope.place(), self.origin, self.draws);
        self.scope.host().random(&place, bytes);
    }

    pub(super) fn allows_calls(&self) -> bool {
        self.scope.allows_calls()
    }

    /// Counts bytes that are about to be made against the limit.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), Fault> {
        if self.budget.take(bytes) { Ok(()) } else { Err(Fault::exhausted()) }
    }

    /// Whether something of so many bytes could still be made; where not, the evaluation ends before it is.
    pub(super) fn has_room(&mut self, bytes: usize, span: Span) -> bool {
        let fits = self.budget.has(bytes);
        if !fits {
            self.exhaust(span);
        }
        fits
    }

    /// Counts the work of comparing two values, which shared parts do not make less; whether it may be done.
    pub(super) fn charge_comparison(&mut self, a: &Value, b: &Value, span: Span) -> bool {
        let fits = self.budget.take(a.size().min(b.size()));
        if !fits {
            self.exhaust(span);
        }
        fits
    }

    /// Ends the evaluation: it makes too much.
    pub(super) fn exhaust(&mut self, span: Span) {
        let limit = self.budget.words();
        let detail = format!(
            "Evaluating this would take the expression over its limit of {limit}. Lists and strings that are repeated \
             or multiplied in several steps grow beyond what any machine can hold."
        );
        self.end_with(Diagnostic::error("Result too large", detail).at(span));
    }

    fn end_with(&mut self, diagnostic: Diagnostic) {
        self.errors += 1;
        let place = diagnostic.subject;
        let end = self.end.get_or_insert(diagnostic);
        end.subject = end.subject.or(place);
    }

    /// The evaluation ended in a text that nobody else knows, so that the place must be that of the call around it.
    pub(super) fn forget_end_place(&mut self) {
        if let Some(end) = &mut self.end {
            end.subject = None;
        }
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.end.is_some()
    }

    /// Counts one level of nesting; whether that is still allowed.
    pub(super) fn enter(&mut self, limit: usize, span: Span) -> bool {
        if self.nesting < limit {
            self.nesting += 1;
            return true;
        }
        let detail = "This expression, with the templates that it renders, nests more deeply than is supported.";
        self.end_with(Diagnostic::error("Expression nests too deeply", detail).at(span));
        false
    }

    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Counts what a new value takes itself, without what it shares with others, and whether it is too deep to keep.
    pub(super) fn admit(&mut self, value: &Value, span: Span) -> bool {
        if value.ty().depth() > MAX_DEPTH {
            let detail = format!("Values and types may nest at most {MAX_DEPTH} deep.");
            self.end_with(Diagnostic::error("Value nests too deeply", detail).at(span));
            return false;
        }
        let bytes = match value.unmarked().view() {
            View::String(text) => text.len(),
            View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
                size_of_val(elements)
            }
            View::Map(map) => map.len() * 2 * size_of::<Value>(),
            View::Object(object) => size_of_val(object.values()),
            View::Number(number) => {
                if number.is_infinite() {
                    self.infinite_at.get_or_insert(span);
                }
                0
            }
            _ => 0,
        };
        let fits = self.budget.take(size_of::<Value>() + bytes);
        if !fits {
            self.exhaust(span);
        }
        fits
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.is_error());
        self.diags.push(diagnostic);
    }

    /// An error that was reported before this evaluation began.
    pub(super) fn count_earlier_error(&mut self) {
        self.errors += 1;
    }

    /// How many errors there have been; to compare with.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn resolve(&mut self, reference: &Reference<'_>) -> Value {
        self.watched(|scope, diags| scope.resolve(reference, diags))
    }

    /// Lets the scope work, and counts the errors that it reports.
    pub(super) fn watched<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Scope, &mut Diagnostics) -> T,
    ) -> T {
        let before = self.diags.len();
        let result = work(self.scope, self.diags);
        self.errors += self.diags.iter().skip(before).filter(|d| d.is_error()).count();
        result
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { length: self.diags.len(), errors: self.errors }
    }

    /// Forgets what was reported since.
    pub(super) fn rewind(&mut self, to: Checkpoint) {
        self.diags.truncate(to.length);
        self.errors = to.errors;
    }

    /// Takes back what was reported since.
    pub(super) fn take_since(&mut self, checkpoint: Checkpoint) -> Vec<Diagnostic> {
        let since = self.diags.iter().skip(checkpoint.length).cloned().collect();
        self.rewind(checkpoint);
        since
    }

    /// Forgets what was reported between two checkpoints, and keeps what came after.
    pub(super) fn forget_between(&mut self, from: Checkpoint, to: Checkpoint) {
        let later = self.take_since(to);
        self.rewind(from);
        later.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }

    /// The end of an evaluation: what only counts there is reported, and the value, if it stands, given back.
    pub(super) fn finish(mut self, value: Value, span: Span) -> Value {
        if self.end.is_none() && self.budget.is_beyond(&value) {
            self.exhaust(span);
        }
        if let Some(end) = self.end {
            self.diags.push(end);
            return Value::DYNAMIC;
        }
        let is_written = self.scope.host().phase() != Phase::Console;
        if let Some(at) = self.infinite_at.filter(|_| is_written && self.errors == 0)
            && holds_infinity(&value)
        {
            let detail = "The result is infinite, as it is after a division by zero. No attribute, output or file can \
                          hold such a number.";
            self.diags.push(Diagnostic::error("Number out of range", detail).at(at).within(span));
            return Value::DYNAMIC;
        }
        value
    }
}

fn holds_infinity(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |_, value| {
        found |= matches!(value.unmarked().view(), View::Number(number) if number.is_infinite());
        !found
    });
    found
}
