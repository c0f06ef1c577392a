//! Traversals and indexes.

use wb_core::access::{self, AccessError};
use wb_core::diag::Diagnostic;
use wb_core::number::Number;
use wb_core::source::Span;
use wb_core::text::quote;
use wb_core::value::{Value, View};
use wb_hcl::{Expr, ExprKind, Step, StepKind, Steps, Traversal, suggest};

use super::Evaluator;
use crate::reference::{Key, Reference, ReferenceError, Subject};

impl<'t> Evaluator<'_, '_, 't> {
    /// A name, and attributes and elements of what it stands for.
    pub(super) fn traversal(&mut self, traversal: &Traversal<'t>, whole: Expr<'t>) -> Value {
        if let Some(value) = self.local(traversal.root()) {
            let value = value.clone();
            return self.walk(value, traversal.steps().iter(), whole);
        }
        if self.is_template {
            return self.unknown_variable(traversal);
        }
        let before = self.env.errors();
        match self.reference(traversal) {
            Ok(reference) => {
                let value = self.env.resolve(&reference);
                if self.env.errors() > before {
                    return Value::DYNAMIC;
                }
                self.walk(value, reference.rest(), whole)
            }
            Err(error) => {
                self.env.report(error.into());
                Value::DYNAMIC
            }
        }
    }

    fn reference<'a>(&self, traversal: &'a Traversal<'_>) -> Result<Reference<'a>, ReferenceError> {
        let reference = if self.env.scope.is_test() {
            Reference::parse_in_test(traversal)?
        } else {
            Reference::parse(traversal)?
        };
        match reference.subject {
            Subject::TypeKeyword(_) => Err(ReferenceError::type_as_value(traversal)),
            _ => Ok(reference),
        }
    }

    /// The value that a traversal starts from, for showing it, and how many steps that took.
    pub(super) fn start_of(&mut self, traversal: &Traversal<'t>) -> Option<(Value, usize)> {
        if let Some(value) = self.local(traversal.root()) {
            return Some((value.clone(), 0));
        }
        if self.is_template {
            return None;
        }
        let before = self.env.checkpoint();
        let reference = self.reference(traversal).ok()?;
        let value = self.env.resolve(&reference);
        let failed = self.env.errors() > before.errors();
        self.env.rewind(before);
        let taken = traversal.steps().len() - reference.rest().len();
        (!failed).then_some((value, taken))
    }

    /// The innermost value under a name that is no reference.
    pub(super) fn local(&self, name: &str) -> Option<&Value> {
        self.locals.iter().rev().find(|(local, _)| *local == name).map(|(_, value)| value)
    }

    fn unknown_variable(&mut self, traversal: &Traversal<'t>) -> Value {
        let name = traversal.root();
        let near = suggest::nearest(name, self.locals.iter().map(|(local, _)| *local));
        let hint = near.map(|near| format!(" Did you mean {}?", quote(near))).unwrap_or_default();
        let detail = format!("There is no variable named {}.{hint}", quote(name));
        self.error("Unknown variable", detail, traversal.root_span());
        Value::DYNAMIC
    }

