//! `sha256`

use super::prelude::*;

use super::support::digest::{self, Sha256};

pub(super) const FUNCTION: Function = Function::new(
    "sha256",
    "`sha256` gives the SHA-256 digest of a string as hexadecimal digits.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(sha256),
);

fn sha256(args: &[Value]) -> Outcome {
    Ok(digest::hex::<Sha256>(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_string() {
        check(
            r#"sha256("abc")"#,
            &expect![[r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#]],
        );
    }
}
