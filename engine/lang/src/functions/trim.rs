//! `trim`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "trim",
    "`trim` removes the given characters from both ends of a string.",
    &[
        Param::new("str", Kind::String, ""),
        Param::new("cutset", Kind::String, "Every character in this string is removed."),
    ],
    Returns::Always(Kind::String),
    Body::Plain(trim),
);

fn trim(args: &[Value]) -> Outcome {
    let cutset = text(&args[1]);
    Ok(text(&args[0]).trim_matches(|c| cutset.contains(c)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_lose_the_set() {
        check(
            r#"[trim("?!hello?!", "!?"), trim("aa", "a"), trim("a", "")]"#,
            &expect![[r#"["hello", "", "a"]"#]],
        );
    }
}
