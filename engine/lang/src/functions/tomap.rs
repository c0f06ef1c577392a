//! `tomap`

use super::prelude::*;
use super::support::conversion;

pub(super) const FUNCTION: Function = Function::new(
    "tomap",
    "`tomap` converts its argument to a map; besides maps that is possible for objects.",
    &[conversion::VALUE],
    Returns::By(|args| conversion::result_type(args, WANTED)),
    Body::With(|args, env| conversion::convert_to(args, WANTED, env)),
)
.may_be_null();

const WANTED: Kind = Kind::Map(&Kind::Any);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_converts_is_converted() {
        check(
            r#"[tomap({a = 1, b = "x"}), tomap({})]"#,
            &expect![[r#"[map{"a": "1", "b": "x"}, map(any){}]"#]],
        );
    }

    #[test]
    fn what_does_not_is_refused() {
        check(
            r#"tomap([])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert tuple to map of any single type. <[]>"#
            ]],
        );
        check(
            r#"tomap({a = 1, b = {}})"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "v" parameter: cannot convert object to map of any single type. <{a = 1, b = {}}>"#
            ]],
        );
    }
}
