//! `wb providers`: which modules need which providers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wb_core::addr::{ModulePath, Provider};
use wb_lang::config::Module;
use wb_lang::host::Phase;
use wb_lang::stack::{NodeId, Stack};

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};
use crate::stack::Values;

pub(super) static COMMAND: Command = Command {
    name: "providers",
    about: "Show which modules need which providers.",
    details: "",
    arguments: Arguments::NONE,
    flags: &[shared::VAR, shared::VAR_FILE, shared::TEST_DIRECTORY],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let machine = session.machine(Phase::Plan)?;
    let mut loading = session.load(matches, &machine, Values::Given);
    session.require(&mut loading)?;
    let mut text = "\nProviders required by configuration:\n.\n".to_owned();
    if let Some(stack) = &loading.stack {
        branch(stack, NodeId::ROOT, "", &mut text);
    }
    let (mut state, _) = session.state_of(matches, &mut loading, &machine)?;
    let loaded = state.load().map_err(|problem| *problem)?;
    let mut used: Vec<String> = loaded
        .snapshot
        .state
        .resources
        .values()
        .map(|resource| resource.provider.provider.to_string())
        .collect();
    used.sort();
    used.dedup();
    if !used.is_empty() {
        text.push_str("\nProviders required by state:\n\n");
        for provider in used {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    provider[{provider}]");
        }
    }
    text.push('\n');
    session.output.print(&text);
    Ok(Status::SUCCESS)
}

/// A module's providers and what it calls. Recursion goes as deep as modules are nested.
fn branch(stack: &Stack, at: NodeId, indent: &str, out: &mut String) {
    let node = &stack[at];
    let providers = required(&node.module);
    let called: Vec<NodeId> = node.module.calls.ids().filter_map(|call| node.child(call)).collect();
    let mut left = providers.len() + called.len();
    let mut twig = |out: &mut String, label: &str| {
        left -= 1;
        let (tee, bar) = if left == 0 { ("└── ", "    ") } else { ("├── ", "│   ") };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{indent}{tee}{label}");
        format!("{indent}{bar}")
    };
    for (provider, constraints) in providers {
        let label = match constraints.as_str() {
            "" => format!("provider[{provider}]"),
            _ => format!("provider[{provider}] {constraints}"),
        };
        twig(out, &label);
    }
    for child in called {
        let name = last(&stack[child].path);
        let below = twig(out, &format!("module.{name}"));
        branch(stack, child, &below, out);
    }
}

fn last(path: &ModulePath) -> &str {
    path.names().last().map_or("", |name| name)
}

fn required(module: &Module) -> BTreeMap<Provider, String> {
    let mut found: BTreeMap<Provider, String> = BTreeMap::new();
    for required in module.required_providers.values() {
        let constraints = required.version.as_ref().map(|v| v.constraints.to_string());
        found.insert(required.provider.clone(), constraints.unwrap_or_default());
    }
    for resource in module.resources.values() {
        found.entry(module.provider_of(resource)).or_default();
    }
    for block in module.providers.values() {
        found.entry(module.provider_named(&block.name)).or_default();
    }
    found
}
