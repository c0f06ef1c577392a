//! `abspath`

use super::prelude::*;

use super::support::paths;

pub(super) const FUNCTION: Function = Function::new(
    "abspath",
    "`abspath` makes a path absolute: a relative one starts at the working folder.",
    &[Param::new("path", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::With(abspath),
);

fn abspath(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let path = text(&args[0]);
    if path.starts_with('/') {
        return Ok(paths::clean(path).into());
    }
    let from = env.host().current_dir().map_err(Fault::new)?;
    Ok(paths::clean(&format!("{from}/{path}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_start_at_the_working_folder() {
        check(
            r#"[abspath("."), abspath("a/../b"), abspath("/x/./y/"), abspath("")]"#,
            &expect![[r#"["/stack", "/stack/b", "/x/y", "/stack"]"#]],
        );
    }
}
