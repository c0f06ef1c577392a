//! `wb state rm`: the state forgets objects, which stay as they are.

use wb_core::addr::{AbsInstance, ObjectAddr, Target};
use wb_core::diag::Diagnostic;
use wb_state::{Edit, State};

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::commands::state::parse_target;
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state rm",
    about: "Let the state forget objects, without destroying them.",
    details: "An address of a module takes in everything below it, one of a resource all of its instances.",
    arguments: Arguments::between(1, usize::MAX, "ADDRESS..."),
    flags: &[
        Flag::new("dry-run", Takes::Switch, "Only say what would be removed."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::STATE,
        shared::BACKUP,
        shared::IGNORE_REMOTE_VERSION,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let targets: Vec<Target> =
        matches.arguments().iter().map(|a| parse_target(a)).collect::<Result<_, _>>()?;
    let mut state = session.state(matches)?;
    if matches.switch("dry-run") {
        let loaded = state.load().map_err(|problem| *problem)?;
        for address in selected(&loaded.snapshot.state, &targets)? {
            session.output.print(&format!("Would remove {address}\n"));
        }
        return Ok(Status::SUCCESS);
    }
    session.locked(&mut state, "state-rm", |session, state, loaded| {
        let removed = selected(&loaded.snapshot.state, &targets)?;
        let edits = removed.iter().flat_map(|address| edits(&loaded.snapshot.state, address));
        let info = state.info("state rm");
        state.edit(&loaded, edits.collect(), &info).map_err(|problem| *problem)?;
        for address in &removed {
            session.output.print(&format!("Removed {address}\n"));
        }
        let count = removed.len();
        session.output.print(&format!("Successfully removed {count} resource instance(s).\n"));
        Ok(Status::SUCCESS)
    })
}

/// All objects of an instance.
fn edits(state: &State, address: &AbsInstance) -> Vec<Edit> {
    let Some(instance) = state.instance(address) else { return Vec::new() };
    let deposed = instance.all_deposed().iter().map(|(key, _)| Some(*key));
    let object =
        |deposed| Edit::Remove { address: ObjectAddr { instance: address.clone(), deposed } };
    deposed.chain(instance.current.is_some().then_some(None)).map(object).collect()
}

fn selected(state: &State, targets: &[Target]) -> Result<Vec<AbsInstance>, Stop> {
    let mut found = Vec::new();
    for target in targets {
        let before = found.len();
        found.extend(state.instances().map(|(a, ..)| a).filter(|a| target.contains(a)));
        if found.len() == before {
            let detail = format!("No matching objects found for {target}.");
            return Err(Diagnostic::error("Invalid target address", detail)
                .help("\"wb state list\" shows the instances that there are.")
                .into());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
