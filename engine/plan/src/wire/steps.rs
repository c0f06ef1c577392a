//! Steps, and which comes before which.

use serde::{Deserialize, Serialize};
use wb_graph::Builder;

use crate::{Step, Steps};

#[derive(Serialize, Deserialize)]
pub(crate) struct Wire {
    steps: Vec<Step>,
    /// What comes first, and what after it.
    edges: Vec<(u32, u32)>,
}

impl From<Steps> for Wire {
    fn from(steps: Steps) -> Self {
        Self { edges: steps.graph.edges().collect(), steps: steps.steps }
    }
}

impl TryFrom<Wire> for Steps {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        let count = wire.steps.len();
        let mut builder = Builder::new(count);
        for (before, after) in wire.edges {
            if before as usize >= count || after as usize >= count {
                return Err(format!("there are {count} steps, and an order names another"));
            }
            builder.edge(before, after);
        }
        Ok(Self { steps: wire.steps, graph: builder.build() })
    }
}
