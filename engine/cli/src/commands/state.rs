//! `wb state …`: looking at the state and changing it by hand.

pub(super) mod history;
pub(super) mod late;
pub(super) mod list;
pub(super) mod mv;
pub(super) mod pull;
pub(super) mod push;
pub(super) mod replace_provider;
pub(super) mod rm;
pub(super) mod rollback;
pub(super) mod show;

use wb_core::addr::{AddrError, Target};
use wb_core::diag::Diagnostic;
use wb_engine::state::OpenState;
use wb_store::Loaded;

use crate::session::Stop;

/// The state, which must have been committed at least once.
fn require_state(state: &mut OpenState) -> Result<Loaded, Stop> {
    let loaded = state.load().map_err(|problem| *problem)?;
    if loaded.verdict.is_some() || !loaded.runs.is_empty() {
        return Ok(loaded);
    }
    Err(no_state())
}

pub(super) fn no_state() -> Stop {
    Diagnostic::error(
        "No state file was found!",
        "State management commands require a state, and this stack has none yet.",
    )
    .help("Run the command in the folder of a stack that was applied, or name a state file with -state.")
    .into()
}

/// An address on the command line.
pub(crate) fn parse_target(text: &str) -> Result<Target, Stop> {
    Target::parse(text).map_err(|error| invalid_address(text, &error))
}

pub(super) fn invalid_address(text: &str, error: &AddrError) -> Stop {
    let detail = format!("{} In {text:?}.", error.detail());
    Diagnostic::error(error.summary(), detail).into()
}
