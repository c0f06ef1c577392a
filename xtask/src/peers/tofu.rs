//! The real OpenTofu beside wb, on one encrypted state: each goes on where the other left off.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{on_path, quietly};

const VERSION: &str = "1.12.6";
const STATE: &str = "terraform.tfstate";

const STACK: &str = r#"
terraform {
  backend "local" {}
}
variable "passphrase" {
  default   = "a passphrase of this stack"
  sensitive = true
}
variable "revision" {
  default = 1
}
resource "terraform_data" "a" {
  input = "hidden-${var.revision}"
}
output "b" {
  value     = terraform_data.a.output
  sensitive = true
}
"#;

/// What is in the state, and must not be seen in its file.
const HIDDEN: &[u8] = b"hidden-";

const PBKDF2: &str = r#"
    key_provider "pbkdf2" "one" {
      passphrase    = var.passphrase
      iterations    = 200000
      salt_length   = 16
      hash_function = "sha256"
    }
    method "aes_gcm" "one" {
      keys = key_provider.pbkdf2.one
    }
"#;

const EXTERNAL: &str = r#"
    key_provider "external" "command" {
      command = ["sh", "./key.sh"]
    }
    key_provider "pbkdf2" "two" {
      chain                    = key_provider.external.command
      iterations               = 200000
      encrypted_metadata_alias = "the second"
    }
    method "aes_gcm" "two" {
      keys = key_provider.pbkdf2.two
      aad  = [1, 2, 3]
    }
"#;

/// Gives a key, and keeps which one it was.
const COMMAND: &str = r#"
echo '{"magic":"OpenTofu-External-Key-Provider","version":1}'
key=YSBrZXkgb2YgbW9yZSB0aGFuIDE2IGJ5dGVz
case $(cat) in
null) echo "{\"keys\":{\"encryption_key\":\"$key\"},\"meta\":{\"external_data\":{\"which\":\"1\"}}}" ;;
*'"which":"1"'*) echo "{\"keys\":{\"encryption_key\":\"$key\",\"decryption_key\":\"$key\"},\"meta\":{\"external_data\":{\"which\":\"1\"}}}" ;;
*) exit 1 ;;
esac
"#;

const UNENCRYPTED: &str = "    method \"unencrypted\" \"none\" {}\n";

/// The second method in JSON, as the environment may have it.
const AS_JSON: &str = r#"{
  "key_provider": {
    "external": {"command": {"command": ["sh", "./key.sh"]}},
    "pbkdf2": {"two": {
      "chain": "key_provider.external.command",
      "iterations": 200000,
      "encrypted_metadata_alias": "the second"
    }}
  },
  "method": {"aes_gcm": {"two": {"keys": "key_provider.pbkdf2.two", "aad": [1, 2, 3]}}},
  "state": {"method": "method.aes_gcm.two", "enforced": true}
}"#;

/// Both directions, where there is an OpenTofu.
pub(super) fn run(cache: &Path, wb: &Path) -> Result<(), String> {
    let tofu = match on_path("tofu").map_or_else(|| build(&cache.join("opentofu")), Ok) {
        Ok(tofu) => tofu,
        Err(why) => {
            println!("opentofu: skipped: {why}");
            return Ok(());
        }
    };
    for (name, tools) in [("tofu-wb", [tofu.as_path(), wb]), ("wb-tofu", [wb, tofu.as_path()])] {
        let folder = Folder::new(name)?;
        handed_over(&folder, tools).map_err(|why| format!("{name}: {why}"))?;
        println!("{name}: one encrypted state, handed over and back, with every change of keys");
    }
    Ok(())
}

