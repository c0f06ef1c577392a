//! Identifiers of 128 bits as text.

use std::fmt::Write as _;

pub(in super::super) fn format(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Reads the usual form, the same in braces or after `urn:uuid:`, and 32 digits without hyphens.
pub(in super::super) fn parse(text: &str) -> Result<[u8; 16], String> {
    let inner = match text.len() {
        45 => text.get(..9).filter(|p| p.eq_ignore_ascii_case("urn:uuid:")).map(|_| &text[9..]),
        38 => text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')),
        36 | 32 => Some(text),
        length => return Err(format!("invalid UUID length: {length}")),
    };
    let digits = inner.and_then(|inner| match inner.len() {
        32 => Some(inner.to_owned()),
        _ => {
            let hyphens = [8, 13, 18, 23].map(|at| inner.as_bytes().get(at) == Some(&b'-'));
            (hyphens == [true; 4]).then(|| inner.replace('-', ""))
        }
    });
    let number = digits.filter(|digits| digits.len() == 32 && !digits.starts_with('+'));
    let number = number.and_then(|digits| u128::from_str_radix(&digits, 16).ok());
    number.map(u128::to_be_bytes).ok_or_else(|| "invalid UUID format".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_ways_to_write_one() {
        let usual = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        let bytes = parse(usual).expect("the usual form");
        assert_eq!(format(&bytes), usual);
        for other in
            [&*format!("{{{usual}}}"), &format!("URN:uuid:{usual}"), &usual.replace('-', "")]
        {
            assert_eq!(parse(other), Ok(bytes), "{other}");
        }
        for wrong in
            ["", "6ba7b8109-dad-11d1-80b4-00c04fd430c8", "+ba7b8109dad11d180b400c04fd430c8"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
