//! The state of a stack: which store it is in, and everything that is done with it as a whole.

mod backend;
mod changes;
mod home;
mod initialize;
mod locate;
mod problem;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_sdk::{Fence, FenceBroken};
use wb_state::{Edit, OpenId, Snapshot, State};
use wb_store::choice::Record;
use wb_store::{
    Begin, CommitInfo, Committed, Content, Disk, HistoryEntry, Loaded, Place, RealDisk, RunLog,
    Store, StoreError,
};

use crate::Ambience;
use crate::datadir::DataDir;
use crate::encryption::Encryption;

use home::{Opening, open_place};

pub use backend::{BackendConfig, Kind, backend_of};
pub use changes::edited;
pub use home::Home;
pub use initialize::{Initialized, Move, initialize};
pub(crate) use locate::{FILE, FOLDER};
pub use locate::{Located, is_workspace_name, locate};
pub use problem::{problem, problem_box};

/// Where to look for a state, and how to use it.
#[derive(Clone, Debug)]
pub struct StateRequest<'a> {
    /// What the stack says about its backend; nothing where it says nothing.
    pub backend: Option<&'a BackendConfig>,
    pub data_dir: &'a DataDir,
    /// `-state`.
    pub state: Option<PathBuf>,
    pub workspace: String,
    /// False for `-lock=false`.
    pub lock: bool,
    pub lock_timeout: Duration,
    /// Where a copy of the state file from before is put.
    pub backup: Backup,
    /// `user@host`.
    pub who: String,
    /// How what is kept is encrypted.
    pub encryption: Encryption,
    /// Whether the user knows that the server ignores conditions, and goes on.
    pub ignores_conditions: bool,
    pub ambience: Ambience,
}

/// Where a copy of a state file goes before it is written over.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Backup {
    /// Beside it, where there is a state file at all.
    #[default]
    Beside,
    To(PathBuf),
    None,
}

/// A state that can be read and changed.
#[derive(Debug)]
pub struct OpenState {
    /// Shared with the fence, which every effect asks.
    store: Arc<Mutex<Box<dyn Store>>>,
    disk: Arc<dyn Disk>,
    pub workspace: String,
    /// Where all workspaces are; nothing where `-state` names a file.
    home: Option<Home>,
    /// Nothing where it is in a bucket.
    place: Option<Place>,
    /// Whether `.wb/store` says where the state is.
    is_recorded: bool,
    backup: Backup,
    lock_timeout: Duration,
    who: String,
    encryption: Encryption,
    ambience: Ambience,
}

/// The version of Terraform that state files name.
#[must_use]
pub fn terraform_version() -> String {
    wb_lang::config::terraform_version().to_string()
}

impl OpenState {
    /// Finds out where the state is, and opens it.
    ///
    /// # Errors
    /// Where that cannot be told without a risk.
    pub fn open(request: StateRequest<'_>) -> Result<(Self, Diagnostics), Box<Diagnostic>> {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let located = locate(&*disk, &request)?;
        let ambience = request.ambience;
        let opening = Opening {
            disk: &disk,
            ambience: &ambience,
            workspace: &request.workspace,
            lock: request.lock,
            lineage: located.lineage,
            who: &request.who,
            cipher: &request.encryption.state,
        };
        let store = match (&located.home, &located.place) {
            (Some(home), _) => home.open(opening),
            (None, place) => open_place(place.clone(), opening),
        };
        let state = Self {
            store: Arc::new(Mutex::new(store)),
            disk,
            place: match &located.home {
                Some(home) => home.place(&request.workspace),
                None => Some(located.place),
            },
            workspace: request.workspace,
            home: located.home,
            is_recorded: located.is_recorded,
            backup: request.backup,
            lock_timeout: request.lock_timeout,
            who: request.who,
            encryption: request.encryption,
            ambience,
        };
        Ok((state, located.notes))
    }

    /// A state in a store that is open already. Where that is, is noted nowhere.
    #[must_use]
    pub fn over(store: Box<dyn Store>, disk: Arc<dyn Disk>, ambience: Ambience) -> Self {
        Self {
            store: Arc::new(Mutex::new(store)),
            disk,
            workspace: DEFAULT.to_owned(),
            home: None,
            place: None,
            is_recorded: false,
            backup: Backup::None,
            lock_timeout: Duration::ZERO,
            who: String::new(),
            encryption: Encryption::default(),
            ambience,
        }
    }

    /// The state of a workspace in a home that is known.
    fn at(disk: &Arc<dyn Disk>, home: &Home, workspace: &str, request: &StateRequest<'_>) -> Self {
        let store = home.open(Opening {
            disk,
            ambience: &request.ambience,
            workspace,
            lock: request.lock,
            lineage: None,
            who: &request.who,
            cipher: &request.encryption.state,
        });
        Self {
            store: Arc::new(Mutex::new(store)),
            disk: Arc::clone(disk),
            workspace: workspace.to_owned(),
            place: home.place(workspace),
            home: Some(home.clone()),
            is_recorded: false,
            backup: request.backup.clone(),
            lock_timeout: request.lock_timeout,
            who: request.who.clone(),
            encryption: request.encryption.clone(),
            ambience: request.ambience.clone(),
        }
    }