fn handed_over(folder: &Folder, [first, second]: [&Path; 2]) -> Result<(), String> {
    folder.write("key.sh", COMMAND)?;
    folder.write("main.tf", STACK)?;
    folder.run(first, "init -input=false", 0)?;
    folder.apply(first, 1)?;
    folder.is_hidden(false)?;

    // Not encrypted, and only what is encrypted is taken.
    folder.encrypt(PBKDF2, "one", None)?;
    folder.refused([first, second])?;
    folder.encrypt(&[PBKDF2, UNENCRYPTED].concat(), "one", Some("unencrypted.none"))?;
    folder.apply(second, 1)?;
    // wb keeps something beside the state, which is encrypted too.
    folder.apply(first, 1)?;
    folder.is_hidden(true)?;
    folder.encrypt(PBKDF2, "one", None)?;
    folder.unchanged([first, second])?;
    folder.apply(first, 2)?;
    folder.is_hidden(true)?;
    folder.unchanged([second, first])?;

    // Another passphrase, none at all, and bytes that changed.
    folder.write("terraform.tfvars", "passphrase = \"a passphrase of another\"\n")?;
    folder.refused([first, second])?;
    folder.remove("terraform.tfvars")?;
    folder.remove("encryption.tf")?;
    folder.refused([first, second])?;
    folder.encrypt(PBKDF2, "one", None)?;
    folder.damaged([first, second])?;

    // Other keys, with the old ones for as long as it takes.
    folder.encrypt(&[PBKDF2, EXTERNAL].concat(), "two", Some("aes_gcm.one"))?;
    folder.apply(second, 2)?;
    folder.apply(first, 2)?;
    folder.encrypt(EXTERNAL, "two", None)?;
    folder.unchanged([first, second])?;
    folder.apply(first, 3)?;
    folder.unchanged([second, first])?;

    // The same, said by the environment.
    folder.remove("encryption.tf")?;
    folder.say(AS_JSON);
    folder.unchanged([first, second])?;
    folder.apply(second, 4)?;
    folder.is_hidden(true)?;
    folder.unchanged([first, second])?;
    folder.say("");

    // And away from it all.
    let both = [EXTERNAL, UNENCRYPTED].concat();
    folder.write("encryption.tf", &block(&both, "unencrypted.none", Some("aes_gcm.two")))?;
    folder.apply(first, 4)?;
    folder.apply(second, 4)?;
    folder.is_hidden(false)?;
    folder.remove("encryption.tf")?;
    folder.unchanged([second, first])
}

fn block(content: &str, method: &str, fallback: Option<&str>) -> String {
    let fallback = fallback
        .map_or(String::new(), |name| format!("fallback {{\n method = method.{name}\n}}\n"));
    format!(
        "terraform {{\n  encryption {{\n{content}    state {{\n method = method.{method}\n{fallback}}}\n  }}\n}}\n"
    )
}

/// The folder that the two work in; removed in the end.
struct Folder {
    path: PathBuf,
    said: std::cell::RefCell<String>,
}

impl Folder {
    fn new(name: &str) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("wb-peers-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Self { path, said: String::new().into() })
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        fs::write(self.path.join(name), text).map_err(|e| format!("{name}: {e}"))
    }

    fn remove(&self, name: &str) -> Result<(), String> {
        fs::remove_file(self.path.join(name)).map_err(|e| format!("{name}: {e}"))
    }

    /// What the environment says from now on.
    fn say(&self, text: &str) {
        *self.said.borrow_mut() = text.to_owned();
    }

    fn encrypt(&self, content: &str, method: &str, fallback: Option<&str>) -> Result<(), String> {
        self.write("encryption.tf", &block(content, &format!("aes_gcm.{method}"), fallback))
    }

    fn state(&self) -> Result<Vec<u8>, String> {
        fs::read(self.path.join(STATE)).map_err(|e| format!("{STATE}: {e}"))
    }

