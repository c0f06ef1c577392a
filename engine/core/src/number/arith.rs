//! The operators. Each result is the exact one, rounded once.

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use super::round::{align, signed, zero};
use super::{Number, Parts, Repr, Undefined};

/// The precision at which products are made before they are cut to what they need.
const PRODUCT_PRECISION: u32 = 512;

impl Number {
    /// # Errors
    /// For infinities of opposite signs.
    pub fn add(&self, other: &Self) -> Result<Self, Undefined> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int { value: a, .. }, Repr::Int { value: b, .. }) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
            && fits(sum, precision)
        {
            return Ok(Self(Repr::Int { value: sum, precision }));
        }
        match (self.parts(), other.parts()) {
            (Some(a), Some(b)) => Ok(sum(a, b, precision)),
            (None, None) if self.is_negative() != other.is_negative() => Err(Undefined),
            (None, _) => Ok(self.clone()),
            (_, None) => Ok(other.clone()),
        }
    }

    /// # Errors
    /// For infinities of the same sign.
    pub fn subtract(&self, other: &Self) -> Result<Self, Undefined> {
        self.add(&other.negate())
    }

    /// # Errors
    /// For zero times infinity.
    pub fn multiply(&self, other: &Self) -> Result<Self, Undefined> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int { value: a, .. }, Repr::Int { value: b, .. }) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
            && product != 0
        {
            let needed = 64 - product.unsigned_abs().leading_zeros() - product.trailing_zeros();
            return Ok(Self(Repr::Int { value: product, precision: precision.max(needed) }));
        }
        let negative = self.is_below() != other.is_below();
        let (Some(a), Some(b)) = (self.parts(), other.parts()) else {
            let undefined = self.is_zero() || other.is_zero();
            return if undefined { Err(Undefined) } else { Ok(Self::infinity(negative)) };
        };
        let mantissa = a.mantissa * b.mantissa;
        let exponent = a.exponent + b.exponent;
        let product = Parts { negative, mantissa, exponent }.round(PRODUCT_PRECISION);
        Ok(product.at_least_precision(precision))
    }

    /// Division by zero gives an infinity, as the language's functions expect; its `/` operator refuses it before.
    ///
    /// # Errors
    /// For `0 / 0` and for an infinity divided by another.
    pub fn divide(&self, other: &Self) -> Result<Self, Undefined> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Int { value: a, .. }, Repr::Int { value: b, .. }) = (&self.0, &other.0)
            && *a != 0
            && a.checked_rem(*b) == Some(0)
            && fits(a / b, precision)
        {
            return Ok(Self(Repr::Int { value: a / b, precision }));
        }
        let negative = self.is_below() != other.is_below();
        match (self.parts(), other.parts()) {
            (None, None) => Err(Undefined),
            (None, Some(_)) => Ok(Self::infinity(negative)),
            (Some(_), None) => Ok(Self(zero(negative, precision))),
            (Some(_), Some(_)) if self.is_zero() && other.is_zero() => Err(Undefined),
            (Some(_), Some(_)) if other.is_zero() => Ok(Self::infinity(negative)),
            (Some(a), Some(b)) => Ok(quotient(&a, &b, negative, precision)),
        }
    }

    /// What is left after taking out `other` a whole number of times; the sign is that of `self`. The steps are
    /// rounded at the precision of `self`, as the language has always done.
    ///
    /// # Errors
    /// As [`Number::multiply`], where an infinity takes part.
    pub fn modulo(&self, other: &Self) -> Result<Self, Undefined> {
        if self.is_infinite() || other.is_infinite() {
            return self.multiply(other);
        }
        if other.is_zero() {
            return Ok(self.clone());
        }
        let precision = self.precision();
        let times = self.divide(other)?.truncate().with_precision(precision);
        let (a, b) = (other.parts().ok_or(Undefined)?, times.parts().ok_or(Undefined)?);
        let product = Parts {
            negative: a.negative != b.negative,
            mantissa: a.mantissa * b.mantissa,
            exponent: a.exponent + b.exponent,
        };
        let taken = product.round(precision).negate();
        match (self.parts(), taken.parts()) {
            (Some(a), Some(b)) => Ok(sum(a, b, precision)),
            _ => Err(Undefined),
        }
    }

    #[must_use]
    pub fn negate(&self) -> Self {
        match &self.0 {
            Repr::Int { value, precision } if *value != 0 && *value != i64::MIN => {
                Self(Repr::Int { value: -value, precision: *precision })
            }
            _ => match self.parts() {
                Some(parts) => Parts { negative: !parts.negative, ..parts }.round(self.precision()),
                None => Self::infinity(!self.is_negative()),
            },
        }
    }

    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_below() { self.negate() } else { self.clone() }
    }

    /// The whole number next to it in the direction of zero, with the same precision.
    #[must_use]
    pub fn truncate(&self) -> Self {
        let Some(parts) = self.parts().filter(|parts| parts.exponent < 0) else {
            return self.clone();
        };
        let shift = usize::try_from(-parts.exponent).expect("just seen to be negative");
        // Nothing is left of a number below one, and then no sign either.
        let mantissa = parts.mantissa >> shift;
        let negative = parts.negative && !mantissa.is_zero();
        Parts { negative, mantissa, exponent: 0 }.round(self.precision())
    }

    /// The largest whole number that is not above it, with the same precision.
    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.truncate();
        if self.is_negative() && !self.is_integer() && !self.is_infinite() {
            return whole.shift_by_one(true);
        }
        whole
    }

    /// The smallest whole number that is not below it, with the same precision.
    #[must_use]
    pub fn ceil(&self) -> Self {
        let whole = self.truncate();
        if !self.is_negative() && !self.is_integer() && !self.is_infinite() {
            return whole.shift_by_one(false);
        }
        whole
    }

    fn shift_by_one(&self, down: bool) -> Self {
        let one = Parts { negative: down, mantissa: UBig::ONE, exponent: 0 };
        match self.parts() {
            Some(parts) => sum(parts, one, self.precision()),
            None => self.clone(),
        }
    }

    /// The sign bit, which negative zero has too.
    fn is_below(&self) -> bool {
        match &self.0 {
            Repr::Int { value, .. } => *value < 0,
            Repr::Big(big) => big.negative,
        }
    }

    /// The same number at the smallest precision that holds it and is not below `precision`.
    fn at_least_precision(&self, precision: u32) -> Self {
        let Some(parts) = self.parts() else {
            return self.clone();
        };
        let zeros = parts.mantissa.trailing_zeros().unwrap_or(0);
        let needed = u32::try_from(parts.mantissa.bit_len() - zeros).unwrap_or(u32::MAX);
        parts.round(precision.max(needed))
    }
}

