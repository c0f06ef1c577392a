//! `filesha1`

use super::prelude::*;

use super::support::{
    digest::{self, Sha1},
    files,
};

pub(super) const FUNCTION: Function = Function::new(
    "filesha1",
    "`filesha1` gives the SHA-1 digest of the content of a file as hexadecimal digits.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filesha1),
);

fn filesha1(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(digest::hex::<Sha1>(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file() {
        check_files(
            r#"filesha1("abc.txt")"#,
            &expect![[r#""a9993e364706816aba3e25717850c26c9cd0d89d""#]],
        );
    }
}
