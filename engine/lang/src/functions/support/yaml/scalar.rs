//! What a scalar stands for.

use wb_core::number::Number;
use wb_core::time::{Civil, Zoned};
use wb_core::ty::Type;
use wb_core::value::Value;

use crate::functions::args::quoted;

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Plain,
    /// In single or double quotes.
    Quoted,
    /// On lines of its own.
    Block,
}

/// What the tags of YAML's own schema begin with.
const CORE: &str = "tag:yaml.org,2002:";

/// The value, or why there is none.
pub(super) fn resolve(text: &str, tag: Option<&str>, style: Style) -> Result<Value, String> {
    let kind = match tag {
        // A block without lines is nothing at all, as Terraform reads it.
        None if style == Style::Plain || (style == Style::Block && text.is_empty()) => {
            return plain(text);
        }
        None => return Ok(text.into()),
        Some(tag) => tag.strip_prefix(CORE).ok_or_else(|| unsupported(tag))?,
    };
    let cannot = || format!("cannot parse {} as {CORE}{kind}", quoted(text));
    if matches!(kind, "bool" | "int" | "float" | "null" | "timestamp")
        && style == Style::Quoted
        && is_hint(text)
    {
        return Ok(text.into());
    }
    match kind {
        "str" => Ok(text.into()),
        "binary" => {
            let decoded = super::super::base64::decode(text);
            decoded.map(|_| text.into()).map_err(|_| format!("{}: not valid base64", cannot()))
        }
        "null" => Ok(word(text).unwrap_or(Value::null(Type::DYNAMIC))),
        "bool" => word(text).filter(|value| value.ty() == Type::BOOL).ok_or_else(cannot),
        "int" | "float" => match word(text) {
            Some(value) => Ok(value),
            None => number(&text.replace('_', "")).ok_or_else(cannot),
        },
        "timestamp" => time(text).map(|time| time.to_string().into()).ok_or_else(cannot),
        _ => Err(unsupported(tag.unwrap_or_default())),
    }
}

fn unsupported(tag: &str) -> String {
    format!("unsupported tag {}", quoted(tag))
}

/// Without quotes and tag.
fn plain(text: &str) -> Result<Value, String> {
    if let Some(value) = word(text) {
        return Ok(value);
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".to_owned());
    }
    if !text.starts_with(['+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        return Ok(text.into());
    }
    if let Some(time) = time(text) {
        return Ok(time.to_string().into());
    }
    // An underscore or `0b` makes no number.
    let is_number = !text.contains('_') && !text.contains(['b', 'B']) || text.starts_with("0x");
    Ok(number(text).filter(|_| is_number && !text.contains('_')).unwrap_or_else(|| text.into()))
}

/// Whether the text begins like a number, a truth value or null.
fn is_hint(text: &str) -> bool {
    text.is_empty()
        || text.starts_with(|c: char| c.is_ascii_digit() || "+-.yYnNtTfFoO~".contains(c))
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::TRUE
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::FALSE
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::null(Type::DYNAMIC),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            Value::number(Number::infinity(false))
        }
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::infinity(true)),
        _ => return None,
    })
}

/// Decimal with or without fraction and exponent, or whole in base 2, 8 or 16.
fn number(text: &str) -> Option<Value> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    for (mark, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = digits.strip_prefix(mark) {
            let digits = Some(digits).filter(|digits| !digits.starts_with('+'))?;
            let whole = u64::from_str_radix(digits, radix).ok()?;
            return Number::parse(&format!("{sign}{whole}")).ok().map(Value::number);
        }
    }
    let end = digits.find(['e', 'E']).unwrap_or(digits.len());
    let (mantissa, exponent) = digits.split_at(end);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_number = is_digits(whole) && is_digits(fraction) && whole.len() + fraction.len() > 0;
    let power = exponent.get(1..).unwrap_or_default();
    let power = power.strip_prefix(['+', '-']).unwrap_or(power);
    let has_power = exponent.is_empty() || (!power.is_empty() && is_digits(power));
    if !is_number || !has_power {
        return None;
    }
    // Digits on both sides of the point, as every reader of numbers wants them.
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    Number::parse(&format!("{sign}{whole}.{fraction}{exponent}")).ok().map(Value::number)
}

