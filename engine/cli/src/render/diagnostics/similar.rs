//! Problems that say the same.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use wb_core::diag::Diagnostic;

/// A problem, and how many more there are like it.
#[derive(Debug)]
pub(super) struct Similar<'d> {
    pub(super) problem: &'d Diagnostic,
    pub(super) elsewhere: usize,
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
                found.push(Similar { problem, elsewhere: 0 });
            }
        }
    }
    found
}

/// Leaves out what was said already, word for word and of the same place: a module that is called twice has its
/// mistakes once.
pub(super) fn distinct<'d>(errors: impl Iterator<Item = &'d Diagnostic>) -> Vec<Similar<'d>> {
    let mut seen = std::collections::HashSet::new();
    errors
        .filter(|e| {
            e.subject.is_none() || seen.insert((&e.summary, &e.detail, e.subject, &e.address))
        })
        .map(|problem| Similar { problem, elsewhere: 0 })
        .collect()
}
