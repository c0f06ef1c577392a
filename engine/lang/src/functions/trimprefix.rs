//! `trimprefix`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "trimprefix",
    "`trimprefix` removes a prefix from a string that has it.",
    &[Param::new("str", Kind::String, ""), Param::new("prefix", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(trimprefix),
);

fn trimprefix(args: &[Value]) -> Outcome {
    let text = super::args::text(&args[0]);
    Ok(text.strip_prefix(super::args::text(&args[1])).unwrap_or(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_prefix_goes() {
        check(r#"[trimprefix("aab", "a"), trimprefix("b", "a")]"#, &expect![[r#"["ab", "b"]"#]]);
    }
}
