//! What plans look like.

use std::sync::Arc;

use expect_test::{Expect, expect};
use serde_json::json;
use wb_core::addr::ConfigResource;
use wb_core::source::{SourceMap, Span};
use wb_core::value::Value;
use wb_plan::{Action, Change, Deferral, Deferred, Importing, Mode, Plan, Reason};

use super::{Shown, plan};
use crate::render::Style;
use crate::testing;

fn render(made: &Plan) -> String {
    let (catalog, sources) = (testing::catalog(), SourceMap::new());
    plan(Shown { plan: made, catalog: &catalog, sources: &sources }, Style::PLAIN)
}

fn check(made: &Plan, expected: &Expect) {
    // A first line without indentation keeps that of the others.
    expected.assert_eq(&format!("shown:\n{}", render(made)));
}

#[test]
fn each_action_has_its_sign_and_its_words() {
    let same = json!({"id": "i", "input": "x", "output": "x"});
    let later = json!({"id": {"$": "unknown"}, "input": "x", "output": {"$": "unknown"}});
    let null = json!(null);
    let mut tainted = testing::change(
        "terraform_data.c[\"k\"]",
        Action::Replace { create_first: false },
        &same,
        &later,
    );
    tainted.reason = Reason::Tainted;
    let mut replaced = testing::change(
        "terraform_data.d",
        Action::Replace { create_first: true },
        &same,
        &json!({
            "id": {"$": "unknown"}, "input": "x", "output": {"$": "unknown"}, "triggers_replace": [1],
        }),
    );
    replaced.reason = Reason::CannotUpdate;
    replaced.replace = vec![testing::attribute_path("triggers_replace")];
    let mut gone = testing::change("terraform_data.e[1]", Action::Delete, &same, &null);
    gone.reason = Reason::CountIndex;
    let mut forgotten = testing::change("terraform_data.f", Action::Forget, &same, &null);
    forgotten.reason = Reason::NoResourceConfig;
    let mut moved = testing::change("terraform_data.g", Action::NoOp, &same, &same);
    moved.previous = Some(testing::instance("module.m.terraform_data.g"));
    let mut adopted =
        testing::change("terraform_data.h", Action::Update, &json!({"id": "abc"}), &same);
    adopted.importing =
        Some(Importing { id: Value::string("abc"), identity: None, generated: None });
    let mut read = testing::change(
        "data.test_net.n",
        Action::Read,
        &null,
        &json!({
            "name": "n", "id": {"$": "unknown"},
        }),
    );
    read.reason = Reason::ConfigUnknown;
    check(
        &testing::plan(vec![
            read,
            testing::change("terraform_data.a", Action::Create, &null, &later),
            testing::change(
                "terraform_data.b",
                Action::Update,
                &same,
                &json!({
                    "id": "i", "input": "y", "output": {"$": "unknown"},
                }),
            ),
            tainted,
            replaced,
            gone,
            testing::change(
                "terraform_data.e[2] (deposed object 00112233)",
                Action::Delete,
                &same,
                &null,
            ),
            forgotten,
            moved,
            adopted,
            testing::change("terraform_data.quiet", Action::NoOp, &same, &same),
        ]),
        &expect![[r#"
            shown:

            The signs below mean:
              + create
              ~ update in-place
              - destroy
            -/+ destroy and then create replacement
            +/- create replacement and then destroy
             <= read (data resources)
              . forget: remove from the state, leave the object

            wb will perform the following actions:

              # data.test_net.n will be read during apply
              # (config refers to values not yet known)
             <= data "test_net" "n" {
                  + id   = (known after apply)
                  + name = "n"
                }

              # terraform_data.a will be created
              + resource "terraform_data" "a" {
                  + id     = (known after apply)
                  + input  = "x"
                  + output = (known after apply)
                }

              # terraform_data.b will be updated in-place
              ~ resource "terraform_data" "b" {
                    id     = "i"
                  ~ input  = "x" -> "y"
                  ~ output = "x" -> (known after apply)
                }

              # terraform_data.c["k"] is tainted, so must be replaced
            -/+ resource "terraform_data" "c" {
                  ~ id     = "i" -> (known after apply)
                  ~ output = "x" -> (known after apply)
                    # (1 unchanged attribute hidden)
                }

              # terraform_data.d must be replaced
            +/- resource "terraform_data" "d" {
                  ~ id               = "i" -> (known after apply)
                  ~ output           = "x" -> (known after apply)
                  + triggers_replace = [
                      + 1,
                    ] # forces replacement
                    # (1 unchanged attribute hidden)
                }

              # terraform_data.e[1] will be destroyed
              # (because index [1] is out of range for count)
              - resource "terraform_data" "e" {
                  - id     = "i" -> null
                  - input  = "x" -> null
                  - output = "x" -> null
                }

              # terraform_data.e[2] (deposed object 00112233) will be destroyed
              # (left over from a partially-failed replacement of this instance)
              - resource "terraform_data" "e" {
                  - id     = "i" -> null
                  - input  = "x" -> null
                  - output = "x" -> null
                }

              # terraform_data.f will no longer be managed by wb, but will not be destroyed
              # (destroy = false is set in the configuration)
              . resource "terraform_data" "f" {
                    id     = "i"
                    # (2 unchanged attributes hidden)
                }

              # module.m.terraform_data.g has moved to terraform_data.g
                resource "terraform_data" "g" {
                    id     = "i"
                    # (2 unchanged attributes hidden)
                }

              # terraform_data.h will be updated in-place
              # (imported from "abc")
              ~ resource "terraform_data" "h" {
                  ~ id     = "abc" -> "i"
                  + input  = "x"
                  + output = "x"
                }

            Plan: 1 to import, 3 to add, 2 to change, 4 to destroy, 1 to forget.
        "#]],
    );
}

#[test]
fn values_are_taken_apart() {
    let was = json!({"id": "i", "input": {
        "list": [1, 2, 3, 4, 5, 6], "name": "n", "nested": {"a": null, "b": true}, "odd key": 1,
        "json": "{\"a\":[1,2],\"b\":{}}", "text": "one\ntwo\nthree\n", "same": {"deep": [1]},
        "blank": "{\"a\":1}", "secret": {"$sensitive": 1}, "opens": {"$sensitive": "s"}, "type": 1,
        "set": {"$set": ["a", "b"]}, "map": {"$map": {"k": "1", "l": "2"}}, "objects": [{"a": 1}, {"b": 2}],
    }});
    let is = json!({"id": "i", "input": {
        "list": [1, 2, 3, 40, 5, 6], "name": "n", "nested": {"a": 2, "b": true}, "odd key": "\u{1b}",
        "json": "{\"a\":[1,3],\"b\":{}}", "text": "one\n2\nthree\nfour\n", "same": {"deep": [1]},
        "blank": "{ \"a\": 1 }", "secret": {"$sensitive": 2}, "opens": "s", "type": [1],
        "set": {"$set": ["b", "c"]}, "map": {"$map": {"k": "1", "l": "3"}}, "objects": [{"a": 2}, {"b": 2}, {"c": 3}],
    }});
    check(
        &testing::plan(vec![testing::change("terraform_data.a", Action::Update, &was, &is)]),
        &expect![[r#"
            shown:

            The signs below mean:
              ~ update in-place

            wb will perform the following actions:

              # terraform_data.a will be updated in-place
              ~ resource "terraform_data" "a" {
                    id    = "i"
                  ~ input = {
                      ~ blank     = jsonencode( # whitespace changes
                            {
                                a = 1
                            }
                        )
                      ~ json      = jsonencode(
                          ~ {
                              ~ a = [
                                    1,
                                  ~ 2 -> 3,
                                ]
                                # (1 unchanged attribute hidden)
                            }
                        )
                      ~ list      = [
                            # (2 unchanged elements hidden)
                            3,
                          ~ 4 -> 40,
                            5,
                            # (1 unchanged element hidden)
                        ]
                      ~ map       = {
                          ~ "l" = "2" -> "3"
                            # (1 unchanged element hidden)
                        }
                        name      = "n"
                      ~ nested    = {
                          ~ a = null -> 2
                            # (1 unchanged attribute hidden)
                        }
                      ~ objects   = [
                          ~ {
                              ~ a = 1 -> 2
                            },
                            {
                                b = 2
                            },
                          + {
                              + c = 3
                            },
                        ]
                      ~ "odd key" = 1 -> "\x1b"
                      # Warning: this attribute value will no longer be marked as sensitive
                      # after applying this change. The value is unchanged.
                      ~ opens     = (sensitive value)
                      ~ secret    = (sensitive value)
                      ~ set       = [
                          - "a",
                            "b",
                          + "c",
                        ]
                      ~ text      = <<-EOT
                            one
                          - two
                          + 2
                            three
                          + four
                        EOT
                      ~ type      = 1 -> [
                          + 1,
                        ]
                        # (1 unchanged attribute hidden)
                    }
                }

            Plan: 0 to add, 1 to change, 0 to destroy.
        "#]],
    );
}

#[test]
fn blocks_follow_the_schema() {
    let rule = |port: u32| json!({"port": port, "key": {"$sensitive": null}});
    let was = json!({
        "id": "i", "name": "n", "labels": {"$map": {"a": "1"}}, "ranges": {"$list": ["x"]},
        "rule": {"$list": [rule(1), rule(2), rule(3)]}, "some": {"$set": [rule(1), rule(2)]},
        "by": {"$map": {"x": rule(1), "y": rule(2)}}, "only": rule(1),
    });
    let is = json!({
        "id": "i", "name": "m", "labels": {"$map": {"b": "1"}}, "ranges": {"$": "unknown"},
        "rule": {"$list": [rule(1), rule(4), rule(3)]}, "some": {"$set": [rule(2), rule(5)]},
        "by": {"$map": {"x": rule(1), "y": rule(9)}}, "only": null, "users": {"$set": ["u"]},
    });
    let mut change =
        testing::change("test_net.n", Action::Replace { create_first: false }, &was, &is);
    change.replace = vec![testing::attribute_path("name"), testing::attribute_path("rule")];
    let created = testing::change("test_net.o", Action::Create, &json!(null), &is);
    let deleted = testing::change("test_net.p", Action::Delete, &was, &json!(null));
    check(
        &testing::plan(vec![change, created, deleted]),
        &expect![[r#"
            shown:

            The signs below mean:
              + create
              - destroy
            -/+ destroy and then create replacement

            wb will perform the following actions:

              # test_net.n must be replaced
            -/+ resource "test_net" "n" {
                    id     = "i"
                  ~ labels = {
                      - "a" = "1"
                      + "b" = "1"
                    }
                  ~ name   = "n" -> "m" # forces replacement
                  ~ ranges = [
                      - "x",
                    ] -> (known after apply)
                  + users  = [
                      + "u",
                    ]

                  ~ by "y" {
                      ~ port = 2 -> 9
                    }

                  - only {
                      - port = 1 -> null
                    }

                  ~ rule { # forces replacement
                      ~ port = 2 -> 4
                    }

                  ~ some {
                        # (sensitive: what is in this block is not shown)
                    }

                    # (3 unchanged blocks hidden)
                }

              # test_net.o will be created
              + resource "test_net" "o" {
                  + id     = "i"
                  + labels = {
                      + "b" = "1"
                    }
                  + name   = "m"
                  + ranges = (known after apply)
                  + users  = [
                      + "u",
                    ]

                  + by "x" {
                      + port = 1
                    }
                  + by "y" {
                      + port = 9
                    }

                  + rule {
                      + port = 1
                    }
                  + rule {
                      + port = 4
                    }
                  + rule {
                      + port = 3
                    }

                  + some {
                        # (sensitive: what is in this block is not shown)
                    }
                }

              # test_net.p will be destroyed
              - resource "test_net" "p" {
                  - id     = "i" -> null
                  - labels = {
                      - "a" = "1"
                    } -> null
                  - name   = "n" -> null
                  - ranges = [
                      - "x",
                    ] -> null

                  - by "x" {
                      - port = 1 -> null
                    }
                  - by "y" {
                      - port = 2 -> null
                    }

                  - only {
                      - port = 1 -> null
                    }

                  - rule {
                      - port = 1 -> null
                    }
                  - rule {
                      - port = 2 -> null
                    }
                  - rule {
                      - port = 3 -> null
                    }

                  - some {
                        # (sensitive: what is in this block is not shown)
                    }
                }

            Plan: 2 to add, 0 to change, 2 to destroy.
        "#]],
    );
}

#[test]
fn outputs_are_aligned_and_secrets_hidden() {
    let mut made = testing::plan(vec![]);
    made.outputs = vec![
        testing::output("a", Action::Create, &json!(null), &json!([1, {"b": {"$": "unknown"}}])),
        testing::output("gone", Action::Delete, &json!("x"), &json!(null)),
        testing::output("longer_name", Action::Update, &json!("x"), &json!("y")),
        testing::output("same", Action::NoOp, &json!("x"), &json!("x")),
        testing::output("secret", Action::Update, &json!("x"), &json!("y")),
    ];
    made.outputs[4].sensitive = true;
    check(
        &made,
        &expect![[r#"
        shown:

        Changes to Outputs:
          + a           = [
              + 1,
              + {
                  + b = (known after apply)
                },
            ]
          - gone        = "x" -> null
          ~ longer_name = "x" -> "y"
          ~ secret      = (sensitive value)

        Applying this plan records these output values and touches no object.
    "#]],
    );
}

#[test]
fn nothing_to_do_is_said_in_the_words_that_scripts_know() {
    let mut made = testing::plan(vec![]);
    assert!(
        render(&made).contains("\nNo changes. Your infrastructure matches the configuration.\n")
    );
    made.mode = Mode::Destroy;
    assert!(render(&made).contains("\nNo changes. No objects need to be destroyed.\n"));
    made.mode = Mode::RefreshOnly;
    assert!(
        render(&made)
            .contains("\nNo changes. Your infrastructure still matches the configuration.\n")
    );
    made.errored = true;
    assert!(render(&made).contains("\nPlanning failed. "));
}

#[test]
fn a_long_plan_does_not_hide_its_error() {
    let mut made = testing::plan(vec![]);
    let after = json!({"id": "i", "input": "x"});
    let create = |n| {
        testing::change(&format!("terraform_data.a[{n}]"), Action::Create, &json!(null), &after)
    };
    made.changes = (0..6).map(create).collect();
    made.errored = true;
    let shown = render(&made);
    assert!(shown.contains("\nwb planned 6 actions, and then met an error:\n"), "{shown}");
    assert!(!shown.contains("will be created"));
}

fn drifted() -> Change {
    let was = json!({"id": "i", "input": "x"});
    testing::change("terraform_data.a", Action::Update, &was, &json!({"id": "i", "input": "y"}))
}

#[test]
fn drift_is_shown_where_it_bears_on_the_plan() {
    let mut made = testing::plan(vec![]);
    made.drift = vec![drifted()];
    assert!(!render(&made).contains("outside of wb\n\n"));
    made.changes = vec![testing::change(
        "terraform_data.a",
        Action::Update,
        &json!({"id": "i", "input": "y"}),
        &json!({"id": "i", "input": "x"}),
    )];
    check(
        &made,
        &expect![[r#"
        shown:

        Note: Objects have changed outside of wb

        This was changed since the last apply by somebody else, and may be why the plan is what it is:

          # terraform_data.a has changed
          ~ resource "terraform_data" "a" {
                id    = "i"
              ~ input = "x" -> "y"
            }

        Where the configuration does not ask for the same, the plan takes these changes back.

        ──────────────────────────────────────────────────────────────────────────────

        The signs below mean:
          ~ update in-place

        wb will perform the following actions:

          # terraform_data.a will be updated in-place
          ~ resource "terraform_data" "a" {
                id    = "i"
              ~ input = "y" -> "x"
            }

        Plan: 0 to add, 1 to change, 0 to destroy.
    "#]],
    );
    made.changes.clear();
    made.mode = Mode::RefreshOnly;
    assert!(render(&made).contains("# terraform_data.a has changed\n"));
}

#[test]
fn what_waits_for_the_next_round_is_listed() {
    let mut made = testing::plan(vec![testing::change(
        "terraform_data.a",
        Action::Create,
        &json!(null),
        &json!({"input": 1}),
    )]);
    let mut sources = SourceMap::new();
    let id = sources.add("main.tf", "\n  count = terraform_data.a.output\n");
    let deferred = |resource: &str, why, at| Deferred {
        module: wb_core::addr::ModuleInstance::default(),
        resource: ConfigResource::parse(resource).unwrap(),
        why,
        at,
        waits_for: vec![testing::instance("terraform_data.a")],
    };
    made.deferred = vec![
        deferred("terraform_data.b", Deferral::InstancesUnknown, Some(Span::new(id, 11, 34))),
        deferred("terraform_data.c", Deferral::NeedsDeferred, None),
    ];
    let catalog = testing::catalog();
    let shown = plan(Shown { plan: &made, catalog: &catalog, sources: &sources }, Style::PLAIN);
    expect![[r#"

        The signs below mean:
          + create

        wb will perform the following actions:

          # terraform_data.a will be created
          + resource "terraform_data" "a" {
              + input = 1
            }

        Plan: 1 to add, 0 to change, 0 to destroy.

        The following is planned in the next round, on what this one makes. Applying this plan also approves what is created and read there; a change or destruction is asked for again.

          # terraform_data.b
          # (how many there will be is not known yet: main.tf:2:11)
          # (waits for terraform_data.a)

          # terraform_data.c
          # (it needs something that is planned in the next round itself)
          # (waits for terraform_data.a)
    "#]].assert_eq(&shown);
}

#[test]
fn colours_do_not_change_the_text() {
    let was = json!({"id": "i", "input": {"a": [1, 2], "b": "x\ny"}, "triggers_replace": 1});
    let is = json!({"id": "i", "input": {"a": [1, 3], "b": "x\nz"}, "triggers_replace": 2});
    let mut change =
        testing::change("terraform_data.a", Action::Replace { create_first: false }, &was, &is);
    change.replace = vec![testing::attribute_path("triggers_replace")];
    let made = testing::plan(vec![change]);
    let (catalog, sources) = (testing::catalog(), SourceMap::new());
    let shown = Shown { plan: &made, catalog: &catalog, sources: &sources };
    let coloured = plan(shown, Style { color: true, ..Style::PLAIN });
    assert!(coloured.contains("\x1b[31m# forces replacement\x1b[0m"));
    let mut bare = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\x1b[") {
        bare.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    bare.push_str(rest);
    assert_eq!(bare, plan(shown, Style::PLAIN));
}

#[test]
fn a_type_without_schema_is_shown_by_its_parts() {
    let mut change = drifted();
    change.provider.config.provider = wb_core::addr::Provider::hashicorp("gone");
    change.needs = Arc::new([]);
    let shown = render(&testing::plan(vec![change]));
    assert!(shown.contains("      ~ input = \"x\" -> \"y\"\n"), "{shown}");
}
