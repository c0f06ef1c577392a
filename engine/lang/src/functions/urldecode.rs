//! `urldecode`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "urldecode",
    "`urldecode` reads a part of the query of a URL, as `urlencode` writes it.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::Plain(urldecode),
);

fn urldecode(args: &[Value]) -> Outcome {
    let url = text(&args[0]);
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let byte = escaped(after).ok_or_else(|| invalid_escape(after))?;
                bytes.push(byte);
                rest = &after[2..];
            }
            byte => bytes.push(*byte),
        }
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Fault::arg(0, "what its escapes stand for is not valid UTF-8"))?;
    Ok(text.into())
}

/// The byte that two hexadecimal digits stand for.
fn escaped(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn invalid_escape(after: &[u8]) -> Fault {
    let shown = String::from_utf8_lossy(&after[..after.len().min(2)]);
    Fault::arg(0, format!("invalid URL escape {}", quoted(&format!("%{shown}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        check(
            r#"urldecode("foo%3Abar%40localhost%3Ffoo+bar%c3%A9")"#,
            &expect![[r#""foo:bar@localhost?foo baré""#]],
        );
        check(
            r#"urldecode("mi%%")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "str" parameter: invalid URL escape "%%". <"mi%%">"#
            ]],
        );
        check(
            r#"urldecode("%ff")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "str" parameter: what its escapes stand for is not valid UTF-8. <"%ff">"#
            ]],
        );
        check(
            r#"urldecode("%4")"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "str" parameter: invalid URL escape "%4". <"%4">"#
            ]],
        );
    }
}
