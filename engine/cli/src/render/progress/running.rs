//! Steps that have begun and not ended.

use std::time::Duration;

use wb_core::addr::ObjectAddr;
use wb_exec::{Doing, Event, ShownId};

/// So often it is said that a step still goes on.
const EVERY: Duration = Duration::from_secs(10);

/// What goes on at present. There are never more of them than steps at a time, so they are looked through.
#[derive(Clone, Debug, Default)]
pub struct Running {
    steps: Vec<Step>,
}

/// One step that goes on.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub address: ObjectAddr,
    pub doing: Doing,
    pub id: Option<ShownId>,
    /// When it began.
    pub since: Duration,
    /// When it is next said that it goes on.
    next: Duration,
}

impl Running {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes notice of an event. `now` is the time since any fixed moment, as in all calls.
    pub fn event(&mut self, event: &Event, now: Duration) {
        match event {
            Event::Started { address, doing, id } => self.steps.push(Step {
                address: address.clone(),
                doing: *doing,
                id: id.clone(),
                since: now,
                next: now + EVERY,
            }),
            Event::Done { address, doing, .. } | Event::Failed { address, doing, .. } => {
                self.steps.retain(|step| step.doing != *doing || step.address != *address);
            }
            _ => {}
        }
    }

    /// The steps, in the order in which they began.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The steps of which it is time to say that they still go on, and for how long they have.
    pub fn due(&mut self, now: Duration) -> Vec<(Step, Duration)> {
        let mut due = Vec::new();
        for step in self.steps.iter_mut().filter(|step| step.next <= now) {
            let elapsed = now.saturating_sub(step.since);
            // Who comes late says it once, not for every time that was missed.
            step.next = now + EVERY;
            due.push((step.clone(), elapsed));
        }
        due
    }

    /// When something is due next.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        self.steps.iter().map(|step| step.next).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_told_every_ten_seconds() {
        let address = ObjectAddr::parse("t.a").unwrap();
        let started = Event::Started { address: address.clone(), doing: Doing::Create, id: None };
        let mut running = Running::new();
        let at = Duration::from_secs;
        running.event(&started, at(1));
        assert_eq!(running.next_due(), Some(at(11)));
        assert_eq!(running.due(at(10)), []);
        assert_eq!(running.due(at(36))[0].1, at(35));
        assert_eq!(running.due(at(37)), []);
        let done = |doing| Event::Failed { address: address.clone(), doing, elapsed: at(3) };
        running.event(&done(Doing::Delete), at(38));
        assert_eq!(running.steps().len(), 1);
        running.event(&done(Doing::Create), at(38));
        assert_eq!((running.due(at(99)), running.next_due()), (Vec::new(), None));
    }
}
