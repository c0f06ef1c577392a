//! `wb state list`: what is in the state.

use wb_core::addr::{AbsInstance, Target};
use wb_core::diag::Diagnostic;
use wb_state::State;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::commands::state::{parse_target, require_state};
use crate::render;
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state list",
    about: "List the resource instances in the state.",
    details: "With addresses, only the instances that they take in: those of a resource, or of a module and all below it.",
    arguments: Arguments::between(0, usize::MAX, "[ADDRESS]..."),
    flags: &[
        Flag::new("id", Takes::Text("ID"), "Only instances whose id is this one."),
        shared::STATE,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let mut state = session.state(matches)?;
    let loaded = require_state(&mut state)?;
    let state = &loaded.snapshot.state;
    let wanted: Vec<Target> =
        matches.arguments().iter().map(|a| parse_target(a)).collect::<Result<_, _>>()?;
    for target in &wanted {
        check_known(state, target)?;
    }
    let id = matches.text("id");
    let listed: Vec<AbsInstance> = state
        .instances()
        .filter(|(address, ..)| wanted.is_empty() || wanted.iter().any(|t| t.contains(address)))
        .filter(|(_, _, instance)| id.is_none_or(|id| has_id(instance, id)))
        .map(|(address, ..)| address)
        .collect();
    session.output.print(&render::state::list(&listed));
    Ok(Status::SUCCESS)
}

fn has_id(instance: &wb_state::Instance, id: &str) -> bool {
    let deposed = instance.all_deposed().iter().map(|(_, object)| object);
    instance.current.iter().chain(deposed).any(|object| match &object.attributes {
        wb_state::Attributes::Json(json) => {
            let value: Option<serde_json::Value> = serde_json::from_str(json.text()).ok();
            value.is_some_and(|v| v.get("id").and_then(|v| v.as_str()) == Some(id))
        }
        wb_state::Attributes::Flat(map) => map.get("id").is_some_and(|v| v == id),
    })
}

/// What the state does not know is a mistake, unlike what it knows and has nothing of.
fn check_known(state: &State, target: &Target) -> Result<(), Stop> {
    if state.instances().any(|(address, ..)| target.contains(&address)) {
        return Ok(());
    }
    let (summary, what) = match target {
        Target::Module(module) if module.is_root() => return Ok(()),
        Target::Module(_) => ("Unknown module", "module at"),
        Target::Resource(_) => ("Unknown resource", "resource"),
        Target::Instance(_) => ("Unknown resource instance", "resource instance"),
    };
    let detail = format!("The current state contains no {what} {target}.");
    Err(Diagnostic::error(summary, detail)
        .help("Where it was just added to the configuration, run \"wb apply\" first.")
        .into())
}
