//! `wb providers schema -json`: the schemas of the providers that the stack uses.

use std::collections::BTreeSet;

use wb_core::addr::Provider;
use wb_core::diag::Diagnostic;
use wb_core::provider::Catalog;
use wb_lang::host::Phase;
use wb_lang::stack::Stack;

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};
use crate::stack::Values;
use crate::{json, providers};

pub(super) static COMMAND: Command = Command {
    name: "providers schema",
    about: "Show the schemas of the providers that the stack uses, as JSON.",
    details: "",
    arguments: Arguments::NONE,
    flags: &[shared::JSON, shared::VAR, shared::VAR_FILE],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    if !matches.switch("json") {
        let detail = "Schemas are printed as JSON only.";
        return Err(Diagnostic::error("Missing flag -json", detail).help("Add -json.").into());
    }
    let machine = session.machine(Phase::Validate)?;
    let mut loading = session.load(matches, &machine, Values::Given);
    session.require(&mut loading)?;
    let (_, all) = providers::all();
    let mut catalog = Catalog::new();
    for provider in loading.stack.iter().flat_map(used) {
        if let Some(entry) = all.get(&provider) {
            catalog.insert(provider, entry.clone());
        }
    }
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = json::schemas(&catalog, &mut text);
    session.output.print_bytes(&text);
    Ok(Status::SUCCESS)
}

/// The providers of all resources and requirements of a stack.
pub(super) fn used(stack: &Stack) -> BTreeSet<Provider> {
    let mut found = BTreeSet::new();
    for (_, node) in stack.iter() {
        let module = &node.module;
        found.extend(module.required_providers.values().map(|r| r.provider.clone()));
        found.extend(module.resources.values().map(|r| module.provider_of(r)));
        found.extend(module.providers.values().map(|p| module.provider_named(&p.name)));
    }
    found
}
