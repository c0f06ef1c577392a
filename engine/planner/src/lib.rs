//! Decides: from a stack, a state and what was observed, to a plan.
//!
//! **Invariant.** Nothing here awaits, reads a clock or a file, or talks to anything. What has to be looked up is
//! asked for as a question and given back as an answer.

pub mod order;
