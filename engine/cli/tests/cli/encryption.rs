//! Encrypted states and plans, as their user meets them.

use std::fs;
use std::path::Path;

use expect_test::expect;

use crate::sealed::Sealed;

const STACK: &str = r#"
resource "terraform_data" "a" {
  input = "hidden-text"
}
"#;

/// Few iterations: what is tested is not how slow it is.
fn encryption(passphrase: &str, state: &str) -> String {
    format!(
        r#"terraform {{
  encryption {{
    key_provider "pbkdf2" "k" {{
      passphrase = "{passphrase}"
      iterations = 200000
    }}
    key_provider "key_file" "f" {{
      path = "key"
    }}
    method "aes_gcm" "m" {{
      keys = key_provider.pbkdf2.k
    }}
    method "aes_gcm" "f" {{
      keys = key_provider.key_file.f
    }}
    method "unencrypted" "u" {{}}
    state {{
      {state}
    }}
  }}
}}
"#
    )
}

const LONG: &str = "a passphrase of this stack";
const ONE: &str = "method = method.aes_gcm.m";

fn say(sealed: &Sealed, text: &str) {
    fs::write(sealed.path("encryption.tf"), text).unwrap();
}

/// The files of the stack's folder that hold the secret, but for its configuration.
fn showing(sealed: &Sealed) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![sealed.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() != Some("tf".as_ref()) {
                let bytes = fs::read(&path).unwrap();
                if bytes.windows(11).any(|w| w == b"hidden-text") {
                    found.push(relative(sealed, &path));
                }
            }
        }
    }
    found.sort();
    found
}

fn relative(sealed: &Sealed, path: &Path) -> String {
    path.strip_prefix(sealed.path("")).unwrap().display().to_string()
}

