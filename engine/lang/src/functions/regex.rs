//! `regex`

use super::prelude::*;
use super::support::pattern;

pub(super) const FUNCTION: Function = Function::new(
    "regex",
    "`regex` finds the first part of a string that a regular expression matches. Without groups in the pattern the \
     result is that part; with groups it is a tuple of what they matched, or an object where they have names.",
    &[Param::new("pattern", Kind::String, ""), Param::new("string", Kind::String, "")],
    Returns::By(result_type),
    Body::Plain(regex),
);

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].as_str() {
        None => Ok(Type::DYNAMIC),
        Some(source) => Ok(pattern::with_groups(source)?.1.result_type()),
    }
}

fn regex(args: &[Value]) -> Outcome {
    let (pattern, groups) = pattern::with_groups(text(&args[0]))?;
    let text = text(&args[1]);
    let captures = pattern
        .captures(text)
        .ok_or_else(|| Fault::new("pattern did not match any part of the given string"))?;
    Ok(groups.result(&captures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_decide_the_form_of_the_result() {
        check(r#"regex("[a-z]+", "53453453.345345aaabbbccc23454")"#, &expect![[r#""aaabbbccc""#]]);
        check(
            r#"regex("(\\d\\d\\d\\d)-(\\d\\d)(x)?", "2019-02-01")"#,
            &expect![[r#"["2019", "02", null(string)]"#]],
        );
        check(
            r#"regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<host>[^/?#]*))?", "https://a.b/c")"#,
            &expect![[r#"{"host": "a.b", "scheme": "https"}"#]],
        );
    }

    #[test]
    fn what_cannot_be_matched_is_an_error() {
        check(
            r#"regex("[0-9]+", "abc")"#,
            &expect![[
                r#"Error in function call: Call to function "regex" failed: pattern did not match any part of the given string. <regex("[0-9]+", "abc")>"#
            ]],
        );
        check(
            r#"regex("(a)(?P<b>b)", "ab")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "pattern" parameter: invalid regexp pattern: cannot mix both named and unnamed capture groups. <"(a)(?P<b>b)">"#
            ]],
        );
        check(
            r#"regex("a(b", "ab")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "pattern" parameter: invalid regexp pattern: missing closing ) in a(b. <"a(b">"#
            ]],
        );
    }
}
