//! What a journal makes of a snapshot.
//!
//! On the snapshot that a run was planned on, its records simply apply. On a newer one, somebody else has written in
//! between, and each record asks whether its instance is still as the run knew it: if so it applies; if the state says
//! what the record says, there is nothing to do; else what was done outside becomes a late result, for the user to
//! settle, and what has no effect outside is left to the next plan.
//!
//! Steps that began and have no result are uncertain. Nothing that was recorded is dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use wb_core::addr::AbsInstance;

use super::record::{Journal, Planned, Record, StepResult, Tail};
use crate::{Edit, EditError, Intent, Late, OpenId, OpenStep, OpenWhat, Snapshot, State};

/// The snapshot on which the run was planned, as seen from the one that is folded into.
#[derive(Clone, Copy, Debug)]
pub enum Base<'a> {
    /// It is that snapshot.
    Same,
    /// It is an older one, which history still has.
    Older(&'a State),
    /// It is an older one, which is gone.
    Gone,
}

/// What folding did.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FoldReport {
    /// Records that were not folded before.
    pub folded: u64,
    /// Changes that somebody else's write left no room for, and that have no effect outside.
    pub dropped: u64,
    pub late: Vec<OpenId>,
    pub uncertain: Vec<OpenId>,
    /// Whether the journal is damaged.
    pub damaged: bool,
}

/// A journal that contradicts itself or the snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FoldError {
    Lineage { journal: String, snapshot: String },
    Edit { record: u64, error: EditError },
}

impl fmt::Display for FoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lineage { journal, snapshot } => {
                write!(f, "the journal is of lineage {journal}, the state of lineage {snapshot}")
            }
            Self::Edit { record, error } => write!(f, "record {record} of the journal: {error}"),
        }
    }
}

impl std::error::Error for FoldError {}

/// Folds what a snapshot does not hold yet of a run that has ended or died.
///
/// # Errors
/// Where the journal is of another lineage, or cannot be true. The snapshot is to be thrown away then.
pub fn fold(
    snapshot: &mut Snapshot,
    base: Base<'_>,
    journal: &Journal,
) -> Result<FoldReport, FoldError> {
    if journal.header.lineage != *snapshot.lineage {
        return Err(FoldError::Lineage {
            journal: journal.header.lineage.clone(),
            snapshot: snapshot.lineage.to_string(),
        });
    }
    let before = snapshot.folded.get(&journal.header.run).copied();
    let done = before.unwrap_or(0);
    let mut fold = Fold {
        snapshot,
        journal,
        mine: Mine::new(base),
        begun: BTreeMap::new(),
        ended: BTreeSet::new(),
        planned: &[],
        report: FoldReport::default(),
    };
    for (number, record) in (1..).zip(&journal.records) {
        fold.record(number, record, number > done)
            .map_err(|error| FoldError::Edit { record: number, error })?;
    }
    let last = journal.last();
    if last > done || before.is_none() {
        fold.report.folded = last - done;
        fold.open_uncertain();
    }
    fold.report.damaged = journal.tail != Tail::Clean;
    let report = fold.report;
    // A copy may lack what was folded of the whole.
    snapshot.folded.insert(journal.header.run, last.max(done));
    Ok(report)
}

struct Fold<'a> {
    snapshot: &'a mut Snapshot,
    journal: &'a Journal,
    mine: Mine<'a>,
    /// Steps without result: what they meant to do, why they were given up, and whether that is news.
    begun: BTreeMap<u64, Begun<'a>>,
    ended: BTreeSet<u64>,
    planned: &'a [Planned],
    report: FoldReport,
}

struct Begun<'a> {
    intent: &'a Intent,
    why: Option<&'a str>,
    is_new: bool,
}

impl<'a> Fold<'a> {
    fn record(&mut self, number: u64, record: &'a Record, is_new: bool) -> Result<(), EditError> {
        match record {
            Record::Header(_) | Record::End { .. } => {}
            Record::Planned(steps) => self.planned = steps,
            Record::Started { step, intent } => {
                self.begun.insert(*step, Begun { intent, why: None, is_new });
            }
            Record::Uncertain { step, why } => {
                if let Some(begun) = self.begun.get_mut(step) {
                    begun.why = Some(why);
                }
            }
            Record::Result(result) => self.result(result, is_new)?,
            Record::Changed { edits, closes } => {
                for edit in edits {
                    self.edit(edit, None, is_new)?;
                }
                self.close(closes, is_new);
            }
        }
        debug_assert!(number > 0, "the header has number 0");
        Ok(())
    }

    fn result(&mut self, result: &'a StepResult, is_new: bool) -> Result<(), EditError> {
        self.begun.remove(&result.step);
        self.ended.insert(result.step);
        self.close(&[self.id(result.step)], is_new);
        for edit in &result.before {
            self.edit(edit, None, is_new)?;
        }
        if let Some(effect) = &result.effect {
            self.edit(effect, Some(result.step), is_new)?;
        }
        self.close(&result.closes, is_new);
        Ok(())
    }

    fn id(&self, step: u64) -> OpenId {
        OpenId { run: self.journal.header.run, step }
    }

    fn close(&mut self, ids: &[OpenId], is_new: bool) {
        if is_new && !ids.is_empty() {
            self.snapshot.open.retain(|open| !ids.contains(&open.id));
        }
    }

