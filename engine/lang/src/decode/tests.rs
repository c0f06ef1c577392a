//! Decoding, a schema with something of everything at a time.

use expect_test::{Expect, expect};
use wb_core::diag::Diagnostics;
use wb_core::marks::Marks;
use wb_core::path::Path;
use wb_core::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Settable};
use wb_core::ty::Type;
use wb_core::value::Value;

use super::{Ephemeral, Options, Schema, block, place};
use crate::eval::testing::TestScope;
use crate::host::{MemoryHost, Phase};
use crate::testing::{load, whole};

/// Something of everything.
fn schema() -> Block {
    let rule = || {
        Block::new(
            vec![
                Attribute::new("port", Type::NUMBER, Settable::REQUIRED),
                Attribute::new("note", Type::STRING, Settable::OPTIONAL),
            ],
            vec![NestedBlock::new(
                "inner",
                Nesting::List,
                Block::new(vec![Attribute::new("x", Type::STRING, Settable::OPTIONAL)], vec![]),
            )],
        )
    };
    let nested = NestedAttributes::new(
        Nesting::List,
        vec![
            Attribute::new("name", Type::STRING, Settable::REQUIRED),
            Attribute::new("size", Type::NUMBER, Settable::OPTIONAL),
            Attribute::new("arn", Type::STRING, Settable::COMPUTED),
            Attribute::new("token", Type::STRING, Settable::OPTIONAL).write_only(),
        ],
    );
    Block::new(
        vec![
            Attribute::new("id", Type::STRING, Settable::COMPUTED),
            Attribute::new("name", Type::STRING, Settable::OPTIONAL),
            Attribute::new("any", Type::DYNAMIC, Settable::OPTIONAL),
            Attribute::new("tags", Type::map(Type::STRING), Settable::OPTIONAL),
            Attribute::new("old", Type::STRING, Settable::OPTIONAL).deprecated("Use name."),
            Attribute::new("far", Type::STRING, Settable::OPTIONAL).refused("use name."),
            Attribute::new("secret", Type::STRING, Settable::OPTIONAL).write_only(),
            Attribute::nested("disks", nested, Settable::OPTIONAL),
        ],
        vec![
            NestedBlock::new("rule", Nesting::List, rule()).times(0, Some(3)),
            NestedBlock::new("uniq", Nesting::Set, rule()),
            NestedBlock::new("by", Nesting::Map, rule()),
            NestedBlock::new("one", Nesting::Single, rule()),
            NestedBlock::new("all", Nesting::Group, rule()),
        ],
    )
}

fn scope() -> TestScope {
    let unknown = |ty| Value::unknown(ty);
    TestScope::new(MemoryHost::new(Phase::Plan))
        .with("list", Value::list(Type::NUMBER, [Value::int(80), Value::int(443)]))
        .with("map", Value::map(Type::NUMBER, [("a", Value::int(1)), ("b", Value::int(2))]))
        .with("set", Value::set(Type::STRING, ["x".into(), Value::from("y")]))
        .with("secrets", Value::list(Type::NUMBER, [Value::int(7)]).with_marks(&Marks::SENSITIVE))
        .with("passing", Value::from("p").with_marks(&Marks::EPHEMERAL))
        .with("later", unknown(Type::set(Type::NUMBER)))
        .with("name", unknown(Type::STRING))
        .with("null", Value::null(Type::DYNAMIC))
}

fn decode(block_schema: &Block, text: &str, options: &Options<'_>) -> String {
    let text = format!("resource \"t\" \"a\" {{\n{text}\n}}");
    let (sources, module, problems) = load(&[("main.tf", &text)]);
    assert!(problems.is_empty(), "{problems:?}");
    let resource = module.resources.values().next().unwrap();
    let schema = Schema::new(block_schema);
    let mut diags = Diagnostics::new();
    let value = block(&resource.body, &schema, &mut scope(), options, &mut diags);
    assert!(value.ty().conforms_to(block_schema.ty()), "{value:?} is no {}", block_schema.ty());
    let set = value.as_object().unwrap().iter().filter(|(_, v)| {
        let empty = v.is_null() || v.as_elements().is_some_and(<[Value]>::is_empty);
        !empty && !v.as_map().is_some_and(wb_core::value::MapView::is_empty)
    });
    let lines: Vec<String> = set.map(|(name, v)| format!("{name} = {v:?}\n")).collect();
    lines.concat() + &whole(&sources, &diags)
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&decode(&schema(), text, &Options::default()));
}

