//! `base64gunzip`

use super::prelude::*;

use super::support::{base64, gzip};

pub(super) const FUNCTION: Function = Function::new(
    "base64gunzip",
    "`base64gunzip` reads Base64, decompresses it with gzip and gives the text whose UTF-8 bytes that are.",
    &[Param::new("str", Kind::String, "").marked()],
    Returns::Always(Kind::String),
    Body::With(base64gunzip),
);

fn base64gunzip(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let compressed = base64::decode_argument(&args[0])?;
    let bytes = gzip::decompress(&compressed, env)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Fault::new("the decompressed data is not valid UTF-8"))?;
    Ok(Value::from(text).with_marks(args[0].marks()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_becomes_text() {
        check(
            r#"base64gunzip("H4sIAAAAAAAA/ypJLS4BAAAA//8BAAD//wx+f9gEAAAA")"#,
            &expect![[r#""test""#]],
        );
        check(
            r#"base64gunzip("hello")"#,
            &expect![[
                r#"Error in function call: Call to function "base64gunzip" failed: failed to decode base64 data "hello". <base64gunzip("hello")>"#
            ]],
        );
        check(
            r#"base64gunzip(base64encode("hello"))"#,
            &expect![[
                r#"Error in function call: Call to function "base64gunzip" failed: failed to gunzip bytestream: unexpected end of file. <base64gunzip(base64encode("hello"))>"#
            ]],
        );
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        // A gigabyte of zeros in a few kilobytes, four times in one stream.
        let bomb = super::super::support::gzip::compress(&vec![0; 64 << 20]);
        let bombs = super::super::support::base64::encode(&bomb.repeat(8));
        let got = super::super::testing::eval(&format!("base64gunzip(\"{bombs}\")"));
        assert!(got.starts_with("Result too large"), "{}", &got[..got.len().min(200)]);
    }
}
