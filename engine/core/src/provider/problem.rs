//! What a provider finds wrong, tied to a place in a value.

use crate::diag::Severity;
use crate::path::Path;

/// One problem. Whoever knows where the value was written turns it into a diagnostic with that place.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    pub severity: Severity,
    /// Where in the configuration; empty for the whole of it.
    pub path: Path,
    pub summary: String,
    pub detail: String,
}

/// All problems found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn error(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Severity::Error, path, summary.into(), detail.into());
    }

    pub fn warning(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Severity::Warning, path, summary.into(), detail.into());
    }

    fn push(&mut self, severity: Severity, path: Path, summary: String, detail: String) {
        self.0.push(Problem { severity, path, summary, detail });
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|p| p.severity == Severity::Error)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
