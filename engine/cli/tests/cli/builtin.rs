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
        let sealed = check(&files, &["-chdir=other apply -auto-approve"], &expect![[r#""#]]);
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
    expect![[r#""#]].assert_eq(&all);
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
    check(&[("main.tf", stack)], &["plan"], &expect![[r#""#]]);
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
    let sealed = check(&[("main.tf", stack)], &lines, &expect![[r#""#]]);
    let made = std::fs::read_to_string(sealed.path("made.tf")).unwrap();
    expect![[r#""#]].assert_eq(&made);
    assert!(sealed.run(&["fmt -check"]).starts_with("$ wb fmt -check # 0"));
}
