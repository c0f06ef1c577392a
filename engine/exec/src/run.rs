//! Carrying out a plan: the task that owns everything.
//!
//! A round begins every step that can begin, makes the journal durable once, and only then launches the effects of these
//! steps; then it waits until something ends. What lives in the state alone is done at once, within the round: a stack
//! of nothing else is one round and one sync, whatever its size.

mod ephemeral;
mod finish;
mod intent;
mod job;
mod make;
mod problem;
mod providers;
mod provision;
mod read;
mod remove;
mod steps;

pub use finish::check_result;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use wb_core::addr::{DeposedKey, ProviderInstance};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::hash::HashMap;
use wb_core::time::{Moment, Zoned};
use wb_graph::ReadyQueue;
use wb_plan::{Change, Plan, Step};
use wb_sdk::{Client, Context, Fence, FenceBroken};
use wb_state::journal::Record;
use wb_state::{Edit, OpenId};

use crate::{Event, Outcome, Stop, Work};
use ephemeral::Ephemerals;
use job::{Job, Launch, Line, Message};
use providers::Configurations;
use steps::Active;

/// A round ends after this many records, so that a long one is not lost as a whole.
const ROUND: usize = 4096;

/// Carries out a plan.
///
/// The future is not `Send`: the language stays on its thread. It needs a tokio runtime with time and, for provisioners, I/O.
pub async fn run(work: Work<'_>) -> Outcome {
    let plan = work.plan;
    match ReadyQueue::new(&plan.steps.graph) {
        Ok(queue) => Runner::new(work, queue).run().await,
        Err(_) => Outcome {
            diags: Diagnostic::error(
                "Plan cannot be carried out",
                "Some of its steps wait for one another. This is a bug in wb.",
            )
            .into(),
            ..Outcome::default()
        },
    }
}

/// Everything that changes while a plan is carried out.
struct Runner<'a> {
    work: Work<'a>,
    plan: &'a Plan,
    /// When the plan was made: what planning again is told.
    planned_at: Moment,
    queue: ReadyQueue<'a>,
    /// A step that was taken from the queue and has not begun.
    next: Option<u32>,
    /// Steps that had to wait for something, and need not any more.
    again: VecDeque<u32>,
    /// Which steps have ended, well or not.
    ended: Vec<bool>,
    active: HashMap<u32, Active<'a>>,
    configurations: Configurations,
    ephemerals: Ephemerals,
    /// Steps that wait because their provider has enough to do.
    held: BTreeMap<ProviderInstance, VecDeque<u32>>,
    /// How many effects each provider has at work.
    busy: BTreeMap<ProviderInstance, usize>,
    in_flight: usize,
    /// The objects that create-first replacements have set aside, by change.
    deposed: HashMap<u32, DeposedKey>,
    jobs: JoinSet<Message>,
    /// What each of them is, should it panic.
    job_of: HashMap<tokio::task::Id, Job>,
    /// Effects that begin as soon as the journal is durable.
    launches: Vec<(Job, Launch)>,
    lines: (mpsc::UnboundedSender<Line>, mpsc::UnboundedReceiver<Line>),
    cancel: watch::Sender<bool>,
    within: Arc<dyn Fence>,
    /// Records that are not durable yet.
    unflushed: usize,
    /// Space for the results of what is in flight.
    reserve: usize,
    /// Whether every step leaves a record of its end, which a damaged journal needs.
    records_all: bool,
    /// Nothing begins any more: the lock is lost, or the journal cannot be written.
    broken: bool,
    outcome: Outcome,
}

impl<'a> Runner<'a> {
    fn new(mut work: Work<'a>, queue: ReadyQueue<'a>) -> Self {
        let clients = std::mem::take(&mut work.clients);
        Self {
            plan: work.plan,
            planned_at: moment(&work.plan.timestamp),
            queue,
            next: None,
            again: VecDeque::new(),
            ended: vec![false; work.plan.steps.steps.len()],
            active: HashMap::default(),
            configurations: Configurations::new(clients),
            ephemerals: Ephemerals::new(work.plan),
            held: BTreeMap::new(),
            busy: BTreeMap::new(),
            in_flight: 0,
            deposed: HashMap::default(),
            jobs: JoinSet::new(),
            job_of: HashMap::default(),
            launches: Vec::new(),
            lines: mpsc::unbounded_channel(),
            cancel: watch::Sender::new(false),
            within: Arc::new(Within),
            unflushed: 0,
            reserve: 0,
            records_all: false,
            broken: false,
            outcome: Outcome { complete: true, durable: true, ..Outcome::default() },
            work,
        }
    }

