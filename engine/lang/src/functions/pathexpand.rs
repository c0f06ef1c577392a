//! `pathexpand`

use super::prelude::*;

use super::support::paths;

pub(super) const FUNCTION: Function = Function::new(
    "pathexpand",
    "`pathexpand` puts the home folder of the user in the place of a `~` that a path begins with.",
    &[Param::new("path", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::With(pathexpand),
);

fn pathexpand(args: &[Value], env: &mut Env<'_>) -> Outcome {
    paths::expand(text(&args[0]), env.host()).map(Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_home_is_known() {
        check(
            r#"[pathexpand("~/.ssh/id"), pathexpand("a/~"), pathexpand("~"), pathexpand("")]"#,
            &expect![[r#"["/home/user/.ssh/id", "a/~", "/home/user", ""]"#]],
        );
        check(
            r#"pathexpand("~other/a")"#,
            &expect![[
                r#"Error in function call: Call to function "pathexpand" failed: failed to expand ~: cannot expand user-specific home dir. <pathexpand("~other/a")>"#
            ]],
        );
    }
}