#[test]
fn a_state_comes_in_changes_its_keys_and_goes_out() {
    let sealed = Sealed::new(&[("main.tf", STACK)]);
    fs::write(sealed.path("key"), [7; 32]).unwrap();
    sealed.run(&["apply -auto-approve"]);
    assert_eq!(showing(&sealed).len(), 1);

    say(&sealed, &encryption(LONG, ONE));
    let refused = sealed.run(&["plan"]);
    let fallback = |first: &str, second: &str| {
        format!("method = method.{first}\n fallback {{\n method = method.{second}\n }}")
    };
    say(&sealed, &encryption(LONG, &fallback("aes_gcm.m", "unencrypted.u")));
    let encrypted = sealed.run(&["plan", "apply -auto-approve"]);
    assert_eq!(showing(&sealed), [""; 0]);
    say(&sealed, &encryption(LONG, &format!("{ONE}\n enforced = true")));
    let used =
        sealed.run(&["state list", "state rollback -auto-approve 1", "plan -detailed-exitcode"]);
    say(&sealed, &encryption(LONG, &fallback("aes_gcm.f", "aes_gcm.m")));
    let rekeyed = sealed.run(&["apply -auto-approve"]);
    say(&sealed, &encryption("a passphrase of another", "method = method.aes_gcm.f"));
    assert_eq!(showing(&sealed), [""; 0]);
    let pulled = sealed.output("state pull", "");
    assert!(pulled.stdout.starts_with(b"{\n  \"version\": 4"));
    say(&sealed, &encryption(LONG, &fallback("unencrypted.u", "aes_gcm.f")));
    let decrypted = sealed.run(&["apply -auto-approve"]);
    fs::remove_file(sealed.path("encryption.tf")).unwrap();
    assert!(!showing(&sealed).is_empty());
    let plain = sealed.run(&["plan -detailed-exitcode"]);
    expect![[r#"
        $ wb plan # 1
        Error: The state is not encrypted
          ./.wb/state/default/history/000000000001-b144acf5.tfstate: it is not encrypted, and the configuration takes only what is.
          Help: To encrypt what is there, name a method "unencrypted" in a `fallback` block for one apply. Without one, what is not encrypted could be anybody's.
        $ wb plan # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
        Warning: State is to be encrypted
          The state, or what wb keeps beside it, is not encrypted yet. Applying encrypts all of it. Terraform cannot read it then.
        $ wb apply -auto-approve # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
        Apply complete! Resources: 0 added, 0 changed, 0 destroyed.
        Warning: State is to be encrypted
          The state, or what wb keeps beside it, is not encrypted yet. Applying encrypts all of it. Terraform cannot read it then.
        $ wb state list # 0
        terraform_data.a
        $ wb state rollback -auto-approve 1 # 0
        The state is as it was with serial 1. Its serial is 2 now.
        $ wb plan -detailed-exitcode # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
        $ wb apply -auto-approve # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
        Apply complete! Resources: 0 added, 0 changed, 0 destroyed.
        Warning: State is to be encrypted anew
          The state, or what wb keeps beside it, is encrypted as a fallback says. Applying encrypts all of it as is said first; then the fallback is not needed any more.
        $ wb apply -auto-approve # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
        Apply complete! Resources: 0 added, 0 changed, 0 destroyed.
        Warning: State is to be decrypted
          The state, or what wb keeps beside it, is encrypted still. Applying decrypts all of it.
        $ wb plan -detailed-exitcode # 0
        No changes. Your infrastructure matches the configuration.
        The real objects were compared with the configuration, and none differs.
    "#]].assert_eq(&[refused, encrypted, used, rekeyed, decrypted, plain].concat());
}

#[test]
fn what_nothing_opens_is_refused() {
    let sealed = Sealed::new(&[("main.tf", STACK)]);
    say(&sealed, &encryption(LONG, ONE));
    sealed.run(&["apply -auto-approve", "plan -destroy -out=p"]);
    assert_eq!(showing(&sealed), [""; 0]);
    let shown = sealed.output("show p", "");
    assert!(String::from_utf8_lossy(&shown.stdout).contains("1 to destroy"));
    say(&sealed, &encryption("a passphrase of another", ONE));
    let other = sealed.run(&["plan", "apply p"]);
    fs::remove_file(sealed.path("encryption.tf")).unwrap();
    let none = sealed.run(&["state list", "show p", "apply p"]);
    say(&sealed, &encryption(LONG, ONE));
    let right = sealed.run(&["apply p"]);
    let text = [other, none, right].concat();
    // Names of snapshots tell by a digest of what is encrypted, which is never the same.
    let lines =
        text.lines().map(|line| match line.split_once("0000-").or(line.split_once("0001-")) {
            Some((before, _)) => format!("{before}...\n"),
            None => format!("{line}\n"),
        });
    expect![[r#"
        $ wb plan # 1
        Error: Failed to decrypt state
          ./.wb/state/default/history/00000000...
          Help: Use the key that wrote it. After a change of keys, the old method belongs into a `fallback` block until the next apply. Nothing was overwritten.
        $ wb apply p # 1
        Error: Failed to read plan from plan file
          The file p is not used: it is encrypted, and nothing that is configured opens it: method.aes_gcm.m: the key is another one, or what it should open is damaged.
          Help: Use the key that wrote it. After a change of keys, the old method belongs into a `fallback` block until the next apply. Nothing was overwritten.
        $ wb state list # 1
        Error: The state is encrypted
          ./.wb/state/default/history/00000000...
          Help: Say in an `encryption` block of the `terraform` block, or in TF_ENCRYPTION, how it is encrypted: the same key provider and method that wrote it.
        $ wb show p # 1
        Error: Failed to read plan from plan file
          The file p is not used: it is encrypted, and no encryption is configured.
          Help: Say in an `encryption` block of the `terraform` block, or in TF_ENCRYPTION, how it is encrypted: the same key provider and method that wrote it.
        $ wb apply p # 1
        Error: Failed to read plan from plan file
          The file p is not used: it is encrypted, and no encryption is configured.
          Help: Say in an `encryption` block of the `terraform` block, or in TF_ENCRYPTION, how it is encrypted: the same key provider and method that wrote it.
        $ wb apply p # 0
        terraform_data.a: Destroying... [id=941525b8-22a0-4f22-950c-7cb4d220782f]
        terraform_data.a: Destruction complete after 0s
        Destroy complete! Resources: 1 destroyed.
    "#]].assert_eq(&lines.collect::<String>());
}
