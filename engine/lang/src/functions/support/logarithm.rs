//! Logarithms of floats, bit for bit as Go's `math.Log` has them: by the method of FreeBSD's `e_log.c`. That of the C
//! library differs in the last place, which shows in 17 digits.

use std::f64::consts::SQRT_2;

/// ln 2 in two parts, of which the first has few enough bits to be multiplied exactly.
const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The coefficients of a polynomial in s squared that comes within 2^-58.45 of what is left of the series.
const SERIES: [f64; 7] = [
    0.666_666_666_666_673_5,
    0.399_999_999_994_094_2,
    0.285_714_287_436_623_9,
    0.222_221_984_321_497_84,
    0.181_835_721_616_180_5,
    0.153_138_376_992_093_73,
    0.147_981_986_051_165_86,
];

/// The natural logarithm.
pub(in super::super) fn natural(x: f64) -> f64 {
    if !x.is_finite() || x <= 0.0 {
        // IEEE 754 fixes these.
        return x.ln();
    }
    let (mut mantissa, mut exponent) = super::power::split(x);
    if mantissa < SQRT_2 / 2.0 {
        mantissa *= 2.0;
        exponent -= 1;
    }
    let f = mantissa - 1.0;
    #[expect(clippy::cast_precision_loss, reason = "exponents of floats are small")]
    let k = exponent as f64;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let [l1, l2, l3, l4, l5, l6, l7] = SERIES;
    let odd = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7)));
    let even = s4 * (l2 + s4 * (l4 + s4 * l6));
    let rest = odd + even;
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + rest) + k * LN2_LOW)) - f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_go_has_them() {
        assert_eq!(natural(3.0) / natural(10.0), 0.477_121_254_719_662_3);
        assert_eq!(natural(3.0) / natural(1e20), 0.023_856_062_735_983_12);
        assert_eq!(natural(3.5) / natural(3.0), 1.140_313_995_589_965);
        assert_eq!(natural(1.0), 0.0);
        assert_eq!(natural(0.0), f64::NEG_INFINITY);
        assert!(natural(-1.0).is_nan());
    }
}
