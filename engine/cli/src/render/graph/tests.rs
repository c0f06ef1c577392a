//! Which edges there are, and how they are drawn.

use std::sync::Arc;

use expect_test::expect;
use wb_core::diag::Diagnostics;
use wb_core::source::SourceMap;
use wb_lang::config::{SourceFile, lower};
use wb_lang::host::{MemoryHost, Phase};
use wb_lang::stack::{Given, Stack};

use super::*;

fn stack(files: &[(&str, &str)]) -> Stack {
    let (mut sources, mut diags) = (SourceMap::new(), Diagnostics::new());
    let mut read = |dir: &str, diags: &mut Diagnostics| {
        let text = files.iter().find(|(of, _)| *of == dir).map_or("", |(_, text)| text);
        let id = sources.add(format!("{dir}/main.tf"), text);
        let (file, problems) = wb_hcl::parse_config(id, sources.file(id).shared_text());
        diags.append(problems);
        let (module, problems) = lower(&[SourceFile { name: "main.tf".into(), file }]);
        diags.append(problems);
        Arc::new(module)
    };
    let mut stack = Stack::new(read(".", &mut diags), ".");
    let host = MemoryHost::new(Phase::Plan);
    loop {
        let needs = stack.needs(&Given::new(), &host, &mut diags);
        if needs.is_empty() {
            break;
        }
        for need in needs {
            let module = read(&need.written, &mut diags);
            stack.supply(&need, module, need.written.clone(), &mut diags);
        }
    }
    stack.finish(&mut diags);
    assert!(!diags.has_errors(), "{diags:?}");
    stack
}

fn fixture() -> ResourceGraph {
    let root = r#"
resource "t" "a" {}
resource "t" "b" { x = t.a.id }
data "t" "d" { x = t.a.id }
resource "t" "c" { x = [t.a.id, local.both, data.t.d.id] }
locals { both = [t.b.id, module.m.out] }
module "m" {
  source = "./m"
  for_each = toset([t.b.id])
  x = t.a.id
}
resource "t" "last" { depends_on = [module.m] }
"#;
    let child = r#"
variable "x" {}
resource "t" "in" { x = var.x }
resource "t" "free" {}
module "deep" { source = "./deep" }
output "out" { value = t.in.id }
"#;
    let deep = "resource \"t\" \"deep\" {}\n";
    ResourceGraph::of(&stack(&[(".", root), ("./m", child), ("./deep", deep)]))
}

#[test]
fn needs_are_found_through_locals_variables_and_outputs() {
    let graph = fixture();
    let all: Vec<String> = graph
        .edges()
        .map(|(from, to)| format!("{} -> {}", graph.nodes[from], graph.nodes[to]))
        .collect();
    expect![[r#"
        data.t.d -> t.a
        t.b -> t.a
        t.c -> data.t.d
        t.c -> t.a
        t.c -> t.b
        t.c -> module.m.t.in
        t.last -> module.m.t.free
        t.last -> module.m.t.in
        t.last -> module.m.module.deep.t.deep
        module.m.t.free -> t.b
        module.m.t.in -> t.a
        module.m.t.in -> t.b
        module.m.module.deep.t.deep -> t.b"#]]
    .assert_eq(&all.join("\n"));
}

#[test]
fn the_drawing_leaves_out_what_follows() {
    expect![[r#"
        digraph G {
          rankdir = "RL";
          node [shape = rect, fontname = "sans-serif"];
          "data.t.d" [label="data.t.d"];
          "t.a" [label="t.a"];
          "t.b" [label="t.b"];
          "t.c" [label="t.c"];
          "t.last" [label="t.last"];
          subgraph "cluster_module.m" {
            label = "module.m"
            fontname = "sans-serif"
            "module.m.t.free" [label="t.free"];
            "module.m.t.in" [label="t.in"];
          }
          subgraph "cluster_module.m.module.deep" {
            label = "module.m.module.deep"
            fontname = "sans-serif"
            "module.m.module.deep.t.deep" [label="t.deep"];
          }
          "data.t.d" -> "t.a";
          "t.b" -> "t.a";
          "t.c" -> "data.t.d";
          "t.c" -> "module.m.t.in";
          "t.last" -> "module.m.t.free";
          "t.last" -> "module.m.t.in";
          "t.last" -> "module.m.module.deep.t.deep";
          "module.m.t.free" -> "t.b";
          "module.m.t.in" -> "t.b";
          "module.m.module.deep.t.deep" -> "t.b";
        }
    "#]]
    .assert_eq(&dot(&fixture().reduced()));
}

#[test]
fn the_picture_has_every_node_once() {
    let graph = fixture().reduced();
    let picture = svg(&graph);
    assert_eq!(picture.matches("<text").count(), graph.nodes.len());
    assert_eq!(picture.matches("<path").count(), graph.edges().count());
    assert!(picture.contains(">module.m.t.in</text>"));
}

#[test]
fn a_cycle_is_no_end() {
    let nodes = ["t.a", "t.b"].map(|text| wb_core::addr::ConfigResource::parse(text).unwrap());
    let graph = ResourceGraph { nodes: nodes.to_vec(), needs: vec![vec![1], vec![0]] };
    assert_eq!(graph.clone().reduced(), graph);
    assert!(svg(&graph).contains("has a cycle"));
}