    /// Makes a change if it fits. With a step, the change has happened outside and must not be forgotten.
    fn edit(&mut self, edit: &Edit, step: Option<u64>, is_new: bool) -> Result<(), EditError> {
        if !is_new {
            return self.mine.apply(edit);
        }
        let fits = self.mine.is_as_known(edit, &self.snapshot.state);
        self.mine.apply(edit)?;
        if fits {
            return edit.apply(&mut self.snapshot.state);
        }
        if says_already(edit, &self.snapshot.state) {
            return Ok(());
        }
        match step.and_then(|step| Some((step, late(edit, &self.snapshot.state)?))) {
            Some((step, late)) => self.open_late(step, late),
            None => self.report.dropped += 1,
        }
        Ok(())
    }

    fn open_late(&mut self, step: u64, late: Late) {
        let id = self.id(step);
        self.report.late.push(id);
        self.snapshot.open.push(OpenStep {
            id,
            since: self.journal.header.started.clone(),
            why: "By the time the result was to be recorded, somebody else had changed what the state says of this \
                  instance."
                .to_owned(),
            what: OpenWhat::Late(Box::new(late)),
        });
    }

    fn open_uncertain(&mut self) {
        let header = &self.journal.header;
        let mut open = Vec::new();
        for (step, begun) in &self.begun {
            if begun.is_new {
                let why = begun.why.unwrap_or("The run ended before the outcome was recorded.");
                open.push((*step, begun.intent.clone(), why.to_owned()));
            }
        }
        for planned in self.hidden() {
            let why = "The journal is damaged, and what it hides may be that this step began.";
            open.push((planned.step, planned.intent.clone(), why.to_owned()));
        }
        for (step, intent, why) in open {
            let id = OpenId { run: header.run, step };
            if self.snapshot.open.iter().any(|o| o.id == id) {
                continue;
            }
            self.report.uncertain.push(id);
            let what = OpenWhat::Uncertain(Box::new(intent));
            self.snapshot.open.push(OpenStep { id, since: header.started.clone(), why, what });
        }
    }

    /// The steps that a damaged tail may hide: those that were ready when the last batch was written or, where more
    /// than that is lost, all that had not begun.
    fn hidden(&self) -> Vec<&'a Planned> {
        let unseen = self
            .planned
            .iter()
            .filter(|p| !self.ended.contains(&p.step) && !self.begun.contains_key(&p.step));
        match self.journal.tail {
            Tail::Clean => Vec::new(),
            Tail::Torn { .. } => {
                unseen.filter(|p| p.after.iter().all(|s| self.ended.contains(s))).collect()
            }
            Tail::Damaged { .. } => unseen.collect(),
        }
    }
}

/// Whether the state is already as after the change.
fn says_already(edit: &Edit, state: &State) -> bool {
    match edit {
        Edit::Put { address, object, .. } => {
            state.object(address).is_some_and(|there| there.is_same(object))
        }
        Edit::Remove { address } => state.object(address).is_none(),
        Edit::Depose { .. } | Edit::Restore { .. } | Edit::Move { .. } => false,
        Edit::Outputs(outputs) => state.outputs == *outputs,
        Edit::Checks(checks) => state.checks == *checks,
    }
}

/// The late result that an effect becomes. What it removed is still in the state, else there would be nothing to tell.
fn late(edit: &Edit, current: &State) -> Option<Late> {
    match edit {
        Edit::Put { address, provider, object } => Some(Late {
            address: address.clone(),
            provider: provider.clone(),
            object: Some(Arc::clone(object)),
        }),
        Edit::Remove { address } => {
            let provider = current.provider(&address.instance)?;
            Some(Late { address: address.clone(), provider, object: None })
        }
        _ => None,
    }
}

/// The state as the run believes it to be: its base, and its own records on it.
enum Mine<'a> {
    Same,
    Older { base: &'a State, touched: BTreeSet<AbsInstance>, state: State },
    Gone,
}

impl<'a> Mine<'a> {
    fn new(base: Base<'a>) -> Self {
        match base {
            Base::Same => Self::Same,
            Base::Older(base) => {
                let state = State {
                    outputs: base.outputs.clone(),
                    checks: base.checks.clone(),
                    ..State::default()
                };
                Self::Older { base, touched: BTreeSet::new(), state }
            }
            Base::Gone => Self::Gone,
        }
    }

    /// Brings the instances that the change concerns over from the base.
    fn touch(&mut self, edit: &Edit) {
        let Self::Older { base, touched, state } = self else { return };
        for addr in edit.instances() {
            if !touched.insert(addr.clone()) {
                continue;
            }
            if let (Some(instance), Some(provider)) = (base.instance(addr), base.provider(addr)) {
                state.set_instance(addr, &provider.config, instance.clone());
            }
        }
    }

    /// Whether `current` has the instances that the change concerns as the run knows them.
    fn is_as_known(&mut self, edit: &Edit, current: &State) -> bool {
        self.touch(edit);
        match self {
            Self::Same => true,
            Self::Gone => false,
            Self::Older { state, .. } => match edit {
                Edit::Outputs(_) => state.outputs == current.outputs,
                Edit::Checks(_) => state.checks == current.checks,
                _ => edit.instances().all(|addr| {
                    match (state.instance(addr), current.instance(addr)) {
                        (Some(a), Some(b)) => a.is_same(b),
                        (None, None) => true,
                        _ => false,
                    }
                }),
            },
        }
    }

    /// The run has made this change.
    fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        self.touch(edit);
        match self {
            Self::Older { state, .. } => edit.apply(state),
            Self::Same | Self::Gone => Ok(()),
        }
    }
}
