//! Instance keys.

use std::fmt::{self, Write as _};
use std::sync::Arc;

/// What tells the instances of one resource or module call apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum InstanceKey {
    /// The only instance of something without `count` and `for_each`.
    #[default]
    None,
    /// From `count`.
    Int(i64),
    /// From `for_each`. In normalisation form C, as every string of the language.
    String(Arc<str>),
}

impl InstanceKey {
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(Arc::from(text))
    }

    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// As it follows a name: nothing, `[0]`, or `["a"]` in HCL's quoting.
impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Int(n) => write!(f, "[{n}]"),
            Self::String(s) => {
                f.write_char('[')?;
                write_quoted(f, s)?;
                f.write_char(']')
            }
        }
    }
}

/// Writes `text` as a quoted HCL template that has this text as its value.
pub(super) fn write_quoted(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let is_plain = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\' | b'$' | b'%');
    if text.bytes().all(is_plain) {
        f.write_str(text)?;
        return f.write_char('"');
    }
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '$' | '%' if rest.as_str().starts_with('{') => write!(f, "{c}{c}")?,
            c if is_printable(c) => f.write_char(c)?,
            c if (c as u32) < 0x1_0000 => write!(f, "\\u{:04x}", c as u32)?,
            c => write!(f, "\\U{:08x}", c as u32)?,
        }
    }
    f.write_char('"')
}

/// Letters, marks, numbers, punctuation, symbols and the space: Go's `unicode.IsPrint`, which Terraform asks.
///
/// std knows the same set, but tells it only through `escape_debug`, and for the first character of a string it adds
/// combining marks; hence the letter in front.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    let mut buffer = [b'x'; 5];
    let len = c.encode_utf8(&mut buffer[1..]).len();
    std::str::from_utf8(&buffer[..=len]).is_ok_and(|s| s.escape_debug().count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_sorts_before_integers_and_they_before_strings() {
        let mut keys = [
            InstanceKey::string("10"),
            InstanceKey::Int(10),
            InstanceKey::Int(9),
            InstanceKey::None,
        ];
        keys.sort();
        assert_eq!(keys.map(|k| k.to_string()), ["", "[9]", "[10]", "[\"10\"]"]);
    }

    #[test]
    fn what_does_not_print_is_escaped() {
        let shown =
            InstanceKey::string("a\u{a0}\u{200b}e\u{301}\u{e000}\u{1f600}\u{e0001}").to_string();
        assert_eq!(shown, "[\"a\\u00a0\\u200be\u{301}\\ue000\u{1f600}\\U000e0001\"]");
    }
}
