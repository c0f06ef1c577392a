//! The files that `ssh` is called with.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::process::Command;

use super::Settings;
use crate::{Hop, Secret, SshError, Target};

/// What the bastion is called in the configuration.
const BASTION: &str = "wb-bastion";
/// Asked by `ssh` for a password: the machine's, or the bastion's where the question names that.
const ASK_PASS: &str = "#!/bin/sh
case \"$1\" in
*\"@$WB_SSH_BASTION\\'s \"* | *\"@$WB_SSH_BASTION) \"*) printf '%s\\n' \"$WB_SSH_BASTION_PASSWORD\" ;;
*) printf '%s\\n' \"$WB_SSH_PASSWORD\" ;;
esac
";

/// A folder with everything that belongs to one connection.
#[derive(Debug)]
pub(super) struct Files {
    folder: TempDir,
    password: Option<Secret>,
    /// The bastion's host and password.
    bastion: Option<(String, Option<Secret>)>,
}

impl Files {
    pub(super) fn write(
        target: &Target,
        settings: &Settings,
        folder: TempDir,
    ) -> Result<Self, SshError> {
        let files = Self {
            folder,
            password: target.machine.password.clone(),
            bastion: target.bastion.as_ref().map(|b| (b.host.clone(), b.password.clone())),
        };
        let mut text = String::new();
        if let Some(bastion) = &target.bastion {
            writeln!(text, "Host {BASTION}\n  HostName {}", plain("bastion_host", &bastion.host)?)
                .unwrap_or_default();
            files.hop(&mut text, bastion, target, "bastion")?;
        }
        plain("host", &target.machine.host)?;
        writeln!(text, "Host * !{BASTION}").unwrap_or_default();
        files.hop(&mut text, &target.machine, target, "machine")?;
        if target.bastion.is_some() {
            writeln!(text, "  ProxyJump {BASTION}").unwrap_or_default();
        }
        text.push_str(
            "Match all\n  ControlPersist 60\n  ServerAliveInterval 30\n  LogLevel ERROR\n  RemoteCommand none\n  \
             RequestTTY no\n  PermitLocalCommand no\n  ForwardAgent no\n  ClearAllForwardings yes\n",
        );
        if let Some(user) = &settings.user_config {
            writeln!(text, "Include {}", quoted(&user.to_string_lossy())?).unwrap_or_default();
        }
        files.put("config", &text, 0o600)?;
        if files.has_password() {
            files.put("ask", ASK_PASS, 0o700)?;
        }
        Ok(files)
    }

    /// How one machine on the way is reached. What `ssh` reads first counts.
    fn hop(
        &self,
        text: &mut String,
        hop: &Hop,
        target: &Target,
        name: &str,
    ) -> Result<(), SshError> {
        let mut say = |line: String| writeln!(text, "  {line}").unwrap_or_default();
        say(format!("Port {}", hop.port));
        say(format!("User {}", plain("user", &hop.user)?));
        if let Some(key) = &hop.private_key {
            let mut key = key.expose().trim_end().to_owned();
            key.push('\n');
            self.put(&format!("{name}.key"), &key, 0o600)?;
            say(format!("IdentityFile {}", self.shown(&format!("{name}.key"))?));
        }
        if let Some(certificate) = &hop.certificate {
            self.put(&format!("{name}-cert.pub"), certificate, 0o600)?;
            say(format!("CertificateFile {}", self.shown(&format!("{name}-cert.pub"))?));
        }
        match (target.agent, &target.agent_identity) {
            (false, _) => say("IdentityAgent none".to_owned()),
            (true, Some(identity)) => say(format!("IdentityFile {}", quoted(identity)?)),
            (true, None) => {}
        }
        if !target.agent || target.agent_identity.is_some() {
            say("IdentitiesOnly yes".to_owned());
        }
        if let Some(host_key) = &hop.host_key {
            let line = format!("{name} {}\n", one_line("host_key", host_key)?);
            self.put(&format!("{name}.known"), &line, 0o600)?;
            say(format!("HostKeyAlias {name}"));
            say(format!("UserKnownHostsFile {}", self.shown(&format!("{name}.known"))?));
            say("StrictHostKeyChecking yes".to_owned());
        } else {
            say("StrictHostKeyChecking no".to_owned());
            say("UserKnownHostsFile /dev/null".to_owned());
        }
        say("GlobalKnownHostsFile /dev/null".to_owned());
        if hop.password.is_some() {
            say("NumberOfPasswordPrompts 1".to_owned());
        } else {
            say("BatchMode yes".to_owned());
        }
        Ok(())
    }

    fn has_password(&self) -> bool {
        let of_bastion = self.bastion.as_ref().is_some_and(|(_, password)| password.is_some());
        self.password.is_some() || of_bastion
    }

    /// Lets `ssh` ask us for passwords.
    pub(super) fn ask_pass(&self, command: &mut Command) {
        if !self.has_password() {
            return;
        }
        command.env("SSH_ASKPASS", self.path("ask")).env("SSH_ASKPASS_REQUIRE", "force");
        let mut give = |name: &str, secret: Option<&Secret>| {
            if let Some(secret) = secret {
                command.env(name, secret.expose());
            }
        };
        give("WB_SSH_PASSWORD", self.password.as_ref());
        if let Some((host, password)) = &self.bastion {
            give("WB_SSH_BASTION_PASSWORD", password.as_ref());
            command.env("WB_SSH_BASTION", host);
        }
    }

    pub(super) fn config(&self) -> PathBuf {
        self.path("config")
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.path("s")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path("log")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn shown(&self, name: &str) -> Result<String, SshError> {
        quoted(&self.path(name).to_string_lossy())
    }

    fn put(&self, name: &str, content: &str, mode: u32) -> Result<(), SshError> {
        let path = self.path(name);
        let written = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&path)
            .and_then(|mut file| file.write_all(content.as_bytes()));
        written.map_err(|e| SshError::Program(format!("{} cannot be written: {e}", show(&path))))
    }
}

fn show(path: &Path) -> String {
    path.display().to_string()
}

/// A name that stands as it is in the configuration, and is no option on a command line.
fn plain<'a>(what: &str, text: &'a str) -> Result<&'a str, SshError> {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"\"'\\#=*?!,%$`".contains(c);
    if text.is_empty() {
        return Err(SshError::Target(format!("The connection's {what} is empty.")));
    }
    if text.starts_with('-') || !text.chars().all(is_plain) {
        return Err(SshError::Target(format!(
            "The connection's {what} has characters that it cannot have: {text:?}."
        )));
    }
    Ok(text)
}

fn one_line<'a>(what: &str, text: &'a str) -> Result<&'a str, SshError> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(SshError::Target(format!("The connection's {what} is not one line of text.")));
    }
    Ok(text)
}

/// A path in the configuration.
fn quoted(path: &str) -> Result<String, SshError> {
    if path.chars().any(|c| c.is_control() || c == '"' || c == '\\' || c == '%') {
        return Err(SshError::Target(format!(
            "The path {path:?} cannot stand in a configuration."
        )));
    }
    Ok(format!("\"{path}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_as_something_else_is_refused() {
        for bad in ["", "-oProxyCommand=x", "a b", "a\nHost *", "a%h", "$(x)", "a'b"] {
            assert!(plain("host", bad).is_err(), "{bad}");
        }
        for good in ["10.0.0.1", "fe80::1", "web-1.example.com", "user@realm", "ünï"] {
            assert!(plain("host", good).is_ok(), "{good}");
        }
        assert!(one_line("host_key", "ssh-ed25519 AAAA\nx").is_err());
    }
}
