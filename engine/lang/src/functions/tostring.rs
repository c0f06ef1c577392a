//! `tostring`

use super::prelude::*;
use super::support::conversion;

pub(super) const FUNCTION: Function = Function::new(
    "tostring",
    "`tostring` converts its argument to a string; besides strings that is possible for numbers and bools.",
    &[conversion::VALUE],
    Returns::By(|args| conversion::result_type(args, WANTED)),
    Body::With(|args, env| conversion::convert_to(args, WANTED, env)),
)
.may_be_null();

const WANTED: Kind = Kind::String;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_converts_is_converted() {
        check(
            r#"[tostring(1.50), tostring(true), tostring(null)]"#,
            &expect![[r#"["1.5", "true", null(string)]"#]],
        );
    }

    #[test]
    fn what_does_not_is_refused() {
        check(
            r#"tostring([])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert tuple to string. <[]>"#
            ]],
        );
        check(
            r#"tostring(sensitive({}))"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert object to string. <sensitive({})>"#
            ]],
        );
    }
}
