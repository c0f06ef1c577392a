//! Writing, checking and removing files.
//!
//! A file appears under its name whole or not at all: it is written beside and renamed. Nothing is flushed to the disk: what
//! power loss leaves unwritten is seen when the file is read next, and written again.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use wb_sdk::{Context, ErrorKind, OpError};

use super::content::{failed, read, sha1_of};
use super::permission::bits;
use crate::source::hex;

/// A file to be written.
pub(crate) struct Target<'a> {
    pub(crate) filename: &'a str,
    pub(crate) file_permission: &'a str,
    pub(crate) directory_permission: &'a str,
    /// Tells attempts at one step from those at another.
    pub(crate) token: &'a str,
}

impl Target<'_> {
    pub(crate) fn write(&self, content: &[u8], context: &Context) -> Result<(), OpError> {
        let path = context.work_dir.join(self.filename);
        let mode = bits(self.file_permission).unwrap_or(0o600);
        self.make_folder(&path)
            .and_then(|()| self.put(&path, mode, content))
            .map_err(|error| failed("write", self.filename, &error))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
            return Ok(());
        };
        let mode = bits(self.directory_permission).unwrap_or(0o700);
        DirBuilder::new().recursive(true).mode(mode).create(folder)
    }

    fn put(&self, path: &Path, mode: u32, content: &[u8]) -> io::Result<()> {
        // Links lead to the file that is meant; a pipe or device is written to, not replaced.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => {
                return OpenOptions::new().write(true).open(path)?.write_all(content);
            }
            _ => {}
        }
        let beside = self.beside(path);
        // One that is left from an attempt that was cut off may have other permissions.
        if let Err(error) = fs::remove_file(&beside)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&beside)
            .and_then(|mut file| file.write_all(content))
            .and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // The error that matters is the first.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn beside(&self, path: &Path) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.token.as_bytes()).update(path.as_os_str().as_encoded_bytes());
        let name = hex(&hasher.finalize().as_bytes()[..8]);
        path.with_file_name(format!(".wb-{name}"))
    }
}

/// Whether the file is there, with content of this checksum.
pub(crate) fn is_there(filename: &str, sha1: &str, context: &Context) -> Result<bool, OpError> {
    match read(&context.work_dir.join(filename)) {
        Ok(content) => Ok(sha1_of(&content) == sha1),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("read", filename, &error)),
    }
}

/// Removes the file, if it is the one with content of this checksum. One that is gone is as good as removed; one of other
/// content has been written by somebody else since, perhaps by what replaces this object.
pub(crate) fn remove(filename: &str, sha1: &str, context: &Context) -> Result<(), OpError> {
    if !is_there(filename, sha1, context)? {
        return Ok(());
    }
    match fs::remove_file(context.work_dir.join(filename)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("remove", filename, &error))
        }
        _ => Ok(()),
    }
}

/// Does what waits for the disk where nobody waits for it.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpError> + Send + 'static,
) -> Result<T, OpError> {
    let gone =
        || OpError::new(ErrorKind::Unexpected, "Interrupted", "The work on a file was cut off.");
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(gone()))
}
