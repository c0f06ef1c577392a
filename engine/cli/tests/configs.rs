//! The configurations of the conformance data: each loads, or is refused where its row says.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

/// What only says that the rows come without the rest of the world: providers, and the modules that they call.
const OUTSIDE: &[&str] =
    &["Provider not available", "Unreadable module directory", "Module not installed"];

/// Rows of what loads, and of which `validate`, which looks further, has more to say: in Terraform too.
const INCOMPLETE: &[(&str, &str)] = &[("provisioner_keyword.tf", "Missing required argument")];

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::write(to, fs::read(from).unwrap()).unwrap();
    }
}

/// What `validate` says of a file or folder.
fn validate(path: &Path) -> Json {
    let dir = tempfile::tempdir().unwrap();
    let stack = dir.path().join("stack");
    fs::create_dir(&stack).unwrap();
    match path.is_dir() {
        true => copy(path, &stack),
        false => copy(path, &stack.join(path.file_name().unwrap())),
    }
    let done = Command::new(env!("CARGO_BIN_EXE_wb"))
        .args(["validate", "-json"])
        .current_dir(&stack)
        .env_clear()
        .env("HOME", dir.path())
        .output()
        .unwrap();
    serde_json::from_slice(&done.stdout).unwrap_or_else(|e| {
        panic!("{}: {e}: {}", path.display(), String::from_utf8_lossy(&done.stderr))
    })
}

/// Severity, summary and line of a diagnostic of `validate`, or of a row.
fn essence(diagnostic: &Json) -> (String, String, Option<u64>) {
    let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
    let line = diagnostic["line"].as_u64().or(diagnostic["range"]["start"]["line"].as_u64());
    (text("severity"), text("summary"), line)
}

#[test]
fn configurations_load_or_are_refused_where_they_are_wrong() {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/configs");
    let manifest = fs::read(configs.join("manifest.json")).unwrap();
    let manifest: Json = serde_json::from_slice(&manifest).unwrap();
    let mut wrong = Vec::new();
    for row in manifest["parse"].as_array().unwrap() {
        let path = row["path"].as_str().unwrap();
        let said = validate(&configs.join(path));
        let found: Vec<_> = said["diagnostics"].as_array().unwrap().iter().map(essence).collect();
        let is_outside = |summary: &str| {
            OUTSIDE.contains(&summary)
                || INCOMPLETE.iter().any(|(file, what)| path.ends_with(file) && *what == summary)
        };
        match row["expect"].as_str().unwrap() {
            "valid" => wrong.extend(
                found
                    .iter()
                    .filter(|(severity, summary, _)| severity == "error" && !is_outside(summary))
                    .map(|problem| format!("{path} is refused: {problem:?}")),
            ),
            _ if said["valid"] == true => wrong.push(format!("{path} is let through")),
            _ => {}
        }
        let wanted = row["diagnostics"].as_array().into_iter().flatten().map(essence);
        wrong.extend(
            wanted.filter(|w| !found.contains(w)).map(|w| format!("{path} lacks {w:?}: {found:?}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
