//! The text of an address, cut into names and keys.
//!
//! The syntax is HCL's absolute traversal: a name, then `.name` and `[key]`, a key being a literal number or string.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::{AddrError, AddrErrorKind as Kind, InstanceKey};

/// One name or key of an address, and its bytes: of a name after a dot, the dot included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part<'a> {
    pub kind: PartKind<'a>,
    pub range: Range<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PartKind<'a> {
    Name(&'a str),
    Key(InstanceKey),
    /// A number in brackets that is not whole, or too large.
    BadKey,
}

impl<'a> Part<'a> {
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        match self.kind {
            PartKind::Name(name) => Some(name),
            PartKind::Key(_) | PartKind::BadKey => None,
        }
    }

    pub(super) fn error(&self, kind: Kind) -> AddrError {
        AddrError::new(kind, self.range.clone())
    }
}

/// The bytes from the first part to the last; empty where there is none.
pub(super) fn range_of(parts: &[Part<'_>]) -> Range<u32> {
    match (parts.first(), parts.last()) {
        (Some(first), Some(last)) => first.range.start..last.range.end,
        _ => 0..0,
    }
}

/// Cuts the text of one address.
///
/// # Errors
/// Where the text is not an absolute traversal.
pub fn scan(text: &str) -> Result<Vec<Part<'_>>, AddrError> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blanks();
    let name = scanner.name().ok_or_else(|| scanner.error_here(Kind::NameRequired))?;
    let mut parts = Vec::with_capacity(4);
    let start = scanner.offset() - to_u32(name.len());
    parts.push(Part { kind: PartKind::Name(name), range: start..scanner.offset() });
    loop {
        scanner.skip_blanks();
        match scanner.peek() {
            None => return Ok(parts),
            Some('.') => parts.push(scanner.attribute()?),
            Some('[') => parts.push(scanner.index()?),
            Some(_) => return Err(scanner.error_here(Kind::UnexpectedCharacter)),
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn offset(&self) -> u32 {
        to_u32(self.at)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// The next character, or the end, is at fault.
    fn error_here(&self, kind: Kind) -> AddrError {
        let len = self.peek().map_or(0, char::len_utf8);
        AddrError::new(kind, self.offset()..to_u32(self.at + len))
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let plain = |b: u8| b.is_ascii_alphabetic() || b == b'_';
        let mut end = match rest.as_bytes().first() {
            Some(b) if plain(*b) => {
                let fits = |b: u8| plain(b) || b.is_ascii_digit() || b == b'-';
                rest.bytes().position(|b| !fits(b)).unwrap_or(rest.len())
            }
            _ => 0,
        };
        for c in rest[end..].chars() {
            let fits = if end == 0 {
                c == '_' || unicode_ident::is_xid_start(c)
            } else {
                c == '-' || unicode_ident::is_xid_continue(c)
            };
            if !fits {
                break;
            }
            end += c.len_utf8();
        }
        self.at += end;
        (end > 0).then(|| &rest[..end])
    }

    fn attribute(&mut self) -> Result<Part<'a>, AddrError> {
        let start = self.offset();
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some('*') {
            return Err(self.error_here(Kind::SplatNotAllowed));
        }
        let name = self.name().ok_or_else(|| self.error_here(Kind::NameAfterDot))?;
        Ok(Part { kind: PartKind::Name(name), range: start..self.offset() })
    }

    fn index(&mut self) -> Result<Part<'a>, AddrError> {
        let start = self.offset();
        self.at += 1;
        self.skip_blanks();
        let kind = match self.peek() {
            Some('"') => PartKind::Key(InstanceKey::String(self.quoted()?.into())),
            Some('0'..='9') => self.number(),
            Some('*') => return Err(self.error_here(Kind::SplatNotAllowed)),
            _ => return Err(self.error_here(Kind::IndexRequired)),
        };
        self.skip_blanks();
        if self.peek() != Some(']') {
            return Err(self.error_here(Kind::UnclosedBracket));
        }
        self.at += 1;
        Ok(Part { kind, range: start..self.offset() })
    }

    /// A number literal. Those with a fraction or an exponent are keys only where they are whole all the same.
    fn number(&mut self) -> PartKind<'a> {
        let rest = self.rest();
        let mut previous = ' ';
        let end = rest
            .find(|c: char| {
                let sign = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
                previous = c;
                !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || sign)
            })
            .unwrap_or(rest.len());
        let literal = &rest[..end];
        self.at += end;
        if let Ok(n) = literal.parse::<i64>() {
            return PartKind::Key(InstanceKey::Int(n));
        }
        /// Integers up to here are exact in a double.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match literal.parse::<f64>() {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Ok(n) if n.fract() == 0.0 && n < EXACT => PartKind::Key(InstanceKey::Int(n as i64)),
            _ => PartKind::BadKey,
        }
    }

    /// A string in quotes, as HCL reads it: escapes resolved, no template, normalisation form C.
    fn quoted(&mut self) -> Result<Cow<'a, str>, AddrError> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        loop {
            let here = self.at;
            let rest = self.rest();
            let Some(c) = self.peek().filter(|c| *c != '\n') else {
                return Err(AddrError::new(Kind::UnterminatedString, to_u32(open)..self.offset()));
            };
            if c == '"' {
                self.at += 1;
                let text = owned.map_or(Cow::Borrowed(&self.text[start..here]), Cow::Owned);
                return Ok(normalise(text));
            }
            let escaped = if rest.starts_with("$${") || rest.starts_with("%%{") {
                self.at += 3;
                Some(if c == '$' { "${".to_owned() } else { "%{".to_owned() })
            } else if rest.starts_with("${") || rest.starts_with("%{") {
                return Err(AddrError::new(
                    Kind::TemplateInString,
                    self.offset()..to_u32(here + 2),
                ));
            } else if c == '\\' {
                Some(self.escape()?.to_string())
            } else {
                self.at += c.len_utf8();
                None
            };
            match (escaped, &mut owned) {
                (Some(piece), Some(text)) => text.push_str(&piece),
                (Some(piece), None) => owned = Some(self.text[start..here].to_owned() + &piece),
                (None, Some(text)) => text.push(c),
                (None, None) => {}
            }
        }
    }

    fn escape(&mut self) -> Result<char, AddrError> {
        let start = self.at;
        let bad = |end: usize| AddrError::new(Kind::BadEscape, to_u32(start)..to_u32(end));
        self.at += 1;
        let Some(c) = self.peek() else { return Err(bad(self.at)) };
        self.at += c.len_utf8();
        let digits = match c {
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            '"' | '\\' => return Ok(c),
            'u' => 4,
            'U' => 8,
            _ => return Err(bad(self.at)),
        };
        let hex = self.rest().get(..digits).filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = hex.and_then(|h| u32::from_str_radix(h, 16).ok()).and_then(char::from_u32);
        let Some(code) = code else { return Err(bad(self.at)) };
        self.at += digits;
        Ok(code)
    }
}

