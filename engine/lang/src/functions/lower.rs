//! `lower`

use super::prelude::*;
use super::support::letters;

pub(super) const FUNCTION: Function = Function::new(
    "lower",
    "`lower` makes all cased letters of a string lowercase.",
    &[Param::new("str", Kind::String, "").untyped()],
    Returns::Always(Kind::String),
    Body::Plain(|args| Ok(text(&args[0]).chars().map(letters::lower).collect::<String>().into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_mapped_one_by_one() {
        check(
            r#"[lower("HELLO"), lower("ΑΣ"), lower("İ")]"#,
            &expect![[r#"["hello", "ασ", "i"]"#]],
        );
    }
}
