//! `chomp`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "chomp",
    "`chomp` removes line ends from the end of a string.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(|args| Ok(text(&args[0]).trim_end_matches(['\r', '\n']).into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_ends_at_the_end_go() {
        check(r#"[chomp("a\nb\r\n\n"), chomp("\r")]"#, &expect![[r#"["a\nb", ""]"#]]);
    }
}
