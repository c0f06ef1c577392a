//! How text is laid out, and colours.

use std::fmt;

/// Where text goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Whether excerpts of sources are drawn with lines, as on a terminal, or stand as plain text that tools can read.
    pub drawn: bool,
    pub color: bool,
    /// Columns; text for a pipe is never broken into lines.
    pub width: usize,
}

impl Style {
    /// For a pipe or a file.
    pub const PLAIN: Self = Self { drawn: false, color: false, width: 80 };

    pub(crate) fn paint(self) -> Paint {
        Paint { on: self.color }
    }
}

/// Puts colours on text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

/// Text with its colour, to be displayed.
#[derive(Debug)]
pub(crate) struct Painted<T> {
    text: T,
    code: Option<&'static str>,
}

impl Paint {
    fn with<T: fmt::Display>(self, code: &'static str, text: T) -> Painted<T> {
        Painted { text, code: self.on.then_some(code) }
    }

    pub(crate) fn bold<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("1", text)
    }

    pub(crate) fn dim<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("90", text)
    }

    pub(crate) fn red<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("31", text)
    }

    pub(crate) fn green<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("32", text)
    }

    pub(crate) fn yellow<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("33", text)
    }

    pub(crate) fn cyan<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("36", text)
    }

    pub(crate) fn bold_red<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("1;31", text)
    }

    pub(crate) fn bold_green<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("1;32", text)
    }

    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    pub(crate) fn bold_yellow<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.with("1;33", text)
    }
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\x1b[{code}m{}\x1b[0m", self.text),
            None => self.text.fmt(f),
        }
    }
}
