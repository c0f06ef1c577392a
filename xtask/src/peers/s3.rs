//! Servers that speak S3: three that do what they are told, and one that ignores conditions.

use std::path::Path;
use std::process::Command;

use super::{Server, quietly, start};

/// What the tests present themselves with.
const ACCESS: &str = "wb-test-access";
const SECRET: &str = "wb-test-secret";

struct Peer {
    name: &'static str,
    install: fn(&Path) -> Result<(), String>,
    command: fn(&Path, u16) -> Command,
}

const PEERS: &[Peer] = &[
    Peer { name: "moto", install: install_moto, command: moto },
    Peer { name: "versitygw", install: install_versitygw, command: versitygw },
    Peer { name: "minio", install: install_minio, command: minio },
    Peer { name: "s3rver", install: install_s3rver, command: s3rver },
];

/// Starts them all, and runs the tests of the store on S3 and of a command that has it.
pub(super) fn run(cache: &Path) -> Result<(), String> {
    let mut servers: Vec<Server> = Vec::new();
    let mut named = Vec::new();
    for peer in PEERS {
        let dir = cache.join(peer.name);
        // A server begins empty.
        let data = dir.join("data");
        match std::fs::remove_dir_all(&data) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{}: {e}", data.display()));
            }
            _ => {}
        }
        std::fs::create_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
        let started = (peer.install)(&dir)
            .and_then(|()| start(&dir.join("log"), |port| (peer.command)(&dir, port)));
        match started {
            Ok(server) => {
                println!("{}: port {}", peer.name, server.port);
                named.push(format!("{}=http://127.0.0.1:{}", peer.name, server.port));
                servers.push(server);
            }
            Err(why) => println!("{}: skipped: {why}", peer.name),
        }
    }
    if !named.iter().any(|name| !name.starts_with("s3rver")) {
        println!("skipped: the tests of the store on S3, for want of a server");
        return Ok(());
    }
    let build = Command::new(env!("CARGO"))
        .args(["build", "-p", "wb", "--features", "s3"])
        .status()
        .map_err(|e| e.to_string())?;
    if !build.success() {
        return Err("wb cannot be built with the store on S3".to_owned());
    }
    // Built beside this program.
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let tests = Command::new(env!("CARGO"))
        .args(["test", "-p", "wb-store-s3", "--test", "peers"])
        .env("WB_S3_PEERS", named.join(" "))
        .env("WB_BIN", me.with_file_name("wb"))
        .status()
        .map_err(|e| e.to_string())?;
    if tests.success() { Ok(()) } else { Err("tests failed".to_owned()) }
}

fn install_moto(dir: &Path) -> Result<(), String> {
    if dir.join("bin/moto_server").exists() {
        return Ok(());
    }
    quietly(Command::new("python3").args(["-m", "venv"]).arg(dir))?;
    quietly(Command::new(dir.join("bin/pip")).args(["install", "--quiet", "moto[server]==5.2.5"]))
}

fn moto(dir: &Path, port: u16) -> Command {
    let mut command = Command::new(dir.join("bin/moto_server"));
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
    command
}

fn go_install(dir: &Path, binary: &str, package: &str) -> Result<(), String> {
    if dir.join(binary).exists() {
        return Ok(());
    }
    quietly(Command::new("go").args(["install", package]).env("GOBIN", dir))
}

fn install_versitygw(dir: &Path) -> Result<(), String> {
    go_install(dir, "versitygw", "github.com/versity/versitygw/cmd/versitygw@v1.8.0")
}

fn versitygw(dir: &Path, port: u16) -> Command {
    let mut command = Command::new(dir.join("versitygw"));
    command
        .args(["--port", &format!("127.0.0.1:{port}"), "posix"])
        .arg(dir.join("data"))
        .env("ROOT_ACCESS_KEY", ACCESS)
        .env("ROOT_SECRET_KEY", SECRET);
    command
}

fn install_minio(dir: &Path) -> Result<(), String> {
    // The last release as a module.
    go_install(dir, "minio", "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c")
}

fn minio(dir: &Path, port: u16) -> Command {
    let mut command = Command::new(dir.join("minio"));
    command
        .args(["server", "--quiet", "--address", &format!("127.0.0.1:{port}")])
        .args(["--console-address", "127.0.0.1:0"])
        .arg(dir.join("data"))
        .env("MINIO_ROOT_USER", ACCESS)
        .env("MINIO_ROOT_PASSWORD", SECRET)
        .env("MINIO_BROWSER", "off");
    command
}

fn install_s3rver(dir: &Path) -> Result<(), String> {
    if dir.join("node_modules/.bin/s3rver").exists() {
        return Ok(());
    }
    quietly(
        Command::new("npm").args(["install", "--silent", "--prefix"]).arg(dir).arg("s3rver@3.7.1"),
    )
}

/// It ignores conditions: what wb must find out.
fn s3rver(dir: &Path, port: u16) -> Command {
    let mut command = Command::new(dir.join("node_modules/.bin/s3rver"));
    command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "-d"]).arg(dir.join("data"));
    command
}
