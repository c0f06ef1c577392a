//! Provider configurations and their instances.

use wb_core::addr::{InstanceKey, ProviderConfig, ProviderInstance};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::value::Value;

use crate::config::{ProviderBlock, ProviderId, ProviderKey};
use crate::eval::evaluate;
use crate::stack::{KeyScope, NodeId};

use super::{Bindings, InstIx, Kind, ModIx, NodeIx, ProvIx, Trace, World};

/// One instance of a provider configuration.
#[derive(Clone, Debug)]
pub struct Prov {
    pub addr: ProviderInstance,
    /// Where its block is; nothing for the empty configuration that stands for a missing block.
    pub block: Option<(ModIx, ProviderId)>,
    pub node: NodeIx,
    each: Option<Value>,
}

impl<'s> World<'s> {
    #[must_use]
    pub fn provider(&self, at: ProvIx) -> &Prov {
        &self.providers[at.0 as usize]
    }

    pub fn providers(&self) -> impl Iterator<Item = (ProvIx, &Prov)> {
        (0u32..).map(ProvIx).zip(&self.providers)
    }

    #[must_use]
    pub fn provider_block(&self, at: ProvIx) -> Option<&'s ProviderBlock> {
        let (module, id) = self.provider(at).block?;
        Some(&self.module(module).module.providers[id])
    }

    #[must_use]
    pub fn find_provider(&self, addr: &ProviderInstance) -> Option<ProvIx> {
        self.provider_ids.get(addr).copied()
    }

    /// `each` in the arguments of a provider configuration.
    #[must_use]
    pub fn provider_bindings(&self, at: ProvIx) -> Bindings {
        let provider = self.provider(at);
        Bindings::of_key(&provider.addr.key, provider.each.clone())
    }

    /// A configuration that no block stands for, such as one that only the state names: the empty one.
    pub fn add_implied_provider(&mut self, addr: ProviderInstance) -> ProvIx {
        match self.provider_ids.get(&addr) {
            Some(known) => *known,
            None => self.add_provider(addr, None, None),
        }
    }

    /// The empty configurations that resources use.
    pub(super) fn add_implied_providers(&mut self) {
        for (_, node) in self.stack.iter() {
            for id in node.module.resources.ids() {
                let used = node.provider_use(id);
                if used.block.is_none() {
                    let config = used.config.clone();
                    self.add_implied_provider(ProviderInstance { config, key: InstanceKey::None });
                }
            }
        }
    }

    /// Adds the instances of a block; gives their range.
    pub(super) fn add_provider_instances(
        &mut self,
        module: ModIx,
        id: ProviderId,
        keys: Vec<(InstanceKey, Option<Value>)>,
    ) -> (u32, u32) {
        let first = u32::try_from(self.providers.len()).expect("providers are counted in 32 bits");
        let len = u32::try_from(keys.len()).expect("providers are counted in 32 bits");
        let at = self.module(module);
        let block = &at.module.providers[id];
        let config = ProviderConfig {
            module: at.addr.module(),
            provider: at.module.provider_named(&block.name),
            alias: block.alias.clone(),
        };
        for (key, each) in keys {
            let addr = ProviderInstance { config: config.clone(), key };
            self.add_provider(addr, Some((module, id)), each);
        }
        (first, len)
    }

    fn add_provider(
        &mut self,
        addr: ProviderInstance,
        block: Option<(ModIx, ProviderId)>,
        each: Option<Value>,
    ) -> ProvIx {
        let at = ProvIx(u32::try_from(self.providers.len()).expect("fewer than 2^32 providers"));
        let node = self.add(Kind::ProviderInstance(at));
        self.provider_ids.insert(addr.clone(), at);
        self.providers.push(Prov { addr, block, node, each });
        at
    }

    /// The provider instance that a resource instance uses. Nothing where it is not known yet, or there is none, which
    /// is reported.
    pub fn provider_of(
        &self,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Option<ProvIx> {
        let instance = self.instance(at);
        let module = self.module(instance.module);
        let used = self.stack[module.node].provider_use(instance.resource);
        let Some((node, id)) = used.block else {
            let addr = ProviderInstance { config: used.config.clone(), key: InstanceKey::None };
            return self.find_provider(&addr);
        };
        let home = self.ancestor(instance.module, node)?;
        let (first, len) = self.read_range(self.module(home).provider(id), trace)?;
        let block = &self.module(home).module.providers[id];
        if block.for_each.is_none() && used.key.is_none() {
            return (len == 1).then_some(ProvIx(first));
        }
        let key = match &used.key {
            Some((key, scope)) => self.provider_key(at, key, *scope, trace, diags)?,
            None => InstanceKey::None,
        };
        let found = (first..first + len).map(ProvIx).find(|p| self.provider(*p).addr.key == key);
        if found.is_none() && !trace.is_incomplete() && !trace.has_failed() {
            diags.push(self.no_such_instance(at, block, &key, first, len));
        }
        found
    }

    fn provider_key(
        &self,
        at: InstIx,
        key: &ProviderKey,
        scope: KeyScope,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Option<InstanceKey> {
        let expression = match key {
            ProviderKey::Constant(key) => return Some(key.clone()),
            ProviderKey::Expression(expression) => expression,
        };
        let (module, bindings) = match scope {
            KeyScope::Resource => (self.instance(at).module, self.bindings(at)),
            KeyScope::CallOf(node) => {
                let called = self.module(self.ancestor(self.instance(at).module, node)?);
                (called.parent?.0, called.bindings.clone())
            }
        };
        let value = evaluate(expression.expr(), &mut self.scope(module, bindings, trace), diags);
        if trace.is_incomplete() || diags.has_errors() {
            return None;
        }
        let text = wb_core::convert::convert(value.unmarked(), wb_core::ty::Type::STRING).ok();
        let key = text.as_ref().and_then(Value::as_str).map(InstanceKey::string);
        if key.is_none() {
            let detail =
                "The key of a provider instance is a string that is known when the plan is made.";
            diags.push(
                Diagnostic::error("Invalid provider instance key", detail).at(expression.span()),
            );
        }
        key
    }

    fn no_such_instance(
        &self,
        at: InstIx,
        block: &ProviderBlock,
        key: &InstanceKey,
        first: u32,
        len: u32,
    ) -> Diagnostic {
        let declared = self.declaration(at);
        let span = declared.provider.as_ref().map_or(declared.span, |given| given.span);
        let config = block
            .alias
            .as_ref()
            .map_or_else(|| block.name.to_string(), |alias| format!("{}.{alias}", block.name));
        let keys: Vec<String> =
            (first..first + len).map(|p| self.provider(ProvIx(p)).addr.key.to_string()).collect();
        let detail = match key {
            InstanceKey::None => format!(
                "The provider configuration {config} has for_each, so it has several instances, and this does not say which."
            ),
            key => format!("The provider configuration {config} has no instance {key}."),
        };
        let problem = Diagnostic::error("Provider instance not present", detail)
            .at(span)
            .label(block.span, "configured here");
        if keys.is_empty() {
            return problem.help("Its for_each is empty.");
        }
        problem.help(format!("There are {}.", keys.join(", ")))
    }

    /// The instance of a module around another, or that itself.
    fn ancestor(&self, mut at: ModIx, node: NodeId) -> Option<ModIx> {
        loop {
            let module = self.module(at);
            if module.node == node {
                return Some(at);
            }
            at = module.parent?.0;
        }
    }
}
