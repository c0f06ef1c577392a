//! What the kernel says of one run of a command.
//!
//! The usage of a process's children is kept in sum, so each command is run by a process of its own: this tool again, as
//! `cargo xtask bench-one`, whose only child it is.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measure {
    /// Seconds of this and of the processor.
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    /// The most memory at once, in KiB.
    pub(crate) memory: u64,
    pub(crate) code: i64,
}

/// Runs a command to its end; what it prints goes nowhere, its complaints to `stderr` in the folder.
pub(crate) fn measure(program: &Path, args: &[&str], folder: &Path) -> Result<Measure, String> {
    let this = std::env::current_exe().map_err(|e| e.to_string())?;
    let out = Command::new(this)
        .arg("bench-one")
        .arg(program)
        .args(args)
        .current_dir(folder)
        .env_remove("TF_CLI_CONFIG_FILE")
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_IN_AUTOMATION", "1")
        .output()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    let said = String::from_utf8_lossy(&out.stdout);
    let row: Value = serde_json::from_str(&said)
        .map_err(|_| format!("{}: {}", program.display(), String::from_utf8_lossy(&out.stderr)))?;
    Ok(Measure {
        wall: row["wall"].as_f64().unwrap_or_default(),
        cpu: row["cpu"].as_f64().unwrap_or_default(),
        memory: row["memory"].as_u64().unwrap_or_default(),
        code: row["code"].as_i64().unwrap_or(-1),
    })
}

/// The process between: runs one command and prints what it took.
pub(crate) fn one(args: &[String]) -> Result<(), String> {
    let Some((program, args)) = args.split_first() else {
        return Err("bench-one: name a command".to_owned());
    };
    let stderr = File::create("stderr").map_err(|e| format!("stderr: {e}"))?;
    let start = Instant::now();
    let status = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .status()
        .map_err(|e| format!("{program}: {e}"))?;
    let wall = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| e.to_string())?;
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    println!(
        "{}",
        json!({"wall": wall, "cpu": cpu, "memory": usage.max_rss(), "code": status.code()})
    );
    Ok(())
}

/// How many instructions a command takes, by valgrind's counting: virtual machines seldom let the processor's own counters
/// be used.
pub(crate) fn instructions(program: &Path, args: &[&str], folder: &Path) -> Result<u64, String> {
    let out = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(args)
        .current_dir(folder)
        .output()
        .map_err(|e| format!("valgrind could not be started: {e}"))?;
    let said = String::from_utf8_lossy(&out.stderr);
    if !out.status.success() {
        return Err(format!("{} failed: {said}", program.display()));
    }
    let count = said.lines().find(|line| line.contains("I ") && line.contains("refs:"));
    count
        .and_then(|line| line.split("refs:").nth(1)?.trim().replace(',', "").parse().ok())
        .ok_or_else(|| format!("valgrind counted nothing of {}: {said}", program.display()))
}