fn normalise(text: Cow<'_, str>) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// Offsets within one address; a text of 4 GiB is no address, and its places are not told apart past that.
fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match scan(text) {
            Ok(parts) => parts
                .iter()
                .map(|p| format!("{:?}@{}..{}", p.kind, p.range.start, p.range.end))
                .collect::<Vec<_>>()
                .join(" "),
            Err(e) => format!("{:?}@{}..{}", e.kind, e.range.start, e.range.end),
        }
    }

    #[test]
    fn names_and_keys_know_their_bytes() {
        assert_eq!(
            show(" a.b-1 [ 0 ][\"é\"]"),
            "Name(\"a\")@1..2 Name(\"b-1\")@2..6 Key(Int(0))@7..12 Key(String(\"é\"))@12..18"
        );
    }

    #[test]
    fn what_is_no_traversal_is_refused_where_it_stops_being_one() {
        for (text, want) in [
            ("", "NameRequired@0..0"),
            ("1a", "NameRequired@0..1"),
            ("a.", "NameAfterDot@2..2"),
            ("a.0", "NameAfterDot@2..3"),
            ("a.*", "SplatNotAllowed@2..3"),
            ("a[*]", "SplatNotAllowed@2..3"),
            ("a[", "IndexRequired@2..2"),
            ("a[-1]", "IndexRequired@2..3"),
            ("a[b]", "IndexRequired@2..3"),
            ("a[0", "UnclosedBracket@3..3"),
            ("a[\"x", "UnterminatedString@2..4"),
            ("a[\"x\n\"]", "UnterminatedString@2..4"),
            ("a[\"\\q\"]", "BadEscape@3..5"),
            ("a[\"\\ud800\"]", "BadEscape@3..5"),
            ("a[\"${x}\"]", "TemplateInString@3..5"),
            ("a b", "UnexpectedCharacter@2..3"),
            ("a[1.5]", "Name(\"a\")@0..1 BadKey@1..6"),
            ("a[1e2]", "Name(\"a\")@0..1 Key(Int(100))@1..6"),
            ("a[99999999999999999999]", "Name(\"a\")@0..1 BadKey@1..23"),
        ] {
            assert_eq!(show(text), want, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_key_survives_printing_and_reading(key in ".*") {
            let key = InstanceKey::String(normalise(key.into()).into());
            let text = format!("a{key}");
            let parts = scan(&text).unwrap();
            proptest::prop_assert_eq!(&parts[1].kind, &PartKind::Key(key));
        }

        #[test]
        fn no_text_panics(text in "[a.\\[\\]\"$%{\\\\u0é* ]{0,20}") {
            let _ = scan(&text);
        }
    }
}
