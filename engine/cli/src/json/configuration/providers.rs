//! Provider configurations, and the keys by which resources name them.

use std::collections::BTreeMap;

use wb_core::addr::{ModulePath, Provider};
use wb_lang::config::ProviderBlock;
use wb_lang::stack::{ProviderUse, Stack};

use super::super::out::Out;
use super::expression;

/// A configuration, written or implied.
struct Entry<'s> {
    name: String,
    alias: Option<&'s str>,
    full_name: Provider,
    version: Option<String>,
    module: &'s ModulePath,
    block: Option<&'s ProviderBlock>,
}

/// The key of the configuration that a resource uses: `aws.west`, `module.net:aws`.
pub(super) fn key_of(stack: &Stack, used: &ProviderUse) -> String {
    let config = &used.config;
    let at = stack.find(&config.module);
    let name = at.and_then(|at| stack[at].module.local_name_of(&config.provider));
    let name = name.map_or_else(|| config.provider.kind.to_string(), str::to_owned);
    let local = match config.alias.as_deref() {
        Some(alias) => format!("{name}.{alias}"),
        None => name,
    };
    key(&config.module, &local)
}

fn key(module: &ModulePath, local: &str) -> String {
    if module.is_root() { local.to_owned() } else { format!("{module}:{local}") }
}

pub(super) fn write(out: &mut Out<'_>, stack: &Stack) {
    let mut entries: BTreeMap<String, Entry<'_>> = BTreeMap::new();
    for (_, node) in stack.iter() {
        for block in node.module.providers.values() {
            let entry = Entry {
                name: block.name.to_string(),
                alias: block.alias.as_deref(),
                full_name: node.module.provider_named(&block.name),
                version: None,
                module: &node.path,
                block: Some(block),
            };
            entries.insert(key(&node.path, &block.local()), entry);
        }
        for required in node.module.required_providers.values() {
            let version = required.version.as_ref().map(|v| v.constraints.to_string());
            entries.entry(key(&node.path, &required.name)).or_insert_with(|| Entry {
                name: required.name.to_string(),
                alias: None,
                full_name: required.provider.clone(),
                version: None,
                module: &node.path,
                block: None,
            });
            if let Some(entry) = entries.get_mut(&key(&node.path, &required.name)) {
                entry.version = version;
            }
        }
        for id in node.module.resources.ids() {
            let used = node.provider_use(id);
            entries.entry(key_of(stack, used)).or_insert_with(|| Entry {
                name: used.config.provider.kind.to_string(),
                alias: None,
                full_name: used.config.provider.clone(),
                version: None,
                module: &ModulePath::ROOT,
                block: None,
            });
        }
    }
    if entries.is_empty() {
        return;
    }
    out.key("provider_config").object(|out| {
        for (key, entry) in &entries {
            out.key(key).object(|out| write_one(out, entry));
        }
    });
}

fn write_one(out: &mut Out<'_>, entry: &Entry<'_>) {
    out.key("name").string(&entry.name);
    out.key("full_name").display(&entry.full_name);
    if let Some(alias) = entry.alias {
        out.key("alias").string(alias);
    }
    if let Some(version) = &entry.version {
        out.key("version_constraint").string(version);
    }
    if !entry.module.is_root() {
        out.key("module_address").display(entry.module);
    }
    if let Some(block) = entry.block {
        expression::arguments(out, &block.body);
    }
}
