//! Data sources: read while planning where their configuration is known and nothing that they depend on changes, else while
//! the plan is carried out.

use std::sync::Arc;

use wb_core::addr::ObjectAddr;
use wb_core::contract;
use wb_core::diag::{Diagnostic, Diagnostics, Severity};
use wb_core::provider::ReadLogic;
use wb_core::value::{PathMarks, Value};
use wb_lang::decode;
use wb_lang::world::{InstIx, Outcome, ProvIx, Rule, Trace, World};
use wb_plan::{Action, Change, Deferral, Mode, Reason, object};
use wb_state::{Edit, Object};

use crate::decide::{Asker, Decider, problem_at};
use crate::item::Stage;
use crate::kinds::Logic;
use crate::provider::Readiness;
use crate::{Answer, Wanted};

impl Decider<'_> {
    pub(crate) fn data(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let Some(kind) = self.kind_of(world, at) else {
            self.refuse_unimplemented(world, at, trace, diags);
            return Outcome::Value(Value::DYNAMIC);
        };
        let nothing = || Outcome::Value(Value::unknown(kind.schema().block.ty()));
        let Logic::Data(logic) = &kind.logic else { return nothing() };
        let Some(provider) = world.provider_of(at, trace, diags) else {
            if !trace.is_incomplete() {
                trace.fail();
            }
            return nothing();
        };
        let resource = world.declaration(at);
        let module = world.instance(at).module;
        world.read(world.provider(provider).node, trace);
        let before = diags.error_count();
        let mut gate = Trace::new();
        world.depend_on(&resource.depends_on, module, &mut gate, &mut Diagnostics::new());
        world.depend_on(&resource.depends_on, module, trace, diags);
        let rules = Rule::before(&resource.preconditions);
        let mut checked = world.instance_conditions(&rules, at, None, trace, diags);
        let scope = &mut world.instance_scope(at, trace);
        let options = decode::Options::default();
        let wanted = decode::block(&resource.body, &kind.decoder, scope, &options, diags);
        if trace.is_incomplete() {
            return nothing();
        }
        if trace.has_failed() || diags.error_count() > before {
            trace.fail();
            return nothing();
        }
        if trace.is_deferred() {
            return self.defer(world, at, Deferral::NeedsDeferred, None, trace);
        }
        let gated = world.module(module).gate();
        let is_gated = world.value(gated).is_some();
        let mut waits_for = self.waits_for(world, gate.deps());
        if is_gated {
            waits_for.extend(self.waits_for(world, &[gated]));
        }
        let (config, marks) = wanted.unmark_deep_with_paths();
        if !self.validate_read(world, at, &kind.decoder, &**logic, &config, diags) {
            return nothing();
        }
        let reason = if !config.is_wholly_known() {
            Some(Reason::ConfigUnknown)
        } else if !waits_for.is_empty() {
            Some(Reason::DependencyPending)
        } else {
            None
        };
        let subject = Reading { world, at, provider, schema: logic.schema(), marks };
        let outcome = match reason {
            Some(reason) => self.read_later(&subject, &config, reason),
            None => self.read_now(&subject, config, trace, diags),
        };
        let Outcome::Value(value) = &outcome else { return outcome };
        if !trace.has_failed() {
            let posts = Rule::after(&resource.postconditions);
            let found = world.instance_conditions(&posts, at, Some(value.clone()), trace, diags);
            if trace.is_incomplete() {
                return nothing();
            }
            checked.0 = checked.0.max(found.0);
            checked.1.extend(found.1);
            let rules: Vec<Rule<'_>> = rules.into_iter().chain(posts).collect();
            self.check_address(&world.address(at), &rules, checked);
        }
        outcome
    }

    fn validate_read(
        &self,
        world: &World<'_>,
        at: InstIx,
        decoder: &decode::Schema,
        logic: &dyn ReadLogic,
        config: &Value,
        diags: &mut Diagnostics,
    ) -> bool {
        let problems = logic.validate(config);
        let resource = world.declaration(at);
        for problem in &problems {
            let span = decode::place(&resource.body, decoder, &problem.path);
            let span = span.unwrap_or(resource.span);
            diags.push(problem_at(problem.severity, &problem.summary, &problem.detail, Some(span)));
        }
        !problems.has_errors()
    }

    /// What is known of a data source that is read while the plan is carried out.
    fn read_later(&mut self, s: &Reading<'_, '_>, config: &Value, reason: Reason) -> Outcome {
        let value = contract::planned_unknown(&s.schema.block, config);
        let after = crate::instance::marked(&value, &s.marks, &s.schema.block);
        let mut change = self.data_change(s, Action::Read, after.clone());
        let is_check = s.world.declaration(s.at).scope.is_some();
        change.reason = if is_check { Reason::CheckNested } else { reason };
        if self.input.mode == Mode::Normal {
            self.item_mut(s.at).change = Some(change);
        }
        self.item_mut(s.at).stage = Stage::Done;
        Outcome::Value(after)
    }

    fn read_now(
        &mut self,
        s: &Reading<'_, '_>,
        config: Value,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let nothing = || Outcome::Value(Value::unknown(s.schema.block.ty()));
        if let Some(answer) = self.item_mut(s.at).answer.clone() {
            return match answer {
                Answer::Value(value) => self.take_read(s, &value, diags),
                Answer::Failed(failure) => {
                    let resource = s.world.declaration(s.at);
                    let mut problem = crate::instance::failed(&failure, Some(resource.span));
                    if resource.scope.is_some() {
                        // A check stops nothing.
                        problem.severity = Severity::Warning;
                    } else {
                        trace.fail();
                    }
                    diags.push(problem);
                    nothing()
                }
                Answer::Configured | Answer::Object { .. } => nothing(),
            };
        }
        if self.item(s.at).asked.is_some() {
            return Outcome::Parked;
        }
        match self.readiness(s.world, s.provider, Some(s.at)) {
            Readiness::Later => Outcome::Parked,
            Readiness::Unknown => self.read_later(s, &config, Reason::ConfigUnknown),
            Readiness::Failed => {
                trace.fail();
                nothing()
            }
            Readiness::Ready => {
                let wanted = Wanted::ReadData { instance: s.world.address(s.at), config };
                let provider = s.world.provider(s.provider).addr.clone();
                let id = self.ask(Asker::Instance(s.at), provider, wanted);
                self.item_mut(s.at).asked = Some(id);
                Outcome::Parked
            }
        }
    }

    fn take_read(
        &mut self,
        s: &Reading<'_, '_>,
        value: &Value,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let address = s.world.address(s.at);
        let wrong = contract::read_ok(&s.schema.block, value);
        if !wrong.is_empty() {
            let span = s.world.declaration(s.at).span;
            let what = "Provider produced invalid object";
            diags.extend(crate::instance::broken(what, &address, &wrong, span));
            return Outcome::Value(Value::unknown(s.schema.block.ty()));
        }
        let after = crate::instance::marked(value, &s.marks, &s.schema.block);
        if self.item(s.at).stage == Stage::Done {
            return Outcome::Value(after);
        }
        let rest = Object { schema_version: s.schema.version, ..Object::default() };
        match object::encode(&after, s.schema, rest) {
            Ok(stored) => {
                let known = self.state().instance(&address).and_then(|i| i.current.clone());
                if known.is_none_or(|known| known.attributes != stored.attributes) {
                    self.refreshed.push(Edit::Put {
                        address: ObjectAddr::current(address),
                        provider: s.world.provider(s.provider).addr.clone(),
                        object: Arc::new(stored),
                    });
                }
            }
            Err(error) => {
                let detail =
                    format!("{address}: the data source gave what the state cannot hold: {error}.");
                diags.push(Diagnostic::error("Provider produced invalid object", detail));
            }
        }
        let change = self.data_change(s, Action::NoOp, after.clone());
        let item = self.item_mut(s.at);
        item.change = Some(change);
        item.stage = Stage::Done;
        Outcome::Value(after)
    }

    fn data_change(&self, s: &Reading<'_, '_>, action: Action, after: Value) -> Change {
        let address = s.world.address(s.at);
        let before = match action {
            Action::Read => Value::null(s.schema.block.ty()),
            _ => after.clone(),
        };
        Change {
            object: ObjectAddr::current(address),
            previous: None,
            provider: s.world.provider(s.provider).addr.clone(),
            action,
            reason: Reason::Plain,
            before,
            after,
            replace: Vec::new(),
            prior_private: Arc::from([]),
            planned_private: Arc::from([]),
            importing: None,
            needs: Arc::from([]),
            dependencies: Arc::from([]),
            create_before_destroy: false,
            skip_destroy: false,
            schema_version: s.schema.version,
        }
    }
}

/// A data source that is read.
struct Reading<'w, 'a> {
    world: &'w World<'a>,
    at: InstIx,
    provider: ProvIx,
    schema: &'w wb_core::schema::Schema,
    /// Of the configuration.
    marks: Vec<PathMarks>,
}
