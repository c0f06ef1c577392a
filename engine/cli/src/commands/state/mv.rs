//! `wb state mv`: objects get another address.

use wb_core::addr::{AbsInstance, ModuleInstance, ModuleStep, Target};
use wb_core::diag::Diagnostic;
use wb_state::{Edit, State};

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::commands::state::parse_target;
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state mv",
    about: "Give objects in the state another address.",
    details: "What is moved is a module with everything below it, a resource with all of its instances, or one instance. A moved block in the configuration does the same for everybody who uses the stack.",
    arguments: Arguments::exactly(2, "SOURCE DESTINATION"),
    flags: &[
        Flag::new("dry-run", Takes::Switch, "Only say what would be moved."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::STATE,
        shared::BACKUP,
        shared::IGNORE_REMOTE_VERSION,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let [from, to] = matches.arguments() else { return Ok(Status::ERROR) };
    let (from, to) = (parse_target(from)?, parse_target(to)?);
    let mut state = session.state(matches)?;
    if matches.switch("dry-run") {
        let loaded = state.load().map_err(|problem| *problem)?;
        let moves = moves(&loaded.snapshot.state, &from, &to)?;
        if !moves.is_empty() {
            session.output.print(&format!("Would move \"{from}\" to \"{to}\"\n"));
        }
        return Ok(Status::SUCCESS);
    }
    session.locked(&mut state, "state-mv", |session, state, loaded| {
        let moves = moves(&loaded.snapshot.state, &from, &to)?;
        let edits: Vec<Edit> =
            moves.into_iter().map(|(from, to)| Edit::Move { from, to }).collect();
        wb_engine::state::edited(&loaded.snapshot.state, &edits).map_err(|error| {
            problem("Invalid target address", format!("Nothing was moved: {error}."))
        })?;
        let info = state.info(format!("state mv {from} {to}"));
        state.edit(&loaded, edits, &info).map_err(|problem| *problem)?;
        session.output.print(&format!("Move \"{from}\" to \"{to}\"\n"));
        session.output.print("Successfully moved 1 object(s).\n");
        Ok(Status::SUCCESS)
    })
}

/// Which instance becomes which.
fn moves(
    state: &State,
    from: &Target,
    to: &Target,
) -> Result<Vec<(AbsInstance, AbsInstance)>, Stop> {
    let matched: Vec<AbsInstance> =
        state.instances().map(|(address, ..)| address).filter(|a| from.contains(a)).collect();
    if matched.is_empty() {
        let detail = format!("Cannot move {from}: does not match anything in the current state.");
        return Err(problem("Invalid source address", detail));
    }
    match (from, to) {
        (Target::Module(from), Target::Module(to)) => {
            if state.instances().any(|(address, ..)| to.targets(address.module())) {
                return Err(taken(to, "module"));
            }
            let moved = |address: &AbsInstance| {
                let mut moved = address.clone();
                moved.resource.module = rebased(address.module(), from, to);
                moved
            };
            Ok(matched.iter().map(|address| (address.clone(), moved(address))).collect())
        }
        (Target::Module(_), _) => Err(unlike(from, to, "a module")),
        (_, Target::Module(_)) => Err(unlike(from, to, "a resource instance")),
        _ => resource_moves(state, &matched, from, to),
    }
}

fn resource_moves(
    state: &State,
    matched: &[AbsInstance],
    from: &Target,
    to: &Target,
) -> Result<Vec<(AbsInstance, AbsInstance)>, Stop> {
    let (resource, key) = match to {
        Target::Instance(instance) => (&instance.resource, Some(&instance.key)),
        Target::Resource(resource) => (resource, None),
        Target::Module(_) => return Err(unlike(from, to, "a resource")),
    };
    let source = &matched[0].resource.resource;
    if (source.mode, &source.kind) != (resource.resource.mode, &resource.resource.kind) {
        let detail = format!("Cannot move {from} to {to}: they are of different types.");
        return Err(problem("Invalid target address", detail));
    }
    // A single instance without a key is the whole resource, and may become an instance of another one.
    let is_single =
        matches!(from, Target::Instance(_)) || matches!(matched, [only] if only.key.is_none());
    let moved = match (is_single, key) {
        (true, key) => {
            let to = resource.instance(key.cloned().unwrap_or_default());
            if state.instance(&to).is_some() {
                return Err(taken(&to, "resource instance"));
            }
            vec![(matched[0].clone(), to)]
        }
        (false, None) => {
            if state.resources.contains_key(resource) {
                return Err(taken(resource, "resource"));
            }
            let same_key = |address: &AbsInstance| resource.instance(address.key.clone());
            matched.iter().map(|address| (address.clone(), same_key(address))).collect()
        }
        (false, Some(_)) => return Err(unlike(from, to, "a whole resource")),
    };
    Ok(moved)
}

/// The same place below another module.
fn rebased(module: &ModuleInstance, from: &ModuleInstance, to: &ModuleInstance) -> ModuleInstance {
    let below = module.steps().iter().skip(from.steps().len());
    let steps: Vec<ModuleStep> = to.steps().iter().chain(below).cloned().collect();
    ModuleInstance::new(steps)
}

fn taken(to: &dyn std::fmt::Display, what: &str) -> Stop {
    let detail = format!(
        "Cannot move to {to}: there is already a {what} at that address in the current state."
    );
    problem("Invalid target address", detail)
}

fn unlike(from: &Target, to: &Target, what: &str) -> Stop {
    let detail = format!("Cannot move {from} to {to}: the target must also be {what}.");
    problem("Invalid target address", detail)
}

fn problem(summary: &'static str, detail: String) -> Stop {
    Diagnostic::error(summary, detail).into()
}
