//! `fileexists`

use super::prelude::*;

use super::support::paths;
use crate::host::{FileError, FileKind};

pub(super) const FUNCTION: Function = Function::new(
    "fileexists",
    "`fileexists` tells whether there is a file at a path.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::Bool),
    Body::With(fileexists),
);

fn fileexists(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let path = paths::expand(text(&args[0]), env.host())?;
    let marks = args[0].marks();
    let exists = match env.host().file_kind(&paths::clean(&path)) {
        Ok(FileKind::Regular) => true,
        Err(FileError::NotFound) => false,
        Ok(kind) => {
            return Err(Fault::new(format!("{} {}", redacted(&path, marks), kind.complaint())));
        }
        Err(_) => return Err(Fault::new(format!("failed to stat {}", redacted(&path, marks)))),
    };
    Ok(Value::bool(exists).with_marks(marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_nothing_else() {
        check_files(
            r#"[fileexists("abc.txt"), fileexists("none"), fileexists(sensitive("abc.txt"))]"#,
            &expect!["[true, false, true![Sensitive]]"],
        );
        check_files(
            r#"fileexists("sub")"#,
            &expect![[
                r#"Error in function call: Call to function "fileexists" failed: "sub" is a directory, not a file. <fileexists("sub")>"#
            ]],
        );
        check_files(
            r#"fileexists(sensitive("pipe"))"#,
            &expect![[
                r#"Error in function call: Call to function "fileexists" failed: (sensitive value) is a named pipe, not a regular file. <fileexists(sensitive("pipe"))>"#
            ]],
        );
    }
}
