//! Where to connect, and how.

use std::fmt;
use std::time::Duration;

/// Text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// One machine on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: Option<Secret>,
    /// In a form that OpenSSH reads.
    pub private_key: Option<Secret>,
    /// Signed by an authority that the machine trusts.
    pub certificate: Option<String>,
    /// The only key that the machine may have; nothing to take what it has.
    pub host_key: Option<String>,
}

/// A machine, and the way to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub machine: Hop,
    pub bastion: Option<Hop>,
    /// Whether keys of the user's agent are tried.
    pub agent: bool,
    /// The file of the only key of the agent to be tried.
    pub agent_identity: Option<String>,
    /// How long to try to reach it: it may still be starting.
    pub timeout: Duration,
}
