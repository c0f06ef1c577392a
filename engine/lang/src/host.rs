//! What functions may ask of the machine they run on.
//!
//! A few functions of the language read files, the clock or random bytes. All of that goes through [`Host`], so that
//! the evaluator stays pure, and so that whoever runs it can answer the same question the same way twice, record what
//! was read, and refuse what a phase must not do.
//!
//! Paths are text with `/` between the parts. A relative one starts at the folder that the command works in.

mod memory;

use std::fmt;
use std::sync::Arc;

use wb_core::time::Moment;

pub use memory::MemoryHost;

/// What an evaluation is for. It decides what functions without a fixed answer give: while a plan is made,
/// `timestamp()` and its like are unknown, so that what was planned is what is applied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    Validate,
    Plan,
    Apply,
    /// One expression typed by a person. `type` exists here only, `plantimestamp` everywhere else.
    Console,
}

impl Phase {
    /// Whether functions give what they like: the clock, random bytes.
    #[must_use]
    pub fn allows_impure(self) -> bool {
        matches!(self, Self::Apply | Self::Console)
    }
}

/// What stands at a path, symbolic links followed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    Regular,
    Directory,
    Device,
    NamedPipe,
    Socket,
    Other,
}

/// One name in a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirEntry {
    pub name: String,
    /// What the name leads to; `None` for a symbolic link that leads nowhere.
    pub kind: Option<FileKind>,
}

/// Why something about a file could not be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileError {
    NotFound,
    /// Not a regular file, which is all that functions read: a pipe would block, a device need not end.
    NotRegular(FileKind),
    /// Longer than a host reads, with the limit in bytes.
    TooLarge(u64),
    /// Anything else, in the operating system's words.
    Other(String),
}

/// The machine, as functions see it.
///
/// One evaluation may ask the same thing many times; answers must not change while a plan is made or applied.
pub trait Host: fmt::Debug {
    fn phase(&self) -> Phase;

    /// Now. Asked only where the phase allows it.
    fn now(&self) -> Moment;

    /// The workspace that the run is about.
    fn workspace(&self) -> &str;

    /// When the plan was begun; nothing where there is no plan yet.
    fn plan_time(&self) -> Option<Moment>;

    /// Fills `bytes` with random ones. Asked only where the phase allows it.
    ///
    /// No two draws have the same `place`. A host whose randomness is fixed takes it from there, so that nothing depends
    /// on the order in which expressions are evaluated.
    fn random(&self, place: &str, bytes: &mut [u8]);

    /// The folder that relative paths start from, absolute.
    ///
    /// # Errors
    /// When there is none, as after it was deleted; in the operating system's words.
    fn current_dir(&self) -> Result<String, String>;

    /// The folder that the command was started in, absolute: `path.cwd`. Another than [`Host::current_dir`] where the
    /// command was told to work elsewhere.
    ///
    /// # Errors
    /// As [`Host::current_dir`].
    fn started_in(&self) -> Result<String, String> {
        self.current_dir()
    }

    /// The user's home folder.
    fn home_dir(&self) -> Option<String>;

    /// The content of a regular file.
    ///
    /// # Errors
    /// When it is not there, not a regular file, or cannot be read.
    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, FileError>;

    /// What is at `path`.
    ///
    /// # Errors
    /// When nothing is there, or that cannot be told.
    fn file_kind(&self, path: &str) -> Result<FileKind, FileError>;

    /// The names in a folder, in the order of their bytes.
    ///
    /// # Errors
    /// When it is not there, no folder, or cannot be read.
    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError>;
}

impl FileKind {
    /// As messages say it: `a directory, not a file`.
    #[must_use]
    pub fn complaint(self) -> &'static str {
        match self {
            Self::Directory => "is a directory, not a file",
            Self::Device => "is a device node, not a regular file",
            Self::NamedPipe => "is a named pipe, not a regular file",
            Self::Socket => "is a unix domain socket, not a regular file",
            Self::Regular | Self::Other => "is not a regular file",
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file or directory"),
            Self::NotRegular(kind) => f.write_str(kind.complaint()),
            Self::TooLarge(limit) => write!(f, "is larger than {limit} bytes"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for FileError {}
