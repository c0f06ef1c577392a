//! `wb show`: the state, or a file of one or of a plan.

use std::path::Path;

use wb_core::diag::Diagnostic;
use wb_crypt::Envelope;
use wb_plan::PlanFile;
use wb_state::{Snapshot, v4};

use crate::args::{Arguments, Command, Matches, shared};
use crate::run::{parse_plan, prior_state, saved_stack};
use crate::session::{Outcome, Session, Status, Stop};
use crate::{json, providers, render};

pub(super) static COMMAND: Command = Command {
    name: "show",
    about: "Show the state, or a saved plan.",
    details: "With the name of a file, the state or the plan that is in it.",
    arguments: Arguments::between(0, 1, "[FILE]"),
    flags: &[shared::JSON, shared::NO_COLOR],
    run,
};

/// The largest file that is read.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let snapshot = match matches.argument(0) {
        Some(path) => {
            let bytes = read(path)?;
            // A plan has nothing in the clear.
            let is_sealed_plan = Envelope::is_one(&bytes) && Envelope::head(&bytes).is_none();
            if PlanFile::is_one(&bytes) || bytes.starts_with(b"PK") || is_sealed_plan {
                let file = parse_plan(session, matches, path, bytes)?;
                return show_plan(session, matches, &file);
            }
            Some(parse(path, session.decrypted(path, bytes)?)?)
        }
        None => {
            let mut state = session.state(matches)?;
            let loaded = state.load().map_err(|problem| *problem)?;
            let exists = loaded.verdict.is_some() || !loaded.runs.is_empty();
            exists.then_some(loaded.snapshot)
        }
    };
    let (_, catalog) = providers::all();
    if matches.switch("json") {
        let mut text = Vec::new();
        let (state, version) = match &snapshot {
            Some(snapshot) => (snapshot.state.clone(), snapshot.terraform_version.to_string()),
            None => (wb_state::State::default(), String::new()),
        };
        // Writing to memory cannot fail.
        let _ = json::state(&state, &version, &catalog, &mut text);
        session.output.print_bytes(&text);
        return Ok(Status::SUCCESS);
    }
    let text = match &snapshot {
        Some(snapshot) => render::state::state(&snapshot.state, &catalog, session.output.style()),
        None => "No state.\n".to_owned(),
    };
    session.output.print(&text);
    Ok(Status::SUCCESS)
}

fn show_plan(session: &mut Session, matches: &Matches, file: &PlanFile) -> Outcome {
    let (_, catalog) = providers::all();
    if !matches.switch("json") {
        let sources = file.source_map();
        let shown = render::plan::Shown { plan: &file.plan, catalog: &catalog, sources: &sources };
        let text = render::plan::plan(shown, session.output.style());
        session.output.print(&text);
        return Ok(Status::SUCCESS);
    }
    let stack = saved_stack(session, matches, file)?;
    let prior = prior_state(file)?;
    let version = wb_engine::state::terraform_version();
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = json::plan(
        json::PlanInput {
            plan: &file.plan,
            catalog: &catalog,
            prior: &prior,
            stack: Some(&stack),
            version: &version,
        },
        &mut text,
    );
    session.output.print_bytes(&text);
    Ok(Status::SUCCESS)
}

const SUMMARY: &str = "Failed to read the given file as a state or plan file";

fn read(path: &str) -> Result<Vec<u8>, Stop> {
    let read = wb_engine::files::read(Path::new(path), LARGEST);
    read.map_err(|error| {
        Diagnostic::error(SUMMARY, format!("{path} cannot be read: {error}.")).into()
    })
}

fn parse(path: &str, bytes: Vec<u8>) -> Result<Snapshot, Stop> {
    let file = v4::read(bytes).map_err(|error| {
        Diagnostic::error(SUMMARY, format!("{}.", error.in_file(&path))).help(error.help())
    })?;
    Ok(file.snapshot)
}
