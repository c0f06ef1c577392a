//! The order in which a plan is carried out.

use serde::{Deserialize, Serialize};
use wb_graph::Graph;

use crate::wire;

/// What one step does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum StepKind {
    Create,
    Read,
    Update,
    /// Destroys the object. In a create-first replacement that is the one set aside.
    Delete,
    /// Lets go of the object.
    Forget,
    /// Has no effect: it carries an order through something that does not change.
    Pass,
}

/// One step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Step {
    pub kind: StepKind,
    /// The change that it belongs to, by its place in the plan; none for [`StepKind::Pass`].
    pub change: Option<u32>,
}

/// All steps. Node `n` of the graph is step `n`; an edge says what comes first. A replacement is two steps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(into = "wire::steps::Wire", try_from = "wire::steps::Wire")]
pub struct Steps {
    pub steps: Vec<Step>,
    pub graph: Graph,
}
