//! All operations on files that stores need.

mod real;

use std::fmt::Debug;
use std::io;
use std::path::Path;

pub use real::RealDisk;
pub(crate) use real::uptime;

/// A file system. Durability is asked for: a file's content with [`DiskFile::sync`], names with [`Disk::sync_dir`].
pub trait Disk: Send + Sync + Debug {
    /// # Errors
    /// As the system has them; `NotFound` where there is no such file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The beginning of a file: so many bytes at most.
    ///
    /// # Errors
    /// As [`Disk::read`].
    fn read_start(&self, path: &Path, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = self.read(path)?;
        bytes.truncate(most);
        Ok(bytes)
    }
    /// # Errors
    /// As the system has them.
    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name, in one step; one that has the name already is gone then.
    ///
    /// # Errors
    /// As the system has them.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// # Errors
    /// As the system has them.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    ///
    /// # Errors
    /// As the system has them.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes a folder; says whether it was not there.
    ///
    /// # Errors
    /// As the system has them.
    fn make_dir(&self, path: &Path) -> io::Result<bool>;
    /// The names in a folder, sorted; none where it does not exist.
    ///
    /// # Errors
    /// As the system has them.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// As the system has them.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// How to open a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {
    /// It must be there.
    Existing,
    /// It must not be there.
    New,
    /// Whichever; its content stays.
    Either,
}

/// An open file.
pub trait DiskFile: Send + Debug {
    /// # Errors
    /// As the system has them.
    fn read_all(&mut self) -> io::Result<Vec<u8>>;
    /// # Errors
    /// As the system has them.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// # Errors
    /// As the system has them.
    fn set_len(&mut self, len: u64) -> io::Result<()>;
    /// Makes content and length durable.
    ///
    /// # Errors
    /// As the system has them.
    fn sync(&mut self) -> io::Result<()>;
    /// Whether this path leads to this very file: another program may have removed it, or put another in its place.
    ///
    /// # Errors
    /// As the system has them.
    fn is_at(&self, path: &Path) -> io::Result<bool>;
    /// Takes the exclusive lock that Terraform's locks respect, without waiting; false where another has it. It holds
    /// until the file is closed.
    ///
    /// # Errors
    /// `Unsupported` where the file system has no such locks.
    fn try_lock(&mut self) -> io::Result<bool>;
    /// Whether another holds that lock.
    ///
    /// # Errors
    /// `Unsupported` where the file system has no such locks.
    fn is_locked(&mut self) -> io::Result<bool>;
}

/// Makes a folder and those above it, durably, below one that is there.
///
/// # Errors
/// As the system has them.
pub fn make_dirs(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let mut missing = Vec::new();
    let mut at = Some(path);
    while let Some(dir) = at.filter(|d| !d.as_os_str().is_empty()) {
        match disk.make_dir(dir) {
            Ok(created) => {
                if created {
                    sync_parent(disk, dir)?;
                }
                break;
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => missing.push(dir),
            Err(e) => return Err(e),
        }
        at = dir.parent();
    }
    for dir in missing.into_iter().rev() {
        disk.make_dir(dir)?;
        sync_parent(disk, dir)?;
    }
    Ok(())
}

fn sync_parent(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => disk.sync_dir(parent),
        Some(_) => disk.sync_dir(Path::new(".")),
        None => Ok(()),
    }
}

/// Writes a whole file under a name at which nobody else has a file open, in one step. The content is durable before
/// the name; making the name durable is left to [`Disk::sync_dir`], so that several names take one.
///
/// # Errors
/// As the system has them; what was there before is there still.
pub fn write_durable(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_file(disk, path, bytes, true)
}

/// As [`write_durable`], where power loss may leave anything under the name.
///
/// # Errors
/// As the system has them; what was there before is there still.
pub(crate) fn write_swiftly(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_file(disk, path, bytes, false)
}

fn replace_file(disk: &dyn Disk, path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let temporary = path.with_file_name(format!(".{name}.tmp"));
    let mut file = disk.open(&temporary, Open::Either)?;
    let written = file
        .set_len(0)
        .and_then(|()| file.write_at(0, bytes))
        .and_then(|()| if durable { file.sync() } else { Ok(()) })
        .and_then(|()| disk.rename(&temporary, path));
    if written.is_err() {
        // The space is wanted for what matters more; that the name stays is harmless.
        drop(file);
        disk.remove(&temporary).unwrap_or_default();
    }
    written
}
