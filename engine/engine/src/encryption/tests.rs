//! Encryption as configurations and environments ask for it, and what is refused.

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use wb_core::source::SourceMap;
use wb_crypt::{Change, CryptError};
use wb_lang::config::{SourceFile, lower};
use wb_lang::host::Phase;

use super::*;
use crate::Machine;

/// What files and the environment say, and what is wrong with it: `name` ends in `_override.tf` for an override.
fn read(files: &[(&str, &str)], environment: Option<&str>) -> (Encryption, String) {
    let (mut sources, mut diags) = (SourceMap::new(), Diagnostics::new());
    let mut parsed = Vec::new();
    for (name, text) in files {
        let id = sources.add(*name, *text);
        let json = name.ends_with(".json");
        let (file, problems) = match json {
            true => wb_hcl::parse_json(id, *text),
            false => wb_hcl::parse_config(id, *text),
        };
        diags.append(problems);
        parsed.push(SourceFile { name: (*name).into(), file });
    }
    let (module, problems) = lower(&parsed);
    diags.append(problems);
    let stack = Stack::new(Arc::new(module), ".");
    let machine = Machine::new(Phase::Plan, "default", Ambience::system());
    let encryption = encryption_of(&stack, &Given::default(), &machine, environment, &mut diags);
    let mut out = String::new();
    for d in &diags {
        let place = d.subject.map_or_else(|| "?".to_owned(), |span| sources.place(span));
        let _ = writeln!(out, "{place} {}: {}", d.summary, d.detail);
        for help in &d.help {
            let _ = writeln!(out, "  {help}");
        }
        assert!(d.values.is_empty(), "{d:?}");
    }
    (encryption, out)
}

/// The arguments of an `encryption` block, in one.
fn block(content: &str) -> String {
    format!("terraform {{\n  encryption {{\n{content}\n  }}\n}}\n")
}

fn check(content: &str, expected: &Expect) {
    let (_, problems) = read(&[("main.tf", &block(content))], None);
    assert!(!problems.contains("hunter2"), "{problems}");
    expected.assert_eq(&problems);
}

const ONE: &str = r#"
key_provider "pbkdf2" "a" {
  passphrase = "one passphrase that is long"
  iterations = 200000
}
method "aes_gcm" "a" { keys = key_provider.pbkdf2.a }
state { method = method.aes_gcm.a }
"#;

fn seal(encryption: &Encryption) -> Vec<u8> {
    encryption.state.seal(b"hello".to_vec(), None).unwrap()
}

#[test]
fn what_one_process_seals_another_opens() {
    let text = block(ONE);
    let (one, problems) = read(&[("main.tf", &text)], None);
    assert_eq!(problems, "");
    let sealed = seal(&one);
    // In JSON, from the environment, with a variable and a local.
    let json = r#"{"terraform": {"encryption": {
        "key_provider": {"pbkdf2": {"a": {"passphrase": "${var.p} that is long", "iterations": 200000}}},
        "method": {"aes_gcm": {"a": {"keys": "${key_provider.pbkdf2.a}"}}},
        "state": {"method": "method.aes_gcm.a"}}},
        "variable": {"p": {"default": "one passphrase", "sensitive": true}}}"#;
    let variable = "variable \"p\" {\n  default = \"one passphrase that is long\"\n}\nlocals {\n  p = var.p\n}\n";
    let from_local = ONE.replace("\"one passphrase that is long\"", "local.p");
    for (files, environment) in [
        (vec![("main.tf.json", json)], None),
        (vec![], Some(ONE)),
        (vec![("main.tf", variable)], Some(from_local.as_str())),
    ] {
        let (other, problems) = read(&files, environment);
        assert_eq!(problems, "");
        assert_eq!(other.state.open(sealed.clone()).unwrap().bytes, b"hello");
    }
}

