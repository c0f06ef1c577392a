//! `fileset`

use super::prelude::*;
use super::support::glob::Pattern;
use super::support::paths;

pub(super) const FUNCTION: Function = Function::new(
    "fileset",
    "`fileset` gives the regular files below a folder whose paths from there match a pattern: `*`, `?`, `[a-z]`, `{a,b}`, \
     and `**` for any number of folders.",
    &[
        Param::new("path", Kind::String, "The folder.").marked(),
        Param::new("pattern", Kind::String, "The pattern.").marked(),
    ],
    Returns::Always(Kind::Set(&Kind::String)),
    Body::With(fileset),
);

fn fileset(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let marks = args[0].marks().union(args[1].marks());
    let folder = paths::clean(text(&args[0]));
    let pattern = text(&args[1]);
    let patterns = Pattern::parse(pattern).map_err(|_| {
        let shown = redacted(&format!("{folder}/{pattern}"), &marks);
        Fault::new(format!("failed to glob pattern {shown}: syntax error in pattern"))
    })?;
    let mut found = Vec::new();
    for mut pattern in patterns {
        match pattern.climb() {
            0 => pattern.find(&folder, env, &mut found)?,
            levels => {
                let folder = absolute(&folder, env)?;
                let higher = paths::clean(&format!("{folder}{}", "/..".repeat(levels)));
                let mut paths = Vec::new();
                pattern.find(&higher, env, &mut paths)?;
                found.extend(paths.iter().map(|path| relative(&folder, &higher, path)));
            }
        }
    }
    let files = found.into_iter().map(Value::from);
    Ok(Value::set(Type::STRING, files).with_marks(&marks))
}

fn absolute(path: &str, env: &Env<'_>) -> Result<String, Fault> {
    if path.starts_with('/') {
        return Ok(path.to_owned());
    }
    let from = env.host().current_dir().map_err(Fault::new)?;
    Ok(paths::clean(&format!("{from}/{path}")))
}

/// The way from `folder` to what is at `path` below `higher`, a folder that `folder` is in.
fn relative(folder: &str, higher: &str, path: &str) -> String {
    let inside = folder.strip_prefix(higher).unwrap_or(folder).trim_start_matches('/');
    let mut parts = inside.split('/').filter(|part| !part.is_empty()).peekable();
    let mut rest = path;
    while let Some(part) = parts.peek() {
        match rest.strip_prefix(*part).and_then(|rest| rest.strip_prefix('/')) {
            Some(after) => rest = after,
            None => break,
        }
        parts.next();
    }
    format!("{}{rest}", "../".repeat(parts.count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_pattern() {
        check_files(
            r#"[fileset(".", "*"), fileset(".", "**"), fileset("sub", "**/*.txt"), fileset(".", "{abc,sub/one}.txt"), fileset("sub", sensitive("none*"))]"#,
            &expect![[
                r#"[set["abc.txt", "binary"], set["abc.txt", "binary", "sub/deep/three.md", "sub/deep/two.txt", "sub/one.txt"], set["deep/two.txt", "one.txt"], set["abc.txt", "sub/one.txt"], set(string)[]![Sensitive]]"#
            ]],
        );
    }

    #[test]
    fn upwards_and_back() {
        check_files(
            r#"[fileset("sub", "../*.txt"), fileset("sub", "../sub/*.txt"), fileset("/stack", "sub/../a*"), fileset("nowhere", "*")]"#,
            &expect![[r#"[set["../abc.txt"], set["one.txt"], set["abc.txt"], set(string)[]]"#]],
        );
        check_files(
            r#"fileset(".", "[")"#,
            &expect![[
                r#"Error in function call: Call to function "fileset" failed: failed to glob pattern "./[": syntax error in pattern. <fileset(".", "[")>"#
            ]],
        );
        check_files(
            r#"fileset(sensitive("."), "{a")"#,
            &expect![[
                r#"Error in function call: Call to function "fileset" failed: failed to glob pattern (sensitive value): syntax error in pattern. <fileset(sensitive("."), "{a")>"#
            ]],
        );
    }
}
