//! `base64gzip`

use super::prelude::*;

use super::support::{base64, gzip};

pub(super) const FUNCTION: Function = Function::new(
    "base64gzip",
    "`base64gzip` compresses the UTF-8 bytes of a string with gzip and writes the result in Base64.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(base64gzip),
);

fn base64gzip(args: &[Value]) -> Outcome {
    Ok(base64::encode(&gzip::compress(text(&args[0]).as_bytes())).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_can_be_had_back() {
        check(r#"base64gunzip(base64gzip("wb wb wb"))"#, &expect![[r#""wb wb wb""#]]);
        check(r#"base64gzip("wb") == base64gzip("wb")"#, &expect!["true"]);
    }
}