/// `2001-12-14`, `2001-12-14T21:59:43.10-05:00` or `2001-12-14 21:59:43.10`, with one digit or two in each number but the
/// year.
fn time(text: &str) -> Option<Zoned> {
    let (year, rest) = text.split_once('-').filter(|(year, _)| year.len() == 4)?;
    let year: u16 = year.bytes().all(|b| b.is_ascii_digit()).then(|| year.parse().ok())??;
    let (month, rest) = short(rest)?;
    let (day, rest) = short(rest.strip_prefix('-')?)?;
    let mut civil =
        Civil { year: year.into(), month, day, hour: 0, minute: 0, second: 0, nanoseconds: 0 };
    let mut offset = 0;
    if !rest.is_empty() {
        let time = rest.strip_prefix(['T', 't', ' '])?;
        let (hour, time) = short(time)?;
        let (minute, time) = short(time.strip_prefix(':')?)?;
        let (second, time) = short(time.strip_prefix(':')?)?;
        let zone = match time.strip_prefix(['.', ',']) {
            Some(fraction) => {
                let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                (zone.len() < fraction.len()).then_some(zone)?
            }
            None => time,
        };
        offset = match (rest.starts_with(' '), zone) {
            (true, "") | (false, "Z") => 0,
            (false, zone) => zone_offset(zone)?,
            (true, _) => return None,
        };
        civil = Civil { hour, minute, second, ..civil };
    }
    let moment = civil.moment(offset);
    // What no calendar or clock shows comes back as something else.
    let is_real = civil.month > 0 && moment.civil(offset) == civil;
    is_real.then_some(Zoned { moment, offset })
}

/// A number of one digit or two.
fn short(text: &str) -> Option<(u8, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}

fn zone_offset(text: &str) -> Option<i32> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text[1..].split_once(':')?;
    let part = |text: &str, most: i32| {
        let is_number = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i32>().ok().filter(|number| is_number && *number <= most)
    };
    Some(sign * (part(hours, 23)? * 3_600 + part(minutes, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars() {
        for (text, expected) in [
            ("0o17", "15"),
            ("0x1F", "31"),
            ("-5", "-5"),
            ("1.", "1"),
            (".5e1", "5"),
            ("+1e3", "1000"),
            ("0b11", "\"0b11\""),
            ("1_000", "\"1_000\""),
            ("-", "\"-\""),
            (".", "\".\""),
            ("1e", "\"1e\""),
            ("2001-12-14", "\"2001-12-14T00:00:00Z\""),
            ("2001-1-4t1:9:43.10-05:00", "\"2001-01-04T01:09:43-05:00\""),
            ("2001-12-15 2:59:43.10", "\"2001-12-15T02:59:43Z\""),
            ("2001-13-15", "\"2001-13-15\""),
            ("2001-12-14 21:59:43.10 -5", "\"2001-12-14 21:59:43.10 -5\""),
            ("yes", "true"),
            ("", "null(any)"),
            ("12345678901234567890123", "12345678901234567890123"),
        ] {
            let value = resolve(text, None, Style::Plain).expect(text);
            assert_eq!(format!("{value:?}"), expected, "{text}");
        }
    }

    #[test]
    fn tags_decide() {
        let tagged = |text, tag: &str, style| {
            let tag = format!("{CORE}{tag}");
            resolve(text, Some(&tag), style).map(|value| format!("{value:?}"))
        };
        assert_eq!(tagged("5", "str", Style::Plain), Ok("\"5\"".to_owned()));
        assert_eq!(tagged("5", "int", Style::Quoted), Ok("\"5\"".to_owned()));
        assert_eq!(tagged("1_0", "int", Style::Plain), Ok("10".to_owned()));
        assert_eq!(tagged("0b11", "int", Style::Plain), Ok("3".to_owned()));
        assert!(tagged("abc", "int", Style::Plain).is_err());
        assert!(tagged("a", "binary", Style::Plain).is_err());
        assert_eq!(
            resolve("5", Some("!x"), Style::Plain),
            Err("unsupported tag \"!x\"".to_owned())
        );
    }
}
