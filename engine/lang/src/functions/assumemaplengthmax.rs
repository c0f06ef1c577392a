//! `assumemaplengthmax`

use super::prelude::*;
use super::support::assume::{MAX, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumemaplengthmax",
    "`assumemaplengthmax` gives the map as it is and promises that its length is a given number or less.",
    &[about(Kind::Map(&Kind::Any)), MAX],
    Returns::Always(Kind::Map(&Kind::Any)),
    Body::Plain(assumemaplengthmax),
)
.may_be_null();

fn assumemaplengthmax(args: &[Value]) -> Outcome {
    let max = length(args, 1)?;
    refined(&args[0], |value| value.length_max(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(
            r#"assumemaplengthmax(tomap({a = 1, b = 2}), 2)"#,
            &expect![[r#"map{"a": 1, "b": 2}"#]],
        );
        check(
            r#"assumemaplengthmax(tomap({a = 1, b = 2}), 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tomap({a = 1, b = 2})>"#
            ]],
        );
    }
}
