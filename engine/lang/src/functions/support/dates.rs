//! Times as text, and what is wrong with text that is none.

use wb_core::time::Zoned;

use super::super::args::quoted;
use super::super::fault::Fault;

/// Reads a time as RFC 3339 has it.
pub(in super::super) fn parse(text: &str) -> Result<Zoned, Fault> {
    text.parse().map_err(|_| Fault::new(format!("not a valid RFC3339 timestamp: {}", why(text))))
}

/// What stands between the numbers of a time, and what the numbers are.
const PARTS: [(&str, &str, usize, u32, u32); 6] = [
    ("", "year", 4, 0, 9999),
    ("-", "month", 2, 1, 12),
    ("-", "day of month", 2, 1, 31),
    ("T", "hour", 2, 0, 23),
    (":", "minute", 2, 0, 59),
    (":", "second", 2, 0, 59),
];

/// The first part that is not as it should be.
fn why(text: &str) -> String {
    let mut rest = text;
    for (separator, what, width, least, most) in PARTS {
        let Some(after) = rest.strip_prefix(separator) else {
            return match separator {
                "T" => "missing required time introducer 'T'".to_owned(),
                _ if rest.is_empty() => {
                    format!("end of string where {} is expected", quoted(separator))
                }
                _ => format!("found {} where {} is expected", quoted(rest), quoted(separator)),
            };
        };
        if after.is_empty() {
            return format!("end of string before {what}");
        }
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        if matches!(what, "hour" | "minute") && digits == 1 {
            return format!("{what} must have exactly two digits");
        }
        if digits < width {
            return format!("cannot use {} as {what}", quoted(after));
        }
        let (number, after) = after.split_at(width);
        match number.parse::<u32>() {
            Ok(number) if (least..=most).contains(&number) => {}
            _ if matches!(what, "hour" | "minute" | "second") => {
                return format!("{what} must be between {least} and {most} inclusive");
            }
            _ => return format!("{what} out of range"),
        }
        rest = after;
    }
    let fraction =
        rest.strip_prefix('.').map(|f| f.trim_start_matches(|c: char| c.is_ascii_digit()));
    let offset = fraction.unwrap_or(rest);
    match offset {
        "" => "end of string before UTC offset".to_owned(),
        // All else is right, so it is the date as a whole.
        "Z" => "day out of range".to_owned(),
        _ => format!("cannot use {} as UTC offset", quoted(offset)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_complaint() {
        for (text, expected) in [
            ("", "end of string before year"),
            ("2017", "end of string where \"-\" is expected"),
            ("17-1", "cannot use \"17-1\" as year"),
            ("2017-11-22", "missing required time introducer 'T'"),
            ("2017-13-22T00:00:00Z", "month out of range"),
            ("2017-11-22T24:00:00Z", "hour must be between 0 and 23 inclusive"),
            ("2017-11-22T1:00:00Z", "hour must have exactly two digits"),
            ("2017-11-22T10:00:00", "end of string before UTC offset"),
            ("2017-11-22T10:00:00X", "cannot use \"X\" as UTC offset"),
            ("2017-02-30T10:00:00Z", "day out of range"),
        ] {
            let fault = parse(text).expect_err(text);
            assert_eq!(fault.message, format!("not a valid RFC3339 timestamp: {expected}"));
        }
    }
}
