//! A host without a machine.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use wb_core::time::Moment;

use super::{DirEntry, FileError, FileKind, Host, Phase};

/// Files from a table, a clock that stands still, and random bytes that are the same each time: for evaluation that
/// must not touch the machine, for tests and for fuzzing.
///
/// Its folders are those that its files' paths imply. The current folder is `/work`, the home folder `/home/user`.
#[derive(Debug)]
pub struct MemoryHost {
    phase: Phase,
    now: Moment,
    plan_time: Option<Moment>,
    entries: BTreeMap<String, Entry>,
    random: Cell<u64>,
}

#[derive(Debug)]
enum Entry {
    File(Arc<[u8]>),
    Special(FileKind),
}

const CURRENT_DIR: &str = "/stack";

impl MemoryHost {
    #[must_use]
    pub fn new(phase: Phase) -> Self {
        // 2024-03-01T12:34:56Z
        let now = Moment::from_unix(1_709_296_496);
        Self { phase, now, plan_time: Some(now), entries: BTreeMap::new(), random: Cell::new(1) }
    }

    /// Adds a regular file.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.entries.insert(absolute(path), Entry::File(content.as_ref().into()));
        self
    }

    /// Adds a pipe, a device or the like.
    #[must_use]
    pub fn special(mut self, path: &str, kind: FileKind) -> Self {
        self.entries.insert(absolute(path), Entry::Special(kind));
        self
    }

    /// Sets when the plan was begun.
    #[must_use]
    pub fn planned_at(mut self, moment: Option<Moment>) -> Self {
        self.plan_time = moment;
        self
    }

    fn kind_of(&self, path: &str) -> Option<FileKind> {
        match self.entries.get(path) {
            Some(Entry::File(_)) => Some(FileKind::Regular),
            Some(Entry::Special(kind)) => Some(*kind),
            None => self.names_below(path).next().is_some().then_some(FileKind::Directory),
        }
    }

    /// The paths inside a folder, without the part that is the folder's.
    fn names_below<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let prefix = if folder == "/" { "/".to_owned() } else { format!("{folder}/") };
        let first = prefix.clone();
        self.entries.range(first..).map_while(move |(path, _)| path.strip_prefix(&prefix))
    }
}

/// Resolves `.`, `..` and the current folder.
fn absolute(path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { CURRENT_DIR };
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

impl Host for MemoryHost {
    fn phase(&self) -> Phase {
        self.phase
    }

    fn now(&self) -> Moment {
        self.now
    }

    fn workspace(&self) -> &str {
        "default"
    }

    fn plan_time(&self) -> Option<Moment> {
        self.plan_time
    }

    fn random(&self, _: &str, bytes: &mut [u8]) {
        // SplitMix64: even, and the same in every run.
        for chunk in bytes.chunks_mut(8) {
            let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.random.set(state);
            let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ mixed >> 31).to_le_bytes()[..chunk.len()]);
        }
    }

    fn current_dir(&self) -> Result<String, String> {
        Ok(CURRENT_DIR.to_owned())
    }

    fn home_dir(&self) -> Option<String> {
        Some("/home/user".to_owned())
    }

    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        let path = absolute(path);
        match self.entries.get(&path) {
            Some(Entry::File(content)) => Ok(Arc::clone(content)),
            _ => Err(self.kind_of(&path).map_or(FileError::NotFound, FileError::NotRegular)),
        }
    }

    fn file_kind(&self, path: &str) -> Result<FileKind, FileError> {
        self.kind_of(&absolute(path)).ok_or(FileError::NotFound)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        let path = absolute(path);
        match self.kind_of(&path) {
            Some(FileKind::Directory) => {}
            Some(_) => return Err(FileError::Other("not a directory".to_owned())),
            None => return Err(FileError::NotFound),
        }
        let mut names: Vec<&str> =
            self.names_below(&path).map(|rest| rest.split('/').next().unwrap_or(rest)).collect();
        names.sort_unstable();
        names.dedup();
        let entry = |name: &str| {
            let kind = self.kind_of(&absolute(&format!("{path}/{name}")));
            DirEntry { name: name.to_owned(), kind }
        };
        Ok(names.into_iter().map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_imply_folders() {
        let host = MemoryHost::new(Phase::Plan)
            .file("a/b.txt", "b")
            .file("a/c/d.txt", "d")
            .file("a-b.txt", "other")
            .special("a/pipe", FileKind::NamedPipe);
        assert_eq!(host.read_file("./a/../a/b.txt").as_deref(), Ok(&b"b"[..]));
        assert_eq!(host.read_file("a"), Err(FileError::NotRegular(FileKind::Directory)));
        assert_eq!(host.read_file("a/b"), Err(FileError::NotFound));
        let names = |path| {
            let entries = host.list_dir(path).unwrap();
            entries.into_iter().map(|e| format!("{} {:?}", e.name, e.kind)).collect::<Vec<_>>()
        };
        assert_eq!(
            names("a"),
            ["b.txt Some(Regular)", "c Some(Directory)", "pipe Some(NamedPipe)"]
        );
        assert_eq!(names("."), ["a Some(Directory)", "a-b.txt Some(Regular)"]);
        assert!(host.list_dir("a/b.txt").is_err());
    }

    #[test]
    fn random_bytes_repeat() {
        let draw = || {
            let host = MemoryHost::new(Phase::Apply);
            let mut bytes = [0; 11];
            host.random("", &mut bytes);
            bytes
        };
        assert_eq!(draw(), draw());
        assert_ne!(draw()[..4], draw()[4..8]);
    }
}
