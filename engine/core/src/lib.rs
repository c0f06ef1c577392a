//! The words every part of wb shares.
//!
//! - [`addr`]: what things are called.
//! - [`source`]: files, spans and positions.
//! - [`diag`]: problems as data. Rendering happens once, in the command.
//!
//! **Invariants.** Nothing in this crate does I/O, reads a clock, draws a random number or awaits. No public type
//! derives a wire form: formats live beside what reads them.

pub mod addr;
pub mod diag;
pub mod source;
