//! Problems on a terminal, drawn by miette.
//!
//! Miette is given lines that are cut and cleaned already, with their real numbers: it neither reads a file from its start nor shows
//! what a terminal would obey.

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SourceSpan,
    SpanContents,
};
use wb_core::diag::Severity;

use super::{Shown, elsewhere, plain, word};
use crate::render::Style;
use crate::render::clean::{clean, clean_line};
use crate::render::excerpt::Excerpt;

pub(super) fn write(shown: &Shown<'_>, style: Style, out: &mut String) {
    let theme =
        if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width.max(40))
        .with_links(false)
        .with_context_lines(0)
        .without_cause_chain();
    let report = Report::new(shown);
    let start = out.len();
    if handler.render_report(out, &report).is_err() {
        // What miette refuses to draw is still to be seen.
        out.truncate(start);
        plain::write(shown, style, out);
        return;
    }
    out.push('\n');
}

#[derive(Debug)]
struct Report {
    message: String,
    help: Option<String>,
    severity: Severity,
    source: Lines,
    labels: Vec<(Option<String>, usize, usize, bool)>,
}

/// The lines of all excerpts, one after the other.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    lines: Vec<SourceLine>,
}

#[derive(Debug)]
struct SourceLine {
    file: String,
    /// From 0.
    number: usize,
    /// Of the mark in it, from 0.
    column: usize,
    start: usize,
    /// After the line feed.
    end: usize,
}

impl Report {
    fn new(shown: &Shown<'_>) -> Self {
        let problem = shown.problem;
        let mut report = Self {
            message: format!("{}: {}", word(problem.severity), clean_line(&problem.summary)),
            help: None,
            severity: problem.severity,
            source: Lines::default(),
            labels: Vec::new(),
        };
        let place = [("in", &shown.block), ("for", &problem.address)];
        let place = place
            .iter()
            .filter_map(|(word, what)| Some(format!("{word} {}", clean_line(what.as_ref()?))));
        let place = place.collect::<Vec<_>>().join(", ");
        let detail = clean(problem.detail.trim_end());
        for part in [&*place, &*detail] {
            if !part.is_empty() {
                report.message.push('\n');
                report.message.push_str(part);
            }
        }
        let mut values = problem
            .values
            .iter()
            .map(|v| format!("{} {}", clean_line(&v.traversal), clean_line(&v.statement)));
        let values =
            (!problem.values.is_empty()).then(|| values.by_ref().collect::<Vec<_>>().join("\n"));
        if let (Some(values), true) = (&values, shown.excerpts.is_empty()) {
            report.message.push('\n');
            report.message.push_str(values);
        }
        for excerpt in &shown.excerpts {
            report.add(excerpt, values.as_deref());
        }
        let help = problem.help.iter().map(|text| clean(text).into_owned());
        let help: Vec<String> = help.chain(elsewhere(shown.elsewhere)).collect();
        report.help = (!help.is_empty()).then(|| help.join("\n"));
        report
    }

    fn add(&mut self, excerpt: &Excerpt, values: Option<&str>) {
        for line in &excerpt.lines {
            let start = self.source.text.len();
            self.source.text.push_str(line.text.trim_end());
            self.source.text.push('\n');
            let is_first = line.number == excerpt.line && line.marks.iter().any(|m| m.is_subject);
            self.source.lines.push(SourceLine {
                file: excerpt.file.to_string(),
                number: line.number - 1,
                column: if is_first { excerpt.column - 1 } else { 0 },
                start,
                end: self.source.text.len(),
            });
            for mark in &line.marks {
                let label = mark.label.as_deref().map(|text| clean(text).into_owned());
                let values = values.filter(|_| mark.is_subject).map(str::to_owned);
                let label = match (label, values) {
                    (Some(label), Some(values)) => Some(format!("{label}\n{values}")),
                    (label, values) => label.or(values),
                };
                let at = start + mark.range.start;
                self.labels.push((label, at, mark.range.len().max(1), mark.is_subject));
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.source.lines.is_empty()).then_some(&self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let make = |(label, at, len, first): &(Option<String>, usize, usize, bool)| {
            let new = if *first {
                LabeledSpan::new_primary_with_span
            } else {
                LabeledSpan::new_with_span
            };
            new(label.clone(), (*at, *len))
        };
        (!self.labels.is_empty()).then(|| {
            Box::new(self.labels.iter().map(make)) as Box<dyn Iterator<Item = LabeledSpan>>
        })
    }
}

impl SourceCode for Lines {
    /// Whole lines, whatever the context asked for: only those that are to be seen are here.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let first = self.lines.partition_point(|line| line.end <= span.offset());
        let first = first.min(self.lines.len().saturating_sub(1));
        let last = self.lines.partition_point(|line| line.end < end);
        let last = last.clamp(first, self.lines.len().saturating_sub(1));
        let lines = self.lines.get(first..=last).ok_or(MietteError::OutOfBounds)?;
        let is_one_piece = lines
            .windows(2)
            .all(|pair| pair[0].file == pair[1].file && pair[0].number + 1 == pair[1].number);
        let (Some(start), Some(stop), true) = (lines.first(), lines.last(), is_one_piece) else {
            return Err(MietteError::OutOfBounds);
        };
        Ok(Box::new(miette::MietteSpanContents::new_named(
            start.file.clone(),
            &self.text.as_bytes()[start.start..stop.end],
            (start.start, stop.end - start.start).into(),
            start.number,
            start.column,
            lines.len(),
        )))
    }
}
