//! A plan: `show -json`.

use std::io;

use wb_core::addr::{Mode, ModulePath};
use wb_core::json::encode_type;
use wb_core::path::Step;
use wb_core::provider::Catalog;
use wb_core::value::Value;
use wb_lang::stack::{NodeId, Stack};
use wb_plan::{
    Action, Change, Deferral, Deferred, Importing, OutputChange, Plan, Reason, VariableValue,
};
use wb_state::State;

use super::address::{mode, parts};
use super::modules::Node;
use super::out::Out;
use super::{PLAN_FORMAT, checks, configuration, state, values};

/// A plan, and what else its JSON form tells.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    pub plan: &'a Plan,
    pub catalog: &'a Catalog,
    /// What the plan starts from: the state after refreshing.
    pub prior: &'a State,
    /// The configuration; nothing where it is not at hand.
    pub stack: Option<&'a Stack>,
    /// Of Terraform, which this stands for.
    pub version: &'a str,
}

/// Writes a plan.
///
/// # Errors
/// Where it cannot be written.
pub fn plan(input: PlanInput<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    let PlanInput { plan, catalog, prior, stack, version } = input;
    let mut out = Out::new(to);
    out.object(|out| {
        out.key("format_version").string(PLAN_FORMAT);
        out.key("terraform_version").string(version);
        variables(out, plan, stack);
        out.key("planned_values").object(|out| planned_values(out, plan));
        let drift: Vec<&Change> = plan.told_drift().collect();
        if !drift.is_empty() {
            out.key("resource_drift")
                .array(|out| drift.iter().for_each(|c| resource_change(out, c)));
        }
        let changes: Vec<&Change> = told(plan).collect();
        if !changes.is_empty() {
            out.key("resource_changes")
                .array(|out| changes.iter().for_each(|c| resource_change(out, c)));
        }
        if !plan.deferred.is_empty() {
            out.key("deferred_changes")
                .array(|out| plan.deferred.iter().for_each(|d| deferred(out, d)));
        }
        if !plan.outputs.is_empty() {
            out.key("output_changes").object(|out| {
                plan.outputs.iter().for_each(|change| output_change(out.key(&change.name), change));
            });
        }
        if !prior.is_empty() {
            state::write(out.key("prior_state"), prior, version, catalog, false);
        }
        if let Some(stack) = stack {
            configuration::write(out.key("configuration"), stack, catalog);
        }
        if !plan.checks.is_empty() {
            checks::of_plan(out.key("checks"), &plan.checks);
        }
        out.key("timestamp").string(&plan.timestamp);
        out.key("applyable").plain(plan.is_applyable());
        out.key("complete")
            .plain(!plan.errored && plan.deferred.is_empty() && plan.selection.is_whole());
        out.key("errored").plain(plan.errored);
    });
    out.finish()
}

/// Reading a data source while planning, or no more, is no change that anybody is told of.
fn told(plan: &Plan) -> impl Iterator<Item = &Change> {
    let is_change = |change: &&Change| {
        change.instance().resource.resource.mode == Mode::Managed || change.action == Action::Read
    };
    plan.told_changes().filter(is_change)
}

/// The values of variables. Of an ephemeral one that nobody gave a value its default is no secret.
fn variables(out: &mut Out<'_>, plan: &Plan, stack: Option<&Stack>) {
    let default = |name: &str| {
        let root = &stack?[NodeId::ROOT].module;
        Some(&root.variables.get(name)?.default.as_ref()?.value)
    };
    let value = |v: &'_ VariableValue| match &v.value {
        None if !v.given => default(&v.name).cloned(),
        value => value.clone(),
    };
    let known: Vec<(&str, Value)> =
        plan.variables.iter().filter_map(|v| Some((&*v.name, value(v)?))).collect();
    if known.is_empty() {
        return;
    }
    out.key("variables").object(|out| {
        for (name, value) in known {
            out.key(name).object(|out| values::known(out.key("value"), &value));
        }
    });
}

fn planned_values(out: &mut Out<'_>, plan: &Plan) {
    let outputs = plan.outputs.iter().filter(|output| output.action != Action::Delete);
    let outputs: Vec<&OutputChange> = outputs.collect();
    if !outputs.is_empty() {
        out.key("outputs").object(|out| {
            for output in outputs {
                out.key(&output.name).object(|out| {
                    out.key("sensitive").plain(output.sensitive);
                    if output.after.is_wholly_known() {
                        out.key("type").raw(&encode_type(output.after.ty()));
                        values::known(out.key("value"), &output.after);
                    }
                });
            }
        });
    }
    let stays = |change: &&Change| {
        change.object.deposed.is_none() && !matches!(change.action, Action::Delete | Action::Forget)
    };
    let mut root: Node<&Change> = Node::default();
    let mut changes: Vec<&Change> = told(plan).filter(stays).collect();
    // In the order of the text, as Terraform has it: `a[10]` before `a[2]`.
    changes.sort_by_cached_key(|change| change.instance().to_string());
    changes.into_iter().for_each(|change| root.insert(change.instance().module(), change));
    out.key("root_module");
    root.write(None, out, &|out, change| planned(out, change));
}

fn planned(out: &mut Out<'_>, change: &Change) {
    out.object(|out| {
        out.key("address").display(change.instance());
        parts(out, change.instance());
        out.key("provider_name").display(&change.provider.config.provider);
        out.key("schema_version").plain(change.schema_version);
        if says_anything(&change.after) {
            values::known(out.key("values"), &change.after);
        }
        values::sensitive(out.key("sensitive_values"), &change.after);
    });
}

