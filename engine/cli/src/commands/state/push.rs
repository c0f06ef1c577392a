//! `wb state push`: another state in the place of the present one.

use std::io::Read as _;
use std::path::Path;

use wb_core::diag::Diagnostic;
use wb_engine::files;
use wb_state::{Snapshot, v4};
use wb_store::Loaded;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state push",
    about: "Put a state in the place of the present one.",
    details: "A dash stands for standard input. A state of another lineage, or one that is older than the present one, is refused unless it is forced.",
    arguments: Arguments::exactly(1, "FILE"),
    flags: &[
        Flag::new("force", Takes::Switch, "Take a state of another lineage, or an older one."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::BACKUP,
        shared::IGNORE_REMOTE_VERSION,
    ],
    run,
};

/// The largest state that is read.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let pushed = read(session, &matches.arguments()[0])?;
    let force = matches.switch("force");
    let mut state = session.state(matches)?;
    session.locked(&mut state, "state-push", |_, state, loaded| {
        if !force {
            check(&pushed, &loaded)?;
        }
        let info = state.info("state push");
        let lineage = Some(pushed.lineage);
        state
            .replace(pushed.state, lineage, pushed.serial, force, &info)
            .map_err(|problem| *problem)?;
        Ok(Status::SUCCESS)
    })
}

fn read(session: &mut Session, path: &str) -> Result<Snapshot, Stop> {
    let failed = |why: String| Diagnostic::error("Failed to read the given state", why);
    let bytes = if path == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|e| failed(files::words(&e)))?;
        bytes
    } else {
        let read = files::read(Path::new(path), LARGEST);
        read.map_err(|error| failed(format!("{path} cannot be read: {error}.")))?
    };
    let bytes = session.decrypted(path, bytes)?;
    let file = v4::read(bytes).map_err(|error| {
        let why = error.in_file(&path);
        failed(format!("This is no state that can be used: {why}.")).help(error.help())
    })?;
    Ok(file.snapshot)
}

fn check(pushed: &Snapshot, loaded: &Loaded) -> Result<(), Stop> {
    let present = &loaded.snapshot;
    if loaded.verdict.is_none() {
        return Ok(());
    }
    let problem = if pushed.lineage != present.lineage {
        format!(
            "The present state has the lineage {}, and the given one {}: they are of two stacks.",
            present.lineage, pushed.lineage
        )
    } else if pushed.serial < present.serial {
        format!(
            "The present state has the serial {}, and the given one {}: it is older.",
            present.serial, pushed.serial
        )
    } else if pushed.serial == present.serial && pushed.state != present.state {
        format!("Both states have the serial {}, and say different things.", present.serial)
    } else {
        return Ok(());
    };
    Err(Diagnostic::error("Failed to write state", problem)
        .help("Where it is to be written all the same, add -force.")
        .into())
}
