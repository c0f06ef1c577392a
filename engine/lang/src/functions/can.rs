//! `can`

use super::prelude::*;
use super::spec::Lazy;

pub(super) const FUNCTION: Function = Function::new(
    "can",
    "`can` tells whether an expression has a value, rather than being an error.",
    &[Param::new("expression", Kind::Expression, "")],
    Returns::Always(Kind::Bool),
    Body::Lazy(Lazy::Can),
)
.may_be_null();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_an_answer() {
        check(r#"[can(1), can({}.a), can(tonumber("x"))]"#, &expect!["[true, false, false]"]);
        check(
            "can()",
            &expect![[
                r#"Not enough function arguments: Function "can" expects exactly 1 argument(s). <)>"#
            ]],
        );
        check(
            "can(1, 2)",
            &expect![[
                r#"Too many function arguments: Function "can" expects exactly 1 argument(s). <2>"#
            ]],
        );
    }
}
