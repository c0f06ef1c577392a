//! Results of conditions.

use wb_core::addr::{CheckKind, Checkable, ConfigCheckable, InstanceKey, ModuleInstance};
use wb_plan::CheckBlock;
use wb_state::{CheckResult, CheckStatus};

use super::address::{key, mode};
use super::out::Out;

/// One block's results, whoever keeps them.
struct Block<'a> {
    block: &'a ConfigCheckable,
    status: CheckStatus,
    instances: Vec<(&'a Checkable, CheckStatus, &'a [String])>,
}

/// Those that a plan has found.
pub(crate) fn of_plan(out: &mut Out<'_>, checks: &[CheckBlock]) {
    fn block(check: &CheckBlock) -> Block<'_> {
        let CheckBlock { block, instances, .. } = check;
        let instances = instances.iter().map(|i| (&i.address, i.status, &*i.failures)).collect();
        Block { block, status: check.status(), instances }
    }
    write(out, checks.iter().map(block).collect());
}

/// Those that a state keeps.
pub(crate) fn of_state(out: &mut Out<'_>, checks: &[CheckResult]) {
    fn block(check: &CheckResult) -> Block<'_> {
        let CheckResult { block, status, objects } = check;
        let instances =
            objects.iter().map(|o| (&o.address, o.status, &*o.failure_messages)).collect();
        Block { block, status: *status, instances }
    }
    write(out, checks.iter().map(block).collect());
}

fn write(out: &mut Out<'_>, mut blocks: Vec<Block<'_>>) {
    blocks.sort_by_cached_key(|block| block.block.to_string());
    out.array(|out| {
        for mut block in blocks {
            out.object(|out| {
                config(out.key("address"), block.block);
                out.key("status").string(block.status.as_str());
                block.instances.sort_by_cached_key(|(address, ..)| address.to_string());
                if !block.instances.is_empty() {
                    out.key("instances").array(|out| {
                        for (address, status, problems) in &block.instances {
                            instance(out, address, *status, problems);
                        }
                    });
                }
            });
        }
    });
}

fn config(out: &mut Out<'_>, block: &ConfigCheckable) {
    out.object(|out| {
        let kind = match block.kind() {
            CheckKind::Resource => "resource",
            CheckKind::Output => "output_value",
            CheckKind::Check => "check",
            CheckKind::Variable => "var",
        };
        out.key("kind").string(kind);
        out.key("to_display").display(block);
        let module = match block {
            ConfigCheckable::Resource(resource) => {
                out.key("mode").string(mode(resource.resource.mode));
                out.key("type").string(&resource.resource.kind);
                out.key("name").string(&resource.resource.name);
                &resource.module
            }
            ConfigCheckable::Named { module, name, .. } => {
                out.key("name").string(name);
                module
            }
        };
        if !module.is_root() {
            out.key("module").display(module);
        }
    });
}

fn instance(out: &mut Out<'_>, address: &Checkable, status: CheckStatus, problems: &[String]) {
    let (module, index): (&ModuleInstance, Option<&InstanceKey>) = match address {
        Checkable::Instance(instance) => {
            (instance.module(), Some(&instance.key).filter(|key| !key.is_none()))
        }
        Checkable::Named(named) => (&named.module, None),
    };
    out.object(|out| {
        out.key("address").object(|out| {
            out.key("to_display").display(address);
            if !module.is_root() {
                out.key("module").display(module);
            }
            if let Some(index) = index {
                key(out.key("instance_key"), index);
            }
        });
        out.key("status").string(status.as_str());
        if !problems.is_empty() {
            out.key("problems").array(|out| {
                for problem in problems {
                    out.object(|out| out.key("message").string(problem));
                }
            });
        }
    });
}
