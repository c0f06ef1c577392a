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
        self.to_general(Some(10))
    }

    /// The number rounded to so many places after the decimal point: C's `%.*f`. Half goes to even.
    #[must_use]
    pub fn to_fixed(&self, places: usize) -> String {
        let Some(parts) = self.parts() else { return self.to_string() };
        let negative = parts.negative;
        let (digits, point) = if parts.mantissa.is_zero() {
            (Vec::new(), 0)
        } else {
            let start = Digits::start(&parts.mantissa, parts.exponent);
            let wanted = start.point.saturating_add(signed(places));
            if wanted < 0 { (Vec::new(), 0) } else { rounded(start, wanted.unsigned_abs()) }
        };
        let mut text = positional(&digits, point);
        let have = text.find('.').map_or(0, |dot| text.len() - dot - 1);
        if have == 0 && places > 0 {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', places - have));
        signed_text(negative, &text)
    }

    /// One digit, so many more after the decimal point, and an exponent: C's `%.*e`. Without `places`, as many as it
    /// takes to tell the number from its neighbours.
    #[must_use]
    pub fn to_scientific(&self, places: Option<usize>) -> String {
        let Some(parts) = self.parts() else { return self.to_string() };
        let negative = parts.negative;
        let (digits, point) =
            self.significant(&parts, places.map(|places| places.saturating_add(1)));
        signed_text(negative, &scientific(&digits, point, places))
    }

    /// Whichever of the two other forms is the shorter, with so many significant digits at most: C's `%.*g`. Without
    /// `digits`, as many as it takes, and an exponent from a million on.
    #[must_use]
    pub fn to_general(&self, digits: Option<usize>) -> String {
        /// What Go takes for the precision where there is none.
        const SHORTEST: i64 = 6;
        let Some(parts) = self.parts() else { return self.to_string() };
        let negative = parts.negative;
        let wanted = digits.map(|digits| digits.max(1));
        let (mut digits, point) = self.significant(&parts, wanted);
        trim_zeros(&mut digits);
        let allowed = wanted.map_or(SHORTEST, signed);
        let count = signed(digits.len());
        let threshold = match wanted {
            Some(_) if allowed > count && count >= point => count,
            _ => allowed,
        };
        let exponent = point - 1;
        let text = if exponent >= -4 && exponent < threshold {
            positional(&digits, point)
        } else {
            scientific(&digits, point, None)
        };
        signed_text(negative, &text)
    }

    /// So many digits from the first that is not zero, or as many as it takes, and the position of the point.
    fn significant(&self, parts: &Parts, wanted: Option<usize>) -> (Vec<u8>, i64) {
        if parts.mantissa.is_zero() {
            return (vec![0; wanted.unwrap_or(1)], 1);
        }
        match wanted {
            Some(wanted) => {
                let start = Digits::start(&parts.mantissa, parts.exponent);
                rounded(start, u64::try_from(wanted).unwrap_or(u64::MAX))
            }
            None => shortest(parts, self.precision()),
        }
    }
}

fn signed_text(negative: bool, text: &str) -> String {
    format!("{}{text}", if negative { "-" } else { "" })
}

/// The first `count` digits, the last of them rounded, and the position of the point among them.
fn rounded(mut digits: Digits, count: u64) -> (Vec<u8>, i64) {
    let mut text = digits.take(usize::try_from(count).unwrap_or(usize::MAX));
    let round_up = match digits.compare_rest_to_half() {
        std::cmp::Ordering::Equal => text.last().is_some_and(|last| last % 2 == 1),
        order => order.is_gt(),
    };
    if round_up && text.is_empty() {
        return (vec![1], digits.point + 1);
    }
    let carried = round_up && increment(&mut text);
    (text, digits.point + i64::from(carried))
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

    /// The next so many digits, in one go. Zeros at the end are left out once there is nothing else.
    fn take(&mut self, count: usize) -> Vec<u8> {
        // No number has more digits than bits, from its first to its last.
        let count = count.min(self.rest.bit_len() + self.unit.bit_len());
        self.rest *= UBig::from(10_u64).pow(count);
        let (digits, rest) = std::mem::take(&mut self.rest).div_rem(&self.unit);
        self.rest = rest;
        let text = digits.to_string();
        let zeros = std::iter::repeat_n(0, count.saturating_sub(text.len()));
        let digits = text.bytes().map(|b| b - b'0');
        zeros.chain(digits).take(count).collect()
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

/// One digit before the point, so many after it, or those that there are, and the exponent.
fn scientific(digits: &[u8], point: i64, places: Option<usize>) -> String {
    let digit = |d: u8| char::from(b'0' + d);
    let first = digits.first().copied().unwrap_or(0);
    let mut text = String::from(digit(first));
    let rest = digits.get(1..).unwrap_or_default();
    let places = places.unwrap_or(rest.len());
    if places > 0 {
        text.push('.');
        text.extend(rest.iter().copied().map(digit));
        text.extend(std::iter::repeat_n('0', places.saturating_sub(rest.len())));
    }
    let exponent = point - 1;
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
    fn places_and_digits_as_c_has_them() {
        let number = |text: &str| Number::parse(text).unwrap();
        let fixed = |text: &str, places| number(text).to_fixed(places);
        assert_eq!(fixed("3.14159", 2), "3.14");
        assert_eq!(fixed("-0.5", 0), "-0");
        assert_eq!(fixed("1.5", 0), "2");
        assert_eq!(fixed("0.04", 1), "0.0");
        assert_eq!(fixed("0.06", 1), "0.1");
        assert_eq!(fixed("0.0004", 1), "0.0");
        assert_eq!(fixed("99.96", 1), "100.0");
        assert_eq!(fixed("12", 3), "12.000");
        assert_eq!(fixed("0", 2), "0.00");
        assert_eq!(fixed("1e3", 0), "1000");
        let scientific = |text: &str, places| number(text).to_scientific(places);
        assert_eq!(scientific("12345", Some(2)), "1.23e+04");
        assert_eq!(scientific("12345", Some(6)), "1.234500e+04");
        assert_eq!(scientific("0", Some(3)), "0.000e+00");
        assert_eq!(scientific("0.00012", None), "1.2e-04");
        assert_eq!(scientific("9.99", Some(1)), "1.0e+01");
        let general = |text: &str, digits| number(text).to_general(digits);
        assert_eq!(general("1000000", None), "1e+06");
        assert_eq!(general("123456.5", None), "123456.5");
        assert_eq!(general("1234567", None), "1.234567e+06");
        assert_eq!(general("0.0001", None), "0.0001");
        assert_eq!(general("0.00001", None), "1e-05");
        assert_eq!(general("1234.5", Some(2)), "1.2e+03");
        assert_eq!(general("0", Some(3)), "0");
        let large = number("1e-300000").to_fixed(300_010);
        assert!(large.ends_with("0000010000000000"), "{}", &large[299_990..]);
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
