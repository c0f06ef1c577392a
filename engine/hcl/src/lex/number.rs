//! Which digits, points and exponents make a number.

/// The most that a power of two may be in a number (that of Go's `big.Float`, which Terraform reads numbers with).
const MOST_BINARY: i64 = i32::MAX as i64;
/// The least.
const LEAST_BINARY: i64 = i32::MIN as i64;

/// Whether `text`, scanned as a number, is one: digits, at most one point with digits after it, at most one exponent,
/// and a size that can be represented.
#[must_use]
pub(crate) fn is_number(text: &str) -> bool {
    let digits_end = digits(text);
    if digits_end == text.len() {
        return digits_end > 0;
    }
    let (whole, rest) = text.split_at(digits_end);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let has_point = whole.len() + fraction.len() + rest.len() < text.len();
    if whole.is_empty() || (has_point && fraction.is_empty()) {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => is_in_range(whole, fraction, exponent),
        None => rest.is_empty(),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len())
}

fn is_in_range(whole: &str, fraction: &str, exponent: &str) -> bool {
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if unsigned.is_empty() || digits(unsigned) != unsigned.len() {
        return false;
    }
    let Ok(exponent) = exponent.parse::<i64>() else { return false };
    let all = whole.bytes().chain(fraction.bytes());
    let significant = all.skip_while(|&b| b == b'0').count();
    if significant == 0 {
        return true;
    }
    let bits = bits_of(whole, fraction, significant);
    let point = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let binary = exponent.saturating_sub(point).saturating_add(bits);
    (LEAST_BINARY..=MOST_BINARY).contains(&binary)
}

/// The bits of the whole number that the digits make without their point; within one for long numbers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an estimate, to be compared with two thousand million"
)]
fn bits_of(whole: &str, fraction: &str, significant: usize) -> i64 {
    let digits = whole.bytes().chain(fraction.bytes()).skip_while(|&b| b == b'0');
    let leading = digits.take(15).fold(0_u64, |n, b| n * 10 + u64::from(b - b'0'));
    let further = significant.saturating_sub(15) as f64;
    ((leading as f64).log2() + further * std::f64::consts::LOG2_10).floor() as i64 + 1
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn numbers_have_one_point_and_one_exponent() {
        for text in ["0", "00012", "1.5", "1e5", "1E+5", "1.50e-10", "1e0000000000000000000000001"]
        {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "1.2.3", "1e5e5", "1e5.5", "1..2", "e5", "1e", ".5", "-1"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn numbers_that_no_float_holds_are_refused() {
        for text in ["1e2147483646", "1e-2147483649", "0e9223372036854775807", "0.001e2147483648"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["1e2147483647", "2e2147483646", "1e-2147483650", "0e9223372036854775808"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
