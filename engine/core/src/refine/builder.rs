//! Adding to what is known about a value.

use std::cmp::Ordering;
use std::fmt;

use crate::marks::Marks;
use crate::number::Number;
use crate::text::normalize;
use crate::ty::{Type, TypeKind};
use crate::value::{Value, View};

use super::{Bound, Bounds, MAX_LENGTH, Refinement, safe_prefix};

/// A promise about a value that contradicts the value, its type, or an earlier promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefineError(String);

/// Collects refinements of one value, which may be known already: then they are only checked against it. The first
/// contradiction is kept and reported by [`Refine::build`].
#[derive(Debug)]
pub struct Refine {
    value: Value,
    marks: Marks,
    state: Result<State, RefineError>,
}

#[derive(Debug)]
struct State {
    /// `Some(true)` once the value is promised to be null.
    null: Option<bool>,
    bounds: Bounds,
}

impl Value {
    /// Starts refining this value.
    #[must_use]
    pub fn refine(&self) -> Refine {
        let (value, marks) = self.unmark();
        let (null, bounds) = match value.view() {
            View::Unknown(refinement) => {
                (refinement.not_null.then_some(false), refinement.bounds.clone())
            }
            View::Null(_) => (Some(true), Bounds::None),
            _ => (None, Bounds::None),
        };
        Refine { value, marks, state: Ok(State { null, bounds }) }
    }

    /// The same value with the promise that it is not null. A value that is already known stays as it is.
    #[must_use]
    pub fn refine_not_null(&self) -> Self {
        if self.is_known() {
            return self.clone();
        }
        // Not-null can only contradict "null", and an unknown value is never promised to be that.
        self.refine().not_null().build().unwrap_or_else(|_| self.clone())
    }
}

impl Refine {
    /// Promises that the value is not null.
    #[must_use]
    pub fn not_null(self) -> Self {
        self.with(|_, state| {
            if state.null == Some(true) {
                return Err(error("refining null value as non-null"));
            }
            state.null = Some(false);
            Ok(())
        })
    }

    /// Promises that the value is null.
    #[must_use]
    pub fn null(self) -> Self {
        self.with(|value, state| {
            if state.null == Some(false) || (value.is_known() && !value.is_null()) {
                return Err(error("refining non-null value as null"));
            }
            state.null = Some(true);
            Ok(())
        })
    }

    /// Promises a lower bound of a number.
    #[must_use]
    pub fn number_min(self, number: impl Into<Number>, inclusive: bool) -> Self {
        self.number_bound(number.into(), inclusive, Ordering::Less)
    }

    /// Promises an upper bound of a number.
    #[must_use]
    pub fn number_max(self, number: impl Into<Number>, inclusive: bool) -> Self {
        self.number_bound(number.into(), inclusive, Ordering::Greater)
    }

    /// Promises that a number lies between two, both included.
    #[must_use]
    pub fn number_range(self, min: impl Into<Number>, max: impl Into<Number>) -> Self {
        self.number_min(min, true).number_max(max, true)
    }

    /// Promises that a collection has no fewer elements.
    #[must_use]
    pub fn length_min(self, length: usize) -> Self {
        self.length_bound(Some(length), None)
    }

    /// Promises that a collection has no more elements.
    #[must_use]
    pub fn length_max(self, length: usize) -> Self {
        self.length_bound(None, Some(length))
    }

    /// Promises how many elements a collection has.
    #[must_use]
    pub fn length(self, length: usize) -> Self {
        self.length_min(length).length_max(length)
    }

    /// Promises that a string begins as `prefix` does, where what follows is not known and may combine with its last
    /// character: see [`safe_prefix`].
    #[must_use]
    pub fn prefix(self, prefix: &str) -> Self {
        let safe = safe_prefix(prefix);
        self.exact_prefix(&safe)
    }

    /// Promises that a string begins exactly with `prefix`.
    #[must_use]
    pub fn exact_prefix(self, prefix: &str) -> Self {
        let prefix = normalize(prefix).into_owned();
        self.with(|value, state| {
            let ty = value.ty();
            if ty != Type::STRING {
                return Err(error(format!("cannot refine string prefix for a {ty} value")));
            }
            if let View::String(text) = value.view()
                && !overlap(text, &prefix)
            {
                return Err(error("refined prefix is inconsistent with known value"));
            }
            let have = match &state.bounds {
                Bounds::Prefix(have) => have.as_str(),
                _ => "",
            };
            if !overlap(have, &prefix) {
                return Err(error("refined prefix is inconsistent with previous refined prefix"));
            }
            if prefix.len() > have.len() {
                state.bounds = Bounds::Prefix(prefix.as_str().into());
            }
            Ok(())
        })
    }

