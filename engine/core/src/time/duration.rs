//! Durations as they are written in configurations, which is how Go writes them: `1h30m`, `1.5s`, `-250ms`.

/// The duration in nanoseconds, or nothing where the text is no duration or one too long for 64 bits (292 years).
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: i128 = 0;
    loop {
        let (part, after) = component(rest)?;
        total += part;
        if total > -i128::from(i64::MIN) {
            return None;
        }
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// The number and unit that `text` begins with, and what follows them.
fn component(text: &str) -> Option<(i128, &str)> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(end);
    let unit: i128 = match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    Some((i128::from(whole) * unit + part_of(unit, fraction), rest))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// Decimal digits after the point, times `unit`. In floating point, as Go does it, so that the same text means the same
/// nanosecond; digits that a 63-bit integer has no room for do not count.
fn part_of(unit: i128, fraction: &str) -> i128 {
    let (mut part, mut scale) = (0_i64, 1.0_f64);
    for digit in fraction.bytes() {
        let next = part.checked_mul(10).and_then(|p| p.checked_add(i64::from(digit - b'0')));
        let Some(next) = next else { break };
        part = next;
        scale *= 10.0;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "see above")]
    let nanoseconds = (part as f64 * (unit as f64 / scale)) as i128;
    nanoseconds
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn what_is_a_duration_and_what_is_not() {
        for (text, nanoseconds) in [
            ("0", Some(0)),
            ("1h30m", Some(5_400_000_000_000)),
            ("-1.5s", Some(-1_500_000_000)),
            ("+.5ms", Some(500_000)),
            ("1.\u{b5}s", Some(1_000)),
            ("9223372036854775807ns", Some(i64::MAX)),
            ("-9223372036854775808ns", Some(i64::MIN)),
            ("9223372036854775808ns", None),
            ("2562048h", None),
            ("0.3333333333333333333h", Some(1_200_000_000_000)),
            ("", None),
            ("-", None),
            ("1", None),
            (".s", None),
            ("1d", None),
            ("1h 30m", None),
            ("1H", None),
        ] {
            assert_eq!(parse_duration(text), nanoseconds, "{text:?}");
        }
    }
}
