//! `tonumber`

use super::prelude::*;
use super::support::conversion;

pub(super) const FUNCTION: Function = Function::new(
    "tonumber",
    "`tonumber` converts its argument to a number; besides numbers that is possible for strings that hold a decimal number.",
    &[conversion::VALUE],
    Returns::By(|args| conversion::result_type(args, WANTED)),
    Body::With(|args, env| conversion::convert_to(args, WANTED, env)),
)
.may_be_null();

const WANTED: Kind = Kind::Number;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_converts_is_converted() {
        check(
            r#"[tonumber("1.5"), tonumber(2), tonumber(null)]"#,
            &expect!["[1.5, 2, null(number)]"],
        );
    }

    #[test]
    fn what_does_not_is_refused() {
        check(
            r#"tonumber("a")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert "a" to number; given string must be a decimal representation of a number. <"a">"#
            ]],
        );
        check(
            r#"tonumber([])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert tuple to number. <[]>"#
            ]],
        );
    }
}
