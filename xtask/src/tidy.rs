//! `cargo xtask tidy`: what the compiler does not check.
//!
//! - Which crate may use which ([`layers`]): the edges of `docs/architecture.md`, and no other.
//! - Every crate takes the workspace's lints.
//! - No file grows past the cap, no crate or long file opens without saying what it is for.

mod layers;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most lines that a source file may have, its tests included.
const MAX_LINES: usize = 1_000;
/// Files longer than this open with `//!`.
const ESSAY_LINES: usize = 150;

pub(crate) fn run() -> Result<(), String> {
    let root = root();
    let mut problems = layers::check(&metadata(&root)?);
    problems.extend(check_manifests(&root)?);
    problems.extend(check_files(&root)?);
    if problems.is_empty() {
        println!("tidy: nothing to mend");
        return Ok(());
    }
    let mut out = String::new();
    for p in &problems {
        let _ = writeln!(out, "tidy: {p}");
    }
    Err(format!("{out}tidy: {} to mend", problems.len()))
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
        .to_path_buf()
}

fn metadata(root: &Path) -> Result<serde_json::Value, String> {
    let out = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata could not be started: {e}"))?;
    if !out.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&out.stderr)));
    }
    serde_json::from_slice(&out.stdout)
        .map_err(|e| format!("cargo metadata printed something else: {e}"))
}

fn check_manifests(root: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for path in files(root, "Cargo.toml")? {
        if path == root.join("Cargo.toml") {
            continue;
        }
        let text = read(&path)?;
        if !text.contains("[lints]\nworkspace = true") {
            problems.push(format!("{}: does not take the workspace's lints", show(root, &path)));
        }
    }
    Ok(problems)
}

fn check_files(root: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for path in files(root, ".rs")? {
        let text = read(&path)?;
        let lines = text.lines().count();
        let name = show(root, &path);
        if lines > MAX_LINES {
            problems.push(format!(
                "{name}: {lines} lines, more than {MAX_LINES}: give its parts rooms of their own"
            ));
        }
        let is_crate = path.ends_with("src/lib.rs") || path.ends_with("src/main.rs");
        if (lines > ESSAY_LINES || is_crate) && !text.starts_with("//!") {
            problems.push(format!("{name}: does not open with `//!` and what it is for"));
        }
    }
    Ok(problems)
}

/// Every file under `root` whose name ends so, generated and hidden folders left out.
fn files(root: &Path, ending: &str) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn show(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    /// The house rules hold for the tree as it stands, so that `cargo test` says so too.
    #[test]
    fn the_tree_is_tidy() {
        if let Err(problems) = super::run() {
            panic!("{problems}");
        }
    }
}
