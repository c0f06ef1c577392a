//! The folder of wb's own beside a state.

use std::path::{Path, PathBuf};

use wb_state::Digest;

use super::{Place, write_plainly};
use crate::{Disk, StoreError, make_dirs};

/// `.wb/state/WORKSPACE`, `.wb/file/NAME` or `.wb/remote/DIGEST`.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    /// The folder `.wb`.
    root: PathBuf,
    pub(crate) dir: PathBuf,
}

impl Area {
    pub(crate) fn of(place: &Place, workspace: &str) -> Self {
        let (root, below) = match place {
            Place::Embedded(folder) => (folder.join(".wb"), Path::new("state").join(workspace)),
            Place::File(path) => {
                let name = path.file_name().unwrap_or_default();
                (path.with_file_name(".wb"), Path::new("file").join(name))
            }
        };
        Self { dir: root.join(below), root }
    }

    /// What a machine keeps of a state in a bucket, which `name` tells from others: `.wb/remote/DIGEST`.
    pub(crate) fn remote(folder: &Path, name: &str) -> Self {
        let root = folder.join(".wb");
        let digest = Digest::of_bytes(name.as_bytes()).to_string();
        Self { dir: root.join("remote").join(&digest[..16]), root }
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.dir.join("history")
    }

    pub(crate) fn runs(&self) -> PathBuf {
        self.dir.join("journals")
    }

    pub(super) fn sidecar(&self) -> PathBuf {
        self.dir.join("meta")
    }

    /// Is there until history is encrypted as the state is.
    pub(super) fn reseal(&self) -> PathBuf {
        self.dir.join("reseal")
    }

    pub(super) fn next(&self) -> PathBuf {
        self.dir.join("next")
    }

    /// Makes the folders, durably.
    pub(crate) fn make(&self, disk: &dyn Disk) -> Result<(), StoreError> {
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
