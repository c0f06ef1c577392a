//! The words every part of wb shares.
//!
//! - [`addr`]: what things are called.
//! - [`source`]: files, spans and positions.
//! - [`diag`]: problems as data. Rendering happens once, in the command.
//! - [`schema`], [`provider`]: the shapes that providers describe, and the half of a provider that is pure.
//! - [`contract`]: what a provider may answer.
//! - [`time`]: moments and the calendar.
//! - [`hash`]: the maps that all of this is looked up in.
//! - [`version`]: versions of modules, providers and tools, and constraints on them.
//! - [`ty`], [`value`], [`number`], [`marks`], [`refine`], [`path`], [`text`], [`convert`], [`unify`], [`access`]: the
//!   values of the language. [`json`], [`msgpack`]: their wire forms.
//!
//! **Invariants.** Nothing in this crate does I/O, reads a clock, draws a random number or awaits. No public type
//! derives a wire form: formats live beside what reads them.

pub mod access;
pub mod addr;
pub mod contract;
pub mod convert;
pub mod diag;
pub mod hash;
pub mod json;
pub mod marks;
pub mod msgpack;
pub mod number;
pub mod path;
pub mod provider;
pub mod provisioner;
pub mod refine;
pub mod schema;
pub mod source;
pub mod text;
pub mod time;
pub mod ty;
pub mod unify;
pub mod value;
pub mod version;
