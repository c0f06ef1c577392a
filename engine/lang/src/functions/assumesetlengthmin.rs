//! `assumesetlengthmin`

use super::prelude::*;
use super::support::assume::{MIN, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumesetlengthmin",
    "`assumesetlengthmin` gives the set as it is and promises that its length is a given number or more.",
    &[about(Kind::Set(&Kind::Any)), MIN],
    Returns::Always(Kind::Set(&Kind::Any)),
    Body::Plain(assumesetlengthmin),
)
.may_be_null();

fn assumesetlengthmin(args: &[Value]) -> Outcome {
    let min = length(args, 1)?;
    refined(&args[0], |value| value.length_min(min))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumesetlengthmin(toset([1, 2]), 2)"#, &expect!["set[1, 2]"]);
        check(
            r#"assumesetlengthmin(toset([1, 2]), 3)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <toset([1, 2])>"#
            ]],
        );
    }
}
