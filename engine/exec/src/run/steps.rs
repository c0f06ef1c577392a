//! The way of a step: begun, perhaps waiting, ended.

use std::collections::VecDeque;

use wb_core::addr::{AbsInstance, ObjectAddr, ProviderInstance};
use wb_core::diag::Diagnostics;
use wb_core::time::Moment;
use wb_plan::{Change, StepKind};
use wb_state::journal::{Record, StepResult};

use super::job::{Job, Message, panicked};
use super::make::Make;
use super::provision::Provisioning;
use super::read::Reading;
use super::remove::Removal;
use super::{Runner, problem};
use crate::{Doing, Event, ShownId};

/// A step that has begun.
pub(super) struct Active<'a> {
    pub(super) change: &'a Change,
    /// The object that it is about.
    pub(super) address: ObjectAddr,
    pub(super) doing: Doing,
    pub(super) begun: Moment,
    /// Whether it has an effect outside, whose intent is in the journal.
    pub(super) outside: bool,
    /// Space that is reserved for its result.
    pub(super) reserved: usize,
    pub(super) what: What,
    pub(super) provisioning: Option<Provisioning>,
}

pub(super) enum What {
    Make(Make),
    Read(Reading),
    Remove(Removal),
}

/// Who waits for something.
#[derive(Clone)]
pub(super) enum Waiter {
    Step(u32),
    /// An ephemeral object that is to be opened.
    Ephemeral(AbsInstance),
}

/// Why a step does not begin now.
pub(super) enum Halt {
    /// Somebody begins it again.
    Waits,
    /// It needs these ephemeral objects first.
    Open(Vec<AbsInstance>),
    Failed(Diagnostics),
}

impl From<Diagnostics> for Halt {
    fn from(diags: Diagnostics) -> Self {
        Self::Failed(diags)
    }
}

impl From<crate::Stuck> for Halt {
    fn from(stuck: crate::Stuck) -> Self {
        match stuck {
            crate::Stuck::Open(instances) => Self::Open(instances),
            crate::Stuck::Failed(diags) if diags.has_errors() => Self::Failed(diags),
            crate::Stuck::Failed(diags) => Self::Failed(problem::no_answer(diags)),
        }
    }
}

impl<'a> Runner<'a> {
    /// Begins a step, also one that had to wait: nothing has happened then.
    pub(super) fn begin(&mut self, step: u32) {
        if self.halted() || self.ended[step as usize] {
            return;
        }
        if self.active.contains_key(&step) {
            return self.provision_again(step);
        }
        let Some(change) = self.change_of(step) else {
            return self.pass(step);
        };
        let begun = match self.step(step).kind {
            StepKind::Pass => return self.pass(step),
            StepKind::Create | StepKind::Update => self.begin_make(step, change),
            StepKind::Read => self.begin_read(step, change),
            StepKind::Delete => self.begin_delete(step, change),
            StepKind::Forget => {
                self.forget(step, change);
                Ok(())
            }
        };
        match begun {
            Ok(()) | Err(Halt::Waits) => {}
            Err(Halt::Open(instances)) => self.wait_for_ephemerals(step, &instances),
            Err(Halt::Failed(diags)) => self.fail(step, diags),
        }
        self.let_next(&change.provider);
    }

    /// Waits until the provider has less to do, if it has enough.
    pub(super) fn room(&mut self, step: u32, provider: &ProviderInstance) -> Result<(), Halt> {
        if self.has_room(provider) {
            return Ok(());
        }
        self.held.entry(provider.clone()).or_default().push_back(step);
        Err(Halt::Waits)
    }

    fn has_room(&self, provider: &ProviderInstance) -> bool {
        let busy = self.busy.get(provider).copied().unwrap_or(0);
        busy == 0 || busy < (self.work.per_provider)(provider)
    }

    /// Lets one step begin that waits for the provider, if there is room.
    fn let_next(&mut self, provider: &ProviderInstance) {
        if self.held.is_empty() || !self.has_room(provider) {
            return;
        }
        let next = self.held.get_mut(provider).and_then(VecDeque::pop_front);
        self.again.extend(next);
    }

    pub(super) fn spawn(&mut self, job: Job, work: impl Future<Output = Message> + Send + 'static) {
        let id = self.jobs.spawn(work).id();
        self.job_of.insert(id, job);
    }

    /// Reserves space for the step's result.
    pub(super) fn keep_space(&mut self, step: u32, bytes: usize) {
        if let Some(active) = self.active.get_mut(&step) {
            active.reserved = bytes;
            self.reserve += bytes;
        }
    }

    /// The step goes to work outside this task.
    pub(super) fn occupy(&mut self, provider: &ProviderInstance) {
        self.in_flight += 1;
        match self.busy.get_mut(provider) {
            Some(busy) => *busy += 1,
            None => {
                self.busy.insert(provider.clone(), 1);
            }
        }
    }

    /// The step has come back. Another may take its place with the provider.
    pub(super) fn release(&mut self, provider: &ProviderInstance) {
        self.in_flight -= 1;
        if let Some(busy) = self.busy.get_mut(provider) {
            *busy -= 1;
        }
        self.let_next(provider);
    }

