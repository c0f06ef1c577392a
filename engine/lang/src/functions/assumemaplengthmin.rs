//! `assumemaplengthmin`

use super::prelude::*;
use super::support::assume::{MIN, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumemaplengthmin",
    "`assumemaplengthmin` gives the map as it is and promises that its length is a given number or more.",
    &[about(Kind::Map(&Kind::Any)), MIN],
    Returns::Always(Kind::Map(&Kind::Any)),
    Body::Plain(assumemaplengthmin),
)
.may_be_null();

fn assumemaplengthmin(args: &[Value]) -> Outcome {
    let min = length(args, 1)?;
    refined(&args[0], |value| value.length_min(min))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(
            r#"assumemaplengthmin(tomap({a = 1, b = 2}), 2)"#,
            &expect![[r#"map{"a": 1, "b": 2}"#]],
        );
        check(
            r#"assumemaplengthmin(tomap({a = 1, b = 2}), 3)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tomap({a = 1, b = 2})>"#
            ]],
        );
    }
}