/// Whether an object has a part that is known.
fn says_anything(object: &Value) -> bool {
    object.unmarked().as_object().is_some_and(|o| o.iter().any(|(_, value)| value.is_known()))
}

fn resource_change(out: &mut Out<'_>, change: &Change) {
    let instance = change.instance();
    out.object(|out| {
        out.key("address").display(instance);
        if let Some(previous) = &change.previous {
            out.key("previous_address").display(previous);
        }
        if !instance.module().is_root() {
            out.key("module_address").display(instance.module());
        }
        parts(out, instance);
        out.key("provider_name").display(&change.provider.config.provider);
        if let Some(key) = change.object.deposed {
            out.key("deposed").display(key);
        }
        out.key("change").object(|out| change_values(out, change));
        if let Some(reason) = reason(change.reason) {
            out.key("action_reason").string(reason);
        }
    });
}

fn change_values(out: &mut Out<'_>, change: &Change) {
    let (before, after) = (&change.before, &change.after);
    out.key("actions").strings(actions(change.action));
    values::known(out.key("before"), before);
    if after.is_known() {
        values::known(out.key("after"), after);
    }
    if after.is_wholly_known() {
        out.key("after_unknown").object(|_| {});
    } else {
        values::unknown(out.key("after_unknown"), after);
    }
    values::sensitive(out.key("before_sensitive"), before);
    values::sensitive(out.key("after_sensitive"), after);
    if !change.replace.is_empty() {
        out.key("replace_paths").array(|out| {
            for path in &change.replace {
                out.array(|out| path.steps().iter().for_each(|s| step(out, s)));
            }
        });
    }
    if let Some(importing) = &change.importing {
        out.key("importing").object(|out| import(out, importing));
        if let Some(text) = &importing.generated {
            out.key("generated_config").string(text);
        }
    }
}

pub(crate) fn import(out: &mut Out<'_>, importing: &Importing) {
    match importing.id.unmarked().as_str() {
        Some(id) => out.key("id").string(id),
        None if !importing.id.is_known() => out.flag("unknown", true),
        None => {}
    }
    if let Some(identity) = importing.identity.as_ref().filter(|value| value.is_known()) {
        values::known(out.key("identity"), identity);
    }
}

fn step(out: &mut Out<'_>, step: &Step) {
    match step {
        Step::GetAttr(name) => out.string(name),
        Step::Index(key) => values::known(out, key),
    }
}

fn output_change(out: &mut Out<'_>, change: &OutputChange) {
    out.object(|out| {
        out.key("actions").strings(actions(change.action));
        values::known(out.key("before"), &change.before);
        if change.after.is_known() {
            values::known(out.key("after"), &change.after);
        }
        if change.after.is_wholly_known() {
            out.key("after_unknown").plain(false);
        } else {
            values::unknown(out.key("after_unknown"), &change.after);
        }
        out.key("before_sensitive").plain(change.sensitive);
        out.key("after_sensitive").plain(change.sensitive);
    });
}

fn deferred(out: &mut Out<'_>, one: &Deferred) {
    let resource = &one.resource.resource;
    out.object(|out| {
        out.key("reason").string(match one.why {
            Deferral::InstancesUnknown => "instance_count_unknown",
            Deferral::ProviderUnknown => "provider_config_unknown",
            Deferral::NeedsDeferred => "deferred_prereq",
        });
        if !one.waits_for.is_empty() {
            out.key("waits_for").strings(&one.waits_for);
        }
        out.key("resource_change").object(|out| {
            out.key("address").display(resource.clone().absolute(one.module.clone()));
            if one.resource.module != ModulePath::ROOT {
                out.key("module_address").display(&one.module);
            }
            out.key("mode").string(mode(resource.mode));
            out.key("type").string(&resource.kind);
            out.key("name").string(&resource.name);
        });
    });
}

fn actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::NoOp => &["no-op"],
        Action::Create => &["create"],
        Action::Read => &["read"],
        Action::Update => &["update"],
        Action::Replace { create_first: false } => &["delete", "create"],
        Action::Replace { create_first: true } => &["create", "delete"],
        Action::ForgetAndCreate => &["forget", "create"],
        Action::Delete => &["delete"],
        Action::Forget => &["forget"],
    }
}

fn reason(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::Plain => return None,
        Reason::Tainted => "replace_because_tainted",
        Reason::CannotUpdate => "replace_because_cannot_update",
        Reason::Requested => "replace_by_request",
        Reason::Triggered => "replace_by_triggers",
        _ => short_reason(reason)?,
    })
}

/// Reasons that have one name in all forms.
pub(crate) fn short_reason(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::Plain | Reason::Excluded => return None,
        Reason::Tainted => "tainted",
        Reason::CannotUpdate => "cannot_update",
        Reason::Requested => "requested",
        Reason::Triggered => "replace_triggered_by",
        Reason::NoResourceConfig => "delete_because_no_resource_config",
        Reason::WrongRepetition => "delete_because_wrong_repetition",
        Reason::CountIndex => "delete_because_count_index",
        Reason::EachKey => "delete_because_each_key",
        Reason::NoModule => "delete_because_no_module",
        Reason::NoMoveTarget => "delete_because_no_move_target",
        Reason::ConfigUnknown => "read_because_config_unknown",
        Reason::DependencyPending => "read_because_dependency_pending",
        Reason::CheckNested => "read_because_check_nested",
    })
}

#[cfg(test)]
mod tests;
