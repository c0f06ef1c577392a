//! Strings as the language sees them: always in Unicode Normalisation Form C.
//!
//! Two strings that look the same compare equal only when both are normalised, so every string enters through here:
//! values, attribute names, map keys and prefixes alike.

use std::borrow::Cow;

/// A short string that costs no allocation up to 23 bytes: attribute names, map keys, most string values.
pub use smol_str::SmolStr as Name;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// `text` in NFC. Borrows when it is already, which the quick check tells for nearly all text without a table walk.
#[must_use]
pub fn normalize(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// A string in quotes, as messages show names: what cannot be printed is escaped, in the way of Go, whose messages
/// people compare ours with.
#[must_use]
pub fn quote(string: &str) -> String {
    let mut text = String::with_capacity(string.len() + 2);
    quote_into(string, &mut text);
    text
}

/// Writes a string in quotes with the escapes of a Go string literal.
pub fn quote_into(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            ' '..='~' => text.push(c),
            '\x07' => text.push_str("\\a"),
            '\x08' => text.push_str("\\b"),
            '\x0c' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\x0b' => text.push_str("\\v"),
            c if is_printable(c) => text.push(c),
            c if u32::from(c) < 0x80 => text.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    text.push('"');
}

/// Whether a character is a letter, mark, number, punctuation or symbol. The standard library tells only when it
/// escapes a string, and there it treats a mark as printable if something stands before it.
fn is_printable(c: char) -> bool {
    let mut buffer = [b'a'; 5];
    let end = 1 + c.encode_utf8(&mut buffer[1..]).len();
    std::str::from_utf8(&buffer[..end]).is_ok_and(|text| text.escape_debug().count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_and_its_accent_become_one() {
        assert_eq!(normalize("e\u{301}"), "\u{e9}");
        assert!(matches!(normalize("plain"), Cow::Borrowed("plain")));
        assert!(matches!(normalize("caf\u{e9}"), Cow::Borrowed(_)));
    }

    #[test]
    fn strings_are_quoted_as_go_quotes_them() {
        let mut text = String::new();
        quote_into("a\"\\\n\u{1}\u{a0}\u{e9}e\u{301}\u{200b}\u{1f937}\u{e0001}", &mut text);
        let expected = "\"a\\\"\\\\\\n\\x01\\u00a0\u{e9}e\u{301}\\u200b\u{1f937}\\U000e0001\"";
        assert_eq!(text, expected);
    }
}
