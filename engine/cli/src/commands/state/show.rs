//! `wb state show`: one instance.

use wb_core::addr::{AbsInstance, InstanceKey, Target};
use wb_core::diag::Diagnostic;

use crate::args::{Arguments, Command, Matches, shared};
use crate::commands::state::{parse_target, require_state};
use crate::session::{Outcome, Session, Status, Stop};
use crate::{providers, render};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state show",
    about: "Show one resource instance in the state.",
    details: "",
    arguments: Arguments::exactly(1, "ADDRESS"),
    flags: &[shared::STATE, shared::NO_COLOR],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let address = match parse_target(&matches.arguments()[0])? {
        Target::Instance(instance) => instance,
        Target::Resource(resource) => resource.instance(InstanceKey::None),
        Target::Module(_) => return Err(not_found()),
    };
    let mut state = session.state(matches)?;
    let loaded = require_state(&mut state)?;
    let state = &loaded.snapshot.state;
    let (Some(instance), Some(resource)) =
        (state.instance(&address), state.resources.get(&address.resource))
    else {
        return Err(missing(&address, state));
    };
    let (_, catalog) = providers::all();
    let style = session.output.style();
    let text = render::state::instance(&address, &resource.provider, instance, &catalog, style);
    session.output.print(&text);
    Ok(Status::SUCCESS)
}

fn missing(address: &AbsInstance, state: &wb_state::State) -> Stop {
    let others = state.resources.get(&address.resource);
    match others.and_then(|resource| resource.instances.iter().next()) {
        Some((key, _)) => {
            let detail =
                format!("{address} is not in the state; other instances of the resource are.");
            let example = address.resource.instance(key.clone());
            Diagnostic::error(NOT_FOUND, detail)
                .help(format!("There is {example}, for example."))
                .into()
        }
        None => not_found(),
    }
}

const NOT_FOUND: &str = "No instance found for the given address!";

fn not_found() -> Stop {
    Diagnostic::error(
        NOT_FOUND,
        "This command requires that the address references one specific instance.",
    )
    .help("\"wb state list\" shows the instances that there are.")
    .into()
}
