//! The user's `ssh` program.
//!
//! One master connects and stays in the background; each command and file is a client of it, which costs one process
//! and no handshake. Everything that the programs need lies in one folder, which is removed at the end.

mod config;
mod process;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::Instant;

use crate::shell::word;
use crate::{Future, Output, Shell, SshError, Target};
use config::Files;

/// Longest pause between two attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(30);
/// The exit status by which `ssh` speaks of itself.
const OF_SSH: i32 = 255;

/// What belongs to this machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The program.
    pub ssh: PathBuf,
    /// The user's own configuration, read after what the target says.
    pub user_config: Option<PathBuf>,
    /// The first pause between two attempts to connect; each further one is twice as long.
    pub pause: Duration,
}

impl Settings {
    /// `ssh` of the search path, and the configuration of this user.
    #[must_use]
    pub fn of_user() -> Self {
        let config = std::env::home_dir().map(|home| home.join(".ssh/config"));
        Self {
            ssh: PathBuf::from("ssh"),
            user_config: config.filter(|path| path.is_file()),
            pause: Duration::from_secs(1),
        }
    }
}

/// What came of trying to connect.
enum Attempt {
    Connected,
    /// It may go better another time. What was said, if anything.
    Failed(String),
}

/// A connection.
#[derive(Debug)]
pub struct OpenSsh {
    settings: Settings,
    host: String,
    files: Files,
}

impl OpenSsh {
    /// Connects, and tries again until the target's time is up: a machine that has just been made may not listen yet, or
    /// not know its users.
    ///
    /// # Errors
    /// Where it cannot be reached, or must not be.
    pub async fn connect(target: &Target, settings: Settings) -> Result<Self, SshError> {
        let files = Files::write(target, &settings, folder()?)?;
        let this = Self { settings, host: target.machine.host.clone(), files };
        let deadline = Instant::now() + target.timeout;
        let mut pause = this.settings.pause;
        let mut last = "There was no answer.".to_owned();
        loop {
            match this.attempt(deadline).await? {
                Attempt::Connected => return Ok(this),
                Attempt::Failed(said) if said.is_empty() => {}
                Attempt::Failed(said) => last = said,
            }
            if Instant::now() + pause >= deadline {
                return Err(SshError::Unreachable { last });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Tries to connect once.
    async fn attempt(&self, deadline: Instant) -> Result<Attempt, SshError> {
        let log = self.files.log();
        let mut master = self.command();
        master.args(["-M", "-N", "-f", "-E"]).arg(&log).arg("--").arg(&self.host);
        master.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let until = deadline.min(Instant::now() + ATTEMPT);
        let said = || {
            let text = std::fs::read(&log).unwrap_or_default();
            String::from_utf8_lossy(&text).trim().to_owned()
        };
        let started = std::fs::write(&log, "").and_then(|()| master.spawn());
        let mut child = started.map_err(|e| SshError::Program(e.to_string()))?;
        let Ok(ended) = tokio::time::timeout_at(until, child.wait()).await else {
            return Ok(Attempt::Failed(said()));
        };
        let status = ended.map_err(|e| SshError::Program(e.to_string()))?;
        if status.success() {
            return Ok(Attempt::Connected);
        }
        let said = said();
        if said.contains("Host key verification failed")
            || said.contains("REMOTE HOST IDENTIFICATION")
        {
            return Err(SshError::HostKey(said));
        }
        Ok(Attempt::Failed(said))
    }

    /// A call of `ssh` with what belongs to this connection.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.settings.ssh);
        command.arg("-F").arg(self.files.config()).arg("-S").arg(self.files.socket()).arg("-T");
        self.files.ask_pass(&mut command);
        command.kill_on_drop(true);
        command
    }

    /// A call that runs a command there.
    fn remote(&self, text: &str) -> Command {
        let mut command = self.command();
        command.arg("--").arg(&self.host).arg(text);
        command
    }
}

impl Shell for OpenSsh {
    fn run<'a>(&'a self, command: &'a str, output: Output<'a>) -> Future<'a, i32> {
        Box::pin(async move {
            let mut last = Vec::new();
            let mut keep = |bytes: &[u8]| {
                process::keep_last(&mut last, bytes);
                output(bytes);
            };
            let status = process::run(self.remote(command), None, &mut keep).await?;
            match status {
                OF_SSH => Err(SshError::Failed(process::text(&last))),
                status => Ok(status),
            }
        })
    }

    fn write<'a>(&'a self, path: &'a str, content: &'a [u8]) -> Future<'a, ()> {
        Box::pin(async move {
            let mut said = Vec::new();
            let mut keep = |bytes: &[u8]| process::keep_last(&mut said, bytes);
            let command = format!("cat > {}", word(path));
            match process::run(self.remote(&command), Some(content), &mut keep).await? {
                0 => Ok(()),
                _ => Err(SshError::Failed(format!("{path}: {}", process::text(&said)))),
            }
        })
    }

    fn close(self: Box<Self>) -> Future<'static, ()> {
        Box::pin(async move {
            let mut command = self.command();
            command.args(["-O", "exit", "--"]).arg(&self.host);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let ended = command.status().await;
            ended.map(drop).map_err(|e| SshError::Program(e.to_string()))
        })
    }
}

impl Drop for OpenSsh {
    /// A connection that was not closed ends with its socket's owner: it is told so without waiting.
    fn drop(&mut self) {
        if !self.files.socket().exists() {
            return;
        }
        let mut command = std::process::Command::new(&self.settings.ssh);
        command.arg("-F").arg(self.files.config()).arg("-S").arg(self.files.socket());
        command.args(["-O", "exit", "--"]).arg(&self.host);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // The master ends by itself some time after its last client, should this fail.
        command.status().map(drop).unwrap_or_default();
    }
}

/// A folder for this connection. The path of a socket may have about a hundred bytes only.
fn folder() -> Result<TempDir, SshError> {
    const LONGEST: usize = 60;
    let base = std::env::temp_dir();
    let base = if base.as_os_str().len() > LONGEST { Path::new("/tmp") } else { &base };
    let made = tempfile::Builder::new().prefix("wb-").tempdir_in(base);
    made.map_err(|e| SshError::Program(format!("no folder can be made in {}: {e}", base.display())))
}

#[cfg(test)]
mod tests;
