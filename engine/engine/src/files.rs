//! Reading files that may be anything, and writing those that nobody else may read.
//!
//! What a stack names need not be a file: a pipe would block for ever, a device need not end, a link may lead to itself.
//! So a file is looked at before it is opened, and again once it is open, and read up to a bound.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use wb_lang::host::{DirEntry, FileError, FileKind};

/// The content of a regular file of at most `limit` bytes.
///
/// # Errors
/// For anything else, without waiting for it.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    regular(&fs::metadata(path).map_err(|e| error(&e))?, limit)?;
    // Somebody may have put a pipe in its place just now.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
        .open(path)
        .map_err(|e| error(&e))?;
    let metadata = file.metadata().map_err(|e| error(&e))?;
    regular(&metadata, limit)?;
    read_open(file, &metadata, limit)
}

/// Writes a file that only its owner can read, whole or not at all: it takes the place of what is at the path.
///
/// # Errors
/// As the system has them; then what was there is still there.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        // Nothing is there where it could not be made.
        let _ = fs::remove_file(&temporary);
    })
}

fn read_open(file: File, metadata: &Metadata, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    // A file may grow, and those of /proc have no length.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|e| error(&e))?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge(limit));
    }
    Ok(bytes)
}

fn regular(metadata: &Metadata, limit: u64) -> Result<(), FileError> {
    match kind_of(metadata.file_type()) {
        FileKind::Regular if metadata.len() > limit => Err(FileError::TooLarge(limit)),
        FileKind::Regular => Ok(()),
        kind => Err(FileError::NotRegular(kind)),
    }
}

/// What is at a path, links followed.
///
/// # Errors
/// Where nothing is, or that cannot be told.
pub fn kind(path: &Path) -> Result<FileKind, FileError> {
    fs::metadata(path).map(|metadata| kind_of(metadata.file_type())).map_err(|e| error(&e))
}

/// The names in a folder, in the order of their bytes. A name that is no UTF-8 has replacement characters, so that it
/// can be shown, and cannot be opened.
///
/// # Errors
/// Where it is no folder, or cannot be read.
pub fn list(path: &Path) -> Result<Vec<DirEntry>, FileError> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(|e| error(&e))? {
        let entry = entry.map_err(|e| error(&e))?;
        let file_type = entry.file_type().map_err(|e| error(&e))?;
        let kind = match file_type.is_symlink() {
            true => fs::metadata(entry.path()).ok().map(|metadata| kind_of(metadata.file_type())),
            false => Some(kind_of(file_type)),
        };
        entries.push(DirEntry { name: entry.file_name().to_string_lossy().into_owned(), kind });
    }
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn kind_of(file_type: FileType) -> FileKind {
    if file_type.is_file() {
        FileKind::Regular
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_char_device() || file_type.is_block_device() {
        FileKind::Device
    } else if file_type.is_fifo() {
        FileKind::NamedPipe
    } else if file_type.is_socket() {
        FileKind::Socket
    } else {
        FileKind::Other
    }
}

/// What the system says, as a problem with a file.
#[must_use]
pub fn error(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::NotFound => FileError::NotFound,
        _ => FileError::Other(words(error)),
    }
}

/// What the system says, in its words but without its number.
#[must_use]
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    // A sentence begins elsewhere.
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_regular_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("a"), "12345").unwrap();
        symlink("a", path("b")).unwrap();
        symlink("loop", path("loop")).unwrap();
        symlink("/dev/zero", path("zero")).unwrap();
        nix::unistd::mkfifo(&path("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let read = |name: &str| match read(&path(name), 5) {
            Ok(bytes) => String::from_utf8(bytes).unwrap(),
            Err(error) => error.to_string(),
        };
        assert_eq!(read("a"), "12345");
        assert_eq!(read("b"), "12345");
        assert_eq!(read("nothing"), "no such file or directory");
        assert_eq!(read("loop"), "too many levels of symbolic links");
        assert_eq!(read("zero"), "is a device node, not a regular file");
        assert_eq!(read("pipe"), "is a named pipe, not a regular file");
        assert_eq!(read(""), "is a directory, not a file");
        fs::write(path("a"), "123456").unwrap();
        assert_eq!(read("a"), "is larger than 5 bytes");
        let names: Vec<String> =
            list(dir.path()).unwrap().iter().map(|e| format!("{} {:?}", e.name, e.kind)).collect();
        assert_eq!(
            names,
            [
                "a Some(Regular)",
                "b Some(Regular)",
                "loop None",
                "pipe Some(NamedPipe)",
                "zero Some(Device)"
            ]
        );
    }
}
