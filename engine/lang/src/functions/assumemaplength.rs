//! `assumemaplength`

use super::prelude::*;
use super::support::assume::{MAX, MIN, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumemaplength",
    "`assumemaplength` gives the map as it is and promises that its length is between two bounds.",
    &[about(Kind::Map(&Kind::Any)), MIN, MAX],
    Returns::Always(Kind::Map(&Kind::Any)),
    Body::Plain(assumemaplength),
)
.may_be_null();

fn assumemaplength(args: &[Value]) -> Outcome {
    let (min, max) = (length(args, 1)?, length(args, 2)?);
    refined(&args[0], |value| value.length_min(min).length_max(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(
            r#"assumemaplength(tomap({a = 1, b = 2}), 1, 2)"#,
            &expect![[r#"map{"a": 1, "b": 2}"#]],
        );
        check(
            r#"assumemaplength(tomap({a = 1, b = 2}), 3, 4)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tomap({a = 1, b = 2})>"#
            ]],
        );
    }
}
