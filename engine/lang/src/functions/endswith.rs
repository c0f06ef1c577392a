//! `endswith`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "endswith",
    "`endswith` tells whether a string ends with another.",
    &[Param::new("str", Kind::String, ""), Param::new("suffix", Kind::String, "")],
    Returns::Always(Kind::Bool),
    Body::Plain(|args| Ok(text(&args[0]).ends_with(text(&args[1])).into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_compared() {
        check(
            r#"[endswith("abc", "bc"), endswith("abc", "b"), endswith("", "")]"#,
            &expect!["[true, false, true]"],
        );
    }
}
