//! What blocks say of resources, held against which resources are declared.

use wb_core::addr::{ConfigResource, RemoveEndpoint};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_lang::stack::Stack;

/// Reports objects that would be imported to where nothing is declared, and `removed` blocks for what is there still.
pub(crate) fn check(stack: &Stack, diags: &mut Diagnostics) {
    for (_, node) in stack.iter() {
        for import in &node.module.imports {
            let target = &import.to.resource;
            let module = node.path.join(&target.module);
            let resource = target.resource.clone().in_module(module);
            if !is_declared(stack, &resource) {
                let detail = format!(
                    "The target {resource} of this import block is not declared, and an object needs a resource block that it can be adopted as."
                );
                let declaration = format!(
                    "resource \"{}\" \"{}\" {{ … }}",
                    resource.resource.kind, resource.resource.name
                );
                diags.push(
                    Diagnostic::error("Configuration for import target does not exist", detail)
                        .at(import.to.span)
                        .help(format!("Declare it: {declaration}, or remove this import block."))
                        .help("A resource of the root module can be written for you: \"wb plan -generate-config-out=FILE\"."),
                );
            }
        }
        for removed in &node.module.removed {
            let endpoint = removed.from.absolute(&node.path);
            let is_there = match &endpoint {
                RemoveEndpoint::Module(module) => stack.find(module).is_some(),
                RemoveEndpoint::Resource(resource) => is_declared(stack, resource),
            };
            if is_there {
                let detail = format!(
                    "This block says that {endpoint} was removed, but it is still declared."
                );
                diags.push(
                    Diagnostic::error("Removed resource still exists", detail)
                        .at(removed.from_span)
                        .help("Remove what is declared there, or remove this removed block."),
                );
            }
        }
    }
}

fn is_declared(stack: &Stack, resource: &ConfigResource) -> bool {
    let addr = &resource.resource;
    stack.find(&resource.module).is_some_and(|node| {
        stack[node].module.resources.get((addr.mode, &addr.kind, &addr.name)).is_some()
    })
}
