//! Ephemeral objects: opened when something needs them, kept alive, closed after the last that does.

use std::collections::BTreeMap;
use std::sync::Arc;

use wb_core::addr::{AbsInstance, Mode, ObjectAddr};
use wb_core::contract;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::Marks;
use wb_core::schema::SensitivePaths;
use wb_core::time::Moment;
use wb_plan::Plan;
use wb_sdk::{Client, EphemeralOps, OpError, Open, Opened};

use super::job::{Job, Message};
use super::make::sensitive;
use super::steps::{Halt, Waiter};
use super::{Runner, problem};
use crate::{Doing, Event, Phase};

/// The ephemeral objects of a run.
pub(super) struct Ephemerals {
    slots: BTreeMap<AbsInstance, Slot>,
    /// How many steps that have not ended need each. What something else may need, such as a provider's configuration, is
    /// not counted: it stays open to the end.
    users: BTreeMap<AbsInstance, usize>,
    /// Who waits for one to be open.
    waiting: BTreeMap<AbsInstance, Vec<Waiter>>,
}

enum Slot {
    Opening {
        begun: Moment,
        handle: Handle,
        marks: Vec<wb_core::value::PathMarks>,
    },
    Open {
        handle: Handle,
        private: Vec<u8>,
        renew_at: Option<Moment>,
    },
    Closing {
        begun: Moment,
    },
    Closed,
    /// Its problem is reported.
    Failed,
}

#[derive(Clone)]
struct Handle {
    ops: Arc<dyn EphemeralOps>,
    client: Client,
}

impl Ephemerals {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut users = BTreeMap::new();
        for change in plan.steps.steps.iter().filter_map(|s| plan.changes.get(s.change? as usize)) {
            for instance in change.needs.iter().filter(|i| is_ephemeral(i)) {
                *users.entry(instance.clone()).or_insert(0) += 1;
            }
        }
        Self { slots: BTreeMap::new(), users, waiting: BTreeMap::new() }
    }

    /// Something that is not a step has used what is open: that stays open.
    pub(super) fn pin_open(&mut self) {
        if self.users.is_empty() {
            return;
        }
        for (instance, slot) in &self.slots {
            if matches!(slot, Slot::Open { .. }) {
                self.users.remove(instance);
            }
        }
    }

    /// When the next of them has to be renewed.
    pub(super) fn next_renewal(&self) -> Option<Moment> {
        let due = |slot: &Slot| match slot {
            Slot::Open { renew_at, .. } => *renew_at,
            _ => None,
        };
        self.slots.values().filter_map(due).min()
    }
}

fn is_ephemeral(instance: &AbsInstance) -> bool {
    instance.resource.resource.mode == Mode::Ephemeral
}

