//! Which provider configuration a resource uses.
//!
//! The rules are Terraform's. A name stands for a `provider` block of the module, or else for what the module's caller
//! passes under that name, or else, where it has no alias, for the caller's default configuration of the same provider.
//! A default configuration that nobody wrote is an empty one of the root module.

use wb_core::addr::{ModulePath, Provider, ProviderConfig};
use wb_core::diag::{Diagnostic, Diagnostics};

use crate::config::{ProviderId, ProviderKey, Resource};

use super::{NodeId, Stack};

/// The configuration that a resource uses.
#[derive(Clone, Debug)]
pub struct ProviderUse {
    pub config: ProviderConfig,
    /// Its block; nothing for the empty configuration that stands for a missing block.
    pub block: Option<(NodeId, ProviderId)>,
    /// Which instance of it, where the block has several.
    pub key: Option<(ProviderKey, KeyScope)>,
}

/// Where the key of a provider's instance is evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyScope {
    /// As the resource's own arguments.
    Resource,
    /// As the arguments of the call of this module.
    CallOf(NodeId),
}

/// The configurations that the resources of a module use.
pub(super) fn of_node(stack: &Stack, at: NodeId, diags: &mut Diagnostics) -> Vec<ProviderUse> {
    let module = std::sync::Arc::clone(&stack[at].module);
    module.resources.values().map(|resource| of_resource(stack, at, resource, diags)).collect()
}

fn of_resource(
    stack: &Stack,
    at: NodeId,
    resource: &Resource,
    diags: &mut Diagnostics,
) -> ProviderUse {
    let (name, alias) = resource.provider_name();
    let provider = stack[at].module.provider_named(name);
    let key = resource
        .provider
        .as_ref()
        .and_then(|given| given.key.clone())
        .map(|key| (key, KeyScope::Resource));
    let found = find(stack, at, name, alias, key);
    found.unwrap_or_else(|| {
        diags.push(missing(stack, at, resource, name, alias));
        ProviderUse { config: ProviderConfig::root(provider), block: None, key: None }
    })
}

/// Follows a name up through the callers.
fn find(
    stack: &Stack,
    mut at: NodeId,
    name: &str,
    alias: Option<&str>,
    mut key: Option<(ProviderKey, KeyScope)>,
) -> Option<ProviderUse> {
    let provider = stack[at].module.provider_named(name);
    let (mut name, mut alias) = (name.to_owned(), alias.map(str::to_owned));
    loop {
        let node = &stack[at];
        if let Some(block) = node.module.providers.find((name.as_str(), alias.as_deref())) {
            let config = ProviderConfig {
                module: node.path.clone(),
                provider,
                alias: alias.map(Into::into),
            };
            return Some(ProviderUse { config, block: Some((at, block)), key });
        }
        let Some((caller, call)) = node.parent else { break };
        let passed = stack[caller].module.calls[call].providers.iter().find(|passed| {
            *passed.child.name == name && passed.child.alias.as_deref() == alias.as_deref()
        });
        if let Some(passed) = passed {
            name = passed.parent.name.to_string();
            alias = passed.parent.alias.as_deref().map(str::to_owned);
            key = passed.parent.key.clone().map(|key| (key, KeyScope::CallOf(at)));
        } else if alias.is_none() {
            name = local_name(stack, caller, &provider)?;
        } else {
            return None;
        }
        at = caller;
    }
    alias.is_none().then_some(ProviderUse {
        config: ProviderConfig { module: ModulePath::ROOT, provider, alias: None },
        block: None,
        key,
    })
}

/// What a module calls a provider, also where it does not mention it.
fn local_name(stack: &Stack, at: NodeId, provider: &Provider) -> Option<String> {
    let module = &stack[at].module;
    let required = module.local_name_of(provider).map(str::to_owned);
    Some(required.unwrap_or_else(|| provider.kind.to_string()))
}

fn missing(
    stack: &Stack,
    at: NodeId,
    resource: &Resource,
    name: &str,
    alias: Option<&str>,
) -> Diagnostic {
    let config = alias.map_or_else(|| name.to_owned(), |alias| format!("{name}.{alias}"));
    let span = resource.provider.as_ref().map_or(resource.span, |given| given.span);
    let problem = Diagnostic::error(
        "Provider configuration not present",
        format!(
            "{} uses the provider configuration {config}, which this module neither has nor gets from its caller.",
            resource.addr
        ),
    )
    .at(span);
    match stack[at].parent {
        None => problem.help(format!(
            "Add a block provider \"{name}\" with alias = \"{}\", or correct the name.",
            alias.unwrap_or_default()
        )),
        Some((caller, call)) => problem
            .label(stack[caller].module.calls[call].span, "called without it here")
            .help(format!("Pass it in the call: providers = {{ {config} = … }}.")),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Id as _;
    use crate::stack::Given;
    use crate::stack::testing::load;
    use crate::testing::outline;
    use expect_test::expect;

    #[test]
    fn names_lead_to_configurations() {
        let (sources, stack, diags) = load(
            &[
                (
                    "main.tf",
                    r#"
provider "tls" {}
provider "tls" {
  alias = "west"
}
module "a" {
  source    = "./m"
  providers = { tls.x = tls.west }
}
module "b" {
  source = "./m"
}
resource "tls_key" "n" {
  provider = tls.nowhere
}
resource "random_id" "r" {
  byte_length = 1
}
"#,
                ),
                (
                    "m/main.tf",
                    r#"
terraform {
  required_providers {
    tls = {
      source                = "hashicorp/tls"
      configuration_aliases = [tls.x]
    }
  }
}
resource "tls_key" "d" {}
resource "tls_key" "x" {
  provider = tls.x
}
"#,
                ),
            ],
            &Given::new(),
        );
        let mut out = String::new();
        for (_, node) in stack.iter() {
            for (id, resource) in node.module.resources.iter() {
                let used = node.provider_use(id);
                out += &format!(
                    "{} {} {} {:?}\n",
                    node.path,
                    resource.addr,
                    used.config,
                    used.block.map(|(n, p)| (n.0, p.index()))
                );
            }
        }
        out += &outline(&sources, &diags);
        expect![[r#"
             tls_key.n provider["registry.terraform.io/hashicorp/tls"] None
             random_id.r provider["registry.terraform.io/hashicorp/random"] None
            module.a tls_key.d provider["registry.terraform.io/hashicorp/tls"] Some((0, 0))
            module.a tls_key.x provider["registry.terraform.io/hashicorp/tls"].west Some((0, 1))
            module.b tls_key.d provider["registry.terraform.io/hashicorp/tls"] Some((0, 0))
            module.b tls_key.x provider["registry.terraform.io/hashicorp/tls"] None
            error main.tf:14:14 <tls.nowhere> Provider configuration not present
            error m/main.tf:12:14 <tls.x> Provider configuration not present | main.tf:10:1 called without it here
        "#]]
        .assert_eq(&out);
    }
}
