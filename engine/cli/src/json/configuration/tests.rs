//! What configurations are in JSON.

use expect_test::expect;
use wb_core::source::SourceMap;
use wb_lang::config::{SourceFile, lower};

use super::super::out::written;
use super::*;
use crate::testing;

const MAIN: &str = r#"
variable "size" {
  default     = 3
  description = "How many."
}
variable "secret" {
  type      = string
  sensitive = true
}
provider "terraform" {
  alias = "west"
}
resource "terraform_data" "a" {
  count    = var.size
  provider = terraform.west
  input    = { a = local.x, b = terraform_data.b["k"].output.c[0], c = terraform_data.b[*].id }
}
resource "terraform_data" "b" {
  input      = [1, { k = true }]
  depends_on = [terraform_data.c]
  provisioner "local-exec" {
    command = "echo ${self.id}"
  }
}
resource "test_net" "n" {
  provider = terraform.west
  name     = "n"
  rule {
    port = var.size
  }
  rule {
    port = 2
  }
  by "x" {
    port = 1
  }
}
locals {
  x = 1
}
output "o" {
  value     = var.secret
  sensitive = true
}
"#;

#[test]
fn arguments_are_constants_or_references() {
    let mut sources = SourceMap::new();
    let id = sources.add("main.tf", MAIN);
    let (file, mut diags) = wb_hcl::parse_config(id, sources.file(id).shared_text());
    let (module, problems) = lower(&[SourceFile { name: "main.tf".into(), file }]);
    diags.append(problems);
    let mut stack = Stack::new(std::sync::Arc::new(module), ".");
    stack.finish(&mut diags);
    assert!(!diags.has_errors(), "{diags:?}");
    let text = written(|to| {
        let mut out = Out::new(to);
        write(&mut out, &stack, &testing::catalog());
        out.finish()
    });
    let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
    expect![[r#"
        {
          "provider_config": {
            "terraform": {
              "full_name": "terraform.io/builtin/terraform",
              "name": "terraform"
            },
            "terraform.west": {
              "alias": "west",
              "full_name": "terraform.io/builtin/terraform",
              "name": "terraform"
            }
          },
          "root_module": {
            "outputs": {
              "o": {
                "expression": {
                  "references": [
                    "var.secret"
                  ]
                },
                "sensitive": true
              }
            },
            "resources": [
              {
                "address": "terraform_data.a",
                "count_expression": {
                  "references": [
                    "var.size"
                  ]
                },
                "expressions": {
                  "input": {
                    "references": [
                      "local.x",
                      "terraform_data.b[\"k\"].output.c[0]",
                      "terraform_data.b[\"k\"].output.c",
                      "terraform_data.b[\"k\"].output",
                      "terraform_data.b[\"k\"]",
                      "terraform_data.b"
                    ]
                  }
                },
                "mode": "managed",
                "name": "a",
                "provider_config_key": "terraform.west",
                "schema_version": 0,
                "type": "terraform_data"
              },
              {
                "address": "terraform_data.b",
                "depends_on": [
                  "terraform_data.c"
                ],
                "expressions": {
                  "input": {
                    "constant_value": [
                      1,
                      {
                        "k": true
                      }
                    ]
                  }
                },
                "mode": "managed",
                "name": "b",
                "provider_config_key": "terraform",
                "provisioners": [
                  {
                    "expressions": {
                      "command": {
                        "references": [
                          "self.id",
                          "self"
                        ]
                      }
                    },
                    "type": "local-exec"
                  }
                ],
                "schema_version": 0,
                "type": "terraform_data"
              },
              {
                "address": "test_net.n",
                "expressions": {
                  "by": {
                    "x": {
                      "port": {
                        "constant_value": 1
                      }
                    }
                  },
                  "name": {
                    "constant_value": "n"
                  },
                  "rule": [
                    {
                      "port": {
                        "references": [
                          "var.size"
                        ]
                      }
                    },
                    {
                      "port": {
                        "constant_value": 2
                      }
                    }
                  ]
                },
                "mode": "managed",
                "name": "n",
                "provider_config_key": "terraform.west",
                "schema_version": 2,
                "type": "test_net"
              }
            ],
            "variables": {
              "secret": {
                "sensitive": true
              },
              "size": {
                "default": 3,
                "description": "How many."
              }
            }
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&tree).unwrap());
}
