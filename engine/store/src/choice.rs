//! Which store a stack has.
//!
//! A pure function of what is found on disk, so that the rules can be read and tested in one place. [`probe`] looks.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wb_state::v4::{HEAD_SIZE, StateHead};

use crate::{Disk, Place, StoreError, make_dirs, state_head, write_durable};

/// What `.wb/store` says: which store this stack uses. It is durable before anything happens outside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Record {
    Embedded { lineage: String },
    File { path: PathBuf, lineage: String },
}

impl Record {
    #[must_use]
    pub fn lineage(&self) -> &str {
        match self {
            Self::Embedded { lineage } | Self::File { lineage, .. } => lineage,
        }
    }

    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, disk: &dyn Disk, folder: &Path) -> Result<(), StoreError> {
        let dir = folder.join(".wb");
        make_dirs(disk, &dir).map_err(StoreError::io("make", &dir))?;
        let path = dir.join("store");
        let text = serde_json::to_vec(self).map_err(|e| StoreError::Encode(e.to_string()))?;
        write_durable(disk, &path, &text).map_err(StoreError::io("write", &path))?;
        disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))
    }
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Found {
    /// The kind of backend that the stack names.
    pub backend: Option<String>,
    /// The kind of backend that the data folder records.
    pub recorded_backend: Option<String>,
    /// `-state`.
    pub state_flag: Option<PathBuf>,
    /// `.wb/store`.
    pub record: Option<Record>,
    /// `terraform.tfstate`.
    pub state_file: Option<Facts>,
    /// Whether `terraform.tfstate.backup` or `terraform.tfstate.d` is there.
    pub file_traces: bool,
    /// The embedded store's last commit.
    pub embedded: Option<Facts>,
}

/// What tells which state it is, and how new.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    pub lineage: String,
    pub serial: u64,
}

/// The store to use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// What the stack's backend block says.
    Backend(String),
    /// A state file, because `-state` says so.
    Flag(PathBuf),
    Embedded,
    File {
        path: PathBuf,
        /// Whether it was chosen because Terraform's files are there, which is to be said.
        because_found: bool,
    },
}

/// Why there is no choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Undecided {
    /// The data folder records a backend that the stack no longer names.
    BackendGone { recorded: String },
    /// The embedded store is in use, and a state file beside it is another's or newer.
    TwoStates { embedded: Facts, file: Facts },
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BackendGone { recorded } => write!(
                f,
                "the stack's state is in a backend \"{recorded}\", which the stack does not name any more: run \
                 `wb init -migrate-state` to bring it here, or `wb init -reconfigure` to leave it there"
            ),
            Self::TwoStates { embedded, file } => write!(
                f,
                "there are two states: lineage {}, serial {} in .wb, and lineage {}, serial {} in terraform.tfstate; \
                 move one of them away, or name the file with -state",
                embedded.lineage, embedded.serial, file.lineage, file.serial
            ),
        }
    }
}

impl std::error::Error for Undecided {}

/// Chooses.
///
/// # Errors
/// Where a wrong choice would make twice what exists.
pub fn choose(found: &Found) -> Result<Choice, Undecided> {
    if let Some(backend) = &found.backend {
        return Ok(Choice::Backend(backend.clone()));
    }
    if let Some(path) = &found.state_flag {
        return Ok(Choice::Flag(path.clone()));
    }
    if let Some(recorded) = &found.recorded_backend {
        return Err(Undecided::BackendGone { recorded: recorded.clone() });
    }
    match &found.record {
        Some(Record::File { path, .. }) => {
            Ok(Choice::File { path: path.clone(), because_found: false })
        }
        Some(Record::Embedded { lineage }) => {
            let none = || Facts { lineage: lineage.clone(), serial: 0 };
            let embedded = found.embedded.clone().unwrap_or_else(none);
            match &found.state_file {
                Some(file) if file.lineage != embedded.lineage || file.serial > embedded.serial => {
                    Err(Undecided::TwoStates { embedded, file: file.clone() })
                }
                _ => Ok(Choice::Embedded),
            }
        }
        None if found.state_file.is_some() || found.file_traces => {
            Ok(Choice::File { path: PathBuf::from("terraform.tfstate"), because_found: true })
        }
        None => Ok(Choice::Embedded),
    }
}

