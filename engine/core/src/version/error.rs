//! Why a text is no version, or no constraint.

use std::fmt;
use std::ops::Range;

/// Why a text is no version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersionError {
    /// A number is missing, or something else stands in its place.
    Segment,
    /// A number is larger than 64 bits hold.
    TooLarge,
    Prerelease,
    Metadata,
}

/// Why a text is no constraint, and which bytes of it are at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConstraintError {
    /// Nothing stands between two commas, or at all.
    Empty {
        range: Range<u32>,
    },
    /// `=>` and the like, and what was meant where that is known.
    Operator {
        found: String,
        meant: Option<&'static str>,
        range: Range<u32>,
    },
    /// `1.2.x`, `1.*`: what was meant is `~> 1.2.0` or `~> 1.0`.
    Wildcard {
        meant: String,
        range: Range<u32>,
    },
    /// Two constraints without a comma, or alternatives.
    Separator {
        found: String,
        range: Range<u32>,
    },
    Version {
        found: String,
        error: VersionError,
        range: Range<u32>,
    },
}

impl ConstraintError {
    /// The bytes at fault.
    #[must_use]
    pub fn range(&self) -> Range<u32> {
        match self {
            Self::Empty { range }
            | Self::Operator { range, .. }
            | Self::Wildcard { range, .. }
            | Self::Separator { range, .. }
            | Self::Version { range, .. } => range.clone(),
        }
    }
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Segment => "a version is numbers separated by dots, like 1.2.3",
            Self::TooLarge => "a number in it is too large",
            Self::Prerelease => {
                "a prerelease is letters, digits and dashes separated by dots, like 1.2.3-beta.1"
            }
            Self::Metadata => {
                "build metadata is letters, digits and dashes separated by dots, like 1.2.3+build.1"
            }
        })
    }
}

impl std::error::Error for VersionError {}

/// A sentence without its full stop.
impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { .. } => {
                f.write_str("a version constraint is expected, like \">= 1.2.0\" or \"~> 1.2\"")
            }
            Self::Operator { found, meant: Some(meant), .. } => {
                write!(f, "there is no operator {found:?}; did you mean {meant:?}?")
            }
            Self::Operator { found, meant: None, .. } => {
                write!(f, "there is no operator {found:?}; use =, !=, >, >=, <, <= or ~>")
            }
            Self::Wildcard { meant, .. } => {
                write!(f, "version constraints have no wildcards; did you mean {meant:?}?")
            }
            Self::Separator { found, .. } => {
                write!(
                    f,
                    "{found:?} is unexpected; constraints that must all hold are separated by commas"
                )
            }
            Self::Version { found, error, .. } => write!(f, "{found:?} is no version: {error}"),
        }
    }
}

impl std::error::Error for ConstraintError {}