    fn run(&self, tool: &Path, line: &str, code: i32) -> Result<String, String> {
        let output = Command::new(tool)
            .args(line.split(' '))
            .current_dir(&self.path)
            .env_remove("TF_CLI_CONFIG_FILE")
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_ENCRYPTION", &*self.said.borrow())
            .stdin(Stdio::null())
            .output()
            .map_err(|e| format!("{}: {e}", tool.display()))?;
        if output.status.code() == Some(code) {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Err(format!(
            "{} {line} ends with {}, not {code}: {} {}",
            tool.display(),
            output.status,
            said(&output.stdout),
            said(&output.stderr)
        ))
    }

    fn apply(&self, tool: &Path, revision: u32) -> Result<(), String> {
        let line = format!("apply -auto-approve -input=false -var revision={revision}");
        self.write("revision.auto.tfvars", &format!("revision = {revision}\n"))?;
        self.run(tool, &line, 0).map(drop)
    }

    /// Whether anybody can read what is in the state.
    fn is_hidden(&self, wanted: bool) -> Result<(), String> {
        let state = self.state()?;
        let is_seen = state.windows(HIDDEN.len()).any(|window| window == HIDDEN);
        let backup = fs::read(self.path.join(format!("{STATE}.backup"))).unwrap_or_default();
        if wanted && backup.windows(HIDDEN.len()).any(|window| window == HIDDEN) {
            return Err("the backup is not encrypted".to_owned());
        }
        match is_seen == wanted {
            true => Err(format!("the state's secrets can be seen: {is_seen}")),
            false => Ok(()),
        }
    }

    /// All see the same, find nothing to do, and do not touch the file by looking.
    fn unchanged(&self, tools: [&Path; 2]) -> Result<(), String> {
        let before = self.state()?;
        let mut pulled = Vec::new();
        for tool in tools {
            self.run(tool, "plan -input=false -detailed-exitcode", 0)?;
            let text = self.run(tool, "state pull", 0)?;
            let state: serde_json::Value =
                serde_json::from_str(&text).map_err(|e| format!("state pull: {e}"))?;
            pulled.push((
                state["resources"].clone(),
                state["outputs"].clone(),
                state["serial"].clone(),
            ));
        }
        if pulled[0] != pulled[1] {
            return Err(format!("what was pulled differs: {pulled:?}"));
        }
        if self.state()? == before { Ok(()) } else { Err("looking changed the state".to_owned()) }
    }

    /// All refuse, and nothing is written over.
    fn refused(&self, tools: [&Path; 2]) -> Result<(), String> {
        let before = self.state()?;
        for tool in tools {
            self.run(tool, "plan -input=false", 1)?;
            self.run(tool, "apply -auto-approve -input=false", 1)?;
        }
        if self.state()? == before { Ok(()) } else { Err("it was written over".to_owned()) }
    }

    /// A byte in the middle is another one.
    fn damaged(&self, tools: [&Path; 2]) -> Result<(), String> {
        let whole = self.state()?;
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
        let write =
            |bytes: &[u8]| fs::write(self.path.join(STATE), bytes).map_err(|e| e.to_string());
        write(&changed)?;
        let refused = self.refused(tools);
        write(&whole)?;
        refused
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the system's own folder for such things.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Builds OpenTofu from its Go module. A module with `replace` lines cannot be installed by name, so that a module is
/// made that requires it and has the same lines.
fn build(dir: &Path) -> Result<PathBuf, String> {
    let built = dir.join("bin").join("tofu");
    if built.is_file() {
        return Ok(built);
    }
    on_path("go").ok_or("it is not on the path, and there is no go to build it with")?;
    println!("opentofu: building version {VERSION}, which takes a few minutes");
    let io = |e: std::io::Error| format!("{}: {e}", dir.display());
    let module = dir.join("module");
    fs::create_dir_all(&module).map_err(io)?;
    let downloaded = go(dir)
        .args(["mod", "download", "-json", &format!("github.com/opentofu/opentofu@v{VERSION}")])
        .output()
        .map_err(io)?;
    let downloaded: serde_json::Value =
        serde_json::from_slice(&downloaded.stdout).map_err(|_| "its module is not to be had")?;
    let theirs = downloaded["GoMod"].as_str().ok_or("its module is not to be had")?;
    let theirs = fs::read_to_string(theirs).map_err(io)?;
    fs::write(module.join("go.mod"), go_mod(&theirs)).map_err(io)?;
    let tools =
        "//go:build tools\n\npackage tools\n\nimport _ \"github.com/opentofu/opentofu/cmd/tofu\"\n";
    fs::write(module.join("tools.go"), tools).map_err(io)?;
    quietly(go(&module).args(["mod", "tidy", "-e"]))?;
    let flags = "-s -w -X github.com/opentofu/opentofu/version.dev=no";
    quietly(
        go(&module)
            .args(["build", "-ldflags", flags, "-o"])
            .arg(&built)
            .arg("github.com/opentofu/opentofu/cmd/tofu"),
    )?;
    Ok(built)
}

fn go(folder: &Path) -> Command {
    let mut command = Command::new("go");
    command.current_dir(folder).env("GOFLAGS", "-buildvcs=false").env("CGO_ENABLED", "0");
    command
}

/// A module that requires OpenTofu, with what OpenTofu's own says of replacements and of Go.
fn go_mod(theirs: &str) -> String {
    let mut out = String::from("module peers/opentofu\n");
    let mut in_godebug = false;
    for line in theirs.lines() {
        in_godebug |= line.starts_with("godebug (");
        if in_godebug || line.starts_with("go ") {
            out.push_str(line);
            out.push('\n');
        }
        in_godebug &= line != ")";
        if line.contains(" => ") {
            let replaced = line.trim().trim_start_matches("replace ");
            out.push_str(&format!("replace {replaced}\n"));
        }
    }
    out.push_str(&format!("require github.com/opentofu/opentofu v{VERSION}\n"));
    // One old version that only an indirect requirement names is not to be had; a later one is what gets built anyway.
    out.push_str(
        "replace github.com/opentofu/svchost v0.0.0-20250515000052-8362671ed8ee => github.com/opentofu/svchost v0.0.0-20250610175836-86c9e5e3d8c8\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_takes_over_replacements() {
        let theirs = "module github.com/opentofu/opentofu\n\ngo 1.25\n\ngodebug (\n\tx509 = 0\n)\n\nrequire a v1\n\nreplace a => b v2\nreplace (\n\tc => d v3\n)\n";
        let made = go_mod(theirs);
        let lines: Vec<&str> = made.lines().take(7).collect();
        assert_eq!(
            lines,
            [
                "module peers/opentofu",
                "go 1.25",
                "godebug (",
                "\tx509 = 0",
                ")",
                "replace a => b v2",
                "replace c => d v3"
            ]
        );
    }
}
