//! Finding out what came of the steps that dead runs had begun.

use std::sync::Arc;

use wb_core::addr::ProviderInstance;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::Catalog;
use wb_exec::{Clients, Evaluate as _, Resolve, Resolved, Stuck, World};
use wb_lang::host::Host;
use wb_lang::stack::{Given, Stack};
use wb_plan::Plan;
use wb_sdk::Providers;
use wb_store::Loaded;

use super::Interrupt;
use super::outside::ReadsOnly;
use super::plan::{no_runtime, work_dir};
use crate::Ambience;
use crate::language::Language;

/// What it takes.
#[derive(Debug)]
pub struct SettleRequest<'a> {
    pub loaded: &'a Loaded,
    /// A plan on what was loaded. It says what objects are worth, from which providers may be configured.
    pub plan: &'a Plan,
    pub stack: &'a Stack,
    pub given: &'a Given,
    pub host: &'a dyn Host,
    pub catalog: &'a Catalog,
    pub providers: &'a Providers,
    pub clients: Clients,
    pub ambience: Ambience,
    pub interrupt: Option<Interrupt>,
}

/// Asks the providers. Nothing is changed, here or outside.
///
/// # Errors
/// Where nobody can be asked.
pub fn settle(request: SettleRequest<'_>) -> Result<Resolved, Box<Diagnostic>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Box::new(no_runtime(&error)))?;
    let SettleRequest { plan, stack, given, host, catalog, .. } = request;
    let mut language = Language::new(stack, given, host, catalog, plan);
    let mut configs = |provider: &ProviderInstance| match language.provider_config(provider) {
        Ok(config) if config.is_wholly_known() => Ok(config),
        Ok(_) => Err(unknown(provider)),
        Err(Stuck::Open(_)) => Err(ephemeral(provider)),
        Err(Stuck::Failed(diags)) => Err(diags),
    };
    Ok(runtime.block_on(wb_exec::resolve(Resolve {
        open: &request.loaded.snapshot.open,
        state: &request.loaded.snapshot.state,
        providers: request.providers,
        clients: request.clients,
        configs: &mut configs,
        world: World {
            ambient: Arc::new(request.ambience),
            fence: Arc::new(ReadsOnly),
            stop: request.interrupt.as_ref().map(Interrupt::receiver),
            work_dir: work_dir().into(),
        },
    })))
}

fn unknown(provider: &ProviderInstance) -> Diagnostics {
    let detail = format!("Some of the configuration of {provider} is not known before an apply.");
    Diagnostic::error("Configuration not known", detail).into()
}

fn ephemeral(provider: &ProviderInstance) -> Diagnostics {
    let detail = format!("The configuration of {provider} takes an ephemeral value.");
    Diagnostic::error("Configuration is ephemeral", detail).into()
}
