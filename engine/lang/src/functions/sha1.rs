//! `sha1`

use super::prelude::*;

use super::support::digest::{self, Sha1};

pub(super) const FUNCTION: Function = Function::new(
    "sha1",
    "`sha1` gives the SHA-1 digest of a string as hexadecimal digits.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(sha1),
);

fn sha1(args: &[Value]) -> Outcome {
    Ok(digest::hex::<Sha1>(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_string() {
        check(r#"sha1("abc")"#, &expect![[r#""a9993e364706816aba3e25717850c26c9cd0d89d""#]]);
    }
}
