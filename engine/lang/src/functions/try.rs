//! `try`

use super::prelude::*;
use super::spec::Lazy;

pub(super) const FUNCTION: Function = Function::new(
    "try",
    "`try` evaluates its arguments one after the other and gives the first that is no error.",
    &[],
    Returns::Always(Kind::Any),
    Body::Lazy(Lazy::Try),
)
.variadic(Param::new("expressions", Kind::Expression, ""))
.may_be_null();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_works_is_taken() {
        check(
            r#"[try({}.a, "b"), try(1, {}.a), try([1][1], [][0], null), try([2, 3]...)]"#,
            &expect![[r#"["b", 1, null(any), 2]"#]],
        );
        check(
            "try({}.a, [][0])",
            &expect![[r#"
            Error in function call: Call to function "try" failed: no expression succeeded:
            - Unsupported attribute
              This object does not have an attribute named "a".
            - Invalid index
              The given key does not identify an element in this collection value: the collection has no elements.

            At least one expression must produce a successful result. <try({}.a, [][0])>"#]],
        );
        check(
            "try()",
            &expect![[
                r#"Error in function call: Call to function "try" failed: at least one argument is required. <try()>"#
            ]],
        );
    }
}
