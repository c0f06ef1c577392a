//! Archives, unpacked.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;

use crate::{FetchError, tree};

/// How an archive is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Tar,
    TarGz,
    Zip,
}

/// So much may come out of an archive.
const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// And so many files.
const MOST_ENTRIES: usize = 1_000_000;

impl Format {
    /// What the name of a file, or the argument `archive`, says.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let has = |endings: &[&str]| {
            endings
                .iter()
                .any(|e| name.strip_suffix(e).is_some_and(|r| r.is_empty() || r.ends_with('.')))
        };
        if has(&["tar.gz", "tgz"]) {
            Some(Self::TarGz)
        } else if has(&["tar"]) {
            Some(Self::Tar)
        } else if has(&["zip"]) {
            Some(Self::Zip)
        } else {
            None
        }
    }
}

/// Unpacks an archive into a folder that is not there yet.
pub(crate) fn unpack(file: File, format: Format, into: &Path) -> Result<(), FetchError> {
    fs::create_dir_all(into).map_err(FetchError::io("make", into))?;
    match format {
        Format::Tar => tar(file, into),
        Format::TarGz => tar(GzDecoder::new(file), into),
        Format::Zip => zip(file, into),
    }
}

/// Where entries go, and how much may still come.
struct Target<'a> {
    root: &'a Path,
    left: u64,
    entries: usize,
}

impl Target<'_> {
    /// The place of an entry, which must be below the folder.
    fn place(&mut self, name: &Path) -> Result<PathBuf, FetchError> {
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            return Err(FetchError::TooLarge);
        }
        let mut place = self.root.to_path_buf();
        for part in name.components() {
            match part {
                Component::Normal(part) => place.push(part),
                Component::CurDir => {}
                _ => return Err(unsafe_name(name)),
            }
        }
        // A link of the same archive must not lead out of the folder either.
        let mut at = self.root.to_path_buf();
        for part in place.strip_prefix(self.root).unwrap_or(Path::new("")).components() {
            at.push(part);
            if at != place && at.is_symlink() {
                return Err(unsafe_name(name));
            }
        }
        Ok(place)
    }

    fn file(&mut self, place: &Path, mode: u32, content: &mut dyn Read) -> Result<(), FetchError> {
        self.parent(place)?;
        let mode = if mode & 0o111 == 0 { 0o644 } else { 0o755 };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(mode);
        let mut file = options.open(place).map_err(FetchError::io("write", place))?;
        let written = io::copy(&mut content.take(self.left + 1), &mut file);
        let written = written.map_err(FetchError::io("unpack", place))?;
        self.left = self.left.checked_sub(written).ok_or(FetchError::TooLarge)?;
        file.flush().map_err(FetchError::io("write", place))
    }

    fn link(&mut self, name: &Path, place: &Path, to: &Path) -> Result<(), FetchError> {
        let from = place.parent().unwrap_or(self.root);
        if to.is_absolute() || !tree::stays_within(self.root, &from.join(to)) {
            return Err(unsafe_name(name));
        }
        self.parent(place)?;
        symlink(to, place).map_err(FetchError::io("make", place))
    }

    fn folder(&self, place: &Path) -> Result<(), FetchError> {
        fs::create_dir_all(place).map_err(FetchError::io("make", place))
    }

    fn parent(&self, place: &Path) -> Result<(), FetchError> {
        self.folder(place.parent().unwrap_or(self.root))
    }
}

fn tar(content: impl Read, into: &Path) -> Result<(), FetchError> {
    let mut target = Target { root: into, left: MOST_BYTES, entries: 0 };
    let mut archive = tar::Archive::new(content);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = entry.path().map_err(broken)?.into_owned();
        let kind = entry.header().entry_type();
        if kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let place = target.place(&name)?;
        if kind.is_dir() {
            target.folder(&place)?;
        } else if kind.is_file() {
            let mode = entry.header().mode().unwrap_or(0o644);
            target.file(&place, mode, &mut entry)?;
        } else if kind.is_symlink() {
            let to = entry.link_name().map_err(broken)?.unwrap_or_default().into_owned();
            target.link(&name, &place, &to)?;
        } else {
            return Err(unsafe_name(&name));
        }
    }
    Ok(())
}

fn zip(file: File, into: &Path) -> Result<(), FetchError> {
    const LINK: u32 = 0o120_000;
    let mut target = Target { root: into, left: MOST_BYTES, entries: 0 };
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(error.into()))?;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|error| broken(error.into()))?;
        let name = entry.name().map_err(|error| broken(error.into()))?;
        let name = PathBuf::from(&*name);
        let place = target.place(&name)?;
        let mode = entry.unix_mode().unwrap_or(0o644);
        if entry.is_dir() {
            target.folder(&place)?;
        } else if mode & 0o170_000 == LINK {
            let mut to = String::new();
            (&mut entry).take(4096).read_to_string(&mut to).map_err(broken)?;
            target.link(&name, &place, Path::new(&to))?;
        } else {
            target.file(&place, mode, &mut entry)?;
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err wants")]
fn broken(error: io::Error) -> FetchError {
    FetchError::Server { said: format!("the archive is damaged: {error}") }
}

fn unsafe_name(name: &Path) -> FetchError {
    FetchError::Unsafe { name: name.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(entries: &[(&str, &str)]) -> File {
        let mut builder = tar::Builder::new(tempfile::tempfile().unwrap());
        for (name, content) in entries {
            let mut header = tar::Header::new_gnu();
            let is_link = content.starts_with("->");
            header.set_entry_type(if is_link {
                tar::EntryType::Symlink
            } else {
                tar::EntryType::Regular
            });
            // What the crate would refuse to write is written as it is.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_mode(0o755);
            let content = if let Some(to) = content.strip_prefix("->") {
                header.as_old_mut().linkname[..to.len()].copy_from_slice(to.as_bytes());
                ""
            } else {
                content
            };
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append(&header, content.as_bytes()).unwrap();
        }
        let mut file = builder.into_inner().unwrap();
        io::Seek::rewind(&mut file).unwrap();
        file
    }

    #[test]
    fn nothing_leaves_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("x");
        unpack(archive(&[("a/main.tf", "1"), ("b.tf", "->a/main.tf")]), Format::Tar, &into)
            .unwrap();
        assert_eq!(fs::read_to_string(into.join("b.tf")).unwrap(), "1");
        for (n, entries) in [
            &[("../evil", "1")][..],
            &[("/evil", "1")],
            &[("l", "->../../etc")],
            &[("l", "->/etc")],
            &[("l", "->."), ("l/a", "1")],
        ]
        .iter()
        .enumerate()
        {
            let into = dir.path().join(n.to_string());
            let error = unpack(archive(entries), Format::Tar, &into).unwrap_err();
            assert!(matches!(error, FetchError::Unsafe { .. }), "{n}: {error}");
        }
        assert!(!dir.path().join("evil").exists());
    }

    #[test]
    fn names_say_how_an_archive_is_packed() {
        assert_eq!(Format::of("https://e/a.tar.gz"), Some(Format::TarGz));
        assert_eq!(Format::of("zip"), Some(Format::Zip));
        assert_eq!(Format::of("a.tgz"), Some(Format::TarGz));
        assert_eq!(Format::of("https://e/tar"), None);
        assert_eq!(Format::of("https://e/a"), None);
    }
}