fn fits(value: i64, precision: u32) -> bool {
    64 - value.unsigned_abs().leading_zeros() <= precision
}

fn sum(a: Parts, b: Parts, precision: u32) -> Number {
    if a.mantissa.is_zero() || b.mantissa.is_zero() {
        let both = a.mantissa.is_zero() && b.mantissa.is_zero();
        let negative = a.negative && b.negative;
        let rest = if a.mantissa.is_zero() { b } else { a };
        return if both { Number(zero(negative, precision)) } else { rest.round(precision) };
    }
    let (a, b) = near(a, b, precision);
    let (a_negative, b_negative) = (a.negative, b.negative);
    let (a, b, exponent) = align(a, b);
    let (negative, mantissa) = if a_negative == b_negative {
        (a_negative, a + b)
    } else if a >= b {
        // Equal magnitudes give zero, which is positive.
        (a_negative && a != b, a - b)
    } else {
        (b_negative, b - a)
    };
    Parts { negative, mantissa, exponent }.round(precision)
}

/// Brings an addend that is too small to be seen in the sum near enough to add, without changing how the sum rounds:
/// all that counts of it is that it is there. Lining up exponents a million apart would cost a million bits.
fn near(a: Parts, b: Parts, precision: u32) -> (Parts, Parts) {
    let top = |parts: &Parts| parts.exponent + signed(parts.mantissa.bit_len());
    let (large, small, swapped) = if top(&a) >= top(&b) { (a, b, false) } else { (b, a, true) };
    let floor = large.exponent.min(top(&large) - i64::from(precision)) - 4;
    let small = if top(&small) < floor {
        Parts { negative: small.negative, mantissa: UBig::ONE, exponent: floor - 1 }
    } else {
        small
    };
    if swapped { (small, large) } else { (large, small) }
}

