//! The folder of wb's own beside a state.

use std::path::{Path, PathBuf};

use super::{Place, write_plainly};
use crate::{Disk, StoreError, make_dirs};

/// `.wb/state/WORKSPACE` or `.wb/file/NAME`.
#[derive(Clone, Debug)]
pub(super) struct Area {
    /// The folder `.wb`.
    root: PathBuf,
    pub(super) dir: PathBuf,
}

impl Area {
    pub(super) fn of(place: &Place, workspace: &str) -> Self {
        let (root, below) = match place {
            Place::Embedded(folder) => (folder.join(".wb"), Path::new("state").join(workspace)),
            Place::File(path) => {
                let name = path.file_name().unwrap_or_default();
                (path.with_file_name(".wb"), Path::new("file").join(name))
            }
        };
        Self { dir: root.join(below), root }
    }

    pub(super) fn history(&self) -> PathBuf {
        self.dir.join("history")
    }

    pub(super) fn runs(&self) -> PathBuf {
        self.dir.join("journals")
    }

    pub(super) fn sidecar(&self) -> PathBuf {
        self.dir.join("meta")
    }

    pub(super) fn next(&self) -> PathBuf {
        self.dir.join("next")
    }

    /// Makes the folders, durably.
    pub(super) fn make(&self, disk: &dyn Disk) -> Result<(), StoreError> {
        for dir in [self.history(), self.runs()] {
            make_dirs(disk, &dir).map_err(StoreError::io("make", &dir))?;
        }
        let ignore = self.root.join(".gitignore");
        if disk.read(&ignore).is_err() {
            write_plainly(disk, &ignore, b"*\n").map_err(StoreError::io("write", &ignore))?;
        }
        Ok(())
    }
}
