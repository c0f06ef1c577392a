//! Problems that say the same.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use wb_core::diag::Diagnostic;

/// So many errors are shown in full whatever they say.
const ALWAYS_IN_FULL: usize = 2;

/// A problem, and how many more there are like it.
#[derive(Debug)]
pub(super) struct Similar<'d> {
    pub(super) problem: &'d Diagnostic,
    pub(super) elsewhere: usize,
    /// Errors of the same kind, each of which fits on a line.
    pub(super) others: Vec<&'d Diagnostic>,
}

impl<'d> Similar<'d> {
    pub(super) fn alone(problem: &'d Diagnostic) -> Self {
        Self { problem, elsewhere: 0, others: Vec::new() }
    }
}

/// Brings warnings with one summary together under the first of them, as Terraform does.
pub(super) fn consolidate<'d>(warnings: impl Iterator<Item = &'d Diagnostic>) -> Vec<Similar<'d>> {
    let mut found: Vec<Similar<'d>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for problem in warnings {
        match places.entry(&problem.summary) {
            Entry::Occupied(at) => found[*at.get()].elsewhere += 1,
            Entry::Vacant(entry) => {
                entry.insert(found.len());
                found.push(Similar::alone(problem));
            }
        }
    }
    found
}

/// Brings errors with one summary together under the first of them, where there are many and the others fit on a line
/// each. What was said already, word for word and of the same place, is left out: a module that is called twice has its
/// mistakes once.
pub(super) fn grouped<'d>(errors: impl Iterator<Item = &'d Diagnostic>) -> Vec<Similar<'d>> {
    let mut seen = HashSet::new();
    let distinct: Vec<&Diagnostic> = errors
        .filter(|e| {
            e.subject.is_none() || seen.insert((&e.summary, &e.detail, e.subject, &e.address))
        })
        .collect();
    let in_full = distinct.len() <= ALWAYS_IN_FULL;
    let mut found: Vec<Similar<'d>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for problem in distinct {
        if in_full || !fits_on_a_line(problem) {
            found.push(Similar::alone(problem));
            continue;
        }
        match places.entry(&problem.summary) {
            Entry::Occupied(at) => found[*at.get()].others.push(problem),
            Entry::Vacant(entry) => {
                entry.insert(found.len());
                found.push(Similar::alone(problem));
            }
        }
    }
    found
}

/// Whether a line says where it is and all that there is to say. What a program or a server said has lines of its own.
fn fits_on_a_line(problem: &Diagnostic) -> bool {
    let has_place = problem.subject.is_some() || problem.address.is_some();
    has_place && !problem.detail.trim_end().contains('\n')
}
