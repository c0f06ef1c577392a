//! Bytes to text: which encoding a file has, and what to say when it is not UTF-8.
//!
//! Terraform reads a file byte by byte and minds bytes that are no UTF-8 only where they are not in comments. So a file
//! with an old comment in Latin-1 is a valid one. Its text has a question mark for each such byte, which keeps every
//! offset as it is, and the formatter puts the bytes back.

use std::ops::Range;
use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{FileId, Span};

use crate::lex::{Scanner, TokenKind};

/// How much of a file that is no text is kept, to be shown.
const SHOWN: usize = 4_096;

/// The text of a file, and what its bytes were where they were not UTF-8. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SourceText {
    text: Arc<str>,
    encoding: Encoding,
}

#[derive(Clone, Debug)]
enum Encoding {
    Utf8,
    /// UTF-8 but for some bytes.
    Mixed {
        bytes: Arc<[u8]>,
        foreign: Vec<Range<usize>>,
    },
    /// The name of an encoding that is none of ours. The text is what could be made of it.
    Foreign(&'static str),
    Binary,
}

impl SourceText {
    /// Makes text of the bytes of a file. This never fails; [`SourceText::problem`] says what is wrong with it.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        if let Some(foreign) = utf16(&bytes) {
            return foreign;
        }
        match String::from_utf8(bytes) {
            Ok(text) if is_mostly_nul(text.as_bytes()) => Self::binary(text.as_bytes()),
            Ok(text) => Self { text: text.into(), encoding: Encoding::Utf8 },
            Err(error) => Self::mixed(error.into_bytes()),
        }
    }

    fn mixed(bytes: Vec<u8>) -> Self {
        if bytes.contains(&0) {
            return Self::binary(&bytes);
        }
        let mut text = String::with_capacity(bytes.len());
        let mut foreign: Vec<Range<usize>> = Vec::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            let start = text.len();
            text.extend(chunk.invalid().iter().map(|_| '?'));
            match foreign.last_mut() {
                Some(last) if last.end == start => last.end = text.len(),
                _ if text.len() > start => foreign.push(start..text.len()),
                _ => {}
            }
        }
        let encoding = Encoding::Mixed { bytes: bytes.into(), foreign };
        Self { text: text.into(), encoding }
    }

    fn binary(bytes: &[u8]) -> Self {
        let shown = &bytes[..bytes.len().min(SHOWN)];
        let text: String = shown
            .iter()
            .take_while(|&&b| b != b'\n')
            .map(|&b| if b.is_ascii_graphic() { char::from(b) } else { '.' })
            .collect();
        Self { text: text.into(), encoding: Encoding::Binary }
    }

    /// The text, to be put in a [`wb_core::source::SourceMap`].
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether it is text at all; if not, there is nothing to be read from it.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.encoding, Encoding::Utf8 | Encoding::Mixed { .. })
    }

    /// The bytes that the text was made of.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.encoding {
            Encoding::Mixed { bytes, .. } => bytes,
            _ => self.text.as_bytes(),
        }
    }

    /// What is wrong with the encoding, in one diagnostic. Bytes that are no UTF-8 are fine in comments.
    #[must_use]
    pub fn problem(&self, file: FileId) -> Option<Diagnostic> {
        let (span, detail, help) = match &self.encoding {
            Encoding::Utf8 => return None,
            Encoding::Mixed { bytes, foreign } => {
                let place = outside_of_comments(&self.text, foreign)?;
                let span = Span::new(file, narrow(place.start), narrow(place.end));
                let byte = bytes[place.start];
                let detail = format!(
                    "All input files must be UTF-8 encoded, but the byte 0x{byte:02X} here does not belong to a character in UTF-8."
                );
                let help = match byte {
                    0xa0.. => format!(
                        "Save the file as UTF-8. In Latin-1, that byte is \"{}\".",
                        char::from(byte)
                    ),
                    _ => "Save the file as UTF-8.".to_owned(),
                };
                (span, detail, help)
            }
            Encoding::Foreign(name) => (
                Span::new(file, 0, 0),
                format!("All input files must be UTF-8 encoded, but this one is encoded as {name}."),
                "Save the file as UTF-8: editors have that under “Save with encoding”.".to_owned(),
            ),
            Encoding::Binary => (
                Span::new(file, 0, 0),
                "All input files must be UTF-8 encoded text, but this one is a binary file."
                    .to_owned(),
                "Remove the file, or give it another name, so that it is not read as configuration."
                    .to_owned(),
            ),
        };
        Some(Diagnostic::error("Invalid character encoding", detail).at(span).help(help))
    }

    /// The problem of the encoding instead of what follows from it.
    pub(crate) fn explain(&self, file: FileId, found: Diagnostics) -> Diagnostics {
        match self.problem(file) {
            Some(problem) => problem.into(),
            None => found,
        }
    }
}

