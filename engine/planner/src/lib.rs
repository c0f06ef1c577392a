//! Decides: from a stack, a state and what was observed, to a plan.
//!
//! A [`Planner`] works as far as it can and then asks: [`Planner::turn`] gives [`Question`]s, whoever can reach the
//! outside gives an [`Answer`] to each, in any order and number ([`Planner::answer`]), and the next turn goes on with
//! those. When nothing is asked and nothing outstanding, [`Planner::finish`] gives the [`wb_plan::Plan`].
//!
//! What a provider decides purely (validation, planning, upgrades) is called in line.
//!
//! **Invariant.** Nothing here awaits, reads a clock or a file, or talks to anything. What has to be looked up is
//! asked for as a question and given back as an answer. The work is linear in instances, references and answers.

mod action;
mod assemble;
mod changed;
mod checks;
mod data;
mod decide;
mod declared;
mod dependencies;
mod destroy;
mod ephemeral;
mod imports;
mod input;
mod instance;
mod item;
mod kinds;
mod managed;
mod moves;
pub mod order;
mod orphans;
mod outputs;
mod planner;
mod provider;
mod provisioners;
mod question;
mod select;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use checks::check_status;
pub use input::Input;
pub use planner::{Finished, Planner};
pub use question::{Answer, Failure, ImportId, Question, QuestionId, Wanted};
