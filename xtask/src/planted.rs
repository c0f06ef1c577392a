//! `cargo xtask planted`: whether the differential finds bugs that are there.
//!
//! Ten small changes, each of which makes the engine wrong in a way of its own, are made one at a time in a copy of the sources,
//! which is built. Where the result behaves unlike the sound wb on some stack, that stack is run beside the peer: the sound
//! one has to agree with it there, and the other must not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const HELP: &str = "\
Usage: cargo xtask planted [--peer NAME|PATH] [--wb PATH] [--target FOLDER] [--stacks N] [--seed N] [--only N]

  --peer    the peer that finds them (default terraform)
  --wb      the sound wb, built from the same sources; the one beside this tool if not given
  --target  where the copies are built (default: planted, beside this tool's own builds)
  --stacks  how many stacks may be tried for each (default 300)
  --only    one of the bugs, by its number
";

struct Bug {
    name: &'static str,
    file: &'static str,
    /// Text that is in the file once.
    from: &'static str,
    to: &'static str,
}

const BUGS: [Bug; 10] = [
    Bug {
        name: "a tainted object is not replaced",
        file: "engine/planner/src/action.rs",
        from: "} else if is_tainted {",
        to: "} else if is_tainted && prior.is_null() {",
    },
    Bug {
        name: "-replace is not heard",
        file: "engine/planner/src/action.rs",
        from: "} else if wishes.is_requested {",
        to: "} else if wishes.is_requested && prior.is_null() {",
    },
    Bug {
        name: "a change of sensitivity alone is no change",
        file: "engine/planner/src/action.rs",
        from: "None if *prior == planned.value && same_marks => {",
        to: "None if *prior == planned.value => {",
    },
    Bug {
        name: "replace_triggered_by does not see attributes",
        file: "engine/planner/src/changed.rs",
        from: "part(&change.before, path) != part(&change.after, path)",
        to: "part(&change.before, path).is_none()",
    },
    Bug {
        name: "create_before_destroy does not come before",
        file: "engine/planner/src/action.rs",
        from: "Action::Replace { create_first: wishes.create_first }",
        to: "Action::Replace { create_first: !wishes.create_first }",
    },
    Bug {
        name: "ignore_changes = all ignores nothing",
        file: "engine/lang/src/ignore.rs",
        from: "IgnoreChanges::All => prior.clone(),",
        to: "IgnoreChanges::All => config.clone(),",
    },
    Bug {
        name: "a failed provisioner leaves a sound object",
        file: "engine/exec/src/run/make.rs",
        from: "let tainted = is_create && (diags.has_errors() || provisions);",
        to: "let tainted = is_create && diags.has_errors();",
    },
    Bug {
        name: "a removed block destroys what it should let go of",
        file: "engine/planner/src/orphans.rs",
        from: "node.module.removed.iter().filter(|r| !r.destroy);",
        to: "node.module.removed.iter().filter(|r| r.destroy);",
    },
    Bug {
        name: "outputs that are gone stay",
        file: "engine/planner/src/outputs.rs",
        from: "Mode::RefreshOnly || !self.input.selection.targets.is_empty() {",
        to: "Mode::RefreshOnly || self.input.selection.targets.is_empty() {",
    },
    Bug {
        name: "a condition that fails has passed",
        file: "engine/planner/src/checks.rs",
        from: "CheckState::Fail => CheckStatus::Fail,",
        to: "CheckState::Fail => CheckStatus::Pass,",
    },
];

struct Options {
    peer: String,
    wb: PathBuf,
    target: PathBuf,
    stacks: String,
    seed: String,
    only: Option<usize>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let tool = std::env::current_exe().map_err(|e| e.to_string())?;
        let built = tool.parent().and_then(Path::parent).ok_or("this tool is in no folder")?;
        let mut options = Self {
            peer: "terraform".to_owned(),
            wb: tool.with_file_name("wb"),
            target: built.join("planted"),
            stacks: "300".to_owned(),
            seed: "1".to_owned(),
            only: None,
        };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let value = args.next().ok_or(format!("planted: {name} needs a value\n\n{HELP}"))?;
            match name.as_str() {
                "--peer" => options.peer.clone_from(value),
                "--wb" => options.wb = absolute(value)?,
                "--target" => options.target = absolute(value)?,
                "--stacks" => options.stacks.clone_from(value),
                "--seed" => options.seed.clone_from(value),
                "--only" => {
                    let number = value.parse();
                    options.only = Some(number.map_err(|_| format!("{value} is no number"))?);
                }
                _ => return Err(format!("planted: there is no option {name}\n\n{HELP}")),
            }
        }
        Ok(options)
    }
}

