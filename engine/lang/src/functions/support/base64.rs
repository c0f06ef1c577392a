//! Base64 with the usual alphabet and padding, as Go reads it: line breaks are skipped, and the bits of the last letter
//! that belong to no byte may be anything.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use wb_core::value::Value;

use super::super::args::{redacted, text};
use super::super::fault::Fault;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

pub(in super::super) fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// The bytes, or where the text ceases to be Base64.
pub(in super::super) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    use base64::DecodeError;
    let is_break = |c: char| c == '\n' || c == '\r';
    let letters =
        if text.contains(is_break) { text.replace(is_break, "") } else { text.to_owned() };
    ENGINE.decode(&letters).map_err(|error| {
        let at = match error {
            DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => at,
            DecodeError::InvalidLength(length) => length / 4 * 4,
            DecodeError::InvalidPadding => letters.trim_end_matches('=').len(),
        };
        let letters = text.char_indices().filter(|(_, c)| !is_break(*c));
        letters.map(|(offset, _)| offset).nth(at).unwrap_or(text.len())
    })
}

/// The bytes that the text of an argument stands for.
pub(in super::super) fn decode_argument(value: &Value) -> Result<Vec<u8>, Fault> {
    let encoded = text(value);
    decode(encoded).map_err(|_| {
        Fault::new(format!("failed to decode base64 data {}", redacted(encoded, value.marks())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_stops_being_base64() {
        assert_eq!(decode("YWJj\r\nZA=\n="), Ok(b"abcd".to_vec()));
        assert_eq!(decode("YR=="), Ok(b"a".to_vec()), "bits of no byte");
        for (text, at) in [("Y", 0), ("YWJjY", 4), ("YW\nJ*", 4), ("YQ", 2), ("YQ=", 2), ("=", 0)] {
            assert_eq!(decode(text), Err(at), "{text:?}");
        }
    }
}
