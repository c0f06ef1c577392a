//! `signum`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "signum",
    "`signum` tells the sign of a whole number: -1, 0 or 1.",
    &[Param::new("num", Kind::Number, "")],
    Returns::Always(Kind::Number),
    Body::Plain(|args| Ok(Value::int(whole(&args[0])?.signum()))),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_have_one() {
        check("[signum(-12), signum(0), signum(3)]", &expect!["[-1, 0, 1]"]);
        check(
            "signum(0.5)",
            &expect![[
                r#"Error in function call: Call to function "signum" failed: value must be a whole number, between -9223372036854775808 and 9223372036854775807. <signum(0.5)>"#
            ]],
        );
    }
}
