//! How much of a string's beginning stays the same whatever is appended.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::normalize;

/// Characters after which nothing can join: a string that ends with one keeps it. Letters and digits are left out,
/// because marks may follow that combine with them.
const DELIMITERS: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";

/// The part of `text` that every string starts with that begins with `text`, however it goes on. What follows may
/// combine with the last character, both in normalisation and in the eye of the reader, so the last grapheme cluster
/// is dropped unless it is a delimiter.
#[must_use]
pub fn safe_prefix(text: &str) -> String {
    let mut text = normalize(text).into_owned();
    let Some((last, cluster)) = text.grapheme_indices(true).next_back() else {
        return text;
    };
    let mut chars = cluster.chars();
    let is_delimiter =
        chars.next().is_some_and(|c| DELIMITERS.contains(c)) && chars.next().is_none();
    if !is_delimiter {
        text.truncate(last);
    }
    debug_assert!(text.chars().nfc().eq(text.chars()), "a cluster boundary keeps the form");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_letter_may_change() {
        let pairs = [
            ("", ""),
            ("a", ""),
            ("boo", "bo"),
            ("hello \u{ac00}", "hello "),
            ("hello \u{1f937}\u{200d}", "hello "),
            ("hello \u{1f1e6}\u{1f1e6}", "hello "),
            ("hello \u{1f1e6}\u{1f1e6} ", "hello \u{1f1e6}\u{1f1e6} "),
            ("crlf\r", "crlf"),
        ];
        for (text, safe) in pairs {
            assert_eq!(safe_prefix(text), safe, "{text:?}");
        }
    }

    #[test]
    fn a_delimiter_stays() {
        for text in ["ami-", "https://", "a ", "{\"a\":", "x\t", "ls ~"] {
            assert_eq!(safe_prefix(text), text);
        }
    }
}
