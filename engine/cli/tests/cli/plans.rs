//! Plans that are saved, shown and carried out.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::sealed::{Sealed, check};
use expect_test::expect;

const STACK: &str = r#"
variable "token" {
  type      = string
  ephemeral = true
}
variable "size" {
  default = 1
}
resource "terraform_data" "a" {
  input = "${file("greeting.txt")} ${var.size}"
}
resource "terraform_data" "later" {
  for_each = toset(terraform_data.a[*].id)
  input    = each.key
}
module "m" {
  source = "./m"
}
"#;

#[test]
fn a_saved_plan_needs_no_stack_files() {
    let files = [
        ("main.tf", STACK),
        ("greeting.txt", "hello"),
        ("m/main.tf", "resource \"terraform_data\" \"m\" {}\n"),
    ];
    let sealed = check(
        &files,
        &["plan -var token=x -var size=2 -out=p"],
        &expect![[r#"
        $ wb plan -var token=x -var size=2 -out=p # 0
        The signs below mean:
          + create
        wb will perform the following actions:
          # terraform_data.a will be created
          + resource "terraform_data" "a" {
              + id     = (known after apply)
              + input  = "hello 2"
              + output = (known after apply)
            }
          # module.m.terraform_data.m will be created
          + resource "terraform_data" "m" {
              + id = (known after apply)
            }
        Plan: 2 to add, 0 to change, 0 to destroy.
        The following is planned in the next round, on what this one makes. Applying this plan also approves what is created and read there; a change or destruction is asked for again.
          # terraform_data.later
          # (how many there will be is not known yet: main.tf:13:14)
          # (waits for terraform_data.a)
        Saved the plan to: p
        To perform exactly these actions, run the following command to apply:
            wb apply "p"
    "#]],
    );
    let mode = fs::metadata(sealed.path("p")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::remove_dir_all(sealed.path("m")).unwrap();
    fs::write(sealed.path("greeting.txt"), "bye").unwrap();
    fs::write(sealed.path("main.tf"), "# nothing\n").unwrap();
    let said = sealed.run(&[
        "apply p",
        "apply -var token=y -var size=3 p",
        "apply -target=terraform_data.a p",
        "apply -var token=y -var size=2 p",
        "state list",
        "apply -var token=y p",
    ]);
    expect![[r#"
        $ wb apply p # 1
        Error: No value for required variable
          at main.tf:2:1
            2 | variable "token" {
              | ^^^^^^^^^^^^^^^^
          The variable "token" is ephemeral: its value was given when the plan was made, and is not kept in it.
          Help: Give it again: -var 'token=…', or a file with -var-file.
        $ wb apply -var token=y -var size=3 p # 1
        Error: Can't change variable when applying a saved plan
          The saved plan was made with a value of the variable "size" that is not the one which the option -var 'size=…' gives. What a plan was made with cannot be changed any more.
          Help: Leave the option out, or make a new plan with it.
        $ wb apply -target=terraform_data.a p # 1
        Error: Can't change a saved plan
          The option -target says how to plan, and the plan p is made already: it is carried out as it is.
          Help: Leave the option out, or make a new plan with it.
        $ wb apply -var token=y -var size=2 p # 0
        terraform_data.a: Creating...
        terraform_data.a: Creation complete after 0s [id=941525b8-22a0-4f22-950c-7cb4d220782f]
        module.m.terraform_data.m: Creating...
        module.m.terraform_data.m: Creation complete after 0s [id=034ad873-d81f-43fb-8b25-d37c2606bc4a]
        terraform_data.later["941525b8-22a0-4f22-950c-7cb4d220782f"]: Creating...
        terraform_data.later["941525b8-22a0-4f22-950c-7cb4d220782f"]: Creation complete after 0s [id=e091b975-fa0f-49d6-9b96-73f83f103a9d]
        Apply complete! Resources: 3 added, 0 changed, 0 destroyed.
        Warning: Configuration changed after the plan was made
          main.tf changed after the plan was made. The plan is carried out with the configuration that it was made from.
        $ wb state list # 0
        terraform_data.a
        terraform_data.later["941525b8-22a0-4f22-950c-7cb4d220782f"]
        module.m.terraform_data.m
        $ wb apply -var token=y p # 1
        Error: Saved plan is stale
          The state was changed after the plan was made: it is at serial 2, and was at 0 and another.
          Help: Make a new plan with "wb plan -out=FILE".
    "#]].assert_eq(&said);
}

#[test]
fn a_plan_that_does_not_fit_is_not_carried_out() {
    let sealed = check(
        &[("main.tf", "resource \"terraform_data\" \"a\" {}\n"), ("state.json", "{}")],
        &[
            "plan -out=empty",
            "apply empty",
            "plan -destroy -out=end",
            "apply -destroy end",
            "destroy -auto-approve",
            "apply end",
            "apply state.json",
            "apply nothing",
            "show end",
        ],
        &expect![[r#"
            $ wb plan -out=empty # 0
            The signs below mean:
              + create
            wb will perform the following actions:
              # terraform_data.a will be created
              + resource "terraform_data" "a" {
                  + id = (known after apply)
                }
            Plan: 1 to add, 0 to change, 0 to destroy.
            Saved the plan to: empty
            To perform exactly these actions, run the following command to apply:
                wb apply "empty"
            $ wb apply empty # 0
            terraform_data.a: Creating...
            terraform_data.a: Creation complete after 0s [id=941525b8-22a0-4f22-950c-7cb4d220782f]
            Apply complete! Resources: 1 added, 0 changed, 0 destroyed.
            $ wb plan -destroy -out=end # 0
            The signs below mean:
              - destroy
            wb will perform the following actions:
              # terraform_data.a will be destroyed
              - resource "terraform_data" "a" {
                  - id = "941525b8-22a0-4f22-950c-7cb4d220782f" -> null
                }
            Plan: 0 to add, 0 to change, 1 to destroy.
            Saved the plan to: end
            To perform exactly these actions, run the following command to apply:
                wb apply "end"
            $ wb apply -destroy end # 1
            Error: Can't change a saved plan
              The option -destroy says how to plan, and the plan end is made already: it is carried out as it is.
              Help: Leave the option out, or make a new plan with it.
            $ wb destroy -auto-approve # 0
            The signs below mean:
              - destroy
            wb will perform the following actions:
              # terraform_data.a will be destroyed
              - resource "terraform_data" "a" {
                  - id = "941525b8-22a0-4f22-950c-7cb4d220782f" -> null
                }
            Plan: 0 to add, 0 to change, 1 to destroy.
            terraform_data.a: Destroying... [id=941525b8-22a0-4f22-950c-7cb4d220782f]
            terraform_data.a: Destruction complete after 0s
            Destroy complete! Resources: 1 destroyed.
            $ wb apply end # 1
            Error: Saved plan is stale
              The state was changed after the plan was made: it is at serial 2, and was at 1 and another.
              Help: Make a new plan with "wb plan -out=FILE".
            $ wb apply state.json # 1
            Error: Failed to read plan from plan file
              The file state.json is not used: it is no plan that wb has saved.
              Help: Make a new plan with "wb plan -out=FILE".
            $ wb apply nothing # 1
            Error: Failed to read plan from plan file
              The plan file nothing cannot be read: no such file or directory.
              Help: "wb plan -out=FILE" makes a plan file. Without a file, "wb apply" plans anew.
            $ wb show end # 0
            The signs below mean:
              - destroy
            wb will perform the following actions:
              # terraform_data.a will be destroyed
              - resource "terraform_data" "a" {
                  - id = "941525b8-22a0-4f22-950c-7cb4d220782f" -> null
                }
            Plan: 0 to add, 0 to change, 1 to destroy.
        "#]],
    );
    let mut bytes = fs::read(sealed.path("end")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(sealed.path("end"), bytes).unwrap();
    fs::write(sealed.path("zip"), "PK\x03\x04 and so on").unwrap();
    expect![[r#"
        $ wb apply end # 1
        Error: Failed to read plan from plan file
          The file end is not used: it is damaged: the checksum at offset 12 is not that of bytes 44 to 930.
          Help: Make a new plan with "wb plan -out=FILE".
        $ wb show end # 1
        Error: Failed to read plan from plan file
          The file end is not used: it is damaged: the checksum at offset 12 is not that of bytes 44 to 930.
          Help: Make a new plan with "wb plan -out=FILE".
        $ wb apply zip # 1
        Error: Failed to read plan from plan file
          The file zip is not used: it is a zip archive, perhaps a plan that Terraform or OpenTofu saved.
          Help: Make a new plan with "wb plan -out=FILE".
    "#]].assert_eq(&sealed.run(&["apply end", "show end", "apply zip"]));
}

#[test]
fn another_state_is_another() {
    let sealed = check(
        &[("main.tf", "resource \"terraform_data\" \"a\" {}\n")],
        &["apply -auto-approve", "plan -destroy -out=p", "state pull"],
        &expect![[r#"
            $ wb apply -auto-approve # 0
            The signs below mean:
              + create
            wb will perform the following actions:
              # terraform_data.a will be created
              + resource "terraform_data" "a" {
                  + id = (known after apply)
                }
            Plan: 1 to add, 0 to change, 0 to destroy.
            terraform_data.a: Creating...
            terraform_data.a: Creation complete after 0s [id=941525b8-22a0-4f22-950c-7cb4d220782f]
            Apply complete! Resources: 1 added, 0 changed, 0 destroyed.
            $ wb plan -destroy -out=p # 0
            The signs below mean:
              - destroy
            wb will perform the following actions:
              # terraform_data.a will be destroyed
              - resource "terraform_data" "a" {
                  - id = "941525b8-22a0-4f22-950c-7cb4d220782f" -> null
                }
            Plan: 0 to add, 0 to change, 1 to destroy.
            Saved the plan to: p
            To perform exactly these actions, run the following command to apply:
                wb apply "p"
            $ wb state pull # 0
            {
              "version": 4,
              "terraform_version": "1.16.0",
              "serial": 1,
              "lineage": "0d7b2b2b-7ac6-465a-a25c-0ecc71023e03",
              "outputs": {},
              "resources": [
                {
                  "mode": "managed",
                  "type": "terraform_data",
                  "name": "a",
                  "provider": "provider[\"terraform.io/builtin/terraform\"]",
                  "instances": [
                    {
                      "schema_version": 0,
                      "attributes": {
                        "id": "941525b8-22a0-4f22-950c-7cb4d220782f",
                        "input": null,
                        "output": null,
                        "triggers_replace": null
                      },
                      "sensitive_attributes": []
                    }
                  ]
                }
              ],
              "check_results": null
            }
        "#]],
    );
    fs::remove_dir_all(sealed.path(".wb")).unwrap();
    for name in ["terraform.tfstate", "terraform.tfstate.backup"] {
        // Which of them there is, the store decides.
        let _ = fs::remove_file(sealed.path(name));
    }
    expect![[r#"
        $ wb apply p # 1
        Error: Saved plan does not match the given state
          The plan was made on another state: its lineage is 0d7b2b2b-7ac6-465a-a25c-0ecc71023e03, and there is no state here.
          Help: Make a new plan with "wb plan -out=FILE".
    "#]].assert_eq(&sealed.run(&["apply p"]));
}

#[test]
fn a_saved_plan_is_shown_as_terraform_shows_it() {
    let secret = "variable \"s\" {\n  sensitive = true\n  default = \"hush\"\n}\nresource \"terraform_data\" \"a\" {\n  input = var.s\n}\noutput \"o\" {\n  value = terraform_data.a.id\n}\n";
    check(
        &[("main.tf", secret)],
        &["apply -auto-approve", "plan -refresh-only -out=p", "show -json p"],
        &expect![[r#"
            $ wb apply -auto-approve # 0
            The signs below mean:
              + create
            wb will perform the following actions:
              # terraform_data.a will be created
              + resource "terraform_data" "a" {
                  + id     = (known after apply)
                  + input  = (sensitive value)
                  + output = (known after apply)
                }
            Plan: 1 to add, 0 to change, 0 to destroy.
            Changes to Outputs:
              + o = (known after apply)
            terraform_data.a: Creating...
            terraform_data.a: Creation complete after 0s [id=941525b8-22a0-4f22-950c-7cb4d220782f]
            Apply complete! Resources: 1 added, 0 changed, 0 destroyed.
            Outputs:
            o = "941525b8-22a0-4f22-950c-7cb4d220782f"
            $ wb plan -refresh-only -out=p # 0
            No changes. Your infrastructure still matches the configuration.
            The real objects were read, and none differs from what was recorded last.
            $ wb show -json p # 0
            {"format_version":"1.2","terraform_version":"1.16.0","variables":{"s":{"value":"hush"}},"planned_values":{"outputs":{"o":{"sensitive":false,"type":"string","value":"941525b8-22a0-4f22-950c-7cb4d220782f"}},"root_module":{}},"output_changes":{"o":{"actions":["no-op"],"before":"941525b8-22a0-4f22-950c-7cb4d220782f","after":"941525b8-22a0-4f22-950c-7cb4d220782f","after_unknown":false,"before_sensitive":false,"after_sensitive":false}},"prior_state":{"format_version":"1.0","terraform_version":"1.16.0","values":{"outputs":{"o":{"sensitive":false,"value":"941525b8-22a0-4f22-950c-7cb4d220782f","type":"string"}},"root_module":{"resources":[{"address":"terraform_data.a","mode":"managed","type":"terraform_data","name":"a","provider_name":"terraform.io/builtin/terraform","schema_version":0,"values":{"id":"941525b8-22a0-4f22-950c-7cb4d220782f","input":"hush","output":"hush","triggers_replace":null},"sensitive_values":{"input":true}}]}}},"configuration":{"provider_config":{"terraform":{"name":"terraform","full_name":"terraform.io/builtin/terraform"}},"root_module":{"outputs":{"o":{"expression":{"references":["terraform_data.a.id","terraform_data.a"]}}},"resources":[{"address":"terraform_data.a","mode":"managed","type":"terraform_data","name":"a","provider_config_key":"terraform","expressions":{"input":{"references":["var.s"]}},"schema_version":0}],"variables":{"s":{"default":"hush","sensitive":true}}}},"timestamp":"2026-01-02T03:04:05Z","applyable":false,"complete":true,"errored":false}
        "#]],
    );
}

#[test]
fn the_steps_of_a_saved_plan_are_drawn() {
    let text = "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.id\n}\n";
    let sealed = Sealed::new(&[("main.tf", text)]);
    assert!(sealed.output("plan -out=p", "").status.success());
    expect![[r#"
        $ wb graph -plan=p # 0
        digraph G {
          rankdir = "RL";
          node [shape = rect, fontname = "sans-serif"];
          "terraform_data.a (create)";
          "terraform_data.b (create)";
          "terraform_data.b (create)" -> "terraform_data.a (create)";
        }
    "#]]
    .assert_eq(&sealed.run(&["graph -plan=p"]));
}