#[test]
fn arguments_and_blocks_of_every_nesting() {
    check(
        r#"
name = 5
any  = [1, "a"]
disks = [{ name = "d", size = "3" }, { name = "e" }]
rule {
  port = "80"
  inner {}
}
rule {
  port = 81
}
uniq {
  port = 1
}
uniq {
  port = 1
}
by "k" {
  port = 1
}
one {
  port = 2
}"#,
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            any = [1, "a"]
            by = map{"k": {"inner": list(object({x=string}))[], "note": null(string), "port": 1}}
            disks = list[{"arn": null(string), "name": "d", "size": 3, "token": null(string)}, {"arn": null(string), "name": "e", "size": null(number), "token": null(string)}]
            name = "5"
            one = {"inner": list(object({x=string}))[], "note": null(string), "port": 2}
            rule = list[{"inner": list[{"x": null(string)}], "note": null(string), "port": 80}, {"inner": list(object({x=string}))[], "note": null(string), "port": 81}]
            uniq = set[{"inner": list(object({x=string}))[], "note": null(string), "port": 1}]
        "#]],
    );
}

#[test]
fn what_does_not_belong_is_refused_by_name() {
    check(
        r#"
nam = 1
id  = "x"
far = "x"
rules {}
dynamic "rul" {
  for_each = []
  content {}
}
by {}
one {
  port = 1
  nott = 2
}
one {
  port = 3
}
tags {}
"#,
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            one = {"inner": list(object({x=string}))[], "note": null(string), "port": 1}
            error main.tf:11:4 <{> Missing key for by
              All by blocks must have 1 labels (key).
            error main.tf:3:1 <nam> Unsupported argument
              An argument named "nam" is not expected here. Did you mean "name"?
            error main.tf:6:1 <rules> Unsupported block type
              Blocks of type "rules" are not expected here. Did you mean "rule"?
            error main.tf:19:1 <tags> Unsupported block type
              Blocks of type "tags" are not expected here. Did you mean to define argument "tags"? If so, use the equals sign to assign it a value.
            error main.tf:7:9 <"rul"> Unsupported block type
              Blocks of type "rul" are not expected here. Did you mean "rule"?
            error main.tf:4:1 <id> Value for unconfigurable attribute
              Can't configure a value for "id": its value will be decided automatically based on the result of applying this configuration.
              help: Remove this argument.
            error main.tf:5:1 <far> Unsupported argument
              wb's own implementation of this provider does not act on "far", so it cannot be set: use name.
            error main.tf:14:3 <nott> Unsupported argument
              An argument named "nott" is not expected here. Did you mean "note"?
            error main.tf:16:1 <one> Duplicate one block | main.tf:12:1 the first one
              Only one block of type "one" is allowed.
        "#]],
    );
}

#[test]
fn nothing_is_as_good_as_null() {
    check(
        "id = null\nfar = var.null\nname = null\ndisks = null",
        &expect![[r#"
        all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
    "#]],
    );
}

#[test]
fn what_must_be_there_is_missed() {
    check(
        "rule {}\nrule {\n  port = var.null\n}\ndisks = [{ size = 1 }]",
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            disks = ?list(object({arn=string,name=string,size=number,token=string}))
            rule = list[{"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}, {"inner": list(object({x=string}))[], "note": null(string), "port": ?number}]
            error main.tf:6:10 <{ size = 1 }> Incorrect attribute value type
              Inappropriate value for attribute "disks": element 0: attribute "name" is required. The value at [0] is object with 1 attribute "size".
            error main.tf:2:6 <{> Missing required argument
              The argument "port" is required, but no definition was found.
              help: Add port = …, a value of type number.
            error main.tf:4:10 <var.null> Missing required argument
              The argument "port" is required, but its value is null.
        "#]],
    );
}

#[test]
fn values_that_do_not_fit_are_shown() {
    check(
        r#"
name = [1]
tags = { a = "x", b = ["y"] }
disks = [{ name = "d", size = 1 }, { name = "e", size = "big" }]
rule {
  port = var.passing
}
one {
  port = [for x in var.list : x][0] == 80 ? "eighty" : null
}
"#,
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            disks = ?list(object({arn=string,name=string,size=number,token=string}))
            name = ?string
            one = {"inner": list(object({x=string}))[], "note": null(string), "port": ?number}
            rule = list[{"inner": list(object({x=string}))[], "note": null(string), "port": ?number}]
            tags = ?map(string)
            error main.tf:3:8 <[1]> Incorrect attribute value type
              Inappropriate value for attribute "name": string required, but have tuple. The value is tuple with 1 element.
            error main.tf:4:23 <["y"]> Incorrect attribute value type
              Inappropriate value for attribute "tags": element "b": string required, but have tuple. The value at .b is tuple with 1 element.
            error main.tf:5:57 <"big"> Incorrect attribute value type
              Inappropriate value for attribute "disks": [1].size: a number is required. The value at [1].size is "big".
            error main.tf:10:10 <[for x in var.list : x][0] == 80 ? "eighty" : null> Incorrect attribute value type
              Inappropriate value for attribute "port": a number is required. The value is "eighty".
            error main.tf:7:10 <var.passing> Incorrect attribute value type
              Inappropriate value for attribute "port": a number is required.
        "#]],
    );
}

#[test]
fn dynamic_blocks_are_expanded() {
    check(
        r#"
rule {
  port = 1
}
dynamic "rule" {
  for_each = var.list
  content {
    port = rule.value
    note = rule.key
    dynamic "inner" {
      for_each = var.map
      iterator = it
      content {
        x = "${rule.value}${it.key}${it.value}"
      }
    }
  }
}
dynamic "by" {
  for_each = var.map
  labels   = ["x${by.key}"]
  content {
    port = by.value
  }
}
dynamic "uniq" {
  for_each = var.secrets
  content {
    port = uniq.value
  }
}
dynamic "one" {
  for_each = { a = 1 }
  content {
    port = one.value
  }
}"#,
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            by = map{"xa": {"inner": list(object({x=string}))[], "note": null(string), "port": 1}, "xb": {"inner": list(object({x=string}))[], "note": null(string), "port": 2}}
            one = {"inner": list(object({x=string}))[], "note": null(string), "port": 1}
            rule = list[{"inner": list(object({x=string}))[], "note": null(string), "port": 1}, {"inner": list[{"x": "80a1"}, {"x": "80b2"}], "note": "0", "port": 80}, {"inner": list[{"x": "443a1"}, {"x": "443b2"}], "note": "1", "port": 443}]
            uniq = set[{"inner": list(object({x=string}))[], "note": null(string), "port": 7}]![Sensitive]
        "#]],
    );
}

#[test]
fn unknown_collections_make_unknown_blocks() {
    check(
        r#"
dynamic "rule" {
  for_each = var.later
  content {
    port = rule.value
    note = [1]
  }
}
dynamic "one" {
  for_each = var.later
  content {
    port = 1
  }
}
rule {
  port = 1
}
"#,
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            one = {"inner": list(object({x=string}))[], "note": null(string), "port": ?number}
            rule = ?list(object({inner=list(object({x=string})),note=string,port=number}))
            error main.tf:7:12 <[1]> Incorrect attribute value type
              Inappropriate value for attribute "note": string required, but have tuple. The value is tuple with 1 element.
        "#]],
    );
}

#[test]
fn dynamic_blocks_have_a_form() {
    check(
        r#"
dynamic "rule" {
  for_each = "text"
  content {}
}
dynamic "rule" {
  for_each = var.null
  content {}
}
dynamic "rule" {
  content {}
}
dynamic "rule" {
  for_each = []
}
dynamic "rule" {
  for_each = []
  iterator = a.b
  labels   = []
  content {}
}
dynamic "by" {
  for_each = [1]
  labels   = [by.key, 2]
  content {}
}
dynamic "by" {
  for_each = [1, 2]
  labels   = ["x"]
  content {
    port = 1
  }
}
dynamic "by" {
  for_each = [1]
  labels   = [var.name]
  content {
    port = 1
  }
}
"#,
        &expect![[r#"
            all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
            by = ?map(object({inner=list(object({x=string})),note=string,port=number}))
            rule = ?list(object({inner=list(object({x=string})),note=string,port=number}))
            error main.tf:25:23 <2> Extraneous dynamic block label
              Blocks of type "by" require 1 label(s).
            error main.tf:37:15 <var.name> Invalid dynamic block label
              This value is not yet known. Dynamic block labels must be immediately-known values.
            error main.tf:4:14 <"text"> Invalid dynamic for_each value
              Cannot use a string value in for_each. An iterable collection is required.
            error main.tf:8:14 <var.null> Invalid dynamic for_each value
              Cannot use a null value in for_each.
            error main.tf:11:16 <{> Missing required argument
              The argument "for_each" is required, but no definition was found.
            error main.tf:14:16 <{> Missing dynamic content block
              A dynamic block must have a nested block of type "content" to describe the body of each generated block.
            error main.tf:20:3 <labels> Unsupported argument
              An argument named "labels" is not expected here.
            error main.tf:19:14 <a.b> Invalid dynamic iterator name
              Dynamic iterator must be a single variable name.
        "#]],
    );
}

#[test]
fn ephemeral_values_go_to_write_only_attributes() {
    let text = "name = var.passing\nsecret = var.passing\ndisks = [{ name = \"d\", token = var.passing }, { name = var.passing }]";
    check(
        text,
        &expect![[r#"
        all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
        disks = list[{"arn": null(string), "name": "d", "size": null(number), "token": "p"![Ephemeral]}, {"arn": null(string), "name": "p"![Ephemeral], "size": null(number), "token": null(string)}]
        name = "p"![Ephemeral]
        secret = "p"![Ephemeral]
        error main.tf:2:8 <var.passing> Invalid use of ephemeral value
          Ephemeral values are not valid for "name", because it is not a write-only attribute and must be persisted to state.
        error main.tf:4:56 <var.passing> Invalid use of ephemeral value
          Ephemeral values are not valid for "disks[1].name", because it is not a write-only attribute and must be persisted to state.
    "#]],
    );
    let anywhere = Options { ephemeral: Ephemeral::Anywhere, ..Options::default() };
    expect![[r#"
        all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
        name = "p"![Ephemeral]
    "#]]
    .assert_eq(&decode(&schema(), "name = var.passing", &anywhere));
}

#[test]
fn before_anything_is_known_less_is_wrong_and_more_is_warned_of() {
    let early = Options { is_static: true, ..Options::default() };
    expect![[r#"
        all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
        far = ?string
        old = "x"
        warning main.tf:3:1 <old> Argument is deprecated
          Use name.
    "#]]
    .assert_eq(&decode(&schema(), "far = var.name\nold = \"x\"", &early));
    expect![[r#"
        all = {"inner": list(object({x=string}))[], "note": null(string), "port": null(number)}
        old = "x"
        error main.tf:2:1 <far> Unsupported argument
          wb's own implementation of this provider does not act on "far", so it cannot be set: use name.
    "#]].assert_eq(&decode(&schema(), "far = var.name\nold = \"x\"", &Options::default()));
}

#[test]
fn lists_of_objects_may_be_blocks() {
    let object = Type::object([("cidr", Type::STRING), ("port", Type::NUMBER)]);
    let block = Block::new(
        vec![
            Attribute::new("ingress", Type::set(object), Settable::OPTIONAL_COMPUTED),
            Attribute::new("egress", Type::list(object), Settable::OPTIONAL),
        ],
        vec![],
    );
    let text = r#"
ingress {
  cidr = "a"
  port = "1"
}
dynamic "egress" {
  for_each = var.list
  content {
    port = egress.value
  }
}"#;
    expect![[r#"
        egress = list[{"cidr": null(string), "port": 80}, {"cidr": null(string), "port": 443}]
        ingress = set[{"cidr": "a", "port": 1}]
    "#]]
    .assert_eq(&decode(&block, text, &Options::default()));
    let text = "ingress = [{ cidr = \"a\", port = 1 }]\negress {\n  prt = 1\n}";
    expect![[r#"
        egress = list[{"cidr": null(string), "port": null(number)}]
        ingress = set[{"cidr": "a", "port": 1}]
        error main.tf:4:3 <prt> Unsupported argument
          An argument named "prt" is not expected here. Did you mean "port"?
    "#]]
    .assert_eq(&decode(&block, text, &Options::default()));
}

#[test]
fn json_is_read_through_the_schema() {
    let text = r#"{"resource": {"t": {"a": {
        "name": "${var.list[0]}",
        "rule": [{"port": 1}, {"port": "2", "inner": {"x": "y"}}],
        "by": {"k": {"port": 3}},
        "dynamic": {"uniq": {"for_each": "${var.list}", "content": {"port": "${uniq.value}"}}},
        "nam": 1
    }}}}"#;
    let (sources, module, _) = load(&[("main.tf.json", text)]);
    let resource = module.resources.values().next().unwrap();
    let mut diags = Diagnostics::new();
    let schema = Schema::new(&schema());
    let value = block(&resource.body, &schema, &mut scope(), &Options::default(), &mut diags);
    let of = |name: &str| value.attribute(name).unwrap();
    expect![[r#"
        "80"
        list[{"inner": list(object({x=string}))[], "note": null(string), "port": 1}, {"inner": list[{"x": "y"}], "note": null(string), "port": 2}]
        map{"k": {"inner": list(object({x=string}))[], "note": null(string), "port": 3}}
        set[{"inner": list(object({x=string}))[], "note": null(string), "port": 443}, {"inner": list(object({x=string}))[], "note": null(string), "port": 80}]
        error main.tf.json:6:9 <"nam"> Extraneous JSON object property
          No argument or block type is named "nam". Did you mean "far"?
    "#]].assert_eq(&format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{}",
        of("name"),
        of("rule"),
        of("by"),
        of("uniq"),
        whole(&sources, &diags)
    ));
}

#[test]
fn places_are_found_again() {
    let text = r#"resource "t" "a" {
  tags = { a = "x", b = "y" }
  rule {
    port = 1
  }
  rule {
    port = 2
    inner {
      x = "deep"
    }
  }
  one {
    port = 3
  }
  by "k" {
    port = 4
  }
  by "l" {
    port = 5
  }
  dynamic "uniq" {
    for_each = [1]
    content {
      port = 6
    }
  }
}"#;
    let (sources, module, _) = load(&[("main.tf", text)]);
    let resource = module.resources.values().next().unwrap();
    let schema = Schema::new(&schema());
    let paths = [
        Path::new().attr("tags").index("b"),
        Path::new().attr("tags").index("c"),
        Path::new().attr("rule").index(1).attr("port"),
        Path::new().attr("rule").index(1).attr("inner").index(0).attr("x"),
        Path::new().attr("rule").index(1).attr("note"),
        Path::new().attr("rule").index(7),
        Path::new().attr("one").attr("port"),
        Path::new().attr("by").index("l").attr("port"),
        Path::new().attr("uniq").index(Value::TRUE).attr("port"),
        Path::new().attr("name"),
        Path::new(),
    ];
    let lines: Vec<String> = paths
        .iter()
        .map(|path| {
            let span = place(&resource.body, &schema, path);
            let text = span.map_or("nowhere", |span| sources.file(span.file).slice(span));
            format!("{path}: {text}")
        })
        .collect();
    expect![[r#"
        .tags["b"]: "y"
        .tags["c"]: { a = "x", b = "y" }
        .rule[1].port: 2
        .rule[1].inner[0].x: "deep"
        .rule[1].note: rule
        .rule[7]: rule
        .one.port: 3
        .by["l"].port: 5
        .uniq[...].port: 6
        .name: nowhere
        : nowhere"#]]
    .assert_eq(&lines.join("\n"));
}
