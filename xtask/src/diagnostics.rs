//! Writes `docs/diagnostics.md`: broken stacks, and what wb and Terraform say about each.
//!
//! Usage: `cargo xtask diagnostics [--wb PATH] [--terraform PATH]`. Without Terraform on the machine, the page keeps what Terraform said when
//! it was written last.

mod cases;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cases::{CASES, Case};

const PAGE: &str = "docs/diagnostics.md";

/// What both programs say about a case.
struct Said {
    case: &'static Case,
    wb: String,
    terraform: String,
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let option = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1).map(PathBuf::from)
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let wb = option("--wb").unwrap_or_else(|| default_binary(&root));
    let wb = fs::canonicalize(&wb)
        .map_err(|e| format!("there is no wb at {}: {e}; run cargo build -p wb", wb.display()))?;
    let terraform = option("--terraform").unwrap_or_else(|| "terraform".into());
    let page = root.join(PAGE);
    let before =
        fs::read_to_string(&page).map(|text| page::terraform_texts(&text)).unwrap_or_default();
    let version = version(&terraform);
    let mut all = Vec::new();
    for case in CASES {
        all.push(said(case, &wb, version.as_ref().map(|_| terraform.as_path()), &before)?);
    }
    let version = version.or_else(|| page::terraform_version(&page)).unwrap_or_default();
    fs::write(&page, page::text(&all, &version)).map_err(|e| format!("{}: {e}", page.display()))
}

fn default_binary(root: &Path) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug/wb")
}

fn version(terraform: &Path) -> Option<String> {
    let output = Command::new(terraform).arg("version").stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().next()?.strip_prefix("Terraform v")?.to_owned())
}

fn said(
    case: &'static Case,
    wb: &Path,
    terraform: Option<&Path>,
    before: &BTreeMap<String, String>,
) -> Result<Said, String> {
    let dir = std::env::temp_dir().join(format!("wb-diagnostics-{}", std::process::id()));
    let failed = |e: std::io::Error| format!("{}: {e}", dir.display());
    let fresh = || -> std::io::Result<()> {
        fs::create_dir_all(&dir)?;
        for (name, text) in case.files {
            let path = dir.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&dir))?;
            fs::write(path, text)?;
        }
        Ok(())
    };
    fresh().map_err(failed)?;
    let ours = first_failure(wb, &dir, &[&["validate"], &["plan"]]);
    let theirs = terraform.map(|terraform| {
        first_failure(terraform, &dir, &[&["init", "-backend=false"], &["validate"], &["plan"]])
    });
    fs::remove_dir_all(&dir).map_err(failed)?;
    let terraform = theirs.or_else(|| before.get(case.title).cloned()).unwrap_or_default();
    Ok(Said { case, wb: ours, terraform })
}

/// What the first of these commands says that fails; nothing where none does.
fn first_failure(program: &Path, dir: &Path, commands: &[&[&str]]) -> String {
    for words in commands {
        let output = Command::new(program)
            .args(*words)
            .current_dir(dir)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env_remove("TF_CLI_CONFIG_FILE")
            .args(["-no-color"])
            .stdin(Stdio::null())
            .output();
        let Ok(output) = output else { return String::new() };
        if !output.status.success() {
            return String::from_utf8_lossy(&output.stderr).trim().to_owned();
        }
    }
    String::new()
}
