//! `wb output`: the root module's outputs, as the state has them.

use std::io;

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::ty::Type;
use wb_hcl::suggest;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status, Stop};
use crate::{json, render};

pub(super) static COMMAND: Command = Command {
    name: "output",
    about: "Show output values of the root module.",
    details: "With the name of one, its value alone, also where it is sensitive.",
    arguments: Arguments::between(0, 1, "[NAME]"),
    flags: &[
        shared::JSON,
        Flag::new("raw", Takes::Switch, "Print a string, number or bool as it is, for scripts."),
        shared::STATE,
        shared::NO_COLOR,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let (json, raw) = (matches.switch("json"), matches.switch("raw"));
    let name = matches.argument(0);
    check(json, raw, name)?;
    let mut state = session.state(matches)?;
    let loaded = state.load().map_err(|problem| *problem)?;
    let outputs = &loaded.snapshot.state.outputs;
    let Some(name) = name else {
        if json {
            print(session, |to| json::outputs(outputs, to));
        } else if outputs.is_empty() {
            session.show(&none().into(), &wb_core::source::SourceMap::new());
        } else {
            session.output.print(&render::outputs::outputs(outputs));
        }
        return Ok(Status::SUCCESS);
    };
    let Some(output) = outputs.get(name) else {
        return Err(not_found(name, outputs.keys().map(|n| &**n)));
    };
    if json {
        print(session, |to| json::output(output, to));
    } else if raw {
        let (value, _) = render::outputs::value_of(output).unmark_deep();
        let text = convert(&value, Type::STRING).ok().filter(|v| !v.is_null());
        let Some(text) = text.as_ref().and_then(|v| v.as_str()) else {
            return Err(not_raw(name, value.ty()));
        };
        session.output.print(text);
    } else {
        session.output.print(&format!("{}\n", render::outputs::output_value(output)));
    }
    Ok(Status::SUCCESS)
}

/// Writes JSON to memory, then to where data goes.
fn print(session: &mut Session, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) {
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(&mut text);
    session.output.print_bytes(&text);
}

fn check(json: bool, raw: bool, name: Option<&str>) -> Result<(), Stop> {
    if json && raw {
        let detail = "The flags -raw and -json exclude each other.";
        return Err(Diagnostic::error("Invalid output format", detail).into());
    }
    if raw && name.is_none() {
        let detail = "You must give the name of a single output value when using the -raw option.";
        return Err(Diagnostic::error("Output name required", detail).into());
    }
    Ok(())
}

fn none() -> Diagnostic {
    Diagnostic::warning("No outputs found", "The state has no outputs, or all of them are empty.")
        .help("Declare an output block in the root module, and run \"wb apply\".")
}

fn not_found<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Stop {
    let detail = "The output variable requested could not be found in the state. One that was just added to the configuration is there after the next \"wb apply\".";
    let problem = Diagnostic::error(format!("Output {name:?} not found"), detail);
    match suggest::nearest(name, names) {
        Some(near) => problem.help(format!("Did you mean {near:?}?")).into(),
        None => problem.into(),
    }
}

fn not_raw(name: &str, ty: Type) -> Stop {
    let detail = format!(
        "The -raw option only supports strings, numbers, and boolean values, but output value {name:?} is {}.",
        ty.friendly_name()
    );
    Diagnostic::error("Unsupported value for raw output", detail)
        .help("Use -json for values of other types.")
        .into()
}
