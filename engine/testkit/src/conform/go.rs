//! What stands in rows as a Go program had it: addresses in their parts. Where a row left out what a module's path is
//! made of, only its length can be compared.

use std::fmt;

use serde_json::Value as Json;

use wb_core::addr::{
    AbsInstance, AbsResource, ConfigResource, InstanceKey, Mode, ModuleInstance, ModulePath,
    MovePattern, MoveSubject, Provider, ResourceAddr,
};

use super::addresses::resource_text;
use crate::table::Unreadable;

/// The host that stands for the default one.
const DEFAULT_HOST: &str = "registry.opentofu.org";

/// An address as the number of its modules, their text where it is known, and the rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    depth: usize,
    module: Option<String>,
    rest: String,
    /// Whether the row left something out.
    pub(super) is_partial: bool,
}

impl Shape {
    pub(super) fn of_module(module: &ModuleInstance) -> Self {
        let text = module.to_string();
        Self {
            depth: module.steps().len(),
            module: Some(text),
            rest: String::new(),
            is_partial: false,
        }
    }

    pub(super) fn of_path(module: &ModulePath) -> Self {
        Self::of_module(&module.unkeyed())
    }

    pub(super) fn of_resource(resource: &AbsResource) -> Self {
        let rest = resource_text(&resource.resource, &InstanceKey::None);
        Self { rest, ..Self::of_module(&resource.module) }
    }

    pub(super) fn of_instance(instance: &AbsInstance) -> Self {
        let rest = resource_text(&instance.resource.resource, &instance.key);
        Self { rest, ..Self::of_module(instance.module()) }
    }

    pub(super) fn of_config(resource: &ConfigResource) -> Self {
        let rest = resource_text(&resource.resource, &InstanceKey::None);
        Self { rest, ..Self::of_path(&resource.module) }
    }

    /// Reads any address.
    pub(super) fn expected(json: &Json) -> Result<Self, Unreadable> {
        let kind = json.get("$go").and_then(Json::as_str).unwrap_or_default();
        let inner = json.get("Resource").unwrap_or(&Json::Null);
        let module = || Self::module_only(json.get("Module").unwrap_or(&Json::Null));
        match kind {
            "ModuleInstance" | "Module" => Self::module_only(json),
            "Resource" => {
                let rest = resource_text(&resource(json)?, &InstanceKey::None);
                Ok(Self { rest, ..Self::of_module(&ModuleInstance::default()) })
            }
            "ResourceInstance" => {
                let key = key(json.get("Key").unwrap_or(&Json::Null))?;
                let rest = resource_text(&resource(inner)?, &key);
                Ok(Self { rest, ..Self::of_module(&ModuleInstance::default()) })
            }
            "AbsResource" | "ConfigResource" | "AbsResourceInstance" => {
                Ok(Self { rest: Self::expected(inner)?.rest, ..module()? })
            }
            _ if json.get("$enum").is_some() || json.is_array() => Self::module_only(json),
            _ => Err(unreadable("an address", json)),
        }
    }

    /// Reads the address of a module.
    pub(super) fn module_only(json: &Json) -> Result<Self, Unreadable> {
        if let Ok(path) = module_path(json) {
            return Ok(Self::of_path(&path));
        }
        let steps = json.as_object().filter(|object| object.contains_key("$go"));
        let steps = steps.ok_or_else(|| unreadable("a module", json))?;
        let depth = steps.len() - 1;
        Ok(Self { depth, module: None, rest: String::new(), is_partial: true })
    }

    /// Whether an address is the one that a row describes, as far as it does.
    pub(super) fn agrees(&self, want: &Self) -> bool {
        let modules = want.module.is_none() || want.module == self.module;
        modules && self.depth == want.depth && self.rest == want.rest
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let module = self.module.as_deref().unwrap_or_default();
        let dot = if module.is_empty() || self.rest.is_empty() { "" } else { "." };
        write!(f, "{module}{dot}{}", self.rest)
    }
}

/// The path of a module, where it is all there.
pub(super) fn module_path(json: &Json) -> Result<ModulePath, Unreadable> {
    match json {
        Json::Null => Ok(ModulePath::default()),
        Json::Array(names) => {
            let names = names.iter().map(|name| name.as_str().map(Into::into));
            let names = names.collect::<Option<Vec<_>>>();
            names.map(ModulePath::new).ok_or_else(|| unreadable("a module", json))
        }
        _ if json
            .get("$enum")
            .and_then(Json::as_str)
            .is_some_and(|name| name.starts_with("RootModule")) =>
        {
            Ok(ModulePath::default())
        }
        _ => Err(unreadable("a module", json)),
    }
}