fn quotient(a: &Parts, b: &Parts, negative: bool, precision: u32) -> Number {
    // Enough bits that the quotient has two more than asked for; the rest only says whether it was exact.
    let wanted = precision as usize + 2 + b.mantissa.bit_len();
    let shift = wanted.saturating_sub(a.mantissa.bit_len());
    let (mantissa, rest) = (&a.mantissa << shift).div_rem(&b.mantissa);
    let exponent = a.exponent - b.exponent - signed(shift);
    Parts { negative, mantissa, exponent }.round_with(precision, !rest.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn a_remainder_has_all_its_digits() {
        let rest = number("11").modulo(&number("5.1")).unwrap();
        let digits = format!("0.8{}24", "0".repeat(152));
        assert_eq!(rest.to_string(), digits);
        assert_eq!(number("-7").modulo(&number("3")).unwrap().to_string(), "-1");
        assert_eq!(number("7").modulo(&number("0")).unwrap().to_string(), "7");
    }

    #[test]
    fn sums_take_the_larger_precision() {
        let float = Number::from_f64(2_f64.powi(60)).unwrap();
        assert_eq!(float.to_string(), "1152921504606847000");
        assert_eq!(float.add(&number("0")).unwrap().to_string(), "1152921504606846976");
        assert_eq!(float.add(&Number::ZERO).unwrap().precision(), 64);
    }

    #[test]
    fn far_apart_addends_round_correctly() {
        let one = Number::from(1_i64);
        assert_eq!(
            one.add(&number("1e-1000000")).unwrap().compare(&one),
            std::cmp::Ordering::Equal
        );
        let large = number("1e100000");
        assert_eq!(large.add(&number("-1")).unwrap(), large);
        // Half of the last bit, and a grain more or less.
        let odd = Number::from((1_i64 << 62) + 1).with_precision(63);
        let half = number("0.5").with_precision(63);
        let grain = number("1e-200").with_precision(63);
        assert_eq!(odd.add(&half).unwrap().add(&grain).unwrap(), Number::from((1_i64 << 62) + 2));
        assert_eq!(
            odd.add(&half.subtract(&grain).unwrap()).unwrap(),
            Number::from((1_i64 << 62) + 2)
        );
    }

    #[test]
    fn products_keep_every_bit_they_can() {
        let big = Number::from(i64::MAX);
        let square = big.multiply(&big).unwrap();
        assert_eq!(square.to_string(), "85070591730234615847396907784232501249");
        assert_eq!(square.precision(), 126);
        assert_eq!(number("0").multiply(&number("-1")).unwrap().to_string(), "-0");
    }

    #[test]
    fn infinities_follow_their_rules() {
        let (up, down) = (Number::infinity(false), Number::infinity(true));
        assert_eq!(up.add(&down), Err(Undefined));
        assert_eq!(up.multiply(&Number::ZERO), Err(Undefined));
        assert_eq!(up.divide(&down), Err(Undefined));
        assert_eq!(Number::ZERO.divide(&Number::ZERO), Err(Undefined));
        assert_eq!(Number::from(-3).divide(&Number::ZERO), Ok(down.clone()));
        assert_eq!(Number::ONE.divide(&up), Ok(Number::ZERO));
        assert_eq!(up.subtract(&down), Ok(up.clone()));
    }

    #[test]
    fn whole_neighbours() {
        let around = |text: &str| {
            let n = number(text);
            [n.floor(), n.truncate(), n.ceil()].map(|n| n.to_string())
        };
        assert_eq!(around("2.5"), ["2", "2", "3"]);
        assert_eq!(around("-2.5"), ["-3", "-2", "-2"]);
        assert_eq!(around("-0.5"), ["-1", "0", "0"]);
        assert_eq!(around("7"), ["7", "7", "7"]);
        assert_eq!(around("-Inf"), ["-Inf", "-Inf", "-Inf"]);
    }
}
