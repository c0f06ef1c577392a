//! `filesha256`

use super::prelude::*;

use super::support::{
    digest::{self, Sha256},
    files,
};

pub(super) const FUNCTION: Function = Function::new(
    "filesha256",
    "`filesha256` gives the SHA-256 digest of the content of a file as hexadecimal digits.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filesha256),
);

fn filesha256(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(digest::hex::<Sha256>(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file() {
        check_files(
            r#"filesha256("abc.txt")"#,
            &expect![[r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#]],
        );
    }
}
