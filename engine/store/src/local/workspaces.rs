//! The workspaces of a stack with a local store.

use std::path::{Path, PathBuf};

use super::Place;
use super::area::Area;
use crate::{Disk, StoreError};

pub(super) const DEFAULT: &str = "default";

/// Where a stack's workspaces are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Workspaces {
    /// In `.wb/state` of this folder.
    Embedded(PathBuf),
    /// The default workspace in this file, others in `NAME/terraform.tfstate` of this folder, as Terraform has them.
    Files { default: PathBuf, others: PathBuf },
}

impl Workspaces {
    /// All that exist, the default one first, whether or not it has a state.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn list(&self, disk: &dyn Disk) -> Result<Vec<String>, StoreError> {
        let dir = match self {
            Self::Embedded(folder) => folder.join(".wb").join("state"),
            Self::Files { others, .. } => others.clone(),
        };
        let names = disk.list(&dir).map_err(StoreError::io("list", &dir))?;
        let others = names.into_iter().filter(|n| n != DEFAULT && !n.starts_with('.'));
        Ok(std::iter::once(DEFAULT.to_owned()).chain(others).collect())
    }

    /// Where a workspace's state is or will be.
    #[must_use]
    pub fn place(&self, workspace: &str) -> Place {
        match self {
            Self::Embedded(folder) => Place::Embedded(folder.clone()),
            Self::Files { default, .. } if workspace == DEFAULT => Place::File(default.clone()),
            Self::Files { others, .. } => {
                Place::File(others.join(workspace).join("terraform.tfstate"))
            }
        }
    }

    /// Removes a workspace and all that is kept of it. Whoever calls has looked whether something would be lost, and
    /// holds its lock.
    ///
    /// What says most goes last, so that a removal that was cut off can be asked for again.
    ///
    /// # Errors
    /// For the default workspace, and where something cannot be removed.
    pub fn remove(&self, disk: &dyn Disk, workspace: &str) -> Result<(), StoreError> {
        if workspace == DEFAULT {
            let name = workspace.to_owned();
            return Err(StoreError::Workspace {
                name,
                why: "cannot be deleted: every stack has it",
            });
        }
        let place = self.place(workspace);
        let area = Area::of(&place, workspace);
        clear_area(disk, &area)?;
        if let Place::File(path) = &place {
            remove(disk, path)?;
            let dir = path.parent().unwrap_or(Path::new("."));
            for below in [".wb/file", ".wb"] {
                clear(disk, &dir.join(below))?;
            }
            clear(disk, dir)?;
        }
        Ok(())
    }
}

/// Removes all that is kept beside a state.
pub(crate) fn clear_area(disk: &dyn Disk, area: &Area) -> Result<(), StoreError> {
    for dir in [area.runs(), area.history(), area.dir.clone()] {
        clear(disk, &dir)?;
    }
    Ok(())
}

/// Removes the files of a folder, oldest name first, and the folder if nothing is left in it.
fn clear(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    let mut left = false;
    for name in disk.list(dir).map_err(StoreError::io("list", dir))? {
        // A folder stays for a call of its own; the last folder then goes with the rest.
        left |= remove(disk, &dir.join(name)).is_err();
    }
    if left {
        return Ok(());
    }
    match disk.remove_dir(dir) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io("remove", dir)(e)),
        _ => Ok(()),
    }
}

fn remove(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    match disk.remove(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(e))
        }
        _ => Ok(()),
    }
}
