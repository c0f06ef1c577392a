//! Text from files and messages, made safe to show.
//!
//! A stack may hold anything: escape sequences that a terminal would obey, characters that reverse the order of those
//! after them, zero bytes. None of that reaches the output as it is.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with everything escaped that a terminal would not print as one character in its place. Line feeds stay.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || is_plain(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            _ => push_clean(c, &mut out),
        }
    }
    Cow::Owned(out)
}

/// As [`clean`], on one line.
pub(crate) fn clean_line(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_clean(c, &mut out));
    Cow::Owned(out)
}

/// Adds a character, escaped where it has to be. A tab is as wide as two levels of indentation.
pub(crate) fn push_clean(c: char, out: &mut String) {
    match c {
        '\t' => out.push_str("    "),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        _ if is_plain(c) => out.push(c),
        // Writing to a string cannot fail.
        _ if u32::from(c) < 0x80 => drop(write!(out, "\\x{:02x}", u32::from(c))),
        _ => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
    }
}

/// Whether a character can be shown as it is.
fn is_plain(c: char) -> bool {
    match c {
        ' '..='~' => true,
        // Controls of the second block; marks that change the direction of text; line and paragraph separators.
        '\0'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        assert_eq!(
            clean("a\u{1b}[31m\0\u{9b}b\u{202e}c\nd"),
            "a\\x1b[31m\\x00\\u{9b}b\\u{202e}c\nd"
        );
        assert_eq!(clean_line("a\r\n\tb"), "a\\r\\n    b");
        assert!(matches!(clean("naïve 日本\n"), Cow::Borrowed(_)));
    }
}
