//! `trimspace`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "trimspace",
    "`trimspace` removes white space from both ends of a string.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(|args| Ok(text(&args[0]).trim().into())),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_unicodes_white_space_goes() {
        check(r#"trimspace("\u00a0\n a b\t\u2003")"#, &expect![[r#""a b""#]]);
    }
}
