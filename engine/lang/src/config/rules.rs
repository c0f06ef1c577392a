//! What the declarations of one module must be to each other.

use std::collections::HashMap;

use wb_core::addr::{Mode, Provider};
use wb_core::diag::{Diagnostic, Diagnostics};

use super::block::import::{Import, TargetKey};
use super::block::resource::Resource;
use super::module::Module;

pub(super) fn check(module: &Module, diags: &mut Diagnostics) {
    implied_providers(module, diags);
    required_twice(module, diags);
    provider_metas(module, diags);
    imports(module, diags);
}

/// The type of a resource begins with the name of its provider, which must be one.
fn implied_providers(module: &Module, diags: &mut Diagnostics) {
    for resource in module.resources.values().filter(|r| r.provider.is_none()) {
        let name = resource.addr.implied_provider();
        if let Err(why) = Provider::part(name) {
            diags.push(
                Diagnostic::error(
                    "Invalid provider local name",
                    format!("The type of a resource begins with the name of its provider, but {name:?} cannot be the name of one: {why}."),
                )
                .at(resource.kind_span),
            );
        }
    }
}

/// Two names for one provider are confusing, but work.
fn required_twice(module: &Module, diags: &mut Diagnostics) {
    let mut names: HashMap<&Provider, &super::RequiredProvider> = HashMap::new();
    for required in module.required_providers.values() {
        if let Some(first) = names.get(&required.provider) {
            diags.push(
                Diagnostic::warning(
                    "Duplicate required provider",
                    format!(
                        "The provider {} is required as {:?} and as {:?}. A module calls a provider by one name.",
                        required.provider.for_display(),
                        first.name,
                        required.name
                    ),
                )
                .at(required.span)
                .label(first.span, "first required here"),
            );
        } else {
            names.insert(&required.provider, required);
        }
    }
    used_under_another_name(module, &names, diags);
}

/// A provider that is required under one name and used under the name that it has by itself.
fn used_under_another_name(
    module: &Module,
    required: &HashMap<&Provider, &super::RequiredProvider>,
    diags: &mut Diagnostics,
) {
    let mut reported = HashMap::new();
    let blocks = module.providers.values().map(|p| (&*p.name, p.span));
    let implied = module.resources.values().filter(|r| r.provider.is_none());
    let resources = implied.map(|r| (r.addr.implied_provider(), r.span));
    for (name, span) in blocks.chain(resources) {
        if module.required_providers.get(name).is_some() || reported.contains_key(name) {
            continue;
        }
        let provider = module.provider_named(name);
        let Some(other) = required.get(&provider) else { continue };
        reported.insert(name, ());
        diags.push(
            Diagnostic::warning(
                "Duplicate required provider",
                format!(
                    "This uses the provider {} under the name {name:?}, but the module requires it as {:?}. The two names stand for separate configurations.",
                    provider.for_display(),
                    other.name
                ),
            )
            .at(span)
            .label(other.span, "required here")
            .help(format!("Use the name {:?}, in resources with provider = {}, or require the provider as {name:?}.", other.name, other.name)),
        );
    }
}

fn provider_metas(module: &Module, diags: &mut Diagnostics) {
    let mut first = HashMap::new();
    for meta in &module.provider_metas {
        let provider = module.provider_named(&meta.name);
        if let Some(before) = first.insert(provider, meta.span) {
            diags.push(
                Diagnostic::error(
                    "Duplicate provider_meta block",
                    format!(
                        "A module has at most one provider_meta block for the provider {:?}.",
                        meta.name
                    ),
                )
                .at(meta.span)
                .label(before, "first given here"),
            );
        }
    }
}

fn imports(module: &Module, diags: &mut Diagnostics) {
    let mut first = HashMap::new();
    for import in &module.imports {
        if let Some(address) = constant_address(import)
            && let Some(before) = first.insert(address.clone(), import.to.span)
        {
            diags.push(
                Diagnostic::error(
                    format!("Duplicate import configuration for {address:?}"),
                    "One object is imported to one address, but two blocks import to this one.",
                )
                .at(import.to.span)
                .label(before, "first imported to here"),
            );
        }
        import_provider(module, import, diags);
    }
}

/// The address of an import, where no key of it is computed.
fn constant_address(import: &Import) -> Option<String> {
    if import.for_each.is_some() {
        return None;
    }
    let mut address = import.to.resource.to_string();
    for key in &*import.to.keys {
        match key {
            TargetKey::Constant(key) => address.push_str(&key.to_string()),
            TargetKey::Expression(_) => return None,
        }
    }
    Some(address)
}

/// An import of a declared resource uses the resource's provider, and may only repeat it.
fn import_provider(module: &Module, import: &Import, diags: &mut Diagnostics) {
    let Some(given) = &import.provider else { return };
    let addr = &import.to.resource.resource;
    let Some(resource) = module.resources.get((Mode::Managed, &addr.kind, &addr.name)) else {
        return;
    };
    let same = |target: &Resource| {
        target.provider.as_ref().is_some_and(|p| p.name == given.name && p.alias == given.alias)
    };
    if same(resource) {
        return;
    }
    let problem = Diagnostic::error(
        "Invalid import provider argument",
        format!("Which provider imports {addr} is decided by the resource, and it says otherwise."),
    )
    .at(given.span);
    diags.push(match &resource.provider {
        Some(other) => problem.label(other.span, "the resource's provider"),
        None => problem.label(resource.span, "the resource has no argument \"provider\"").help(
            format!("Remove this argument, or set provider = {} in the resource.", given.local()),
        ),
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn imports_and_their_resources_agree() {
        let text = r#"
resource "t" "a" {
  provider = p.x
}
resource "t" "b" {}
import {
  to       = t.a
  id       = "1"
  provider = p.y
}
import {
  to       = t.b
  id       = "1"
  provider = p.x
}
import {
  to = t.b
  id = "2"
}
"#;
        expect![[r#"
            error main.tf:9:14 <p.y> Invalid import provider argument | main.tf:3:14 the resource's provider
            error main.tf:14:14 <p.x> Invalid import provider argument | main.tf:5:1 the resource has no argument "provider"
            error main.tf:17:8 <t.b> Duplicate import configuration for "t.b" | main.tf:12:14 first imported to here
        "#]].assert_eq(&problems(text));
    }

    #[test]
    fn one_provider_has_one_name() {
        let text = r#"
terraform {
  required_providers {
    cloud = {
      source = "hashicorp/aws"
    }
    clouds = {
      source = "hashicorp/aws"
    }
  }
  provider_meta "cloud" {}
  provider_meta "clouds" {}
}
provider "aws" {}
resource "aws_vpc" "a" {}
resource "a.b_c" "x" {}
"#;
        expect![[r#"
            warning main.tf:7:5 <clouds> Duplicate required provider | main.tf:4:5 first required here
            error main.tf:12:3 <provider_meta "clouds"> Duplicate provider_meta block | main.tf:11:3 first given here
            warning main.tf:14:1 <provider "aws"> Duplicate required provider | main.tf:4:5 required here
            error main.tf:16:10 <"a.b_c"> Invalid resource type name
        "#]].assert_eq(&problems(text));
    }
}
