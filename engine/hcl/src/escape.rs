//! Strings as native syntax writes them.

use std::fmt::Write as _;

/// A string as it is written between quotes, in a native file.
#[must_use]
pub fn escape_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' if rest.as_str().starts_with('{') => out.extend([c, c]),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) < 0x10000 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out
}

/// Letters, marks, numbers, punctuation, symbols and the ordinary blank. The standard library escapes everything else
/// when it shows a string.
fn is_printable(c: char) -> bool {
    // Marks are shown as they are only after another character.
    c == '\'' || String::from_iter(['a', c]).escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_written_with_the_escapes_they_need() {
        assert_eq!(escape_string("a\n\"\\é日🎉 ${x$"), "a\\n\\\"\\\\é日🎉 $${x$");
        assert_eq!(escape_string("x\u{323}'"), "x\u{323}'", "marks are printable");
        assert_eq!(
            escape_string("\u{200b}\u{a0}\u{e000}\u{1d173}"),
            "\\u200b\\u00a0\\ue000\\U0001d173"
        );
    }
}
