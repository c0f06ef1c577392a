//! Warnings as a list, which `-compact-warnings` asks for.

use std::fmt::Write as _;

use wb_core::diag::Diagnostics;
use wb_core::source::SourceMap;

use super::similar::consolidate;
use crate::render::Style;
use crate::render::clean::clean_line;

/// The warnings, by their summaries alone. Where there is an error, warnings are shown in full beside it: then
/// [`super::diagnostics`] is what to call, and this gives nothing.
#[must_use]
pub fn compact_warnings(
    problems: &Diagnostics,
    sources: &SourceMap,
    style: Style,
) -> Option<String> {
    if problems.is_empty() || problems.has_errors() {
        return None;
    }
    let paint = style.paint();
    // Writing to a string cannot fail.
    let mut out = format!("{}\n\n", paint.bold_yellow("Warnings:"));
    for one in consolidate(problems.iter()) {
        let _ = writeln!(out, "- {}", clean_line(&one.problem.summary));
        let place = one.problem.subject.filter(|span| sources.get(span.file).is_some());
        let place = place.map(|span| clean_line(&sources.place(span)).into_owned());
        let more = match one.elsewhere {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        match place {
            Some(place) => drop(writeln!(out, "  at {place}{more}")),
            None if !more.is_empty() => drop(writeln!(out, " {more}")),
            None => {}
        }
    }
    out.push_str("\nTo see these warnings in full, run the command without -compact-warnings.\n\n");
    Some(out)
}