impl From<Arc<str>> for SourceText {
    fn from(text: Arc<str>) -> Self {
        Self { text, encoding: Encoding::Utf8 }
    }
}

impl From<&str> for SourceText {
    fn from(text: &str) -> Self {
        Arc::<str>::from(text).into()
    }
}

impl From<String> for SourceText {
    fn from(text: String) -> Self {
        Arc::<str>::from(text).into()
    }
}

impl From<&SourceText> for SourceText {
    fn from(source: &SourceText) -> Self {
        source.clone()
    }
}

/// UTF-16 with a byte order mark, or without one where every other byte at the start is zero.
fn utf16(bytes: &[u8]) -> Option<SourceText> {
    let (little, name, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (true, "UTF-16 (little endian)", rest),
        [0xfe, 0xff, rest @ ..] => (false, "UTF-16 (big endian)", rest),
        [a, 0, b, 0, c, 0, ..] if [a, b, c].iter().all(|b| **b != 0) => {
            (true, "UTF-16 (little endian)", bytes)
        }
        [0, a, 0, b, 0, c, ..] if [a, b, c].iter().all(|b| **b != 0) => {
            (false, "UTF-16 (big endian)", bytes)
        }
        _ => return None,
    };
    let units = rest.chunks_exact(2).take(SHOWN).map(|pair| match little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    });
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(SourceText { text: text.into(), encoding: Encoding::Foreign(name) })
}

/// Files of zeros, as a crash may leave them.
fn is_mostly_nul(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0) && bytes.iter().take(SHOWN).filter(|&&b| b == 0).count() > 8
}

/// The first of the places that is not within a comment.
fn outside_of_comments(text: &str, places: &[Range<usize>]) -> Option<Range<usize>> {
    let mut scanner = Scanner::new(text);
    let mut places = places.iter().peekable();
    loop {
        let token = scanner.next_token();
        while let Some(place) = places.peek() {
            if place.start >= token.end as usize && token.kind != TokenKind::Eof {
                break;
            }
            if token.kind != TokenKind::Comment {
                return Some((*place).clone());
            }
            places.next();
        }
        if token.kind == TokenKind::Eof || places.peek().is_none() {
            return None;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "texts over 1 GiB are refused at the door")]
fn narrow(at: usize) -> u32 {
    at as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(bytes: &[u8]) -> Option<String> {
        let source = SourceText::new(bytes.to_vec());
        source
            .problem(FileId::from_index(0))
            .map(|d| format!("{:?} {}", d.subject.unwrap(), d.detail))
    }

    #[test]
    fn bytes_that_are_no_utf8_are_fine_in_comments() {
        let source = SourceText::new(b"# caf\xe9\na = 1 /* \xe9 */ // \xff".to_vec());
        assert_eq!(source.problem(FileId::from_index(0)), None);
        assert_eq!(&**source.text(), "# caf?\na = 1 /* ? */ // ?");
        assert_eq!(
            problem(b"# \xe9\na = \"caf\xe9\"").unwrap(),
            "0:12..13 All input files must be UTF-8 encoded, but the byte 0xE9 here does not belong to a character in UTF-8."
        );
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, word) in [
            (&b"\xff\xfea\0 \0=\0"[..], "UTF-16 (little endian)"),
            (b"\xfe\xff\0a\0 \0=", "UTF-16 (big endian)"),
            (b"a\0 \0=\0 \x001\0", "UTF-16 (little endian)"),
            (b"\x7fELF\x02\x01\x01\0\0\0\xff\xff", "binary"),
            (&[0; 1000], "binary"),
        ] {
            assert!(problem(bytes).unwrap().contains(word), "{word}");
        }
        assert_eq!(problem(b"a = \"\0\"\n"), None, "a single NUL is a character like others");
    }
}
