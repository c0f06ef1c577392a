//! `trimsuffix`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "trimsuffix",
    "`trimsuffix` removes a suffix from a string that has it.",
    &[Param::new("str", Kind::String, ""), Param::new("suffix", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(trimsuffix),
);

fn trimsuffix(args: &[Value]) -> Outcome {
    let text = super::args::text(&args[0]);
    Ok(text.strip_suffix(super::args::text(&args[1])).unwrap_or(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_suffix_goes() {
        check(r#"[trimsuffix("baa", "a"), trimsuffix("b", "a")]"#, &expect![[r#"["ba", "b"]"#]]);
    }
}
