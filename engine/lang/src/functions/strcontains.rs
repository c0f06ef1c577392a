//! `strcontains`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "strcontains",
    "`strcontains` tells whether a string contains another.",
    &[Param::new("str", Kind::String, ""), Param::new("substr", Kind::String, "")],
    Returns::Always(Kind::Bool),
    Body::Plain(|args| Ok(text(&args[0]).contains(text(&args[1])).into())),
)
.may_be_null();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        check(r#"[strcontains("abc", "b"), strcontains("abc", "d")]"#, &expect!["[true, false]"]);
    }
}
