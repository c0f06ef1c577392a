//! `format`

use super::prelude::*;
use super::support::format::{prefix, render};

pub(super) const FUNCTION: Function = Function::new(
    "format",
    "`format` puts values into a text in the place of verbs such as `%s`, `%d` and `%05.2f`, much as `printf` does in C.",
    &[Param::new("format", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::With(format),
)
.variadic(Param::new("args", Kind::Any, "").nullable().unknown().untyped());

fn format(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let (template, args) = (text(&args[0]), &args[1..]);
    if args.iter().all(Value::is_wholly_known) {
        return render(template, args, env).map(Value::from);
    }
    let unknown = Value::unknown(Type::STRING);
    let refined = prefix(template).map(|prefix| unknown.refine().not_null().prefix(prefix).build());
    Ok(refined.and_then(Result::ok).unwrap_or(unknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        check(
            r#"format("%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%b|%.5d|%5.3d|%.d|%d", 1, 2, 3, 4, 5, 255, 255, 255, 8, 8, 5, 42, 7, 0, "12345678901234567890123")"#,
            &expect![[
                r#""    1|2    |00003|+4| 5|ff|FF|0xff|10|010|101|00042|  007||12345678901234567890123""#
            ]],
        );
    }

    #[test]
    fn other_numbers() {
        check(
            r#"format("%f|%e|%g|%E|%G|%10.2f|%-10.2f|%010.2f|%+f|% f|%.0f|%.3g", 1.5, 1.5, 1e21, 1.5, 1e-7, 3.14159, 3.14159, -3.14159, 2, 2, 2.5, 1234567)"#,
            &expect![[
                r#""1.500000|1.500000e+00|1e+21|1.500000E+00|1E-07|      3.14|3.14      |-000003.14|+2.000000| 2.000000|2|1.23e+06""#
            ]],
        );
        check(
            r#"format("%f|%-05d|%-05.1f|%010g", 1/0, 2, 3, -1.5)"#,
            &expect![[r#""+Inf|2    |003.0|-0000001.5""#]],
        );
    }

    #[test]
    fn text_and_everything_else() {
        check(
            r#"format("%s|%q|%5s|%-5s|%.2s|%05s|%-5q|%5t|%%", "a", "<b>", "é", "é", "héllo", 1, "a", true)"#,
            &expect![[r#""a|\"\\u003cb\\u003e\"|    é|é    |hé|00001|\"a\"  |true|%""#]],
        );
        check(
            r#"format("%v %v %v %v %#v %v %[2]d %5v", "a", 1000000, true, [1, null], "a", null, 1.25)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "args" parameter: too many arguments; only 6 used by format string. <1.25>"#
            ]],
        );
    }

    #[test]
    fn arguments_by_number() {
        check(r#"format("%[2]d %[1]d %d", 1, 2)"#, &expect![[r#""2 1 2""#]]);
        check(
            r#"format("%[3]d", 1, 2)"#,
            &expect![[
                r#"Error in function call: Call to function "format" failed: not enough arguments for "%[3]d" at 0: need index 3 but have 2 total. <format("%[3]d", 1, 2)>"#
            ]],
        );
        check(
            r#"format("%d %d", 1)"#,
            &expect![[
                r#"Error in function call: Call to function "format" failed: not enough arguments for "%d" at 3: need index 2 but have 1 total. <format("%d %d", 1)>"#
            ]],
        );
        check(
            r#"format("%d", 1, 2)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "args" parameter: too many arguments; only 1 used by format string. <2>"#
            ]],
        );
        check(
            r#"format("a", 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "args" parameter: too many arguments; no verbs in format string. <1>"#
            ]],
        );
    }

    #[test]
    fn mistakes_have_their_place() {
        for (call, expected) in [
            (r#"format("%d", 1.5)"#, "an integer is required"),
            (r#"format("a%z", 1)"#, "unsupported format verb 'z' in \"%z\" at offset 1"),
            (r#"format("%5é", 1)"#, "unrecognized format character 'é' at offset 2"),
            (r#"format("%5%", 1)"#, "unrecognized format character '%' at offset 2"),
            (r#"format("abc%5", 1)"#, "invalid format string starting at offset 5"),
            (r#"format("%s", null)"#, "null value cannot be formatted"),
            (r#"format("%t", 5)"#, "unsupported value for \"%t\" at 0: bool required"),
            (r#"format("%s", [1])"#, "string required"),
            (r#"format("%99999999999999999999d", 1)"#, "over its limit of"),
            (r#"format("%.1000000000f", 1)"#, "over its limit of"),
        ] {
            let got = super::super::testing::eval(call);
            assert!(got.contains(expected), "{call}: {got}");
        }
    }
}
