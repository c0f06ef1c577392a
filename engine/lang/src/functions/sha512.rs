//! `sha512`

use super::prelude::*;

use super::support::digest::{self, Sha512};

pub(super) const FUNCTION: Function = Function::new(
    "sha512",
    "`sha512` gives the SHA-512 digest of a string as hexadecimal digits.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(sha512),
);

fn sha512(args: &[Value]) -> Outcome {
    Ok(digest::hex::<Sha512>(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_string() {
        check(
            r#"sha512("abc")"#,
            &expect![[
                r#""ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f""#
            ]],
        );
    }
}
