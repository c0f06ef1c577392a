//! A machine that can be worked on.

use std::fmt;
use std::pin::Pin;

/// What an operation gives, when it is done.
pub type Future<'a, T> =
    Pin<Box<dyn std::future::Future<Output = Result<T, SshError>> + Send + 'a>>;

/// Where the bytes go that a command prints, of both its outputs, as they come.
pub type Output<'a> = &'a mut (dyn FnMut(&[u8]) + Send);

/// A machine that runs commands and takes files. Dropping a future ends the command's connection.
pub trait Shell: Send + Sync + fmt::Debug {
    /// Runs a command of the machine's shell; gives its exit status.
    fn run<'a>(&'a self, command: &'a str, output: Output<'a>) -> Future<'a, i32>;

    /// Puts a file there, in the place of one that is there. Its folder must exist.
    fn write<'a>(&'a self, path: &'a str, content: &'a [u8]) -> Future<'a, ()>;

    /// Ends the connection.
    fn close(self: Box<Self>) -> Future<'static, ()>;
}

/// Why a machine could not be worked on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SshError {
    /// Something about the target cannot be: what.
    Target(String),
    /// There is no `ssh` here, or it cannot be run.
    Program(String),
    /// The machine was not reached in time: what was said last.
    Unreachable { last: String },
    /// The machine is not the one that was meant.
    HostKey(String),
    /// The connection was lost, or an operation on it refused: what was said.
    Failed(String),
}

impl fmt::Display for SshError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(what) => f.write_str(what),
            Self::Program(why) => write!(f, "The program ssh cannot be run: {why}."),
            Self::Unreachable { last } => {
                write!(f, "The machine was not reached in time. The last attempt said: {last}")
            }
            Self::HostKey(what) => write!(f, "The machine is not the one that was meant: {what}"),
            Self::Failed(what) => write!(f, "The connection failed: {what}"),
        }
    }
}

impl std::error::Error for SshError {}

/// The text as one word of a POSIX shell.
pub(crate) fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_word() {
        assert_eq!(word("a b'c$x"), r"'a b'\''c$x'");
    }
}
