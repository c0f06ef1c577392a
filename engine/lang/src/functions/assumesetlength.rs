//! `assumesetlength`

use super::prelude::*;
use super::support::assume::{MAX, MIN, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumesetlength",
    "`assumesetlength` gives the set as it is and promises that its length is between two bounds.",
    &[about(Kind::Set(&Kind::Any)), MIN, MAX],
    Returns::Always(Kind::Set(&Kind::Any)),
    Body::Plain(assumesetlength),
)
.may_be_null();

fn assumesetlength(args: &[Value]) -> Outcome {
    let (min, max) = (length(args, 1)?, length(args, 2)?);
    refined(&args[0], |value| value.length_min(min).length_max(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumesetlength(toset([1, 2]), 1, 2)"#, &expect!["set[1, 2]"]);
        check(
            r#"assumesetlength(toset([1, 2]), 3, 4)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <toset([1, 2])>"#
            ]],
        );
    }
}
