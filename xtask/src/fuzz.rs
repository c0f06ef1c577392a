//! `cargo xtask fuzz [TARGET ...]`: the coverage-guided fuzzer, on the compiler that everybody has.
//!
//! libFuzzer comes with the crate `libfuzzer-sys`, and the counters that guide it with any rustc: only the address
//! sanitizer would want a nightly one, and there is no unsafe code to sanitize. One process at a time, and a nice one.

use std::path::{Path, PathBuf};
use std::process::Command;

use wb_testkit::fuzz::TARGETS;

const HELP: &str = "\
Usage: cargo xtask fuzz [--seconds N] [--merge] [TARGET ...]

  --seconds N   how long each target runs (default 60)
  --merge       afterwards, add what found new ground to fuzz/corpus, as little of it as covers the same
";

/// What rustc must be told to count edges, as cargo-fuzz tells it.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";

/// No input is longer: what long texts cost is the benchmarks' affair.
const LONGEST: &str = "-max_len=4096";

struct Options {
    seconds: u64,
    merge: bool,
    targets: Vec<String>,
}

pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let Some(options) = parse(args)? else {
        print!("{HELP}");
        return Ok(());
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask has a parent");
    let fuzz = root.join("fuzz");
    let binaries = build(&fuzz)?;
    for target in &options.targets {
        let corpus = fuzz.join("corpus").join(target);
        // What is found goes to a folder of its own, so that the kept corpus stays small.
        let found = binaries.join("found").join(target);
        std::fs::create_dir_all(&found).map_err(|e| format!("{}: {e}", found.display()))?;
        let binary = binaries.join(target);
        let before = processor_seconds();
        fuzz_one(&binary, &found, &corpus, options.seconds)?;
        println!("{target}: {:.0} s of the processor, clean", processor_seconds() - before);
        if options.merge {
            let args = ["-merge=1".into(), corpus.into_os_string(), found.into_os_string()];
            call(&binary, &args)?;
        }
    }
    Ok(())
}

fn parse(args: &[String]) -> Result<Option<Options>, String> {
    let mut options = Options { seconds: 60, merge: false, targets: Vec::new() };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match &**arg {
            "--seconds" => {
                let seconds = args.next().and_then(|n| n.parse().ok());
                options.seconds = seconds.ok_or("--seconds needs a number")?;
            }
            "--merge" => options.merge = true,
            "-h" | "--help" => return Ok(None),
            name if TARGETS.iter().any(|(target, _)| *target == name) => {
                options.targets.push(name.to_owned());
            }
            other => {
                let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
                return Err(format!(
                    "there is no target `{other}`; there are {}",
                    names.join(", ")
                ));
            }
        }
    }
    if options.targets.is_empty() {
        options.targets = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    }
    Ok(Some(options))
}

/// Builds all targets; where they are.
fn build(fuzz: &Path) -> Result<PathBuf, String> {
    let target = fuzz.join("target");
    // A target is named so that build scripts and macros, which run here and now, are not counted.
    let status = Command::new("cargo")
        .args(["build", "--release", "--target", "host-tuple", "--target-dir"])
        .arg(&target)
        .env("RUSTFLAGS", FLAGS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(fuzz)
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err("the targets do not build".to_owned());
    }
    let named = std::fs::read_dir(&target).map_err(|e| format!("{}: {e}", target.display()))?;
    let mut folders = named.filter_map(Result::ok).map(|entry| entry.path().join("release"));
    folders
        .find(|folder| folder.join(TARGETS[0].0).is_file())
        .ok_or_else(|| "cargo built the targets somewhere else".to_owned())
}

fn fuzz_one(binary: &Path, found: &Path, corpus: &Path, seconds: u64) -> Result<(), String> {
    let args = [
        found.as_os_str().to_owned(),
        corpus.as_os_str().to_owned(),
        format!("-max_total_time={seconds}").into(),
        LONGEST.into(),
        "-timeout=5".into(),
        "-rss_limit_mb=512".into(),
        "-print_final_stats=1".into(),
        format!("-artifact_prefix={}/", binary.parent().unwrap_or(found).display()).into(),
    ];
    call(binary, &args)
}

/// Runs a target on a stack of 64 MiB, as the command has, and gives way to everybody else.
fn call(binary: &Path, args: &[std::ffi::OsString]) -> Result<(), String> {
    let status = Command::new("nice")
        .args(["-n", "19", "sh", "-c", "ulimit -s 65536; exec \"$0\" \"$@\""])
        .arg(binary)
        .args(args)
        .status()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", binary.display())) }
}

/// What the processes that ended took.
fn processor_seconds() -> f64 {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_or(0.0, |usage| seconds(usage.user_time()) + seconds(usage.system_time()))
}
