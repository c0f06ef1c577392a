//! `wb modules`: the modules that the stack calls.

use serde_json::json;
use wb_lang::host::Phase;
use wb_lang::stack::Stack;

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};
use crate::stack::Values;

pub(super) static COMMAND: Command = Command {
    name: "modules",
    about: "Show the modules that the stack calls.",
    details: "",
    arguments: Arguments::NONE,
    flags: &[shared::JSON, shared::VAR, shared::VAR_FILE],
    run,
};

/// A module that is called.
struct Called {
    key: String,
    source: String,
    version: String,
    dir: String,
}

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let machine = session.machine(Phase::Plan)?;
    let mut loading = session.load(matches, &machine, Values::Given);
    session.require(&mut loading)?;
    let called = match &loading.stack {
        Some(stack) => called(stack, &loading.manifest),
        None => Vec::new(),
    };
    if matches.switch("json") {
        let entry = |m: &Called| json!({"key": m.key, "source": m.source, "version": m.version});
        let modules: Vec<_> = called.iter().map(entry).collect();
        let document = json!({"format_version": "1.0", "modules": modules});
        session.output.print(&format!("{document}\n"));
        return Ok(Status::SUCCESS);
    }
    if called.is_empty() {
        session.output.print("No modules found in configuration.\n");
    }
    for module in &called {
        let version = if module.version.is_empty() {
            String::new()
        } else {
            format!(" ({})", module.version)
        };
        let Called { key, source, dir, .. } = module;
        session.output.print(&format!("{key}: {source}{version} in {dir}\n"));
    }
    Ok(Status::SUCCESS)
}

fn called(stack: &Stack, manifest: &wb_engine::load::Manifest) -> Vec<Called> {
    let mut found = Vec::new();
    for (_, node) in stack.iter().filter(|(_, node)| !node.path.is_root()) {
        let entry = manifest.get(&node.path);
        found.push(Called {
            key: node.path.names().join("."),
            source: entry.map(|e| e.source.clone()).unwrap_or_default(),
            version: entry.and_then(|e| e.version.clone()).unwrap_or_default(),
            dir: node.dir.to_string(),
        });
    }
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}
