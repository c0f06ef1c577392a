//! Problems for a pipe: every one starts with its word and summary at the beginning of a line, and names its place in the form that
//! editors and tools take.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;
use wb_core::diag::Severity;

use super::{Shown, elsewhere, word};
use crate::render::Style;
use crate::render::clean::{clean, clean_line};
use crate::render::excerpt::{Excerpt, Line};
use crate::render::paint::Paint;

pub(super) fn write(shown: &Shown<'_>, style: Style, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = try_write(shown, style, out);
}

fn try_write(shown: &Shown<'_>, style: Style, out: &mut String) -> std::fmt::Result {
    let (problem, paint) = (shown.problem, style.paint());
    let head = format!("{}:", word(problem.severity));
    let summary = clean_line(&problem.summary);
    match problem.severity {
        Severity::Error => write!(out, "{} ", paint.bold_red(head))?,
        Severity::Warning => write!(out, "{} ", paint.bold_yellow(head))?,
    }
    writeln!(out, "{}", paint.bold(summary))?;
    write_place(shown, out)?;
    out.push('\n');
    for (n, excerpt) in shown.excerpts.iter().enumerate() {
        if n > 0 {
            writeln!(out, "  {}:{}:{}:", excerpt.file, excerpt.line, excerpt.column)?;
        }
        write_excerpt(excerpt, problem.severity, paint, out)?;
        out.push('\n');
    }
    for value in &problem.values {
        writeln!(out, "  {} {}", clean_line(&value.traversal), clean_line(&value.statement))?;
    }
    if !problem.values.is_empty() {
        out.push('\n');
    }
    if !problem.detail.is_empty() {
        write_indented(&problem.detail, "", out);
    }
    for help in &problem.help {
        let text = clean(help).into_owned();
        write_indented(&text, if paint.is_on() { "\x1b[36mHelp:\x1b[0m " } else { "Help: " }, out);
    }
    if let Some(more) = elsewhere(shown.elsewhere) {
        writeln!(out, "  {more}")?;
    }
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    Ok(())
}

fn write_place(shown: &Shown<'_>, out: &mut String) -> std::fmt::Result {
    let mut parts = Vec::new();
    if let Some(first) = shown.excerpts.first() {
        parts.push(format!("at {}:{}:{}", first.file, first.line, first.column));
    }
    if let Some(block) = &shown.block {
        parts.push(format!("in {}", clean_line(block)));
    }
    if let Some(address) = &shown.problem.address {
        parts.push(format!("for {}", clean_line(address)));
    }
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {}", parts.join(", "))
}

fn write_excerpt(
    excerpt: &Excerpt,
    severity: Severity,
    paint: Paint,
    out: &mut String,
) -> std::fmt::Result {
    let widest = excerpt.lines.iter().map(|line| line.number).max().unwrap_or(1);
    let width = widest.to_string().len().max(3);
    let mut last: Option<usize> = None;
    for line in &excerpt.lines {
        if last.is_some_and(|last| line.number > last + 1) {
            writeln!(out, "  {}", paint.dim(format_args!("{:>width$}", "...")))?;
        }
        let number = format!("{:>width$} |", line.number);
        writeln!(out, "  {} {}", paint.dim(number), line.text.trim_end())?;
        write_marks(line, width, severity, paint, out)?;
        last = Some(line.number);
    }
    Ok(())
}

/// One line below for each mark, with its label.
fn write_marks(
    line: &Line,
    width: usize,
    severity: Severity,
    paint: Paint,
    out: &mut String,
) -> std::fmt::Result {
    for mark in &line.marks {
        let before = line.text[..mark.range.start].width();
        let long = line.text[mark.range.clone()].width().max(1);
        let gutter = format!("{:width$} |", "");
        let tail = mark.label.as_deref().map(clean_line).unwrap_or_default();
        let signs = if mark.is_subject { "^" } else { "-" }.repeat(long);
        let signs = match (mark.is_subject, severity) {
            (true, Severity::Error) => paint.red(signs),
            (true, Severity::Warning) => paint.yellow(signs),
            (false, _) => paint.cyan(signs),
        };
        let blank = if tail.is_empty() { "" } else { " " };
        writeln!(out, "  {} {:before$}{signs}{blank}{tail}", paint.dim(gutter), "")?;
    }
    Ok(())
}

/// Paragraphs, each line of them set in.
fn write_indented(text: &str, head: &str, out: &mut String) {
    let text = clean(text.trim_end());
    for (n, line) in text.split('\n').enumerate() {
        if !line.is_empty() {
            out.push_str("  ");
        }
        if n == 0 {
            out.push_str(head);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push('\n');
}
