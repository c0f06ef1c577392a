//! Plans of small stacks.

use expect_test::{Expect, expect};
use wb_core::addr::{AbsInstance, Target};
use wb_plan::{Mode, Selection};
use wb_state::State;

use crate::testing::{Wish, plan, show};

/// Plans each text on what the one before leads to; shows the last plan.
fn check(texts: &[&str], wish: &Wish, expected: &Expect) {
    let mut state = State::default();
    let (last, before) = texts.split_last().expect("there is a text");
    for text in before {
        let made = plan(text, &state, &Wish::default());
        assert!(!made.diags.has_errors(), "{}", show(&made));
        state = made.after;
    }
    expected.assert_eq(&show(&plan(last, &state, wish)));
}

fn check_plain(texts: &[&str], expected: &Expect) {
    check(texts, &Wish::default(), expected);
}

const TWO: &str = r#"
resource "t" "a" {
  input = "one"
}
resource "t" "b" {
  input = t.a.id
}
output "b" {
  value = t.b.output
}
"#;

#[test]
fn creates_come_in_the_order_of_references() {
    check_plain(
        &[TWO],
        &expect![[r#"
        t.a: create input="one"
        t.b: create input=?string <- t.a
          Create t.a -> Create t.b
        output b: Create ?string
    "#]],
    );
}

#[test]
fn nothing_changes_where_nothing_did() {
    check_plain(
        &[TWO, TWO],
        &expect![[r#"
        t.a: no-op input="one"
        t.b: no-op input="known" <- t.a
        output b: Create "known"
    "#]],
    );
}

#[test]
fn updates_replacements_and_deletions() {
    check_plain(
        &[
            TWO,
            r#"
resource "t" "a" {
  input = "one"
  name  = "new"
}
"#,
        ],
        &expect![[r#"
            t.a: delete, then create (CannotUpdate) input="one"
            t.b: delete (NoResourceConfig)
              Delete t.a -> Create t.a
              Delete t.b -> Delete t.a
        "#]],
    );
}

#[test]
fn create_before_destroy_spreads_to_what_is_needed() {
    let text = |name: &str| {
        format!(
            r#"
resource "t" "a" {{
  name = "{name}"
}}
resource "t" "b" {{
  name  = "{name}"
  input = t.a.id
  lifecycle {{
    create_before_destroy = true
  }}
}}
"#
        )
    };
    check_plain(
        &[&text("x"), &text("y")],
        &expect![[r#"
            t.a: create, then delete (CannotUpdate) [create first]
            t.b: create, then delete (CannotUpdate) [create first] input=?string <- t.a
              Create t.a -> Delete t.a
              Create t.a -> Create t.b
              Create t.b -> Delete t.b
              Delete t.b -> Delete t.a
        "#]],
    );
}

#[test]
fn instances_come_and_go() {
    let text = |keys: &str, n: usize| {
        format!(
            r#"
resource "t" "a" {{
  for_each = toset([{keys}])
  input    = each.key
}}
resource "t" "b" {{
  count = {n}
  input = t.a["x"].id
}}
"#
        )
    };
    check_plain(
        &[&text(r#""x", "y""#, 2), &text(r#""x", "z""#, 1)],
        &expect![[r#"
        t.a["x"]: no-op input="x"
        t.a["y"]: delete (EachKey)
        t.a["z"]: create input="z"
        t.b[0]: no-op input="known" <- t.a["x"]
        t.b[1]: delete (CountIndex)
    "#]],
    );
}

#[test]
fn moves_keep_objects() {
    check_plain(
        &[
            TWO,
            r#"
moved {
  from = t.a
  to   = t.c
}
moved {
  from = t.c
  to   = t.d[0]
}
resource "t" "d" {
  count = 1
  input = "one"
}
resource "t" "b" {
  count = 1
  input = t.d[0].id
}
output "b" {
  value = t.b[0].output
}
"#,
        ],
        &expect![[r#"
            t.b[0]: no-op [was t.b] input="known" <- t.d[0]
            t.d[0]: no-op [was t.a] input="one"
            output b: Create "known"
        "#]],
    );
}

#[test]
fn a_removed_block_lets_go() {
    check_plain(
        &[TWO, "removed {\n  from = t.b\n  lifecycle {\n    destroy = false\n  }\n}"],
        &expect![[r#"
            t.a: delete (NoResourceConfig)
            t.b: forget (NoResourceConfig)
              Forget t.b -> Delete t.a
        "#]],
    );
}

#[test]
fn blocks_must_agree_with_what_is_declared() {
    check_plain(
        &[r#"
resource "t" "a" {}
import {
  to = t.b
  id = "x"
}
removed {
  from = t.a
}
moved {
  from = t.x
  to   = t.y
}
moved {
  from = t.y
  to   = t.x
}
"#],
        &expect![[r#"
            t.a: create
            warning main.tf:7:1 Missing lifecycle from the removed block
            error main.tf:10:1 Cyclic dependency in move statements
            error main.tf:4:8 Configuration for import target does not exist
            error main.tf:8:10 Removed resource still exists
        "#]],
    );
}

#[test]
fn objects_are_adopted() {
    check_plain(
        &[r#"
import {
  to = t.a
  id = "x"
}
resource "t" "a" {
  input = "imported"
}
"#],
        &expect![[r#"
            t.a: no-op [imported] input="imported"
        "#]],
    );
}

#[test]
fn what_cannot_be_counted_waits_for_the_next_round() {
    let text = r#"
resource "t" "a" {
  input = "x"
}
resource "t" "b" {
  count = length(t.a.output)
}
resource "t" "c" {
  input = length(t.b)
}
"#;
    check(
        &[text],
        &Wish { rounds: true, ..Wish::default() },
        &expect![[r#"
        t.a: create input="x"
        deferred t.b: InstancesUnknown <- t.a
        deferred t.c: NeedsDeferred <- t.a
    "#]],
    );
    check_plain(
        &[text],
        &expect![[r#"
        t.a: create input="x"
        error main.tf:6:11 Invalid count argument
    "#]],
    );
}

#[test]
fn drift_is_found_and_undone() {
    let wish = Wish { world: vec![("t.a", Some("two")), ("t.b", None)], ..Wish::default() };
    check(
        &[TWO, TWO],
        &wish,
        &expect![[r#"
        t.a: update input="one"
        t.b: create input="known" <- t.a
          Update t.a -> Create t.b
        output b: Create ?string
    "#]],
    );
    let wish = Wish { mode: Mode::RefreshOnly, ..wish };
    check(
        &[TWO, TWO],
        &wish,
        &expect![[r#"
            t.a: no-op input="two"
        "#]],
    );
}

#[test]
fn everything_is_destroyed_in_reverse() {
    check(
        &[TWO, TWO],
        &Wish { mode: Mode::Destroy, ..Wish::default() },
        &expect![[r#"
            t.a: delete
            t.b: delete
              Delete t.b -> Delete t.a
        "#]],
    );
}

#[test]
fn targets_take_along_what_they_need() {
    let target = |text: &str| Target::parse(text).unwrap();
    let text = r#"
resource "t" "a" {}
resource "t" "b" {
  input = t.a.id
}
resource "t" "c" {
  input = t.b.id
}
output "a" {
  value = t.a.id
}
output "c" {
  value = t.c.id
}
"#;
    let selection = Selection { targets: vec![target("t.b")], ..Selection::default() };
    check(
        &[text],
        &Wish { selection, ..Wish::default() },
        &expect![[r#"
        t.a: create
        t.b: create input=?string <- t.a
          Create t.a -> Create t.b
        output a: Create ?string
        warning ? Resource targeting is in effect
    "#]],
    );
    let selection = Selection { excludes: vec![target("t.b")], ..Selection::default() };
    check(
        &[text],
        &Wish { selection, ..Wish::default() },
        &expect![[r#"
            t.a: create
            output a: Create ?string
            warning ? Resource exclusion is in effect
        "#]],
    );
}

#[test]
fn replacement_on_demand_and_by_trigger() {
    let text = r#"
resource "t" "a" {
  input = "x"
}
resource "t" "b" {
  lifecycle {
    replace_triggered_by = [t.a.input]
  }
}
resource "t" "c" {
  lifecycle {
    replace_triggered_by = [t.a]
  }
}
"#;
    let replace = vec![AbsInstance::parse("t.a").unwrap()];
    let wish = Wish { selection: Selection { replace, ..Selection::default() }, ..Wish::default() };
    check(
        &[text, text],
        &wish,
        &expect![[r#"
        t.a: delete, then create (Requested) input="x"
        t.b: no-op <- t.a
        t.c: delete, then create (Triggered) <- t.a
          Create t.a -> Create t.c
          Delete t.a -> Create t.a
          Delete t.c -> Delete t.a
          Delete t.c -> Create t.c
    "#]],
    );
}

#[test]
fn an_object_waits_for_what_its_provisioners_read() {
    check_plain(
        &[r#"
locals {
  text = "${t.b.id}!"
}
resource "t" "a" {
  provisioner "local-exec" {
    command = "echo ${self.id} ${local.text}"
    connection {
      host = t.d.id
    }
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.id}"
  }
}
resource "t" "b" {}
resource "t" "c" {}
resource "t" "d" {}
"#],
        &expect![[r#"
            t.a: create <- t.b t.d
            t.b: create
            t.c: create
            t.d: create
              Create t.b -> Pass 
              Create t.d -> Create t.a
              Pass  -> Create t.a
        "#]],
    );
}

#[test]
fn data_sources_wait_for_what_changes() {
    check_plain(
        &[r#"
data "t" "now" {
  input = "x"
}
resource "t" "a" {
  input = data.t.now.output
}
data "t" "later" {
  input      = "y"
  depends_on = [t.a]
}
data "t" "unknown" {
  input = t.a.id
}
"#],
        &expect![[r#"
            data.t.later: read (DependencyPending) input="y" <- t.a
            data.t.now: no-op input="x"
            data.t.unknown: read (ConfigUnknown) input=?string <- t.a
            t.a: create input="x" <- data.t.now
              Create t.a -> Read data.t.later
              Create t.a -> Read data.t.unknown
        "#]],
    );
}

#[test]
fn conditions_stop_what_depends_on_them() {
    check_plain(
        &[r#"
locals {
  n = 1
}
resource "t" "a" {
  input = 1
  lifecycle {
    precondition {
      condition     = local.n > 2
      error_message = "Never."
    }
    prevent_destroy = true
  }
}
resource "t" "b" {
  input = t.a.id
  lifecycle {
    postcondition {
      condition     = self.input != ""
      error_message = "Not empty."
    }
  }
}
check "c" {
  assert {
    condition     = local.n > 2
    error_message = "Only a warning."
  }
}
"#],
        &expect![[r#"
            error main.tf:9:23 Resource precondition failed
            warning main.tf:26:21 Check block assertion failed
        "#]],
    );
}

#[test]
fn an_instance_needs_what_its_repetition_reads() {
    check_plain(
        &[r#"
resource "t" "a" {
  input = "x"
}
resource "t" "b" {
  for_each = { k = t.a.id }
  input    = each.key
}
resource "t" "c" {
  for_each = t.b
  input    = each.value.id
}
"#],
        &expect![[r#"
            t.a: create input="x"
            t.b["k"]: create input="k" <- t.a
            t.c["k"]: create input=?string <- t.a t.b["k"]
              Create t.a -> Pass 
              Create t.b["k"] -> Pass 
              Pass  -> Create t.b["k"]
              Pass  -> Pass 
              Pass  -> Pass 
              Pass  -> Create t.c["k"]
              Pass  -> Pass 
        "#]],
    );
}

#[test]
fn an_import_needs_an_instance() {
    check_plain(
        &[r#"
resource "t" "a" {
}
resource "t" "b" {
  for_each = toset(["x"])
}
import {
  to = t.a[0]
  id = "i"
}
import {
  for_each = toset(["x", "y"])
  to       = t.b[each.key]
  id       = each.key
}
"#],
        &expect![[r#"
            t.a: create
            t.b["x"]: update [imported]
            error main.tf:8:8 Configuration for import target does not exist
            error main.tf:13:14 Configuration for import target does not exist
        "#]],
    );
}

#[test]
fn create_first_spreads_over_blocks() {
    check_plain(
        &[r#"
resource "t" "a" {
  count = 2
}
resource "t" "b" {
  input = t.a[0].output
  lifecycle {
    create_before_destroy = true
  }
}
"#],
        &expect![[r#"
            t.a[0]: create [create first]
            t.a[1]: create
            t.b: create [create first] <- t.a[0]
              Create t.a[0] -> Create t.b
        "#]],
    );
}

#[test]
fn imports_go_by_known_keys_and_once() {
    check_plain(
        &[r#"
resource "t" "a" {
  for_each = toset(["x", "y"])
}
import {
  for_each = { x = "1", y = "2" }
  to       = t.a[each.key]
  id       = each.value
}
import {
  to = t.a["y"]
  id = "3"
}
"#],
        &expect![[r#"
            error main.tf:11:8 Duplicate import configuration
        "#]],
    );
    check_plain(
        &[r#"
resource "t" "a" {
}
resource "t" "b" {
  for_each = toset(["x"])
}
import {
  to = t.b[t.a.output]
  id = "1"
}
"#],
        &expect![[r#"
            t.a: create
            error main.tf:8:12 Invalid import 'to' expression
        "#]],
    );
}

#[test]
fn conditions_stop_nothing_where_nothing_is_done() {
    let text = r#"
resource "t" "a" {
  input = "one"
  lifecycle {
    postcondition {
      condition     = self.input == "one"
      error_message = "It was changed."
    }
  }
}
"#;
    let world = vec![("t.a", Some("two"))];
    check(
        &[text, text],
        &Wish { mode: Mode::RefreshOnly, world, ..Wish::default() },
        &expect![[r#"
            t.a: no-op input="two"
            warning main.tf:6:23 Resource postcondition failed
        "#]],
    );
}

#[test]
fn what_is_made_triggers_nothing() {
    let text = |input: &str| {
        format!(
            "resource \"t\" \"a\" {{\n  input = \"{input}\"\n}}\n\
             resource \"t\" \"b\" {{\n  lifecycle {{\n    replace_triggered_by = [t.a.input, t.new.input]\n  }}\n}}\n"
        )
    };
    let new = "resource \"t\" \"new\" {\n  input = \"x\"\n}\n";
    let before = text("one").replace(", t.new.input", "");
    check_plain(
        &[&before, &(text("one") + new)],
        &expect![[r#"
        t.a: no-op input="one"
        t.b: no-op <- t.a t.new
        t.new: create input="x"
    "#]],
    );
    check_plain(
        &[&before, &(text("two") + new)],
        &expect![[r#"
        t.a: update input="two"
        t.b: delete, then create (Triggered) <- t.a t.new
        t.new: create input="x"
          Update t.a -> Create t.b
          Delete t.b -> Create t.b
          Create t.new -> Create t.b
    "#]],
    );
}

#[test]
fn a_target_takes_no_outputs_along_that_hang_on_nothing() {
    let text = r#"
resource "t" "a" {}
output "constant" {
  value = "x"
}
output "a" {
  value = t.a.id
}
"#;
    let targets = vec![Target::parse("t.a").unwrap()];
    let selection = Selection { targets, ..Selection::default() };
    check(
        &[text],
        &Wish { selection, ..Wish::default() },
        &expect![[r#"
        t.a: create
        output a: Create ?string
        warning ? Resource targeting is in effect
    "#]],
    );
}

#[test]
fn a_new_object_ignores_no_changes() {
    let text = |input: &str| {
        format!(
            "resource \"t\" \"a\" {{\n  input = \"{input}\"\n  lifecycle {{\n    ignore_changes = [input]\n  }}\n}}\n"
        )
    };
    let replace = vec![wb_core::addr::AbsInstance::parse("t.a").unwrap()];
    let selection = Selection { replace, ..Selection::default() };
    check(
        &[&text("one"), &text("two")],
        &Wish { selection, ..Wish::default() },
        &expect![[r#"
            t.a: delete, then create (Requested) input="two"
              Delete t.a -> Create t.a
        "#]],
    );
    check_plain(
        &[&text("one"), &text("two")],
        &expect![[r#"
        t.a: no-op input="one"
    "#]],
    );
}

#[test]
fn looking_adopts_nothing() {
    let text = "import {\n  to = t.a\n  id = \"i\"\n}\nresource \"t\" \"a\" {}\n";
    check(&[text], &Wish { mode: Mode::RefreshOnly, ..Wish::default() }, &expect![[r#""#]]);
}

#[test]
fn what_hangs_on_an_excluded_object_stays() {
    let text = |count: &str| {
        format!(
            "resource \"t\" \"a\" {{}}\nresource \"t\" \"b\" {{\n  {count}\n}}\nresource \"t\" \"c\" {{\n  input = \"x\"\n}}\n"
        )
    };
    let excludes = vec![Target::parse("t.a").unwrap()];
    let selection = Selection { excludes, ..Selection::default() };
    check(
        &[&text("count = 2"), &text("count = t.a.id == null ? 1 : 1")],
        &Wish { selection, ..Wish::default() },
        &expect![[r#"
            t.a: no-op (Excluded)
            t.b[0]: no-op (Excluded) <- t.a
            t.c: no-op input="x"
            warning ? Resource exclusion is in effect
        "#]],
    );
}

#[test]
fn looking_at_what_must_not_be_destroyed_is_no_mistake() {
    let text = |count: usize| {
        format!(
            "resource \"t\" \"a\" {{\n  count = {count}\n  lifecycle {{\n    prevent_destroy = true\n  }}\n}}\n"
        )
    };
    check(
        &[&text(1), &text(0)],
        &Wish { mode: Mode::RefreshOnly, ..Wish::default() },
        &expect![[r#"
            t.a[0]: no-op
        "#]],
    );
}

#[test]
fn a_long_chain_records_what_it_needs_directly() {
    let link = |i: usize| match i {
        0 => "resource \"t\" \"r0\" {\n}\n".to_owned(),
        _ => format!("resource \"t\" \"r{i}\" {{\n  input = t.r{}.id\n}}\n", i - 1),
    };
    let made = plan(&(0..103).map(link).collect::<String>(), &State::default(), &Wish::default());
    assert!(!made.diags.has_errors(), "{}", show(&made));
    let recorded = |name: &str| -> Vec<String> {
        let addr = AbsInstance::parse(name).expect("an address");
        let change = made.plan.changes.iter().find(|change| *change.instance() == addr);
        let change = change.expect("every instance has a change");
        change.dependencies.iter().map(ToString::to_string).collect()
    };
    let all = recorded("t.r100");
    assert_eq!(all.len(), 100);
    assert!(all.is_sorted());
    assert_eq!(recorded("t.r101"), ["t.r100"]);
    assert_eq!(recorded("t.r102"), ["t.r101"]);
}