/// A module instance that a program made from text.
pub(super) fn module_instance(json: &Json) -> Result<ModuleInstance, Unreadable> {
    if json.is_null() {
        return Ok(ModuleInstance::default());
    }
    let is_parsed = json.get("$call").and_then(Json::as_str) == Some("mustParseModuleInstanceStr");
    let text = json.get("args").and_then(|args| args.get(0)?.as_str()).filter(|_| is_parsed);
    let text = text.ok_or_else(|| unreadable("a module instance", json))?;
    if text.is_empty() {
        return Ok(ModuleInstance::default());
    }
    ModuleInstance::parse(text).map_err(|error| Unreadable(error.detail()))
}

/// One end of a move in the root module.
pub(super) fn pattern(json: &Json) -> Result<MovePattern, Unreadable> {
    let inner = |field: &str| json.get(field).unwrap_or(&Json::Null);
    let subject = match json.get("$go").and_then(Json::as_str) {
        Some("MoveEndpointInModule") => {
            let module = module_path(inner("module"))?;
            return Ok(MovePattern { module, ..pattern(inner("relSubject"))? });
        }
        Some("AbsModuleCall") => {
            let caller = match inner("Module") {
                module if module.get("$enum").is_some() => ModuleInstance::default(),
                module => module_instance(module)?,
            };
            let call = inner("Call").get("Name").and_then(Json::as_str);
            let call = call.ok_or_else(|| unreadable("a module call", json))?;
            MoveSubject::Call { caller, call: call.into() }
        }
        _ => MoveSubject::Module(module_instance(json)?),
    };
    Ok(MovePattern { module: ModulePath::default(), subject })
}

pub(super) fn resource(json: &Json) -> Result<ResourceAddr, Unreadable> {
    let text = |field: &str| json.get(field).and_then(Json::as_str).unwrap_or_default();
    let mode = json.get("Mode").and_then(|mode| mode.get("$enum")).and_then(Json::as_str);
    let mode = match mode {
        Some("ManagedResourceMode") => Mode::Managed,
        Some("DataResourceMode") => Mode::Data,
        Some("EphemeralResourceMode") => Mode::Ephemeral,
        _ => return Err(unreadable("a resource", json)),
    };
    Ok(ResourceAddr::new(mode, text("Type"), text("Name")))
}

pub(super) fn key(json: &Json) -> Result<InstanceKey, Unreadable> {
    let argument = json.get("args").and_then(|args| args.get(0));
    match json.get("$call").and_then(Json::as_str) {
        Some("IntKey") => argument.and_then(Json::as_i64).map(InstanceKey::Int),
        Some("StringKey") => argument.and_then(Json::as_str).map(InstanceKey::string),
        _ => (json.is_null() || json.get("$enum").is_some()).then_some(InstanceKey::None),
    }
    .ok_or_else(|| unreadable("a key", json))
}

pub(super) fn provider(json: &Json) -> Result<Provider, Unreadable> {
    let part = |json: Option<&Json>| -> Result<String, Unreadable> {
        let json = json.unwrap_or(&Json::Null);
        let named = match json.get("$enum").and_then(Json::as_str) {
            Some("DefaultProviderRegistryHost") => Some(DEFAULT_HOST),
            Some("BuiltInProviderHost") => Some("terraform.io"),
            Some("BuiltInProviderNamespace") => Some("builtin"),
            Some("LegacyProviderNamespace") => Some("-"),
            Some(_) => None,
            None if json.get("$call").is_some() => {
                json.get("args").and_then(|a| a.get(0)).and_then(Json::as_str)
            }
            None => json.as_str(),
        };
        named.map(str::to_owned).ok_or_else(|| unreadable("a part of a provider", json))
    };
    let arg = |at: usize| part(json.get("args").and_then(|args| args.get(at)));
    match json.get("$call").and_then(Json::as_str) {
        Some("NewLegacyProvider") => Ok(Provider::new(DEFAULT_HOST, "-", &arg(0)?)),
        Some("NewDefaultProvider") => Ok(Provider::new(DEFAULT_HOST, "hashicorp", &arg(0)?)),
        Some("NewBuiltInProvider") => Ok(Provider::builtin(&arg(0)?)),
        Some("NewProvider") => Ok(Provider::new(&arg(0)?, &arg(1)?, &arg(2)?)),
        Some(_) => Err(unreadable("a provider", json)),
        None => {
            let field = |name: &str| part(json.get(name));
            Ok(Provider::new(&field("Hostname")?, &field("Namespace")?, &field("Type")?))
        }
    }
}

fn unreadable(what: &str, json: &Json) -> Unreadable {
    match json.get("$unsupported") {
        Some(reason) => Unreadable(format!("left out when the table was made: {reason}")),
        None => Unreadable(format!("not {what}: {json}")),
    }
}