    async fn run(mut self) -> Outcome {
        self.begin_run().await;
        loop {
            self.begin_ready();
            self.launch();
            if self.jobs.is_empty() {
                if self.has_ready() {
                    continue;
                }
                break;
            }
            if self.stop() == Stop::Now {
                self.give_up().await;
                break;
            }
            self.wait().await;
        }
        self.finish().await
    }

    /// Records what the plan changes before its first step, and what it may do.
    async fn begin_run(&mut self) {
        let plan = self.plan;
        for change in plan.changes.iter().filter(|c| c.importing.is_some()) {
            self.outcome.done.imported += 1;
            self.tell_import(change);
        }
        if !plan.edits.is_empty() {
            self.change(plan.edits.clone());
        }
        let outside = self.steps_outside();
        self.configure_early(outside.iter().map(|(_, change)| &change.provider).collect()).await;
        self.record_planned(&outside);
    }

    /// Begins what can begin. Nothing in here waits.
    fn begin_ready(&mut self) {
        while self.in_flight < self.work.parallelism.max(1) && self.has_ready() {
            if let Some(step) = self.next.take() {
                self.begin(step);
            }
            if self.unflushed >= ROUND {
                return;
            }
        }
    }

    fn has_ready(&mut self) -> bool {
        if self.halted() {
            return false;
        }
        if self.next.is_none() {
            self.next = self.again.pop_front().or_else(|| self.queue.pop());
        }
        self.next.is_some()
    }

    fn halted(&self) -> bool {
        self.broken || self.stop() != Stop::No
    }

    fn stop(&self) -> Stop {
        self.work.world.stop.as_ref().map_or(Stop::No, |stop| *stop.borrow())
    }

    /// Makes the journal durable, then lets the effects begin whose intents are in it.
    fn launch(&mut self) {
        let is_idle = self.jobs.is_empty() && self.unflushed < ROUND;
        if self.launches.is_empty() && (self.unflushed == 0 || is_idle) {
            // With nothing in flight the run goes on at once, or ends with a sync of its own.
            return;
        }
        let durable = self.flush();
        let launches = std::mem::take(&mut self.launches);
        if launches.is_empty() {
            return;
        }
        let fence = self.work.world.fence.check();
        if let (true, Err(broken)) = (durable, &fence) {
            self.broken = true;
            self.outcome.diags.push(problem::fenced(&broken.why));
        }
        for (job, launch) in launches {
            if durable && fence.is_ok() {
                let id = self.jobs.spawn(launch()).id();
                self.job_of.insert(id, job);
            } else {
                self.not_begun(&job);
            }
        }
    }

    /// One sync for everything since the last.
    fn flush(&mut self) -> bool {
        match self.work.journal.flush(self.reserve) {
            Ok(()) => {
                self.unflushed = 0;
                true
            }
            Err(failed) => {
                if !self.broken {
                    self.outcome.diags.push(problem::journal(&failed.why));
                }
                self.broken = true;
                false
            }
        }
    }

    fn append(&mut self, record: &Record) {
        self.work.journal.append(record);
        self.unflushed += 1;
    }

    /// Changes the state without an effect outside.
    fn change(&mut self, edits: Vec<Edit>) {
        self.apply(&edits);
        self.append(&Record::Changed { edits, closes: Vec::new() });
    }

    fn apply(&mut self, edits: &[Edit]) {
        for edit in edits {
            if let Err(e) = edit.apply(self.work.state) {
                self.outcome.diags.push(problem::edit(&e));
            }
        }
    }