#[test]
fn the_environment_and_override_files_count_more() {
    let sealed = seal(&read(&[("main.tf", &block(ONE))], None).0);
    let other =
        block("key_provider \"pbkdf2\" \"a\" { passphrase = \"another one that is long\" }");
    let (overridden, problems) =
        read(&[("main.tf", &block(ONE)), ("main_override.tf", &other)], None);
    assert_eq!(problems, "");
    assert!(matches!(overridden.state.open(sealed.clone()), Err(CryptError::Closed(_))));
    // The environment puts it right again, and adds a fallback.
    let environment = r#"
key_provider "pbkdf2" "a" { passphrase = "one passphrase that is long" }
method "unencrypted" "u" {}
state {
  fallback { method = method.unencrypted.u }
}"#;
    let (both, problems) =
        read(&[("main.tf", &block(ONE)), ("main_override.tf", &other)], Some(environment));
    assert_eq!(problems, "");
    assert_eq!(both.state.open(sealed).unwrap().change, None);
    assert_eq!(both.state.open(b"plain".to_vec()).unwrap().change, Some(Change::Encrypt));
    // Nobody can take back that it is enforced.
    let enforced = block("state { enforced = true }");
    let (split, problems) = read(&[("main.tf", &enforced)], Some(ONE));
    assert_eq!(problems, "");
    assert_eq!(split.state.open(b"plain".to_vec()).unwrap_err(), CryptError::Plain);
    let (_, problems) =
        read(&[("main.tf", &block(ONE)), ("b_override.tf", &enforced)], Some(environment));
    assert!(problems.contains("Unencrypted method is forbidden"), "{problems}");
}

#[test]
fn plans_are_encrypted_as_the_state_unless_they_have_their_own() {
    let (one, _) = read(&[("main.tf", &block(ONE))], None);
    assert!(one.plan.seals());
    let own = "method \"unencrypted\" \"u\" {}\nplan { method = method.unencrypted.u }";
    let (one, problems) = read(&[("main.tf", &block(&[ONE, own].concat()))], None);
    assert_eq!(problems, "");
    assert!(one.state.seals() && !one.plan.seals());
    assert!(!Encryption::default().state.seals());
}

