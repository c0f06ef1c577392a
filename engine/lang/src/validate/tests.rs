//! Whole configurations, checked against a provider with one type of everything.

use std::sync::Arc;

use expect_test::{Expect, expect};
use wb_core::addr::Provider;
use wb_core::path::Path;
use wb_core::provider::{
    Catalog, Entry, FunctionLogic, Kind, PlanAsk, Planned, Problems, ProviderLogic, ReadLogic,
    ResourceLogic,
};
use wb_core::schema::{Attribute, Block, NestedBlock, Nesting, Schema, Settable};
use wb_core::ty::Type;
use wb_core::value::Value;

use super::validate;
use crate::host::{MemoryHost, Phase};
use crate::stack::Given;
use crate::stack::testing::load;
use crate::testing::whole;

/// A provider with one type of everything: `t_thing`.
#[derive(Debug)]
struct Things {
    provider: Schema,
    thing: Schema,
}

#[derive(Debug)]
struct Thing(Schema);

impl Things {
    fn new() -> Self {
        let region = Attribute::new("region", Type::STRING, Settable::REQUIRED);
        let rule =
            Block::new(vec![Attribute::new("port", Type::NUMBER, Settable::REQUIRED)], vec![]);
        let thing = Block::new(
            vec![
                Attribute::new("id", Type::STRING, Settable::COMPUTED),
                Attribute::new("name", Type::STRING, Settable::OPTIONAL),
                Attribute::new("size", Type::NUMBER, Settable::OPTIONAL_COMPUTED),
                Attribute::new("input", Type::DYNAMIC, Settable::OPTIONAL),
            ],
            vec![NestedBlock::new("rule", Nesting::List, rule)],
        );
        Self {
            provider: Schema::new(0, Block::new(vec![region], vec![])),
            thing: Schema::new(0, thing),
        }
    }
}

impl ResourceLogic for Thing {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn validate(&self, config: &Value) -> Problems {
        let mut problems = Problems::default();
        if config.attribute("name").and_then(Value::as_str) == Some("bad") {
            problems.error(Path::new().attr("name"), "Bad name", "No thing is called so.");
        }
        problems
    }

    fn plan(&self, ask: &PlanAsk<'_>) -> Result<Planned, Problems> {
        Ok(Planned { value: ask.proposed.clone(), replace: Vec::new(), private: Vec::new() })
    }
}

impl ReadLogic for Thing {
    fn schema(&self) -> &Schema {
        &self.0
    }
}

impl ProviderLogic for Things {
    fn schema(&self) -> &Schema {
        &self.provider
    }

    fn resource(&self, kind: &str) -> Option<Arc<dyn ResourceLogic>> {
        (kind == "t_thing").then(|| Arc::new(Thing(self.thing.clone())) as _)
    }

    fn data(&self, kind: &str) -> Option<Arc<dyn ReadLogic>> {
        (kind == "t_thing" || kind == "t_look").then(|| Arc::new(Thing(self.thing.clone())) as _)
    }

    fn ephemeral(&self, _: &str) -> Option<Arc<dyn ReadLogic>> {
        None
    }

    fn function(&self, _: &str) -> Option<Arc<dyn FunctionLogic>> {
        None
    }

    fn names(&self, what: Kind) -> Vec<&str> {
        match what {
            Kind::Resource => vec!["t_thing"],
            Kind::Data => vec!["t_look", "t_thing"],
            Kind::Ephemeral | Kind::Function => vec![],
        }
    }

    fn is_unimplemented(&self, _: Kind, name: &str) -> bool {
        name == "t_rare"
    }
}

fn found(files: &[(&str, &str)]) -> String {
    let (sources, stack, diags) = load(files, &Given::new());
    assert!(!diags.has_errors(), "{diags:?}");
    let mut catalog = Catalog::new();
    let entry = Entry { version: "1.0.0".to_owned(), logic: Arc::new(Things::new()) };
    catalog.insert(Provider::hashicorp("t"), entry);
    let diags = validate(&stack, &catalog, &MemoryHost::new(Phase::Validate));
    whole(&sources, &diags)
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&found(&[("main.tf", text)]));
}

