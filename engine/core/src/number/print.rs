//! Numbers as decimal text.

use std::fmt;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use super::round::signed;
use super::{Number, Parts, Repr};

/// The shortest decimal that means this number at its own precision, without an exponent: `0.1`, `1500`, `-Inf`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Repr::Int { value, precision } = &self.0
            && 64 - value.unsigned_abs().leading_zeros() <= *precision
        {
            return fmt::Display::fmt(value, f);
        }
        let Some(parts) = self.parts() else {
            return f.write_str(if self.is_negative() { "-Inf" } else { "+Inf" });
        };
        let negative = parts.negative;
        f.pad_integral(!negative, "", &magnitude(parts, self.precision()))
    }
}

impl Number {
    /// The number rounded to ten significant digits, with an exponent where it is shorter: `1.5`, `1e+20`. Sets of
    /// structures are ordered by text that holds numbers in this form.
    #[must_use]
    pub(crate) fn ten_digits(&self) -> String {
        const DIGITS: usize = 10;
        let Some(parts) = self.parts() else {
            return self.to_string();
        };
        let sign = if parts.negative { "-" } else { "" };
        if parts.mantissa.is_zero() {
            return format!("{sign}0");
        }
        let mut digits = Digits::start(&parts.mantissa, parts.exponent);
        let point = digits.point;
        let mut text: Vec<u8> = (0..DIGITS).map(|_| digits.next_digit()).collect();
        let round_up = match digits.compare_rest_to_half() {
            std::cmp::Ordering::Equal => text[DIGITS - 1] % 2 == 1,
            order => order.is_gt(),
        };
        let carried = round_up && increment(&mut text);
        let point = point + i64::from(carried);
        trim_zeros(&mut text);
        // Where the digits reach beyond the point, they are all the precision there is.
        let (count, allowed) = (signed(text.len()), signed(DIGITS));
        let places = if allowed > count && count >= point { count } else { allowed };
        format!("{sign}{}", general(&text, point, places))
    }
}

impl Number {
    /// The shortest text at its own precision, with an exponent where it is shorter: `0.5`, `1e+06`.
    #[must_use]
    pub(crate) fn brief(&self) -> String {
        /// Numbers of more places than this before the point get an exponent, whatever their digits.
        const PLACES: i64 = 6;
        let Some(parts) = self.parts().filter(|parts| !parts.mantissa.is_zero()) else {
            return self.to_string();
        };
        let sign = if parts.negative { "-" } else { "" };
        let (digits, point) = shortest(&parts, self.precision());
        format!("{sign}{}", general(&digits, point, PLACES))
    }
}

/// The decimal digits without sign.
fn magnitude(parts: Parts, precision: u32) -> String {
    if parts.mantissa.is_zero() {
        return "0".to_owned();
    }
    let bits = parts.exponent + signed(parts.mantissa.bit_len());
    if parts.exponent >= 0 && bits <= i64::from(precision) {
        // Neighbours are less than one apart, so nothing shorter means this number.
        let shift = usize::try_from(parts.exponent).expect("just seen not to be negative");
        return (parts.mantissa << shift).to_string();
    }
    let (digits, point) = shortest(&parts, precision);
    positional(&digits, point)
}

/// The fewest digits that lie nearer to the number than to its neighbours at this precision, and the position of the
/// decimal point among them. Walks the digits of the number and of the two midpoints to its neighbours side by side
/// until they part.
///
/// Like Go's `big.Float`, it takes both neighbours to be equally far even at powers of two.
fn shortest(parts: &Parts, precision: u32) -> (Vec<u8>, i64) {
    // One bit more than the precision, so that the last bit is half a unit in the last place.
    let zeros = parts.mantissa.trailing_zeros().unwrap_or(0);
    let odd = &parts.mantissa >> zeros;
    let lift = (precision as usize + 1).saturating_sub(odd.bit_len());
    let exponent = parts.exponent + signed(zeros) - signed(lift);
    let middle = odd << lift;
    let inclusive = !middle.bit(1);
    let mut lower = Digits::start(&(&middle - UBig::ONE), exponent);
    let mut upper = Digits::start(&(&middle + UBig::ONE), exponent);
    let mut exact = Digits::start(&middle, exponent);

    let mut digits = Vec::new();
    loop {
        let (l, m, u) = (lower.next_digit(), exact.next_digit(), upper.next_digit());
        digits.push(m);
        let may_go_down = l != m || (inclusive && lower.is_done());
        let may_go_up = m != u && (inclusive || m + 1 < u || !upper.is_done());
        let up = match (may_go_down, may_go_up) {
            (true, true) => match exact.compare_rest_to_half() {
                std::cmp::Ordering::Equal => m % 2 == 1,
                order => order.is_gt(),
            },
            (true, false) => false,
            (false, true) => true,
            (false, false) if exact.is_done() => false,
            (false, false) => continue,
        };
        let carried = up && increment(&mut digits);
        trim_zeros(&mut digits);
        return (digits, exact.point + i64::from(carried));
    }
}

