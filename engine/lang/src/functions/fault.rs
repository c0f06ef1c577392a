//! Why a function has no result.

use std::borrow::Cow;

use wb_core::value::Value;

/// What a function gives.
pub(crate) type Outcome = Result<Value, Fault>;

/// A failed call. The text is the end of a sentence that says which argument or which call it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The argument that is to blame, counted from 0; none where it is several, or the call itself.
    pub argument: Option<usize>,
    pub message: Cow<'static, str>,
    /// The evaluation is over: it produced, or was about to produce, more than it may.
    pub(crate) is_exhausted: bool,
}

impl Fault {
    pub(crate) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { argument: None, message: message.into(), is_exhausted: false }
    }

    pub(crate) fn arg(argument: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self { argument: Some(argument), message: message.into(), is_exhausted: false }
    }

    /// There is no room for what it would make.
    pub(crate) fn exhausted() -> Self {
        Self {
            argument: None,
            message: Cow::Borrowed("the result is too large"),
            is_exhausted: true,
        }
    }

    /// The same complaint about an argument.
    pub(crate) fn about(self, argument: usize) -> Self {
        Self { argument: Some(argument), ..self }
    }
}
