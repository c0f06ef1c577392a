//! `assumelistlengthmax`

use super::prelude::*;
use super::support::assume::{MAX, about, length, refined};

pub(super) const FUNCTION: Function = Function::new(
    "assumelistlengthmax",
    "`assumelistlengthmax` gives the list as it is and promises that its length is a given number or less.",
    &[about(Kind::List(&Kind::Any)), MAX],
    Returns::Always(Kind::List(&Kind::Any)),
    Body::Plain(assumelistlengthmax),
)
.may_be_null();

fn assumelistlengthmax(args: &[Value]) -> Outcome {
    let max = length(args, 1)?;
    refined(&args[0], |value| value.length_max(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_must_agree() {
        check(r#"assumelistlengthmax(tolist([1, 2]), 2)"#, &expect!["list[1, 2]"]);
        check(
            r#"assumelistlengthmax(tolist([1, 2]), 1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: assumption was not upheld. <tolist([1, 2])>"#
            ]],
        );
    }
}
