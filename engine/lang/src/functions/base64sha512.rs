//! `base64sha512`

use super::prelude::*;

use super::support::digest::{self, Sha512};

pub(super) const FUNCTION: Function = Function::new(
    "base64sha512",
    "`base64sha512` gives the SHA-512 digest of a string in Base64.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(base64sha512),
);

fn base64sha512(args: &[Value]) -> Outcome {
    Ok(digest::base64::<Sha512>(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_string() {
        check(
            r#"base64sha512("abc")"#,
            &expect![[
                r#""3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==""#
            ]],
        );
    }
}
