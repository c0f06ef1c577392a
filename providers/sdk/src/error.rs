//! What can go wrong with an operation.

use std::fmt;
use std::time::Duration;

use wb_core::path::Path;

use crate::ops::Object;

/// Decides what to do about an error.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrorKind {
    /// The object, or something that it names, does not exist.
    NotFound,
    /// Something else has the name, or is at work on the object.
    Conflict,
    /// The API asks for patience.
    Throttled,
    /// The credentials do not allow it.
    Denied,
    /// The API refuses the request for what it says.
    Invalid,
    QuotaExceeded,
    /// The service, or the way to it, is down.
    Unavailable,
    /// No answer in time: whether it was done is not known.
    Timeout,
    /// Anything else, also a reply that is not the API's.
    Unexpected,
    /// The user gave up, or the lock was lost, before anything was tried.
    Cancelled,
}

impl ErrorKind {
    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable | Self::Timeout)
    }
}

/// Why an operation failed, for the user: what was asked, what the provider said, what to do.
#[derive(Clone, PartialEq, Debug)]
pub struct OpError {
    pub kind: ErrorKind,
    /// Few and fixed words, without a full stop.
    pub summary: String,
    /// Sentences. No secrets.
    pub detail: String,
    /// Where in the configuration the cause is, if anywhere.
    pub path: Option<Path>,
    /// The API call that failed: `ec2 RunInstances`.
    pub request: Option<String>,
    /// The service's own name for the request, for its support.
    pub request_id: Option<String>,
    /// How long the service asked to wait.
    pub retry_after: Option<Duration>,
    /// What to do, one sentence an entry.
    pub help: Vec<String>,
    /// What exists although the operation failed. It is kept, and marked as tainted where it was being created.
    pub partial: Option<Box<Object>>,
    /// Whether the effect may have happened all the same, so that the outcome has to be found out.
    pub is_uncertain: bool,
}

impl OpError {
    #[must_use]
    pub fn new(kind: ErrorKind, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            summary: summary.into(),
            detail: detail.into(),
            path: None,
            request: None,
            request_id: None,
            retry_after: None,
            help: Vec::new(),
            partial: None,
            is_uncertain: false,
        }
    }

    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    #[must_use]
    pub fn with_partial(mut self, object: Object) -> Self {
        self.partial = Some(Box::new(object));
        self
    }
}

impl fmt::Display for OpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.summary, self.detail)
    }
}

impl std::error::Error for OpError {}
