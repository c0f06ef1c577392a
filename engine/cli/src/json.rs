//! Data in the JSON shapes of Terraform, so that tools which read those work.
//!
//! Everything is written straight to where it goes, in the order of its members; no tree is built. Sensitive values
//! are in these forms, beside what says that they are: who asks for JSON gets everything, as with Terraform. Only the
//! lines of [`ui`] hide them.

mod address;
mod checks;
mod configuration;
mod console;
mod diagnostic;
mod graph;
mod modules;
mod out;
mod outputs;
mod plan;
mod schemas;
mod state;
pub mod ui;
mod validate;
mod values;
mod version;

pub use console::{console_answer, console_error};
pub use graph::graph;
pub use outputs::{output, outputs};
pub use plan::{PlanInput, plan};
pub use schemas::schemas;
pub use state::state;
pub use validate::validate;
pub use version::version;

/// Of `show -json` of a state.
pub(crate) const STATE_FORMAT: &str = "1.0";
/// Of `show -json` of a plan.
pub(crate) const PLAN_FORMAT: &str = "1.2";
