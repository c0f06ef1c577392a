//! `base64sha256`

use super::prelude::*;

use super::support::digest::{self, Sha256};

pub(super) const FUNCTION: Function = Function::new(
    "base64sha256",
    "`base64sha256` gives the SHA-256 digest of a string in Base64.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(base64sha256),
);

fn base64sha256(args: &[Value]) -> Outcome {
    Ok(digest::base64::<Sha256>(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_string() {
        check(
            r#"base64sha256("abc")"#,
            &expect![[r#""ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=""#]],
        );
    }
}
