//! `for` expressions.

use std::collections::BTreeMap;

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::marks::Marks;
use wb_core::text::{Name, quote};
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_hcl::{Expr, For};

use super::Evaluator;

const INVALID_CONDITION: &str = "Invalid 'for' condition";
const INVALID_KEY: &str = "Invalid object key";

/// A loop that is being run.
struct Loop<'t> {
    each: For<'t>,
    whole: Expr<'t>,
    /// What the collection, the conditions and the keys wore: it all decided on the result.
    marks: Marks,
    /// Whether it is known which elements there are, and under which keys.
    is_known: bool,
}

/// The elements found so far.
enum Collected {
    Tuple(Vec<Value>),
    Object(BTreeMap<Name, Value>),
    Groups(BTreeMap<Name, Vec<Value>>),
}

impl<'t> Evaluator<'_, '_, 't> {
    pub(super) fn for_loop(&mut self, each: For<'t>, whole: Expr<'t>) -> Value {
        let before = self.env.errors();
        let source = self.expr(each.collection());
        if self.env.errors() > before {
            return Value::DYNAMIC;
        }
        let Some(source) = self.iterable(source, each, whole) else { return Value::DYNAMIC };
        let mut run = Loop { each, whole, marks: source.marks().clone(), is_known: true };
        let Some(elements) = elements(source.unmarked()) else {
            // Nothing is known of the elements, but a condition can be wrong for all, and its marks count.
            self.condition_for_any(&mut run);
            return Value::DYNAMIC.with_marks(&run.marks);
        };
        if elements.len() == 0 {
            self.condition_for_any(&mut run);
            if self.env.errors() > before {
                return Value::DYNAMIC;
            }
            // There is no element that it could take.
            (run.marks, run.is_known) = (source.marks().clone(), true);
        }
        let mut collected = match (each.key(), each.is_grouped()) {
            (None, _) => Collected::Tuple(Vec::with_capacity(elements.len())),
            (Some(_), false) => Collected::Object(BTreeMap::new()),
            (Some(_), true) => Collected::Groups(BTreeMap::new()),
        };
        for at in 0..elements.len() {
            let (key, value) = elements.get(at, each.key_name().is_some());
            self.turn(&mut run, &mut collected, key, value);
            // The next element would only complain about the same again.
            if self.env.errors() > before {
                return Value::DYNAMIC.with_marks(&run.marks);
            }
        }
        if !run.is_known {
            return Value::DYNAMIC.with_marks(&run.marks);
        }
        self.admit(collected.into_value().with_marks(&run.marks), whole.span())
    }

    /// The collection, if it is one.
    fn iterable(&mut self, source: Value, each: For<'t>, whole: Expr<'t>) -> Option<Value> {
        let ty = source.ty();
        if source.is_null() {
            let detail = "A null value cannot be used as the collection in a 'for' expression.";
            self.error_in("Iteration over null value", detail, each.collection(), whole.span());
            return None;
        }
        if ty.is_primitive() {
            let name = ty.friendly_name();
            let detail = format!(
                "A value of type {name} cannot be used as the collection in a 'for' expression."
            );
            self.error_in(
                "Iteration over non-iterable value",
                detail,
                each.collection(),
                whole.span(),
            );
            return None;
        }
        Some(source)
    }

    /// The condition, with nothing known of the element.
    fn condition_for_any(&mut self, run: &mut Loop<'t>) {
        if run.each.condition().is_some() {
            self.with_element(run.each, Value::DYNAMIC, Value::DYNAMIC, |this| {
                this.is_included(run);
            });
        }
    }

    /// One element.
    fn turn(&mut self, run: &mut Loop<'t>, collected: &mut Collected, key: Value, value: Value) {
        self.with_element(run.each, key, value, |this| {
            if this.is_included(run) {
                this.collect(run, collected);
            }
        });
    }

    fn with_element(
        &mut self,
        each: For<'t>,
        key: Value,
        value: Value,
        work: impl FnOnce(&mut Self),
    ) {
        let depth = self.locals.len();
        if let Some(name) = each.key_name() {
            self.locals.push((name, key));
        }
        self.locals.push((each.value_name(), value));
        work(self);
        self.locals.truncate(depth);
    }

