//! What can go wrong with a store.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use wb_crypt::CryptError;
use wb_state::SidecarError;
use wb_state::journal::{FoldError, JournalError};
use wb_state::v4::ReadError;
use wb_state::verdict::Refusal;

use crate::LockInfo;

/// A problem with a store. Nothing was overwritten.
#[derive(Debug)]
pub enum StoreError {
    /// An operation on a file failed.
    Io {
        action: &'static str,
        path: PathBuf,
        error: io::Error,
    },
    /// The state file cannot be read.
    Read {
        path: PathBuf,
        error: Box<ReadError>,
        newest: Option<String>,
    },
    /// It is encrypted and cannot be opened, is not and must be, or cannot be encrypted.
    Crypt {
        path: PathBuf,
        error: Box<CryptError>,
        newest: Option<String>,
    },
    /// What wb keeps beside the state is encrypted otherwise than the state.
    SealedNotes {
        path: PathBuf,
        error: Box<CryptError>,
    },
    /// The state file must not be used.
    Refused {
        path: PathBuf,
        refusal: Box<Refusal>,
        newest: Option<String>,
        lacking: Vec<String>,
    },
    /// Commits were made, and what they made is gone.
    Gone {
        path: PathBuf,
        newest: Option<String>,
    },
    /// Another program is just writing the file.
    BeingWritten {
        path: PathBuf,
        holder: Option<Box<LockInfo>>,
    },
    Sidecar {
        path: PathBuf,
        error: SidecarError,
    },
    Journal {
        path: PathBuf,
        error: Box<JournalError>,
    },
    Fold {
        path: PathBuf,
        error: Box<FoldError>,
    },
    /// Another holds the lock; what it says of itself, where that can be read.
    Held {
        path: PathBuf,
        holder: Option<Box<LockInfo>>,
        /// Whether the lock is an object in a bucket, which outlives its holder's process.
        far: bool,
    },
    /// The file system has no locks that Terraform respects.
    NoLocks {
        path: PathBuf,
    },
    /// The lock is not ours any more.
    Fenced {
        path: PathBuf,
    },
    /// No such lock, as `force-unlock` was given.
    OtherLock {
        id: String,
        held: String,
    },
    NotLocked,
    /// The server writes although a condition fails.
    Unconditional {
        place: String,
    },
    NoSnapshot {
        serial: u64,
    },
    Workspace {
        name: String,
        why: &'static str,
    },
    /// An open run of another lineage stands in the way of a new state.
    OpenRun {
        run: String,
    },
    /// A state could not be put into words.
    Encode(String),
}

impl StoreError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |error| Self::Io { action, path, error }
    }

    pub(crate) fn crypt(path: &Path) -> impl FnOnce(CryptError) -> Self + use<> {
        let path = path.to_path_buf();
        move |error| Self::Crypt { path, error: Box::new(error), newest: None }
    }

    /// Whether it is what a state looks like of which only a part is there yet.
    pub(crate) fn is_of_half(&self) -> bool {
        match self {
            Self::Gone { .. } | Self::Read { .. } => true,
            Self::Crypt { error, .. } => matches!(**error, CryptError::Form(_) | CryptError::Plain),
            _ => false,
        }
    }

    /// Whether waiting may help.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Held { .. } | Self::BeingWritten { .. })
    }

    /// What the user can do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let newest = |n: &Option<String>| {
            n.as_ref().map(|n| {
                format!("The newest good snapshot is {n}; `wb state rollback` restores it.")
            })
        };
        match self {
            Self::Read { error, newest: n, .. } => newest(n).or_else(|| Some(error.help().to_owned())),
            Self::SealedNotes { .. } => Some(
                "Another program has changed how the state is encrypted, or damaged what wb keeps. Run `wb apply` once with the earlier method in a `fallback` block.".into(),
            ),
            Self::Crypt { error, newest: n, .. } => {
                // History opens with the same keys: what it offers is of use against damage alone.
                let n = match **error {
                    CryptError::Form(_) | CryptError::Clear(_) | CryptError::Closed(_) => newest(n),
                    _ => None,
                };
                Some(format!("{} {}", error.help(), n.unwrap_or_default()).trim_end().to_owned())
            }
            Self::Refused { refusal, newest: n, .. } => {
                let n = newest(n).unwrap_or_default();
                Some(format!("{} {n}", refusal.help()).trim_end().to_owned())
            }
            Self::Gone { newest: n, .. } => newest(n).or_else(|| {
                Some("Put the file back from a backup, or remove `.wb` to begin with an empty state.".into())
            }),
            Self::Held { far: true, holder, .. } => Some(far_help(holder.as_deref())),
            Self::Held { .. } | Self::BeingWritten { .. } => Some(
                "Wait for it, or use -lock-timeout. If its process is gone, the lock is gone with it.".into(),
            ),
            Self::NoLocks { .. } => Some(
                "Use another folder or backend, or -lock=false if nobody else works on this state.".into(),
            ),
            Self::Unconditional { .. } => Some(
                "Use a server that honours them, or set WB_S3_IGNORE_CONDITIONS=1 if nobody else ever works on this state.".into(),
            ),
            Self::Journal { error, .. } if error.is_damage() => Some(
                "Put the file back from a backup. Only this journal knows what its run has made since the last commit: move it away only if you have looked at what exists.".into(),
            ),
            Self::Fenced { .. } => Some("What was in flight is recorded; look who took the lock.".into()),
            _ => None,
        }
    }
}

