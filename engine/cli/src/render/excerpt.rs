//! The lines of a source that a problem is about, cut and cleaned: what is to be seen, not yet how.

use std::ops::Range;
use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::source::{FileId, Span};

use super::clean::push_clean;
use super::places::Places;

/// Lines of one file, ascending, and what is marked in them.
#[derive(Debug)]
pub(crate) struct Excerpt {
    pub(crate) file: Arc<str>,
    /// Where what is marked first stands.
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) text: String,
    pub(crate) marks: Vec<Mark>,
}

/// A part of a line.
#[derive(Debug)]
pub(crate) struct Mark {
    /// Bytes of the line's text.
    pub(crate) range: Range<usize>,
    /// What is to be seen there.
    pub(crate) label: Option<String>,
    /// Whether this is the text at fault.
    pub(crate) is_subject: bool,
}

/// A line that is longer is cut around what is marked in it.
const LONGEST_LINE: usize = 160;
/// So much of a cut line stands before the mark.
const LEAD: usize = 40;
/// So many lines of what is around the subject are shown.
const MOST_LINES: usize = 5;
/// So many labels at other places are shown.
const MOST_LABELS: usize = 20;

/// The excerpts of a problem: that of its subject first, then those of other files.
pub(crate) fn excerpts(problem: &Diagnostic, places: &mut Places<'_>) -> Vec<Excerpt> {
    let mut wanted: Vec<Wanted> = Vec::new();
    if let Some(subject) = problem.subject {
        wanted.push(Wanted { span: subject, label: None, is_subject: true });
    }
    for label in problem.labels.iter().take(MOST_LABELS) {
        let is_subject = problem.subject == Some(label.span);
        match wanted.first_mut() {
            Some(first) if is_subject => first.label = Some(label.text.clone()),
            _ => wanted.push(Wanted {
                span: label.span,
                label: Some(label.text.clone()),
                is_subject: false,
            }),
        }
    }
    let mut excerpts: Vec<(FileId, Excerpt)> = Vec::new();
    for one in wanted {
        let Some(file) = places.file(one.span) else { continue };
        let at = excerpts.iter().position(|(id, _)| *id == one.span.file);
        let at = at.unwrap_or_else(|| {
            let start = places.position(one.span.file, one.span.start as usize);
            let name = Arc::from(&*super::clean::clean_line(file.name()));
            let excerpt =
                Excerpt { file: name, line: start.line, column: start.column, lines: Vec::new() };
            excerpts.push((one.span.file, excerpt));
            excerpts.len() - 1
        });
        mark(&mut excerpts[at].1, one, places);
    }
    if let (Some(context), Some((id, excerpt))) = (problem.context, excerpts.first_mut())
        && context.file == *id
    {
        surround(excerpt, context, places);
    }
    excerpts.into_iter().map(|(_, excerpt)| excerpt).collect()
}

struct Wanted {
    span: Span,
    label: Option<String>,
    is_subject: bool,
}

/// Adds the line where a span starts, or the mark to it where it is there already.
fn mark(excerpt: &mut Excerpt, wanted: Wanted, places: &mut Places<'_>) {
    let Some(file) = places.file(wanted.span) else { return };
    let (start, end) = (wanted.span.start as usize, wanted.span.end as usize);
    let (number, range) = places.line(wanted.span.file, start);
    // Of a span over several lines, the first is marked; blanks at its end are not.
    let start = start.clamp(range.start, range.end);
    let end = end.clamp(start, range.end);
    let end = start + file.text().get(start..end).map_or(0, |text| text.trim_end().len());
    let mut one = cut(file.text(), number, range, start..end.max(start));
    if let Some(mark) = one.marks.first_mut() {
        (mark.label, mark.is_subject) = (wanted.label, wanted.is_subject);
    }
    match excerpt.lines.binary_search_by_key(&number, |line| line.number) {
        // A line that was cut may be cut elsewhere: then it stands there twice.
        Ok(at) if excerpt.lines[at].text == one.text => {
            excerpt.lines[at].marks.append(&mut one.marks);
        }
        Ok(at) => excerpt.lines.insert(at + 1, one),
        Err(at) => excerpt.lines.insert(at, one),
    }
}

