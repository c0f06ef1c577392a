//! Data sources that are read while the plan is carried out.

use std::sync::Arc;

use wb_core::contract;
use wb_core::diag::Diagnostics;
use wb_core::schema::SensitivePaths;
use wb_core::value::{PathMarks, Value};
use wb_plan::{Change, Reason, object};
use wb_sdk::{DataOps, OpError, ReadData};
use wb_state::Edit;
use wb_state::journal::StepResult;

use super::job::{Job, Message};
use super::make::{deadline, sensitive};
use super::steps::{Active, Halt, Waiter, What};
use super::{Runner, problem};
use crate::{Doing, Phase, ShownId};

/// A read on its way.
pub(super) struct Reading {
    ops: Arc<dyn DataOps>,
    marks: Vec<PathMarks>,
}

impl<'a> Runner<'a> {
    pub(super) fn begin_read(&mut self, step: u32, change: &'a Change) -> Result<(), Halt> {
        match self.try_read(step, change) {
            Err(Halt::Failed(diags)) if is_nested(change) => {
                self.report(problem::as_warnings(diags));
                self.succeed(step);
                Ok(())
            }
            other => other,
        }
    }

    fn try_read(&mut self, step: u32, change: &'a Change) -> Result<(), Halt> {
        let ops = self.data_ops(change)?;
        self.room(step, &change.provider)?;
        let configuration = self.configuration(Waiter::Step(step), &change.provider)?;
        let diags = self.work.language.conditions(change.instance(), Phase::Before, None);
        self.go_on(diags)?;
        let config = self.work.language.config(change)?;
        if !config.is_wholly_known() {
            return Err(Diagnostics::from(problem::unknown_config(change)).into());
        }
        let (config, marks) = config.unmark_deep_with_paths();
        let mut context = self.context(&configuration.client);
        context = context.of_task(&format_args!("read {}", change.object));
        context.deadline = deadline(&config, "read");
        let active = Active {
            change,
            address: change.object.clone(),
            doing: Doing::Read,
            begun: self.now(),
            outside: false,
            reserved: 0,
            what: What::Read(Reading { ops: Arc::clone(&ops), marks: sensitive(marks) }),
            provisioning: None,
        };
        self.tell_started(&active, None);
        self.active.insert(step, active);
        self.occupy(&change.provider);
        let work = async move {
            Message::Read { step, result: ops.read(ReadData { config }, context).await }
        };
        self.spawn(Job::Step(step), work);
        Ok(())
    }

    pub(super) fn read(&mut self, step: u32, result: Result<Value, OpError>) {
        let Some(active) = self.active.get(&step) else { return };
        let change = active.change;
        match self.keep_read(step, result) {
            Ok(()) => self.succeed(step),
            Err(diags) if is_nested(change) => {
                self.report(problem::as_warnings(diags));
                self.tell_failed(step);
                self.succeed(step);
            }
            Err(diags) => self.fail(step, diags),
        }
    }

    fn keep_read(&mut self, step: u32, result: Result<Value, OpError>) -> Result<(), Diagnostics> {
        let Some(Active { change, what: What::Read(reading), .. }) = self.active.get(&step) else {
            return Ok(());
        };
        let change = *change;
        let schema = reading.ops.schema();
        let value = result.map_err(|e| problem::step(&e, change, self.work.language))?;
        let found = contract::read_ok(&schema.block, &value);
        if !found.is_empty() {
            return Err(problem::invalid_read(change, &found).into());
        }
        let value = value.apply_marks_at_paths(&reading.marks);
        let value = value.apply_marks_at_paths(&schema.block.sensitive_paths(&value));
        let object = object::encode(&value, schema, Self::beside(change, &[]))
            .map_err(|e| problem::unwritable(change, &e))?;
        let put = Edit::Put {
            address: change.object.clone(),
            provider: change.provider.clone(),
            object: Arc::new(object),
        };
        self.record(StepResult {
            step: step.into(),
            before: vec![put],
            effect: None,
            error: None,
            closes: Vec::new(),
        });
        self.work.language.made(change.instance(), value.clone());
        self.tell_done(step, ShownId::of(&value));
        let diags = self.work.language.conditions(change.instance(), Phase::After, Some(&value));
        if diags.has_errors() {
            self.active.remove(&step);
            return Err(diags);
        }
        self.report(diags);
        Ok(())
    }
}

/// Whether the data source belongs to a check: its problems stop nothing.
fn is_nested(change: &Change) -> bool {
    change.reason == Reason::CheckNested
}
