//! Rounding half to even, and the one place where a number takes its form.

use std::cmp::Ordering;
use std::sync::Arc;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use super::{Big, FLOAT_PRECISION, MAX_EXPONENT_BITS, Number, Parts, Repr, Size};

impl Parts {
    /// The number nearest to these parts with no more than `precision` bits, of two as near the even one.
    pub(super) fn round(self, precision: u32) -> Number {
        self.round_with(precision, false)
    }

    /// As [`Parts::round`], for a mantissa that was cut off: `more` says that what was cut was not zero.
    pub(super) fn round_with(mut self, precision: u32, more: bool) -> Number {
        let bits = self.mantissa.bit_len();
        let excess = bits.saturating_sub(precision as usize);
        if excess > 0 {
            let half = self.mantissa.bit(excess - 1);
            let below_half = more || has_bits_below(&self.mantissa, excess - 1);
            self.mantissa >>= excess;
            if half && (below_half || self.mantissa.bit(0)) {
                self.mantissa += UBig::ONE;
            }
            self.exponent += signed(excess);
        }
        self.finish(precision)
    }

    fn finish(mut self, precision: u32) -> Number {
        let Some(zeros) = self.mantissa.trailing_zeros() else {
            return Number(zero(self.negative, precision));
        };
        self.mantissa >>= zeros;
        self.exponent += signed(zeros);
        if let Some(value) = self.small() {
            return Number(Repr::Int { value, precision });
        }
        let limit = 1_i64 << MAX_EXPONENT_BITS;
        let top = self.exponent + signed(self.mantissa.bit_len());
        let size = match top {
            top if top > limit => Size::Infinite,
            top if top < -limit => return Number(zero(self.negative, precision)),
            _ => Size::Finite { mantissa: self.mantissa, exponent: self.exponent },
        };
        Number(Repr::Big(Arc::new(Big { negative: self.negative, precision, size })))
    }

    /// The value, if it is an integer that fits.
    fn small(&self) -> Option<i64> {
        if self.exponent < 0 || self.exponent > 63 {
            return None;
        }
        let magnitude = i128::from(u64::try_from(&self.mantissa).ok()?) << self.exponent;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    /// Compares magnitudes, signs aside. Neither is zero.
    pub(super) fn compare_size(self, other: Self) -> Ordering {
        let top = |parts: &Self| parts.exponent + signed(parts.mantissa.bit_len());
        // Only numbers of the same binary size need to be lined up, which keeps the shift short.
        top(&self).cmp(&top(&other)).then_with(|| {
            let (a, b, _) = align(self, other);
            a.cmp(&b)
        })
    }
}

/// Both mantissas at the smaller of the two exponents.
pub(super) fn align(a: Parts, b: Parts) -> (UBig, UBig, i64) {
    let exponent = a.exponent.min(b.exponent);
    let lift = |parts: Parts| {
        let shift = usize::try_from(parts.exponent - exponent).expect("not below the smaller one");
        parts.mantissa << shift
    };
    (lift(a), lift(b), exponent)
}

pub(super) fn zero(negative: bool, precision: u32) -> Repr {
    if !negative {
        return Repr::Int { value: 0, precision };
    }
    let size = Size::Finite { mantissa: UBig::ZERO, exponent: 0 };
    Repr::Big(Arc::new(Big { negative, precision, size }))
}

/// The nearest `f64` of a number that is no `i64`.
pub(super) fn to_f64(number: &Number) -> f64 {
    let infinite = |negative| if negative { f64::NEG_INFINITY } else { f64::INFINITY };
    let Some(exact) = number.parts() else {
        return infinite(number.is_negative());
    };
    let negative = exact.negative;
    let top = exact.exponent + signed(exact.mantissa.bit_len());
    // Below the normal range each halving costs a bit; at its end even the first bit is rounded away.
    let lost = u32::try_from((-1_021 - top).clamp(0, i64::from(FLOAT_PRECISION) + 1)).unwrap_or(0);
    let size = if lost > FLOAT_PRECISION {
        0.0
    } else if lost == FLOAT_PRECISION {
        // Half of the smallest float or more; exactly half is nearer to the even zero.
        if exact.mantissa == UBig::ONE { 0.0 } else { f64::from_bits(1) }
    } else {
        let rounded = exact.round(FLOAT_PRECISION - lost).parts();
        rounded.map_or(f64::INFINITY, |parts| scale(&parts.mantissa, parts.exponent))
    };
    if negative { -size } else { size }
}

/// `mantissa * 2^exponent` for a result that an `f64` holds exactly, or that is too large for one.
fn scale(mantissa: &UBig, exponent: i64) -> f64 {
    let zeros = mantissa.trailing_zeros().unwrap_or(0);
    let odd = u64::try_from(&(mantissa >> zeros)).expect("rounded to at most 53 bits");
    let exponent = exponent + signed(zeros);
    let bits = signed((64 - odd.leading_zeros()) as usize);
    if exponent + bits > 1_024 {
        return f64::INFINITY;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 53 bits")]
    let mut result = odd as f64;
    // In steps, because 2^exponent alone may be out of range where the product is not. The steps upwards stay exact,
    // and so do those downwards, as the result has room for all its bits.
    let mut left = i32::try_from(exponent).expect("within the range of a float");
    while left != 0 {
        let step = left.clamp(-900, 900);
        result *= 2_f64.powi(step);
        left -= step;
    }
    result
}

fn has_bits_below(mantissa: &UBig, bit: usize) -> bool {
    mantissa.trailing_zeros().is_some_and(|zeros| zeros < bit)
}

pub(super) fn signed(bits: usize) -> i64 {
    i64::try_from(bits).expect("no number has 2^63 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(mantissa: u64, precision: u32, more: bool) -> String {
        let parts = Parts { negative: false, mantissa: mantissa.into(), exponent: 0 };
        parts.round_with(precision, more).to_integer().unwrap().1.to_string()
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!(round(0b1011, 3, false), "12");
        assert_eq!(round(0b1001, 3, false), "8");
        assert_eq!(round(0b1001, 3, true), "10");
        assert_eq!(round(0b1111, 3, false), "16");
    }

    #[test]
    fn magnitudes_out_of_range_become_infinity_or_zero() {
        let parts = |exponent| Parts { negative: true, mantissa: UBig::ONE, exponent };
        assert!(parts(1 << 23).round(64).is_infinite());
        assert_eq!(parts(-(1 << 23)).round(64).to_string(), "-0");
    }
}