    /// The refined value: still unknown, or known where the refinements leave only one possibility, or a list of
    /// unknown elements where they fix its length.
    ///
    /// # Errors
    /// When two promises contradict each other, or one the value or its type.
    pub fn build(self) -> Result<Value, RefineError> {
        let state = self.state?;
        let value = if self.value.is_known() || self.value.ty() == Type::DYNAMIC {
            self.value
        } else {
            state.value(self.value.ty())
        };
        Ok(value.with_marks(&self.marks))
    }

    /// Values of unknown type take promises without keeping any.
    fn with(mut self, step: impl FnOnce(&Value, &mut State) -> Result<(), RefineError>) -> Self {
        let untyped = self.value.ty() == Type::DYNAMIC && !self.value.is_known();
        if let (false, Ok(state)) = (untyped, &mut self.state)
            && let Err(e) = step(&self.value, state)
        {
            self.state = Err(e);
        }
        self
    }

    /// `toward` is the side on which the bound cuts off: `Less` for a lower bound.
    fn number_bound(self, number: Number, inclusive: bool, toward: Ordering) -> Self {
        self.with(|value, state| {
            let ty = value.ty();
            if ty != Type::NUMBER {
                return Err(error(format!("cannot refine numeric bounds for a {ty} value")));
            }
            let bound = Bound { number, inclusive };
            if let View::Number(known) = value.view()
                && !bound.admits(known, toward)
            {
                let sign = if toward.is_lt() { '>' } else { '<' };
                let or_equal = if inclusive { "=" } else { "" };
                let number = &bound.number;
                return Err(error(format!("refining {known} to be {sign}{or_equal} {number}")));
            }
            state.narrow(bound, toward)
        })
    }

    fn length_bound(self, lower: Option<usize>, upper: Option<usize>) -> Self {
        self.with(|value, state| {
            let ty = value.ty();
            if !ty.is_collection() {
                let what = "cannot refine collection length bounds for a";
                return Err(error(format!("{what} {ty} value")));
            }
            if value.is_known() && !value.is_null() {
                let (fewest, most) = value.length_bounds();
                if let Some(lower) = lower.filter(|lower| *lower > most) {
                    let what = format!("collection of length {most} with lower bound {lower}");
                    return Err(error(format!("refining {what}")));
                }
                if let Some(upper) = upper.filter(|upper| *upper < fewest) {
                    let what = format!("collection of length {fewest} with upper bound {upper}");
                    return Err(error(format!("refining {what}")));
                }
            }
            state.narrow_length(lower, upper)
        })
    }
}

impl State {
    fn narrow(&mut self, bound: Bound, toward: Ordering) -> Result<(), RefineError> {
        let (mut min, mut max) = match std::mem::take(&mut self.bounds) {
            Bounds::Number { min, max } => (min, max),
            _ => (None, None),
        };
        let side = if toward.is_lt() { &mut min } else { &mut max };
        let is_narrower = side.as_ref().is_none_or(|have| bound.is_narrower(have, toward));
        // A bound at infinity says nothing.
        let says_nothing =
            bound.number.is_infinite() && bound.number.is_negative() == toward.is_lt();
        if is_narrower && !says_nothing {
            *side = Some(bound);
        }
        if let (Some(min), Some(max)) = (&min, &max) {
            let consistent = match min.number.compare(&max.number) {
                Ordering::Less => true,
                Ordering::Equal => min.inclusive == max.inclusive,
                Ordering::Greater => false,
            };
            if !consistent {
                let (min, max) = (&min.number, &max.number);
                return Err(error(format!(
                    "number lower bound {min} is greater than upper bound {max}"
                )));
            }
        }
        if min.is_some() || max.is_some() {
            self.bounds = Bounds::Number { min, max };
        }
        Ok(())
    }

    fn narrow_length(
        &mut self,
        lower: Option<usize>,
        upper: Option<usize>,
    ) -> Result<(), RefineError> {
        let (min, max) = match self.bounds {
            Bounds::Length { min, max } => (min, max),
            _ => (0, MAX_LENGTH),
        };
        let min = lower.map_or(min, |lower| lower.max(min));
        let max = upper.map_or(max, |upper| upper.min(max));
        if max < min {
            let what = "is less than lower bound";
            return Err(error(format!("collection length upper bound {max} {what} {min}")));
        }
        self.bounds =
            if (min, max) == (0, MAX_LENGTH) { Bounds::None } else { Bounds::Length { min, max } };
        Ok(())
    }

