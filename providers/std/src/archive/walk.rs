//! The files of a folder, in the order of their names.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use wb_sdk::{ErrorKind, OpError};

use super::glob::Pattern;
use super::pack::Entry;
use crate::files::content::failed;

/// What to leave out.
#[derive(Default)]
pub(super) struct Excluded {
    pub(super) patterns: Vec<Pattern>,
    pub(super) linked_folders: bool,
}

/// All files below a folder. Links are followed; the names are those within the archive.
pub(super) fn files(folder: &Path, excluded: &Excluded) -> Result<Vec<Entry>, OpError> {
    let mut walk = Walk { excluded, open: Vec::new(), found: Vec::new() };
    walk.folder(folder, "")?;
    Ok(walk.found)
}

/// One file, under its own name.
pub(super) fn file(path: &Path) -> Result<Entry, OpError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    read(path, name.unwrap_or_default())
}

struct Walk<'a> {
    excluded: &'a Excluded,
    /// The folders that this one lies in: a link back to one of them has no end.
    open: Vec<PathBuf>,
    found: Vec<Entry>,
}

impl Walk<'_> {
    fn folder(&mut self, path: &Path, name: &str) -> Result<(), OpError> {
        let fail = |error: io::Error| failed("archive", &path.to_string_lossy(), &error);
        let real = fs::canonicalize(path).map_err(fail)?;
        if self.open.contains(&real) {
            let why = format!("{}: a link leads back to a folder that it lies in.", path.display());
            return Err(OpError::new(ErrorKind::Invalid, "Cannot archive file", why));
        }
        self.open.push(real);
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            names.push(name.into_string().map_err(|name| {
                let why = format!("{}: the name {name:?} is not UTF-8.", path.display());
                OpError::new(ErrorKind::Invalid, "Cannot archive file", why)
            })?);
        }
        names.sort_unstable();
        for each in names {
            let inner = if name.is_empty() { each.clone() } else { format!("{name}/{each}") };
            if !self.excluded.patterns.iter().any(|pattern| pattern.matches(&inner)) {
                self.entry(&path.join(&each), inner)?;
            }
        }
        self.open.pop();
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: String) -> Result<(), OpError> {
        let fail = |error: io::Error| failed("archive", &path.to_string_lossy(), &error);
        let is_link = fs::symlink_metadata(path).map_err(fail)?.is_symlink();
        if fs::metadata(path).map_err(fail)?.is_dir() {
            if is_link && self.excluded.linked_folders {
                return Ok(());
            }
            return self.folder(path, &name);
        }
        self.found.push(read(path, name)?);
        Ok(())
    }
}

fn read(path: &Path, name: String) -> Result<Entry, OpError> {
    let fail = |error: io::Error| failed("archive", &path.to_string_lossy(), &error);
    let metadata = fs::metadata(path).map_err(fail)?;
    // Reading a pipe or a device may never end.
    if !metadata.is_file() {
        let why = format!("{} is not a regular file.", path.display());
        return Err(OpError::new(ErrorKind::Invalid, "Cannot archive file", why));
    }
    let content = fs::read(path).map_err(fail)?;
    Ok(Entry { name, mode: metadata.permissions().mode() & 0o7777, content })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, excluded: &Excluded) -> Result<Vec<String>, OpError> {
        Ok(files(folder, excluded)?.into_iter().map(|entry| entry.name).collect())
    }

    #[test]
    fn links_are_followed_and_patterns_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["in/b", "in/c/d", "out"] {
            fs::create_dir_all(at(path)).unwrap();
        }
        for path in ["in/a.txt", "in/b/a.txt", "in/c/d/x", "out/far"] {
            fs::write(at(path), path).unwrap();
        }
        std::os::unix::fs::symlink(at("out"), at("in/link")).unwrap();
        let mut excluded = Excluded::default();
        let all = ["a.txt", "b/a.txt", "c/d/x", "link/far"];
        assert_eq!(names(&at("in"), &excluded).unwrap(), all);
        excluded.linked_folders = true;
        excluded.patterns = ["c/**", "*.txt"].map(|p| Pattern::parse(p).unwrap()).into();
        assert_eq!(names(&at("in"), &excluded).unwrap(), ["b/a.txt"]);
    }

    #[test]
    fn a_link_to_where_it_lies_is_no_way() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        let why = names(folder.path(), &Excluded::default()).unwrap_err();
        assert!(why.detail.contains("leads back"), "{why}");
    }
}
