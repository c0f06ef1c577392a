//! The graph of resources: `graph -format=json`.

use std::io;

use super::address::mode;
use super::out::Out;
use crate::render::graph::ResourceGraph;

/// Writes nodes, and edges from what needs to what is needed.
///
/// # Errors
/// Where it cannot be written.
pub fn graph(graph: &ResourceGraph, to: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Out::new(to);
    out.object(|out| {
        out.key("format_version").string("1.0");
        out.key("nodes").array(|out| {
            for node in &graph.nodes {
                out.object(|out| {
                    out.key("address").display(node);
                    if !node.module.is_root() {
                        out.key("module").display(&node.module);
                    }
                    out.key("mode").string(mode(node.resource.mode));
                    out.key("type").string(&node.resource.kind);
                    out.key("name").string(&node.resource.name);
                });
            }
        });
        out.key("edges").array(|out| {
            for (from, to) in graph.edges() {
                out.object(|out| {
                    out.key("from").display(&graph.nodes[from]);
                    out.key("to").display(&graph.nodes[to]);
                });
            }
        });
    });
    out.finish()
}
