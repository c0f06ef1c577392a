//! Results of conditions: preconditions, postconditions, validations and `check` blocks.

use serde::{Deserialize, Serialize};
use wb_core::addr::{Checkable, ConfigCheckable};
use wb_state::CheckStatus;

use crate::wire;

/// Everything about one block that has conditions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(into = "wire::checks::Block", try_from = "wire::checks::Block")]
pub struct CheckBlock {
    pub block: ConfigCheckable,
    /// Whether it is known how many instances there are: not where it was left out of the plan.
    pub counted: bool,
    pub instances: Vec<CheckInstance>,
}

/// The conditions of one instance of the block.
#[derive(Clone, PartialEq, Debug)]
pub struct CheckInstance {
    pub address: Checkable,
    pub status: CheckStatus,
    /// What the conditions that failed say.
    pub failures: Vec<String>,
}

impl CheckBlock {
    /// The worst of its instances: error, then fail, then unknown, then pass. Without instances it passes, if it is known
    /// that there are none.
    #[must_use]
    pub fn status(&self) -> CheckStatus {
        if !self.counted {
            return CheckStatus::Unknown;
        }
        let rank = |s: &CheckStatus| match s {
            CheckStatus::Pass => 0,
            CheckStatus::Unknown => 1,
            CheckStatus::Fail => 2,
            CheckStatus::Error => 3,
        };
        self.instances.iter().map(|i| i.status).max_by_key(rank).unwrap_or(CheckStatus::Pass)
    }
}
