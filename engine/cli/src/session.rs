//! What all commands have in common.

use std::cell::OnceCell;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::SourceMap;
use wb_engine::Ambience;
use wb_engine::datadir::DataDir;

use crate::args::UsageError;
use crate::environment::Environment;
use crate::output::Output;
use crate::render;

/// How a command ended, for the shell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(u8);

impl Status {
    pub const SUCCESS: Self = Self(0);
    pub const ERROR: Self = Self(1);
    /// With `-detailed-exitcode`: there is something to do.
    pub const CHANGES: Self = Self(2);
    /// `fmt`: a file cannot be read.
    pub const UNREADABLE: Self = Self(2);
    /// `fmt -check`: a file is not laid out as it should be.
    pub const UNFORMATTED: Self = Self(3);
    /// No command was given.
    pub const NO_COMMAND: Self = Self(127);

    #[must_use]
    pub fn code(self) -> u8 {
        self.0
    }
}

/// What a command has come to: a status, or an end before its time.
pub type Outcome = Result<Status, Stop>;

/// Why a command ends before its time.
#[derive(Debug)]
pub enum Stop {
    Usage { command: Option<&'static str>, error: UsageError },
    Problems(Box<Problems>),
}

/// Problems, and the sources that they are about.
#[derive(Debug, Default)]
pub struct Problems {
    pub diags: Diagnostics,
    pub sources: SourceMap,
}

impl Stop {
    /// Something that wb does not have.
    #[must_use]
    pub fn refused(name: &str, why: &str) -> Self {
        Diagnostic::error("Command not available", format!("wb has no command {name:?}: {why}"))
            .into()
    }

    #[must_use]
    pub fn unclosed_quote(variable: &str, text: &str) -> Self {
        let detail =
            format!("The environment variable {variable} has a quote that is not closed: {text}");
        Diagnostic::error("Invalid arguments in the environment", detail).into()
    }
}

impl From<UsageError> for Stop {
    fn from(error: UsageError) -> Self {
        Self::Usage { command: None, error }
    }
}

impl From<Diagnostic> for Stop {
    fn from(problem: Diagnostic) -> Self {
        Diagnostics::from(problem).into()
    }
}

impl From<Diagnostics> for Stop {
    fn from(diags: Diagnostics) -> Self {
        Self::Problems(Box::new(Problems { diags, sources: SourceMap::new() }))
    }
}

impl From<Problems> for Stop {
    fn from(problems: Problems) -> Self {
        Self::Problems(Box::new(problems))
    }
}

/// A command at work.
#[derive(Debug)]
pub struct Session {
    pub environment: Environment,
    pub output: Output,
    /// Where it was started, if it works elsewhere.
    started_in: Option<String>,
    /// One for all that the command does, so that nothing is drawn twice.
    ambience: OnceCell<Ambience>,
}

impl Session {
    #[must_use]
    pub fn new(environment: Environment, output: Output) -> Self {
        Self { environment, output, started_in: None, ambience: OnceCell::new() }
    }

    /// Works in another folder from now on.
    ///
    /// # Errors
    /// Where that is none.
    pub fn change_dir(&mut self, dir: &str) -> Result<(), Stop> {
        let before = std::env::current_dir().ok();
        std::env::set_current_dir(dir).map_err(|error| {
            let why = wb_engine::files::words(&error);
            Diagnostic::error(
                "Error handling -chdir option",
                format!("The folder {dir} cannot be worked in: {why}."),
            )
        })?;
        self.started_in = before.map(|dir| dir.to_string_lossy().into_owned());
        Ok(())
    }

    /// Where the command was started, if it works elsewhere.
    #[must_use]
    pub fn started_in(&self) -> Option<String> {
        self.started_in.clone()
    }

    /// The clock and randomness.
    ///
    /// # Errors
    /// Where the environment fixes the clock at something that is no time.
    pub fn ambience(&self) -> Result<Ambience, Stop> {
        if let Some(known) = self.ambience.get() {
            return Ok(known.clone());
        }
        let (seed, now) = (self.environment.get("WB_SEED"), self.environment.get("WB_NOW"));
        let made = Ambience::new(seed, now).map_err(|wrong| {
            let detail =
                format!("The environment variable WB_NOW holds {:?}, which is no time.", wrong.0);
            Diagnostic::error("Invalid time", detail).help("Write it as in 2026-01-02T03:04:05Z.")
        })?;
        Ok(self.ambience.get_or_init(|| made).clone())
    }

    #[must_use]
    pub fn data_dir(&self) -> DataDir {
        DataDir::new(self.environment.twin("DATA_DIR"))
    }

    /// The workspace that the command is about.
    #[must_use]
    pub fn workspace(&self) -> String {
        match self.environment.twin("WORKSPACE") {
            Some(name) => name.to_owned(),
            None => self.data_dir().workspace(),
        }
    }

    /// Whether a person can be asked.
    #[must_use]
    pub fn may_ask(&self, flag: bool) -> bool {
        use std::io::IsTerminal as _;
        let env = self.environment.twin("INPUT").is_none() || self.environment.is_on("INPUT");
        flag && env && std::io::stdin().is_terminal()
    }

    /// Whether an approval can be asked for: also of a program at the other end of a pipe.
    #[must_use]
    pub fn may_prompt(&self, flag: bool) -> bool {
        flag && (self.environment.twin("INPUT").is_none() || self.environment.is_on("INPUT"))
    }

    /// Shows problems.
    pub fn show(&mut self, diags: &Diagnostics, sources: &SourceMap) {
        if !diags.is_empty() {
            let text = render::diagnostics(diags, sources, self.output.talk_style());
            self.output.say(&text);
        }
    }

    /// Tells how it ended.
    pub fn conclude(&mut self, outcome: Outcome) -> Status {
        let stop = match (outcome, self.output.lost()) {
            (Ok(status), None) => return status,
            (Ok(_), Some(why)) => {
                let detail = format!(
                    "Standard output could not be written: {why}. What the command did is done; what it says is not complete."
                );
                Diagnostic::error("Output lost", detail).into()
            }
            (Err(stop), _) => stop,
        };
        match stop {
            Stop::Problems(problems) => self.show(&problems.diags, &problems.sources),
            Stop::Usage { command, error } => {
                let mut problem = Diagnostic::error(error.summary(), error.to_string());
                problem.help.extend(error.help());
                let command = command.map_or_else(String::new, |name| format!("{name} "));
                problem.help.push(format!("For more help, run: wb {command}-help"));
                self.show(&problem.into(), &SourceMap::new());
            }
        }
        Status::ERROR
    }
}