/// Adds the lines around the subject, if they are few.
fn surround(excerpt: &mut Excerpt, context: Span, places: &mut Places<'_>) {
    let Some(file) = places.file(context) else { return };
    let (first, _) = places.line(context.file, context.start as usize);
    let (last, _) = places.line(context.file, context.end as usize);
    if last - first >= MOST_LINES {
        return;
    }
    let mut offset = context.start as usize;
    for number in first..=last {
        let (_, range) = places.line(context.file, offset);
        offset = file.text()[range.end..].find('\n').map_or(range.end, |i| range.end + i + 1);
        if let Err(at) = excerpt.lines.binary_search_by_key(&number, |line| line.number) {
            let mut line = cut(file.text(), number, range.clone(), range.start..range.start);
            line.marks.clear();
            excerpt.lines.insert(at, line);
        }
    }
}

/// One line with one mark, cut where it is long, and cleaned.
fn cut(text: &str, number: usize, range: Range<usize>, mark: Range<usize>) -> Line {
    let window = if range.len() <= LONGEST_LINE {
        range.clone()
    } else {
        let start = text.floor_char_boundary(mark.start.saturating_sub(LEAD).max(range.start));
        start..text.floor_char_boundary((start + LONGEST_LINE).min(range.end))
    };
    let mut line = Line { number, text: String::with_capacity(window.len()), marks: Vec::new() };
    if window.start > range.start {
        line.text.push('…');
    }
    let mut shown = None..None;
    for (at, c) in text[window.clone()].char_indices() {
        let at = window.start + at;
        if at >= mark.start && shown.start.is_none() {
            shown.start = Some(line.text.len());
        }
        if at >= mark.end && shown.end.is_none() {
            shown.end = Some(line.text.len());
        }
        if !(c == '\u{feff}' && at == 0) {
            push_clean(c, &mut line.text);
        }
    }
    let end = line.text.len();
    if window.end < range.end {
        line.text.push('…');
    }
    let start = shown.start.unwrap_or(end);
    let range = start..shown.end.unwrap_or(end).max(start);
    line.marks.push(Mark { range, label: None, is_subject: false });
    line
}

#[cfg(test)]
mod tests {
    use wb_core::source::SourceMap;

    use super::*;

    fn show(text: &str, start: usize, end: usize) -> String {
        let mut map = SourceMap::new();
        let id = map.add("a.tf", text);
        let span = Span::new(id, u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
        let problem = Diagnostic::error("Wrong", "").at(span);
        let excerpts = excerpts(&problem, &mut Places::new(&map));
        let line = &excerpts[0].lines[0];
        let mark = &line.marks[0];
        format!("{}:{}|{}|", line.number, line.text, &line.text[mark.range.clone()])
    }

    #[test]
    fn the_text_at_fault_is_marked_whatever_is_around_it() {
        assert_eq!(show("x\n\ty = \u{1b}z\r\n", 5, 6), "2:    y = \\x1bz|=|");
        assert_eq!(show("x\n\ty = \u{1b}z\r\n", 7, 8), "2:    y = \\x1bz|\\x1b|");
        assert_eq!(show("\u{feff}ab", 3, 4), "1:ab|a|");
        assert_eq!(show("ab", 2, 2), "1:ab||");
        assert_eq!(show("a {\n  b\n}\n", 0, 9), "1:a {|a {|");
        assert_eq!(show("", 0, 0), "1:||");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}WRONG{}", "é".repeat(1000), "-".repeat(1000));
        let shown = show(&text, 2000, 2005);
        assert!(shown.ends_with("|WRONG|") && shown.starts_with("1:…é"), "{shown}");
        assert!(shown.chars().count() < LONGEST_LINE + 20);
        let shown = show(&text, 1990, 3000);
        assert!(shown.contains("…|") && shown.len() < 2 * LONGEST_LINE + 20, "{shown}");
    }
}
