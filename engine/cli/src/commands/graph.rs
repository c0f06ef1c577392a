//! `wb graph`: what needs what.

use serde_json::json;
use wb_core::diag::Diagnostic;
use wb_lang::host::Phase;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::render::graph::{ResourceGraph, dot, steps, svg};
use crate::run::read_plan;
use crate::session::{Outcome, Session, Status, Stop};
use crate::stack::Values;

pub(super) static COMMAND: Command = Command {
    name: "graph",
    about: "Show the resources of the configuration and what each needs.",
    details: "In the language of Graphviz, unless another format is asked for.",
    arguments: Arguments::NONE,
    flags: &[
        Flag::new("format", Takes::Text("dot|svg|json"), "The format: dot, svg or json."),
        Flag::new(
            "plan",
            Takes::Text("FILE"),
            "Show the steps of this saved plan, each with what must be done before it.",
        ),
        Flag::new(
            "type",
            Takes::Text("TYPE"),
            "Which graph: plan, plan-refresh-only, plan-destroy, or apply, which needs -plan.",
        ),
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
    if let Some(path) = plan_of(matches, format)? {
        let file = read_plan(session, matches, path)?;
        session.output.print(&steps(&file.plan));
        return Ok(Status::SUCCESS);
    }
    let machine = session.machine(Phase::Plan)?;
    let mut loading = session.load(matches, &machine, Values::Given);
    session.require(&mut loading)?;
    let mut graph = loading.stack.as_ref().map(ResourceGraph::of).unwrap_or_default();
    if matches.text("type") == Some("plan-destroy") {
        graph = graph.reversed();
    }
    let text = match format {
        "svg" => svg(&graph),
        "json" => format!("{}\n", as_json(&graph)),
        _ => dot(&graph),
    };
    session.output.print(&text);
    Ok(Status::SUCCESS)
}

/// The saved plan to be shown, if it is one.
fn plan_of<'m>(matches: &'m Matches, format: &str) -> Result<Option<&'m str>, Stop> {
    let problem = |detail: String| Err(Diagnostic::error("Invalid graph type", detail).into());
    let (path, kind) = (matches.text("plan"), matches.text("type"));
    match (path, kind) {
        (None, Some("apply")) => problem(
            "The graph of an apply is that of a saved plan: name it with -plan=FILE.".to_owned(),
        ),
        (Some(_), None | Some("apply")) if format != "dot" => {
            problem(format!("The steps of a plan are shown as dot, not as {format}."))
        }
        (path, None | Some("apply")) => Ok(path),
        (None, Some("plan" | "plan-refresh-only" | "plan-destroy")) => Ok(None),
        (Some(_), Some(kind @ ("plan" | "plan-refresh-only" | "plan-destroy"))) => {
            problem(format!("A saved plan has the graph \"apply\" and no {kind:?}."))
        }
        (_, Some(kind)) => problem(format!(
            "There is no graph {kind:?}: plan, plan-refresh-only, plan-destroy and apply are."
        )),
    }
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