#[test]
fn what_is_right_is_let_through() {
    let root = r#"
variable "size" {
  type = number
  validation {
    condition     = var.size > 0
    error_message = "Too small: ${var.size}."
  }
}
provider "t" {
  region = "r-${var.size}"
}
locals {
  b = local.a[0]
  a = [for k, t in t_thing.each : t.id if k != "x"]
}
resource "t_thing" "one" {
  name  = local.b
  size  = var.size
  input = { a = path.module, w = terraform.workspace }
  rule {
    port = 1
  }
  lifecycle {
    ignore_changes       = [input["a"], rule[0].port, name]
    replace_triggered_by = [t_thing.many[count.index].id]
    postcondition {
      condition     = self.size != 1
      error_message = "x"
    }
  }
  count = 1
  provisioner "local-exec" {
    command = "echo ${self.id} ${t_thing.one[0].id}"
  }
}
resource "t_thing" "many" {
  count = var.size
  name  = count.index
}
resource "t_thing" "each" {
  for_each = toset(["a", "b"])
  name     = each.key
  dynamic "rule" {
    for_each = t_thing.many
    content {
      port = rule.value.size
    }
  }
}
data "t_look" "d" {
  name       = try(t_thing.many[0].input.anything, "x")
  depends_on = [t_thing.one, module.m]
}
module "m" {
  source = "./m"
  count  = 2
  n      = count.index
}
resource "t_rare" "r" {
  anything = module.m[1].o
}
import {
  for_each = ["x", "y"]
  to       = t_thing.many[each.key]
  id       = each.value
}
check "c" {
  data "t_look" "in" {}
  assert {
    condition     = data.t_look.in.id == module.m[0].whole.id
    error_message = "x"
  }
}
output "tried" {
  value = [try(module.m.o, 1), try(module.m[0].nope, 1), can(t_thing.one[0].input.x.y)]
}
output "o" {
  value      = [t_thing.one[*].id, module.m[*].o, module.m]
  depends_on = [t_thing.each]
}
"#;
    let child = r#"
variable "n" {
  type = number
}
resource "t_thing" "c" {
  size = var.n
}
output "o" {
  value = t_thing.c.size
}
output "whole" {
  value = t_thing.c
}
"#;
    assert_eq!(found(&[("main.tf", root), ("m/main.tf", child)]), "");
}

