//! What the holder of a lock says of itself, in Terraform's form, so that each program can name the other.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LockInfo {
    #[serde(rename = "ID")]
    pub id: String,
    /// `OperationTypeApply` and the like.
    pub operation: String,
    /// What wb adds for itself.
    #[serde(default)]
    pub info: String,
    /// `user@host`.
    #[serde(default)]
    pub who: String,
    /// The version of Terraform that the holder is or stands for.
    #[serde(default)]
    pub version: String,
    /// RFC 3339.
    #[serde(default)]
    pub created: String,
    #[serde(default)]
    pub path: String,
}

/// What [`LockInfo::info`] begins with where wb holds the lock.
const MARK: &str = "wb epoch ";

impl LockInfo {
    /// Whether wb holds the lock, so that there are signs of life.
    pub(crate) fn is_ours(&self) -> bool {
        self.info.starts_with(MARK)
    }

    /// How often the lock has been taken over without being given back.
    pub(crate) fn epoch(&self) -> u64 {
        let digits = self.info.strip_prefix(MARK).unwrap_or_default();
        digits.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
    }

    /// Marks a lock as wb's. `renewed` makes the text new with every renewal.
    pub(crate) fn mark(&mut self, epoch: u64, renewed: u64) {
        self.info = format!("{MARK}{epoch} renewed {renewed}");
    }
}

impl fmt::Display for LockInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation.strip_prefix("OperationType").unwrap_or(&self.operation);
        write!(f, "{} ({operation}, since {}, ID {})", self.who, self.created, self.id)
    }
}
