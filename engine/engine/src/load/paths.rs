//! Folders of modules as they are shown, and as two spellings are known to be one.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use wb_lang::host::FileError;

use crate::files;

/// Folders as seen from the root module's, with no link on the way: what leads to the same folder has the same text, so
/// that a module which calls itself through a link is found out.
#[derive(Debug)]
pub(super) struct Paths {
    root: PathBuf,
    /// The root folder without links; asked for when it is first needed.
    resolved: Option<PathBuf>,
}

impl Paths {
    pub(super) fn new(root: &str) -> Self {
        Self { root: PathBuf::from(root), resolved: None }
    }

    /// The folder that `path` names, seen from the folder `from`.
    pub(super) fn join(&mut self, from: &str, path: &str) -> Result<Arc<str>, FileError> {
        let full = Path::new(from).join(path);
        let target = full.canonicalize().map_err(|e| files::error(&e))?;
        if self.resolved.is_none() {
            self.resolved = Some(self.root.canonicalize().map_err(|e| files::error(&e))?);
        }
        let resolved = self.resolved.as_deref().unwrap_or(Path::new("/"));
        let way = relative(resolved, &target);
        let dir = if self.root == Path::new(".") { way } else { self.root.join(way) };
        Ok(dir.to_string_lossy().into())
    }
}

/// The way from one folder to another; both are absolute and have no links.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to).collect();
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_two_folders() {
        let way =
            |from: &str, to: &str| relative(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(way("/a/b", "/a/b"), ".");
        assert_eq!(way("/a/b", "/a/b/c"), "c");
        assert_eq!(way("/a/b", "/a/c/d"), "../c/d");
        assert_eq!(way("/", "/x"), "x");
    }
}
