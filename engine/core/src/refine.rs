//! What is known about an unknown value.
//!
//! A refinement narrows down what an unknown value may turn out to be: not null, a string that starts so, a number or
//! a length between bounds. Operators use it to answer early (`length(x) > 0`, `id == null`) and pass it on. Whoever
//! refines a value promises that the final value will agree.

mod builder;
mod prefix;
mod range;

use crate::number::Number;
use crate::text::Name;

pub use self::builder::{Refine, RefineError};
pub use self::prefix::safe_prefix;
pub use self::range::Range;

/// The length that means "no upper bound".
pub const MAX_LENGTH: usize = i64::MAX as usize;

/// What is known about an unknown value. The default is nothing.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Refinement {
    pub(crate) not_null: bool,
    pub(crate) bounds: Bounds,
}

/// What is known beyond nullness, in terms that depend on the type.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) enum Bounds {
    #[default]
    None,
    /// A string starts so. Never empty.
    Prefix(Name),
    /// A number lies between these; at least one is there.
    Number { min: Option<Bound>, max: Option<Bound> },
    /// A collection has between so many elements, both included.
    Length { min: usize, max: usize },
}

/// One end of a range of numbers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Bound {
    pub number: Number,
    /// Whether the number itself is in the range.
    pub inclusive: bool,
}

impl Refinement {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    #[must_use]
    pub fn is_not_null(&self) -> bool {
        self.not_null
    }

    /// What the string starts with, at least; empty where nothing is known.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match &self.bounds {
            Bounds::Prefix(prefix) => prefix,
            _ => "",
        }
    }

    #[must_use]
    pub fn min(&self) -> Option<&Bound> {
        match &self.bounds {
            Bounds::Number { min, .. } => min.as_ref(),
            _ => None,
        }
    }

    #[must_use]
    pub fn max(&self) -> Option<&Bound> {
        match &self.bounds {
            Bounds::Number { max, .. } => max.as_ref(),
            _ => None,
        }
    }

    /// The fewest elements there can be.
    #[must_use]
    pub fn min_length(&self) -> usize {
        match &self.bounds {
            Bounds::Length { min, .. } => *min,
            _ => 0,
        }
    }

    /// The most elements there can be, [`MAX_LENGTH`] where nothing is known.
    #[must_use]
    pub fn max_length(&self) -> usize {
        match &self.bounds {
            Bounds::Length { max, .. } => *max,
            _ => MAX_LENGTH,
        }
    }
}
