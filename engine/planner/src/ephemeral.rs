//! Ephemeral resources: opened where their configuration is known, and never kept.

use wb_core::diag::Diagnostics;
use wb_core::marks::Marks;
use wb_core::value::Value;
use wb_lang::decode;
use wb_lang::world::{InstIx, Outcome, Rule, Trace, World};
use wb_plan::Deferral;

use crate::decide::{Asker, Decider, problem_at};
use crate::kinds::Logic;
use crate::provider::Readiness;
use crate::{Answer, Wanted};

impl Decider<'_> {
    pub(crate) fn ephemeral(
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
        let unknown = Value::unknown(kind.schema().block.ty()).with_marks(&Marks::EPHEMERAL);
        let nothing = || Outcome::Value(unknown.clone());
        let Logic::Ephemeral(logic) = &kind.logic else { return nothing() };
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
        world.depend_on(&resource.depends_on, module, trace, diags);
        let rules = Rule::before(&resource.preconditions);
        world.instance_conditions(&rules, at, None, trace, diags);
        let scope = &mut world.instance_scope(at, trace);
        let options =
            decode::Options { ephemeral: decode::Ephemeral::Anywhere, ..Default::default() };
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
        let (config, _) = wanted.unmark_deep();
        let problems = logic.validate(&config);
        for problem in &problems {
            let span = decode::place(&resource.body, &kind.decoder, &problem.path);
            let span = span.unwrap_or(resource.span);
            diags.push(problem_at(problem.severity, &problem.summary, &problem.detail, Some(span)));
        }
        if problems.has_errors() || !config.is_wholly_known() {
            return nothing();
        }
        if let Some(answer) = self.item_mut(at).answer.clone() {
            return match answer {
                Answer::Value(value) => {
                    let value = crate::instance::marked(&value, &[], &logic.schema().block);
                    let value = value.with_marks(&Marks::EPHEMERAL);
                    let posts = Rule::after(&resource.postconditions);
                    world.instance_conditions(&posts, at, Some(value.clone()), trace, diags);
                    Outcome::Value(value)
                }
                Answer::Failed(failure) => {
                    trace.fail();
                    diags.push(crate::instance::failed(&failure, Some(resource.span)));
                    nothing()
                }
                Answer::Configured | Answer::Object { .. } => nothing(),
            };
        }
        if self.item(at).asked.is_some() {
            return Outcome::Parked;
        }
        match self.readiness(world, provider, Some(at)) {
            Readiness::Later => Outcome::Parked,
            Readiness::Unknown => nothing(),
            Readiness::Failed => {
                trace.fail();
                nothing()
            }
            Readiness::Ready => {
                let wanted = Wanted::OpenEphemeral { instance: world.address(at), config };
                let provider = world.provider(provider).addr.clone();
                let id = self.ask(Asker::Instance(at), provider, wanted);
                self.item_mut(at).asked = Some(id);
                Outcome::Parked
            }
        }
    }
}
