//! Numbers, exact and large, with the rounding that modules have come to depend on.
//!
//! A number is an integer or a binary float `mantissa * 2^exponent` and carries a *precision* in bits: 64 for
//! integers that come from code, 53 for those that passed through an `f64`, 512 for all that were written as decimal
//! text. The precision decides two things only: operators round half to even at the larger precision of their
//! operands, and a number prints as the shortest decimal that still means it at its own precision. Equality ignores
//! it, except that fractions are equal when they print alike, so `0.1` from an `f64` equals `0.1` from text.
//!
//! These are the rules of Go's `math/big.Float` at `ToNearestEven`, which Terraform's values are made of. What
//! differs is the range: exponents end at 2^[`MAX_EXPONENT_BITS`], beyond which Go would go on to print
//! hundreds of megabytes of zeros.
//!
//! Infinities exist as values; there is no "not a number": an operation that has none fails with [`Undefined`].

mod arith;
mod parse;
mod print;
mod round;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

pub use self::parse::ParseNumberError;

/// Magnitudes lie between 2^-(2^22) and 2^(2^22): about 1.2 million decimal digits either way.
pub const MAX_EXPONENT_BITS: u32 = 22;

/// The precision of numbers written as decimal text, in bits.
pub const TEXT_PRECISION: u32 = 512;

/// The precision of an integer that fits in 64 bits.
pub const INT_PRECISION: u32 = 64;

/// The precision of an `f64`.
pub const FLOAT_PRECISION: u32 = 53;

/// A number. Cloning is a copy or a reference count.
#[derive(Clone)]
pub struct Number(Repr);

/// The operation has no result: `0 / 0`, `∞ - ∞`, `0 * ∞`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undefined;

#[derive(Clone)]
enum Repr {
    /// Every integer that fits, except negative zero.
    Int {
        value: i64,
        precision: u32,
    },
    Big(Arc<Big>),
}

struct Big {
    negative: bool,
    precision: u32,
    size: Size,
}

#[derive(PartialEq, Eq, Hash)]
enum Size {
    Infinite,
    /// The mantissa is odd, so that there is one way to write each number, or zero for negative zero.
    Finite {
        mantissa: UBig,
        exponent: i64,
    },
}

/// Sign, mantissa and exponent of a finite number, in no particular form.
struct Parts {
    negative: bool,
    mantissa: UBig,
    exponent: i64,
}

impl Number {
    pub const ZERO: Self = Self(Repr::Int { value: 0, precision: INT_PRECISION });
    pub const ONE: Self = Self(Repr::Int { value: 1, precision: INT_PRECISION });

    /// Positive or negative infinity.
    #[must_use]
    pub fn infinity(negative: bool) -> Self {
        Self(Repr::Big(Arc::new(Big { negative, precision: INT_PRECISION, size: Size::Infinite })))
    }

    /// The number that `value` exactly is, at precision 53; nothing for NaN.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self::infinity(value < 0.0));
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = i64::try_from(bits >> 52 & 0x7ff).expect("eleven bits");
        // A subnormal has no hidden bit and the exponent of the smallest normal.
        let (mantissa, biased) =
            if biased == 0 { (fraction, 1) } else { (fraction | 1 << 52, biased) };
        let parts = Parts {
            negative: value.is_sign_negative(),
            mantissa: mantissa.into(),
            exponent: biased - 1_075,
        };
        Some(parts.round(FLOAT_PRECISION))
    }

    /// A whole number of any size. Its precision is what it takes, and at least 64.
    #[must_use]
    pub fn from_integer(negative: bool, magnitude: UBig) -> Self {
        let precision = u32::try_from(magnitude.bit_len()).unwrap_or(u32::MAX).max(INT_PRECISION);
        Parts { negative: negative && !magnitude.is_zero(), mantissa: magnitude, exponent: 0 }
            .round(precision)
    }

    /// The precision in bits.
    #[must_use]
    pub fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Int { precision, .. } => *precision,
            Repr::Big(big) => big.precision,
        }
    }

    /// The same number rounded to another precision.
    #[must_use]
    pub fn with_precision(&self, precision: u32) -> Self {
        match self.parts() {
            Some(parts) => parts.round(precision),
            None => self.clone(),
        }
    }

    #[must_use]
    pub fn is_infinite(&self) -> bool {
        matches!(&self.0, Repr::Big(big) if big.size == Size::Infinite)
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Int { value, .. } => *value == 0,
            Repr::Big(big) => {
                matches!(&big.size, Size::Finite { mantissa, .. } if mantissa.is_zero())
            }
        }
    }

    /// Whether it is below zero; negative zero is not.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.sign() == Ordering::Less
    }

    /// Whether it is finite and whole.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Int { .. } => true,
            Repr::Big(big) => matches!(&big.size, Size::Finite { exponent, .. } if *exponent >= 0),
        }
    }

    /// The same number as an `i64`, if it is one.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int { value, .. } => Some(*value),
            // Negative zero is the one small integer that is kept apart.
            Repr::Big(_) => self.is_zero().then_some(0),
        }
    }

    /// The same number as a `u64`, if it is one.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        match self.to_i64() {
            Some(value) => u64::try_from(value).ok(),
            None if self.is_negative() => None,
            None => self.to_integer().and_then(|(_, magnitude)| u64::try_from(&magnitude).ok()),
        }
    }

    /// The same number as an index or a count, if it is one.
    #[must_use]
    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().and_then(|value| usize::try_from(value).ok())
    }

    /// Whether it is below zero, and its magnitude, if it is whole.
    #[must_use]
    pub fn to_integer(&self) -> Option<(bool, UBig)> {
        let parts = self.parts().filter(|_| self.is_integer())?;
        let shift = usize::try_from(parts.exponent).expect("an integer's exponent is not negative");
        Some((parts.negative && !parts.mantissa.is_zero(), parts.mantissa << shift))
    }

    /// The nearest `f64`, infinite where it is out of range.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            #[expect(
                clippy::cast_precision_loss,
                reason = "rounding to nearest even is what is wanted"
            )]
            Repr::Int { value, .. } => *value as f64,
            Repr::Big(_) => round::to_f64(self),
        }
    }

    fn sign(&self) -> Ordering {
        match &self.0 {
            Repr::Int { value, .. } => value.cmp(&0),
            Repr::Big(_) if self.is_zero() => Ordering::Equal,
            Repr::Big(big) if big.negative => Ordering::Less,
            Repr::Big(_) => Ordering::Greater,
        }
    }

    /// Nothing for infinities.
    fn parts(&self) -> Option<Parts> {
        match &self.0 {
            Repr::Int { value, .. } => Some(Parts {
                negative: *value < 0,
                mantissa: value.unsigned_abs().into(),
                exponent: 0,
            }),
            Repr::Big(big) => match &big.size {
                Size::Infinite => None,
                Size::Finite { mantissa, exponent } => Some(Parts {
                    negative: big.negative,
                    mantissa: mantissa.clone(),
                    exponent: *exponent,
                }),
            },
        }
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self::from(i64::from(value))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Int { value, precision: INT_PRECISION })
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::from_integer(false, value.into())
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from_integer(false, value.into())
    }
}

