//! `filebase64`

use super::prelude::*;

use super::support::{base64, files};

pub(super) const FUNCTION: Function = Function::new(
    "filebase64",
    "`filebase64` gives the content of a file, which may be any bytes, in Base64.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filebase64),
);

fn filebase64(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(base64::encode(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_any_bytes() {
        check_files(
            r#"[filebase64("abc.txt"), filebase64("binary")]"#,
            &expect![[r#"["YWJj", "/wA="]"#]],
        );
    }
}
