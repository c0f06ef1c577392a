//! `filebase64sha256`

use super::prelude::*;

use super::support::{
    digest::{self, Sha256},
    files,
};

pub(super) const FUNCTION: Function = Function::new(
    "filebase64sha256",
    "`filebase64sha256` gives the SHA-256 digest of the content of a file in Base64.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filebase64sha256),
);

fn filebase64sha256(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(digest::base64::<Sha256>(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file() {
        check_files(
            r#"filebase64sha256("abc.txt")"#,
            &expect![[r#""ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=""#]],
        );
    }
}