/// Looks at a stack's folder. What the stack, the data folder and the command line say is for the caller to fill in.
///
/// # Errors
/// Where something is there and cannot be read; a state file that is no state counts as a trace of one.
pub fn probe(disk: &dyn Disk, folder: &Path, workspace: &str) -> Result<Found, StoreError> {
    let path = folder.join(".wb").join("store");
    let record: Option<Record> = match disk.read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|e| StoreError::Io {
            action: "understand",
            path: path.clone(),
            error: e.into(),
        })?),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(StoreError::io("read", &path)(e)),
    };
    let names = disk.list(folder).map_err(StoreError::io("list", folder))?;
    let traces = ["terraform.tfstate", "terraform.tfstate.backup", "terraform.tfstate.d"];
    // Where the record names this file, what is in it decides nothing.
    let state_file = match &record {
        Some(Record::File { path, .. }) if path == Path::new("terraform.tfstate") => None,
        _ => head(disk, &folder.join("terraform.tfstate"))
            .map(|head| Facts { lineage: head.lineage, serial: head.serial }),
    };
    let embedded = Place::Embedded(folder.to_path_buf()).newest_serial(disk, workspace)?;
    let lineage = record.as_ref().map_or("", Record::lineage).to_owned();
    Ok(Found {
        record,
        file_traces: names.iter().any(|n| traces.contains(&n.as_str())),
        state_file,
        embedded: embedded.map(|serial| Facts { lineage, serial }),
        ..Found::default()
    })
}

/// Which state a file holds, encrypted or not; nothing where there is none, or it is no state. Mostly the file's beginning tells.
#[must_use]
pub fn head(disk: &dyn Disk, path: &Path) -> Option<StateHead> {
    let start = disk.read_start(path, HEAD_SIZE).ok()?;
    match state_head(&start) {
        None if start.len() == HEAD_SIZE => state_head(&disk.read(path).ok()?),
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(lineage: &str, serial: u64) -> Option<Facts> {
        Some(Facts { lineage: lineage.to_owned(), serial })
    }

    fn embedded() -> Option<Record> {
        Some(Record::Embedded { lineage: "l".into() })
    }

    #[test]
    fn the_first_rule_that_applies_decides() {
        let none = Found::default();
        let file =
            |because_found| Ok(Choice::File { path: "terraform.tfstate".into(), because_found });
        let kept = Record::File { path: "terraform.tfstate".into(), lineage: "l".into() };
        let s3 = Some("s3".to_owned());
        let rows: Vec<(Found, Result<Choice, Undecided>)> = vec![
            (none.clone(), Ok(Choice::Embedded)),
            (
                Found {
                    backend: s3.clone(),
                    state_flag: Some("x".into()),
                    record: embedded(),
                    ..none.clone()
                },
                Ok(Choice::Backend("s3".into())),
            ),
            (
                Found {
                    state_flag: Some("x".into()),
                    recorded_backend: s3.clone(),
                    ..none.clone()
                },
                Ok(Choice::Flag("x".into())),
            ),
            (
                Found { recorded_backend: s3, record: embedded(), ..none.clone() },
                Err(Undecided::BackendGone { recorded: "s3".into() }),
            ),
            (Found { record: Some(kept), ..none.clone() }, file(false)),
            (Found { state_file: facts("l", 1), ..none.clone() }, file(true)),
            (Found { file_traces: true, ..none.clone() }, file(true)),
            (
                Found {
                    record: embedded(),
                    embedded: facts("l", 5),
                    state_file: facts("l", 5),
                    ..none.clone()
                },
                Ok(Choice::Embedded),
            ),
        ];
        for (i, (found, want)) in rows.into_iter().enumerate() {
            assert_eq!(choose(&found), want, "row {i}");
        }
    }

    #[test]
    fn a_state_file_that_is_anothers_or_newer_is_named() {
        for (lineage, serial) in [("m", 1), ("l", 6)] {
            let found = Found {
                record: embedded(),
                embedded: facts("l", 5),
                state_file: facts(lineage, serial),
                ..Found::default()
            };
            let message = choose(&found).unwrap_err().to_string();
            assert!(
                message.contains("serial 5 in .wb")
                    && message.contains(&format!("serial {serial} in terraform"))
            );
        }
    }
}
