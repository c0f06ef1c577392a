//! `assumesetlengthmax`

use super::prelude::*;
use super::support::assume::{MAX, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumesetlengthmax",
    "`assumesetlengthmax` gives the set as it is and promises that its length is a given number or less.",
    &[about(Kind::Set(&Kind::Any)), MAX],
    Returns::Always(Kind::Set(&Kind::Any)),
    Body::Plain(assumesetlengthmax),
)
.may_be_null();

fn assumesetlengthmax(args: &[Value]) -> Outcome {
    let max = length(args, 1)?;
    refined(&args[0], |value| value.length_max(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumesetlengthmax(toset([1, 2]), 2)"#, &expect!["set[1, 2]"]);
        check(
            r#"assumesetlengthmax(toset([1, 2]), 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <toset([1, 2])>"#
            ]],
        );
    }
}
