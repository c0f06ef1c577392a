//! `dirname`

use super::prelude::*;

use super::support::paths;

pub(super) const FUNCTION: Function = Function::new(
    "dirname",
    "`dirname` gives a path without its last part.",
    &[Param::new("path", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(dirname),
);

fn dirname(args: &[Value]) -> Outcome {
    Ok(paths::dir(text(&args[0])).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_but_the_last() {
        check(
            r#"[dirname("a/b/c.txt"), dirname("a/b/"), dirname("a"), dirname("/a"), dirname("a/../b/c")]"#,
            &expect![[r#"["a/b", "a/b", ".", "/", "b"]"#]],
        );
    }
}
