//! `file`

use super::prelude::*;

use super::support::files;

pub(super) const FUNCTION: Function = Function::new(
    "file",
    "`file` gives the content of a file that is part of the configuration. It must be UTF-8.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(file),
);

fn file(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read_text(&args[0], env)?;
    Ok(Value::from(content).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_text_only() {
        check_files(
            r#"[file("abc.txt"), file("./sub/../abc.txt"), file("~/home.txt"), file(sensitive("abc.txt"))]"#,
            &expect![[r#"["abc", "abc", "at home", "abc"![Sensitive]]"#]],
        );
        check_files(
            r#"file("binary")"#,
            &expect![[
                r#"Error in function call: Call to function "file" failed: contents of "binary" are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead. <file("binary")>"#
            ]],
        );
        check_files(
            r#"file(sensitive("binary"))"#,
            &expect![[
                r#"Error in function call: Call to function "file" failed: contents of (sensitive value) are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead. <file(sensitive("binary"))>"#
            ]],
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        check_files(
            r#"file("none.txt")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "path" parameter: no file exists at "none.txt"; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource. <"none.txt">"#
            ]],
        );
        check_files(
            r#"file("sub")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "path" parameter: "sub" is a directory, not a file. <"sub">"#
            ]],
        );
        check_files(
            r#"file(sensitive("pipe"))"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "path" parameter: (sensitive value) is a named pipe, not a regular file. <sensitive("pipe")>"#
            ]],
        );
    }
}
