//! `cargo xtask corpus PATH ...`: our parser and formatter against Terraform's.
//!
//! Every file in native syntax under the given paths is read by both. They must agree on whether it is valid, and where
//! it is, on its canonical layout. `terraform` is taken from the path, or from `TERRAFORM`; it formats copies of the
//! files, a folder of them a run, because a process a file takes longer than everything else.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wb_core::source::FileId;
use wb_hcl::SourceText;

/// How many files one run of `terraform` formats.
const BATCH: usize = 200;
/// How many disagreements are shown in full.
const SHOWN: usize = 20;
const ENDINGS: &[&str] = &[".tf", ".tofu", ".tfvars", ".hcl"];

#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
    verdicts: Vec<String>,
    layouts: Vec<PathBuf>,
}

pub(crate) fn run(paths: &[String]) -> Result<(), String> {
    let mut files = Vec::new();
    for path in paths {
        gather(Path::new(path), &mut files)?;
    }
    if files.is_empty() {
        return Err("there is no file to compare; give folders or files".to_owned());
    }
    files.sort();
    let scratch = std::env::temp_dir().join(format!("wb-corpus-{}", std::process::id()));
    let mut tally = Tally::default();
    for batch in files.chunks(BATCH) {
        compare(batch, &scratch, &mut tally)?;
    }
    fs::remove_dir_all(&scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    report(&files, &tally)
}

fn report(files: &[PathBuf], tally: &Tally) -> Result<(), String> {
    for line in tally.verdicts.iter().take(SHOWN) {
        println!("{line}");
    }
    for file in tally.layouts.iter().take(SHOWN) {
        println!("other layout: {}", file.display());
    }
    println!(
        "{} files: {} valid and {} invalid to terraform; {} other verdicts, {} other layouts",
        files.len(),
        tally.valid,
        tally.invalid,
        tally.verdicts.len(),
        tally.layouts.len()
    );
    if tally.verdicts.is_empty() && tally.layouts.is_empty() {
        return Ok(());
    }
    Err("the two do not agree".to_owned())
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if path.is_dir() {
        let entries = fs::read_dir(path).map_err(|e| format!("{}: {e}", path.display()))?;
        for entry in entries {
            gather(&entry.map_err(|e| format!("{}: {e}", path.display()))?.path(), files)?;
        }
    } else {
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            files.push(path.to_path_buf());
        }
    }
    Ok(())
}

fn compare(batch: &[PathBuf], scratch: &Path, tally: &mut Tally) -> Result<(), String> {
    if scratch.exists() {
        fs::remove_dir_all(scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    }
    fs::create_dir_all(scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
    let copy = |i: usize| scratch.join(format!("f{i:05}.tf"));
    for (i, file) in batch.iter().enumerate() {
        fs::copy(file, copy(i)).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let refused = oracle(scratch)?;
    for (i, file) in batch.iter().enumerate() {
        let bytes = fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let ours = wb_hcl::format(FileId::from_index(0), &SourceText::new(bytes));
        let theirs_valid = !refused.contains(&i);
        *(if theirs_valid { &mut tally.valid } else { &mut tally.invalid }) += 1;
        match ours {
            Ok(_) if !theirs_valid => {
                tally.verdicts.push(format!("refused by terraform only: {}", file.display()));
            }
            Err(problems) if theirs_valid => {
                tally
                    .verdicts
                    .push(format!("refused by wb only: {}\n{problems:?}", file.display()));
            }
            Ok(ours) => {
                let theirs = fs::read(copy(i)).map_err(|e| format!("{}: {e}", file.display()))?;
                if ours != theirs {
                    tally.layouts.push(file.clone());
                }
            }
            Err(_) => {}
        }
    }
    Ok(())
}

/// Formats every file of a folder; the numbers of those that were refused.
fn oracle(folder: &Path) -> Result<BTreeSet<usize>, String> {
    let terraform = std::env::var_os("TERRAFORM").unwrap_or_else(|| OsString::from("terraform"));
    let out = Command::new(&terraform)
        .args(["fmt", "-no-color", "-list=false", "-write=true", "."])
        .current_dir(folder)
        .env_remove("TF_CLI_CONFIG_FILE")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .map_err(|e| format!("{} could not be started: {e}", terraform.display()))?;
    let said = String::from_utf8_lossy(&out.stderr);
    if !matches!(out.status.code(), Some(0 | 2)) || said.contains("goroutine ") {
        let first: String = said.lines().take(3).collect::<Vec<_>>().join("\n");
        return Err(format!("terraform failed on {}: {first}", folder.display()));
    }
    let places = said.split("on f").skip(1);
    Ok(places.filter_map(|place| place.get(..5)?.parse().ok()).collect())
}
