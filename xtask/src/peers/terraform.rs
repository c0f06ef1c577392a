//! The real terraform beside wb, on one state file: each goes on where the other left off.
//!
//! The stack has what is hard to hand over: a module with `for_each`, sensitive outputs and attributes, an object whose
//! provisioner failed (tainted), and one whose predecessor was not destroyed for that reason (deposed). The file is edited by
//! hand, and damaged, as well.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::differ::tool::{Run, Tool};

const STATE: &str = "terraform.tfstate";

const ROOT: &str = r#"
terraform {
  backend "local" {}
}

variable "revision" {
  type = number
}

module "m" {
  source   = "./m"
  for_each = toset(["a", "b"])
  name     = "${each.key}${var.revision}"
}

resource "terraform_data" "each" {
  for_each = toset(["x", "y\"z"])
  input    = { key = each.key, secret = sensitive("s${var.revision}"), ids = values(module.m)[*].id }
}

resource "terraform_data" "tainted" {
  triggers_replace = var.revision
  provisioner "local-exec" {
    command = "test ! -e trouble"
  }
}

resource "terraform_data" "deposed" {
  triggers_replace = var.revision
  lifecycle {
    create_before_destroy = true
  }
  provisioner "local-exec" {
    command = "test ! -e trouble"
  }
}

output "secret" {
  value     = { each = terraform_data.each, revision = var.revision }
  sensitive = true
}

output "list" {
  value = [1, 2.5, "é", null, var.revision]
}
"#;

/// Terraform 1.11 takes what comes out of a sensitive output for no secret, so that the value is one by itself.
const MODULE: &str = r#"
variable "name" {}

resource "terraform_data" "this" {
  input = var.name
}

resource "terraform_data" "counted" {
  count = 2
  input = "${terraform_data.this.id}-${count.index}"
}

output "id" {
  value     = sensitive(terraform_data.counted[1].output)
  sensitive = true
}
"#;

/// Both directions.
pub(super) fn run(terraform: &Path, wb: &Path) -> Result<(), String> {
    let (terraform, wb) = (Tool::new(terraform)?, Tool::new(wb)?);
    for (name, first, second) in
        [("terraform-wb", &terraform, &wb), ("wb-terraform", &wb, &terraform)]
    {
        let folder = Folder::new(name)?;
        let outcome = to_and_fro(&folder, [first, second], &terraform);
        outcome.map_err(|why| format!("{name}: {why}"))?;
        println!("{name}: one state, handed over and back");
    }
    Ok(())
}

fn to_and_fro(
    folder: &Folder,
    [first, second]: [&Tool; 2],
    terraform: &Tool,
) -> Result<(), String> {
    folder.revise(1)?;
    expect(&folder.run(terraform, &["init", "-input=false"])?, 0, "init")?;
    expect(&folder.apply(first)?, 0, "the first apply")?;
    unchanged(folder, [first, second])?;

    // Two objects are tainted, and before the old one of the second is destroyed the run gives up on it.
    folder.revise(2)?;
    folder.write("trouble", "")?;
    expect(&folder.apply(first)?, 1, "an apply with trouble")?;
    let statuses = folder.statuses()?;
    if statuses != (2, 1) {
        return Err(format!("tainted and deposed objects are {statuses:?}, not two and one"));
    }
    same_view(folder, [first, second])?;
    fs::remove_file(folder.path.join("trouble")).map_err(|e| e.to_string())?;
    expect(&folder.apply(second)?, 0, "the apply that mends it")?;
    unchanged(folder, [first, second])?;

    by_hand(folder, [first, second])?;
    damaged(folder, [first, second])?;
    let destroy = ["destroy", "-auto-approve", "-input=false"];
    expect(&folder.run(second, &destroy)?, 0, "destroying")?;
    let left = folder.state()?["resources"].as_array().map_or(0, Vec::len);
    if left == 0 { Ok(()) } else { Err(format!("{left} resources are left after destroying")) }
}

/// Both find nothing to do, and do not touch the file by looking.
fn unchanged(folder: &Folder, tools: [&Tool; 2]) -> Result<(), String> {
    let before = folder.bytes()?;
    for tool in tools {
        let run = folder.run(tool, &["plan", "-json", "-input=false", "-detailed-exitcode"])?;
        expect(&run, 0, "a plan of nothing")?;
    }
    same_view(folder, tools)?;
    if folder.bytes()? == before { Ok(()) } else { Err("looking changed the state".to_owned()) }
}

