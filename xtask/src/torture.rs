//! `cargo xtask torture`: real processes of wb, killed at any moment of an apply, and what is left of their work.
//!
//! The stack makes files whose names are drawn at random and stand in the state alone. So a file that the state does not
//! name is an object that was lost, and a name without a file is one that never was. Whatever is killed, the next apply
//! must bring the two together, and destroying must leave nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const HELP: &str = "\
Usage: cargo xtask torture [--wb PATH] [--runs N] [--seed N] [--only N]

  --wb    the binary to torture; the one beside this tool if not given
  --runs  how many runs of each kind (default 100)
  --seed  what the moments are drawn from (default 1)
  --only  one of the kinds, by its number
";

/// How many files a stack has.
const FILES: usize = 40;
/// How often an apply is killed before one may end.
const KILLS: usize = 4;
/// No command takes longer, whatever else the machine does.
const PATIENCE: Duration = Duration::from_secs(120);

/// A kind of trouble.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    backend: &'static str,
    trouble: fn(&Run<'_>, &mut Random) -> Result<(), String>,
}

const KINDS: [Kind; 6] = [
    Kind { name: "killed, embedded store", backend: "", trouble: killed },
    Kind { name: "killed, file store", backend: LOCAL, trouble: killed },
    Kind { name: "killed, encrypted file store", backend: SEALED, trouble: killed },
    Kind { name: "two at once, embedded store", backend: "", trouble: two_at_once },
    Kind { name: "two at once, file store", backend: LOCAL, trouble: two_at_once },
    Kind { name: "stopped and outwaited, file store", backend: LOCAL, trouble: stopped },
];

const LOCAL: &str = "terraform {\n  backend \"local\" {}\n}\n";
const SEALED: &str = "terraform {\n  backend \"local\" {}\n  encryption {\n    key_provider \"key_file\" \"k\" {\n      path = \"key\"\n    }\n    method \"aes_gcm\" \"m\" {\n      keys = key_provider.key_file.k\n    }\n    state {\n      method   = method.aes_gcm.m\n      enforced = true\n    }\n  }\n}\n";

/// Reads the arguments, and tortures.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let beside = std::env::current_exe().map_err(|e| e.to_string())?.with_file_name("wb");
    let (mut wb, mut runs, mut seed, mut only) = (beside, 100, 1, None);
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let value = args.next().ok_or(format!("torture: {name} needs a value\n\n{HELP}"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("torture: {value} is no number"));
        match name.as_str() {
            "--wb" => wb = PathBuf::from(value),
            "--runs" => runs = number()?,
            "--seed" => seed = number()?,
            "--only" => only = Some(number()?),
            _ => return Err(format!("torture: {name} is not known\n\n{HELP}")),
        }
    }
    let wb = std::path::absolute(wb).map_err(|e| e.to_string())?;
    for (number, kind) in (1..).zip(KINDS) {
        if only.is_none_or(|only| only == number) {
            torture(&wb, kind, runs, seed)?;
        }
    }
    Ok(())
}

/// A few runs of every kind.
pub(crate) fn short(wb: &Path) -> Result<(), String> {
    KINDS.into_iter().try_for_each(|kind| torture(wb, kind, 5, 1))
}

/// So many runs of one kind.
fn torture(wb: &Path, kind: Kind, runs: u64, seed: u64) -> Result<(), String> {
    let start = Instant::now();
    for number in 0..runs {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number + 1));
        let run = Run::new(wb, kind)?;
        let done = (kind.trouble)(&run, &mut random).and_then(|()| run.settle());
        done.map_err(|why| format!("{}, seed {seed}, run {number}: {why}", kind.name))?;
    }
    println!("{}: {runs} runs, nothing lost, in {} s", kind.name, start.elapsed().as_secs());
    Ok(())
}

/// Applies that are killed, each at any moment of the time that one takes.
fn killed(run: &Run<'_>, random: &mut Random) -> Result<(), String> {
    for revision in 0..KILLS {
        run.revise(revision)?;
        let mut child = run.start(&["apply", "-auto-approve", "-input=false"])?;
        std::thread::sleep(Duration::from_millis(random.below(400)));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().map_err(|e| e.to_string())?;
        // Whoever only looks is told what is so, and changes nothing.
        run.wb(&["plan", "-input=false"])?;
    }
    Ok(())
}

/// Two applies at once without a lock, each of half of the stack. There is a state already.
fn two_at_once(run: &Run<'_>, random: &mut Random) -> Result<(), String> {
    run.wb(&["apply", "-auto-approve", "-input=false", "-target=module.a.random_id.n[0]"])?;
    let half = |name: &str| {
        let target = format!("-target=module.{name}");
        run.start(&["apply", "-auto-approve", "-input=false", "-lock=false", &target])
    };
    let mut first = half("a")?;
    std::thread::sleep(Duration::from_millis(random.below(150)));
    let mut second = half("b")?;
    for child in [&mut first, &mut second] {
        let status = end(child)?;
        if !status {
            return Err("one of two applies at once failed".to_owned());
        }
    }
    Ok(())
}

