//! Worlds of small stacks, whose instances are worth what their arguments are.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use wb_core::diag::Diagnostics;
use wb_core::provider::Catalog;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{AttributeSchema, BodySchema};

use super::{Driver, Eagerness, InstIx, Kind, Outcome, ProvIx, Trace, World};
use crate::eval::evaluate;
use crate::host::{MemoryHost, Phase};
use crate::stack::Given;
use crate::stack::testing::load;
use crate::testing::outline;

/// An instance is an object of its `input` and an id that is not known.
#[derive(Debug, Default)]
struct Echo {
    tries: usize,
    defer: bool,
}

impl Driver for Echo {
    fn instance(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        self.tries += 1;
        let schema = BodySchema::new([AttributeSchema::optional("input")], []);
        let resource = world.declaration(at);
        world.depend_on(&resource.depends_on, world.instance(at).module, trace, diags);
        let content = resource.body.content(&schema, diags);
        let input = content.attribute("input").map_or(Value::null(Type::DYNAMIC), |a| {
            evaluate(a.expr, &mut world.instance_scope(at, trace), diags)
        });
        Outcome::Value(Value::object([("id", Value::unknown(Type::STRING)), ("output", input)]))
    }

    fn provider(
        &mut self,
        _: &World<'_>,
        _: ProvIx,
        _: &mut Trace,
        _: &mut Diagnostics,
    ) -> Outcome {
        Outcome::Value(Value::empty_object())
    }

    fn may_defer(&self) -> bool {
        self.defer
    }
}

fn check(files: &[(&str, &str)], expected: &Expect) -> Echo {
    check_with(files, Echo::default(), expected)
}

/// Evaluates everything; shows instances with their values and what they need, root outputs, and problems.
fn check_with(files: &[(&str, &str)], mut driver: Echo, expected: &Expect) -> Echo {
    let given = Given::new();
    let (sources, stack, mut diags) = load(files, &given);
    let (host, catalog) = (MemoryHost::new(Phase::Plan), Catalog::new());
    let mut world = World::new(&stack, &given, &host, &catalog, Eagerness::Everything);
    world.run(&mut driver);
    diags.append(world.take_diagnostics());
    let mut out = String::new();
    for (at, instance) in world.instances() {
        let needs: Vec<String> = world
            .deps(instance.node)
            .iter()
            .filter(|d| !matches!(world.kind(**d), Kind::Resource(..) | Kind::Call(..)))
            .map(|d| world.describe(*d))
            .collect();
        let value = world.value(instance.node).and_then(|v| v.get_attr("output"));
        let _ = writeln!(out, "{} = {value:?} <- {}", world.address(at), needs.join(", "));
    }
    let root = world.module(super::ModIx::ROOT);
    for (id, output) in root.module.outputs.iter() {
        let _ = writeln!(out, "output {} = {:?}", output.name, world.value(root.output(id)));
    }
    out += &outline(&sources, &diags);
    expected.assert_eq(&out);
    driver
}

