//! Does what a Plan says, and journals it.
//!
//! [`run`] carries out a plan. It decides nothing: what is done, and in which order, the plan says; what values things
//! have, it asks the language ([`Evaluate`]); what came of it, it tells the journal ([`JournalSink`]), which the state is
//! folded from.
//!
//! [`resolve`] finds out what came of the steps that a dead run had begun, before anything else is done.
//!
//! One task owns everything that changes: the queue of steps, the state, the journal, the language. Workers are futures
//! with values of their own, and end in a message. So nothing is locked and nothing happens twice.
//!
//! **Invariants.**
//! - An effect outside begins after its intent is durable ([`wb_state::journal::Record::Started`]), and after every result
//!   before it. What lives in the state alone has no effect outside, and needs no intent.
//! - The fence is asked before every effect.
//! - A step whose outcome is not known is journalled as uncertain, never guessed.
//! - Whatever fails, what does not depend on it goes on.

mod evaluate;
mod event;
mod provision;
mod resolve;
mod run;
mod sink;
mod work;

pub use evaluate::{Evaluate, OnFailure, Opening, OutputNow, Phase, Provision, Stuck, When};
pub use event::{Doing, Event, ShownId};
pub use resolve::{Resolve, Resolved, resolve};
pub use run::{check_result, run};
pub use sink::{JournalFailed, JournalSink};
pub use work::{Clients, Done, Outcome, Stop, Work, World};

#[cfg(test)]
mod testing;
