//! Converting values to types.
//!
//! A conversion is *safe* when every value of the one type has a counterpart in the other (number to string, tuple to
//! list), and *unsafe* when that depends on the value (string to number, map to object). [`convert`] allows both;
//! finding a common type ([`crate::unify`]) prefers the safe ones.
//!
//! Conversion works in two steps. From the two types alone follows whether there is a conversion, and a [`Plan`] of
//! it, made once for a pair of types however many elements need it. Carrying the plan out may still fail on a value;
//! the error then says where in the value.
//!
//! Marks stay where they are. An unknown value becomes an unknown value of the wanted type, with what is known of it
//! as far as that still applies.

mod apply;
mod mismatch;
mod plan;
mod untyped;

use std::fmt;
use std::sync::Arc;

use crate::path::Path;
use crate::ty::Type;
use crate::value::Value;

use self::plan::Plan;

pub use self::mismatch::mismatch;

/// Why a value could not be converted.
#[derive(Clone, PartialEq, Eq)]
pub struct ConvertError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong there, as the end of a sentence: `a number is required`.
    pub message: String,
}

/// Which conversions are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Safety {
    /// Only those that work for every value.
    Safe,
    /// Also those that depend on the value.
    Unsafe,
}

/// A conversion from one type to another.
#[derive(Clone)]
pub struct Conversion(Arc<Plan>);

/// Converts `value` to `want`, which may have optional attributes and leave types open.
///
/// # Errors
/// When there is no conversion between the types, or the value does not have what it takes.
pub fn convert(value: &Value, want: Type) -> Result<Value, ConvertError> {
    let from = value.ty();
    if from == want.without_optional() {
        return Ok(value.clone());
    }
    match Conversion::between(from, want, Safety::Unsafe) {
        Some(conversion) => conversion.apply(value),
        None => Err(ConvertError::new(mismatch(from, want))),
    }
}

impl Conversion {
    /// The conversion between two types, if there is one. A primitive type has none to itself.
    #[must_use]
    pub fn between(from: Type, to: Type, safety: Safety) -> Option<Self> {
        plan::find(from, to, safety).map(Self)
    }

    /// Converts a value of the type that this conversion is from.
    ///
    /// # Errors
    /// When the value does not have what it takes.
    pub fn apply(&self, value: &Value) -> Result<Value, ConvertError> {
        self.0.apply(value)
    }
}

impl ConvertError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { path: Path::new(), message: message.into() }
    }

    /// The same error seen from further out.
    fn under(mut self, step: crate::path::Step) -> Self {
        let mut path = Path::from(vec![step]);
        path.extend(self.path.steps().iter().cloned());
        self.path = path;
        self
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for ConvertError {}

impl fmt::Debug for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Conversion(to {})", self.0.to)
    }
}
