//! A planning: turns of questions, and the plan at the end.

use wb_core::diag::Diagnostics;
use wb_lang::world::{Eagerness, World};
use wb_plan::{Mode, Plan};

use crate::decide::{Asker, Decider};
use crate::{Answer, Input, Question, QuestionId};

/// A plan in the making.
#[derive(Debug)]
pub struct Planner<'a> {
    world: World<'a>,
    decider: Decider<'a>,
    diags: Diagnostics,
}

/// What planning came to.
#[derive(Debug)]
pub struct Finished {
    pub plan: Plan,
    pub diags: Diagnostics,
}

impl<'a> Planner<'a> {
    /// Begins. The stack has been checked without errors.
    #[must_use]
    pub fn new(input: Input<'a>) -> Self {
        let eagerness = match (input.mode, input.selection.targets.is_empty()) {
            (Mode::Normal | Mode::RefreshOnly, true) => Eagerness::Everything,
            _ => Eagerness::OnDemand,
        };
        let (stack, given, host) = (input.stack, input.given, input.host);
        let mut world = World::new(stack, given, host, input.catalog, eagerness);
        let mut diags = Diagnostics::new();
        let decider = Decider::new(input, &mut world, &mut diags);
        Self { world, decider, diags }
    }

    /// Works as far as it can, and gives what it wants to know that it has not asked before. When nothing is given, and
    /// everything asked before has been answered, it is finished.
    pub fn turn(&mut self) -> Vec<Question> {
        loop {
            self.world.run(&mut self.decider);
            let more = self.decider.demand_selected(&mut self.world)
                | self.decider.work_on_orphans(&mut self.world);
            if !more {
                break;
            }
        }
        self.decider.take_questions()
    }

    /// Takes an answer.
    pub fn answer(&mut self, id: QuestionId, answer: Answer) {
        let Some(asker) = self.decider.take_asker(id) else { return };
        match asker {
            Asker::Instance(at) => {
                let node = self.world.instance(at).node;
                self.decider.item_mut(at).answer = Some(answer);
                self.world.wake(node);
            }
            Asker::Orphan(at) => self.decider.orphan_answered(at, answer),
            Asker::Provider(at) => {
                for node in self.decider.configured(at, answer, &mut self.diags) {
                    self.world.wake(node);
                }
            }
        }
    }

    /// Whether questions are unanswered.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.decider.is_waiting()
    }

    /// The plan, with everything that was found wrong. Where that holds an error, the plan is only there to be shown.
    #[must_use]
    pub fn finish(mut self) -> Finished {
        self.world.run(&mut self.decider);
        self.decider.evaluate_variables(&mut self.world);
        self.decider.evaluate_outputs(&mut self.world);
        let mut diags = std::mem::take(&mut self.diags);
        diags.append(self.world.take_diagnostics());
        let plan = self.decider.assemble(&self.world, &mut diags);
        Finished { plan, diags }
    }
}
