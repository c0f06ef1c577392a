//! Opening the state as the flags and the environment say.

use std::path::PathBuf;
use std::time::Duration;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_crypt::Envelope;
use wb_engine::datadir::DataDir;
use wb_engine::encryption::{Encryption, encryption_of};
use wb_engine::load::Loading;
use wb_engine::state::{BackendConfig, Backup, OpenState, StateRequest, backend_of};
use wb_lang::host::{Host, Phase};
use wb_store::Loaded;

use crate::args::Matches;
use crate::session::{Problems, Session, Stop};
use crate::stack::Values;

impl Session {
    /// The state of the stack in this folder. Of the stack only the root module is read, which may name a backend.
    ///
    /// # Errors
    /// Where the stack cannot be read, or where its state is cannot be told.
    pub fn state(&mut self, matches: &Matches) -> Result<OpenState, Stop> {
        let machine = self.machine(Phase::Plan)?;
        let mut loading = self.load_root(matches, &machine, Values::Given);
        loading.diags.retain(Diagnostic::is_error);
        self.state_of(matches, &mut loading, &machine).map(|(state, _)| state)
    }

    /// The state of another workspace.
    ///
    /// # Errors
    /// As [`Session::state`].
    pub fn state_in(&mut self, workspace: &str, matches: &Matches) -> Result<OpenState, Stop> {
        let machine = self.machine(Phase::Plan)?;
        let mut loading = self.load_root(&Matches::default(), &machine, Values::Given);
        loading.diags.retain(Diagnostic::is_error);
        // What -state says here is not where the state is.
        let matches = matches.without("state");
        let workspace = workspace.to_owned();
        self.open(&matches, &mut loading, &machine, workspace).map(|(state, _)| state)
    }

    /// The state in a file that `-state` names, whatever the stack says.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn other_state(
        &self,
        matches: &Matches,
        encryption: Encryption,
    ) -> Result<OpenState, Stop> {
        let data_dir = self.data_dir();
        let request = self.request(matches, None, &data_dir, self.workspace())?;
        let request = StateRequest { encryption, ..request };
        let (state, _) = OpenState::open(request).map_err(|problem| Stop::from(*problem))?;
        Ok(state)
    }

    /// The state of a stack that is loaded, and what is to be said about where it is.
    ///
    /// # Errors
    /// As [`Session::state`].
    pub fn state_of(
        &mut self,
        matches: &Matches,
        loading: &mut Loading,
        host: &dyn Host,
    ) -> Result<(OpenState, Diagnostics), Stop> {
        let workspace = self.workspace();
        self.open(matches, loading, host, workspace)
    }

    /// The state of one workspace of a stack that is loaded.
    ///
    /// # Errors
    /// As [`Session::state`].
    pub fn open(
        &mut self,
        matches: &Matches,
        loading: &mut Loading,
        host: &dyn Host,
        workspace: String,
    ) -> Result<(OpenState, Diagnostics), Stop> {
        let mut diags = Diagnostics::new();
        let backend = loading
            .stack
            .as_ref()
            .and_then(|stack| backend_of(stack, &loading.given, host, &mut diags));
        let encryption = self.encryption_in(loading, host, &mut diags);
        if loading.diags.has_errors() || diags.has_errors() {
            diags.append(std::mem::take(&mut loading.diags));
            return Err(Problems { diags, sources: std::mem::take(&mut loading.sources) }.into());
        }
        let data_dir = self.data_dir();
        let request = self.request(matches, backend.as_ref(), &data_dir, workspace)?;
        let request = StateRequest { encryption, ..request };
        OpenState::open(request).map_err(|problem| {
            let sources = std::mem::take(&mut loading.sources);
            Problems { diags: (*problem).into(), sources }.into()
        })
    }

    /// How the stack that is loaded has things encrypted.
    pub fn encryption_in(
        &self,
        loading: &Loading,
        host: &dyn Host,
        diags: &mut Diagnostics,
    ) -> Encryption {
        let environment = self.environment.twin("ENCRYPTION");
        let stack = loading.stack.as_ref();
        let of = |stack| encryption_of(stack, &loading.given, host, environment, diags);
        stack.map(of).unwrap_or_default()
    }

    /// How the stack in this folder has things encrypted. Of the stack only the root module is read.
    ///
    /// # Errors
    /// Where that cannot be told.
    pub fn encryption(&mut self, matches: &Matches) -> Result<Encryption, Stop> {
        let machine = self.machine(Phase::Plan)?;
        let mut loading = self.load_root(matches, &machine, Values::Given);
        let mut diags = Diagnostics::new();
        let encryption = self.encryption_in(&loading, &machine, &mut diags);
        diags.append(std::mem::take(&mut loading.diags));
        diags.retain(Diagnostic::is_error);
        match diags.is_empty() {
            true => Ok(encryption),
            false => Err(Problems { diags, sources: loading.sources }.into()),
        }
    }

    /// The bytes of a state that somebody has handed over, decrypted where they are encrypted.
    ///
    /// # Errors
    /// Where they cannot be.
    pub fn decrypted(&mut self, path: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Stop> {
        if !Envelope::is_one(&bytes) {
            return Ok(bytes);
        }
        let cipher = self.encryption(&Matches::default())?.state;
        let opened = cipher.open(bytes).map_err(|error| {
            let detail = format!("{path} cannot be used: {error}.");
            Diagnostic::error("Failed to decrypt the given state", detail).help(error.help())
        })?;
        Ok(opened.bytes)
    }

    /// What the flags say of the state.
    ///
    /// # Errors
    /// As [`Session::ambience`].
    pub fn request<'a>(
        &self,
        matches: &Matches,
        backend: Option<&'a BackendConfig>,
        data_dir: &'a DataDir,
        workspace: String,
    ) -> Result<StateRequest<'a>, Stop> {
        Ok(StateRequest {
            backend,
            data_dir,
            state: matches.text("state").map(PathBuf::from),
            workspace,
            lock: matches.unless_off("lock"),
            lock_timeout: matches.duration("lock-timeout").unwrap_or(Duration::ZERO),
            backup: match matches.text("backup") {
                None => Backup::Beside,
                Some("-") => Backup::None,
                Some(path) => Backup::To(PathBuf::from(path)),
            },
            who: self.who(),
            encryption: Encryption::default(),
            ignores_conditions: self.environment.is_on("S3_IGNORE_CONDITIONS"),
            ambience: self.ambience()?,
        })
    }

    /// Does something to the state with its lock held.
    ///
    /// # Errors
    /// Where the lock or the state cannot be had, and what `work` gives.
    pub fn locked<T>(
        &mut self,
        state: &mut OpenState,
        operation: &str,
        work: impl FnOnce(&mut Self, &mut OpenState, Loaded) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        state.lock(operation).map_err(|problem| *problem)?;
        let done = match state.load() {
            Ok(loaded) => work(self, state, loaded),
            Err(problem) => Err((*problem).into()),
        };
        let unlocked = state.unlock();
        let done = done?;
        unlocked.map_err(|problem| *problem)?;
        Ok(done)
    }

    /// `user@host`.
    #[must_use]
    pub fn who(&self) -> String {
        let user = ["USER", "LOGNAME"].iter().find_map(|name| self.environment.get(name));
        let host = nix::unistd::gethostname().unwrap_or_default();
        format!("{}@{}", user.unwrap_or("unknown"), host.to_string_lossy())
    }
}
