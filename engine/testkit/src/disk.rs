//! A disk that can lose power.
//!
//! [`SimDisk`] is a [`Disk`] in memory that remembers what has been made durable and what has not. It can stop at any
//! operation, as a killed process or a power cut would, or let an operation fail. [`SimDisk::outcomes`] then gives the
//! disks that a file system may legally show afterwards: of the writes to a file since its last sync, any sectors; of the
//! names given or taken in a folder since its last sync, any. All is a function of the operations and a seed.

mod outcome;
mod world;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use wb_store::{Disk, DiskFile, Open};

use world::{Inode, NameOp, World, Write};

/// What happens at an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// It and all later ones fail: the process is gone, or the power.
    Stop,
    /// It fails once.
    Fail(io::ErrorKind),
    /// It and all later ones that need space fail.
    FullFrom,
}

/// A disk in memory.
#[derive(Clone, Debug)]
pub struct SimDisk(Arc<Mutex<World>>);

impl Default for SimDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl SimDisk {
    /// An empty disk. Relative paths are below its root folder, which is durable.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(World::default())))
    }

    /// Puts a durable file there, and durable folders above it.
    pub fn place(&self, path: impl AsRef<Path>, bytes: &[u8]) {
        self.world().place(path.as_ref(), bytes);
    }

    /// Arms trouble for the operation with this number, the next one being 1.
    pub fn arm(&self, operation: u64, trouble: Trouble) {
        let mut world = self.world();
        let at = world.operations + operation;
        world.trouble = Some((at, trouble));
    }

    /// How many operations there were.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.world().operations
    }

    /// How many of them were syncs of files, and of folders.
    #[must_use]
    pub fn syncs(&self) -> (u64, u64) {
        let world = self.world();
        (world.file_syncs, world.dir_syncs)
    }

    /// The operations since the beginning, one a line, to see what a number means.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.world().log.clone()
    }

    /// The disk as other processes see it when this one is killed: nothing is lost but locks.
    #[must_use]
    pub fn after_kill(&self) -> Self {
        Self(Arc::new(Mutex::new(self.world().after_kill())))
    }

    /// Disks that a power cut now may leave: all of them where they are at most `most`, else the extremes and others
    /// drawn with `seed`.
    #[must_use]
    pub fn outcomes(&self, most: usize, seed: u64) -> Vec<Self> {
        let worlds = outcome::outcomes(&self.world(), most, seed);
        worlds.into_iter().map(|w| Self(Arc::new(Mutex::new(w)))).collect()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Disk for SimDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut world = self.world();
        world.step("read", path, false)?;
        let id = world.lookup(path)?;
        Ok(world.inode(id).data.clone())
    }

    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>> {
        let mut world = self.world();
        world.step("open", path, how != Open::Existing)?;
        let id = match (world.lookup(path), how) {
            (Ok(_), Open::New) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Ok(id), _) => id,
            (Err(e), Open::Existing) => return Err(e),
            (Err(_), _) => {
                world.need_parent(path)?;
                let id = world.add(Inode::default());
                world.rename_op(NameOp::Link(path.to_path_buf(), id));
                id
            }
        };
        world.handles += 1;
        let handle = world.handles;
        Ok(Box::new(SimFile { disk: self.clone(), id, handle }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.step("rename", to, false)?;
        let id = world.lookup(from)?;
        world.need_parent(to)?;
        world.rename_op(NameOp::Rename(from.to_path_buf(), to.to_path_buf(), id));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.step("remove", path, false)?;
        world.lookup(path)?;
        world.rename_op(NameOp::Unlink(path.to_path_buf()));
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.step("remove_dir", path, false)?;
        if !world.is_dir(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if !world.list(path).is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        world.rename_op(NameOp::RemoveDir(path.to_path_buf()));
        Ok(())
    }

    fn make_dir(&self, path: &Path) -> io::Result<bool> {
        let mut world = self.world();
        world.step("make_dir", path, true)?;
        if world.is_dir(path) {
            return Ok(false);
        }
        world.need_parent(path)?;
        world.rename_op(NameOp::MakeDir(path.to_path_buf()));
        Ok(true)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut world = self.world();
        world.step("list", path, false)?;
        Ok(world.list(path))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.step("sync_dir", path, false)?;
        world.dir_syncs += 1;
        world.sync_names(path);
        Ok(())
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    id: u64,
    handle: u64,
}

impl SimFile {
    fn write(&self, what: &'static str, write: Write) -> io::Result<()> {
        let mut world = self.disk.world();
        world.step_file(what, self.id, true)?;
        world.inode(self.id).apply(write);
        Ok(())
    }
}

impl DiskFile for SimFile {
    fn read_all(&mut self) -> io::Result<Vec<u8>> {
        let mut world = self.disk.world();
        world.step_file("read_all", self.id, false)?;
        Ok(world.inode(self.id).data.clone())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        self.write("write_at", Write::Bytes(offset, bytes.to_vec()))
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(io::Error::other)?;
        self.write("set_len", Write::Len(len))
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut world = self.disk.world();
        world.step_file("sync", self.id, false)?;
        world.file_syncs += 1;
        world.inode(self.id).sync();
        Ok(())
    }

    fn is_at(&self, path: &Path) -> io::Result<bool> {
        let mut world = self.disk.world();
        world.step("is_at", path, false)?;
        Ok(world.lookup(path).is_ok_and(|id| id == self.id))
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        let mut world = self.disk.world();
        world.step_file("try_lock", self.id, false)?;
        let holder = *world.locks.entry(self.id).or_insert(self.handle);
        Ok(holder == self.handle)
    }

    fn is_locked(&mut self) -> io::Result<bool> {
        let mut world = self.disk.world();
        world.step_file("is_locked", self.id, false)?;
        Ok(world.locks.get(&self.id).is_some_and(|h| *h != self.handle))
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut world = self.disk.world();
        if world.locks.get(&self.id) == Some(&self.handle) {
            world.locks.remove(&self.id);
        }
    }
}
