//! `wb taint` and `wb untaint`: whether an object can be relied on.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, InstanceKey, Mode, ObjectAddr, Target};
use wb_core::diag::Diagnostic;
use wb_core::source::SourceMap;
use wb_state::{Edit, Object, Status as ObjectStatus};
use wb_store::Loaded;

use super::state::parse_target;
use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status, Stop};

const FLAGS: &[Flag] = &[
    Flag::new("allow-missing", Takes::Switch, "An instance that is not in the state is no error."),
    shared::LOCK,
    shared::LOCK_TIMEOUT,
    shared::STATE,
    shared::BACKUP,
    shared::IGNORE_REMOTE_VERSION,
];

pub(super) static TAINT: Command = Command {
    name: "taint",
    about: "Mark a resource instance as not fully functional.",
    details: "The next plan replaces it. \"wb apply -replace=ADDRESS\" does the same in one step, and shows it first.",
    arguments: Arguments::exactly(1, "ADDRESS"),
    flags: FLAGS,
    run: |session, matches| run(session, matches, ObjectStatus::Tainted),
};

pub(super) static UNTAINT: Command = Command {
    name: "untaint",
    about: "Remove the mark of \"taint\" from a resource instance.",
    details: "",
    arguments: Arguments::exactly(1, "ADDRESS"),
    flags: FLAGS,
    run: |session, matches| run(session, matches, ObjectStatus::Ready),
};

fn run(session: &mut Session, matches: &Matches, status: ObjectStatus) -> Outcome {
    let address = instance(&matches.arguments()[0])?;
    let mut state = session.state(matches)?;
    let word = if status == ObjectStatus::Tainted { "taint" } else { "untaint" };
    session.locked(&mut state, word, |session, state, loaded| {
        let Some(edit) = edit(&loaded, &address, status)? else {
            return missing(session, &address, matches.switch("allow-missing"));
        };
        let info = state.info(format!("{word} {address}"));
        state.edit(&loaded, vec![edit], &info).map_err(|problem| *problem)?;
        let done = match status {
            ObjectStatus::Tainted => "marked as tainted",
            ObjectStatus::Ready => "successfully untainted",
        };
        session.output.print(&format!("Resource instance {address} has been {done}.\n"));
        Ok(Status::SUCCESS)
    })
}

fn instance(text: &str) -> Result<AbsInstance, Stop> {
    let address = match parse_target(text)? {
        Target::Instance(instance) => instance,
        Target::Resource(resource) => resource.instance(InstanceKey::None),
        Target::Module(module) => {
            let detail = format!("{module} is a module; a resource instance is needed.");
            return Err(Diagnostic::error("Invalid address", detail).into());
        }
    };
    if address.resource.resource.mode == Mode::Managed {
        return Ok(address);
    }
    let detail = format!("{address} is no managed resource: only those can be tainted.");
    Err(Diagnostic::error("Invalid address", detail).into())
}

/// The change; nothing where there is no such instance.
fn edit(
    loaded: &Loaded,
    address: &AbsInstance,
    status: ObjectStatus,
) -> Result<Option<Edit>, Stop> {
    let state = &loaded.snapshot.state;
    let current = state.instance(address).and_then(|instance| instance.current.as_ref());
    let (Some(current), Some(provider)) = (current, state.provider(address)) else {
        return Ok(None);
    };
    if status == ObjectStatus::Ready && current.status == ObjectStatus::Ready {
        let detail = format!(
            "Resource instance {address} is not currently tainted, and so it cannot be untainted."
        );
        return Err(Diagnostic::error("Resource instance is not tainted", detail).into());
    }
    let object = Arc::new(Object { status, ..(**current).clone() });
    Ok(Some(Edit::Put { address: ObjectAddr::current(address.clone()), provider, object }))
}

fn missing(session: &mut Session, address: &AbsInstance, allowed: bool) -> Outcome {
    const SUMMARY: &str = "No such resource instance";
    if allowed {
        let detail = format!(
            "Resource instance {address} was not found, but this is not an error because -allow-missing was set."
        );
        session.show(&Diagnostic::warning(SUMMARY, detail).into(), &SourceMap::new());
        return Ok(Status::SUCCESS);
    }
    let detail = format!("There is no resource instance in the state with the address {address}.");
    Err(Diagnostic::error(SUMMARY, detail)
        .help("Where it was just added to the configuration, run \"wb apply\" once first.")
        .into())
}