/// A lock in a bucket: how long it holds without its holder.
fn far_help(holder: Option<&LockInfo>) -> String {
    match holder {
        Some(holder) if holder.is_ours() => {
            "Wait for it, or use -lock-timeout. If its process is gone, the lock is taken over a minute after its last sign of life.".to_owned()
        }
        Some(holder) => format!(
            "Wait for it, or use -lock-timeout. If its process is gone, `wb force-unlock {}` removes the lock.",
            holder.id
        ),
        None => "Wait for it, or use -lock-timeout.".to_owned(),
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, error } => {
                write!(f, "cannot {action} {}: {error}", path.display())
            }
            Self::Read { path, error, .. } => f.write_str(&error.in_file(&path.display())),
            Self::Crypt { path, error, .. } => write!(f, "{}: {error}", path.display()),
            Self::SealedNotes { path, error } => write!(
                f,
                "{}, which holds what other programs drop from the state, cannot be used: {error}",
                path.display()
            ),
            Self::Refused { path, refusal, lacking, .. } => {
                write!(f, "{}: {refusal}", path.display())?;
                lacking.iter().take(20).try_for_each(|l| write!(f, "\n  {l}"))?;
                match lacking.len().saturating_sub(20) {
                    0 => Ok(()),
                    more => write!(f, "\n  and {more} more"),
                }
            }
            Self::Gone { path, .. } => {
                write!(
                    f,
                    "{} is gone or empty, although states were committed to it",
                    path.display()
                )
            }
            Self::BeingWritten { path, holder } => {
                write!(f, "{} is just being written", path.display())?;
                holder.iter().try_for_each(|h| write!(f, " by {h}"))
            }
            Self::Sidecar { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Journal { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Fold { path, error } => write!(f, "{}: {error}", path.display()),
            Self::Held { path, holder, .. } => {
                write!(f, "the state {} is locked", path.display())?;
                holder.iter().try_for_each(|h| write!(f, " by {h}"))
            }
            Self::NoLocks { path } => {
                write!(
                    f,
                    "the file system of {} has no locks that Terraform respects",
                    path.display()
                )
            }
            Self::Fenced { path } => {
                write!(f, "the lock of {} is not ours any more", path.display())
            }
            Self::OtherLock { id, held } => write!(f, "the lock has the ID {held}, not {id}"),
            Self::Unconditional { place } => write!(
                f,
                "{place} ignores the conditions If-Match and If-None-Match: neither locks nor commits are safe there"
            ),
            Self::NotLocked => f.write_str("the state is not locked"),
            Self::NoSnapshot { serial } => {
                write!(f, "history has no snapshot with serial {serial}")
            }
            Self::Workspace { name, why } => write!(f, "workspace \"{name}\" {why}"),
            Self::OpenRun { run } => {
                write!(f, "run {run} of another lineage is still open and would be lost")
            }
            Self::Encode(why) => write!(f, "the state cannot be written: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}