impl Runner<'_> {
    /// Lets a step wait until these are open.
    pub(super) fn wait_for_ephemerals(&mut self, step: u32, instances: &[AbsInstance]) {
        self.wait_for(&Waiter::Step(step), instances);
    }

    /// What the waiter waited for is there.
    pub(super) fn wake(&mut self, waiter: &Waiter) {
        match waiter {
            Waiter::Step(step) => self.again.push_back(*step),
            Waiter::Ephemeral(instance) => self.open(instance),
        }
    }

    /// Opens what is not open, and registers who waits for it. Where one cannot be opened, whoever waits is woken too, and
    /// fails when it asks again.
    fn wait_for(&mut self, waiter: &Waiter, instances: &[AbsInstance]) {
        let mut failed = false;
        for instance in instances {
            match self.ephemerals.slots.get(instance) {
                Some(Slot::Open { .. }) => {}
                Some(Slot::Failed) => failed = true,
                Some(Slot::Opening { .. }) => self.add_waiter(instance, waiter.clone()),
                Some(Slot::Closing { .. } | Slot::Closed) | None => {
                    self.add_waiter(instance, waiter.clone());
                    self.open(instance);
                }
            }
        }
        if failed {
            self.give_up_waiting(waiter);
        }
    }

    fn add_waiter(&mut self, instance: &AbsInstance, waiter: Waiter) {
        self.ephemerals.waiting.entry(instance.clone()).or_default().push(waiter);
    }

    fn give_up_waiting(&mut self, waiter: &Waiter) {
        match waiter {
            Waiter::Step(step) if !self.ended[*step as usize] => {
                self.fail(*step, Diagnostics::new());
            }
            Waiter::Step(_) => {}
            Waiter::Ephemeral(instance) => self.not_opened(instance, Diagnostics::new()),
        }
    }

    fn open(&mut self, instance: &AbsInstance) {
        match self.try_open(instance) {
            Ok(()) | Err(Halt::Waits) => {}
            Err(Halt::Open(more)) => self.wait_for(&Waiter::Ephemeral(instance.clone()), &more),
            Err(Halt::Failed(diags)) => self.not_opened(instance, diags),
        }
    }

    fn try_open(&mut self, instance: &AbsInstance) -> Result<(), Halt> {
        let opening = self.work.language.ephemeral(instance)?;
        let address = &opening.provider.config.provider;
        let kind = &instance.resource.resource.kind;
        let ops = self.work.providers.get(address).and_then(|p| p.ephemeral_ops(kind));
        let ops = ops.ok_or_else(|| Diagnostics::from(no_type(instance)))?;
        self.ephemerals.pin_open();
        let waiter = Waiter::Ephemeral(instance.clone());
        let client = self.configuration(waiter, &opening.provider)?.client.clone();
        let diags = self.work.language.conditions(instance, Phase::Before, None);
        self.go_on(diags)?;
        let (config, marks) = opening.config.unmark_deep_with_paths();
        let handle = Handle { ops: Arc::clone(&ops), client };
        let context = self.context(&handle.client).of_task(&format_args!("open {instance}"));
        let begun = self.now();
        let slot = Slot::Opening { begun, handle, marks: sensitive(marks) };
        self.ephemerals.slots.insert(instance.clone(), slot);
        let id = None;
        self.tell(Event::Started { address: object(instance), doing: Doing::Open, id });
        let of = instance.clone();
        let work = async move {
            Message::Opened { instance: of, result: ops.open(Open { config }, context).await }
        };
        self.spawn(Job::Opening(instance.clone()), work);
        Ok(())
    }

    /// It is open, or cannot be opened.
    pub(super) fn opened(&mut self, instance: &AbsInstance, result: Result<Opened, OpError>) {
        let Some(Slot::Opening { begun, handle, marks }) = self.ephemerals.slots.remove(instance)
        else {
            return;
        };
        let opened = match result {
            Ok(opened) => opened,
            Err(error) => {
                let diag = problem::operation(&error).about(instance.to_string());
                let elapsed = self.now().since(begun);
                self.tell(Event::Failed { address: object(instance), doing: Doing::Open, elapsed });
                return self.not_opened(instance, diag.into());
            }
        };
        let block = &handle.ops.schema().block;
        let found = contract::conforms(block, &opened.value);
        if !found.is_empty() || !opened.value.is_wholly_known() {
            return self.not_opened(instance, invalid(instance).into());
        }
        let value = opened.value.apply_marks_at_paths(&marks);
        let value = value.apply_marks_at_paths(&block.sensitive_paths(&value));
        let value = value.with_marks(&Marks::EPHEMERAL);
        let slot = Slot::Open { handle, private: opened.private, renew_at: opened.renew_at };
        self.ephemerals.slots.insert(instance.clone(), slot);
        let elapsed = self.now().since(begun);
        self.tell(Event::Done { address: object(instance), doing: Doing::Open, elapsed, id: None });
        self.work.language.opened(instance, value.clone());
        let diags = self.work.language.conditions(instance, Phase::After, Some(&value));
        if diags.has_errors() {
            return self.not_opened(instance, diags);
        }
        self.report(diags);
        for waiter in self.ephemerals.waiting.remove(instance).unwrap_or_default() {
            self.wake(&waiter);
        }
    }

    /// Whoever waits for it fails with it. One that is open all the same is closed at the end.
    fn not_opened(&mut self, instance: &AbsInstance, diags: Diagnostics) {
        self.report(diags);
        self.outcome.complete = false;
        if !matches!(self.ephemerals.slots.get(instance), Some(Slot::Open { .. })) {
            self.ephemerals.slots.insert(instance.clone(), Slot::Failed);
        }
        for waiter in self.ephemerals.waiting.remove(instance).unwrap_or_default() {
            self.give_up_waiting(&waiter);
        }
    }

    /// Keeps alive what is due.
    pub(super) fn renew(&mut self) {
        let now = self.now();
        let mut due = Vec::new();
        for (instance, slot) in &mut self.ephemerals.slots {
            if let Slot::Open { handle, private, renew_at } = slot
                && renew_at.is_some_and(|at| at <= now)
            {
                *renew_at = None;
                due.push((instance.clone(), handle.clone(), private.clone()));
            }
        }
        for (instance, handle, private) in due {
            let context = self.context(&handle.client);
            let of = instance.clone();
            let work = async move {
                Message::Renewed { instance: of, result: handle.ops.renew(private, context).await }
            };
            self.spawn(Job::Renewing(instance), work);
        }
    }

    pub(super) fn renewed(&mut self, instance: &AbsInstance, result: Result<Opened, OpError>) {
        let Some(Slot::Open { private, renew_at, .. }) = self.ephemerals.slots.get_mut(instance)
        else {
            return;
        };
        match result {
            Ok(opened) => (*private, *renew_at) = (opened.private, opened.renew_at),
            Err(error) => {
                let diag = problem::operation(&error).about(instance.to_string());
                self.outcome.diags.push(diag);
            }
        }
    }

    /// The step does not need its ephemeral objects any more.
    pub(super) fn release_ephemerals(&mut self, step: u32) {
        if self.ephemerals.users.is_empty() {
            return;
        }
        let Some(change) = self.change_of(step) else { return };
        for instance in change.needs.iter().filter(|i| is_ephemeral(i)) {
            let Some(users) = self.ephemerals.users.get_mut(instance) else { continue };
            *users = users.saturating_sub(1);
            if *users == 0 {
                self.ephemerals.users.remove(instance);
                self.close(instance);
            }
        }
    }

    fn close(&mut self, instance: &AbsInstance) {
        let begun = self.now();
        let Some(slot) = self.ephemerals.slots.get_mut(instance) else { return };
        let Slot::Open { handle, private, .. } = slot else { return };
        let (handle, private) = (handle.clone(), std::mem::take(private));
        *slot = Slot::Closing { begun };
        self.work.language.closed(instance);
        let context = self.context(&handle.client);
        self.tell(Event::Started { address: object(instance), doing: Doing::Close, id: None });
        let of = instance.clone();
        let work = async move {
            Message::Closed { instance: of, result: handle.ops.close(private, context).await }
        };
        self.spawn(Job::Closing(instance.clone()), work);
    }

    pub(super) fn closed(&mut self, instance: &AbsInstance, result: Result<(), OpError>) {
        let Some(slot) = self.ephemerals.slots.get_mut(instance) else { return };
        let Slot::Closing { begun } = *slot else { return };
        *slot = Slot::Closed;
        let (address, doing) = (object(instance), Doing::Close);
        let elapsed = self.now().since(begun);
        match result {
            Ok(()) => self.tell(Event::Done { address, doing, elapsed, id: None }),
            Err(error) => {
                let diag = problem::operation(&error).about(instance.to_string());
                self.outcome.diags.push(diag);
                self.tell(Event::Failed { address, doing, elapsed });
            }
        }
    }

    /// Closes all that is open.
    pub(super) fn close_all(&mut self) {
        let open = self.ephemerals.slots.iter().filter(|(_, s)| matches!(s, Slot::Open { .. }));
        for instance in open.map(|(i, _)| i.clone()).collect::<Vec<_>>() {
            self.close(&instance);
        }
    }
}

fn object(instance: &AbsInstance) -> ObjectAddr {
    ObjectAddr::current(instance.clone())
}

fn no_type(instance: &AbsInstance) -> Diagnostic {
    Diagnostic::error(
        "Type not available",
        format!("No provider here has the ephemeral resource type that {instance} is."),
    )
    .about(instance.to_string())
}

fn invalid(instance: &AbsInstance) -> Diagnostic {
    Diagnostic::error(
        "Provider produced invalid object",
        format!(
            "What the provider says of {instance} is not what its schema says, or not all known."
        ),
    )
    .about(instance.to_string())
    .help("This is a bug in the provider: please report it where the provider is developed.")
}
