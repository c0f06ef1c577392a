//! Lines and columns of many offsets.
//!
//! [`wb_core::source::SourceFile::position`] reads the file from its start. That is right for a few places; where every one of ten
//! thousand mistakes has one, it is not. Here a file is counted through once, and a long line not again for each
//! mistake in it.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use wb_core::source::{FileId, Position, SourceFile, SourceMap, Span};

/// Finds the places of offsets in the files of a map.
#[derive(Debug)]
pub(crate) struct Places<'s> {
    sources: &'s SourceMap,
    files: HashMap<FileId, Index>,
    blocks: HashMap<FileId, Vec<Header>>,
}

/// A block at the outermost level of a file.
#[derive(Debug)]
struct Header {
    start: u32,
    end: u32,
    text: String,
}

/// Larger files are not parsed again only to name a block.
const LONGEST_PARSED: usize = 4 << 20;

/// So many bytes of a file are counted again for each offset.
const BLOCK: usize = 16 * 1024;

#[derive(Debug)]
struct Index {
    /// For each block, how many lines end before it, and where the line begins that it begins in.
    blocks: Vec<(usize, usize)>,
    /// The place that was asked for last.
    last: Place,
    /// The line that was asked for last: where it begins and ends.
    line: Range<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    line_start: usize,
    byte: usize,
    /// Grapheme clusters between the two.
    clusters: usize,
}

impl<'s> Places<'s> {
    pub(crate) fn new(sources: &'s SourceMap) -> Self {
        Self { sources, files: HashMap::new(), blocks: HashMap::new() }
    }

    /// The file of a span; nothing where the span is of another map.
    pub(crate) fn file(&self, span: Span) -> Option<&'s SourceFile> {
        self.sources.get(span.file)
    }

    /// The header of the block that a span stands in, where that is not the header itself: `check "ok"`. Nothing in JSON, where
    /// blocks have no headers.
    pub(crate) fn block(&mut self, span: Span) -> Option<&str> {
        let file = self.sources.get(span.file)?;
        if file.text().len() > LONGEST_PARSED || file.name().ends_with(".json") {
            return None;
        }
        let headers = self.blocks.entry(span.file).or_insert_with(|| {
            let (parsed, _) = wb_hcl::parse_config(span.file, file.shared_text());
            let header = |block: wb_hcl::Block<'_>| {
                let (all, text) = (block.span(), block.header());
                Header { start: all.start, end: all.end, text }
            };
            parsed.body().blocks().map(header).collect()
        });
        let at = headers.partition_point(|header| header.start < span.start).checked_sub(1)?;
        Some(&headers[at]).filter(|h| span.start < h.end).map(|h| h.text.as_str())
    }

    /// Where an offset is, as [`SourceFile::position`] has it.
    pub(crate) fn position(&mut self, id: FileId, offset: usize) -> Position {
        let Some(file) = self.sources.get(id) else {
            return Position { line: 1, column: 1, byte: 0 };
        };
        let text = file.text();
        let byte = text.floor_char_boundary(offset);
        let index = self.files.entry(id).or_insert_with(|| Index::new(text));
        let (line, line_start) = index.line(text.as_bytes(), byte);
        let column = index.clusters(text, line_start, byte) + 1;
        Position { line, column, byte }
    }

    /// The line of an offset, and the bytes of that line, without its line end.
    pub(crate) fn line(&mut self, id: FileId, offset: usize) -> (usize, Range<usize>) {
        let Some(file) = self.sources.get(id) else { return (1, 0..0) };
        let bytes = file.text().as_bytes();
        let at = offset.min(bytes.len());
        let index = self.files.entry(id).or_insert_with(|| Index::new(file.text()));
        let (line, start) = index.line(bytes, at);
        let mut end = index.line_end(bytes, start, at);
        if end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        (line, start..end)
    }
}

impl Index {
    fn new(text: &str) -> Self {
        let mut blocks = Vec::with_capacity(text.len() / BLOCK + 1);
        let (mut lines, mut line_start) = (0, 0);
        for (n, block) in text.as_bytes().chunks(BLOCK).enumerate() {
            blocks.push((lines, line_start));
            lines += memchr::memchr_iter(b'\n', block).count();
            if let Some(last) = memchr::memrchr(b'\n', block) {
                line_start = n * BLOCK + last + 1;
            }
        }
        blocks.push((lines, line_start));
        Self { blocks, last: Place { line_start: 0, byte: 0, clusters: 0 }, line: 0..0 }
    }

    /// Where the line ends that begins at `start` and holds the byte `at`.
    fn line_end(&mut self, bytes: &[u8], start: usize, at: usize) -> usize {
        if self.line.start != start || self.line.end < at || self.line.is_empty() {
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| at + i);
            self.line = start..end;
        }
        self.line.end
    }

    /// The number of the line that holds a byte, from 1, and where it begins.
    fn line(&self, bytes: &[u8], byte: usize) -> (usize, usize) {
        let block = byte / BLOCK;
        let (lines, line_start) = self.blocks[block.min(self.blocks.len() - 1)];
        let before = &bytes[(block * BLOCK).min(byte)..byte];
        let line_start =
            memchr::memrchr(b'\n', before).map_or(line_start, |i| byte - before.len() + i + 1);
        (lines + memchr::memchr_iter(b'\n', before).count() + 1, line_start)
    }

    /// How many grapheme clusters are between the start of a line and a byte. Goes on from where the last answer was,
    /// if it can.
    fn clusters(&mut self, text: &str, line_start: usize, byte: usize) -> usize {
        let from = match self.last {
            last if last.line_start == line_start && last.byte <= byte => last,
            _ => Place { line_start, byte: line_start, clusters: 0 },
        };
        let between = &text[from.byte..byte];
        // A byte order mark takes no column: editors do not show it.
        let shown =
            if from.byte == line_start { between.trim_start_matches('\u{feff}') } else { between };
        let more = if shown.is_ascii() { shown.len() } else { shown.graphemes(true).count() };
        self.last = Place { line_start, byte, clusters: from.clusters + more };
        self.last.clusters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_around_is_named() {
        let text = "x = 1\ncheck \"ok\" {\n  a = 1\n}\nb {}\n";
        let mut map = SourceMap::new();
        let id = map.add("a.tf", text);
        let mut places = Places::new(&map);
        let mut block = |needle: &str| {
            let start = u32::try_from(text.find(needle).unwrap()).unwrap();
            places.block(Span::new(id, start, start + 1)).map(str::to_owned)
        };
        assert_eq!(block("a = 1").as_deref(), Some("check \"ok\""));
        assert_eq!((block("x = 1"), block("check"), block("b {}")), (None, None, None));
    }

    #[test]
    fn places_are_those_that_a_file_gives_itself() {
        let mut text = String::from("\u{feff}a = \"e\u{301}🇩🇪\"\r\nb\n");
        for n in 0..3000 {
            text.push_str(["x = 1\n", "\n", "long line é "][n % 3]);
        }
        let mut map = SourceMap::new();
        let id = map.add("a.tf", text.as_str());
        let mut places = Places::new(&map);
        let starts = text.grapheme_indices(true).map(|(at, _)| at);
        for offset in starts.step_by(7).chain([text.len(), text.len() + 9, 4, 0]) {
            let want = map.file(id).position(u32::try_from(offset).unwrap());
            assert_eq!(places.position(id, offset), want);
            assert_eq!(places.line(id, offset).0, want.line);
        }
        assert_eq!(places.line(id, 4).1, 0..text.find('\r').unwrap());
    }
}