    /// The last commit, with the runs that died since.
    ///
    /// # Errors
    /// Where what is there must not be used.
    pub fn load(&mut self) -> Result<Loaded, Box<Diagnostic>> {
        self.store().load().map_err(problem_box)
    }

    /// Takes the lock, waiting as long as the user said.
    ///
    /// # Errors
    /// Where another has it.
    pub fn lock(&mut self, operation: &str) -> Result<(), Box<Diagnostic>> {
        let until = Instant::now() + self.lock_timeout;
        let mut pause = Duration::from_millis(50);
        loop {
            match self.store().lock(operation) {
                Ok(_) => return Ok(()),
                Err(error) if error.is_held() && Instant::now() + pause <= until => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                Err(error) => return Err(problem_box(error)),
            }
        }
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// Where it cannot be given back.
    pub fn unlock(&mut self) -> Result<(), Box<Diagnostic>> {
        self.store().unlock().map_err(problem_box)
    }

    /// Removes a lock that was left behind.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub fn force_unlock(&mut self, id: &str) -> Result<(), Box<Diagnostic>> {
        self.store().force_unlock(id).map_err(problem_box)
    }

    /// What is said of a commit.
    #[must_use]
    pub fn info(&self, command: impl Into<String>) -> CommitInfo {
        CommitInfo { who: self.who.clone(), command: command.into(), plan: None }
    }

    /// Changes the state as a run without effects outside, through a journal like every other run. The lock is held.
    ///
    /// # Errors
    /// Where it cannot be committed.
    pub fn edit(
        &mut self,
        loaded: &Loaded,
        edits: Vec<Edit>,
        info: &CommitInfo,
    ) -> Result<Committed, Box<Diagnostic>> {
        self.close(loaded, edits, Vec::new(), info)
    }

    /// The same, where the changes settle open steps.
    ///
    /// # Errors
    /// As [`OpenState::edit`].
    pub fn close(
        &mut self,
        loaded: &Loaded,
        edits: Vec<Edit>,
        closes: Vec<OpenId>,
        info: &CommitInfo,
    ) -> Result<Committed, Box<Diagnostic>> {
        self.settle(&loaded.snapshot.lineage)?;
        self.stir(loaded);
        let grounded = self.ground(loaded, info)?;
        let loaded = grounded.as_ref().unwrap_or(loaded);
        let own = changes::write(&mut **self.store(), loaded, edits, closes, info);
        self.commit(Content::Runs { own: Some(own.map_err(problem_box)?) }, info)
    }

    /// Puts another state in the place of the present one. The lock is held.
    ///
    /// # Errors
    /// Where that would lose something, or cannot be committed.
    pub fn replace(
        &mut self,
        state: State,
        lineage: Option<Arc<str>>,
        serial: u64,
        force: bool,
        info: &CommitInfo,
    ) -> Result<Committed, Box<Diagnostic>> {
        let state = Box::new(state);
        let content = Content::Replace { state, open: Vec::new(), lineage, serial, force };
        let committed = self.commit(content, info)?;
        self.settle(&committed.snapshot.lineage)?;
        Ok(committed)
    }

    /// Takes a snapshot of another store in, with its open steps. The lock is held.
    fn receive(&mut self, snapshot: Snapshot, info: &CommitInfo) -> Result<(), Box<Diagnostic>> {
        let content = Content::Replace {
            state: Box::new(snapshot.state),
            open: snapshot.open,
            lineage: Some(snapshot.lineage),
            serial: snapshot.serial,
            force: true,
        };
        let committed = self.commit(content, info)?;
        self.settle(&committed.snapshot.lineage)
    }

    /// Commits what the journals say.
    ///
    /// # Errors
    /// Where it cannot be written; nothing is lost then.
    pub fn commit(
        &mut self,
        content: Content,
        info: &CommitInfo,
    ) -> Result<Committed, Box<Diagnostic>> {
        self.back_up()?;
        self.store().commit(content, info).map_err(problem_box)
    }

    /// Notes durably where the state is, before anything happens outside.
    ///
    /// # Errors
    /// Where it cannot be noted.
    pub fn settle(&mut self, lineage: &str) -> Result<(), Box<Diagnostic>> {
        if self.is_recorded || self.home.is_none() || self.workspace != DEFAULT {
            return Ok(());
        }
        let lineage = lineage.to_owned();
        let record = match &self.place {
            // The data folder says it.
            None => return Ok(()),
            Some(Place::Embedded(_)) => Record::Embedded { lineage },
            Some(Place::File(path)) => Record::File { path: path.clone(), lineage },
        };
        record.write(&*self.disk, Path::new(".")).map_err(problem_box)?;
        self.is_recorded = true;
        Ok(())
    }

