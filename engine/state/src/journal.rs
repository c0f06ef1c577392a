//! The journal of a run: what it is about to do, before it does it, and what came of it.
//!
//! A journal is a magic number and frames ([`frame`]); each frame is one [`Record`] in CBOR, the first one the
//! [`Header`]. The writer appends frames in batches and makes a batch durable before anything in it counts. Every later
//! version reads every earlier journal: a record's meaning never changes, new meanings get new kinds, and a kind that is
//! not known is refused together with the version that wrote it.

mod fold;
mod frame;
mod record;

pub use fold::{Base, FoldError, FoldReport, fold};
pub use frame::{Batch, MAGIC, MAX_BATCH, SEALED_MAGIC, Seal, decode, decode_sealed, sealed_head};
pub use record::{Header, Journal, JournalError, Planned, Record, StepResult, Tail};

#[cfg(test)]
mod tests;
