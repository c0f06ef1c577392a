//! What is on a simulated disk, and what of it is durable.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::Trouble;

/// A change of a file's content.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Bytes(usize, Vec<u8>),
    Len(usize),
}

impl Write {
    pub(super) fn make(&self, data: &mut Vec<u8>) {
        match self {
            Self::Bytes(offset, bytes) => {
                let end = offset + bytes.len();
                if data.len() < end {
                    data.resize(end, 0);
                }
                data[*offset..end].copy_from_slice(bytes);
            }
            Self::Len(len) => data.resize(*len, 0),
        }
    }
}

#[derive(Clone, Default, Debug)]
pub(super) struct Inode {
    pub(super) data: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) pending: Vec<Write>,
}

impl Inode {
    pub(super) fn apply(&mut self, write: Write) {
        write.make(&mut self.data);
        self.pending.push(write);
    }

    pub(super) fn sync(&mut self) {
        self.durable.clone_from(&self.data);
        self.pending.clear();
    }
}

/// A change of names in a folder.
#[derive(Clone, Debug)]
pub(super) enum NameOp {
    Link(PathBuf, u64),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf, u64),
    MakeDir(PathBuf),
    RemoveDir(PathBuf),
}

impl NameOp {
    fn folder(&self) -> &Path {
        let path = match self {
            Self::Link(p, _) | Self::Unlink(p) | Self::Rename(_, p, _) => p,
            Self::MakeDir(p) | Self::RemoveDir(p) => p,
        };
        path.parent().unwrap_or(Path::new(""))
    }

    pub(super) fn make(&self, names: &mut Names) {
        match self {
            Self::Link(path, id) => {
                names.files.insert(path.clone(), *id);
            }
            Self::Unlink(path) => {
                names.files.remove(path);
            }
            Self::Rename(from, to, id) => {
                if names.files.get(from) == Some(id) {
                    names.files.remove(from);
                }
                names.files.insert(to.clone(), *id);
            }
            Self::MakeDir(path) => {
                names.dirs.insert(path.clone());
            }
            Self::RemoveDir(path) => {
                names.dirs.remove(path);
            }
        }
    }
}

#[derive(Clone, Default, Debug)]
pub(super) struct Names {
    pub(super) files: BTreeMap<PathBuf, u64>,
    pub(super) dirs: BTreeSet<PathBuf>,
}

#[derive(Clone, Default, Debug)]
pub(super) struct World {
    pub(super) inodes: BTreeMap<u64, Inode>,
    pub(super) names: Names,
    pub(super) durable_names: Names,
    pub(super) pending_names: Vec<NameOp>,
    pub(super) locks: BTreeMap<u64, u64>,
    pub(super) handles: u64,
    pub(super) operations: u64,
    pub(super) file_syncs: u64,
    pub(super) dir_syncs: u64,
    pub(super) trouble: Option<(u64, Trouble)>,
    pub(super) log: Vec<String>,
}

impl World {
    /// Counts an operation, and lets it fail if it is to.
    pub(super) fn step(&mut self, what: &str, path: &Path, needs_space: bool) -> io::Result<()> {
        self.operations += 1;
        self.log.push(format!("{} {what} {}", self.operations, path.display()));
        match self.trouble {
            Some((at, Trouble::Stop)) if self.operations >= at => {
                Err(io::Error::other("the power is off"))
            }
            Some((at, Trouble::Fail(kind))) if self.operations == at => Err(kind.into()),
            Some((at, Trouble::FullFrom)) if self.operations >= at && needs_space => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn step_file(&mut self, what: &str, id: u64, needs_space: bool) -> io::Result<()> {
        let path = self.names.files.iter().find(|(_, i)| **i == id).map(|(p, _)| p.clone());
        self.step(what, &path.unwrap_or_default(), needs_space)
    }

    pub(super) fn lookup(&self, path: &Path) -> io::Result<u64> {
        self.names.files.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(super) fn inode(&mut self, id: u64) -> &mut Inode {
        self.inodes.entry(id).or_default()
    }

    pub(super) fn add(&mut self, inode: Inode) -> u64 {
        let id = self.inodes.keys().next_back().map_or(1, |last| last + 1);
        self.inodes.insert(id, inode);
        id
    }

    pub(super) fn is_dir(&self, path: &Path) -> bool {
        path.as_os_str().is_empty() || path == Path::new(".") || self.names.dirs.contains(path)
    }

    pub(super) fn need_parent(&self, path: &Path) -> io::Result<()> {
        if self.is_dir(path.parent().unwrap_or(Path::new(""))) {
            Ok(())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    pub(super) fn list(&self, path: &Path) -> Vec<String> {
        let path = if path == Path::new(".") { Path::new("") } else { path };
        let all = self.names.files.keys().chain(&self.names.dirs);
        let mut names: Vec<String> = all
            .filter(|p| p.parent() == Some(path))
            .filter_map(|p| Some(p.file_name()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        names
    }

    pub(super) fn rename_op(&mut self, op: NameOp) {
        op.make(&mut self.names);
        self.pending_names.push(op);
    }

    pub(super) fn sync_names(&mut self, folder: &Path) {
        let folder = if folder == Path::new(".") { Path::new("") } else { folder };
        let (now, later): (Vec<NameOp>, Vec<NameOp>) =
            self.pending_names.drain(..).partition(|op| op.folder() == folder);
        for op in now {
            op.make(&mut self.durable_names);
        }
        self.pending_names = later;
    }

    pub(super) fn place(&mut self, path: &Path, bytes: &[u8]) {
        let mut folder = path.parent();
        while let Some(dir) = folder.filter(|d| !d.as_os_str().is_empty()) {
            self.names.dirs.insert(dir.to_path_buf());
            self.durable_names.dirs.insert(dir.to_path_buf());
            folder = dir.parent();
        }
        let inode = Inode { data: bytes.to_vec(), durable: bytes.to_vec(), pending: Vec::new() };
        let id = self.add(inode);
        self.names.files.insert(path.to_path_buf(), id);
        self.durable_names.files.insert(path.to_path_buf(), id);
    }

    pub(super) fn after_kill(&self) -> Self {
        Self {
            inodes: self.inodes.clone(),
            names: self.names.clone(),
            durable_names: self.durable_names.clone(),
            pending_names: self.pending_names.clone(),
            ..Self::default()
        }
    }
}
