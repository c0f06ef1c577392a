//! The types of blocks, one file each.

pub(super) mod call;
pub(super) mod check;
pub(super) mod import;
pub(super) mod language;
pub(super) mod lifecycle;
pub(super) mod locals;
pub(super) mod moved;
pub(super) mod output;
pub(super) mod provider;
pub(super) mod provisioner;
pub(super) mod refused;
pub(super) mod removed;
pub(super) mod required_providers;
pub(super) mod resource;
pub(super) mod terraform;
mod trigger;
pub(super) mod variable;

use wb_core::diag::Diagnostic;
use wb_hcl::Traversal;

/// Reports dependencies in an override file: it would not be clear whether they are meant to replace or to add.
fn depends_on_overridden(first: &Traversal<'_>) -> Diagnostic {
    Diagnostic::error("Unsupported override", "The argument \"depends_on\" cannot be overridden.")
        .at(first.span())
        .help("Set it where the block is declared.")
}
