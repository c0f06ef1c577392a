//! Runs: what observes, plans and applies.
//!
//! [`plan`] drives a planner: it answers its questions through the providers, as many at once as is allowed. [`apply`]
//! drives the executor with a journal. Both work on the thread of their caller, with a runtime of one thread that is
//! made when something has to be waited for: a plan that asks nothing makes none.

mod apply;
mod outside;
mod plan;
mod settle;
mod signals;

pub use apply::{Applied, ApplyRequest, Watch, apply};
pub use plan::{PlanRequest, Planned, Seen, plan};
pub use settle::{SettleRequest, settle};
pub use signals::{Interrupt, interrupts};
