//! `strrev`

use unicode_segmentation::UnicodeSegmentation;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "strrev",
    "`strrev` turns a string around, character by character.",
    &[Param::new("str", Kind::String, "").untyped()],
    Returns::Always(Kind::String),
    Body::Plain(|args| Ok(text(&args[0]).graphemes(true).rev().collect::<String>().into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_as_one_character_stays_one() {
        check(
            r#"[strrev("hello"), strrev("noël👨‍👩‍👧!")]"#,
            &expect![[r#"["olleh", "!👨\u{200d}👩\u{200d}👧lëon"]"#]],
        );
    }
}
