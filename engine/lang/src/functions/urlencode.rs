//! `urlencode`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "urlencode",
    "`urlencode` writes a string as a part of the query of a URL.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(urlencode),
);

fn urlencode(args: &[Value]) -> Outcome {
    let mut url = String::new();
    for byte in text(&args[0]).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                url.push(byte.into());
            }
            b' ' => url.push('+'),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_cannot_hold_is_escaped() {
        check(
            r#"urlencode("foo:bar@localhost?foo=bar&bar=baz é~")"#,
            &expect![[r#""foo%3Abar%40localhost%3Ffoo%3Dbar%26bar%3Dbaz+%C3%A9~""#]],
        );
    }
}