#[test]
fn references_name_something() {
    check(
        r#"
variable "size" {}
locals {
  name = 1
}
resource "t_thing" "web" {}
data "t_look" "d" {}
output "o" {
  value = [var.sise, var.q, local.nmae, t_thing.wbe, t_thing.d, t_look.d, t_thin.web, vars.size, web, size,
    module.x, each.key, count.index, self.id, path.foo, try(t_thing.nope, 1), [for web in [] : web.x]]
}"#,
        &expect![[r#"
            error main.tf:9:12 <var.sise> Reference to undeclared input variable
              An input variable with the name "sise" has not been declared. Did you mean "size"?
            error main.tf:9:22 <var.q> Reference to undeclared input variable
              An input variable with the name "q" has not been declared. This variable can be declared with a variable "q" {} block.
            error main.tf:9:29 <local.nmae> Reference to undeclared local value
              A local value with the name "nmae" has not been declared. Did you mean "name"?
            error main.tf:9:41 <t_thing.wbe> Reference to undeclared resource
              A managed resource "t_thing" "wbe" has not been declared in the root module.
              help: Did you mean t_thing.web?
            error main.tf:9:54 <t_thing.d> Reference to undeclared resource
              A managed resource "t_thing" "d" has not been declared in the root module.
              help: Declare it in the root module, or correct the reference.
            error main.tf:9:65 <t_look.d> Reference to undeclared resource
              A managed resource "t_look" "d" has not been declared in the root module.
              help: Did you mean data.t_look.d?
            error main.tf:9:75 <t_thin.web> Reference to undeclared resource
              A managed resource "t_thin" "web" has not been declared in the root module.
              help: Did you mean t_thing.web?
            error main.tf:9:87 <vars.size> Reference to undeclared resource
              A managed resource "vars" "size" has not been declared in the root module.
              help: Did you mean var.size?
            error main.tf:9:98 <web> Invalid reference
              A reference to a resource type must be followed by at least one attribute access, specifying the resource name.
            error main.tf:9:103 <size> Invalid reference
              A reference to a resource type must be followed by at least one attribute access, specifying the resource name.
              help: Did you mean var.size?
            error main.tf:10:5 <module.x> Reference to undeclared module
              No module call named "x" is declared in the root module.
            error main.tf:10:15 <each.key> Reference to "each" in context without for_each
              The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.
              help: Set for_each in this block, or use something else in place of each.
            error main.tf:10:25 <count.index> Reference to "count" in non-counted context
              The "count" object can only be used in "module", "resource", and "data" blocks, and only when the "count" argument is set.
              help: Set count in this block, or use something else in place of count.index.
            error main.tf:10:38 <self> Invalid "self" reference
              The "self" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.
            error main.tf:10:51 <.foo> Invalid "path" attribute
              The "path" object does not have an attribute named "foo". Did you mean "root"?
            error main.tf:10:61 <t_thing.nope> Reference to undeclared resource
              A managed resource "t_thing" "nope" has not been declared in the root module.
              help: Declare it in the root module, or correct the reference.
        "#]],
    );
}

#[test]
fn attributes_and_instances_are_there() {
    let root = r#"
resource "t_thing" "one" {}
resource "t_thing" "many" {
  count = 2
}
resource "t_thing" "each" {
  for_each = { a = 1 }
}
module "m" {
  source = "./m"
}
module "n" {
  source   = "./m"
  for_each = { a = 1 }
}
output "o" {
  value = [t_thing.one.nam, t_thing.one.rule.port, t_thing.one["id"], t_thing.many.id, t_thing.each.id,
    t_thing.many[0].idd, t_thing.many[*].id, module.m.nmae, module.n.name, module.m[0], module.m["name"], module.n["a"].nme]
}"#;
    let child = "output \"name\" {\n  value = 1\n}";
    expect![[r#"
        error main.tf:17:23 <.nam> Unsupported attribute
          This object has no argument, nested block, or exported attribute named "nam". Did you mean "name"?
        error main.tf:17:45 <.port> Unsupported attribute
          Can't access attributes on a list of objects. Did you mean to access attribute "port" for a specific element of the list, or across all elements of the list?
        error main.tf:17:52 <t_thing.one["id"]> Unexpected resource instance key
          Because t_thing.one does not have "count" or "for_each" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource.
        error main.tf:17:71 <t_thing.many> Missing resource instance key
          Because t_thing.many has "count" set, its attributes must be accessed on specific instances.
  
          For example, to correlate with indices of a referring resource, use:
              t_thing.many[count.index]
        error main.tf:17:88 <t_thing.each> Missing resource instance key
          Because t_thing.each has "for_each" set, its attributes must be accessed on specific instances.
  
          For example, to correlate with indices of a referring resource, use:
              t_thing.each[each.key]
        error main.tf:18:20 <.idd> Unsupported attribute
          This object has no argument, nested block, or exported attribute named "idd". Did you mean "id"?
        error main.tf:18:46 <module.m.nmae> Unsupported attribute
          The module "m" has no output named "nmae". Did you mean "name"?
        error main.tf:18:61 <module.n.name> Missing module instance key
          Because module.n has "for_each" set, its attributes must be accessed on specific instances.
  
          For example, to correlate with indices of a referring resource, use:
              module.n[each.key]
        error main.tf:18:76 <module.m[0]> Unexpected module instance key
          Because module.m does not have "count" or "for_each" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this module.
        error main.tf:18:107 <module.n["a"].nme> Unsupported attribute
          The module "n" has no output named "nme". Did you mean "name"?
    "#]].assert_eq(&found(&[("main.tf", root), ("m/main.tf", child)]));
}

#[test]
fn names_belong_to_their_places() {
    check(
        r#"
resource "t_thing" "self" {
  name  = t_thing.self.id
  count = length(t_thing.self)
  input = each.key
}
resource "t_thing" "e" {
  for_each = { a = each.key }
  input    = [count.index, self.id]
  provisioner "local-exec" {
    command = self.idd
  }
}
check "c" {
  data "t_look" "mine" {}
  assert {
    condition     = data.t_look.mine.id == data.t_look.mine.name
    error_message = "x"
  }
}
output "o" {
  value = data.t_look.mine.id
}"#,
        &expect![[r#"
            error main.tf:3:11 <t_thing.self> Self-referential block | main.tf:2:1 declared here
              Configuration for t_thing.self may not refer to itself: it would be needed before it is there.
              help: Put the value that both need into a local value, and refer to that.
            error main.tf:4:18 <t_thing.self> Self-referential block | main.tf:2:1 declared here
              Configuration for t_thing.self may not refer to itself: it would be needed before it is there.
              help: Put the value that both need into a local value, and refer to that.
            error main.tf:5:11 <each.key> Reference to "each" in context without for_each
              The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.
              help: This block has "count": its instances are told apart by count.index.
            error main.tf:8:20 <each.key> Reference to "each" in context without for_each
              The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.
              help: Set for_each in this block, or use something else in place of each.
            error main.tf:9:15 <count.index> Reference to "count" in non-counted context
              The "count" object can only be used in "module", "resource", and "data" blocks, and only when the "count" argument is set.
              help: This block has "for_each": its instances are told apart by each.key.
            error main.tf:9:28 <self> Invalid "self" reference
              The "self" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.
            error main.tf:11:19 <.idd> Unsupported attribute
              This object has no argument, nested block, or exported attribute named "idd". Did you mean "id"?
            error main.tf:22:11 <data.t_look.mine> Reference to scoped resource | main.tf:15:3 it belongs to this check alone
              The referenced data resource "t_look" "mine" is not available from this context.
              help: Declare the data source outside of the check.
        "#]],
    );
}

#[test]
fn arguments_fit_their_schemas() {
    check(
        r#"
provider "t" {
  regio = 1
}
resource "t_thing" "a" {
  nam  = 1
  size = ["x"]
  id   = "i"
  rule {}
}
resource "t_thing" "b" {
  name = "bad"
}
resource "t_thng" "c" {}
resource "t_look" "d" {}
resource "u_thing" "e" {}
resource "t_thing" "f" {
  lifecycle {
    ignore_changes       = [sise, id, rule[0].prt]
    replace_triggered_by = [t_thing.nope]
  }
  connection {
    hst = "x"
  }
  provisioner "local-exec" {
    comand = "x"
  }
  provisioner "remote" {}
  depends_on = [t_thing.a.id, t_thing.z, module.q, local.x]
  for_eech   = []
  lifecycel {}
}"#,
        &expect![[r#"
            error main.tf:2:14 <{> Missing required argument
              The argument "region" is required, but no definition was found.
              help: Add region = …, a value of type string.
            error main.tf:3:3 <regio> Unsupported argument
              An argument named "regio" is not expected here. Did you mean "region"?
            error main.tf:6:3 <nam> Unsupported argument
              An argument named "nam" is not expected here. Did you mean "name"?
            error main.tf:7:10 <["x"]> Incorrect attribute value type
              Inappropriate value for attribute "size": number required, but have tuple. The value is tuple with 1 element.
            error main.tf:8:3 <id> Value for unconfigurable attribute
              Can't configure a value for "id": its value will be decided automatically based on the result of applying this configuration.
              help: Remove this argument.
            error main.tf:9:8 <{> Missing required argument
              The argument "port" is required, but no definition was found.
              help: Add port = …, a value of type number.
            error main.tf:12:10 <"bad"> Bad name
              No thing is called so.
            error main.tf:14:10 <"t_thng"> Invalid resource type
              The provider hashicorp/t does not support resource type "t_thng". Did you mean "t_thing"?
            error main.tf:15:10 <"t_look"> Invalid resource type
              The provider hashicorp/t does not support resource type "t_look". Did you intend to use the data source "t_look"? If so, declare this using a "data" block instead of a "resource" block.
            error main.tf:16:10 <"u_thing"> Provider not available
              u_thing.e needs the provider hashicorp/u, which is not one of those that are built in.
              help: Did you mean the type "t_thing"?
            error main.tf:19:29 <sise> Unsupported attribute
              This object has no argument, nested block, or exported attribute named "sise". Did you mean "size"?
            warning main.tf:19:35 <id> Redundant ignore_changes element
              The attribute id is decided by the provider alone, so there is no configured value whose changes could be ignored.
              help: Remove it from ignore_changes.
            error main.tf:19:46 <.prt> Unsupported attribute
              This object has no argument, nested block, or exported attribute named "prt". Did you mean "port"?
            error main.tf:20:29 <t_thing.nope> Reference to undeclared resource
              A managed resource "t_thing" "nope" has not been declared in the root module.
              help: Declare it in the root module, or correct the reference.
            error main.tf:22:14 <{> Missing required argument
              The argument "host" is required, but no definition was found.
              help: Add host = …, a value of type string.
            error main.tf:23:5 <hst> Unsupported argument
              An argument named "hst" is not expected here. Did you mean "host"?
            error main.tf:25:28 <{> Missing required argument
              The argument "command" is required, but no definition was found.
              help: Add command = …, a value of type string.
            error main.tf:26:5 <comand> Unsupported argument
              An argument named "comand" is not expected here. Did you mean "command"?
            error main.tf:28:15 <"remote"> Unknown provisioner
              There is no provisioner "remote": there are "file", "local-exec", "remote-exec".
            error main.tf:29:26 <.id> Invalid depends_on reference
              References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.
              help: Remove this part of the reference.
            error main.tf:29:31 <t_thing.z> Reference to undeclared resource
              A managed resource "t_thing" "z" has not been declared in the root module.
              help: Declare it in the root module, or correct the reference.
            error main.tf:29:42 <module.q> Reference to undeclared module
              No module call named "q" is declared in the root module.
            error main.tf:29:52 <local.x> Reference to undeclared local value
              A local value with the name "x" has not been declared. It can be declared in a locals block of the root module.
            error main.tf:30:3 <for_eech> Unsupported argument
              An argument named "for_eech" is not expected here. Did you mean "for_each"?
            error main.tf:31:3 <lifecycel> Unsupported block type
              Blocks of type "lifecycel" are not expected here. Did you mean "lifecycle"?
        "#]],
    );
}

#[test]
fn types_are_found_without_values() {
    check(
        r#"
variable "l" {
  type = list(string)
}
variable "o" {
  type = object({ a = number })
}
resource "t_thing" "a" {
  count = var.l
  name  = var.l
  size  = "${var.o.b}"
}
resource "t_thing" "b" {
  for_each = var.l
  input    = var.o.a.b
}
resource "t_thing" "c" {
  count = "many"
}
output "sum" {
  value = t_thing.b["x"].id + var.l + nope(1)
  precondition {
    condition     = var.l
    error_message = [1]
  }
}"#,
        &expect![[r#"
            error main.tf:9:11 <var.l> Invalid count argument
              The given "count" argument value is unsuitable: number required, but have list of string.
            error main.tf:10:11 <var.l> Incorrect attribute value type
              Inappropriate value for attribute "name": string required, but have list of string.
            error main.tf:11:19 <.b> Unsupported attribute
              This object does not have an attribute named "b".
            error main.tf:14:14 <var.l> Invalid for_each argument
              The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, or set of strings, and you have provided a value of type list of string.
              help: Use toset() to iterate over a list of strings, or a for expression that gives each element a key.
            error main.tf:15:21 <.b> Unsupported attribute
              Can't access attributes on a primitive-typed value (number).
            error main.tf:18:11 <"many"> Invalid count argument
              The given "count" argument value is unsuitable: a number is required.
            error main.tf:21:31 <var.l> Invalid operand
              Unsuitable value for right operand: number required, but have list of string.
            error main.tf:21:39 <nope> Call to unknown function
              There is no function named "nope". Did you mean "one"?
            error main.tf:23:21 <var.l> Invalid condition result
              Invalid condition result value: bool required, but have list of string.
            error main.tf:24:21 <[1]> Invalid error message
              Unsuitable value for error message: string required, but have tuple.
        "#]],
    );
}

#[test]
fn calls_give_what_modules_take() {
    let root = r#"
variable "passing" {
  ephemeral = true
}
module "m" {
  source = "./m"
  szie   = 1
  list   = "x"
  obj    = { a = 1, c = 2 }
  strict = null
  kept   = var.passing
}
module "n" {
  source = "./m"
  size   = "big"
  strict = "x"
}
output "o" {
  value = var.passing
}
"#;
    let child = r#"
variable "size" {
  type = number
}
variable "list" {
  type    = list(string)
  default = []
}
variable "obj" {
  type    = object({ a = number, b = optional(number) })
  default = null
}
variable "strict" {
  nullable = false
}
variable "kept" {
  default = null
}
"#;
    expect![[r#"
        error main.tf:5:1 <module "m"> Missing required argument | m/main.tf:2:1 the module declares it here, without a default
          The argument "size" is required, but no definition was found.
          help: Add size = …, a value of type number, or give the variable a default.
        error main.tf:7:3 <szie> Unsupported argument
          An argument named "szie" is not expected here. Did you mean "size"?
        error main.tf:8:12 <"x"> Invalid value for input variable | m/main.tf:6:13 declared here
          The given value is not suitable for the variable "list": list of string required, but have string.
        warning main.tf:9:21 <c> Object attribute is ignored
          The type has no attribute "c" here, so this value is not used.
        error main.tf:10:12 <null> Required variable not set | m/main.tf:13:1 declared here
          The variable "strict" cannot be null, and it has no default value to take its place.
        error main.tf:11:12 <var.passing> Ephemeral value not allowed | m/main.tf:16:1 declared here
          The variable "kept" is not declared as accepting ephemeral values, so it cannot be set to the result of an ephemeral expression.
          help: Declare the variable with ephemeral = true.
        error main.tf:15:12 <"big"> Invalid value for input variable | m/main.tf:3:10 declared here
          The given value is not suitable for the variable "size": a number is required.
        error main.tf:19:11 <var.passing> Ephemeral value not allowed
          This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.
          help: Outputs of the root module are kept in the state, so they cannot be ephemeral.
    "#]].assert_eq(&found(&[("main.tf", root), ("m/main.tf", child)]));
}

#[test]
fn nothing_needs_itself() {
    let root = r#"
locals {
  a = local.b
  b = local.a
  c = [local.c]
  d = t_thing.x.id
}
resource "t_thing" "x" {
  name = "${t_thing.y.id}-1"
}
resource "t_thing" "y" {
  depends_on = [t_thing.z]
}
resource "t_thing" "z" {
  count = local.d == "" ? 1 : 0
}
module "x" {
  source = "./m"
  i      = module.y.o
}
module "y" {
  source = "./m"
  i      = module.x.o
}
module "w" {
  source     = "./m"
  i          = 1
  depends_on = [t_thing.w]
}
resource "t_thing" "w" {
  input = module.w.r
}
"#;
    let child = r#"
variable "i" {}
resource "t_thing" "r" {}
output "o" {
  value = var.i
}
output "r" {
  value = t_thing.r.id
}
"#;
    expect![[r#"
        error main.tf:3:7 <local.b> Cycle | main.tf:3:7 local.a needs local.b | main.tf:4:7 local.b needs local.a
          These need one another, so that none of them can come first: local.a, which needs local.b, which needs local.a.
          help: Remove one of these references, or split one of the blocks in two, so that a part of it comes first.
        error main.tf:5:8 <local.c> Self-referencing local value
          Local value local.c cannot use its own result as part of its expression.
        error main.tf:6:7 <t_thing.x> Cycle | main.tf:6:7 local.d needs t_thing.x | main.tf:9:13 t_thing.x needs t_thing.y | main.tf:12:17 t_thing.y needs t_thing.z | main.tf:15:11 t_thing.z needs local.d
          These need one another, so that none of them can come first: local.d, which needs t_thing.x, which needs t_thing.y, which needs t_thing.z, which needs local.d.
          help: Remove one of these references, or split one of the blocks in two, so that a part of it comes first.
        error main.tf:19:12 <module.y.o> Cycle | main.tf:19:12 module.x.var.i needs module.y.output.o | m/main.tf:5:11 module.y.output.o needs module.y.var.i | main.tf:23:12 module.y.var.i needs module.x.output.o | m/main.tf:5:11 module.x.output.o needs module.x.var.i
          These need one another, so that none of them can come first: module.x.var.i, which needs module.y.output.o, which needs module.y.var.i, which needs module.x.output.o, which needs module.x.var.i.
          help: Remove one of these references, or split one of the blocks in two, so that a part of it comes first.
        error main.tf:31:11 <module.w.r> Cycle | main.tf:31:11 t_thing.w needs module.w.output.r | m/main.tf:8:11 module.w.output.r needs module.w.t_thing.r | m/main.tf:3:1 module.w.t_thing.r needs module.w | main.tf:28:17 module.w needs t_thing.w
          These need one another, so that none of them can come first: t_thing.w, which needs module.w.output.r, which needs module.w.t_thing.r, which needs module.w, which needs t_thing.w.
          help: Remove one of these references, or split one of the blocks in two, so that a part of it comes first.
    "#]].assert_eq(&found(&[("main.tf", root), ("m/main.tf", child)]));
}

#[test]
fn a_long_ring_is_told_shortly() {
    let ring: String = (0..1000)
        .map(|i| {
            format!(
                "resource \"t_thing\" \"r{i}\" {{\n  name = t_thing.r{}.id\n}}\n",
                (i + 1) % 1000
            )
        })
        .collect();
    let told = found(&[("main.tf", &ring)]);
    assert_eq!(told.matches("error").count(), 1);
    assert!(told.len() < 1_500, "{told}");
}

#[test]
fn a_module_that_is_called_often_is_checked_once() {
    let calls: String =
        (0..10).map(|i| format!("module \"m{i}\" {{\n  source = \"./m\"\n}}\n")).collect();
    let child = "output \"o\" {\n  value = local.nope\n}";
    let told = found(&[("main.tf", &calls), ("m/main.tf", child)]);
    assert_eq!(told.matches("error").count(), 1, "{told}");
}

#[test]
fn long_chains_of_locals_do_not_use_the_stack() {
    let chain: String = (1..20_000).map(|i| format!("  a{i} = local.a{} + 1\n", i - 1)).collect();
    let text =
        format!("locals {{\n  a0 = 1\n{chain}}}\noutput \"o\" {{\n  value = local.a19999\n}}");
    assert_eq!(found(&[("main.tf", &text)]), "");
}

#[test]
fn versions_are_ones_that_there_are() {
    let mut all = String::new();
    for version in ["~> 1.0", "< 1.0.0", ">= 2.0"] {
        let text = format!(
            "terraform {{\n  required_providers {{\n    t = {{\n      version = \"{version}\"\n    }}\n  }}\n}}\n"
        );
        all.push_str(&found(&[("main.tf", &text)]));
    }
    expect![[r#"
        warning main.tf:4:17 <"< 1.0.0"> Provider is of a later version
          hashicorp/t is part of wb and stands for version 1.0.0, and the module asks for < 1.0.0.
        error main.tf:4:17 <">= 2.0"> Unsupported provider version
          hashicorp/t is part of wb and stands for version 1.0.0, and the module asks for >= 2.0.0.
          help: Change the constraint so that it admits 1.0.0.
    "#]]
    .assert_eq(&all);
}
