//! The steps of a plan, in the language of Graphviz: an arrow leads to what must be done before.

use std::fmt::Write as _;

use wb_core::text::quote;
use wb_plan::{Plan, StepKind};

#[must_use]
pub fn steps(plan: &Plan) -> String {
    let mut out = String::from(
        "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n",
    );
    // Writing to a string cannot fail.
    let _ = try_write(plan, &mut out);
    out
}

fn try_write(plan: &Plan, out: &mut String) -> std::fmt::Result {
    let mut names = Vec::with_capacity(plan.steps.steps.len());
    for (at, step) in plan.steps.steps.iter().enumerate() {
        let change = step.change.and_then(|change| plan.changes.get(change as usize));
        let does = match step.kind {
            StepKind::Create => "create",
            StepKind::Read => "read",
            StepKind::Update => "update",
            StepKind::Delete => "destroy",
            StepKind::Forget => "forget",
            StepKind::Pass => "nothing",
        };
        match change {
            Some(change) => {
                let name = quote(&format!("{} ({does})", change.object));
                writeln!(out, "  {name};")?;
                names.push(name);
            }
            None => {
                // It only carries an order on.
                let name = quote(&format!("step {at}"));
                writeln!(out, "  {name} [shape = point];")?;
                names.push(name);
            }
        }
    }
    for (before, after) in plan.steps.graph.edges() {
        writeln!(out, "  {} -> {};", names[after as usize], names[before as usize])?;
    }
    out.push_str("}\n");
    Ok(())
}
