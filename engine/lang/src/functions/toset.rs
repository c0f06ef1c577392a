//! `toset`

use super::prelude::*;
use super::support::conversion;

pub(super) const FUNCTION: Function = Function::new(
    "toset",
    "`toset` converts its argument to a set; besides sets that is possible for lists and tuples.",
    &[conversion::VALUE],
    Returns::By(|args| conversion::result_type(args, WANTED)),
    Body::With(|args, env| conversion::convert_to(args, WANTED, env)),
)
.may_be_null();

const WANTED: Kind = Kind::Set(&Kind::Any);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_converts_is_converted() {
        check(r#"[toset([2, 1, "1"]), toset([])]"#, &expect![[r#"[set["1", "2"], set(any)[]]"#]]);
    }

    #[test]
    fn what_does_not_is_refused() {
        check(
            r#"toset({})"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert object to set of any single type. <{}>"#
            ]],
        );
        check(
            r#"toset([1, {}])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert tuple to set of any single type. <[1, {}]>"#
            ]],
        );
    }
}
