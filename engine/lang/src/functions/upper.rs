//! `upper`

use super::prelude::*;
use super::support::letters;

pub(super) const FUNCTION: Function = Function::new(
    "upper",
    "`upper` makes all cased letters of a string uppercase.",
    &[Param::new("str", Kind::String, "").untyped()],
    Returns::Always(Kind::String),
    Body::Plain(|args| Ok(text(&args[0]).chars().map(letters::upper).collect::<String>().into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_mapped_one_by_one() {
        check(r#"[upper("hello"), upper("ß"), upper("ᾳ")]"#, &expect![[r#"["HELLO", "ß", "ᾼ"]"#]]);
    }
}
