//! Providers that are configured, and their types.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wb_core::addr::{Provider, ProviderInstance};
use wb_core::diag::Diagnostics;
use wb_core::hash::HashMap;
use wb_core::value::Value;
use wb_plan::Change;
use wb_sdk::{Client, Configured, DataOps, OpError, ResourceOps};
use wb_state::RawJson;

use super::Runner;
use super::intent::shown_config;
use super::job::{Job, Message, at_once};
use super::problem;
use super::steps::{Halt, Waiter};
use crate::{Clients, Stop, Stuck};

/// The providers of a run, and the types of theirs that it has used.
pub(super) struct Configurations {
    /// Configured while the plan was made.
    given: Clients,
    slots: BTreeMap<ProviderInstance, Slot>,
    resources: HashMap<Provider, HashMap<String, Arc<dyn ResourceOps>>>,
}

enum Slot {
    /// These wait for it.
    Configuring {
        config: Value,
        waiting: Vec<Waiter>,
    },
    Ready(Arc<Configuration>),
    /// Its problem is reported.
    Failed,
}

/// One configured use of a provider.
pub(super) struct Configuration {
    pub(super) client: Client,
    /// Without marks.
    pub(super) config: Value,
    /// The same without secrets, as JSON.
    pub(super) shown: RawJson,
    pub(super) target: BTreeMap<String, String>,
}

impl Configurations {
    pub(super) fn new(given: Clients) -> Self {
        Self { given, slots: BTreeMap::new(), resources: HashMap::default() }
    }

    /// The resource type of a change, if it was asked for before.
    pub(super) fn known_ops(&self, change: &Change) -> Option<&Arc<dyn ResourceOps>> {
        let kind = &*change.object.instance.resource.resource.kind;
        self.resources.get(&change.provider.config.provider)?.get(kind)
    }

    /// What says which remote system this is, if that is known yet.
    pub(super) fn target(&self, provider: &ProviderInstance) -> Option<&BTreeMap<String, String>> {
        match self.slots.get(provider) {
            Some(Slot::Ready(configuration)) => Some(&configuration.target),
            _ => self.given.get(provider).map(|configured| &configured.target),
        }
    }
}

impl Runner<'_> {
    /// The resource type of a change, made once a run.
    pub(super) fn resource_ops(
        &mut self,
        change: &Change,
    ) -> Result<Arc<dyn ResourceOps>, Diagnostics> {
        let address = &change.provider.config.provider;
        let kind = &*change.object.instance.resource.resource.kind;
        if let Some(ops) = self.configurations.known_ops(change) {
            return Ok(Arc::clone(ops));
        }
        let provider =
            self.work.providers.get(address).ok_or_else(|| problem::no_provider(change))?;
        let ops = provider.resource_ops(kind).ok_or_else(|| problem::no_type(change))?;
        let kinds = self.configurations.resources.entry(address.clone()).or_default();
        kinds.insert(kind.to_owned(), Arc::clone(&ops));
        Ok(ops)
    }

    pub(super) fn data_ops(&self, change: &Change) -> Result<Arc<dyn DataOps>, Diagnostics> {
        let address = &change.provider.config.provider;
        let provider =
            self.work.providers.get(address).ok_or_else(|| problem::no_provider(change))?;
        let kind = &change.object.instance.resource.resource.kind;
        Ok(provider.data_ops(kind).ok_or_else(|| problem::no_type(change))?)
    }

    /// The provider's configuration. Where it has none yet, it is made, and the waiter woken when it is there.
    pub(super) fn configuration(
        &mut self,
        waiter: Waiter,
        provider: &ProviderInstance,
    ) -> Result<Arc<Configuration>, Halt> {
        match self.configurations.slots.get_mut(provider) {
            Some(Slot::Ready(configuration)) => return Ok(Arc::clone(configuration)),
            Some(Slot::Configuring { waiting, .. }) => {
                waiting.push(waiter);
                return Err(Halt::Waits);
            }
            Some(Slot::Failed) => return Err(Halt::Failed(Diagnostics::new())),
            None => {}
        }
        let config = match self.work.language.provider_config(provider) {
            Ok(config) => config,
            Err(stuck) => {
                if matches!(stuck, Stuck::Failed(_)) {
                    self.configurations.slots.insert(provider.clone(), Slot::Failed);
                }
                return Err(stuck.into());
            }
        };
        self.ephemerals.pin_open();
        if let Some(configured) = self.configurations.given.remove(provider) {
            return Ok(self.ready(provider, &config, configured));
        }
        self.configure(Some(waiter), provider, config)
    }

    /// Configures what can be before the first step: so the intents of all steps can say which system they are about.
    pub(super) async fn configure_early(&mut self, providers: BTreeSet<&ProviderInstance>) {
        for provider in providers {
            if self.configurations.given.contains_key(provider) {
                continue;
            }
            // What cannot be had now is asked for again in its turn, and is a problem then.
            let Ok(config) = self.work.language.provider_config(provider) else { continue };
            if config.is_wholly_known()
                && let Err(Halt::Failed(diags)) = self.configure(None, provider, config)
            {
                self.report(diags);
            }
        }
        while !self.jobs.is_empty() && self.stop() != Stop::Now {
            self.wait().await;
        }
    }

    fn configure(
        &mut self,
        waiter: Option<Waiter>,
        provider: &ProviderInstance,
        config: Value,
    ) -> Result<Arc<Configuration>, Halt> {
        let Some(found) = self.work.providers.get(&provider.config.provider) else {
            return Err(Halt::Failed(Diagnostics::new()));
        };
        let context = self.context(&Client::new(()));
        match at_once(found.configure(config.unmark_deep().0, context)) {
            Ok(Ok(configured)) => Ok(self.ready(provider, &config, configured)),
            Ok(Err(error)) => {
                self.configurations.slots.insert(provider.clone(), Slot::Failed);
                Err(Halt::Failed(problem::operation(&error).about(provider.to_string()).into()))
            }
            Err(reply) => {
                let slot = Slot::Configuring { config, waiting: waiter.into_iter().collect() };
                self.configurations.slots.insert(provider.clone(), slot);
                let of = provider.clone();
                let work = async { Message::Configured { provider: of, result: reply.await } };
                self.spawn(Job::Provider(provider.clone()), work);
                Err(Halt::Waits)
            }
        }
    }

    fn ready(
        &mut self,
        provider: &ProviderInstance,
        config: &Value,
        configured: Configured,
    ) -> Arc<Configuration> {
        let address = &provider.config.provider;
        let shown = match self.work.providers.get(address) {
            Some(found) => shown_config(config, found.schema()),
            None => RawJson::null(),
        };
        let configuration = Arc::new(Configuration {
            client: configured.client,
            config: config.unmark_deep().0,
            shown,
            target: configured.target,
        });
        let slot = Slot::Ready(Arc::clone(&configuration));
        self.configurations.slots.insert(provider.clone(), slot);
        configuration
    }

    /// A provider is configured, or cannot be.
    pub(super) fn configured(
        &mut self,
        provider: ProviderInstance,
        result: Result<Configured, OpError>,
    ) {
        let slot = self.configurations.slots.remove(&provider);
        let Some(Slot::Configuring { config, waiting }) = slot else { return };
        match result {
            Ok(configured) => {
                self.ready(&provider, &config, configured);
            }
            Err(error) => {
                let diag = problem::operation(&error).about(provider.to_string());
                self.outcome.diags.push(diag);
                self.configurations.slots.insert(provider, Slot::Failed);
            }
        }
        for waiter in waiting {
            self.wake(&waiter);
        }
    }
}
