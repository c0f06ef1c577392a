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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_and_its_accent_become_one() {
        assert_eq!(normalize("e\u{301}"), "\u{e9}");
        assert!(matches!(normalize("plain"), Cow::Borrowed("plain")));
        assert!(matches!(normalize("caf\u{e9}"), Cow::Borrowed(_)));
    }
}