    /// Whether the condition takes the current element, which may not be known.
    fn is_included(&mut self, run: &mut Loop<'t>) -> bool {
        let Some(condition) = run.each.condition() else { return true };
        let before = self.env.errors();
        let answer = self.expr(condition);
        if self.env.errors() > before {
            return false;
        }
        if answer.is_null() {
            let detail = "The value of the 'if' clause must not be null.";
            self.error_in(INVALID_CONDITION, detail, condition, run.whole.span());
            return false;
        }
        run.marks = run.marks.union(answer.marks());
        match convert(answer.unmarked(), Type::BOOL) {
            Ok(answer) => {
                run.is_known &= answer.is_known();
                answer.is_true()
            }
            Err(error) => {
                let detail = format!("The 'if' clause value is invalid: {error}.");
                self.error_in(INVALID_CONDITION, detail, condition, run.whole.span());
                false
            }
        }
    }

    fn collect(&mut self, run: &mut Loop<'t>, collected: &mut Collected) {
        let key = match run.each.key() {
            None => None,
            Some(expr) => match self.object_key(expr, run) {
                None => return,
                key => key,
            },
        };
        let value = self.expr(run.each.value());
        // Each element is held until the end, so it counts now.
        if self.env.charge(size_of::<Value>()).is_err() {
            return self.env.exhaust(run.whole.span());
        }
        match (collected, key) {
            (Collected::Object(attributes), Some(key)) => {
                if attributes.contains_key(&key) {
                    return self.duplicate_key(&key, run);
                }
                attributes.insert(key, value);
            }
            (Collected::Groups(groups), Some(key)) => groups.entry(key).or_default().push(value),
            (Collected::Tuple(elements), _) => elements.push(value),
            (_, None) => {}
        }
    }

    /// The key of the current element; nothing where it is not known or is none, which is reported.
    fn object_key(&mut self, expr: Expr<'t>, run: &mut Loop<'t>) -> Option<Name> {
        let before = self.env.errors();
        let key = self.expr(expr);
        if self.env.errors() > before {
            return None;
        }
        if key.is_null() {
            let detail = "Key expression in 'for' expression must not produce a null value.";
            self.error_in(INVALID_KEY, detail, expr, run.whole.span());
            return None;
        }
        run.marks = run.marks.union(key.marks());
        if !key.is_known() {
            run.is_known = false;
            return None;
        }
        match convert(key.unmarked(), Type::STRING) {
            Ok(key) => key.as_str().map(Name::from),
            Err(error) => {
                let detail = format!("The key expression produced an invalid result: {error}.");
                self.error_in(INVALID_KEY, detail, expr, run.whole.span());
                None
            }
        }
    }

    fn duplicate_key(&mut self, key: &str, run: &Loop<'t>) {
        let Some(expr) = run.each.key() else { return };
        let shown = if run.marks.is_sensitive() || run.marks.is_ephemeral() {
            "the same key".to_owned()
        } else {
            format!("the key {}", quote(key))
        };
        let detail = format!(
            "Two different items produced {shown} in this 'for' expression. If duplicates are expected, use the \
             ellipsis (...) after the value expression to enable grouping by key."
        );
        let diagnostic = Diagnostic::error("Duplicate object key", detail)
            .at(expr.span())
            .within(run.whole.span());
        self.report_about(diagnostic, expr);
    }
}

impl Collected {
    fn into_value(self) -> Value {
        match self {
            Self::Tuple(elements) => Value::tuple(elements),
            Self::Object(attributes) => Value::object(attributes),
            Self::Groups(groups) => {
                Value::object(groups.into_iter().map(|(key, group)| (key, Value::tuple(group))))
            }
        }
    }
}

/// What a loop goes through.
enum Elements<'v> {
    Sequence(&'v [Value]),
    /// Every element is its own key.
    Set(&'v [Value]),
    Named(Vec<(&'v str, &'v Value)>),
}

/// The elements of a collection; nothing where they are not known.
fn elements(collection: &Value) -> Option<Elements<'_>> {
    match collection.view() {
        View::List(elements) | View::Tuple(elements) => Some(Elements::Sequence(elements)),
        View::Set(elements) => Some(Elements::Set(elements)),
        View::Map(map) => Some(Elements::Named(map.iter().collect())),
        View::Object(object) => Some(Elements::Named(object.iter().collect())),
        _ => None,
    }
}

impl Elements<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Sequence(elements) | Self::Set(elements) => elements.len(),
            Self::Named(entries) => entries.len(),
        }
    }

    /// A key and its value; the key only where it is wanted.
    fn get(&self, at: usize, wants_key: bool) -> (Value, Value) {
        let key = |make: &dyn Fn() -> Value| if wants_key { make() } else { Value::DYNAMIC };
        match self {
            Self::Sequence(elements) => (key(&|| Value::from(at)), elements[at].clone()),
            Self::Set(elements) => (key(&|| elements[at].clone()), elements[at].clone()),
            Self::Named(entries) => {
                let (name, value) = entries[at];
                (key(&|| Value::string(name)), value.clone())
            }
        }
    }
}