/// The decimal digits of a positive number, one at a time, from the first that is not zero.
struct Digits {
    /// What is left, as a part of `unit`; the next digit is how often ten times it holds the unit.
    rest: UBig,
    unit: UBig,
    /// How many digits stand before the decimal point; not positive when zeros follow it first.
    point: i64,
}

impl Digits {
    fn start(mantissa: &UBig, exponent: i64) -> Self {
        let shift = usize::try_from(exponent.unsigned_abs()).expect("exponents are bounded");
        let (mut rest, mut unit) = if exponent >= 0 {
            (mantissa << shift, UBig::ONE)
        } else {
            (mantissa.clone(), UBig::ONE << shift)
        };
        // The number of bits tells the number of digits to within one; the loops find which.
        let bits = exponent + signed(mantissa.bit_len());
        let mut point = (bits - 1) * 30_103 / 100_000;
        if bits <= 0 {
            point -= 1;
        }
        let power = UBig::from(10_u64).pow(usize::try_from(point.unsigned_abs()).expect("bounded"));
        if point >= 0 {
            unit *= power;
        } else {
            rest *= power;
        }
        while rest >= unit {
            unit *= UBig::from(10_u64);
            point += 1;
        }
        while &rest * UBig::from(10_u64) < unit {
            rest *= UBig::from(10_u64);
            point -= 1;
        }
        Self { rest, unit, point }
    }

    fn next_digit(&mut self) -> u8 {
        self.rest *= UBig::from(10_u64);
        let (digit, rest) = std::mem::take(&mut self.rest).div_rem(&self.unit);
        self.rest = rest;
        u8::try_from(digit).expect("a decimal digit")
    }

    fn is_done(&self) -> bool {
        self.rest.is_zero()
    }

    fn compare_rest_to_half(&self) -> std::cmp::Ordering {
        (&self.rest << 1).cmp(&self.unit)
    }
}

/// Adds one in the last place. Says whether a digit was added in front, in which case one was dropped behind.
fn increment(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return false;
        }
        *digit = 0;
    }
    digits[0] = 1;
    true
}

fn trim_zeros(digits: &mut Vec<u8>) {
    let end = digits.iter().rposition(|d| *d != 0).map_or(1, |last| last + 1);
    digits.truncate(end);
}

/// The digits with a decimal point and as many zeros as it takes.
fn positional(digits: &[u8], point: i64) -> String {
    let mut text = String::new();
    let digit = |d: u8| char::from(b'0' + d);
    let before = usize::try_from(point).unwrap_or(0);
    if before == 0 {
        text.push('0');
    }
    text.extend((0..before).map(|i| digits.get(i).copied().map_or('0', digit)));
    if digits.len() > before {
        text.push('.');
        let zeros = usize::try_from(-point).unwrap_or(0);
        text.extend(std::iter::repeat_n('0', zeros));
        text.extend(digits[before..].iter().copied().map(digit));
    }
    text
}

/// C's `%g`: an exponent where it is below -4, or not below `places`.
fn general(digits: &[u8], point: i64, places: i64) -> String {
    let exponent = point - 1;
    if exponent >= -4 && exponent < places {
        return positional(digits, point);
    }
    let mut text = String::new();
    text.push(char::from(b'0' + digits[0]));
    if digits.len() > 1 {
        text.push('.');
        text.extend(digits[1..].iter().map(|d| char::from(b'0' + d)));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{text}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(value: f64) -> Number {
        Number::from_f64(value).unwrap()
    }

    #[test]
    fn floats_print_short() {
        assert_eq!(float(0.1).to_string(), "0.1");
        assert_eq!(float(-1.5).to_string(), "-1.5");
        assert_eq!(float(std::f64::consts::SQRT_2).to_string(), "1.4142135623730951");
        assert_eq!(float(1e21).to_string(), "1000000000000000000000");
        assert_eq!(float(9_007_199_254_740_993.0).to_string(), "9007199254740992");
        assert!(float(5e-324).to_string().ends_with("00004940656458412465"));
    }

    #[test]
    fn a_third_has_as_many_digits_as_512_bits_hold() {
        let third = Number::from(1_i64).divide(&Number::parse("3").unwrap()).unwrap();
        assert_eq!(third.to_string(), format!("0.{}5", "3".repeat(154)));
    }

    #[test]
    fn ten_digits_round_and_shorten() {
        let ten = |text: &str| Number::parse(text).unwrap().ten_digits();
        assert_eq!(ten("0.1"), "0.1");
        assert_eq!(ten("-0"), "-0");
        assert_eq!(ten("12345678901"), "1.23456789e+10");
        assert_eq!(ten("99999999999"), "1e+11");
        assert_eq!(ten("1000000"), "1000000");
        assert_eq!(ten("0.00001"), "1e-05");
        assert_eq!(ten("0.0001"), "0.0001");
        assert_eq!(ten("1234567890.5"), "1234567890");
        assert_eq!(ten("1234567891.5"), "1234567892");
        assert_eq!(ten("Inf"), "+Inf");
    }
}
