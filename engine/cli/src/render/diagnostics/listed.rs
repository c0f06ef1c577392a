//! Errors of the same kind as one that is shown in full, a line each.

use std::fmt::Write as _;

use wb_core::diag::Diagnostic;
use wb_core::source::Span;

use super::similar::Similar;
use crate::render::clean::clean_line;
use crate::render::places::Places;

/// So many have a line.
const MOST_LISTED: usize = 10;

/// So long may what is said of one be, in characters.
const LONGEST: usize = 240;

pub(super) fn write(one: &Similar<'_>, places: &mut Places<'_>, out: &mut String) {
    if one.others.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "  The same kind of error is at:");
    for other in one.others.iter().take(MOST_LISTED) {
        let place = other.subject.and_then(|span| place(span, places));
        let address = other.address.as_deref().map(|a| clean_line(a).into_owned());
        let parts = [place, address, said(other, one.problem)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let _ = writeln!(out, "    {}", parts.join(": "));
    }
    match one.others.len().saturating_sub(MOST_LISTED) {
        0 => {}
        1 => out.push_str("    … and 1 more place\n"),
        more => drop(writeln!(out, "    … and {more} more places")),
    }
    out.push('\n');
}

/// In the form that editors and tools take.
fn place(span: Span, places: &mut Places<'_>) -> Option<String> {
    let file = clean_line(places.file(span)?.name()).into_owned();
    let at = places.position(span.file, span.start as usize);
    Some(format!("{file}:{}:{}", at.line, at.column))
}

/// What is not said of the first one.
fn said(problem: &Diagnostic, first: &Diagnostic) -> Option<String> {
    let mut parts = Vec::new();
    if problem.detail != first.detail {
        parts.push(problem.detail.trim_end());
    }
    parts.extend(problem.help.iter().filter(|help| !first.help.contains(help)).map(String::as_str));
    let text = parts.join(" ");
    if text.is_empty() {
        return None;
    }
    Some(match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", clean_line(&text[..end])),
        None => clean_line(&text).into_owned(),
    })
}
