//! `assumelistlength`

use super::prelude::*;
use super::support::assume::{MAX, MIN, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumelistlength",
    "`assumelistlength` gives the list as it is and promises that its length is between two bounds.",
    &[about(Kind::List(&Kind::Any)), MIN, MAX],
    Returns::Always(Kind::List(&Kind::Any)),
    Body::Plain(assumelistlength),
)
.may_be_null();

fn assumelistlength(args: &[Value]) -> Outcome {
    let (min, max) = (length(args, 1)?, length(args, 2)?);
    refined(&args[0], |value| value.length_min(min).length_max(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumelistlength(tolist([1, 2]), 1, 2)"#, &expect!["list[1, 2]"]);
        check(
            r#"assumelistlength(tolist([1, 2]), 3, 4)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tolist([1, 2])>"#
            ]],
        );
    }
}
