//! `textencodebase64`

use super::prelude::*;

use super::support::{base64, charset::Charset};

pub(super) const FUNCTION: Function = Function::new(
    "textencodebase64",
    "`textencodebase64` writes a string in a given character encoding, and the bytes of that in Base64.",
    &[
        Param::new("string", Kind::String, ""),
        Param::new("encoding", Kind::String, "The name that IANA has for the encoding."),
    ],
    Returns::Always(Kind::String),
    Body::Plain(textencodebase64),
);

fn textencodebase64(args: &[Value]) -> Outcome {
    let charset = Charset::find(text(&args[1])).map_err(|fault| fault.about(1))?;
    let bytes = charset.encode(text(&args[0])).ok_or_else(|| {
        let name = charset.name();
        Fault::arg(
            0,
            format!("the given string contains characters that cannot be represented in {name}"),
        )
    })?;
    Ok(base64::encode(&bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_bytes_of_a_charset() {
        check(
            r#"[textencodebase64("abc123!?$*&()'-=@~", "UTF-16LE"), textencodebase64("é", "latin1"), textencodebase64("é", "utf-8")]"#,
            &expect![[r#"["YQBiAGMAMQAyADMAIQA/ACQAKgAmACgAKQAnAC0APQBAAH4A", "6Q==", "w6k="]"#]],
        );
        check(
            r#"textencodebase64("ł", "ISO-8859-1")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "string" parameter: the given string contains characters that cannot be represented in ISO_8859-1:1987. <"ł">"#
            ]],
        );
        check(
            r#"textencodebase64("a", "UTF-17")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "encoding" parameter: "UTF-17" is not a supported IANA encoding name or alias. <"UTF-17">"#
            ]],
        );
    }
}
