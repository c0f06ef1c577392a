//! JSON that nobody has decoded yet.
//!
//! What an object's attributes mean is known to its schema alone, so here they stay text: a piece of the file that was
//! read, shared with it, or a text of their own. Text that a state file of ours or of Terraform's holds is already laid
//! out as the writer would lay it out, and is copied when it is written again.

use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::layout;

/// One JSON value as text. Valid JSON, by construction.
#[derive(Clone)]
pub struct RawJson {
    buffer: Arc<String>,
    start: usize,
    end: usize,
    /// Whether the text is known to be laid out as the place in the file where it came from wants it.
    laid_out: bool,
}

impl RawJson {
    /// # Errors
    /// Where the text is not one JSON value, or nests deeper than [`layout::MAX_DEPTH`].
    pub fn new(text: impl Into<String>) -> Result<Self, String> {
        let text: String = text.into();
        serde_json::from_str::<&RawValue>(&text).map_err(|e| e.to_string())?;
        if let Some(at) = layout::too_deep(&text) {
            return Err(format!("nests deeper than {} levels at byte {at}", layout::MAX_DEPTH));
        }
        let end = text.len();
        Ok(Self { buffer: Arc::new(text), start: 0, end, laid_out: false })
    }

    /// The JSON form of a string.
    #[must_use]
    pub fn string(text: &str) -> Self {
        let mut out = Vec::with_capacity(text.len() + 2);
        layout::write_string(&mut out, text);
        let text = String::from_utf8(out).expect("the writer of strings writes UTF-8");
        let end = text.len();
        Self { buffer: Arc::new(text), start: 0, end, laid_out: true }
    }

    #[must_use]
    pub fn null() -> Self {
        Self { buffer: Arc::new("null".to_owned()), start: 0, end: 4, laid_out: true }
    }

    #[must_use]
    pub fn empty_object() -> Self {
        Self { buffer: Arc::new("{}".to_owned()), start: 0, end: 2, laid_out: true }
    }

    /// A piece of `file`, which serde found to be a value. Nothing where `part` lies elsewhere.
    pub(crate) fn within(file: &Arc<String>, part: &str, laid_out: bool) -> Option<Self> {
        let start = offset_in(file, part)?;
        Some(Self { buffer: Arc::clone(file), start, end: start + part.len(), laid_out })
    }

    /// The text as it is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.buffer[self.start..self.end]
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        self.text() == "null"
    }

    /// Writes the text as Terraform writes it where `depth` levels are open.
    pub(crate) fn write(&self, out: &mut Vec<u8>, depth: usize) {
        if self.laid_out {
            out.extend_from_slice(self.text().as_bytes());
        } else {
            layout::lay_out(self.text(), depth, out);
        }
    }

    /// Without blanks.
    fn compact(&self) -> String {
        let mut out = Vec::with_capacity(self.text().len());
        layout::compact(self.text(), &mut out);
        String::from_utf8(out).expect("taking blanks out of UTF-8 leaves UTF-8")
    }
}

/// Where `part` begins in `file`, if it is a piece of it.
pub(crate) fn offset_in(file: &str, part: &str) -> Option<usize> {
    let start = (part.as_ptr() as usize).checked_sub(file.as_ptr() as usize)?;
    (start + part.len() <= file.len()).then_some(start)
}

/// Same value in the same spelling, blanks and the escapes of `<`, `>` and `&` apart.
impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
            || (!(self.laid_out && other.laid_out) && self.compact() == other.compact())
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.compact())
    }
}

/// As JSON in JSON, as a text string in other formats.
impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.compact();
        if serializer.is_human_readable() {
            let raw = RawValue::from_string(text).map_err(serde::ser::Error::custom)?;
            raw.serialize(serializer)
        } else {
            serializer.serialize_str(&text)
        }
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = if deserializer.is_human_readable() {
            Box::<RawValue>::deserialize(deserializer)?.get().to_owned()
        } else {
            String::deserialize(deserializer)?
        };
        Self::new(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_html_escapes_do_not_count() {
        let a = RawJson::new("{ \"a\" : [1, \"<\"] }").unwrap();
        let b = RawJson::new("{\"a\":[1,\"\\u003c\"]}").unwrap();
        assert_eq!(a, b);
        assert_ne!(a, RawJson::new("{\"a\":[1,\"< \"]}").unwrap());
    }

    #[test]
    fn what_is_not_one_value_is_refused() {
        assert!(RawJson::new("{} {}").is_err());
        assert!(RawJson::new("{").is_err());
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(RawJson::new(deep).unwrap_err().starts_with("nests deeper than"));
    }
}
