//! The provider `terraform.io/builtin/terraform`: states of other stacks, and the language's own syntax.

use crate::sealed::check;
use expect_test::expect;

const OTHER: &str = r#"
output "pw" {
  value     = "s3cret"
  sensitive = true
}
output "o" {
  value = { a = [1, 2], b = "x" }
}
"#;

const READER: &str = r#"
data "terraform_remote_state" "other" {
  backend = "local"
  config = {
    path = "../other/terraform.tfstate"
  }
  defaults = {
    pw    = "default"
    extra = 3
  }
}
resource "terraform_data" "a" {
  input = data.terraform_remote_state.other.outputs.pw
}
output "o" {
  value = data.terraform_remote_state.other.outputs.o.b
}
output "extra" {
  value = data.terraform_remote_state.other.outputs.extra
}
"#;

#[test]
fn the_outputs_of_another_stack_are_read_from_either_store() {
    for file in [None, Some(("other/terraform.tfstate", ""))] {
        let files = [("other/main.tf", OTHER), ("reader/main.tf", READER)];
        let files: Vec<(&str, &str)> = files.into_iter().chain(file).collect();
        let sealed = check(
            &files,
            &["-chdir=other apply -auto-approve"],
            &expect![[r#"
            $ wb -chdir=other apply -auto-approve # 0
            Changes to Outputs:
              + o  = {
                  + a = [
                      + 1,
                      + 2,
                    ]
                  + b = "x"
                }
              + pw = (sensitive value)
            Applying this plan records these output values and touches no object.
            Apply complete! Resources: 0 added, 0 changed, 0 destroyed.
            Outputs:
            o = {
              "a" = [
                1,
                2,
              ]
              "b" = "x"
            }
            pw = <sensitive>
        "#]],
        );
        let said = sealed.run(&["-chdir=reader apply -auto-approve"]);
        assert!(said.contains("Apply complete! Resources: 1 added"), "{said}");
        assert!(said.contains("(sensitive value)") && !said.contains("s3cret"), "{said}");
        let said = sealed.run(&["-chdir=reader output", "-chdir=reader plan"]);
        assert!(said.contains("extra = 3") && said.contains("o = \"x\""), "{said}");
        assert!(said.contains("No changes."), "{said}");
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let stack =
        |arguments: &str| format!("data \"terraform_remote_state\" \"a\" {{\n{arguments}\n}}\n");
    let cases = [
        ("backend = \"s3\"", "validate"),
        ("backend = \"local\"\nconfig = { pat = 1 }", "validate"),
        ("backend = \"local\"\nconfig = 3", "validate"),
        ("backend = \"local\"\ndefaults = 3", "validate"),
        ("backend = \"local\"\nworkspace = \"w\"", "plan"),
    ];
    let mut all = String::new();
    for (arguments, command) in cases {
        let text = stack(arguments);
        let sealed = crate::sealed::Sealed::new(&[("main.tf", &text)]);
        all.push_str(&sealed.run(&[command]));
    }
    expect![[r#"
        $ wb validate # 1
        Error: Invalid backend configuration
          at main.tf:2:11, in data "terraform_remote_state" "a"
            1 | data "terraform_remote_state" "a" {
            2 | backend = "s3"
              |           ^^^^
          The backend "s3" is not part of wb; "local" is.
        $ wb validate # 1
        Error: Invalid backend configuration
          at main.tf:3:10, in data "terraform_remote_state" "a"
            1 | data "terraform_remote_state" "a" {
          ...
            3 | config = { pat = 1 }
              |          ^^^^^^^^^^^
          For the backend "local", there is no argument "pat": it has path and workspace_dir.
        $ wb validate # 1
        Error: Invalid backend configuration
          at main.tf:3:10, in data "terraform_remote_state" "a"
            1 | data "terraform_remote_state" "a" {
          ...
            3 | config = 3
              |          ^
          For the backend "local", an object is needed.
        $ wb validate # 1
        Error: Invalid default values
          at main.tf:3:12, in data "terraform_remote_state" "a"
            1 | data "terraform_remote_state" "a" {
          ...
            3 | defaults = 3
              |            ^
          An object is needed, whose attributes are outputs.
        $ wb plan # 1
        data.terraform_remote_state.a: Reading...
        data.terraform_remote_state.a: Read errored after 0s
        Planning failed. wb met an error while making this plan.
        Error: Unable to find remote state
          at main.tf:1:1, in data "terraform_remote_state" "a", for data.terraform_remote_state.a
            1 | data "terraform_remote_state" "a" {
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          There is no state of this workspace in this backend.
          Help: Apply the stack that it belongs to first.
    "#]]
    .assert_eq(&all);
}

#[test]
fn values_become_text_and_back() {
    let stack = r#"
terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}
output "text" {
  value = provider::terraform::encode_tfvars({ a = 1, b = { "c d" = ["$${x}"] } })
}
output "back" {
  value = provider::terraform::decode_tfvars("a = 1\nb = [true]").b[0]
}
output "expression" {
  value = provider::terraform::encode_expr({ longer = null, n = [] })
}
"#;
    check(
        &[("main.tf", stack)],
        &["plan"],
        &expect![[r#"
        $ wb plan # 0
        Changes to Outputs:
          + back       = true
          + expression = <<-EOT
                {
                  longer = null
                  n      = []
                }
            EOT
          + text       = <<-EOT
                a = 1
                b = {
                  "c d" = ["$${x}"]
                }
            EOT
        Applying this plan records these output values and touches no object.
        This plan was not saved: "wb apply" makes a new one, which may be another.
    "#]],
    );
}

#[test]
fn configuration_is_written_for_what_is_imported() {
    let stack = r#"
import {
  to = terraform_data.x
  id = "foo"
}
"#;
    let lines = [
        "plan -generate-config-out=made.tf",
        "plan -generate-config-out=made.tf",
        "plan -out=p",
        "graph -plan=p",
        "apply -auto-approve",
        "plan",
        "graph -type=apply",
    ];
    let sealed = check(
        &[("main.tf", stack)],
        &lines,
        &expect![[r#"
        $ wb plan -generate-config-out=made.tf # 0
        wb will perform the following actions:
          # terraform_data.x will be imported
          # (imported from "foo")
          # (config will be generated)
            resource "terraform_data" "x" {
                id = "foo"
            }
        Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.
        The configuration that was generated is in made.tf. Review it, and edit it as necessary, before it goes into version control.
        This plan was not saved: "wb apply" makes a new one, which may be another.
        $ wb plan -generate-config-out=made.tf # 1
        Error: Target generated file already exists
          Generated configuration goes into a new file only, and made.tf is there.
          Help: Choose another file, or move the configuration elsewhere and delete it.
        $ wb plan -out=p # 0
        wb will perform the following actions:
          # terraform_data.x will be imported
          # (imported from "foo")
            resource "terraform_data" "x" {
                id = "foo"
            }
        Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.
        Saved the plan to: p
        To perform exactly these actions, run the following command to apply:
            wb apply "p"
        $ wb graph -plan=p # 0
        digraph G {
          rankdir = "RL";
          node [shape = rect, fontname = "sans-serif"];
        }
        $ wb apply -auto-approve # 0
        wb will perform the following actions:
          # terraform_data.x will be imported
          # (imported from "foo")
            resource "terraform_data" "x" {
                id = "foo"
            }
        Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.
        terraform_data.x: Importing... [id=foo]
        terraform_data.x: Import complete after 0s [id=foo]
        Apply complete! Resources: 1 imported, 0 added, 0 changed, 0 destroyed.
        $ wb plan # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
        $ wb graph -type=apply # 1
        Error: Invalid graph type
          The graph of an apply is that of a saved plan: name it with -plan=FILE.
    "#]],
    );
    let made = std::fs::read_to_string(sealed.path("made.tf")).unwrap();
    expect![[r##"
        # __generated__ by wb
        # Please review these resources and move them into your main configuration files.

        # __generated__ by wb from "foo"
        resource "terraform_data" "x" {
          input            = null
          triggers_replace = null
        }
    "##]]
    .assert_eq(&made);
    assert!(sealed.run(&["fmt -check"]).starts_with("$ wb fmt -check # 0"));
}
