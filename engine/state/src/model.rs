//! The state: resources, instances, objects; outputs; check results.

pub(crate) mod check_wire;
mod instances;
mod object;

use std::collections::BTreeMap;
use std::sync::Arc;

use wb_core::addr::{
    AbsInstance, AbsResource, CheckKind, Checkable, ConfigCheckable, ObjectAddr, ProviderConfig,
    ProviderInstance,
};

use crate::RawJson;

pub use instances::InstanceMap;
pub use object::{
    Attributes, Identity, Instance, Object, Private, Status, merged_dependencies, text_order,
};

/// Everything that is believed to exist.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    pub resources: BTreeMap<AbsResource, Resource>,
    /// Of the root module; those of others are computed anew by every command.
    pub outputs: BTreeMap<Arc<str>, Output>,
    pub checks: Vec<CheckResult>,
}

/// One resource of one module instance.
#[derive(Clone, PartialEq, Debug)]
pub struct Resource {
    /// What its instances are configured with, the instance key of an iterated provider apart.
    pub provider: ProviderConfig,
    pub instances: InstanceMap,
}

impl State {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.outputs.is_empty() && self.checks.is_empty()
    }

    #[must_use]
    pub fn instance(&self, addr: &AbsInstance) -> Option<&Instance> {
        self.resources.get(&addr.resource)?.instances.get(&addr.key)
    }

    #[must_use]
    pub fn object(&self, addr: &ObjectAddr) -> Option<&Arc<Object>> {
        self.instance(&addr.instance)?.object(addr.deposed)
    }

    /// The provider instance that an existing instance's objects belong to.
    #[must_use]
    pub fn provider(&self, addr: &AbsInstance) -> Option<ProviderInstance> {
        let resource = self.resources.get(&addr.resource)?;
        let key = resource.instances.get(&addr.key)?.provider_key.clone();
        Some(ProviderInstance { config: resource.provider.clone(), key })
    }

    /// All instances, in the order of `terraform state list`.
    pub fn instances(&self) -> impl Iterator<Item = (AbsInstance, &Resource, &Instance)> {
        self.resources.iter().flat_map(|(addr, resource)| {
            resource.instances.iter().map(move |(key, i)| (addr.instance(key.clone()), resource, i))
        })
    }

    /// All objects, each instance's current one before its deposed ones.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectAddr, &Arc<Object>)> {
        self.instances().flat_map(|(addr, _, instance)| {
            let of = addr.clone();
            let current =
                instance.current.iter().map(move |o| (ObjectAddr::current(of.clone()), o));
            let deposed = instance.all_deposed().iter().map(move |(key, object)| {
                (ObjectAddr { instance: addr.clone(), deposed: Some(*key) }, object)
            });
            current.chain(deposed)
        })
    }

    #[must_use]
    pub fn object_count(&self) -> usize {
        let of = |i: &Instance| usize::from(i.current.is_some()) + i.all_deposed().len();
        self.resources.values().flat_map(|r| r.instances.iter()).map(|(_, i)| of(i)).sum()
    }

    /// Puts an instance in the place of what is there; an empty one removes it, and its resource with the last.
    ///
    /// The provider's configuration becomes that of all instances of the resource: Terraform's files have one a
    /// resource.
    pub fn set_instance(&mut self, addr: &AbsInstance, provider: &ProviderConfig, value: Instance) {
        if value.is_empty() {
            self.remove_instance(addr);
            return;
        }
        let resource = self.resources.entry(addr.resource.clone()).or_insert_with(|| Resource {
            provider: provider.clone(),
            instances: InstanceMap::default(),
        });
        if resource.provider != *provider {
            resource.provider = provider.clone();
        }
        resource.instances.insert(addr.key.clone(), value);
    }

    /// Takes an instance out, and its resource with the last.
    pub fn remove_instance(&mut self, addr: &AbsInstance) -> Option<(ProviderConfig, Instance)> {
        let resource = self.resources.get_mut(&addr.resource)?;
        let instance = resource.instances.remove(&addr.key)?;
        let provider = resource.provider.clone();
        if resource.instances.is_empty() {
            self.resources.remove(&addr.resource);
        }
        Some((provider, instance))
    }
}

/// An output value of the root module.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Output {
    /// The value, in cty's JSON for its type.
    pub value: RawJson,
    /// The type, in cty's JSON.
    #[serde(rename = "type")]
    pub kind: RawJson,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// OpenTofu's: why not to use it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CheckStatus {
    Unknown,
    Pass,
    Fail,
    Error,
}

impl CheckStatus {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
        }
    }

    /// What later versions may add counts as unknown, as in Terraform.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        [Self::Pass, Self::Fail, Self::Error]
            .into_iter()
            .find(|s| s.as_str() == word)
            .unwrap_or(Self::Unknown)
    }
}

/// The last results of one block with conditions.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(into = "check_wire::Block", try_from = "check_wire::Block")]
pub struct CheckResult {
    pub block: ConfigCheckable,
    pub status: CheckStatus,
    pub objects: Vec<CheckObject>,
}

impl CheckResult {
    #[must_use]
    pub fn kind(&self) -> CheckKind {
        self.block.kind()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckObject {
    pub address: Checkable,
    pub status: CheckStatus,
    pub failure_messages: Vec<String>,
}