/// Both show the same state and would do the same.
fn same_view(folder: &Folder, tools: [&Tool; 2]) -> Result<(), String> {
    let commands: [&[&str]; 4] = [
        &["show", "-json"],
        &["state", "list"],
        &["output", "-json"],
        &["plan", "-json", "-input=false"],
    ];
    for command in commands {
        let [one, other] = [folder.run(tools[0], command)?, folder.run(tools[1], command)?];
        let seen = |run: &Run| match (command[0], serde_json::from_str::<Value>(&run.stdout)) {
            ("plan", _) => run.announced(),
            ("show", Ok(shown)) => shown["values"].clone(),
            (_, Ok(value)) => value,
            _ => Value::from(run.stdout.clone()),
        };
        if one.code != Some(0) || one.code != other.code || seen(&one) != seen(&other) {
            return Err(format!(
                "{} differ:\n{} {}\n{} {}",
                command.join(" "),
                seen(&one),
                one.stderr,
                seen(&other),
                other.stderr
            ));
        }
    }
    Ok(())
}

/// Someone takes an instance out of the file, and nobody's checksum: both make it again, and nothing else.
fn by_hand(folder: &Folder, tools: [&Tool; 2]) -> Result<(), String> {
    let mut state = folder.state()?;
    let members = state.as_object_mut().ok_or("the state is no object")?;
    members.remove("wb");
    let serial = members.get("serial").and_then(Value::as_u64).unwrap_or_default();
    members.insert("serial".to_owned(), Value::from(serial + 1));
    let resources = members.get_mut("resources").and_then(Value::as_array_mut);
    let resources = resources.ok_or("the state has no resources")?;
    let counted = resources.iter_mut().find(|r| r["name"] == "counted");
    let instances = counted.and_then(|r| r["instances"].as_array_mut());
    instances.ok_or("the state has no such instances")?.remove(0);
    folder.write(STATE, &format!("{state:#}"))?;
    same_view(folder, tools)?;
    expect(&folder.apply(tools[0])?, 0, "an apply after an edit by hand")?;
    unchanged(folder, tools)
}

/// A file that ends too early is refused by both, and stays as it is.
fn damaged(folder: &Folder, tools: [&Tool; 2]) -> Result<(), String> {
    let whole = folder.bytes()?;
    fs::write(folder.path.join(STATE), &whole[..whole.len() / 2]).map_err(|e| e.to_string())?;
    for tool in tools {
        expect(&folder.apply(tool)?, 1, "an apply on a damaged state")?;
        if folder.bytes()? != whole[..whole.len() / 2] {
            return Err("a damaged state was written over".to_owned());
        }
    }
    fs::write(folder.path.join(STATE), &whole).map_err(|e| e.to_string())?;
    unchanged(folder, tools)
}

fn expect(run: &Run, code: i32, what: &str) -> Result<(), String> {
    if run.code == Some(code) && run.is_orderly() {
        return Ok(());
    }
    Err(format!(
        "{what} ended with {:?}, not {code}: {} {:?} {}",
        run.code,
        run.stderr,
        run.errors(),
        run.announced()
    ))
}

/// The folder that the two work in; removed in the end.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new(name: &str) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("wb-peers-{}-{name}", std::process::id()));
        let folder = Self { path };
        folder.write("main.tf", ROOT)?;
        folder.write("m/main.tf", MODULE)?;
        Ok(folder)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.path.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text)).map_err(|e| format!("{}: {e}", path.display()))
    }

    fn revise(&self, revision: u32) -> Result<(), String> {
        self.write("terraform.tfvars", &format!("revision = {revision}\n"))
    }

    fn run(&self, tool: &Tool, args: &[&str]) -> Result<Run, String> {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        tool.run(&self.path, &args)
    }

    fn apply(&self, tool: &Tool) -> Result<Run, String> {
        self.run(tool, &["apply", "-json", "-input=false", "-auto-approve"])
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(self.path.join(STATE)).map_err(|e| format!("{STATE}: {e}"))
    }

    fn state(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.bytes()?).map_err(|e| format!("{STATE}: {e}"))
    }

    /// How many objects are tainted, and how many deposed.
    fn statuses(&self) -> Result<(usize, usize), String> {
        let state = self.state()?;
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let instances: Vec<&Value> =
            resources.iter().filter_map(|r| r["instances"].as_array()).flatten().collect();
        let tainted = instances.iter().filter(|i| i["status"] == "tainted").count();
        Ok((tainted, instances.iter().filter(|i| i["deposed"].is_string()).count()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the system's own folder for such things.
        let _ = fs::remove_dir_all(&self.path);
    }
}
