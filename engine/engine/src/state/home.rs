//! Where all workspaces of a stack are.

use std::sync::Arc;

use wb_crypt::Cipher;
use wb_store::remote::{Remote, RemoteOptions};
use wb_store::{Disk, LocalStore, Options, Place, Store, StoreError, Workspaces};

use super::{HISTORY, terraform_version};
use crate::Ambience;

/// On this machine, or in a bucket.
#[derive(Clone, Debug)]
pub enum Home {
    Local(Workspaces),
    Bucket(Remote),
}

/// How a store is to be opened.
#[derive(Clone, Debug)]
pub(super) struct Opening<'a> {
    pub(super) disk: &'a Arc<dyn Disk>,
    pub(super) ambience: &'a Ambience,
    pub(super) workspace: &'a str,
    pub(super) lock: bool,
    /// The lineage that is known.
    pub(super) lineage: Option<String>,
    pub(super) who: &'a str,
    pub(super) cipher: &'a Cipher,
}

impl Home {
    /// All workspaces, the default one first, whether or not it has a state.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn list(&self, disk: &dyn Disk) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Local(workspaces) => workspaces.list(disk),
            Self::Bucket(remote) => remote.list(),
        }
    }

    /// Removes a workspace and all that is kept of it. Whoever calls has looked whether something would be lost.
    ///
    /// # Errors
    /// For the default workspace, and where something cannot be removed.
    pub fn remove(&self, disk: &dyn Disk, workspace: &str) -> Result<(), StoreError> {
        match self {
            Self::Local(workspaces) => workspaces.remove(disk, workspace),
            Self::Bucket(remote) => remote.remove(disk, workspace),
        }
    }

    /// Where a workspace's state is on this machine; nothing where it is in a bucket.
    #[must_use]
    pub fn place(&self, workspace: &str) -> Option<Place> {
        match self {
            Self::Local(workspaces) => Some(workspaces.place(workspace)),
            Self::Bucket(_) => None,
        }
    }

    /// Whether both are one place.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Local(one), Self::Local(other)) => one == other,
            (Self::Bucket(one), Self::Bucket(other)) => {
                let address = |remote: &Remote| (remote.bucket.server(), remote.bucket.name());
                address(one) == address(other) && one.keys == other.keys
            }
            _ => false,
        }
    }

    pub(super) fn open(&self, opening: Opening<'_>) -> Box<dyn Store> {
        match self {
            Self::Local(workspaces) => open_place(workspaces.place(opening.workspace), opening),
            Self::Bucket(remote) => {
                let options = RemoteOptions {
                    workspace: opening.workspace.to_owned(),
                    lock: opening.lock,
                    history: HISTORY,
                    terraform_version: terraform_version(),
                    who: opening.who.to_owned(),
                    cipher: opening.cipher.clone(),
                };
                let ambient = Box::new(opening.ambience.clone());
                Box::new(remote.open(Arc::clone(opening.disk), ambient, options))
            }
        }
    }
}

/// A state at a place of this machine.
pub(super) fn open_place(place: Place, opening: Opening<'_>) -> Box<dyn Store> {
    let options = Options {
        place,
        workspace: opening.workspace.to_owned(),
        lock: opening.lock,
        history: HISTORY,
        lineage: opening.lineage,
        terraform_version: terraform_version(),
        who: opening.who.to_owned(),
        cipher: opening.cipher.clone(),
    };
    let ambient = Box::new(opening.ambience.clone());
    Box::new(LocalStore::new(Arc::clone(opening.disk), ambient, options))
}
