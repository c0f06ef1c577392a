//! `parseint`

use dashu_int::UBig;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "parseint",
    "`parseint` reads a string as a whole number in a given base between 2 and 62.",
    &[Param::new("number", Kind::Any, "").marked(), Param::new("base", Kind::Number, "").marked()],
    Returns::By(|args| check_type(args).map(|()| Type::NUMBER)),
    Body::Plain(parseint),
);

fn check_type(args: &[Value]) -> Result<(), Fault> {
    if args[0].ty() == Type::STRING {
        return Ok(());
    }
    let got = args[0].ty().friendly_name();
    Err(Fault::arg(0, format!("first argument must be a string, not {got}")))
}

fn parseint(args: &[Value]) -> Outcome {
    check_type(args)?;
    let marks = args[0].marks().union(args[1].marks());
    let base = whole(&args[1]).map_err(|fault| fault.about(1))?;
    let radix = u32::try_from(base).ok().filter(|base| (2..=62).contains(base));
    let radix = radix
        .ok_or_else(|| Fault::arg(1, "base must be a whole number between 2 and 62 inclusive"))?;
    let digits = text(&args[0]);
    let (negative, magnitude) = parse(digits, radix).ok_or_else(|| {
        let shown = redacted(digits, args[0].marks());
        let base =
            super::args::withheld(args[1].marks()).map_or_else(|| base.to_string(), str::to_owned);
        Fault::arg(0, format!("cannot parse {shown} as a base {base} integer"))
    })?;
    Ok(Value::number(Number::from_integer(negative, magnitude)).with_marks(&marks))
}

/// Digits, then letters of either case for 10 to 35; above base 36 small letters come first and capitals go on.
fn parse(text: &str, radix: u32) -> Option<(bool, UBig)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return None;
    }
    let value = |c: char| match c {
        '0'..='9' => Some(u32::from(c) - u32::from('0')),
        'a'..='z' => Some(u32::from(c) - u32::from('a') + 10),
        'A'..='Z' if radix <= 36 => Some(u32::from(c) - u32::from('A') + 10),
        'A'..='Z' => Some(u32::from(c) - u32::from('A') + 36),
        _ => None,
    };
    let values: Option<Vec<u32>> =
        digits.chars().map(|c| value(c).filter(|value| *value < radix)).collect();
    Some((negative, combine(&values?, radix)))
}

/// The number with these digits. Halves are combined rather than digits added, so that long numbers take less than
/// quadratic time.
fn combine(digits: &[u32], radix: u32) -> UBig {
    /// So many digits of base 62 fit in 64 bits.
    const CHUNK: usize = 10;
    if digits.len() <= CHUNK {
        let value = digits.iter().fold(0_u64, |sum, d| sum * u64::from(radix) + u64::from(*d));
        return value.into();
    }
    let (high, low) = digits.split_at(digits.len() / 2);
    combine(high, radix) * UBig::from(radix).pow(low.len()) + combine(low, radix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_up_to_62() {
        check(
            r#"[parseint("100", 10), parseint("-ff", 16), parseint("FF", 16), parseint("aA", 62)]"#,
            &expect!["[100, -255, 255, 656]"],
        );
        check(
            r#"parseint("12345678901234567890123456789", 10)"#,
            &expect!["12345678901234567890123456789"],
        );
    }

    #[test]
    fn what_is_no_number_is_named() {
        check(
            r#"parseint("12", 2)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "number" parameter: cannot parse "12" as a base 2 integer. <"12">"#
            ]],
        );
        check(
            r#"parseint(sensitive("x"), 2)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "number" parameter: cannot parse (sensitive value) as a base 2 integer. <sensitive("x")>"#
            ]],
        );
        check(
            r#"parseint("1", 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "base" parameter: base must be a whole number between 2 and 62 inclusive. <1>"#
            ]],
        );
        check(
            "parseint(12, 10)",
            &expect![[
                r#"Invalid function argument: Invalid value for "number" parameter: first argument must be a string, not number. <12>"#
            ]],
        );
    }

    #[test]
    fn small_and_large_numbers_are_put_together_alike() {
        let digits: Vec<u32> = (0..200).map(|i| i * 7 % 10).collect();
        let text: String = digits.iter().map(u32::to_string).collect();
        assert_eq!(combine(&digits, 10).to_string(), text.trim_start_matches('0'));
    }
}
