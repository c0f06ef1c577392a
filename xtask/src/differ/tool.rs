//! A command in Terraform's manner, run in a folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// Longer than this and a run counts as one that hangs.
const LIMIT: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub(crate) struct Tool {
    pub(crate) program: PathBuf,
    /// Whether it writes plans to files: without, what is applied is what it plans anew.
    pub(crate) saves_plans: bool,
}

/// How a run ended, and what it said in JSON lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// `None`: killed by a signal, or because it did not end.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Tool {
    pub(crate) fn new(program: &Path) -> Result<Self, String> {
        let mut tool = Self { program: program.to_path_buf(), saves_plans: false };
        let help = tool.run(&std::env::temp_dir(), &["plan".to_owned(), "-help".to_owned()])?;
        tool.saves_plans = help.stdout.contains("-out") || help.stderr.contains("-out");
        Ok(tool)
    }

    pub(crate) fn is_wb(&self) -> bool {
        self.program.file_stem().is_some_and(|stem| stem == "wb")
    }

    /// What the binary says of itself, or why it does not.
    pub(crate) fn version(&self) -> Result<String, String> {
        let run = self.run(&std::env::temp_dir(), &["version".to_owned()])?;
        run.stdout.lines().next().map(str::to_owned).ok_or_else(|| {
            format!("{} says no version: {}", self.program.display(), run.stderr.trim())
        })
    }

    pub(crate) fn run(&self, folder: &Path, args: &[String]) -> Result<Run, String> {
        let said = |e: std::io::Error| format!("{}: {e}", folder.display());
        let scratch = folder.join(".differ");
        fs::create_dir_all(&scratch).map_err(said)?;
        let (out, err) = (scratch.join("stdout"), scratch.join("stderr"));
        let mut child = Command::new(&self.program)
            .args(args)
            .current_dir(folder)
            .env_remove("TF_CLI_CONFIG_FILE")
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::null())
            .stdout(File::create(&out).map_err(said)?)
            .stderr(File::create(&err).map_err(said)?)
            .spawn()
            .map_err(|e| format!("{} could not be started: {e}", self.program.display()))?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(said)? {
                break Some(status);
            }
            if start.elapsed() > LIMIT {
                child.kill().map_err(said)?;
                child.wait().map_err(said)?;
                break None;
            }
            thread::sleep(Duration::from_millis(1));
        };
        let text = |path: &Path| {
            fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(said)
        };
        Ok(Run {
            code: status.and_then(|status| status.code()),
            stdout: text(&out)?,
            stderr: text(&err)?,
        })
    }
}

impl Run {
    /// Every error, by its summary, sorted.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.diagnostics("error")
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        self.diagnostics("warning")
    }

    fn diagnostics(&self, severity: &str) -> Vec<String> {
        let mut found = Vec::new();
        for line in self.stdout.lines() {
            let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
            let diagnostic = &line["diagnostic"];
            if diagnostic["severity"] == severity {
                found.push(diagnostic["summary"].as_str().unwrap_or_default().to_owned());
            }
        }
        let prefix = if severity == "error" { "Error: " } else { "Warning: " };
        for line in self.stderr.lines() {
            let line = line.trim_start_matches(['│', '╷', '╵', ' ']);
            if let Some(summary) = line.strip_prefix(prefix) {
                found.push(summary.to_owned());
            }
        }
        found.sort();
        found
    }

    /// What a plan said that it would do, one line a change, and its sums.
    pub(crate) fn announced(&self) -> Value {
        let (mut changes, mut outputs, mut sums) = (Vec::new(), Value::Null, Value::Null);
        for line in self.stdout.lines() {
            let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
            match line["type"].as_str() {
                Some("planned_change" | "resource_drift") => {
                    let change = &line["change"];
                    changes.push(json!([
                        line["type"],
                        change["resource"]["addr"],
                        change["action"],
                        change["reason"],
                        change["previous_resource"]["addr"],
                        change["importing"],
                    ]));
                }
                Some("outputs") => outputs = line["outputs"].clone(),
                Some("change_summary") => {
                    sums = line["changes"].clone();
                    // Versions of Terraform differ in whether they count these.
                    if let Some(sums) = sums.as_object_mut() {
                        sums.remove("forget");
                    }
                }
                _ => {}
            }
        }
        changes.sort_by_key(Value::to_string);
        json!({"changes": by_address(changes), "outputs": outputs, "sums": sums})
    }

    /// Whether the run ended as commands do, and not in a crash.
    pub(crate) fn is_orderly(&self) -> bool {
        matches!(self.code, Some(0..=2)) && !self.stderr.contains("panicked at")
    }
}

/// Changes of one address under its name.
fn by_address(changes: Vec<Value>) -> Value {
    let mut out: Map<String, Value> = Map::new();
    for change in changes {
        let address = change[1].as_str().unwrap_or_default().to_owned();
        let of_address = out.entry(address).or_insert_with(|| json!([]));
        if let Value::Array(list) = of_address {
            list.push(change);
        }
    }
    Value::Object(out)
}
