//! `tolist`

use super::prelude::*;
use super::support::conversion;

pub(super) const FUNCTION: Function = Function::new(
    "tolist",
    "`tolist` converts its argument to a list; besides lists that is possible for sets and tuples.",
    &[conversion::VALUE],
    Returns::By(|args| conversion::result_type(args, WANTED)),
    Body::With(|args, env| conversion::convert_to(args, WANTED, env)),
)
.may_be_null();

const WANTED: Kind = Kind::List(&Kind::Any);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_converts_is_converted() {
        check(
            r#"[tolist([1, "a"]), tolist(toset([2, 1])), tolist([])]"#,
            &expect![[r#"[list["1", "a"], list[1, 2], list(any)[]]"#]],
        );
    }

    #[test]
    fn what_does_not_is_refused() {
        check(
            r#"tolist("a")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert string to list of any single type. <"a">"#
            ]],
        );
        check(
            r#"tolist([1, {}])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert tuple to list of any single type. <[1, {}]>"#
            ]],
        );
    }
}
