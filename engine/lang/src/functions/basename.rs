//! `basename`

use super::prelude::*;

use super::support::paths;

pub(super) const FUNCTION: Function = Function::new(
    "basename",
    "`basename` gives the last part of a path.",
    &[Param::new("path", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(basename),
);

fn basename(args: &[Value]) -> Outcome {
    Ok(paths::base(text(&args[0])).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_without_slashes() {
        check(
            r#"[basename("a/b.txt"), basename("a/b//"), basename(""), basename("//")]"#,
            &expect![[r#"["b.txt", "b", ".", "/"]"#]],
        );
    }
}
