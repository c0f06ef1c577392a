//! `filesha512`

use super::prelude::*;

use super::support::{
    digest::{self, Sha512},
    files,
};

pub(super) const FUNCTION: Function = Function::new(
    "filesha512",
    "`filesha512` gives the SHA-512 digest of the content of a file as hexadecimal digits.",
    &[Param::new("path", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(filesha512),
);

fn filesha512(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let content = files::read(&args[0], env)?;
    Ok(Value::from(digest::hex::<Sha512>(&content)).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file() {
        check_files(
            r#"filesha512("abc.txt")"#,
            &expect![[
                r#""ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f""#
            ]],
        );
    }
}
