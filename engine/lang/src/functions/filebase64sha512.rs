//! `filebase64sha512`

use super::prelude::*;

use super::support::{
    digest::{self, Sha512},
    files,
};

pub(super) const FUNCTION: Function = Function::new(
    "filebase64sha512",
    "`filebase64sha512` gives the SHA-512 digest of the content of a file in Base64.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filebase64sha512),
);

fn filebase64sha512(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(digest::base64::<Sha512>(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file() {
        check_files(
            r#"filebase64sha512("abc.txt")"#,
            &expect![[
                r#""3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==""#
            ]],
        );
    }
}