    /// Goes on from a value.
    pub(super) fn walk<'a>(
        &mut self,
        value: Value,
        steps: impl Iterator<Item = Step<'a>>,
        whole: Expr<'t>,
    ) -> Value {
        let mut value = value;
        for step in steps {
            let next = match step.kind {
                StepKind::Attribute(name) => access::get_attr(&value, name),
                StepKind::Key(key) => access::index(&value, &Value::string(key)),
                StepKind::Index(digits) => match Number::parse(digits) {
                    Ok(number) => access::index(&value, &Value::number(number)),
                    Err(_) => Err(out_of_range()),
                },
                StepKind::Odd(key) => access::index(&value, &constant(key)),
                StepKind::Splat => Ok(Value::DYNAMIC),
            };
            value = match next {
                Ok(value) => value,
                Err(error) => return self.no_access(&error, &value, step.kind, step.span, whole),
            };
        }
        value
    }

    fn no_access(
        &mut self,
        error: &AccessError,
        value: &Value,
        step: StepKind<'_>,
        span: Span,
        whole: Expr<'t>,
    ) -> Value {
        let mut diagnostic =
            Diagnostic::error(error.summary, error.detail.as_str()).at(span).within(whole.span());
        let wanted = match step {
            StepKind::Attribute(name) | StepKind::Key(name) => Some(name),
            _ => None,
        };
        if let Some(near) = wanted.and_then(|name| nearest_name(value, name)) {
            diagnostic = diagnostic.help(format!("Did you mean {}?", quote(near)));
        }
        self.report_about(diagnostic, whole);
        Value::DYNAMIC
    }

    /// Attributes and elements, by constant keys, of any expression.
    pub(super) fn relative_traversal(
        &mut self,
        source: Expr<'t>,
        steps: Steps<'t>,
        whole: Expr<'t>,
    ) -> Value {
        let before = self.env.errors();
        let (value, taken) = match source.kind() {
            ExprKind::Index { collection, key, brackets } => {
                self.index_then(collection, key, brackets, steps.get(0), source)
            }
            _ => (self.expr(source), 0),
        };
        if self.env.errors() > before {
            return Value::DYNAMIC;
        }
        self.walk(value, steps.iter().skip(taken), whole)
    }

    /// An element by a key that is an expression.
    pub(super) fn index(
        &mut self,
        collection: Expr<'t>,
        key: Expr<'t>,
        brackets: Span,
        whole: Expr<'t>,
    ) -> Value {
        self.index_then(collection, key, brackets, None, whole).0
    }

    /// As [`Self::index`]. Where the collection is a resource or a module call, the scope is asked for the one
    /// instance that the key names, so that an expression depends on no other. Of a module call only one output is
    /// needed where `next` names it; how many further steps that took is returned too.
    fn index_then(
        &mut self,
        collection: Expr<'t>,
        key: Expr<'t>,
        brackets: Span,
        next: Option<Step<'t>>,
        whole: Expr<'t>,
    ) -> (Value, usize) {
        let before = self.env.errors();
        if let ExprKind::Traversal(traversal) = collection.kind()
            && let Some(reference) = self.to_all_instances(&traversal)
        {
            let key_value = self.expr(key);
            if self.env.errors() > before {
                return (Value::DYNAMIC, 0);
            }
            if let Some(key) = single_key(&key_value) {
                let span = reference.span.join(brackets);
                let (subject, taken) = one_instance(reference.subject, key, next);
                let value = self.env.resolve(&reference.with_subject(subject, span));
                return (value.with_marks(key_value.marks()), taken);
            }
            let collection_value = self.expr(collection);
            return (self.element(&collection_value, &key_value, before, key, brackets, whole), 0);
        }
        let collection_value = self.expr(collection);
        let key_value = self.expr(key);
        (self.element(&collection_value, &key_value, before, key, brackets, whole), 0)
    }

    /// The reference, if it is to a resource or a module call as a whole.
    fn to_all_instances<'a>(&self, traversal: &'a Traversal<'_>) -> Option<Reference<'a>> {
        if self.is_template || self.local(traversal.root()).is_some() {
            return None;
        }
        let reference = self.reference(traversal).ok()?;
        let is_whole = matches!(
            reference.subject,
            Subject::Resource { key: Key::Whole, .. }
                | Subject::Module { key: Key::Whole, output: None, .. }
        );
        (is_whole && reference.rest().len() == 0).then_some(reference)
    }

    fn element(
        &mut self,
        collection: &Value,
        key: &Value,
        before: usize,
        key_expr: Expr<'t>,
        brackets: Span,
        whole: Expr<'t>,
    ) -> Value {
        if self.env.errors() > before {
            return Value::DYNAMIC;
        }
        access::index(collection, key).unwrap_or_else(|error| {
            let step = match key_expr.kind() {
                ExprKind::String(text) => StepKind::Key(text),
                _ => StepKind::Splat,
            };
            self.no_access(&error, collection, step, brackets, whole)
        })
    }
}

/// A key that names one instance.
fn single_key(key: &Value) -> Option<Key<'_>> {
    match key.unmarked().view() {
        View::String(text) => Some(Key::String(text)),
        View::Number(number) => number.to_i64().map(Key::Int),
        _ => None,
    }
}

/// The subject narrowed down to one instance, and to one output where a step names it, which is then taken.
fn one_instance<'a>(
    subject: Subject<'a>,
    key: Key<'a>,
    next: Option<Step<'a>>,
) -> (Subject<'a>, usize) {
    match subject {
        Subject::Resource { mode, kind, name, .. } => {
            (Subject::Resource { mode, kind, name, key }, 0)
        }
        Subject::Module { name, .. } => match next.map(|step| step.kind) {
            Some(StepKind::Attribute(output)) => {
                (Subject::Module { name, key, output: Some(output) }, 1)
            }
            _ => (Subject::Module { name, key, output: None }, 0),
        },
        other => (other, 0),
    }
}

/// The name in an object or map that is nearest to one that is not there.
fn nearest_name<'v>(value: &'v Value, wanted: &str) -> Option<&'v str> {
    match value.unmarked().view() {
        View::Map(map) if !value.is_marked() => suggest::nearest(wanted, map.keys()),
        View::Map(_) => None,
        _ => suggest::nearest(wanted, value.ty().as_object()?.shape().names()),
    }
}

/// The value of a key that is `true`, `false` or `null`.
fn constant(key: Expr<'_>) -> Value {
    match key.kind() {
        ExprKind::Bool(value) => Value::bool(value),
        _ => Value::null(wb_core::ty::Type::DYNAMIC),
    }
}

fn out_of_range() -> AccessError {
    let detail = "This number is too large to be an index.".to_owned();
    AccessError { summary: "Invalid index", detail }
}
