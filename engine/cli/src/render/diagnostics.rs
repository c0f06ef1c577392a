//! Problems as text.
//!
//! Warnings come before errors, so that what stopped the command stands last; otherwise the order is that in which
//! they were found. Warnings that say the same of several places are shown once. Of many errors of one kind, the first is
//! shown in full, some have a line each, and the rest are counted: who has ten thousand has one.

mod compact;
mod drawn;
mod listed;
mod plain;
mod similar;

use std::fmt::Write as _;

use wb_core::diag::{Diagnostic, Diagnostics, Severity};
use wb_core::source::SourceMap;

use super::Style;
use super::excerpt::{Excerpt, excerpts};
use super::places::Places;

pub use compact::compact_warnings;
use similar::Similar;

/// So many errors, and so many warnings, are shown.
pub const MOST_SHOWN: usize = 20;

/// One problem, ready to be laid out.
struct Shown<'d> {
    problem: &'d Diagnostic,
    excerpts: Vec<Excerpt>,
    /// The block that the subject stands in.
    block: Option<String>,
    /// How many further places it was found at.
    elsewhere: usize,
}

/// All problems, each followed by an empty line.
#[must_use]
pub fn diagnostics(problems: &Diagnostics, sources: &SourceMap, style: Style) -> String {
    let mut out = String::new();
    let mut places = Places::new(sources);
    let warnings = similar::consolidate(problems.iter().filter(|d| !d.is_error()));
    let errors = similar::grouped(problems.iter().filter(|d| d.is_error()));
    for (all, noun) in [(warnings, "warning"), (errors, "error")] {
        for one in all.iter().take(MOST_SHOWN) {
            write_one(one, &mut places, style, &mut out);
        }
        let more: usize =
            all.iter().skip(MOST_SHOWN).map(|one| 1 + one.elsewhere + one.others.len()).sum();
        if more > 0 {
            let noun = if more == 1 { noun.to_owned() } else { format!("{noun}s") };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "… and {more} more {noun}\n");
        }
    }
    out
}

/// One problem, followed by an empty line.
#[must_use]
pub fn diagnostic(problem: &Diagnostic, sources: &SourceMap, style: Style) -> String {
    let mut out = String::new();
    write_one(&Similar::alone(problem), &mut Places::new(sources), style, &mut out);
    out
}

fn write_one(one: &Similar<'_>, places: &mut Places<'_>, style: Style, out: &mut String) {
    let excerpts = excerpts(one.problem, places);
    let block =
        one.problem.block.clone().or_else(|| Some(places.block(one.problem.subject?)?.to_owned()));
    let shown = Shown { problem: one.problem, excerpts, block, elsewhere: one.elsewhere };
    if style.drawn {
        drawn::write(&shown, style, out);
    } else {
        plain::write(&shown, style, out);
    }
    listed::write(one, places, out);
}

/// The word that a problem begins with.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    }
}

/// That the same was found elsewhere.
fn elsewhere(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("(and one more similar warning elsewhere)".to_owned()),
        _ => Some(format!("(and {count} more similar warnings elsewhere)")),
    }
}

#[cfg(test)]
mod tests;
