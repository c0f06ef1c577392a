//! What the text between quotes means: escapes resolved, template signs undoubled.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why an escape sequence means nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EscapeProblem {
    /// A backslash at the end of the text.
    Nothing,
    /// A backslash before a character that selects no escape.
    Selector(char),
    /// `\u` without four digits, or `\U` without eight.
    Digits { wanted: usize },
    /// A number that is no character.
    NoCharacter(u32),
}

/// A bad escape and the bytes it covers, counted from the start of the text it was found in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct BadEscape {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) problem: EscapeProblem,
}

/// Splits literal text into runs that stand for themselves, escape sequences, doubled template signs and line ends.
/// `quoted` says whether a backslash escapes.
pub fn pieces(text: &str, quoted: bool) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(piece_length(rest, quoted));
        rest = after;
        Some(piece)
    })
}

fn piece_length(rest: &str, quoted: bool) -> usize {
    let bytes = rest.as_bytes();
    match bytes[0] {
        b'\\' if quoted => escape_length(rest),
        sign @ (b'$' | b'%') => match (bytes.get(1) == Some(&sign), bytes.get(2)) {
            (true, Some(b'{')) => 3,
            (true, _) => 2,
            _ => 1,
        },
        b'\r' if bytes.get(1) == Some(&b'\n') => 2,
        b'\r' | b'\n' => 1,
        _ => bytes
            .iter()
            .position(|&b| matches!(b, b'$' | b'%' | b'\r' | b'\n') || (quoted && b == b'\\'))
            .unwrap_or(bytes.len()),
    }
}

fn escape_length(rest: &str) -> usize {
    let digits = |most: usize| {
        rest.as_bytes()[2..].iter().take(most).take_while(|b| b.is_ascii_hexdigit()).count()
    };
    match rest[1..].chars().next() {
        None => 1,
        Some('u') => 2 + digits(4),
        Some('U') => 2 + digits(8),
        Some(c) => 1 + c.len_utf8(),
    }
}

/// Appends what `text` means to `out` and hands bad escapes to `bad`; their text is kept as it stands.
pub(crate) fn decode(text: &str, quoted: bool, out: &mut String, mut bad: impl FnMut(BadEscape)) {
    let mut start = 0;
    for piece in pieces(text, quoted) {
        let end = start + piece.len();
        match piece.as_bytes() {
            [b'\\', ..] if quoted => match escaped(piece) {
                Ok(c) => out.push(c),
                Err(problem) => {
                    out.push_str(match problem {
                        EscapeProblem::Selector(_) => &piece[1..],
                        _ => piece,
                    });
                    bad(BadEscape { start, end, problem });
                }
            },
            [_, b'$' | b'%', b'{'] => out.push_str(&piece[1..]),
            _ => out.push_str(piece),
        }
        start = end;
    }
}

fn escaped(piece: &str) -> Result<char, EscapeProblem> {
    let (wanted, digits) = match piece[1..].chars().next() {
        None => return Err(EscapeProblem::Nothing),
        Some('n') => return Ok('\n'),
        Some('r') => return Ok('\r'),
        Some('t') => return Ok('\t'),
        Some('"') => return Ok('"'),
        Some('\\') => return Ok('\\'),
        Some('u') => (4, &piece[2..]),
        Some('U') => (8, &piece[2..]),
        Some(other) => return Err(EscapeProblem::Selector(other)),
    };
    if digits.len() != wanted {
        return Err(EscapeProblem::Digits { wanted });
    }
    let number = u32::from_str_radix(digits, 16).map_err(|_| EscapeProblem::Digits { wanted })?;
    char::from_u32(number).ok_or(EscapeProblem::NoCharacter(number))
}

/// The normal form in which all strings of the language are compared and stored (NFC).
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    let normal: String = text.nfc().collect();
    if normal == text { Cow::Borrowed(text) } else { Cow::Owned(normal) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, quoted: bool) -> (String, Vec<(usize, usize, EscapeProblem)>) {
        let mut out = String::new();
        let mut bad = Vec::new();
        decode(text, quoted, &mut out, |b| bad.push((b.start, b.end, b.problem)));
        (out, bad)
    }

    #[test]
    fn escapes_are_resolved_in_quotes_only() {
        assert_eq!(decoded(r#"a\n\t\"\\\u00e9\U0001d11e$${x%%{$$"#, true).0, "a\n\t\"\\é𝄞${x%{$$");
        assert_eq!(decoded(r"a\n$${x", false).0, r"a\n${x");
    }

    #[test]
    fn bad_escapes_say_where_and_why() {
        assert_eq!(
            decoded(r"\q\u12\ud800\", true),
            (
                r"q\u12\ud800\".to_owned(),
                vec![
                    (0, 2, EscapeProblem::Selector('q')),
                    (2, 6, EscapeProblem::Digits { wanted: 4 }),
                    (6, 12, EscapeProblem::NoCharacter(0xd800)),
                    (12, 13, EscapeProblem::Nothing),
                ]
            )
        );
    }

    #[test]
    fn strings_have_one_normal_form() {
        assert_eq!(normal("e\u{301}"), "\u{e9}");
        assert!(matches!(normal("größe"), Cow::Borrowed(_)));
    }
}