#[test]
fn instances_need_what_they_read() {
    check(
        &[(
            "main.tf",
            r#"
resource "t" "a" {
  count = 3
  input = count.index
}
resource "t" "b" {
  for_each = toset(["x", "y"])
  input    = [each.key, t.a[1].output]
}
resource "t" "c" {
  input      = local.l
  depends_on = [t.b]
}
locals {
  l = t.b["x"].output[0]
}
output "all" {
  value = t.a[*].output
}
output "none" {
  value = t.b["z"]
}
"#,
        )],
        &expect![[r#"
            t.c = Some("x") <- local.l, t.b
            t.a[0] = Some(0) <- 
            t.a[1] = Some(1) <- 
            t.a[2] = Some(2) <- 
            t.b["x"] = Some(["x", 1]) <- t.a[1]
            t.b["y"] = Some(["y", 1]) <- t.a[1]
            output all = Some([0, 1, 2])
            output none = Some(?any)
            error main.tf:21:11 <t.b["z"]> Invalid index
        "#]],
    );
}

#[test]
fn modules_pass_values_both_ways() {
    check(
        &[
            (
                "main.tf",
                r#"
module "m" {
  source   = "./m"
  for_each = { a = 1, b = 2 }
  x        = each.value
}
module "n" {
  source     = "./m"
  x          = module.m["a"].y
  depends_on = [module.m]
}
output "ys" {
  value = { for k, m in module.m : k => m.y }
}
"#,
            ),
            (
                "m/main.tf",
                r#"
variable "x" {
  type = string
  validation {
    condition     = var.x != "2"
    error_message = "Not two."
  }
}
resource "t" "r" {
  input = "<${var.x}>"
}
output "y" {
  value = t.r.output
}
"#,
            ),
        ],
        &expect![[r#"
            module.m["a"].t.r = Some("<1>") <- module.m["a"].var.x
            module.m["b"].t.r = Some("<2>") <- module.m["b"].var.x
            module.n.t.r = Some("<<1>>") <- module.n.var.x, module.n
            output ys = Some({"a": "<1>", "b": "<2>"})
            error main.tf:5:14 <each.value> Invalid value for variable | m/main.tf:5:21 this must hold for the value of var.x
        "#]],
    );
}

#[test]
fn what_cannot_be_counted_is_an_error_or_deferred() {
    let files = [(
        "main.tf",
        r#"
resource "t" "a" {}
resource "t" "b" {
  count = length(t.a.id)
}
resource "t" "c" {
  input = t.b[0].output
}
resource "t" "d" {
  for_each = [1]
}
"#,
    )];
    check(
        &files,
        &expect![[r#"
        t.a = Some(null(any)) <- 
        t.c = Some(?any) <- 
        error main.tf:4:11 <length(t.a.id)> Invalid count argument
        error main.tf:10:14 <[1]> Invalid for_each argument
    "#]],
    );
    check_with(
        &files,
        Echo { defer: true, ..Echo::default() },
        &expect![[r#"
        t.a = Some(null(any)) <- 
        t.c = Some(?any) <- 
        error main.tf:10:14 <[1]> Invalid for_each argument
    "#]],
    );
}

#[test]
fn circles_end_with_their_places() {
    check(
        &[(
            "main.tf",
            r#"
locals {
  a = local.b
  b = local.c
  c = local.a
}
resource "t" "x" {
  input = local.a
}
"#,
        )],
        &expect![[r#"
            t.x = Some(?any) <- local.a
            error main.tf:3:3 <a> Cycle | main.tf:4:3 local.b | main.tf:5:3 local.c
        "#]],
    );
}

#[test]
fn long_chains_and_wide_fans_take_linear_work() {
    let n = 3000;
    let mut text = String::new();
    for i in 0..n {
        let _ = writeln!(text, "resource \"t\" \"r{i}\" {{\n  input = t.r{}.id\n}}", i + 1);
    }
    let _ = writeln!(text, "resource \"t\" \"r{n}\" {{}}");
    let given = Given::new();
    let files = [("main.tf", text.as_str())];
    let (_, stack, _) = load(&files, &given);
    let (host, catalog) = (MemoryHost::new(Phase::Plan), Catalog::new());
    let mut driver = Echo::default();
    let mut world = World::new(&stack, &given, &host, &catalog, Eagerness::Everything);
    world.run(&mut driver);
    assert!(world.take_diagnostics().is_empty());
    assert!(driver.tries <= 2 * n + 1, "{} tries of {n} instances", driver.tries);
    assert!(world.instances().all(|(_, instance)| world.value(instance.node).is_some()));
}

#[test]
fn instances_of_all_modules_are_bounded_together() {
    check(
        &[
            ("main.tf", "module \"m\" {\n  source = \"./m\"\n  count  = 2\n}"),
            ("m/main.tf", "resource \"t\" \"a\" {\n  count = 200000\n}"),
        ],
        &expect![[r#"
            error m/main.tf:2:11 <200000> Invalid count argument
            error m/main.tf:2:11 <200000> Invalid count argument
        "#]],
    );
}
