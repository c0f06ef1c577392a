//! The configuration as a plan's JSON form has it: blocks, and for each argument its value or what it refers to.

mod expression;
mod providers;

use wb_core::addr::Mode;
use wb_core::provider::Catalog;
use wb_hcl::{Expression, Traversal};
use wb_lang::config::{Module, ModuleCall, Output, Repetition, Resource, Variable};
use wb_lang::stack::{NodeId, Stack};

use super::address::mode;
use super::out::Out;
use super::values;

pub(crate) fn write(out: &mut Out<'_>, stack: &Stack, catalog: &Catalog) {
    out.object(|out| {
        providers::write(out, stack);
        module(out.key("root_module"), stack, NodeId::ROOT, catalog);
    });
}

/// Recursion goes as deep as modules call one another.
fn module(out: &mut Out<'_>, stack: &Stack, at: NodeId, catalog: &Catalog) {
    let node = &stack[at];
    let module: &Module = &node.module;
    out.object(|out| {
        sorted(out, "outputs", module.outputs.values().map(|o| (&*o.name, o)), output);
        if !module.resources.is_empty() {
            out.key("resources").array(|out| resources(out, stack, at, catalog));
        }
        let calls = module.calls.ids().map(|id| (&*module.calls[id].name, id));
        sorted(out, "module_calls", calls, |out, id| {
            call(out, &module.calls[id], stack, node.child(id), catalog);
        });
        sorted(out, "variables", module.variables.values().map(|v| (&*v.name, v)), variable);
    });
}

/// A member for each item, by name; no member where there are none.
fn sorted<'n, T>(
    out: &mut Out<'_>,
    name: &str,
    items: impl Iterator<Item = (&'n str, T)>,
    write: impl Fn(&mut Out<'_>, T),
) {
    let mut items: Vec<(&str, T)> = items.collect();
    items.sort_by_key(|(name, _)| *name);
    if items.is_empty() {
        return;
    }
    out.key(name).object(|out| {
        for (name, item) in items {
            write(out.key(name), item);
        }
    });
}

fn variable(out: &mut Out<'_>, variable: &Variable) {
    out.object(|out| {
        if let Some(default) = &variable.default {
            values::known(out.key("default"), &default.value);
        }
        out.text_unless_empty("description", variable.description.as_deref().unwrap_or(""));
        out.flag("sensitive", variable.is_sensitive());
    });
}

fn output(out: &mut Out<'_>, output: &Output) {
    out.object(|out| {
        out.flag("sensitive", output.is_sensitive());
        if let Some(value) = &output.value {
            expression::write(out.key("expression"), value.expr());
        }
        depends_on(out, &output.depends_on);
        out.text_unless_empty("description", output.description.as_deref().unwrap_or(""));
    });
}

/// Managed ones first, then data sources, each by address.
fn resources(out: &mut Out<'_>, stack: &Stack, at: NodeId, catalog: &Catalog) {
    let module = &stack[at].module;
    let mut ids: Vec<_> = module.resources.ids().collect();
    let rank = |mode| match mode {
        Mode::Managed => 0,
        Mode::Data => 1,
        Mode::Ephemeral => 2,
    };
    ids.retain(|id| module.resources[*id].mode() != Mode::Ephemeral);
    ids.sort_by_cached_key(|id| {
        let addr = &module.resources[*id].addr;
        (rank(addr.mode), addr.to_string())
    });
    for id in ids {
        let key = providers::key_of(stack, stack[at].provider_use(id));
        resource(out, &module.resources[id], module, &key, catalog);
    }
}

fn resource(
    out: &mut Out<'_>,
    resource: &Resource,
    module: &Module,
    provider_key: &str,
    catalog: &Catalog,
) {
    let addr = &resource.addr;
    let provider = module.provider_of(resource);
    out.object(|out| {
        out.key("address").display(addr);
        out.key("mode").string(mode(addr.mode));
        out.key("type").string(&addr.kind);
        out.key("name").string(&addr.name);
        out.key("provider_config_key").string(provider_key);
        let provisioners = resource.managed.iter().flat_map(|managed| &managed.provisioners);
        let provisioners: Vec<_> = provisioners.collect();
        if !provisioners.is_empty() {
            out.key("provisioners").array(|out| {
                for provisioner in provisioners {
                    out.object(|out| {
                        out.key("type").string(&provisioner.kind);
                        expression::arguments(out, &provisioner.body);
                    });
                }
            });
        }
        let known = catalog.with_schema(&provider, addr.mode, &addr.kind, |schema| {
            expression::body(out, &resource.body, &schema.block);
            out.key("schema_version").plain(schema.version);
        });
        if known.is_none() {
            expression::arguments(out, &resource.body);
        }
        repetition(out, &resource.repetition);
        depends_on(out, &resource.depends_on);
    });
}

fn call(
    out: &mut Out<'_>,
    call: &ModuleCall,
    stack: &Stack,
    child: Option<NodeId>,
    catalog: &Catalog,
) {
    out.object(|out| {
        if let Some(source) = constant_text(call.source.as_ref()) {
            out.key("source").string(&source);
        }
        expression::arguments(out, &call.body);
        repetition(out, &call.repetition);
        if let Some(child) = child {
            module(out.key("module"), stack, child, catalog);
        }
        if let Some(version) = constant_text(call.version.as_ref()) {
            out.key("version_constraint").string(&version);
        }
        depends_on(out, &call.depends_on);
    });
}

/// What a constant string is; nothing where it is worked out from variables.
fn constant_text(expression: Option<&Expression>) -> Option<String> {
    expression::constant(expression?.expr())?.as_str().map(str::to_owned)
}

/// Terraform leaves out what it can say nothing of.
fn repetition(out: &mut Out<'_>, repetition: &Repetition) {
    let (name, expression) = match repetition {
        Repetition::None => return,
        Repetition::Count(expression) => ("count_expression", expression),
        Repetition::ForEach(expression) => ("for_each_expression", expression),
        Repetition::Enabled(expression) => ("enabled_expression", expression),
    };
    if expression::says_something(expression.expr()) {
        expression::write(out.key(name), expression.expr());
    }
}

fn depends_on(out: &mut Out<'_>, references: &[Traversal<'_>]) {
    if !references.is_empty() {
        let texts = references.iter().map(|traversal| expression::text(traversal));
        out.key("depends_on").strings(texts);
    }
}

#[cfg(test)]
mod tests;
