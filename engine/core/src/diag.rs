//! Problems as data.
//!
//! A diagnostic says, in this order: what is wrong ([`Diagnostic::summary`], fixed words, so that it can be
//! searched for), why it is a problem and which values made it one ([`Diagnostic::detail`], [`Diagnostic::values`]),
//! where ([`Diagnostic::subject`], [`Diagnostic::labels`]), and what to do ([`Diagnostic::help`]). Nothing here is
//! rendered: the command does that once, for a terminal, a pipe or as JSON.

use std::borrow::Cow;
use std::fmt;

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    /// The word that Terraform's JSON forms use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A further place that belongs to the problem, and what is to be seen there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// The value of a reference in the faulty expression, already worded: `var.size` `is 3`.
///
/// Whoever makes one must have left sensitive content out: [`crate::diag`] does not know marks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownValue {
    pub traversal: String,
    pub statement: String,
}

/// The function call that failed, for the JSON form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionCall {
    pub name: String,
    /// The signature as JSON, where the function is one of ours.
    pub signature: Option<String>,
}

/// One problem.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    /// What is wrong, in few and fixed words, without a full stop.
    pub summary: Cow<'static, str>,
    /// Why it is a problem. Sentences; paragraphs are separated by an empty line.
    pub detail: String,
    /// The exact text at fault.
    pub subject: Option<Span>,
    /// The block or expression around `subject`, where seeing it helps.
    pub context: Option<Span>,
    /// The block that holds the subject, as its header reads: `resource "terraform_data" "b"`.
    pub block: Option<String>,
    /// The resource instance, output or check that the problem is about.
    pub address: Option<String>,
    pub labels: Vec<Label>,
    pub values: Vec<ShownValue>,
    pub call: Option<FunctionCall>,
    /// What to do about it, one sentence an entry.
    pub help: Vec<String>,
}

impl Diagnostic {
    fn new(severity: Severity, summary: Cow<'static, str>, detail: String) -> Self {
        Self {
            severity,
            summary,
            detail,
            subject: None,
            context: None,
            block: None,
            address: None,
            labels: Vec::new(),
            values: Vec::new(),
            call: None,
            help: Vec::new(),
        }
    }

    #[must_use]
    pub fn error(summary: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into(), detail.into())
    }

    #[must_use]
    pub fn warning(summary: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into(), detail.into())
    }

    /// Sets the exact text at fault.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.subject = Some(span);
        self
    }

    /// As [`Diagnostic::at`], where there may be no place.
    #[must_use]
    pub fn at_opt(mut self, span: Option<Span>) -> Self {
        self.subject = span;
        self
    }

    /// Sets what to show around the subject.
    #[must_use]
    pub fn within(mut self, span: Span) -> Self {
        self.context = Some(span);
        self
    }

    #[must_use]
    pub fn in_block(mut self, header: impl Into<String>) -> Self {
        self.block = Some(header.into());
        self
    }

    #[must_use]
    pub fn about(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    #[must_use]
    pub fn value(mut self, traversal: impl Into<String>, statement: impl Into<String>) -> Self {
        self.values.push(ShownValue { traversal: traversal.into(), statement: statement.into() });
        self
    }

    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// All problems found, in the order in which they were.
#[derive(Clone, Default, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, d: Diagnostic) {
        self.0.push(d);
    }

    pub fn append(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    #[must_use]
    pub fn error_count(&self) -> usize {
        self.0.iter().filter(|d| d.is_error()).count()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }

    /// Forgets what was found after the first `len` problems, for a parser or evaluator that tries another way.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Keeps those for which `keep` is true.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(keep);
    }

    /// `Ok` with the warnings where there is no error, else `Err` with everything.
    pub fn into_result<T>(self, value: T) -> Result<(T, Diagnostics), Diagnostics> {
        if self.has_errors() { Err(self) } else { Ok((value, self)) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(d: Diagnostic) -> Self {
        Self(vec![d])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        self.0.extend(iter);
    }
}

/// One line a problem, without places: for assertions and internal messages, never for users.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for d in &self.0 {
            writeln!(f, "{}: {}; {} {:?}", d.severity.as_str(), d.summary, d.detail, d.subject)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_no_errors() {
        let mut d = Diagnostics::from(Diagnostic::warning("Odd", "But fine."));
        assert!(!d.has_errors());
        d.push(Diagnostic::error("Wrong", "Not fine."));
        assert!(d.has_errors());
        assert_eq!((d.len(), d.error_count()), (2, 1));
        assert!(d.into_result(()).is_err());
    }
}