#[test]
fn what_is_wrong_is_named() {
    check(
        r#"
key_provider "aws_kms" "k" { kms_key_id = "x" }
key_provider "pbkdf3" "p" {}
key_provider "pbkdf2" "short" { passphrase = "hunter2" }
key_provider "pbkdf2" "few" {
  passphrase = "hunter2hunter2hunter2"
  iterations = 1000
}
key_provider "pbkdf2" "circle" { chain = key_provider.pbkdf2.circle }
key_provider "key_file" "f" { path = "/nowhere/at/all" }
key_provider "external" "e" { command = [] }
method "aes_gcm" "kms" { keys = key_provider.aws_kms.k }
method "aes_gcm" "p" { keys = key_provider.pbkdf3.p }
method "aes_gcm" "short" { keys = key_provider.pbkdf2.short }
method "aes_gcm" "few" { keys = key_provider.pbkdf2.few }
method "aes_gcm" "circle" { keys = key_provider.pbkdf2.circle }
method "aes_gcm" "f" { keys = key_provider.key_file.f }
method "aes_gcm" "e" { keys = key_provider.external.e }
method "aes_gcm" "none" { keys = key_provider.pbkdf2.none }
method "aes_gcm" "text" { keys = "hunter2" }
method "external" "x" {}
state {
  method = method.aes_gcm.kms
  fallback {
    method = method.aes_gcm.p
    fallback {
      method = method.aes_gcm.short
      fallback {
        method = method.aes_gcm.few
        fallback {
          method = method.aes_gcm.circle
          fallback {
            method = method.aes_gcm.f
            fallback {
              method = method.aes_gcm.e
              fallback {
                method = method.aes_gcm.none
                fallback { method = method.aes_gcm.text }
              }
            }
          }
        }
      }
    }
  }
}
plan {
  method = method.external.x
  fallback {
    method = method.aes_gcm.missing
    fallback { method = "aes_gcm" }
  }
}
"#,
        &expect![[r#"
            main.tf:4:1 Unsupported key provider: The key provider "aws_kms" is not part of wb.
              A key_provider "external" runs a command that gives keys: one that asks the key management service, in OpenTofu's protocol.
            main.tf:5:1 Unknown key provider: There is no key provider "pbkdf3".
              Did you mean "pbkdf2"?
            main.tf:6:1 Invalid key provider: The passphrase is too short: it must have 16 characters or more.
            main.tf:9:16 Invalid key provider: iterations must be a whole number, 200000 or more.
            main.tf:11:42 Key providers in a circle: The key provider "circle" needs its own key.
            main.tf:12:38 Invalid key provider: The key file /nowhere/at/all cannot be used: no such file or directory.
              "openssl rand -out FILE 32" makes one. Keep a copy of it: without it, nothing opens what it encrypted.
            main.tf:13:41 Invalid key provider: The command must be a list of strings: a program and its arguments.
            main.tf:21:34 Reference to undeclared key provider: There is no key_provider "pbkdf2" "none" block.
            main.tf:22:27 Expected key_provider value: keys must be a reference as key_provider.TYPE.NAME, or an object whose encryption_key is a list of bytes.
            main.tf:23:1 Unsupported encryption method: The method "external" is not part of wb.
              Use the method "aes_gcm" with the keys of a key_provider "external", which runs a command.
            main.tf:52:14 Reference to undeclared encryption method: There is no method "aes_gcm" "missing" block.
            main.tf:53:25 Invalid encryption method identifier: A method is named as method.TYPE.NAME.
        "#]],
    );
    check(
        "state { enforced = true }\nremote_state_data_sources {\n  default {}\n}\nstat {}",
        &expect![[r#"
            main.tf:7:1 Unsupported block type: Blocks of type "stat" are not expected here. Did you mean "state"?
            main.tf:4:1 Unsupported block: States of other stacks are read where they are not encrypted; how to decrypt them cannot be said to wb.
              Remove the block, and give what the other stack knows by variables, or by what both can look up.
        "#]],
    );
    check(
        "key_provider \"pbkdf2\" \"a\" { passphrase = terraform_data.x.id }\nmethod \"aes_gcm\" \"a\" {\n  keys = key_provider.pbkdf2.a\n  key = 1\n}\nstate {\n  method = method.aes_gcm.a\n}\nstate {}",
        &expect![[r#"
            main.tf:11:1 Duplicate block: There is a second state.
        "#]],
    );
    check(
        "method \"unencrypted\" \"u\" {}\nstate {\n  method = method.unencrypted.u\n  enforced = true\n}",
        &expect![[r#"
            main.tf:4:1 Unencrypted method is forbidden: Encryption is enforced, so that no method "unencrypted" may be used, as a fallback either.
        "#]],
    );
}

#[test]
fn the_environment_is_not_shown() {
    for (text, expected) in [
        (
            "key_provider \"pbkdf2\" \"k\" {\n  passphrase = \"hunter2\n}",
            expect![[r#"
            ? Invalid encryption configuration: TF_ENCRYPTION cannot be read: Invalid multi-line string, on its line 2.
              It holds what an `encryption` block holds, without the block around it, or the same as JSON.
        "#]],
        ),
        (
            "{\"key_provider\": hunter2}",
            expect![[r#"
            ? Invalid encryption configuration: TF_ENCRYPTION cannot be read: Invalid JSON keyword, on its line 1.
              It holds what an `encryption` block holds, without the block around it, or the same as JSON.
        "#]],
        ),
        (
            "key_provider \"pbkdf2\" \"k\" {\n  passphrase = \"hunter2\"\n}\nmethod \"aes_gcm\" \"m\" { keys = key_provider.pbkdf2.k }\nstate { method = method.aes_gcm.m }",
            expect![[r#"
                ? Invalid key provider: In TF_ENCRYPTION: The passphrase is too short: it must have 16 characters or more.
            "#]],
        ),
        (
            "stat { x = \"hunter2\" }",
            expect![[r#"
            ? Unsupported block type: In TF_ENCRYPTION: Blocks of type "stat" are not expected here. Did you mean "state"?
        "#]],
        ),
    ] {
        let (_, problems) = read(&[], Some(text));
        assert!(!problems.contains("hunter2"), "{problems}");
        expected.assert_eq(&problems);
    }
}
