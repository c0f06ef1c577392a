//! The workspaces of a stack in a bucket.

use std::path::PathBuf;
use std::sync::Arc;

use wb_crypt::Cipher;

use super::RemoteStore;
use super::attempts::Attempts;
use super::bucket::{Bucket, Clock};
use super::layout::{DEFAULT, Keys, Layout};
use crate::local::area::Area;
use crate::store::Ambient;
use crate::{Disk, StoreError};

/// Where all states of a stack are, in a bucket.
#[derive(Clone, Debug)]
pub struct Remote {
    pub bucket: Arc<dyn Bucket>,
    pub clock: Arc<dyn Clock>,
    pub keys: Keys,
    /// The stack's folder, in whose `.wb` this machine keeps journals.
    pub folder: PathBuf,
    /// How often a request is tried again.
    pub retries: u32,
    /// Whether the user knows that the server ignores conditions, and goes on.
    pub ignores_conditions: bool,
    /// Whether copies and signs of life are sent beside the work. Tests want no thread.
    pub background: bool,
}

/// How to open a store in a bucket.
#[derive(Clone, Debug)]
pub struct RemoteOptions {
    pub workspace: String,
    /// False for `-lock=false`.
    pub lock: bool,
    /// How many snapshots are kept.
    pub history: usize,
    /// What to write as the writer's version: the version of Terraform that wb stands for.
    pub terraform_version: String,
    /// `user@host`, for the lock.
    pub who: String,
    /// How what is kept is encrypted.
    pub cipher: Cipher,
}

impl Remote {
    fn attempts(&self) -> Attempts {
        Attempts {
            bucket: Arc::clone(&self.bucket),
            clock: Arc::clone(&self.clock),
            retries: self.retries,
        }
    }

    /// Where a workspace's state is, as users know it.
    #[must_use]
    pub fn place(&self, workspace: &str) -> String {
        format!("{}/{}", self.bucket.name(), self.keys.state(workspace))
    }

    fn area(&self, workspace: &str) -> Area {
        let name = format!("{} {}", self.bucket.server(), self.place(workspace));
        Area::remote(&self.folder, &name)
    }

    #[must_use]
    pub fn open(
        &self,
        disk: Arc<dyn Disk>,
        ambient: Box<dyn Ambient>,
        options: RemoteOptions,
    ) -> RemoteStore {
        RemoteStore {
            attempts: self.attempts(),
            layout: Layout { state: self.keys.state(&options.workspace) },
            disk,
            area: self.area(&options.workspace),
            ambient,
            options,
            background: self.background,
            ignores_conditions: self.ignores_conditions,
            held: None,
            pump: None,
            seen: None,
            found_beat: false,
            lineage: None,
        }
    }

    /// All that exist, the default one first, whether or not it has a state.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn list(&self) -> Result<Vec<String>, StoreError> {
        let listing = self.attempts().list(&self.keys.others())?;
        let names = listing.objects.iter().filter_map(|o| self.keys.workspace(&o.key));
        let mut others: Vec<String> = names.map(str::to_owned).filter(|n| n != DEFAULT).collect();
        others.sort();
        Ok(std::iter::once(DEFAULT.to_owned()).chain(others).collect())
    }

    /// Removes a workspace and all that is kept of it. Whoever calls has looked whether something would be lost, and
    /// holds its lock.
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
        let attempts = self.attempts();
        let layout = Layout { state: self.keys.state(workspace) };
        let listing = attempts.list(&layout.beside())?;
        let ours = listing.objects.into_iter().map(|object| object.key);
        let (meta, mut keys): (Vec<String>, Vec<String>) =
            ours.filter(|key| layout.part(key).is_some()).partition(|key| *key == layout.meta());
        // A state without what is known of it is one that another program wrote; the other way round, it is lost.
        attempts.delete(&meta)?;
        keys.push(layout.state);
        attempts.delete(&keys)?;
        let area = self.area(workspace);
        crate::local::clear_area(disk, &area)
    }
}
