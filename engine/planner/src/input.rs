//! What a plan is made from.

use std::sync::Arc;

use wb_core::provider::Catalog;
use wb_core::source::FileId;
use wb_core::time::Moment;
use wb_lang::host::Host;
use wb_lang::stack::{Given, Stack};
use wb_plan::{Base, Mode, Selection};
use wb_state::State;

/// Everything that a plan is made from, and what is wanted. The caller fills in all of it.
#[derive(Debug)]
pub struct Input<'a> {
    pub stack: &'a Stack,
    pub given: &'a Given,
    /// In the phase of planning.
    pub host: &'a dyn Host,
    pub catalog: &'a Catalog,
    /// The last snapshot, journals of dead runs folded in.
    pub state: &'a State,
    pub base: Base,
    pub workspace: Arc<str>,
    pub mode: Mode,
    /// Whether objects are read before planning.
    pub refresh: bool,
    pub selection: Selection,
    /// Whether what cannot be counted yet is left to a later round; otherwise it is an error.
    pub rounds: bool,
    /// A file whose resources have empty blocks: their configuration is written after the objects that they import.
    pub generate: Option<FileId>,
    pub now: Moment,
}
