//! `convert`

use super::prelude::*;
use super::spec::Lazy;

pub(super) const FUNCTION: Function = Function::new(
    "convert",
    "`convert` converts a value to a type, which is written as in the declaration of a variable.",
    &[Param::new("value", Kind::Any, "").nullable(), Param::new("type", Kind::Type, "")],
    Returns::Always(Kind::Any),
    Body::Lazy(Lazy::Convert),
)
.may_be_null();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_for_variables() {
        check(
            r#"[convert("1", number), convert([1, "a"], list(string)), convert({a = 1}, object({a = string, b = optional(bool, true)})), convert(null, map(string))]"#,
            &expect![[r#"[1, list["1", "a"], {"a": "1", "b": true}, null(map(string))]"#]],
        );
    }

    #[test]
    fn what_does_not_convert_is_refused() {
        check(
            r#"convert("a", number)"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "value" parameter: a number is required. <"a">"#
            ]],
        );
        check(
            r#"convert("a", nonsense)"#,
            &expect![[
                r#"Invalid type specification: There is no type named "nonsense". <nonsense>"#
            ]],
        );
        check(
            r#"convert("a")"#,
            &expect![[
                r#"Not enough function arguments: Function "convert" expects exactly 2 argument(s). <)>"#
            ]],
        );
    }
}
