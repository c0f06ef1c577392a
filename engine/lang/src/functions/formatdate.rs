//! `formatdate`

use wb_core::time::Zoned;

use super::prelude::*;
use super::support::dates;

pub(super) const FUNCTION: Function = Function::new(
    "formatdate",
    "`formatdate` writes a time in a form of your own: `YYYY`, `YY`, `MMMM`, `MMM`, `MM`, `M`, `DD`, `D`, `EEEE`, `EEE`, \
     `hh`, `h`, `HH`, `H`, `AA`, `aa`, `mm`, `m`, `ss`, `s`, `ZZZZZ`, `ZZZZ`, `ZZZ` and `Z` stand for its parts; other \
     letters must be in single quotes.",
    &[Param::new("format", Kind::String, ""), Param::new("time", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(formatdate),
);

fn formatdate(args: &[Value]) -> Outcome {
    let time = dates::parse(text(&args[1])).map_err(|fault| fault.about(1))?;
    let mut out = String::new();
    let mut rest = text(&args[0]);
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '\'' => literal(&rest[1..], &mut out)?,
            'a'..='z' | 'A'..='Z' => {
                let end = rest.find(|c| c != first).unwrap_or(rest.len());
                let (verb, after) = rest.split_at(end);
                push_part(time, verb, &mut out)?;
                after
            }
            _ => {
                let end = rest.find(|c: char| c == '\'' || c.is_ascii_alphabetic());
                let (plain, after) = rest.split_at(end.unwrap_or(rest.len()));
                out.push_str(plain);
                after
            }
        };
    }
    Ok(out.into())
}

/// Text after an opening quote, and what follows its end. A quote in it is written twice; two alone are one.
fn literal<'a>(text: &'a str, out: &mut String) -> Result<&'a str, Fault> {
    if let Some(rest) = text.strip_prefix('\'') {
        out.push('\'');
        return Ok(rest);
    }
    let mut rest = text;
    loop {
        let (part, after) =
            rest.split_once('\'').ok_or_else(|| Fault::arg(0, "unterminated literal '"))?;
        out.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                out.push('\'');
                rest = more;
            }
            None => return Ok(after),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn push_part(time: Zoned, verb: &str, out: &mut String) -> Result<(), Fault> {
    let civil = time.civil();
    let month = MONTHS[usize::from(civil.month - 1)];
    let day = DAYS[usize::from(civil.weekday())];
    let half = if civil.hour < 12 { "AM" } else { "PM" };
    let hour = (civil.hour + 11) % 12 + 1;
    let part = match verb {
        "YYYY" => format!("{:04}", civil.year),
        "YY" => format!("{:02}", civil.year % 100),
        "MMMM" => month.to_owned(),
        "MMM" => month[..3].to_owned(),
        "EEEE" => day.to_owned(),
        "EEE" => day[..3].to_owned(),
        "MM" | "DD" | "hh" | "HH" | "mm" | "ss" | "M" | "D" | "h" | "H" | "m" | "s" => {
            let number = match verb.as_bytes()[0] {
                b'M' => civil.month,
                b'D' => civil.day,
                b'h' => civil.hour,
                b'H' => hour,
                b'm' => civil.minute,
                _ => civil.second,
            };
            format!("{number:0width$}", width = verb.len())
        }
        "AA" => half.to_owned(),
        "aa" => half.to_ascii_lowercase(),
        "Z" if time.offset == 0 => "Z".to_owned(),
        "ZZZ" if time.offset == 0 => "UTC".to_owned(),
        "Z" | "ZZZZZ" => offset(time.offset, ":"),
        "ZZZ" | "ZZZZ" => offset(time.offset, ""),
        _ => return Err(invalid(verb)),
    };
    out.push_str(&part);
    Ok(())
}

/// Hours and minutes eastwards of UTC.
fn offset(seconds: i32, separator: &str) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
}

fn invalid(verb: &str) -> Fault {
    let hint = match verb.as_bytes()[0] {
        b'Y' => r#": year must either be "YY" or "YYYY""#,
        b'M' => r#": month must be "M", "MM", "MMM", or "MMMM""#,
        b'D' => r#": day of month must either be "D" or "DD""#,
        b'E' => r#": day of week must either be "EEE" or "EEEE""#,
        b'h' => r#": 24-hour must either be "h" or "hh""#,
        b'H' => r#": 12-hour must either be "H" or "HH""#,
        b'm' => r#": minute must either be "m" or "mm""#,
        b's' => r#": second must either be "s" or "ss""#,
        b'A' => r#": must be "AA""#,
        b'a' => r#": must be "aa""#,
        b'Z' => ": timezone must be Z, ZZZZ, or ZZZZZ",
        _ => "",
    };
    Fault::arg(0, format!("invalid date format verb {}{hint}", quoted(verb)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_letters() {
        check(
            r#"formatdate("EEEE EEE YYYY YY MMMM MMM MM M DD D hh h HH H AA aa mm m ss s Z ZZZ ZZZZ ZZZZZ", "2018-01-02T23:04:05-08:30")"#,
            &expect![[
                r#""Tuesday Tue 2018 18 January Jan 01 1 02 2 23 23 11 11 PM pm 04 4 05 5 -08:30 -0830 -0830 -08:30""#
            ]],
        );
        check(
            r#"[formatdate("H aa Z ZZZ ZZZZ ZZZZZ", "2018-01-02T00:04:05+00:00"), formatdate("'Week '' 1' — ''h''", "2018-01-02T09:04:05Z")]"#,
            &expect![[r#"["12 am Z UTC +0000 +00:00", "Week ' 1 — '9'"]"#]],
        );
    }

    #[test]
    fn mistakes_are_named() {
        check(
            r#"formatdate("YYYYY", "2018-01-02T23:04:05Z")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "format" parameter: invalid date format verb "YYYYY": year must either be "YY" or "YYYY". <"YYYYY">"#
            ]],
        );
        check(
            r#"formatdate("YYYY week", "2018-01-02T23:04:05Z")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "format" parameter: invalid date format verb "w". <"YYYY week">"#
            ]],
        );
        check(
            r#"formatdate("'a", "2018-01-02T23:04:05Z")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "format" parameter: unterminated literal '. <"'a">"#
            ]],
        );
        check(
            r#"formatdate("h", "2018-01-02")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "time" parameter: not a valid RFC3339 timestamp: missing required time introducer 'T'. <"2018-01-02">"#
            ]],
        );
    }
}
