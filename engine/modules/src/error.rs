//! Why a package could not be had.

use std::fmt;
use std::io;

/// A problem with a package. The text is a clause without its full stop.
#[derive(Debug)]
pub enum FetchError {
    /// No way is known to fetch what has an address like this.
    Unsupported {
        kind: String,
    },
    /// The address is none.
    Address {
        why: &'static str,
    },
    /// A program that it takes is not there.
    NoProgram {
        program: &'static str,
    },
    /// `git` said this, in its words.
    Git {
        said: String,
    },
    /// The package holds something that must not be unpacked.
    Unsafe {
        name: String,
    },
    Io {
        action: &'static str,
        path: String,
        error: io::Error,
    },
    /// More than anything that is a module.
    TooLarge,
    /// A registry or server answered this.
    Server {
        said: String,
    },
}

impl FetchError {
    pub(crate) fn io(
        action: &'static str,
        path: &std::path::Path,
    ) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |error| Self::Io { action, path, error }
    }

    /// What the user can do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unsupported { .. } => Some(
                "Fetch it by other means, and use it as a local module: source = \"./…\"."
                    .to_owned(),
            ),
            Self::NoProgram { program } => Some(format!("Install {program}.")),
            _ => None,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { kind } => {
                write!(f, "wb cannot fetch from addresses of the kind {kind:?}")
            }
            Self::Address { why } => f.write_str(why),
            Self::NoProgram { program } => write!(f, "the program {program} is not there"),
            Self::Git { said } => write!(f, "git says: {said}"),
            Self::Unsafe { name } => {
                write!(f, "the package holds {name:?}, which leads out of its folder")
            }
            Self::Io { action, path, error } => write!(f, "cannot {action} {path}: {error}"),
            Self::TooLarge => f.write_str("the package is larger than any that is taken"),
            Self::Server { said } => f.write_str(said),
        }
    }
}

impl std::error::Error for FetchError {}
