//! `assumelistlengthmin`

use super::prelude::*;
use super::support::assume::{MIN, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumelistlengthmin",
    "`assumelistlengthmin` gives the list as it is and promises that its length is a given number or more.",
    &[about(Kind::List(&Kind::Any)), MIN],
    Returns::Always(Kind::List(&Kind::Any)),
    Body::Plain(assumelistlengthmin),
)
.may_be_null();

fn assumelistlengthmin(args: &[Value]) -> Outcome {
    let min = length(args, 1)?;
    refined(&args[0], |value| value.length_min(min))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumelistlengthmin(tolist([1, 2]), 2)"#, &expect!["list[1, 2]"]);
        check(
            r#"assumelistlengthmin(tolist([1, 2]), 3)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tolist([1, 2])>"#
            ]],
        );
    }
}
