//! A module: everything that the files of one folder declare.

use wb_core::addr::Provider;
use wb_core::source::Span;

use super::block::call::ModuleCall;
use super::block::check::Check;
use super::block::import::Import;
use super::block::locals::Local;
use super::block::moved::Moved;
use super::block::output::Output;
use super::block::provider::ProviderBlock;
use super::block::removed::Removed;
use super::block::required_providers::RequiredProvider;
use super::block::resource::Resource;
use super::block::terraform::{Backend, ProviderMeta, Settings};
use super::block::variable::Variable;
use super::names::{
    CallId, CheckId, LocalId, OutputId, ProviderId, RequiredProviderId, ResourceId, Table, VarId,
};

/// The content of one folder, read once and shared by all calls of it. Everything is in the order in which it is
/// declared, files by name.
#[derive(Clone, Default, Debug)]
pub struct Module {
    pub variables: Table<VarId, Variable>,
    pub locals: Table<LocalId, Local>,
    pub outputs: Table<OutputId, Output>,
    /// Of all three modes, those of checks included.
    pub resources: Table<ResourceId, Resource>,
    pub calls: Table<CallId, ModuleCall>,
    /// Provider configurations.
    pub providers: Table<ProviderId, ProviderBlock>,
    pub checks: Table<CheckId, Check>,
    pub moved: Vec<Moved>,
    pub imports: Vec<Import>,
    pub removed: Vec<Removed>,
    pub required_providers: Table<RequiredProviderId, RequiredProvider>,
    /// Where `required_providers` stands, if it does.
    pub required_providers_span: Option<Span>,
    pub backend: Option<Backend>,
    /// How states and plans are encrypted: the block, and those of override files in their order.
    pub encryption: Vec<Settings>,
    pub provider_metas: Vec<ProviderMeta>,
}

impl Module {
    /// The provider with this local name: the required one, or the one that the name stands for without a word.
    #[must_use]
    pub fn provider_named(&self, local_name: &str) -> Provider {
        let required = self.required_providers.get(local_name);
        required.map_or_else(|| Provider::implied(local_name), |r| r.provider.clone())
    }

    /// The provider of a resource.
    #[must_use]
    pub fn provider_of(&self, resource: &Resource) -> Provider {
        self.provider_named(resource.provider_name().0)
    }

    /// The local name of a provider in this module, where it has one.
    #[must_use]
    pub fn local_name_of(&self, provider: &Provider) -> Option<&str> {
        let mut required = self.required_providers.values();
        required.find(|r| r.provider.is_same(provider)).map(|r| &*r.name)
    }
}
