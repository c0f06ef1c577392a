//! The artifact between deciding and doing.
//!
//! A [`Plan`] is complete: it says what is done to each object ([`Change`]), in which order ([`Steps`]), what the state
//! is when it starts ([`Plan::edits`] on [`Plan::base`]), and what it could not decide yet ([`Deferred`]). The executor
//! has no choices left, and nobody changes a plan once it is made.
//!
//! [`file`](mod@file) is a plan that was saved, with all that it takes to carry it out elsewhere and later.

mod change;
mod check;
mod deferred;
pub mod file;
pub mod object;
mod output;
mod plan;
mod steps;
mod wire;

pub use change::{Action, Change, Importing, Reason};
pub use check::{CheckBlock, CheckInstance};
pub use deferred::{Deferral, Deferred};
pub use file::{PlanFile, PlanFileError};
pub use output::OutputChange;
pub use plan::{Base, Counts, Mode, Plan, Selection, VariableValue};
pub use steps::{Step, StepKind, Steps};
