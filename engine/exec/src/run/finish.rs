//! The end of a run: outputs, checks, and the last record.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wb_core::addr::ObjectAddr;
use wb_plan::{Action, Change, CheckBlock, OutputChange, object};
use wb_state::journal::Record;
use wb_state::{CheckObject, CheckResult, Edit};

use super::Runner;
use crate::{Doing, Event, Outcome, OutputNow, ShownId, Stop};

/// How long ephemeral objects have to close when the user wants an end at once.
const CLOSING: Duration = Duration::from_secs(5);

impl Runner<'_> {
    pub(super) async fn finish(mut self) -> Outcome {
        let stop = self.stop();
        self.outcome.stopped = stop != Stop::No;
        let mut begun: Vec<u32> = self.active.keys().copied().collect();
        begun.sort_unstable();
        for step in begun {
            self.tell_failed(step);
        }
        self.find_skipped();
        self.record_outputs_and_checks();
        self.close_all();
        if stop == Stop::Now {
            // Who does not close in time is closed by what ends the process.
            let _in_time = tokio::time::timeout(CLOSING, self.drain()).await;
        } else {
            self.drain().await;
        }
        let complete = self.outcome.complete;
        self.append(&Record::End { complete });
        self.outcome.durable = self.flush();
        self.outcome
    }

    async fn drain(&mut self) {
        while let Some(ended) = self.jobs.join_next_with_id().await {
            self.job_ended(Some(ended));
        }
    }

    /// What was not touched although the plan says so.
    fn find_skipped(&mut self) {
        let mut skipped = BTreeSet::new();
        for (at, ended) in (0u32..).zip(&self.ended) {
            if !*ended && let Some(change) = self.change_of(at) {
                skipped.insert(change.instance());
            }
        }
        self.outcome.complete &= skipped.is_empty();
        self.outcome.skipped = skipped.into_iter().cloned().collect();
    }

    fn record_outputs_and_checks(&mut self) {
        let (outputs, diags) = self.work.language.outputs();
        self.report(diags);
        let (checks, diags) = self.work.language.checks();
        self.report(diags);
        let mut edits = Vec::new();
        let outputs = self.kept_outputs(outputs);
        if outputs != self.work.state.outputs {
            edits.push(Edit::Outputs(outputs));
        }
        let checks: Vec<CheckResult> = checks.into_iter().map(check_result).collect();
        if checks != self.work.state.checks {
            edits.push(Edit::Checks(checks));
        }
        if !edits.is_empty() {
            self.change(edits);
        }
    }

    /// The outputs as they are now. One that cannot be known, or that the plan is not about, keeps the value that it had.
    fn kept_outputs(
        &self,
        outputs: Vec<OutputNow>,
    ) -> BTreeMap<std::sync::Arc<str>, wb_state::Output> {
        let mut kept = self.work.state.outputs.clone();
        // What was known when the plan was made does not hang on how the steps went.
        for planned in self.work.plan.outputs.iter() {
            let OutputChange { name, after, sensitive, .. } = planned;
            if planned.action == Action::Delete {
                kept.remove(name);
            } else if after.is_wholly_known() && !after.is_null() {
                let (plain, _) = after.unmark_deep();
                if let Ok(output) = object::encode_output(&plain, *sensitive, None) {
                    kept.insert(std::sync::Arc::clone(name), output);
                }
            }
        }
        for output in outputs {
            let OutputNow { name, value, sensitive, deprecated } = output;
            let Some(value) = value.filter(wb_core::value::Value::is_wholly_known) else {
                continue;
            };
            if value.is_null() {
                kept.remove(&name);
            } else if let Ok(output) = object::encode_output(&value, sensitive, deprecated) {
                kept.insert(name, output);
            }
        }
        kept
    }

    /// The object was found when the plan was made, and is recorded now.
    pub(super) fn tell_import(&mut self, change: &Change) {
        let address = ObjectAddr::current(change.instance().clone());
        let (doing, id) = (Doing::Import, ShownId::of(&change.before));
        self.tell(Event::Started { address: address.clone(), doing, id: id.clone() });
        self.tell(Event::Done { address, doing, elapsed: Duration::ZERO, id });
    }
}

/// How a state has the results of a block's conditions.
#[must_use]
pub fn check_result(block: CheckBlock) -> CheckResult {
    let status = block.status();
    let objects = block.instances.into_iter().map(|i| CheckObject {
        address: i.address,
        status: i.status,
        failure_messages: i.failures,
    });
    CheckResult { block: block.block, status, objects: objects.collect() }
}