/// The exact order by size. It is finer than equality: two fractions that print alike may differ here.
impl Number {
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        if let (Repr::Int { value: a, .. }, Repr::Int { value: b, .. }) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let sign = self.sign();
        if sign != other.sign() || sign == Ordering::Equal {
            return sign.cmp(&other.sign());
        }
        let by_size = match (self.parts(), other.parts()) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => a.compare_size(b),
        };
        if sign == Ordering::Less { by_size.reverse() } else { by_size }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = match (&self.0, &other.0) {
            (Repr::Int { value: a, .. }, Repr::Int { value: b, .. }) => return a == b,
            (Repr::Big(a), Repr::Big(b)) => (a, b),
            // A big number is never an integer that fits, unless it is negative zero.
            _ => return self.is_zero() && other.is_zero(),
        };
        if a.negative != b.negative {
            return false;
        }
        let both_fractions = !self.is_integer()
            && !other.is_integer()
            && !self.is_infinite()
            && !other.is_infinite();
        if both_fractions && a.precision != b.precision {
            return self.to_string() == other.to_string();
        }
        a.size == b.size
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Int { value, .. } => value.hash(state),
            Repr::Big(_) if self.is_zero() => 0_i64.hash(state),
            Repr::Big(big) if self.is_infinite() || self.is_integer() => {
                (big.negative, &big.size).hash(state);
            }
            // Fractions are equal when they print alike.
            Repr::Big(_) => self.to_string().hash(state),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operation has no result for these numbers")
    }
}

impl std::error::Error for Undefined {}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn a_number_is_two_words() {
        assert_eq!(size_of::<Number>(), 16);
    }

    #[test]
    fn equality_ignores_precision() {
        assert_eq!(Number::from_f64(0.1).unwrap(), number("0.1"));
        assert_ne!(Number::from_f64(0.1).unwrap().compare(&number("0.1")), Ordering::Equal);
        assert_eq!(Number::from(5_i64), number("5.0"));
        assert_eq!(Number::from_f64(2_f64.powi(60)).unwrap(), number("1152921504606846976"));
        assert_ne!(number("0.1"), number("0.10000000000000001"));
    }

    #[test]
    fn negative_zero_is_zero() {
        let zero = Number::from_f64(-0.0).unwrap();
        assert_eq!(zero, Number::ZERO);
        assert_eq!((zero.to_i64(), zero.to_string().as_str()), (Some(0), "-0"));
        assert!(!zero.is_negative());
    }

    #[test]
    fn order_spans_all_sizes() {
        let ascending = [
            "-Inf", "-1e30", "-2.5", "-1", "0", "1e-30", "0.5", "1", "1e18", "1e19", "1e30", "Inf",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(number(pair[0]).compare(&number(pair[1])), Ordering::Less, "{pair:?}");
            assert_eq!(number(pair[1]).compare(&number(pair[0])), Ordering::Greater, "{pair:?}");
        }
    }

    #[test]
    fn floats_survive_there_and_back() {
        for float in [0.1, -2.5, 5e-324, 2.2e-308, 1.7e308, 1e21, 123_456.789, f64::INFINITY] {
            let number = Number::from_f64(float).unwrap();
            assert_eq!(number.to_f64().to_bits(), float.to_bits(), "{float}");
        }
        assert!(Number::from_f64(f64::NAN).is_none());
    }

    #[test]
    fn unsigned_numbers_reach_their_whole_range() {
        assert_eq!(Number::from(u64::MAX).to_u64(), Some(u64::MAX));
        assert_eq!(number("18446744073709551616").to_u64(), None);
        assert_eq!(number("-1").to_u64(), None);
        assert_eq!(number("1.5").to_u64(), None);
    }
}
