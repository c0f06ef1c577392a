//! Powers of floats, bit for bit as Go's `math.Pow` has them.
//!
//! The result of a power with a whole exponent depends on the order of the multiplications. Module authors compare
//! such numbers with what Terraform gave them, so the order is Go's: square and multiply from the lowest bit of the
//! exponent, on mantissas between one half and one.

use super::logarithm::natural;

/// `x` to the power of `y`.
pub(in super::super) fn pow(x: f64, y: f64) -> f64 {
    if is_special(x, y) {
        // IEEE 754 fixes these, so every implementation agrees.
        return x.powf(y);
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let magnitude = y.abs();
    let (mut whole, mut fraction) = (magnitude.trunc(), magnitude.fract());
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9_223_372_036_854_775_808.0 {
        return far_out(x, y);
    }
    let (mut mantissa, mut exponent) = (1.0_f64, 0_i64);
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        mantissa = (fraction * natural(x)).exp();
    }
    let (mut factor, mut factor_exponent) = split(x);
    #[expect(clippy::cast_possible_truncation, reason = "it is below 2^63, as checked above")]
    let mut bits = whole as i64;
    while bits != 0 {
        // Beyond this the result is zero or infinite whatever follows.
        if !(-(1 << 12)..=1 << 12).contains(&factor_exponent) {
            exponent += factor_exponent;
            break;
        }
        if bits & 1 == 1 {
            mantissa *= factor;
            exponent += factor_exponent;
        }
        factor *= factor;
        factor_exponent *= 2;
        if factor < 0.5 {
            factor += factor;
            factor_exponent -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        mantissa = 1.0 / mantissa;
        exponent = -exponent;
    }
    scale(mantissa, exponent)
}

fn is_special(x: f64, y: f64) -> bool {
    !x.is_finite() || !y.is_finite() || x == 0.0 || y == 0.0 || x == 1.0 || y == 1.0
}

/// A power so large that its exponent is even as a float.
fn far_out(x: f64, y: f64) -> f64 {
    if x == -1.0 {
        1.0
    } else if (x.abs() < 1.0) == (y > 0.0) {
        0.0
    } else {
        f64::INFINITY
    }
}

/// A mantissa from one half up to one, and the exponent of two that goes with it.
pub(super) fn split(x: f64) -> (f64, i64) {
    const BIAS: i64 = 1022;
    let (x, shift) = if x.is_subnormal() { (x * 2_f64.powi(64), 64) } else { (x, 0) };
    let bits = x.to_bits();
    let biased = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(BIAS);
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), biased - BIAS - shift)
}

/// `mantissa * 2^exponent`, rounded once.
fn scale(mantissa: f64, exponent: i64) -> f64 {
    let (mantissa, own) = split(mantissa);
    let exponent = exponent.saturating_add(own);
    if exponent > 1024 {
        return f64::INFINITY.copysign(mantissa);
    }
    if exponent < -1080 {
        return 0.0_f64.copysign(mantissa);
    }
    let two_to = |n: i64| f64::from_bits(u64::try_from(n + 1023).unwrap_or(0) << 52);
    // One factor that is exact, then one that rounds, if the result is subnormal.
    if exponent > 1000 {
        mantissa * two_to(1000) * two_to(exponent - 1000)
    } else if exponent < -1000 {
        mantissa * two_to(-900) * two_to(exponent + 900)
    } else {
        mantissa * two_to(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_powers_are_exact_where_they_can_be() {
        for (x, y, expected) in [
            (3.0, 2.0, 9.0),
            (2.0, 60.0, 1_152_921_504_606_846_976.0),
            (2.0, -3.0, 0.125),
            (-2.0, 3.0, -8.0),
            (10.0, 22.0, 1e22),
            (2.0, 1023.0, f64::from_bits(0x7fe0_0000_0000_0000)),
            (2.0, -1074.0, f64::from_bits(1)),
            (2.0, 1024.0, f64::INFINITY),
            (0.5, 2000.0, 0.0),
        ] {
            assert_eq!(pow(x, y).to_bits(), expected.to_bits(), "{x}^{y}");
        }
    }

    #[test]
    fn it_stays_near_what_the_machine_gives() {
        for i in 1..200_i32 {
            let (x, y) = (f64::from(i) * 0.37, f64::from(i % 23) * 0.71 - 8.0);
            let (a, b) = (pow(x, y), x.powf(y));
            assert!((a - b).abs() <= b.abs() * 1e-13, "{x}^{y}: {a} {b}");
        }
        assert!(pow(-8.0, 0.3).is_nan());
    }
}
