//! What a value can be at most, known or not.

use crate::number::Number;
use crate::ty::Type;
use crate::value::{Value, View};

use super::{Bound, Bounds, MAX_LENGTH, Refinement};

/// The values that a value may stand for. For a known value that is itself alone, described in the same terms as the
/// refinements of an unknown one, so that operators need not tell the two apart.
#[derive(Clone, Debug)]
pub struct Range {
    ty: Type,
    /// `Some(true)` for null.
    null: Option<bool>,
    refinement: Refinement,
}

impl Value {
    /// The range of this value, marks aside.
    #[must_use]
    pub fn range(&self) -> Range {
        let value = self.unmarked();
        let ty = value.ty();
        let (null, bounds) = match value.view() {
            View::Unknown(refinement) => {
                let null = refinement.not_null.then_some(false);
                return Range { ty, null, refinement: refinement.clone() };
            }
            View::Null(_) => (Some(true), Bounds::None),
            View::String(text) if !text.is_empty() => (Some(false), Bounds::Prefix(text.into())),
            View::Number(number) => {
                let bound = Some(Bound { number: number.clone(), inclusive: true });
                (Some(false), Bounds::Number { min: bound.clone(), max: bound })
            }
            View::List(_) | View::Set(_) | View::Map(_) => {
                let (min, max) = value.length_bounds();
                // Where elements may coincide, how many there are is left open.
                let bounds = if min == max { Bounds::Length { min, max } } else { Bounds::None };
                (Some(false), bounds)
            }
            _ => (Some(false), Bounds::None),
        };
        Range { ty, null, refinement: Refinement { not_null: null == Some(false), bounds } }
    }
}

impl Range {
    #[must_use]
    pub fn ty(&self) -> Type {
        self.ty
    }

    #[must_use]
    pub fn could_be_null(&self) -> bool {
        self.null != Some(false)
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        self.null == Some(true)
    }

    #[must_use]
    pub fn is_not_null(&self) -> bool {
        self.null == Some(false)
    }

    /// The lower bound of a number; minus infinity where nothing is known.
    #[must_use]
    pub fn number_min(&self) -> Bound {
        let nothing = || Bound { number: Number::infinity(true), inclusive: false };
        self.refinement.min().cloned().unwrap_or_else(nothing)
    }

    /// The upper bound of a number; infinity where nothing is known.
    #[must_use]
    pub fn number_max(&self) -> Bound {
        let nothing = || Bound { number: Number::infinity(false), inclusive: false };
        self.refinement.max().cloned().unwrap_or_else(nothing)
    }

    #[must_use]
    pub fn prefix(&self) -> &str {
        self.refinement.prefix()
    }

    #[must_use]
    pub fn min_length(&self) -> usize {
        self.refinement.min_length()
    }

    /// [`MAX_LENGTH`] where nothing is known.
    #[must_use]
    pub fn max_length(&self) -> usize {
        self.refinement.max_length()
    }

    /// Whether `value` may be what this range stands for: `Some(false)` for certainly not, `Some(true)` where
    /// null is in question and settles it, nothing where it stays open.
    #[must_use]
    pub fn includes(&self, value: &Value) -> Option<bool> {
        let value = value.unmarked();
        if value.is_null() {
            return Some(self.could_be_null());
        }
        if self.is_null() || !value.ty().conforms_to(self.ty) {
            return Some(false);
        }
        match &self.refinement.bounds {
            Bounds::Prefix(prefix) => match value.view() {
                View::String(text) if !text.starts_with(prefix.as_str()) => Some(false),
                _ => None,
            },
            Bounds::Number { .. } => self.excludes_number(value).then_some(false),
            Bounds::Length { min, max } => {
                let (fewest, most) = value.length_bounds();
                (most < *min || fewest > *max).then_some(false)
            }
            Bounds::None => None,
        }
    }

    fn excludes_number(&self, value: &Value) -> bool {
        let View::Number(number) = value.view() else {
            let other = value.range();
            return self.is_below(&other) || other.is_below(self);
        };
        let below = self.refinement.min().is_some_and(|min| {
            let order = number.compare(&min.number);
            order.is_lt() || (order.is_eq() && !min.inclusive)
        });
        let above = self.refinement.max().is_some_and(|max| {
            let order = number.compare(&max.number);
            order.is_gt() || (order.is_eq() && !max.inclusive)
        });
        below || above
    }

    /// Whether every number here is smaller than every number there.
    #[must_use]
    pub fn is_below(&self, other: &Self) -> bool {
        match (self.refinement.max(), other.refinement.min()) {
            (Some(max), Some(min)) => max.number.compare(&min.number).is_lt(),
            _ => false,
        }
    }
}

impl Value {
    /// The fewest and the most elements that a collection or tuple can have; unknown elements of a set may coincide
    /// with others. For anything else, from nothing to anything.
    #[must_use]
    pub fn length_bounds(&self) -> (usize, usize) {
        let value = self.unmarked();
        match value.view() {
            View::List(elements) | View::Tuple(elements) => (elements.len(), elements.len()),
            View::Set(elements) if elements.len() > 1 && !value.is_wholly_known() => {
                (1, elements.len())
            }
            View::Set(elements) => (elements.len(), elements.len()),
            View::Map(map) => (map.len(), map.len()),
            View::Unknown(refinement) => (refinement.min_length(), refinement.max_length()),
            _ => (0, MAX_LENGTH),
        }
    }
}