    /// The value of this type of which nothing but this is known.
    fn value(self, ty: Type) -> Value {
        if self.null == Some(true) {
            return Value::null(ty);
        }
        let not_null = self.null == Some(false);
        if not_null && let Some(known) = self.bounds.only_value(ty) {
            return known;
        }
        Value::refined(ty, Refinement { not_null, bounds: self.bounds })
    }
}

impl Bounds {
    /// The one value of this type, null aside, that these bounds leave.
    fn only_value(&self, ty: Type) -> Option<Value> {
        match self {
            Self::Number { min: Some(min), max: Some(max) }
                if min.inclusive && max.inclusive && min.number == max.number =>
            {
                Some(Value::number(min.number.clone()))
            }
            Self::Length { min, max } if min == max => match (ty.kind(), *min) {
                (TypeKind::List(element), 0) => Some(Value::list(element, [])),
                (TypeKind::Set(element), 0) => Some(Value::set(element, [])),
                (TypeKind::Map(element), 0) => Some(Value::map::<&str>(element, [])),
                (TypeKind::List(element), length) if length <= Self::MOST_PLACEHOLDERS => {
                    let unknown = Value::unknown(element);
                    Some(Value::list(element, std::iter::repeat_n(unknown, length)))
                }
                // One unknown element has nothing to coincide with.
                (TypeKind::Set(element), 1) => Some(Value::set(element, [Value::unknown(element)])),
                _ => None,
            },
            _ => None,
        }
    }

    /// A promise of more elements than this does not make a list of them: a promise costs its maker nothing.
    const MOST_PLACEHOLDERS: usize = 1 << 16;
}

impl Bound {
    /// Whether `number` is on the right side.
    fn admits(&self, number: &Number, toward: Ordering) -> bool {
        let order = number.compare(&self.number);
        order != toward && (self.inclusive || order != Ordering::Equal)
    }

    /// Whether this bound cuts off at least as much as `have`.
    fn is_narrower(&self, have: &Self, toward: Ordering) -> bool {
        match self.number.compare(&have.number) {
            Ordering::Equal => !self.inclusive || have.inclusive,
            order => order != toward,
        }
    }
}

/// Whether the shorter of two strings begins the longer.
fn overlap(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    a.as_bytes()[..shorter] == b.as_bytes()[..shorter]
}

fn error(message: impl Into<String>) -> RefineError {
    RefineError(message.into())
}

impl fmt::Display for RefineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RefineError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(ty: Type) -> Refine {
        Value::unknown(ty).refine()
    }

    #[test]
    fn one_possibility_is_a_known_value() {
        assert_eq!(unknown(Type::STRING).null().build(), Ok(Value::null(Type::STRING)));
        let five = unknown(Type::NUMBER).not_null().number_range(5, 5).build();
        assert_eq!(five, Ok(Value::from(5)));
        let may_be_null = unknown(Type::NUMBER).number_range(5, 5).build().unwrap();
        assert!(!may_be_null.is_known());
        let list = unknown(Type::list(Type::BOOL)).not_null().length(2).build().unwrap();
        assert!(list.is_known() && !list.is_wholly_known());
    }

    #[test]
    fn contradictions_are_named() {
        let why = |r: Refine| r.build().unwrap_err().to_string();
        assert_eq!(why(unknown(Type::BOOL).null().not_null()), "refining null value as non-null");
        assert_eq!(why(unknown(Type::BOOL).not_null().null()), "refining non-null value as null");
        assert_eq!(why(Value::from(1).refine().number_min(2, true)), "refining 1 to be >= 2");
        assert_eq!(
            why(unknown(Type::STRING).exact_prefix("a").exact_prefix("b")),
            "refined prefix is inconsistent with previous refined prefix"
        );
        assert_eq!(
            why(unknown(Type::list(Type::BOOL)).length_min(2).length_max(1)),
            "collection length upper bound 1 is less than lower bound 2"
        );
        assert_eq!(
            why(unknown(Type::BOOL).length_min(2)),
            "cannot refine collection length bounds for a bool value"
        );
    }

    #[test]
    fn narrower_bounds_replace_wider_ones() {
        let build = |r: Refine| r.build().unwrap();
        let a = build(unknown(Type::NUMBER).number_min(1, true).number_min(5, false));
        assert_eq!(a, build(unknown(Type::NUMBER).number_min(5, false).number_min(1, true)));
        let b = build(unknown(Type::NUMBER).number_min(5, true).number_min(5, false));
        assert_eq!(b, build(unknown(Type::NUMBER).number_min(5, false).number_min(5, true)));
        assert_eq!(a, b);
        let nothing = unknown(Type::NUMBER).number_min(Number::infinity(true), true);
        assert_eq!(build(nothing), Value::unknown(Type::NUMBER));
    }
}
