//! `wb graph`: what needs what.

use serde_json::json;
use wb_core::diag::Diagnostic;
use wb_lang::host::Phase;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::render::graph::{ResourceGraph, dot, svg};
use crate::session::{Outcome, Session, Status};
use crate::stack::Values;

pub(super) static COMMAND: Command = Command {
    name: "graph",
    about: "Show the resources of the configuration and what each needs.",
    details: "In the language of Graphviz, unless another format is asked for.",
    arguments: Arguments::NONE,
    flags: &[
        Flag::new("format", Takes::Text("dot|svg|json"), "The format: dot, svg or json."),
        shared::VAR,
        shared::VAR_FILE,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let format = matches.text("format").unwrap_or("dot");
    if !matches!(format, "dot" | "svg" | "json") {
        let detail = format!("There is no format {format:?}: dot, svg and json are.");
        return Err(Diagnostic::error("Invalid graph format", detail).into());
    }
    let machine = session.machine(Phase::Plan)?;
    let mut loading = session.load(matches, &machine, Values::Given);
    session.require(&mut loading)?;
    let graph = loading.stack.as_ref().map(ResourceGraph::of).unwrap_or_default();
    let text = match format {
        "svg" => svg(&graph),
        "json" => format!("{}\n", as_json(&graph)),
        _ => dot(&graph),
    };
    session.output.print(&text);
    Ok(Status::SUCCESS)
}

fn as_json(graph: &ResourceGraph) -> serde_json::Value {
    let nodes: Vec<String> = graph.nodes.iter().map(ToString::to_string).collect();
    let needs =
        |all: &Vec<u32>| all.iter().map(|to| nodes[*to as usize].clone()).collect::<Vec<_>>();
    let entries = nodes.iter().zip(&graph.needs);
    let entries: Vec<_> =
        entries.map(|(address, all)| json!({"address": address, "needs": needs(all)})).collect();
    json!({"format_version": "1.0", "resources": entries})
}
