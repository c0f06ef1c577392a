//! Sessions: what a command does, without how it is typed and shown.
//!
//! - [`ambience`]: the clock and randomness. [`files`]: reading files that may be anything. [`machine`]: both as the
//!   language sees them.
//! - [`load`]: a folder to a stack, with its modules and the values of its variables.
//! - [`language`]: values of the stack while a plan is carried out.
//! - [`encryption`]: how states, journals and plans are encrypted.
//! - [`state`]: which store a stack has, and what is done with its state as a whole.
//! - [`session`]: observing, planning and applying.
//! - [`builtin`]: what looks like a provider's and needs the engine.
//! - [`console`]: expressions over the last state.
//! - [`datadir`]: what Terraform keeps in `.terraform`.
//!
//! **Invariants.** Nothing here prints or asks: problems are diagnostics, questions go through traits that the command
//! implements. Nothing is started that a command does not need: no runtime, no thread, no network.

pub mod ambience;
pub mod builtin;
pub mod console;
pub mod datadir;
pub mod encryption;
pub mod files;
pub mod language;
pub mod load;
pub mod machine;
pub mod session;
pub mod state;

pub use ambience::Ambience;
pub use machine::Machine;
