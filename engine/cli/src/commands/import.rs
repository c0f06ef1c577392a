//! `wb import`: an object that exists becomes one that the stack manages.

use wb_core::addr::{AbsInstance, InstanceKey, Mode, Target};
use wb_core::diag::Diagnostic;
use wb_core::text::quote;
use wb_plan::{Mode as PlanMode, Plan};
use wb_state::Edit;

use super::parse_target;
use crate::args::{Arguments, Command, Matches, shared};
use crate::run::{self, Run};
use crate::session::{Outcome, Session, Status, Stop};

pub(super) static COMMAND: Command = Command {
    name: "import",
    about: "Put an object that exists under the stack's management.",
    details: "The object is read and recorded in the state; nothing is changed. The resource must be declared. An import block in the configuration does the same, and shows the plan first.",
    arguments: Arguments::exactly(2, "ADDRESS ID"),
    flags: &[
        shared::BACKUP,
        shared::INPUT,
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::NO_COLOR,
        run::PARALLELISM,
        shared::STATE,
        shared::VAR,
        shared::VAR_FILE,
        shared::IGNORE_REMOTE_VERSION,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let [address, id] = matches.arguments() else { return Ok(Status::ERROR) };
    let address = instance(address)?;
    // An import block that nobody has to write.
    let block = format!("import {{\n  to = {address}\n  id = {}\n}}\n", quote(id));
    let mut run = Run::with_extra(session, matches, PlanMode::Normal, Some(&block))?;
    run.selection.targets = vec![Target::Instance(address.clone())];
    if address.key.is_none() {
        run.selection.targets = vec![Target::Resource(address.resource.clone())];
    }
    run.lock("OperationTypeImport")?;
    let outcome = import(&mut run, &address, id);
    let unlocked = run.unlock();
    let status = outcome?;
    unlocked?;
    Ok(status)
}

fn import(run: &mut Run<'_>, address: &AbsInstance, id: &str) -> Outcome {
    let mut loaded = run.state.load().map_err(|problem| Stop::from(*problem))?;
    if loaded.snapshot.state.instance(address).is_some_and(|i| i.current.is_some()) {
        return Err(managed_already(address).into());
    }
    if !is_declared(run, address) {
        return Err(not_declared(address).into());
    }
    run.ui.tell(&format!("{address}: Importing from ID \"{id}\"...\n"));
    let mut made = run.plan_settled(&mut loaded, true)?;
    // Nobody has asked for targets.
    made.diags.retain(|problem| problem.summary != "Resource targeting is in effect");
    if made.plan.errored {
        run.show(&made.diags);
        return Ok(Status::ERROR);
    }
    let edits = edits(&made.plan, address);
    if edits.is_empty() {
        return Err(not_imported(address).into());
    }
    let info = run.state.info(format!("import {address} {id}"));
    run.state.edit(&loaded, edits, &info).map_err(|problem| Stop::from(*problem))?;
    run.show(&made.diags);
    run.ui.tell("\nImport successful!\n\nThe resources that were imported are now in the state, and will be\nmanaged by wb from now on.\n\n");
    Ok(Status::SUCCESS)
}

fn is_declared(run: &Run<'_>, address: &AbsInstance) -> bool {
    let resource = &address.resource.resource;
    let module = run.stack.find(&address.resource.module.module());
    module.is_some_and(|node| {
        let key = (resource.mode, &*resource.kind, &*resource.name);
        run.stack[node].module.resources.find(key).is_some()
    })
}

fn not_declared(address: &AbsInstance) -> Diagnostic {
    let resource = &address.resource.resource;
    let detail = format!("The resource {} does not exist in the configuration.", address.resource);
    Diagnostic::error("Resource is not declared", detail).help(format!(
        "Before importing it, declare it: resource \"{}\" \"{}\" {{ … }}.",
        resource.kind, resource.name
    ))
}

/// What the plan records of the object before it changes anything.
fn edits(plan: &Plan, address: &AbsInstance) -> Vec<Edit> {
    let is_meant = |edit: &&Edit| edit.instances().any(|instance| instance == address);
    plan.edits.iter().filter(is_meant).cloned().collect()
}

fn instance(text: &str) -> Result<AbsInstance, Stop> {
    let address = match parse_target(text)? {
        Target::Instance(instance) => instance,
        Target::Resource(resource) => resource.instance(InstanceKey::None),
        Target::Module(_) => {
            let detail = format!("{text:?} is a module; a resource instance is needed.");
            return Err(Diagnostic::error("Invalid address", detail).into());
        }
    };
    if address.resource.resource.mode == Mode::Managed {
        return Ok(address);
    }
    let detail = format!("{text:?} is no managed resource: only those can be imported.");
    Err(Diagnostic::error("Invalid address", detail).into())
}

fn managed_already(address: &AbsInstance) -> Diagnostic {
    let detail = format!("The state has an object for {address} already.");
    Diagnostic::error("Resource already managed", detail).help(
        "To import another one to this address, remove the present one with \"wb state rm\" first.",
    )
}

fn not_imported(address: &AbsInstance) -> Diagnostic {
    let detail = format!("The plan for {address} does not import anything.");
    Diagnostic::error("Nothing was imported", detail)
}
