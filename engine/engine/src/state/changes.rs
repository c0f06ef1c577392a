//! Changes of a state that have no effect outside, as a run of their own.

use wb_state::journal::Record;
use wb_state::{Edit, EditError, OpenId, RunId, State};
use wb_store::{Begin, CommitInfo, Loaded, Store, StoreError};

/// Writes the journal of a run that only changes the state.
pub(super) fn write(
    store: &mut dyn Store,
    loaded: &Loaded,
    edits: Vec<Edit>,
    closes: Vec<OpenId>,
    info: &CommitInfo,
) -> Result<RunId, StoreError> {
    let writer = env!("CARGO_PKG_VERSION");
    let mut log = store.begin(Begin { loaded, writer, info })?;
    log.append(&Record::Changed { edits, closes });
    log.append(&Record::End { complete: true });
    log.flush(0)?;
    Ok(log.run())
}

/// The state after changes.
///
/// # Errors
/// Where one of them would lose an object, or finds none.
pub fn edited(state: &State, edits: &[Edit]) -> Result<State, EditError> {
    let mut state = state.clone();
    edits.iter().try_for_each(|edit| edit.apply(&mut state))?;
    Ok(state)
}