fn absolute(path: &str) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|e| format!("{path}: {e}"))
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args)?;
    let root = workspace();
    let copy = options.target.join("sources");
    println!("| bug | found by stack | as |\n|---|---:|---|");
    let mut missed = 0;
    for (number, bug) in (1..).zip(&BUGS).filter(|(n, _)| options.only.is_none_or(|o| o == *n)) {
        copy_tree(&root, &copy)?;
        plant(bug, &copy)?;
        let wrong = build(&copy, &options.target)?;
        match find(&options, &wrong)? {
            Some((stack, kind)) => println!("| {number}. {} | {stack} | {kind} |", bug.name),
            None => {
                println!("| {number}. {} | | not found |", bug.name);
                missed += 1;
            }
        }
    }
    if missed == 0 { Ok(()) } else { Err(format!("planted: {missed} bugs were not found")) }
}

/// The stack that shows the bug beside the peer, and what kind of difference it is.
fn find(options: &Options, wrong: &Path) -> Result<Option<(String, String)>, String> {
    let of_all = ["--stacks", &options.stacks];
    let kinds = differ(options, &options.wb, wrong, &of_all)?;
    for (_, stack) in &kinds {
        let of_one = ["--case", stack];
        let peer = Path::new(&options.peer);
        if !differ(options, peer, &options.wb, &of_one)?.is_empty() {
            continue;
        }
        if let Some((kind, _)) = differ(options, peer, wrong, &of_one)?.into_iter().next() {
            return Ok(Some((stack.clone(), kind)));
        }
    }
    Ok(None)
}

/// The kinds of differences between two tools, each with a stack that has it.
fn differ(
    options: &Options,
    peer: &Path,
    wb: &Path,
    which: &[&str],
) -> Result<Vec<(String, String)>, String> {
    let tool = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = Command::new(tool);
    command.args(["differ", "--minimise", "0", "--seed", &options.seed, "--peer"]).arg(peer);
    let output = command.arg("--wb").arg(wb).args(which).output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !said.contains("stacks disagree") {
        return Err(format!("planted: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(said.lines().filter_map(kind_of).collect())
}

/// As differ lists a kind: how often, what, and in which case.
fn kind_of(line: &str) -> Option<(String, String)> {
    let (times, rest) = line.trim_start().split_once(" x ")?;
    times.parse::<usize>().ok()?;
    let (kind, case) = rest.rsplit_once(", as in case ")?;
    Some((kind.to_owned(), case.to_owned()))
}

fn plant(bug: &Bug, copy: &Path) -> Result<(), String> {
    let path = copy.join(bug.file);
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    if text.matches(bug.from).count() != 1 {
        return Err(format!("planted: {:?} has to be in {} once", bug.from, bug.file));
    }
    fs::write(&path, text.replacen(bug.from, bug.to, 1))
        .map_err(|e| format!("{}: {e}", path.display()))
}

fn build(copy: &Path, target: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(copy).env("CARGO_TARGET_DIR", target);
    let status = cargo.args(["build", "--quiet", "--package", "wb"]).status();
    if !status.map_err(|e| e.to_string())?.success() {
        return Err("planted: what was planted does not compile".to_owned());
    }
    Ok(target.join("debug").join("wb"))
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Makes `to` like `from`. Files that are alike are left alone, so that no more is built anew than has to be.
fn copy_tree(from: &Path, to: &Path) -> Result<(), String> {
    let said = |e: std::io::Error| format!("{}: {e}", from.display());
    fs::create_dir_all(to).map_err(said)?;
    for entry in fs::read_dir(from).map_err(said)? {
        let entry = entry.map_err(said)?;
        let (name, kind) = (entry.file_name(), entry.file_type().map_err(said)?);
        let (path, target) = (entry.path(), to.join(&name));
        if kind.is_dir() {
            if name != "target" && name != ".git" {
                copy_tree(&path, &target)?;
            }
        } else if kind.is_file()
            && fs::read(&path).map_err(said)? != fs::read(&target).unwrap_or_default()
        {
            fs::copy(&path, &target).map_err(said)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_has_its_place() {
        for bug in &BUGS {
            let path = workspace().join(bug.file);
            let text = fs::read_to_string(&path).expect(bug.file);
            assert_eq!(text.matches(bug.from).count(), 1, "{}: {}", bug.file, bug.from);
            assert_ne!(bug.from, bug.to);
        }
    }

    #[test]
    fn kinds_are_read_from_what_differ_lists() {
        let line = "   12 x state: objects.*.dependencies (peer only), as in case 20";
        let read = ("state: objects.*.dependencies (peer only)".to_owned(), "20".to_owned());
        assert_eq!(kind_of(line), Some(read));
        assert_eq!(kind_of("    3 x peer: Invalid index"), None);
    }
}
