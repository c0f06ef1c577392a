//! Decimal text to a number at 512 bits.

use std::fmt;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use super::round::signed;
use super::{MAX_EXPONENT_BITS, Number, Parts, Repr, TEXT_PRECISION};

/// Why a text is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseNumberError {
    /// It is not written as one.
    Syntax,
    /// It is, but too large, or too near to zero, to be represented.
    Range,
}

impl Number {
    /// Reads `[+-] digits [. digits] [e|E [+-] digits]`, either run of digits being optional but not both, or `Inf`.
    /// The exponent may also be one of two, after `p`. This is what conversion from strings accepts; the language's
    /// own number literals are narrower.
    ///
    /// # Errors
    /// When the text is something else, or the number is out of range.
    pub fn parse(text: &str) -> Result<Self, ParseNumberError> {
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if matches!(unsigned, "Inf" | "inf") {
            return Ok(Self::infinity(negative));
        }
        if let Some(number) = small(negative, unsigned) {
            return Ok(number);
        }
        Literal::split(unsigned)?.evaluate(negative)
    }
}

/// Most numbers are a few digits.
fn small(negative: bool, digits: &str) -> Option<Number> {
    let plain = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let value = if plain { digits.parse::<i64>().ok()? } else { return None };
    if negative && value == 0 {
        return None;
    }
    let value = if negative { -value } else { value };
    Some(Number(Repr::Int { value, precision: TEXT_PRECISION }))
}

struct Literal<'a> {
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
    is_binary: bool,
}

impl<'a> Literal<'a> {
    fn split(text: &'a str) -> Result<Self, ParseNumberError> {
        let digits_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (mantissa, exponent) = text.split_at(digits_end);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
            return Err(ParseNumberError::Syntax);
        }
        let is_binary = exponent.starts_with(['p', 'P']);
        let exponent = match exponent.strip_prefix(['e', 'E', 'p', 'P']) {
            Some(digits) => read_exponent(digits)?,
            None if exponent.is_empty() => 0,
            None => return Err(ParseNumberError::Syntax),
        };
        Ok(Self { whole, fraction, exponent, is_binary })
    }

    fn evaluate(&self, negative: bool) -> Result<Number, ParseNumberError> {
        let digits = [self.whole, self.fraction].concat();
        let mantissa = UBig::from_str_radix(&digits, 10).map_err(|_| ParseNumberError::Syntax)?;
        if mantissa.is_zero() {
            return Ok(Parts { negative, mantissa, exponent: 0 }.round(TEXT_PRECISION));
        }
        let after_point = signed(self.fraction.len());
        let (decimal, binary) =
            if self.is_binary { (0, self.exponent) } else { (self.exponent, 0) };
        let fives = decimal.checked_sub(after_point).ok_or(ParseNumberError::Range)?;
        let twos = binary.checked_add(fives).ok_or(ParseNumberError::Range)?;
        // One digit is more than three bits and a third, so that this refuses only what is out of range anyway.
        let limit = 1_i64 << (MAX_EXPONENT_BITS + 1);
        if fives.abs() > limit || twos.abs() > limit {
            return Err(ParseNumberError::Range);
        }
        let number = scale(Parts { negative, mantissa, exponent: twos }, fives);
        if number.is_infinite() || number.is_zero() {
            return Err(ParseNumberError::Range);
        }
        Ok(number)
    }
}

/// An exponent too long for 64 bits is out of range, not a mistake in writing.
fn read_exponent(text: &str) -> Result<i64, ParseNumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseNumberError::Syntax);
    }
    text.parse().map_err(|_| ParseNumberError::Range)
}

/// `parts * 5^fives`, rounded once at 512 bits. The power itself is held in 64 bits more than the result, so that up to
/// 5^248 it is exact; beyond, its last bits are rounded at each step, in an order that other implementations share.
fn scale(parts: Parts, fives: i64) -> Number {
    let (power, shift) = power_of_five(fives.unsigned_abs(), TEXT_PRECISION + 64);
    if fives >= 0 {
        let mantissa = parts.mantissa * power;
        return Parts { mantissa, exponent: parts.exponent + shift, ..parts }.round(TEXT_PRECISION);
    }
    let wanted = TEXT_PRECISION as usize + 2 + power.bit_len();
    let lift = wanted.saturating_sub(parts.mantissa.bit_len());
    let (mantissa, rest) = (parts.mantissa << lift).div_rem(&power);
    let exponent = parts.exponent - shift - signed(lift);
    Parts { mantissa, exponent, ..parts }.round_with(TEXT_PRECISION, !rest.is_zero())
}

/// 5^n as mantissa and binary exponent, by repeated squaring.
fn power_of_five(n: u64, precision: u32) -> (UBig, i64) {
    /// The largest power of five in a 64-bit word.
    const FIRST: u64 = 27;
    if n <= FIRST {
        return (UBig::from(5_u64).pow(usize::try_from(n).expect("at most 27")), 0);
    }
    let mut result = (UBig::from(5_u64).pow(27), 0);
    let mut square = (UBig::from(5_u64), 0);
    let mut left = n - FIRST;
    while left > 0 {
        if left & 1 == 1 {
            result = product(&result, &square, precision);
        }
        square = product(&square, &square, precision + 64);
        left >>= 1;
    }
    result
}

fn product(a: &(UBig, i64), b: &(UBig, i64), precision: u32) -> (UBig, i64) {
    let (mut mantissa, mut exponent) = (&a.0 * &b.0, a.1 + b.1);
    let excess = mantissa.bit_len().saturating_sub(precision as usize);
    if excess > 0 {
        let half = mantissa.bit(excess - 1);
        let sticky = mantissa.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
        mantissa >>= excess;
        if half && (sticky || mantissa.bit(0)) {
            mantissa += UBig::ONE;
        }
        exponent += signed(excess);
    }
    (mantissa, exponent)
}

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "a number is required",
            Self::Range => "a number of fewer than a million digits is required",
        })
    }
}

impl std::error::Error for ParseNumberError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Number::parse(text).map_or_else(|e| format!("{e:?}"), |n| n.to_string())
    }

    #[test]
    fn every_form() {
        let forms = ["0", "-0", "+5", ".5", "5.", "-1.50e2", "1E+3", "1p3", "Inf", "-inf", "007"];
        let texts = ["0", "-0", "5", "0.5", "5", "-150", "1000", "8", "+Inf", "-Inf", "7"];
        assert_eq!(forms.map(read), texts);
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "1e",
            "1e+",
            "1_0",
            " 1",
            "1 ",
            "0x10",
            "e5",
            "+Infinity",
            "--1",
            "1e5x",
        ] {
            assert_eq!(read(text), "Syntax", "{text}");
        }
    }

    #[test]
    fn a_short_text_cannot_make_a_huge_number() {
        for text in [
            "1e99999999999999999999",
            "1e2000000",
            "1e-2000000",
            "9e9223372036854775807",
            "1p9999999",
        ] {
            assert_eq!(read(text), "Range", "{text}");
        }
        assert_eq!(read("0e99999999"), "0");
        assert_eq!(read("1e1000000").len(), 1_000_001);
    }

    #[test]
    fn long_decimals_keep_512_bits() {
        let pi = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798";
        assert_eq!(read(pi), pi);
        assert_eq!(
            read("12345678901234567890123456789012345678901234567890"),
            "12345678901234567890123456789012345678901234567890"
        );
    }
}
