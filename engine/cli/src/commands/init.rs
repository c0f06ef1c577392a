//! `wb init`: modules are fetched, and where the state is kept is noted.

use std::path::Path;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_engine::load::{Extent, Install, Loading, populate};
use wb_engine::state::{BackendConfig, Initialized, Move, StateRequest, backend_of, initialize};
use wb_lang::host::Phase;
use wb_lang::stack::Stack;

use super::get::{show_progress, write_manifest};
use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Problems, Session, Status, Stop};
use crate::stack::Values;

pub(super) static COMMAND: Command = Command {
    name: "init",
    about: "Prepare the folder: fetch modules, note the backend.",
    details: "Needed only where modules have to be fetched or a backend block is new: providers are part of wb. It may be run at any time, and again.",
    arguments: Arguments::NONE,
    flags: &[
        Flag::new("backend", Takes::Off, "Leave the backend as it is noted."),
        Flag::new(
            "backend-config",
            Takes::Many("FILE or NAME=VALUE"),
            "Arguments of the backend block, besides those in it. May be given several times.",
        ),
        Flag::new("force-copy", Takes::Switch, "The same as -migrate-state, without a question."),
        Flag::new(
            "from-module",
            Takes::Text("SOURCE"),
            "Fill this folder, which is empty, with a copy of this module first.",
        ),
        Flag::new("get", Takes::Off, "Do not fetch modules."),
        shared::INPUT,
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        Flag::new(
            "lockfile",
            Takes::Text("MODE"),
            "Accepted for the sake of scripts: wb writes no lock file for its own providers.",
        ),
        Flag::new(
            "migrate-state",
            Takes::Switch,
            "Copy the state to where the stack now wants it.",
        ),
        shared::NO_COLOR,
        Flag::new(
            "reconfigure",
            Takes::Switch,
            "Leave the state where it is, and begin with what the stack names.",
        ),
        shared::TEST_DIRECTORY,
        Flag::new("upgrade", Takes::Switch, "Fetch modules again, in the newest versions allowed."),
        shared::VAR,
        shared::VAR_FILE,
        shared::IGNORE_REMOTE_VERSION,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let how = how(matches)?;
    let mut fetcher = session.fetcher();
    if let Some(source) = matches.text("from-module") {
        session.output.print(&format!("Copying configuration from \"{source}\"...\n"));
        let aside = session.data_dir().path().join("from-module");
        populate(source, Path::new("."), &aside, &mut fetcher).map_err(|problem| *problem)?;
    }
    let machine = session.machine(Phase::Plan)?;
    let mut output = session.output;
    let mut said = false;
    let mut progress = |event: wb_engine::load::Progress<'_>| {
        if !std::mem::replace(&mut said, true) {
            output.print("Initializing modules...\n");
        }
        show_progress(&mut output, &event);
    };
    let install = if matches.unless_off("get") {
        let upgrade = matches.switch("upgrade");
        Install::Yes { fetcher: &mut fetcher, upgrade, progress: &mut progress }
    } else {
        Install::No
    };
    let mut loading = session.load_with(matches, &machine, Values::Given, install, Extent::All);
    session.require(&mut loading)?;
    if loading.is_empty {
        session.output.print(EMPTY);
        return Ok(Status::SUCCESS);
    }
    if loading.manifest.has_calls() {
        write_manifest(session, &loading)?;
    }
    if matches.unless_off("backend") {
        session.output.print("Initializing the backend...\n");
        let done = backend(session, matches, &mut loading, &machine, how)?;
        tell(session, &done);
    }
    session.output.print(DONE);
    Ok(Status::SUCCESS)
}

const EMPTY: &str = "wb initialized in an empty directory!\n\nThe directory has no configuration files. You may begin working with wb\nimmediately by creating configuration files.\n";

const DONE: &str = "\nwb has been successfully initialized!\n\nYou may now begin working. Try running \"wb plan\" to see any changes that are\nrequired for your infrastructure. Modules that are not fetched yet, and changes\nof the backend, will be named by other commands.\n";

fn how(matches: &Matches) -> Result<Move, Stop> {
    let migrate = matches.switch("migrate-state") || matches.switch("force-copy");
    match (migrate, matches.switch("reconfigure")) {
        (true, true) => {
            let detail = "The -migrate-state and -reconfigure options are mutually-exclusive.";
            Err(Diagnostic::error("Invalid combination of arguments", detail).into())
        }
        (true, false) => Ok(Move::Migrate),
        (false, true) => Ok(Move::Leave),
        (false, false) => Ok(Move::Refuse),
    }
}

fn backend(
    session: &Session,
    matches: &Matches,
    loading: &mut Loading,
    host: &dyn wb_lang::host::Host,
    how: Move,
) -> Result<Initialized, Stop> {
    let mut diags = Diagnostics::new();
    let found = loading
        .stack
        .as_ref()
        .and_then(|stack: &Stack| backend_of(stack, &loading.given, host, &mut diags));
    let encryption = session.encryption_in(loading, host, &mut diags);
    let mut fail = |diags: Diagnostics| -> Stop {
        Problems { diags, sources: std::mem::take(&mut loading.sources) }.into()
    };
    if diags.has_errors() {
        return Err(fail(diags));
    }
    let config = match found {
        Some(mut config) => {
            for text in matches.all("backend-config") {
                set(&mut config, text)?;
            }
            Some(config)
        }
        None if matches.all("backend-config").next().is_some() => return Err(no_block().into()),
        None => None,
    };
    let data_dir = session.data_dir();
    let workspace = session.workspace();
    let request = session.request(matches, config.as_ref(), &data_dir, workspace)?;
    let request = StateRequest { encryption, ..request };
    initialize(&request, how).map_err(|problem| fail((*problem).into()))
}

/// An argument of `-backend-config`: `NAME=VALUE`, or a file of them.
fn set(config: &mut BackendConfig, text: &str) -> Result<(), Stop> {
    if let Some((name, value)) = text.split_once('=') {
        return config.set(name.trim(), value.trim()).map_err(|problem| (*problem).into());
    }
    let mut sources = wb_core::source::SourceMap::new();
    let source = wb_engine::load::read_source(std::path::Path::new(text)).map_err(|error| {
        let detail = format!("The file {text} of -backend-config cannot be read: {error}.");
        Diagnostic::error("Failed to read backend configuration", detail)
    })?;
    let id = sources.add(text, std::sync::Arc::clone(source.text()));
    let (file, mut diags) = wb_hcl::parse_config(id, &source);
    for attribute in file.body().just_attributes(&mut diags) {
        let value = wb_lang::config::constant::value(attribute.expr, &mut diags);
        let Some(value) = value else { continue };
        if let Err(problem) = config.set_value(attribute.name, &value) {
            diags.push(problem.at(attribute.name_span));
        }
    }
    if diags.has_errors() { Err(Problems { diags, sources }.into()) } else { Ok(()) }
}

fn no_block() -> Diagnostic {
    Diagnostic::error(
        "Missing backend configuration",
        "-backend-config was used without a \"backend\" block in the configuration.",
    )
    .help("Add a block such as backend \"local\" {} to the terraform block.")
}

fn tell(session: &mut Session, done: &Initialized) {
    for workspace in &done.migrated {
        session.output.print(&format!("- the state of the workspace \"{workspace}\" was copied\n"));
    }
    if done.changed {
        session.output.print("\nSuccessfully configured where the state is kept.\n");
    }
}
