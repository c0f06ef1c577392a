//! The strings of JSON.

use crate::tree::Anchor;

/// Why a string is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// The text or the line ends before the string does.
    Unclosed,
    /// A control character that must be escaped.
    Control(char),
}

/// Where a string ends, counted from after its opening quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Extent {
    pub(super) length: usize,
    pub(super) escaped: bool,
}

/// Finds the closing quote of a string whose text starts `rest`. On failure, how far the string goes.
pub(super) fn extent(rest: &str) -> Result<Extent, (usize, Problem)> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    let mut escaped = false;
    loop {
        let stop = bytes[at..].iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20);
        let Some(stop) = stop else { return Err((bytes.len(), Problem::Unclosed)) };
        at += stop;
        match bytes[at] {
            b'"' => return Ok(Extent { length: at, escaped }),
            b'\\' => {
                escaped = true;
                at += 2;
                if at > bytes.len() {
                    return Err((bytes.len(), Problem::Unclosed));
                }
                while !rest.is_char_boundary(at) {
                    at += 1;
                }
            }
            b'\n' | b'\r' => return Err((at, Problem::Unclosed)),
            control => return Err((at, Problem::Control(char::from(control)))),
        }
    }
}

/// Resolves the escapes of a string. `place` and `offset` are where the result and the text begin; the anchors say
/// which part of the result comes from where. On failure, the bytes of the bad escape.
pub(super) fn decode(
    text: &str,
    place: u32,
    offset: u32,
) -> Result<(String, Vec<Anchor>), std::ops::Range<usize>> {
    let mut out = String::with_capacity(text.len());
    let mut anchors = vec![Anchor { place, offset }];
    let mut at = 0;
    while let Some(run) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        out.push_str(&text[at..at + run]);
        at += run;
        let (c, length) = escape(&text[at..]).map_err(|length| at..at + length)?;
        out.push(c);
        at += length;
        anchors.push(Anchor { place: place + narrow(out.len()), offset: offset + narrow(at) });
    }
    out.push_str(&text[at..]);
    Ok((out, anchors))
}

/// The character that an escape stands for, and its length; for one that means nothing, its length.
fn escape(rest: &str) -> Result<(char, usize), usize> {
    let simple = match rest.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(rest),
        _ => return Err(1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
    };
    Ok((simple, 2))
}

/// Four digits, or two times four for a surrogate pair. Half a pair is the replacement character, as Go has it.
fn unicode(rest: &str) -> Result<(char, usize), usize> {
    let first = digits(&rest[2..]).ok_or_else(|| rest.len().min(6).min(boundary(rest)))?;
    if !(0xd800..0xe000).contains(&first) {
        return Ok((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6));
    }
    if first < 0xdc00
        && let Some(rest) = rest[6..].strip_prefix("\\u")
        && let Some(second @ 0xdc00..0xe000) = digits(rest)
    {
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12));
    }
    Ok((char::REPLACEMENT_CHARACTER, 6))
}

fn digits(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The length of `\u` and the digits after it.
fn boundary(rest: &str) -> usize {
    2 + rest.bytes().skip(2).take(4).take_while(u8::is_ascii_hexdigit).count()
}

#[expect(clippy::cast_possible_truncation, reason = "texts over 1 GiB are refused at the door")]
fn narrow(length: usize) -> u32 {
    length as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<String, std::ops::Range<usize>> {
        decode(text, 0, 0).map(|(text, _)| text)
    }

    #[test]
    fn escapes_are_those_of_json() {
        assert_eq!(decoded(r#"a\"\\\/\b\f\n\r\t\u00e9"#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\té");
        assert_eq!(decoded(r"\ud834\udd1e").unwrap(), "𝄞");
        assert_eq!(decoded(r"\ud834x\udd1e").unwrap(), "\u{fffd}x\u{fffd}");
        assert_eq!(decoded(r"ab\q"), Err(2..4));
        assert_eq!(decoded(r"\u12x"), Err(0..4));
        assert_eq!(decoded(r"\'"), Err(0..2));
    }

    #[test]
    fn strings_end_at_their_quote() {
        assert_eq!(extent(r#"a\"b" x"#), Ok(Extent { length: 4, escaped: true }));
        assert_eq!(extent("ab"), Err((2, Problem::Unclosed)));
        assert_eq!(extent("ab\n\""), Err((2, Problem::Unclosed)));
        assert_eq!(extent("a\tb\""), Err((1, Problem::Control('\t'))));
        assert_eq!(extent("a\\"), Err((2, Problem::Unclosed)));
    }
}