    fn pass(&mut self, step: u32) {
        if self.records_all {
            self.append(&Record::Result(Box::new(StepResult {
                step: step.into(),
                before: Vec::new(),
                effect: None,
                error: None,
                closes: Vec::new(),
            })));
        }
        self.ended[step as usize] = true;
        self.queue.done(step);
    }

    pub(super) fn tell_started(&mut self, active: &Active<'_>, id: Option<ShownId>) {
        let (address, doing) = (active.address.clone(), active.doing);
        self.tell(Event::Started { address, doing, id });
    }

    /// The step has ended well.
    pub(super) fn succeed(&mut self, step: u32) {
        self.active.remove(&step);
        self.release_ephemerals(step);
        self.ended[step as usize] = true;
        self.queue.done(step);
    }

    pub(super) fn tell_done(&mut self, step: u32, id: Option<ShownId>) {
        let Some(active) = self.active.get(&step) else { return };
        let elapsed = self.now().since(active.begun);
        let (address, doing) = (active.address.clone(), active.doing);
        match doing {
            Doing::Create => self.outcome.done.added += 1,
            Doing::Update => self.outcome.done.changed += 1,
            Doing::Delete => self.outcome.done.destroyed += 1,
            Doing::Forget => self.outcome.done.forgotten += 1,
            _ => {}
        }
        self.tell(Event::Done { address, doing, elapsed, id });
    }

    /// The step is not active any more: it has failed, if it had begun.
    pub(super) fn tell_failed(&mut self, step: u32) {
        if let Some(active) = self.active.remove(&step) {
            let elapsed = self.now().since(active.begun);
            self.tell(Event::Failed { address: active.address, doing: active.doing, elapsed });
        }
    }

    /// The step has failed, and what needs it is given up.
    pub(super) fn fail(&mut self, step: u32, diags: Diagnostics) {
        self.report(diags);
        self.outcome.complete = false;
        self.tell_failed(step);
        self.release_ephemerals(step);
        self.ended[step as usize] = true;
        for lost in self.queue.failed(step) {
            self.release_ephemerals(lost);
        }
    }

    /// The step has done what it was to do; what comes after it does not go on.
    pub(super) fn fail_after(&mut self, step: u32, diags: Diagnostics) {
        self.active.remove(&step);
        self.fail(step, diags);
    }

    /// What came of a step goes into the state and the journal.
    pub(super) fn record(&mut self, result: StepResult) {
        self.apply(&result.before);
        if let Some(effect) = &result.effect {
            self.apply(std::slice::from_ref(effect));
        }
        self.append(&Record::Result(Box::new(result)));
    }

    /// It is not known what came of the step.
    pub(super) fn uncertain(&mut self, step: u32, why: &str) {
        self.outcome.uncertain.push(self.open_id(step));
        self.append(&Record::Uncertain { step: step.into(), why: why.to_owned() });
    }

    /// A step whose intent is recorded, and that was not let go: nothing has happened.
    pub(super) fn not_begun(&mut self, job: &Job) {
        let Job::Step(step) = *job else { return self.not_run(job) };
        self.come_back(step);
        let outside = self.active.get(&step).is_some_and(|active| active.outside);
        if outside {
            self.record(StepResult {
                step: step.into(),
                before: Vec::new(),
                effect: None,
                error: Some("it was not begun".to_owned()),
                closes: Vec::new(),
            });
        }
        self.fail(step, Diagnostics::new());
    }

    fn not_run(&mut self, job: &Job) {
        if let Job::Provision(step) = *job {
            self.come_back(step);
            self.fail(step, Diagnostics::new());
        }
    }

    /// The step's worker has ended.
    pub(super) fn come_back(&mut self, step: u32) {
        let Some(active) = self.active.get_mut(&step) else { return };
        self.reserve -= std::mem::take(&mut active.reserved);
        let change = active.change;
        self.release(&change.provider);
    }

    /// A worker has ended without a message: it was dropped, or has panicked.
    pub(super) fn job_lost(&mut self, job: &Job, error: &tokio::task::JoinError) {
        let dropped = error.is_cancelled();
        match job {
            Job::Step(step) => self.step_lost(*step, dropped),
            Job::Provision(step) => self.provision_lost(*step, dropped),
            Job::Provider(provider) if !dropped => {
                self.configured(provider.clone(), Err(panicked()));
            }
            Job::Opening(instance) if !dropped => self.opened(instance, Err(panicked())),
            Job::Renewing(instance) if !dropped => self.renewed(instance, Err(panicked())),
            Job::Closing(instance) if !dropped => self.closed(instance, Err(panicked())),
            _ => {}
        }
    }

    fn step_lost(&mut self, step: u32, dropped: bool) {
        let Some(active) = self.active.get(&step) else { return };
        let (outside, change) = (active.outside, active.change);
        self.come_back(step);
        if outside {
            let why = if dropped {
                "It was interrupted before its outcome was known."
            } else {
                "The provider crashed before the outcome was known."
            };
            self.uncertain(step, why);
        }
        let mut diags = Diagnostics::new();
        if !dropped {
            diags.push(problem::step(&panicked(), change, self.work.language));
        }
        self.fail(step, diags);
    }
}
