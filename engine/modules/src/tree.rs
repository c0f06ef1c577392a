//! Folders of packages: copied, and put in their place.

use std::fs;
use std::path::{Path, PathBuf};

use crate::FetchError;

/// Brings a folder into being in one step: `fill` writes it beside its place, and what was there before goes when the new
/// one is whole.
pub(crate) fn put(
    into: &Path,
    fill: impl FnOnce(&Path) -> Result<(), FetchError>,
) -> Result<(), FetchError> {
    let parent = into.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(FetchError::io("make", parent))?;
    let name = into.file_name().unwrap_or_default().to_string_lossy();
    let beside = parent.join(format!(".{name}.{}.tmp", std::process::id()));
    remove(&beside)?;
    let filled = fill(&beside).and_then(|()| {
        remove(into)?;
        fs::rename(&beside, into).map_err(FetchError::io("move", &beside))
    });
    if filled.is_err() {
        // The problem that is reported is the first.
        let _ = remove(&beside);
    }
    filled
}

fn remove(path: &Path) -> Result<(), FetchError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(FetchError::io("remove", path))
}

/// Copies a folder, without `.git`. Links are copied as links where they stay within; others, devices and pipes are
/// refused.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), FetchError> {
    let root = from.canonicalize().map_err(FetchError::io("read", from))?;
    let mut pending = vec![(root.clone(), to.to_path_buf())];
    while let Some((from, to)) = pending.pop() {
        fs::create_dir_all(&to).map_err(FetchError::io("make", &to))?;
        for entry in fs::read_dir(&from).map_err(FetchError::io("read", &from))? {
            let entry = entry.map_err(FetchError::io("read", &from))?;
            if entry.file_name() == ".git" || entry.file_name() == ".terraform" {
                continue;
            }
            let (source, target) = (entry.path(), to.join(entry.file_name()));
            let kind = entry.file_type().map_err(FetchError::io("read", &source))?;
            if kind.is_dir() {
                pending.push((source, target));
            } else if kind.is_symlink() {
                link(&root, &source, &target)?;
            } else if kind.is_file() {
                fs::copy(&source, &target).map_err(FetchError::io("copy", &source))?;
            } else {
                return Err(FetchError::Unsafe { name: source.display().to_string() });
            }
        }
    }
    Ok(())
}

fn link(root: &Path, source: &Path, target: &Path) -> Result<(), FetchError> {
    let leads_to = fs::read_link(source).map_err(FetchError::io("read", source))?;
    let end = source.parent().unwrap_or(root).join(&leads_to);
    let stays = leads_to.is_relative() && stays_within(root, &end);
    if !stays {
        return Err(FetchError::Unsafe { name: source.display().to_string() });
    }
    std::os::unix::fs::symlink(&leads_to, target).map_err(FetchError::io("make", target))
}

/// Whether a path, by its text alone, is below a folder.
pub(crate) fn stays_within(root: &Path, path: &Path) -> bool {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                if !clean.pop() {
                    return false;
                }
            }
            std::path::Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean.starts_with(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_folder_is_copied_without_what_leads_out_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("a/.git")).unwrap();
        fs::write(from.join("a/main.tf"), "x").unwrap();
        symlink("../a/main.tf", from.join("a/link.tf")).unwrap();
        put(&to, |into| copy(&from, into)).unwrap();
        assert_eq!(fs::read_to_string(to.join("a/link.tf")).unwrap(), "x");
        assert!(!to.join("a/.git").exists());
        symlink("../../etc", from.join("a/out")).unwrap();
        let error = put(&to, |into| copy(&from, into)).unwrap_err();
        assert!(matches!(error, FetchError::Unsafe { .. }), "{error}");
        assert!(to.join("a/main.tf").exists(), "what was there is there still");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
