//! Identifiers: Unicode's `ID_Start` and `ID_Continue`, an underscore to start with, and hyphens within.

/// Whether an identifier may start with `c`.
#[inline]
pub(crate) fn is_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || (!c.is_ascii() && unicode_ident::is_xid_start(c))
}

/// Whether an identifier may go on with `c`.
#[inline]
pub(crate) fn continues_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c == '_'
        || c == '-'
        || (!c.is_ascii() && unicode_ident::is_xid_continue(c))
}

/// Whether the whole of `text` is one identifier, so that it can be written as a name without quotes.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_start) && chars.all(continues_identifier)
}

/// The length in bytes of the identifier that `text` starts with; 0 where there is none.
#[inline]
pub(crate) fn length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else { return 0 };
    if first.is_ascii() {
        if !(first.is_ascii_alphabetic() || first == b'_') {
            return 0;
        }
    } else if !text.chars().next().is_some_and(is_start) {
        return 0;
    }
    let ascii = bytes.iter().position(|&b| !CONTINUES[b as usize]).unwrap_or(bytes.len());
    if bytes.get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    let rest = &text[ascii..];
    ascii + rest.find(|c| !continues_identifier(c)).unwrap_or(rest.len())
}

/// The ASCII bytes with which an identifier goes on.
static CONTINUES: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 128 {
        let byte = b as u8;
        table[b] = byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        b += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unicode_with_hyphens() {
        for name in ["a", "_", "a-b", "a-", "größe", "日本語", "e\u{301}a", "Χαίρετε", "a1"]
        {
            assert!(is_identifier(name), "{name}");
            assert_eq!(length(&format!("{name} x")), name.len(), "{name}");
        }
        for text in ["", "1a", "-a", "a b", "a.b", "\u{301}a", "🌻"] {
            assert!(!is_identifier(text), "{text}");
        }
    }
}
