//! `cargo xtask test-peers`: servers and tools that others made, installed into a cache outside the checkout, the servers
//! started on loopback, and the tests that need them.
//!
//! What cannot be installed here is skipped, and said.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

mod s3;
mod terraform;
mod tofu;

use crate::{differ, torture};

/// The stacks that are compared in every run: always the same.
const SEED: u64 = 2026;
const STACKS: u64 = 50;

pub(crate) const HELP: &str = "\
Usage: cargo xtask test-peers [--only terraform|tofu|s3] [--wb PATH]

  --only  what has to do with one kind of peer
  --wb    the binary to judge beside terraform and tofu; it is built if not given
";

/// Runs every test that needs a peer.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let (mut only, mut wb) = (None, None);
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let value = args.next().ok_or(format!("test-peers: {name} needs a value\n\n{HELP}"))?;
        match (name.as_str(), value.as_str()) {
            ("--only", "terraform" | "tofu" | "s3") => only = Some(value.as_str()),
            ("--wb", path) => wb = Some(std::path::absolute(path).map_err(|e| e.to_string())?),
            _ => return Err(format!("test-peers: {name} {value} is not known\n\n{HELP}")),
        }
    }
    let wanted = |name| only.is_none_or(|only| only == name);
    if wanted("terraform") || wanted("tofu") {
        let wb = match wb {
            Some(wb) => wb,
            None => built()?,
        };
        if wanted("terraform") {
            beside_terraform(&wb)?;
        }
        if wanted("tofu") {
            tofu::run(&cache()?, &wb)?;
        }
        if only.is_none() {
            torture::short(&wb)?;
        }
    }
    if wanted("s3") {
        s3::run(&cache()?)?;
    }
    Ok(())
}

/// The binary of this checkout.
fn built() -> Result<PathBuf, String> {
    quietly(Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "wb"]))?;
    let beside = std::env::current_exe().map_err(|e| e.to_string())?;
    Ok(beside.with_file_name("wb"))
}

/// What needs the real terraform.
fn beside_terraform(wb: &Path) -> Result<(), String> {
    let Some(terraform) = on_path("terraform") else {
        println!("terraform: skipped: it is not on the path, and no package registry has it");
        return Ok(());
    };
    terraform::run(&terraform, wb)?;
    let mut options = differ::Options::new(&terraform.to_string_lossy())?;
    (options.wb, options.seed, options.stacks) = (wb.to_path_buf(), SEED, STACKS);
    differ::compare_all(&options)
}

/// The program of that name.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Where peers are installed.
fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| Some(std::env::home_dir()?.join(".cache")));
    let dir = base.ok_or("there is no home folder to keep peers in")?.join("wb").join("peers");
    std::fs::create_dir_all(&dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
    Ok(dir)
}

/// Runs a command to its end, its output shown only if it fails.
fn quietly(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{program}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let tail: Vec<&str> = said.lines().rev().take(5).collect();
    Err(format!("{program} ends with {}: {}", output.status, tail.join(" | ")))
}

/// A server that runs until it is dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// Starts a server, which is told its port, and waits until it answers. What it says goes to `log`.
fn start(log: &Path, command: impl FnOnce(u16) -> Command) -> Result<Server, String> {
    let io = |e: std::io::Error| format!("{}: {e}", log.display());
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_err(io)?.port();
    let out = std::fs::File::create(log).map_err(io)?;
    let err = out.try_clone().map_err(io)?;
    let mut command = command(port);
    let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().map_err(io)?;
    let mut server = Server { child, port };
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let ended = server.child.try_wait().map_err(io)?;
        if ended.is_some() || Instant::now() > until {
            return Err(format!("it does not answer; see {}", log.display()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(server)
}
