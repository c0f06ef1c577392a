//! Files on this machine: what `local` and `archive` have in common.

pub(crate) mod content;
pub(crate) mod permission;
pub(crate) mod write;
