//! `tobool`

use super::prelude::*;
use super::support::conversion;

pub(super) const FUNCTION: Function = Function::new(
    "tobool",
    r#"`tobool` converts its argument to a bool; besides bools that is possible for the strings `"true"` and `"false"`."#,
    &[conversion::VALUE],
    Returns::By(|args| conversion::result_type(args, WANTED)),
    Body::With(|args, env| conversion::convert_to(args, WANTED, env)),
)
.may_be_null();

const WANTED: Kind = Kind::Bool;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_converts_is_converted() {
        check(
            r#"[tobool("true"), tobool(false), tobool(null)]"#,
            &expect!["[true, false, null(bool)]"],
        );
    }

    #[test]
    fn what_does_not_is_refused() {
        check(
            r#"tobool("a")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert "a" to bool; only the strings "true" or "false" are allowed. <"a">"#
            ]],
        );
        check(
            r#"tobool(1)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert number to bool. <1>"#
            ]],
        );
    }
}
