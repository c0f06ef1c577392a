//! `filemd5`

use super::prelude::*;

use super::support::{
    digest::{self, Md5},
    files,
};

pub(super) const FUNCTION: Function = Function::new(
    "filemd5",
    "`filemd5` gives the MD5 digest of the content of a file as hexadecimal digits.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filemd5),
);

fn filemd5(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(digest::hex::<Md5>(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file() {
        check_files(r#"filemd5("abc.txt")"#, &expect![[r#""900150983cd24fb0d6963f7d28e17f72""#]]);
    }
}
