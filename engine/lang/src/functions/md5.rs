//! `md5`

use super::prelude::*;

use super::support::digest::{self, Md5};

pub(super) const FUNCTION: Function = Function::new(
    "md5",
    "`md5` gives the MD5 digest of a string as hexadecimal digits.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(md5),
);

fn md5(args: &[Value]) -> Outcome {
    Ok(digest::hex::<Md5>(text(&args[0]).as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_string() {
        check(r#"md5("abc")"#, &expect![[r#""900150983cd24fb0d6963f7d28e17f72""#]]);
    }
}
