//! The machine, as functions of the language see it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_core::time::Moment;
use wb_lang::host::{DirEntry, FileError, FileKind, Host, Phase};

use crate::{Ambience, files};

/// So much is read of a file.
pub const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// Answers, by path.
type Known<T> = BTreeMap<String, Result<T, FileError>>;

/// The real machine. What was read once is not read again, so that a file which changes meanwhile has one content; and
/// it is known what was read.
#[derive(Debug)]
pub struct Machine {
    phase: Phase,
    workspace: Arc<str>,
    plan_time: Option<Moment>,
    ambience: Ambience,
    /// Where the command was started, which `path.cwd` gives.
    started_in: Option<Arc<str>>,
    reads: RefCell<Known<Arc<[u8]>>>,
    folders: RefCell<Known<Vec<DirEntry>>>,
}

impl Machine {
    #[must_use]
    pub fn new(phase: Phase, workspace: impl Into<Arc<str>>, ambience: Ambience) -> Self {
        Self {
            phase,
            workspace: workspace.into(),
            plan_time: None,
            ambience,
            started_in: None,
            reads: RefCell::default(),
            folders: RefCell::default(),
        }
    }

    /// Sets when the plan was begun.
    #[must_use]
    pub fn planned_at(mut self, moment: Moment) -> Self {
        self.plan_time = Some(moment);
        self
    }

    /// Sets the folder that the command was started in, where it works in another.
    #[must_use]
    pub fn started_in(mut self, dir: Option<String>) -> Self {
        self.started_in = dir.map(Arc::from);
        self
    }

    /// Gives the content that a file had when the plan was made.
    pub fn recall(&self, path: impl Into<String>, content: impl Into<Arc<[u8]>>) {
        self.reads.borrow_mut().insert(path.into(), Ok(content.into()));
    }

    /// The files that were read, by path.
    #[must_use]
    pub fn reads(&self) -> Vec<(String, Arc<[u8]>)> {
        let reads = self.reads.borrow();
        let found = reads.iter().filter_map(|(path, read)| {
            read.as_ref().ok().map(|content| (path.clone(), Arc::clone(content)))
        });
        found.collect()
    }
}

impl Host for Machine {
    fn phase(&self) -> Phase {
        self.phase
    }

    fn now(&self) -> Moment {
        self.ambience.now()
    }

    fn workspace(&self) -> &str {
        &self.workspace
    }

    fn plan_time(&self) -> Option<Moment> {
        self.plan_time
    }

    fn random(&self, place: &str, bytes: &mut [u8]) {
        match self.ambience.fork(&place) {
            Some(fixed) => fixed.random(bytes),
            None => self.ambience.random(bytes),
        }
    }

    fn started_in(&self) -> Result<String, String> {
        match &self.started_in {
            Some(dir) => Ok(dir.to_string()),
            None => self.current_dir(),
        }
    }

    fn current_dir(&self) -> Result<String, String> {
        let dir = std::env::current_dir().map_err(|e| files::words(&e))?;
        Ok(dir.to_string_lossy().into_owned())
    }

    fn home_dir(&self) -> Option<String> {
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
        Some(home.to_string_lossy().into_owned())
    }

    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        if let Some(known) = self.reads.borrow().get(path) {
            return known.clone();
        }
        let content = files::read(Path::new(path), LARGEST_FILE).map(Arc::from);
        self.reads.borrow_mut().insert(path.to_owned(), content.clone());
        content
    }

    fn file_kind(&self, path: &str) -> Result<FileKind, FileError> {
        if self.reads.borrow().get(path).is_some_and(Result::is_ok) {
            return Ok(FileKind::Regular);
        }
        files::kind(&PathBuf::from(path))
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        if let Some(known) = self.folders.borrow().get(path) {
            return known.clone();
        }
        let entries = files::list(Path::new(path));
        self.folders.borrow_mut().insert(path.to_owned(), entries.clone());
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a").to_string_lossy().into_owned();
        let ambience = Ambience::new(None, None).unwrap();
        let machine = Machine::new(Phase::Plan, "default", ambience);
        assert_eq!(machine.read_file(&path), Err(FileError::NotFound));
        std::fs::write(&path, "x").unwrap();
        assert_eq!(machine.read_file(&path), Err(FileError::NotFound), "it was not there");
        machine.recall(&*path, *b"y");
        assert_eq!(machine.read_file(&path), Ok((*b"y").into()));
        assert_eq!(machine.reads(), [(path, (*b"y").into())]);
    }
}
