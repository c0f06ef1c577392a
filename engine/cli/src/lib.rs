//! The command `wb`: arguments, what is asked and shown, exit statuses.
//!
//! - [`args`]: what was typed. [`commands`]: what each command does with it, one file each.
//! - [`session`]: what commands have in common: the environment, where text goes, how an end is told.
//! - [`render`] and [`json`]: data to text.
//!
//! Decisions are not made here: a command makes a request, the engine carries it out, and what comes back is shown.

pub mod args;
mod commands;
mod credentials;
mod environment;
pub mod json;
mod output;
mod prompt;
mod providers;
pub mod render;
mod run;
pub mod session;
mod stack;
mod state;
mod stored;
#[cfg(test)]
mod testing;

use std::ffi::OsString;

use args::{Invocation, UsageError};
use environment::Environment;
use output::Output;
use session::{Session, Status, Stop};

/// The exit status after a bug in wb.
pub const CRASHED: u8 = 70;

/// Runs a command line, without the program's name.
#[must_use]
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Status {
    let args = args.into_iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let mut session = Session::new(Environment::new(environment), Output::new());
    let outcome = dispatch(args, &mut session);
    session.conclude(outcome)
}

fn dispatch(args: Vec<String>, session: &mut Session) -> session::Outcome {
    let mut invocation = args::invocation(args)?;
    if let Some(dir) = &invocation.chdir {
        session.change_dir(dir)?;
    }
    if invocation.version && invocation.rest.is_empty() {
        invocation.rest.push("version".to_owned());
    }
    match commands::find(&invocation.rest) {
        commands::Found::Command(command, words) => {
            inject(&mut invocation, words, session)?;
            if invocation.help {
                session.output.print(&args::help(command));
                return Ok(Status::SUCCESS);
            }
            let matches = args::parse(command, &invocation.rest[words..])
                .map_err(|error| Stop::Usage { command: Some(command.name), error })?;
            if matches.switch("no-color") {
                session.output.no_color();
            }
            (command.run)(session, &matches)
        }
        commands::Found::Group(group) => {
            let help = commands::overview(group);
            if invocation.help {
                session.output.print(&help);
                return Ok(Status::SUCCESS);
            }
            session.output.say(&help);
            // Without a command, Terraform's status is 127; with the half of one, it is 1.
            Ok(if group.is_empty() { Status::NO_COMMAND } else { Status::ERROR })
        }
        commands::Found::Refused(name, why) => Err(Stop::refused(name, why)),
        commands::Found::Unknown { name, meant } => {
            Err(UsageError::UnknownCommand { name, meant }.into())
        }
    }
}

/// Puts in what `TF_CLI_ARGS` and the command's own variable say.
fn inject(invocation: &mut Invocation, words: usize, session: &Session) -> Result<(), Stop> {
    let own = format!("CLI_ARGS_{}", invocation.rest[..words].join("_"));
    let read = |name: &str| -> Result<Vec<String>, Stop> {
        let Some(text) = session.environment.twin(name) else { return Ok(Vec::new()) };
        args::split_words(text).ok_or_else(|| Stop::unclosed_quote(name, text))
    };
    let (general, own) = (read("CLI_ARGS")?, read(&own)?);
    args::inject(&mut invocation.rest, words, general, own);
    Ok(())
}
