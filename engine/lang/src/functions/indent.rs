//! `indent`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "indent",
    "`indent` puts a number of spaces at the beginning of every line of a string but the first.",
    &[
        Param::new("spaces", Kind::Number, "How many spaces."),
        Param::new("str", Kind::String, "The text to indent."),
    ],
    Returns::Always(Kind::String),
    Body::With(indent),
);

fn indent(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let spaces = whole(&args[0])?;
    let spaces = usize::try_from(spaces)
        .map_err(|_| Fault::arg(0, "the number of spaces must not be negative"))?;
    let text = text(&args[1]);
    let lines = text.bytes().filter(|b| *b == b'\n').count();
    if lines == 0 {
        return Ok(text.into());
    }
    env.charge(text.len().saturating_add(lines.saturating_mul(spaces)))?;
    Ok(text.replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_stays() {
        check(r#"indent(9223372036854775807, "a")"#, &expect![[r#""a""#]]);
        check(r#"indent(2, "a\nb\n\nc")"#, &expect![[r#""a\n  b\n  \n  c""#]]);
    }

    #[test]
    fn odd_widths_are_refused() {
        check(
            r#"indent(-1, "a")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "spaces" parameter: the number of spaces must not be negative. <-1>"#
            ]],
        );
        check(
            r#"indent(0.5, "a")"#,
            &expect![[
                r#"Error in function call: Call to function "indent" failed: value must be a whole number, between -9223372036854775808 and 9223372036854775807. <indent(0.5, "a")>"#
            ]],
        );
        check(
            r#"indent(9999999999, "a\nb")"#,
            &expect![[
                r#"Result too large: Evaluating this would take the expression over its limit of 128 MiB. Lists and strings that are repeated or multiplied in several steps grow beyond what any machine can hold. <indent(9999999999, "a\nb")>"#
            ]],
        );
    }
}
