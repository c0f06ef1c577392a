//! The words every part of wb shares.
//!
//! - [`source`]: files, spans and positions.
//! - [`diag`]: problems as data. Rendering happens once, in the command.
//!
//! **Invariants.** Nothing in this crate does I/O, reads a clock, draws a random number or awaits. No public type
//! derives a wire form: formats live beside what reads them.

pub mod diag;
pub mod source;
