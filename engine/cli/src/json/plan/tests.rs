//! What plans are in JSON.

use expect_test::expect;
use serde_json::json;
use wb_core::value::Value;
use wb_plan::{Importing, VariableValue};

use super::super::out::written;
use super::*;
use crate::testing;

#[test]
fn a_plan_has_the_shape_of_terraforms() {
    let was = json!({"id": "i", "input": [1, {"$sensitive": 2}], "triggers_replace": "a"});
    let is =
        json!({"id": {"$": "unknown"}, "input": [1, {"$": "unknown"}], "triggers_replace": "b"});
    let mut replaced = testing::change(
        "module.m[\"x\"].terraform_data.a[1]",
        Action::Replace { create_first: false },
        &was,
        &is,
    );
    replaced.reason = Reason::CannotUpdate;
    replaced.replace = vec![testing::attribute_path("triggers_replace")];
    let mut adopted =
        testing::change("terraform_data.b", Action::NoOp, &json!({"id": "b"}), &json!({"id": "b"}));
    adopted.importing = Some(Importing { id: Value::string("b"), identity: None, generated: None });
    adopted.previous = Some(testing::instance("terraform_data.old"));
    let gone = testing::change(
        "terraform_data.c (deposed object 00112233)",
        Action::Delete,
        &json!({"id": "c"}),
        &json!(null),
    );
    let mut made = testing::plan(vec![adopted, gone, replaced]);
    made.variables = vec![
        VariableValue { name: "v".into(), value: Some(Value::int(1)), given: true },
        VariableValue { name: "e".into(), value: None, given: true },
    ];
    made.outputs = vec![
        testing::output("known", Action::Create, &json!(null), &json!({"a": 1})),
        testing::output("later", Action::Update, &json!("x"), &json!({"$": "unknown"})),
        testing::output("part", Action::Create, &json!(null), &json!([{"$": "unknown"}, 1])),
    ];
    let catalog = testing::catalog();
    let prior = State::default();
    let input =
        PlanInput { plan: &made, catalog: &catalog, prior: &prior, stack: None, version: "1.16.0" };
    let text = written(|to| plan(input, to));
    let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
    expect![[r#"
        {
          "applyable": true,
          "complete": true,
          "errored": false,
          "format_version": "1.2",
          "output_changes": {
            "known": {
              "actions": [
                "create"
              ],
              "after": {
                "a": 1
              },
              "after_sensitive": false,
              "after_unknown": false,
              "before": null,
              "before_sensitive": false
            },
            "later": {
              "actions": [
                "update"
              ],
              "after_sensitive": false,
              "after_unknown": true,
              "before": "x",
              "before_sensitive": false
            },
            "part": {
              "actions": [
                "create"
              ],
              "after": [
                null,
                1
              ],
              "after_sensitive": false,
              "after_unknown": [
                true,
                false
              ],
              "before": null,
              "before_sensitive": false
            }
          },
          "planned_values": {
            "outputs": {
              "known": {
                "sensitive": false,
                "type": [
                  "object",
                  {
                    "a": "number"
                  }
                ],
                "value": {
                  "a": 1
                }
              },
              "later": {
                "sensitive": false
              },
              "part": {
                "sensitive": false
              }
            },
            "root_module": {
              "child_modules": [
                {
                  "address": "module.m[\"x\"]",
                  "resources": [
                    {
                      "address": "module.m[\"x\"].terraform_data.a[1]",
                      "index": 1,
                      "mode": "managed",
                      "name": "a",
                      "provider_name": "terraform.io/builtin/terraform",
                      "schema_version": 0,
                      "sensitive_values": {
                        "input": [
                          false,
                          false
                        ]
                      },
                      "type": "terraform_data",
                      "values": {
                        "input": [
                          1,
                          null
                        ],
                        "output": null,
                        "triggers_replace": "b"
                      }
                    }
                  ]
                }
              ],
              "resources": [
                {
                  "address": "terraform_data.b",
                  "mode": "managed",
                  "name": "b",
                  "provider_name": "terraform.io/builtin/terraform",
                  "schema_version": 0,
                  "sensitive_values": {},
                  "type": "terraform_data",
                  "values": {
                    "id": "b",
                    "input": null,
                    "output": null,
                    "triggers_replace": null
                  }
                }
              ]
            }
          },
          "resource_changes": [
            {
              "address": "terraform_data.b",
              "change": {
                "actions": [
                  "no-op"
                ],
                "after": {
                  "id": "b",
                  "input": null,
                  "output": null,
                  "triggers_replace": null
                },
                "after_sensitive": {},
                "after_unknown": {},
                "before": {
                  "id": "b",
                  "input": null,
                  "output": null,
                  "triggers_replace": null
                },
                "before_sensitive": {},
                "importing": {
                  "id": "b"
                }
              },
              "mode": "managed",
              "name": "b",
              "previous_address": "terraform_data.old",
              "provider_name": "terraform.io/builtin/terraform",
              "type": "terraform_data"
            },
            {
              "address": "terraform_data.c",
              "change": {
                "actions": [
                  "delete"
                ],
                "after": null,
                "after_sensitive": false,
                "after_unknown": {},
                "before": {
                  "id": "c",
                  "input": null,
                  "output": null,
                  "triggers_replace": null
                },
                "before_sensitive": {}
              },
              "deposed": "00112233",
              "mode": "managed",
              "name": "c",
              "provider_name": "terraform.io/builtin/terraform",
              "type": "terraform_data"
            },
            {
              "action_reason": "replace_because_cannot_update",
              "address": "module.m[\"x\"].terraform_data.a[1]",
              "change": {
                "actions": [
                  "delete",
                  "create"
                ],
                "after": {
                  "input": [
                    1,
                    null
                  ],
                  "output": null,
                  "triggers_replace": "b"
                },
                "after_sensitive": {
                  "input": [
                    false,
                    false
                  ]
                },
                "after_unknown": {
                  "id": true,
                  "input": [
                    false,
                    true
                  ]
                },
                "before": {
                  "id": "i",
                  "input": [
                    1,
                    2
                  ],
                  "output": null,
                  "triggers_replace": "a"
                },
                "before_sensitive": {
                  "input": [
                    false,
                    true
                  ]
                },
                "replace_paths": [
                  [
                    "triggers_replace"
                  ]
                ]
              },
              "index": 1,
              "mode": "managed",
              "module_address": "module.m[\"x\"]",
              "name": "a",
              "provider_name": "terraform.io/builtin/terraform",
              "type": "terraform_data"
            }
          ],
          "terraform_version": "1.16.0",
          "timestamp": "2026-01-02T03:04:05Z",
          "variables": {
            "v": {
              "value": 1
            }
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&tree).unwrap());
}
