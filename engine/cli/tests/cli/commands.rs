//! The commands, end to end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use expect_test::expect;

use crate::sealed::{Sealed, check};

const STACK: &str = r#"
variable "size" {
  default = 1
}
resource "terraform_data" "a" {
  count = 2
  input = var.size
}
resource "terraform_data" "b" {
  input = terraform_data.a[0].output
}
output "b" {
  value = terraform_data.b.output
}
"#;

#[test]
fn a_stack_comes_and_goes() {
    let sealed = check(
        &[("main.tf", STACK)],
        &[
            "validate",
            "apply -auto-approve -no-color",
            "plan -detailed-exitcode",
            "output -raw b",
            "state mv terraform_data.b terraform_data.c",
            "state list",
            "destroy -auto-approve",
            "state list",
        ],
        &expect![[r#"
            $ wb validate # 0
            Success! The configuration is valid.
            $ wb apply -auto-approve -no-color # 0
            The signs below mean:
              + create
            wb will perform the following actions:
              # terraform_data.a[0] will be created
              + resource "terraform_data" "a" {
                  + id     = (known after apply)
                  + input  = 1
                  + output = (known after apply)
                }
              # terraform_data.a[1] will be created
              + resource "terraform_data" "a" {
                  + id     = (known after apply)
                  + input  = 1
                  + output = (known after apply)
                }
              # terraform_data.b will be created
              + resource "terraform_data" "b" {
                  + id     = (known after apply)
                  + input  = (known after apply)
                  + output = (known after apply)
                }
            Plan: 3 to add, 0 to change, 0 to destroy.
            Changes to Outputs:
              + b = (known after apply)
            terraform_data.a[0]: Creating...
            terraform_data.a[0]: Creation complete after 0s [id=d5897730-5abc-43f5-82c7-25dd431cfc2c]
            terraform_data.a[1]: Creating...
            terraform_data.a[1]: Creation complete after 0s [id=39225abf-4242-4286-a1cf-2e5e5c2b8e25]
            terraform_data.b: Creating...
            terraform_data.b: Creation complete after 0s [id=02fd6c5a-77d1-499f-a713-f7ba80b54bb1]
            Apply complete! Resources: 3 added, 0 changed, 0 destroyed.
            Outputs:
            b = 1
            $ wb plan -detailed-exitcode # 0
            No changes. Your infrastructure matches the configuration.
            The real objects were compared with the configuration, and none differs.
            $ wb output -raw b # 0
            1
            $ wb state mv terraform_data.b terraform_data.c # 0
            Move "terraform_data.b" to "terraform_data.c"
            Successfully moved 1 object(s).
            $ wb state list # 0
            terraform_data.a[0]
            terraform_data.a[1]
            terraform_data.c
            $ wb destroy -auto-approve # 0
            The signs below mean:
              - destroy
            wb will perform the following actions:
              # terraform_data.a[0] will be destroyed
              - resource "terraform_data" "a" {
                  - id     = "d5897730-5abc-43f5-82c7-25dd431cfc2c" -> null
                  - input  = 1 -> null
                  - output = 1 -> null
                }
              # terraform_data.a[1] will be destroyed
              - resource "terraform_data" "a" {
                  - id     = "39225abf-4242-4286-a1cf-2e5e5c2b8e25" -> null
                  - input  = 1 -> null
                  - output = 1 -> null
                }
              # terraform_data.c will be destroyed
              - resource "terraform_data" "c" {
                  - id     = "02fd6c5a-77d1-499f-a713-f7ba80b54bb1" -> null
                  - input  = 1 -> null
                  - output = 1 -> null
                }
            Plan: 0 to add, 0 to change, 3 to destroy.
            Changes to Outputs:
              - b = 1 -> null
            terraform_data.c: Destroying... [id=02fd6c5a-77d1-499f-a713-f7ba80b54bb1]
            terraform_data.c: Destruction complete after 0s
            terraform_data.a[0]: Destroying... [id=d5897730-5abc-43f5-82c7-25dd431cfc2c]
            terraform_data.a[0]: Destruction complete after 0s
            terraform_data.a[1]: Destroying... [id=39225abf-4242-4286-a1cf-2e5e5c2b8e25]
            terraform_data.a[1]: Destruction complete after 0s
            Destroy complete! Resources: 3 destroyed.
            $ wb state list # 0
        "#]],
    );
    assert!(!sealed.path("terraform.tfstate").exists(), "the store is the embedded one");
}

#[test]
fn only_yes_is_an_approval() {
    let sealed = Sealed::new(&[("main.tf", STACK)]);
    for (input, status, said) in [
        ("no\n", 1, "Apply cancelled."),
        ("", 1, "Error asking for approval"),
        ("yes\n", 0, "Apply complete! Resources: 3 added"),
    ] {
        let done = sealed.output("apply", input);
        let text = [done.stdout, done.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert_eq!(done.status.code(), Some(status), "{text}");
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn what_is_mistyped_is_named() {
    check(
        &[],
        &["pln", "state lst", "plan -ouu", "-chdir=nowhere plan", "login", "fmt -list=x"],
        &expect![[r#"
            $ wb pln # 1
            Error: Unknown command
              wb has no command named "pln".
              Help: Did you mean "plan"?
              Help: For more help, run: wb -help
            $ wb state lst # 1
            Error: Unknown command
              wb has no command named "state lst".
              Help: Did you mean "list"?
              Help: For more help, run: wb -help
            $ wb plan -ouu # 1
            Error: Failed to parse command-line flags
              flag provided but not defined: -ouu
              Help: Did you mean -out?
              Help: For more help, run: wb plan -help
            $ wb -chdir=nowhere plan # 1
            Error: Error handling -chdir option
              The folder nowhere cannot be worked in: no such file or directory.
            $ wb login # 1
            Error: Command not available
              wb has no command "login": tokens are read from the CLI configuration and from TF_TOKEN_… variables; put them there.
            $ wb fmt -list=x # 1
            Error: Failed to parse command-line flags
              invalid value "x" for flag -list: true or false is needed
              Help: For more help, run: wb fmt -help
        "#]],
    );
}

#[test]
fn the_console_answers_in_an_empty_folder() {
    let sealed = Sealed::new(&[]);
    let done = sealed.output("console -json", "1 + 1\nupper(\"a\")\n[for x in [1] : x]\nnope(1)\n");
    let text = String::from_utf8(done.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"type":"number","value":2}"#);
    assert_eq!(lines[1], r#"{"type":"string","value":"A"}"#);
    assert_eq!(lines[2], r#"{"type":["tuple",["number"]],"value":[1]}"#);
    assert!(
        lines[3]
            .starts_with(r#"{"error":{"severity":"error","summary":"Call to unknown function""#),
        "{text}"
    );
    assert_eq!(lines.len(), 4);
}

#[test]
fn a_reader_that_goes_away_stops_nothing() {
    let sealed = Sealed::new(&[("main.tf", STACK)]);
    // Nobody reads what the apply says.
    let mut apply = Command::new(env!("CARGO_BIN_EXE_wb"))
        .args(["apply", "-auto-approve"])
        .current_dir(sealed.path(""))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(apply.stdout.take());
    drop(apply.stderr.take());
    assert_eq!(apply.wait().unwrap().code(), Some(0));
    let listed = sealed.output("state list", "");
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().count(), 3);
}

#[test]
fn with_a_seed_and_a_clock_states_are_the_same() {
    let state = || {
        let sealed = Sealed::new(&[("main.tf", STACK)]);
        assert!(sealed.output("apply -auto-approve", "").status.success());
        let read = |dir: &Path| fs::read(dir).unwrap();
        let history = sealed.path(".wb/state/default/history");
        let mut files: Vec<_> = fs::read_dir(history).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        files.iter().map(|path| read(path)).collect::<Vec<_>>()
    };
    assert_eq!(state(), state());
}

/// What standard output could not take makes no success.
#[test]
fn a_full_disk_is_no_success() {
    let sealed = Sealed::new(&[("main.tf", "resource \"terraform_data\" \"a\" {}\n")]);
    let done = Command::new(env!("CARGO_BIN_EXE_wb"))
        .args(["apply", "-auto-approve"])
        .current_dir(sealed.path(""))
        .env_clear()
        .env("HOME", sealed.path(""))
        .stdin(Stdio::null())
        .stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    expect![[r#"
        Error: Output lost

          Standard output could not be written: no space left on device. What the command did is done; what it says is not complete.

    "#]].assert_eq(&String::from_utf8_lossy(&done.stderr));
    let state = sealed.run(&["state list"]);
    assert!(state.contains("terraform_data.a"), "what was done is kept: {state}");
}
