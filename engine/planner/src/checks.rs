//! Results of conditions as plans and states have them.

use std::collections::BTreeMap;

use wb_core::addr::ConfigCheckable;
use wb_lang::world::{CheckState, Checked};
use wb_plan::{CheckBlock, CheckInstance};
use wb_state::CheckStatus;

/// Results of conditions, by the block that they belong to; both ascending.
#[must_use]
pub fn check_blocks<'c>(checked: impl Iterator<Item = &'c Checked>) -> Vec<CheckBlock> {
    let mut found: BTreeMap<ConfigCheckable, Vec<CheckInstance>> = BTreeMap::new();
    for one in checked {
        let status = match one.state {
            CheckState::Pass => CheckStatus::Pass,
            CheckState::Unknown => CheckStatus::Unknown,
            CheckState::Fail => CheckStatus::Fail,
            CheckState::Error => CheckStatus::Error,
        };
        found.entry(one.address.config()).or_default().push(CheckInstance {
            address: one.address.clone(),
            status,
            failures: one.failures.clone(),
        });
    }
    found
        .into_iter()
        .map(|(block, mut instances)| {
            instances.sort_by(|a, b| a.address.cmp(&b.address));
            CheckBlock { block, instances }
        })
        .collect()
}