    /// Waits until something has happened, and deals with all that has.
    async fn wait(&mut self) {
        let renewal = self.ephemerals.next_renewal();
        let sleep = renewal.map(|at| at.since(self.now()));
        tokio::select! {
            biased;
            ended = self.jobs.join_next_with_id() => self.job_ended(ended),
            Some(line) = self.lines.1.recv() => self.tell_line(line),
            () = stopped(&mut self.work.world.stop) => {}
            () = async { tokio::time::sleep(sleep.unwrap_or_default()).await }, if sleep.is_some() => self.renew(),
        }
        while let Some(ended) = self.jobs.try_join_next_with_id() {
            self.job_ended(Some(ended));
        }
    }

    fn job_ended(
        &mut self,
        ended: Option<Result<(tokio::task::Id, Message), tokio::task::JoinError>>,
    ) {
        while let Ok(line) = self.lines.1.try_recv() {
            self.tell_line(line);
        }
        match ended {
            Some(Ok((id, message))) => {
                self.job_of.remove(&id);
                self.message(message);
            }
            Some(Err(error)) => {
                if let Some(job) = self.job_of.remove(&error.id()) {
                    self.job_lost(&job, &error);
                }
            }
            None => {}
        }
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Configured { provider, result } => self.configured(provider, result),
            Message::Made { step, result } => {
                self.come_back(step);
                self.made(step, result);
            }
            Message::Deleted { step, result } => {
                self.come_back(step);
                self.deleted(step, result);
            }
            Message::Read { step, result } => {
                self.come_back(step);
                self.read(step, result);
            }
            Message::Provisioned { step, result } => self.provisioned(step, result),
            Message::Opened { instance, result } => self.opened(&instance, result),
            Message::Renewed { instance, result } => self.renewed(&instance, result),
            Message::Closed { instance, result } => self.closed(&instance, result),
        }
    }

    /// Drops what is in flight. What may have happened outside is uncertain.
    async fn give_up(&mut self) {
        self.cancel.send_replace(true);
        self.jobs.abort_all();
        while let Some(ended) = self.jobs.join_next_with_id().await {
            self.job_ended(Some(ended));
        }
    }

    fn now(&self) -> Moment {
        self.work.world.ambient.now()
    }

    fn tell(&mut self, event: Event) {
        (self.work.events)(event);
    }

    fn tell_line(&mut self, line: Line) {
        if let Some(active) = self.active.get(&line.step) {
            let event = Event::ProvisionOutput {
                address: active.address.clone(),
                kind: line.kind,
                line: line.text,
            };
            self.tell(event);
        }
    }

    fn context(&self, client: &Client) -> Context {
        Context {
            client: client.clone(),
            ambient: self.work.world.ambient.clone(),
            fence: self.work.world.fence.clone(),
            cancel: self.cancel.subscribe(),
            deadline: None,
            work_dir: self.work.world.work_dir.clone(),
        }
    }

    /// As [`Runner::context`], for an operation without effect outside: there is nothing to keep from happening, so nobody
    /// looks at the lock for each of a hundred thousand.
    fn context_within(&self, client: &Client) -> Context {
        Context { fence: self.within.clone(), ..self.context(client) }
    }

    fn step(&self, step: u32) -> Step {
        self.plan.steps.steps[step as usize]
    }

    fn change_of(&self, step: u32) -> Option<&'a Change> {
        self.step(step).change.and_then(|change| self.plan.changes.get(change as usize))
    }

    fn open_id(&self, step: u32) -> OpenId {
        OpenId { run: self.work.run, step: step.into() }
    }

    fn report(&mut self, diags: Diagnostics) {
        self.outcome.diags.append(diags);
    }
}

/// The fence of what has no effect outside.
#[derive(Debug)]
struct Within;

impl Fence for Within {
    fn check(&self) -> Result<(), FenceBroken> {
        Ok(())
    }
}

/// The moment of a plan. One that cannot be read is the plan file's fault, and was found when that was.
fn moment(text: &str) -> Moment {
    text.parse::<Zoned>().map_or(Moment::EPOCH, |zoned| zoned.moment)
}

/// Ends when the user's wish changes; never where nobody can change it any more.
async fn stopped(stop: &mut Option<watch::Receiver<Stop>>) {
    match stop {
        Some(receiver) => {
            if receiver.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
