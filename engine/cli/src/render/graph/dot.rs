//! The language of Graphviz, in the form of `terraform graph`.

use std::fmt::Write as _;

use wb_core::addr::ModulePath;
use wb_core::text::quote;

use super::ResourceGraph;

#[must_use]
pub fn dot(graph: &ResourceGraph) -> String {
    let mut out = String::from(
        "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n",
    );
    // Writing to a string cannot fail.
    let _ = try_write(graph, &mut out);
    out
}

fn try_write(graph: &ResourceGraph, out: &mut String) -> std::fmt::Result {
    let mut open: Option<&ModulePath> = None;
    for node in &graph.nodes {
        if !node.module.is_root() && open != Some(&node.module) {
            if open.is_some() {
                out.push_str("  }\n");
            }
            let cluster = quote(&format!("cluster_{}", node.module));
            writeln!(out, "  subgraph {cluster} {{")?;
            writeln!(out, "    label = {}", quote(&node.module.to_string()))?;
            out.push_str("    fontname = \"sans-serif\"\n");
            open = Some(&node.module);
        }
        let indent = if open.is_some() { "    " } else { "  " };
        let (name, label) = (quote(&node.to_string()), quote(&node.resource.to_string()));
        writeln!(out, "{indent}{name} [label={label}];")?;
    }
    if open.is_some() {
        out.push_str("  }\n");
    }
    let names: Vec<String> = graph.nodes.iter().map(|node| quote(&node.to_string())).collect();
    for (from, to) in graph.edges() {
        writeln!(out, "  {} -> {};", names[from], names[to])?;
    }
    out.push_str("}\n");
    Ok(())
}
