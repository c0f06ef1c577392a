//! Source files, byte spans and human positions.
//!
//! A [`Span`] is a pair of byte offsets into one file of a [`SourceMap`]. Lines and columns are worked out only when
//! a diagnostic is rendered, because most spans never are.

use std::fmt;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

/// Names one file of a [`SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(u32);

impl FileId {
    /// The position of this file in its map.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The id with this position; only meaningful for the map that has it.
    ///
    /// # Panics
    /// When `index` does not fit in 32 bits, which a [`SourceMap`] refuses to reach.
    #[must_use]
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("a source map holds fewer than 2^32 files"))
    }
}

/// A range of bytes in one file, `start` included, `end` excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "a span runs forward");
        Self { file, start, end }
    }

    /// The smallest span that holds both. Spans of two files cannot be joined: the first is returned.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the start of this one.
    #[must_use]
    pub fn head(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// The empty span at the end of this one.
    #[must_use]
    pub fn tail(self) -> Self {
        Self { start: self.end, ..self }
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A place as people count it: lines and columns from 1, a column being one grapheme cluster, as HCL counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub line: usize,
    pub column: usize,
    pub byte: usize,
}

/// One file's name, as shown to the user, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: Arc<str>,
    text: Arc<str>,
}

impl SourceFile {
    /// The path as the user would type it from the folder they are in.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    #[must_use]
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Where the byte `offset` is. Offsets past the end, or within a character, count as the nearest place before.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let mut byte = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text.as_bytes()[..byte];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        // A byte order mark takes no column: editors do not show it.
        let shown = self.text[line_start..byte].trim_start_matches('\u{feff}');
        Position { line, column: shown.graphemes(true).count() + 1, byte }
    }

    /// The bytes of the line that holds `offset`, without its line end.
    #[must_use]
    pub fn line_range(&self, offset: u32) -> std::ops::Range<usize> {
        let bytes = self.text.as_bytes();
        let at = (offset as usize).min(bytes.len());
        let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let end = bytes[at..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |i| at + i);
        start..end.max(start)
    }

    /// The text under a span, or nothing where the span does not fit this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// Every file that was read, in the order in which it was.
#[derive(Clone, Default, Debug)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Texts of 4 GiB and more are the caller's to refuse: offsets are 32 bits wide.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId::from_index(self.files.len());
        self.files.push(SourceFile { name: name.into(), text: text.into() });
        id
    }

    /// The file with this id.
    ///
    /// # Panics
    /// When the id is another map's.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.index())
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId::from_index(i), f))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Where a span starts.
    #[must_use]
    pub fn start(&self, span: Span) -> Position {
        self.file(span.file).position(span.start)
    }

    /// `FILE:LINE:COLUMN` of a span's start.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let p = self.start(span);
        format!("{}:{}:{}", self.file(span.file).name(), p.line, p.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_grapheme_clusters() {
        let mut map = SourceMap::new();
        let id = map.add("a.tf", "x = \"e\u{301}🇩🇪\" y\nz");
        let text = map.file(id).text().to_owned();
        let at = |needle: &str| {
            map.file(id).position(u32::try_from(text.find(needle).unwrap()).unwrap())
        };
        assert_eq!(at("y"), Position { line: 1, column: 10, byte: text.find('y').unwrap() });
        assert_eq!((at("z").line, at("z").column), (2, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let mut map = SourceMap::new();
        let id = map.add("a.tf", "\u{feff}a = 1");
        assert_eq!(map.place(Span::new(id, 3, 4)), "a.tf:1:1");
    }

    #[test]
    fn offsets_past_the_end_are_the_end() {
        let mut map = SourceMap::new();
        let id = map.add("a.tf", "ab\n");
        assert_eq!(map.file(id).position(99), Position { line: 2, column: 1, byte: 3 });
        assert_eq!(map.file(id).line_range(99), 3..3);
        assert_eq!(map.file(id).line_range(1), 0..2);
    }
}