/// A holder of the lock that is stopped: nobody gets past it, and it goes on when it is woken.
fn stopped(run: &Run<'_>, random: &mut Random) -> Result<(), String> {
    let mut child = run.start(&["apply", "-auto-approve", "-input=false"])?;
    std::thread::sleep(Duration::from_millis(random.below(300)));
    signal(&child, "STOP")?;
    let ended = child.try_wait().map_err(|e| e.to_string())?.is_some();
    let is_locked = fs::exists(run.folder.join(".terraform.tfstate.lock.info")).unwrap_or_default();
    if is_locked && !ended {
        let mut second = run.start(&["apply", "-auto-approve", "-input=false"])?;
        if end(&mut second)? {
            return Err("somebody got past a lock that is held".to_owned());
        }
    }
    signal(&child, "CONT")?;
    match end(&mut child)? {
        true => Ok(()),
        false => Err("the holder of the lock did not go on".to_owned()),
    }
}

fn signal(child: &Child, name: &str) -> Result<(), String> {
    let id = child.id().to_string();
    // It may have ended by itself.
    Command::new("kill")
        .args(["-s", name, &id])
        .stderr(Stdio::null())
        .status()
        .map(drop)
        .map_err(|e| format!("kill: {e}"))
}

/// Waits for a command; says whether it ended well.
fn end(child: &mut Child) -> Result<bool, String> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return Ok(status.success());
        }
        if start.elapsed() > PATIENCE {
            // Its end is the last that is wanted of it.
            let _ = child.kill().and_then(|()| child.wait());
            return Err("a command hangs".to_owned());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A stack in a folder of its own, removed in the end.
struct Run<'a> {
    wb: &'a Path,
    folder: PathBuf,
}

impl<'a> Run<'a> {
    fn new(wb: &'a Path, kind: Kind) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("wb-torture-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        let run = Self { wb, folder };
        let module = "variable \"revision\" {}\nvariable \"files\" {}\nresource \"random_id\" \"n\" {\n  count       = var.files\n  byte_length = 8\n  keepers     = { revision = count.index % 2 == 0 ? var.revision : 0 }\n}\nresource \"local_file\" \"f\" {\n  count    = var.files\n  content  = \"x\"\n  filename = \"${path.root}/out/${random_id.n[count.index].hex}\"\n}\n";
        let call = |name: &str| {
            format!(
                "module \"{name}\" {{\n  source   = \"./m\"\n  revision = var.revision\n  files    = {}\n}}\n",
                FILES / 2
            )
        };
        let root = [kind.backend, "variable \"revision\" {}\n", &call("a"), &call("b")].concat();
        run.write("m/main.tf", module)?;
        run.write("main.tf", &root)?;
        run.write("key", &"07".repeat(32))?;
        run.revise(0)?;
        run.wb(&["init", "-input=false"])?;
        Ok(run)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text)).map_err(|e| format!("{}: {e}", path.display()))
    }

    fn revise(&self, revision: usize) -> Result<(), String> {
        self.write("terraform.tfvars", &format!("revision = {revision}\n"))
    }

    fn start(&self, args: &[&str]) -> Result<Child, String> {
        let out = |name: &str| fs::File::create(self.folder.join(name)).map_err(|e| e.to_string());
        Command::new(self.wb)
            .args(args)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(out("stdout.log")?)
            .stderr(out("stderr.log")?)
            .spawn()
            .map_err(|e| format!("{}: {e}", self.wb.display()))
    }

    /// Runs a command that must end well; gives what it says.
    fn wb(&self, args: &[&str]) -> Result<String, String> {
        let ended = end(&mut self.start(args)?)?;
        let read = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        match ended {
            true => Ok(read("stdout.log")),
            false => Err(format!("{} fails: {}", args.join(" "), read("stderr.log"))),
        }
    }

    /// The next apply makes it all whole; then nothing is to do, and destroying leaves nothing.
    fn settle(&self) -> Result<(), String> {
        self.wb(&["apply", "-auto-approve", "-input=false"])?;
        let (known, there) = (self.known()?, self.there()?);
        if known != there || known.len() != FILES {
            let lost: Vec<_> = there.difference(&known).collect();
            let never: Vec<_> = known.difference(&there).collect();
            return Err(format!(
                "the state knows {} files of {FILES}; it does not know {lost:?}, and {never:?} are not there",
                known.len()
            ));
        }
        self.wb(&["plan", "-input=false", "-detailed-exitcode"])?;
        self.wb(&["destroy", "-auto-approve", "-input=false"])?;
        match self.there()?.is_empty() {
            true => Ok(()),
            false => Err("destroying leaves something".to_owned()),
        }
    }

    /// The names of the files that the state knows.
    fn known(&self) -> Result<BTreeSet<String>, String> {
        let text = self.wb(&["state", "pull"])?;
        let state: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| format!("state pull: {e}"))?;
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let files = resources.iter().filter(|resource| resource["type"] == "local_file");
        let instances = files.filter_map(|file| file["instances"].as_array()).flatten();
        let names = instances.filter_map(|instance| {
            let name = instance["attributes"]["filename"].as_str()?;
            Some(name.rsplit('/').next()?.to_owned())
        });
        Ok(names.collect())
    }

    /// The names of the files that there are.
    fn there(&self) -> Result<BTreeSet<String>, String> {
        let entries = match fs::read_dir(self.folder.join("out")) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(e) => return Err(e.to_string()),
        };
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let all: BTreeSet<String> =
            names.collect::<std::io::Result<_>>().map_err(|e| e.to_string())?;
        // What was cut off before a file had its name is no object.
        Ok(all.into_iter().filter(|name| !name.starts_with(".wb-")).collect())
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        // What cannot be removed is in the system's own folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Moments that a seed gives again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