    /// Puts a copy of the state file where the user wants it.
    fn back_up(&self) -> Result<(), Box<Diagnostic>> {
        let Some(Place::File(path)) = &self.place else { return Ok(()) };
        let to = match &self.backup {
            Backup::None => return Ok(()),
            Backup::To(path) => path.clone(),
            Backup::Beside => {
                let mut name = path.clone().into_os_string();
                name.push(".backup");
                PathBuf::from(name)
            }
        };
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.len() > 0 => {}
            // There is nothing to keep.
            _ => return Ok(()),
        }
        match self.copy(path, &to) {
            Ok(()) => Ok(()),
            Err(error) => Err(problem_box(StoreError::Io { action: "write", path: to, error })),
        }
    }

    /// Copies a state file. What is not encrypted as it should be is so in the copy; what cannot be read is copied as it
    /// is, and the commit says why.
    fn copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        if !self.encryption.state.seals() {
            return std::fs::copy(from, to).map(|_| ());
        }
        match wb_store::reseal(&self.encryption.state, std::fs::read(from)?) {
            Ok(Some(bytes)) => crate::files::write_private(to, &bytes),
            Ok(None) | Err(_) => std::fs::copy(from, to).map(|_| ()),
        }
    }

    /// How what is kept is encrypted.
    #[must_use]
    pub fn encryption(&self) -> &Encryption {
        &self.encryption
    }

    /// Begins the journal of a run.
    ///
    /// # Errors
    /// Where it cannot be made durable.
    pub fn begin(
        &mut self,
        loaded: &Loaded,
        info: &CommitInfo,
    ) -> Result<Box<dyn RunLog>, Box<Diagnostic>> {
        self.stir(loaded);
        let grounded = self.ground(loaded, info)?;
        let loaded = grounded.as_ref().unwrap_or(loaded);
        let writer = env!("CARGO_PKG_VERSION");
        self.store().begin(Begin { loaded, writer, info }).map_err(problem_box)
    }

    /// Commits what dead runs have left, where it was folded into what was loaded: a run says what it builds on, and that
    /// must be a commit. Else its own changes would seem to be made to what somebody else has changed meanwhile.
    fn ground(
        &mut self,
        loaded: &Loaded,
        info: &CommitInfo,
    ) -> Result<Option<Loaded>, Box<Diagnostic>> {
        if loaded.runs.iter().all(|run| run.folded.as_ref().is_none_or(|fold| fold.folded == 0)) {
            return Ok(None);
        }
        let committed = self.commit(Content::Runs { own: None }, info)?.snapshot;
        let digest = committed.state.digest();
        if digest != loaded.snapshot.state.digest() {
            // Somebody has changed it meanwhile, and folding will tell.
            return Ok(None);
        }
        Ok(Some(Loaded { base: (committed.serial, digest), ..loaded.clone() }))
    }

    /// The snapshots that are kept, oldest first.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn history(&mut self) -> Result<Vec<HistoryEntry>, Box<Diagnostic>> {
        self.store().history().map_err(problem_box)
    }

    /// The bytes of a kept snapshot.
    ///
    /// # Errors
    /// Where there is none with this serial.
    pub fn history_bytes(&mut self, serial: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
        self.store().history_bytes(serial).map_err(problem_box)
    }

    /// What every effect asks first.
    #[must_use]
    pub fn fence(&self) -> Arc<dyn Fence> {
        Arc::new(LockFence(Arc::clone(&self.store)))
    }

    /// A run's id is new also where a seed fixes what is drawn: it follows from what the run begins on.
    fn stir(&self, loaded: &Loaded) {
        let (serial, digest) = &loaded.base;
        let mut with = serial.to_le_bytes().to_vec();
        with.extend_from_slice(&digest.0);
        loaded.runs.iter().for_each(|run| with.extend_from_slice(&run.header.run.0.to_le_bytes()));
        self.ambience.stir(&with);
    }

    fn store(&self) -> MutexGuard<'_, Box<dyn Store>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All workspaces; nothing where `-state` names a file.
    #[must_use]
    pub fn workspaces(&self) -> Option<&Home> {
        self.home.as_ref()
    }

    #[must_use]
    pub fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Where this workspace's state is on this machine; nothing where it is in a bucket.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

/// The lock of a state, as effects see it.
#[derive(Debug)]
struct LockFence(Arc<Mutex<Box<dyn Store>>>);

impl Fence for LockFence {
    fn check(&self) -> Result<(), FenceBroken> {
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        store.check_lock().map_err(|error| FenceBroken { why: format!("{error}.") })
    }
}

/// So many snapshots are kept.
const HISTORY: usize = 20;

pub(crate) const DEFAULT: &str = crate::datadir::DEFAULT_WORKSPACE;
