//! What the language means: trees to a stack, references, the evaluator and its functions.
//!
//! - [`config`]: the files of a folder to a module; [`typeexpr`]: type constraints.
//! - [`stack`]: the modules of a configuration, and which provider configuration each resource uses.
//! - [`reference`]: what a traversal refers to.
//! - [`eval`]: expressions to values. [`world`]: a stack come alive, with its instances and all their values.
//! - [`express`]: values back to expressions.
//! - [`functions`]: what expressions can call.
//! - [`decode`]: bodies, read through the schemas that providers describe, to values.
//! - [`ignore`]: what `ignore_changes` does to a configuration.
//! - [`validate`]: what can be found wrong before anything is known.
//! - [`generate`]: configuration for objects that exist already.
//! - [`host`]: what functions may ask of the machine. Nothing else here reaches outside.
//!
//! **Invariants.** This crate is pure: files, the clock and random bytes come in through [`host::Host`], values of
//! references through the [`eval::Scope`] of an evaluation. Bad input of any kind is a diagnostic, and what an
//! evaluation may produce is bounded.

pub mod config;
pub mod decode;
pub mod eval;
pub mod express;
pub mod functions;
pub mod generate;
pub mod host;
pub mod ignore;
pub mod reference;
pub mod stack;
#[cfg(test)]
mod testing;
pub mod typeexpr;
pub mod validate;
pub mod world;
