//! Configurations of providers.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::hash::HashMap;
use wb_core::value::Value;
use wb_lang::decode;
use wb_lang::world::{InstIx, NodeIx, Outcome, ProvIx, Trace, World};

use crate::decide::{Asker, Decider, problem_at};
use crate::{Answer, Wanted};

/// How far each provider is.
#[derive(Debug, Default)]
pub(crate) struct Providers(HashMap<ProvIx, Configuring>);

#[derive(Debug)]
enum Configuring {
    /// Asked for; these wait for it.
    Asked(Vec<NodeIx>),
    Ready,
    Failed,
}

/// Whether a provider can be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Readiness {
    Ready,
    /// Soon; the node is woken then.
    Later,
    /// Its configuration is not known while this plan is made.
    Unknown,
    Failed,
}

impl Decider<'_> {
    /// The value of a provider's configuration.
    pub(crate) fn provider_config(
        &mut self,
        world: &World<'_>,
        at: ProvIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let provider = world.provider(at);
        let address = &provider.addr.config.provider;
        // A provider that is not there was reported when the stack was checked.
        let Some(entry) = self.input.catalog.get(address) else {
            trace.fail();
            return Outcome::Value(Value::DYNAMIC);
        };
        let schema = entry.logic.schema();
        let Some(block) = world.provider_block(at) else {
            return Outcome::Value(schema.block.empty_value());
        };
        let Some((module, _)) = provider.block else {
            return Outcome::Value(schema.block.empty_value());
        };
        let decoder = decode::Schema::new(&schema.block);
        let before = diags.error_count();
        let mut scope = world.scope(module, world.provider_bindings(at), trace);
        let options =
            decode::Options { ephemeral: decode::Ephemeral::Anywhere, ..Default::default() };
        let value = decode::block(&block.body, &decoder, &mut scope, &options, diags);
        if trace.is_incomplete() || diags.error_count() > before {
            return Outcome::Value(value);
        }
        let (plain, _) = value.unmark_deep();
        for problem in &entry.logic.validate(&plain) {
            let span = decode::place(&block.body, &decoder, &problem.path).unwrap_or(block.span);
            diags.push(problem_at(problem.severity, &problem.summary, &problem.detail, Some(span)));
        }
        Outcome::Value(value)
    }

    /// Whether the provider of an instance can be asked now. Where it can but for being configured, it is asked to be.
    pub(crate) fn readiness(
        &mut self,
        world: &World<'_>,
        at: ProvIx,
        waiter: Option<InstIx>,
    ) -> Readiness {
        let provider = world.provider(at);
        let waiter = waiter.map(|at| world.instance(at).node);
        match self.providers.0.get_mut(&at) {
            Some(Configuring::Ready) => return Readiness::Ready,
            Some(Configuring::Failed) => return Readiness::Failed,
            Some(Configuring::Asked(waiting)) => {
                waiting.extend(waiter);
                return Readiness::Later;
            }
            None => {}
        }
        if world.has_failed(provider.node) {
            return Readiness::Failed;
        }
        let Some(value) = world.value(provider.node) else { return Readiness::Later };
        if world.is_deferred(provider.node) || !value.is_wholly_known() {
            return Readiness::Unknown;
        }
        let (config, _) = value.unmark_deep();
        self.ask(Asker::Provider(at), provider.addr.clone(), Wanted::Configure { config });
        self.providers.0.insert(at, Configuring::Asked(waiter.into_iter().collect()));
        Readiness::Later
    }

    /// The provider was configured, or could not be. Gives the nodes that waited for it.
    pub(crate) fn configured(
        &mut self,
        at: ProvIx,
        answer: Answer,
        diags: &mut Diagnostics,
    ) -> Vec<NodeIx> {
        let now = match answer {
            Answer::Failed(failure) => {
                let mut problem = Diagnostic::error(failure.summary, failure.detail);
                for help in failure.help {
                    problem = problem.help(help);
                }
                diags.push(problem);
                Configuring::Failed
            }
            _ => Configuring::Ready,
        };
        self.unblock_orphans(at);
        match self.providers.0.insert(at, now) {
            Some(Configuring::Asked(waiting)) => waiting,
            _ => Vec::new(),
        }
    }
}
