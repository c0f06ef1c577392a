//! Provisioners of an object: one after the other, after it is made or before it is destroyed.

use std::collections::VecDeque;
use std::sync::Arc;

use wb_core::diag::Diagnostics;
use wb_core::source::Span;

use super::job::{Job, Line, Message, Work, panicked};
use super::steps::{Active, Halt, What};
use super::{Runner, problem};
use crate::provision::{Machine, ProvisionError, Said};
use crate::{Event, OnFailure, Provision, When};

/// What is left to run.
pub(super) struct Provisioning {
    when: When,
    left: VecDeque<Provision>,
    current: Option<Current>,
}

/// The one that runs.
struct Current {
    kind: Arc<str>,
    on_failure: OnFailure,
    span: Option<Span>,
}

impl Runner<'_> {
    /// Runs the provisioners of a step, then goes on with it.
    pub(super) fn provision(&mut self, step: u32, when: When) {
        let Some(active) = self.active.get_mut(&step) else { return };
        active.provisioning = Some(Provisioning { when, left: VecDeque::new(), current: None });
        let change = active.change;
        let value = match &active.what {
            What::Make(make) => make.value.as_ref(),
            What::Read(_) | What::Remove(_) => None,
        };
        let value = value.unwrap_or(&change.before).clone();
        match self.work.language.provisioners(change, &value, when) {
            Ok(list) => {
                if let Some(provisioning) = self.provisioning(step) {
                    provisioning.left = list.into();
                }
                self.next_provision(step);
            }
            Err(stuck) => match Halt::from(stuck) {
                Halt::Waits => {}
                Halt::Open(instances) => self.wait_for_ephemerals(step, &instances),
                Halt::Failed(diags) => self.fail(step, diags),
            },
        }
    }

    fn provisioning(&mut self, step: u32) -> Option<&mut Provisioning> {
        self.active.get_mut(&step)?.provisioning.as_mut()
    }

    /// Its ephemeral objects are open.
    pub(super) fn provision_again(&mut self, step: u32) {
        let waits = self.provisioning(step).filter(|p| p.current.is_none()).map(|p| p.when);
        if let Some(when) = waits {
            self.provision(step, when);
        }
    }

    fn next_provision(&mut self, step: u32) {
        let Some(Active { provisioning: Some(state), address, change, .. }) =
            self.active.get_mut(&step)
        else {
            return;
        };
        let Some(next) = state.left.pop_front() else {
            return match state.when {
                When::Create => {
                    self.untaint(step);
                    self.finish_make(step);
                }
                When::Destroy => self.delete(step),
            };
        };
        let (address, change, kind) = (address.clone(), *change, Arc::clone(&next.kind));
        state.current =
            Some(Current { kind: Arc::clone(&kind), on_failure: next.on_failure, span: next.span });
        self.occupy(&change.provider);
        let (lines, of) = (self.lines.0.clone(), Arc::clone(&kind));
        // A line that nobody hears any more is no loss.
        let say = move |text| drop(lines.send(Line { step, kind: Arc::clone(&of), text }));
        let mut number = [0; 4];
        self.work.world.ambient.random(&mut number);
        let machine = Machine {
            work_dir: self.work.world.work_dir.clone(),
            number: u32::from_le_bytes(number),
        };
        let launch = move || -> Work {
            Box::pin(async move {
                let result = crate::provision::run(next, machine, Said::new(say)).await;
                Message::Provisioned { step, result }
            })
        };
        self.launches.push((Job::Provision(step), Box::new(launch)));
        self.tell(Event::ProvisionStarted { address, kind });
    }

    pub(super) fn provisioned(&mut self, step: u32, result: Result<(), ProvisionError>) {
        self.come_back(step);
        let Some(Active { provisioning: Some(state), address, change, .. }) =
            self.active.get_mut(&step)
        else {
            return;
        };
        let (address, change) = (address.clone(), *change);
        let Some(Current { kind, on_failure, span }) = state.current.take() else { return };
        let Err(error) = result else {
            self.tell(Event::ProvisionDone { address, kind });
            return self.next_provision(step);
        };
        let error = ProvisionError { span: error.span.or(span), ..error };
        let diags = Diagnostics::from(problem::provision(&error, &kind, change));
        self.tell(Event::ProvisionFailed { address, kind });
        match on_failure {
            OnFailure::Continue => {
                self.report(problem::as_warnings(diags));
                self.next_provision(step);
            }
            OnFailure::Fail => self.fail(step, diags),
        }
    }

    /// A provisioner was interrupted. What it was for stays as it is recorded: a new object tainted, an old one there.
    pub(super) fn provision_lost(&mut self, step: u32, dropped: bool) {
        if dropped {
            self.come_back(step);
            self.fail(step, Diagnostics::new());
        } else {
            let error = panicked();
            self.provisioned(step, Err(ProvisionError { detail: error.detail, span: None }));
        }
    }
}
