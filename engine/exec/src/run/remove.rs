//! Deleting, and letting go.

use std::sync::Arc;

use wb_core::addr::ObjectAddr;
use wb_core::diag::Diagnostics;
use wb_plan::{Action, Change};
use wb_sdk::{Delete, Object, OpError, ResourceOps};
use wb_state::journal::{Record, StepResult};
use wb_state::{Edit, IntentAction, Status};

use super::intent::token;
use super::job::{Job, Message, Work, at_once};
use super::make::deadline;
use super::providers::Configuration;
use super::steps::{Active, Halt, Waiter, What};
use super::{Runner, problem};
use crate::{Doing, Event, ShownId, When};

/// A delete on its way.
pub(super) struct Removal {
    ops: Arc<dyn ResourceOps>,
    configuration: Arc<Configuration>,
}

impl<'a> Runner<'a> {
    pub(super) fn begin_delete(&mut self, step: u32, change: &'a Change) -> Result<(), Halt> {
        let ops = self.resource_ops(change)?;
        if !ops.lives_in_state() {
            self.room(step, &change.provider)?;
        }
        let configuration = self.configuration(Waiter::Step(step), &change.provider)?;
        let address = self.removed_address(step, change);
        let provisions = self.provisions_removal(change, &address);
        let active = Active {
            change,
            address,
            doing: Doing::Delete,
            begun: self.now(),
            outside: !ops.lives_in_state(),
            reserved: 0,
            what: What::Remove(Removal { ops, configuration }),
            provisioning: None,
        };
        self.tell_started(&active, ShownId::of(&change.before));
        self.active.insert(step, active);
        if provisions {
            self.provision(step, When::Destroy);
        } else {
            self.delete(step);
        }
        Ok(())
    }

    /// The object that the step destroys: of a create-first replacement, the one set aside.
    fn removed_address(&self, step: u32, change: &Change) -> ObjectAddr {
        if change.action != (Action::Replace { create_first: true }) {
            return change.object.clone();
        }
        let key = self.step(step).change.and_then(|of| self.deposed.get(&of)).copied();
        ObjectAddr { instance: change.instance().clone(), deposed: key }
    }

    /// Whether provisioners run first. They are for sound objects only, and one that was set aside has its successor.
    fn provisions_removal(&self, change: &Change, address: &ObjectAddr) -> bool {
        let sound = |o: &Arc<wb_state::Object>| o.status == Status::Ready;
        address.deposed.is_none()
            && self.work.language.has_provisioners(change, When::Destroy)
            && self.work.state.object(address).is_some_and(sound)
    }

    /// Destroys the object, now that provisioners have run.
    pub(super) fn delete(&mut self, step: u32) {
        let Some(active) = self.active.get(&step) else { return };
        let What::Remove(Removal { ops, configuration }) = &active.what else { return };
        let (change, outside, address) = (active.change, active.outside, active.address.clone());
        let (ops, configuration) = (Arc::clone(ops), Arc::clone(configuration));
        let value = change.before.unmark_deep().0;
        let mut context = if outside {
            self.context(&configuration.client)
        } else {
            self.context_within(&configuration.client)
        };
        context = context.of_task(&format_args!("delete {address}"));
        context.deadline = deadline(&value, "delete");
        let prior = Object { value, private: change.prior_private.to_vec() };
        let ask = Delete { prior, token: token(self.work.run, step) };
        if outside {
            let version = ops.schema().version;
            let mut intent = self.intent(step, change, address, IntentAction::Delete, version);
            Self::fill_intent(&mut intent, &configuration);
            self.append(&Record::Started { step: step.into(), intent: Box::new(intent) });
            self.keep_space(step, 4096);
            self.occupy(&change.provider);
            let launch = move || -> Work {
                Box::pin(async move {
                    Message::Deleted { step, result: ops.delete(ask, context).await }
                })
            };
            self.launches.push((Job::Step(step), Box::new(launch)));
            return;
        }
        match at_once(ops.delete(ask, context)) {
            Ok(result) => self.deleted(step, result),
            Err(reply) => {
                self.occupy(&change.provider);
                let work = async move { Message::Deleted { step, result: reply.await } };
                self.spawn(Job::Step(step), work);
            }
        }
    }

    /// The object is gone, or is not.
    pub(super) fn deleted(&mut self, step: u32, result: Result<(), OpError>) {
        let Some(active) = self.active.get(&step) else { return };
        let (change, address, outside) = (active.change, active.address.clone(), active.outside);
        let record = |effect, error| StepResult {
            step: step.into(),
            before: Vec::new(),
            effect,
            error,
            closes: Vec::new(),
        };
        let Err(error) = result else {
            self.record(record(Some(Edit::Remove { address }), None));
            self.tell_done(step, None);
            return self.succeed(step);
        };
        let diags = Diagnostics::from(problem::step(&error, change, self.work.language));
        if error.is_uncertain && error.partial.is_none() && outside {
            self.uncertain(step, &format!("{}.", error.summary));
        } else {
            let text = format!("{}: {}", error.summary, error.detail);
            let effect = error.partial.and_then(|left| self.left_over(step, &left));
            self.record(record(effect, Some(text)));
        }
        self.fail(step, diags);
    }

    /// What is left of an object that was destroyed half-way.
    fn left_over(&self, step: u32, left: &Object) -> Option<Edit> {
        let active = self.active.get(&step)?;
        let What::Remove(Removal { ops, .. }) = &active.what else { return None };
        let prior = self.work.state.object(&active.address)?;
        let rest = wb_state::Object {
            private: wb_state::Private::from_bytes(&left.private),
            ..(**prior).clone()
        };
        let object = wb_plan::object::encode(&left.value, ops.schema(), rest).ok()?;
        Some(Edit::Put {
            address: active.address.clone(),
            provider: active.change.provider.clone(),
            object: Arc::new(object),
        })
    }

    /// Lets go of the object: it stays, and the state forgets it.
    pub(super) fn forget(&mut self, step: u32, change: &Change) {
        let address = change.object.clone();
        self.record(StepResult {
            step: step.into(),
            before: vec![Edit::Remove { address: address.clone() }],
            effect: None,
            error: None,
            closes: Vec::new(),
        });
        self.outcome.done.forgotten += 1;
        let (doing, id) = (Doing::Forget, ShownId::of(&change.before));
        self.tell(Event::Done { address, doing, elapsed: std::time::Duration::ZERO, id });
        self.succeed(step);
    }
}
