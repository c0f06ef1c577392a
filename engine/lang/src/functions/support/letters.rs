//! Cases of single letters, as Go's `unicode` package maps them: one letter to one letter, without regard to its
//! neighbours. Where full case mapping gives several letters, the simple mapping of `UnicodeData.txt` is used.

/// The uppercase letter of a letter.
pub(in super::super) fn upper(c: char) -> char {
    single(c.to_uppercase()).unwrap_or_else(|| capital_with_iota(c).unwrap_or(c))
}

/// The lowercase letter of a letter.
pub(in super::super) fn lower(c: char) -> char {
    // Only this letter has a full mapping of two: an i and a dot above.
    if c == '\u{130}' { 'i' } else { single(c.to_lowercase()).unwrap_or(c) }
}

/// The letter that a word written with an initial capital begins with.
pub(in super::super) fn title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian has capitals for whole words only.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => upper(c),
    }
}

/// Whether a word may begin after this character.
pub(in super::super) fn separates_words(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next();
    if letters.next().is_some() { None } else { first }
}

/// Greek vowels with an iota below, whose capitals carry it too.
fn capital_with_iota(c: char) -> Option<char> {
    let capital = match c {
        '\u{1f80}'..='\u{1faf}' => u32::from(c) | 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => u32::from(c) + 9,
        _ => return None,
    };
    char::from_u32(capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_stays_one_letter() {
        for (small, capital) in
            [('a', 'A'), ('ß', 'ß'), ('ŉ', 'ŉ'), ('ᾀ', 'ᾈ'), ('ᾳ', 'ᾼ'), ('ა', 'Ა')]
        {
            assert_eq!(upper(small), capital);
        }
        assert_eq!((lower('İ'), lower('Σ'), lower('ẞ')), ('i', 'σ', 'ß'));
        assert_eq!((title('ǆ'), title('ა'), title('ā')), ('ǅ', 'ა', 'Ā'));
    }
}
