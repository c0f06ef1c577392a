//! `textdecodebase64`

use super::prelude::*;

use super::support::{base64, charset::Charset};

pub(super) const FUNCTION: Function = Function::new(
    "textdecodebase64",
    "`textdecodebase64` reads Base64 and takes the bytes as text in a given character encoding.",
    &[
        Param::new("source", Kind::String, ""),
        Param::new("encoding", Kind::String, "The name that IANA has for the encoding."),
    ],
    Returns::Always(Kind::String),
    Body::Plain(textdecodebase64),
);

fn textdecodebase64(args: &[Value]) -> Outcome {
    let charset = Charset::find(text(&args[1])).map_err(|fault| fault.about(1))?;
    let bytes = base64::decode(text(&args[0])).map_err(|at| {
        Fault::arg(0, format!("the given value has an invalid base64 symbol at offset {at}"))
    })?;
    let text = charset.decode(&bytes).ok_or_else(|| {
        let name = charset.name();
        Fault::arg(0, format!("the given string contains symbols that are not defined for {name}"))
    })?;
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_a_charset_become_text() {
        check(
            r#"[textdecodebase64("YQBiAGMA", "utf-16le"), textdecodebase64("6Q==", "ISO-8859-1"), textdecodebase64("gg==", "IBM850")]"#,
            &expect![[r#"["abc", "é", "é"]"#]],
        );
        check(
            r#"textdecodebase64("gQ==", "windows-1250")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "source" parameter: the given string contains symbols that are not defined for windows-1250. <"gQ==">"#
            ]],
        );
        check(
            r#"textdecodebase64("YQ!=", "UTF-8")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "source" parameter: the given value has an invalid base64 symbol at offset 2. <"YQ!=">"#
            ]],
        );
    }
}
