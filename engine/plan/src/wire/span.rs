//! Places in sources: the number of the file among those that the plan file holds, first byte and end.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wb_core::source::{FileId, Span};

pub(crate) fn serialize<S: Serializer>(span: &Option<Span>, s: S) -> Result<S::Ok, S::Error> {
    span.map(|span| (span.file.index(), span.start, span.end)).serialize(s)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Span>, D::Error> {
    let Some((file, start, end)) = Option::<(u32, u32, u32)>::deserialize(d)? else {
        return Ok(None);
    };
    if start > end {
        return Err(D::Error::custom("a place ends before it begins"));
    }
    Ok(Some(Span::new(FileId::from_index(file as usize), start, end)))
}
