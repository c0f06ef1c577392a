//! `wb get`: modules are fetched.

use wb_core::diag::Diagnostic;
use wb_engine::load::{Extent, Install, Loading, Progress};
use wb_lang::host::Phase;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::output::Output;
use crate::session::{Outcome, Session, Status, Stop};
use crate::stack::Values;

pub(super) static COMMAND: Command = Command {
    name: "get",
    about: "Fetch the modules that the stack needs.",
    details: "\"wb init\" does the same, and more.",
    arguments: Arguments::NONE,
    flags: &[
        Flag::new(
            "update",
            Takes::Switch,
            "Fetch again what is there, in the newest versions allowed.",
        ),
        shared::NO_COLOR,
        shared::TEST_DIRECTORY,
        shared::VAR,
        shared::VAR_FILE,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let machine = session.machine(Phase::Plan)?;
    let (mut fetcher, mut output) = (session.fetcher(), session.output);
    let mut progress = |event: Progress<'_>| show_progress(&mut output, &event);
    let upgrade = matches.switch("update");
    let install = Install::Yes { fetcher: &mut fetcher, upgrade, progress: &mut progress };
    let mut loading = session.load_with(matches, &machine, Values::Given, install, Extent::All);
    session.require(&mut loading)?;
    if loading.manifest.has_calls() {
        write_manifest(session, &loading)?;
    }
    Ok(Status::SUCCESS)
}

/// Says what is fetched, and where modules lie, as Terraform does.
pub(super) fn show_progress(output: &mut Output, event: &Progress<'_>) {
    let name = |path: &wb_core::addr::ModulePath| path.names().join(".");
    output.print(&match event {
        Progress::Fetching { path, source, version: Some(version) } => {
            format!("Downloading {source} {version} for {}...\n", name(path))
        }
        Progress::Fetching { path, source, version: None } => {
            format!("Downloading {source} for {}...\n", name(path))
        }
        Progress::Placed { path, dir } => format!("- {} in {dir}\n", name(path)),
    });
}

/// Notes where modules lie.
pub(super) fn write_manifest(session: &Session, loading: &Loading) -> Result<(), Stop> {
    let dir = session.data_dir().path().join("modules");
    loading.manifest.write(&dir).map_err(|error| {
        let why = wb_engine::files::words(&error);
        let detail = format!("What was fetched cannot be noted in {}: {why}.", dir.display());
        Diagnostic::error("Failed to save module manifest", detail).into()
    })
}
