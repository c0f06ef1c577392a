//! Repositories, through the command `git`: it has the user's credentials, proxies and ssh configuration.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::url::Address;
use crate::{FetchError, tree};

/// Clones what an address names, and leaves the files of the commit that it names.
pub(crate) fn fetch(mut address: Address, into: &Path) -> Result<(), FetchError> {
    let reference = address.take("ref").filter(|r| !r.is_empty());
    let depth = address.take("depth");
    if let Some(key) = address.take("sshkey") {
        // It would have to be written down for ssh to read.
        drop(key);
        return Err(FetchError::Address {
            why: "keys in addresses (sshkey=…) are not taken; configure the key in ~/.ssh/config or an agent",
        });
    }
    for text in [reference.as_deref(), Some(&*address.url)].into_iter().flatten() {
        if text.starts_with('-') {
            return Err(FetchError::Address {
                why: "an address or ref that begins with a dash is none",
            });
        }
    }
    let depth = match depth.as_deref().map(str::parse::<u32>) {
        None | Some(Ok(0)) => None,
        Some(Ok(depth)) => Some(depth),
        Some(Err(_)) => return Err(FetchError::Address { why: "the depth is no number" }),
    };
    clone(&address.url, reference.as_deref(), depth, into)
}

fn clone(
    url: &str,
    reference: Option<&str>,
    depth: Option<u32>,
    into: &Path,
) -> Result<(), FetchError> {
    let target = into.to_string_lossy().into_owned();
    let depth = depth.map(|depth| format!("--depth={depth}"));
    match reference {
        // The shallow way gets branches and tags only; a commit takes the whole history.
        Some(reference) if !is_commit(reference) => {
            let depth = depth.as_deref().unwrap_or("--depth=1");
            run(&["clone", "--quiet", "--branch", reference, depth, "--", url, &target], None)?;
        }
        Some(commit) if commit.len() >= WHOLE && commit_alone(url, commit, into).is_ok() => {}
        Some(commit) => {
            // Not every server gives a commit by itself, and none by a part of its name.
            if into.exists() {
                std::fs::remove_dir_all(into).map_err(FetchError::io("remove", into))?;
            }
            run(&["clone", "--quiet", "--no-checkout", "--", url, &target], None)?;
            run(&["checkout", "--quiet", commit], Some(into))?;
        }
        None => {
            let depth = depth.as_deref().unwrap_or("--depth=1");
            run(&["clone", "--quiet", depth, "--", url, &target], None)?;
        }
    }
    run(&["submodule", "--quiet", "update", "--init", "--recursive", "--depth=1"], Some(into))?;
    check_links(into)
}

/// The length of a commit's whole name.
const WHOLE: usize = 40;

/// A commit without its history.
fn commit_alone(url: &str, commit: &str, into: &Path) -> Result<(), FetchError> {
    std::fs::create_dir_all(into).map_err(FetchError::io("make", into))?;
    run(&["init", "--quiet"], Some(into))?;
    run(&["fetch", "--quiet", "--depth=1", "--", url, commit], Some(into))?;
    run(&["checkout", "--quiet", "FETCH_HEAD"], Some(into))
}

/// Whether a ref looks like a commit, whole or abbreviated.
fn is_commit(reference: &str) -> bool {
    (7..=64).contains(&reference.len()) && reference.bytes().all(|b| b.is_ascii_hexdigit())
}

fn run(args: &[&str], dir: Option<&Path>) -> Result<(), FetchError> {
    let mut command = Command::new("git");
    // Nobody is there to answer, and nothing of the repository may be run.
    command
        .args(["-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"])
        .args(args)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if let Some(dir) = dir {
        command.current_dir(dir);
    }
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FetchError::NoProgram { program: "git" },
        _ => FetchError::Io { action: "run", path: "git".to_owned(), error },
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(FetchError::Git { said: said(&String::from_utf8_lossy(&output.stderr)) })
}

/// The lines of git that say why, without passwords in addresses.
fn said(stderr: &str) -> String {
    let lines = stderr.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("hint:"));
    let text: Vec<String> = lines.map(without_password).collect();
    if text.is_empty() {
        "nothing".to_owned()
    } else {
        text.join("; ").trim_end_matches('.').to_owned()
    }
}

fn without_password(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end =
            after.find(|c: char| c.is_whitespace() || c == '/' || c == '\'').unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) if user.contains(':') => {
                out.push_str("…@");
                out.push_str(host);
            }
            _ => out.push_str(authority),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Refuses a repository that has a link which leads out of it, and forgets its history.
fn check_links(dir: &Path) -> Result<(), FetchError> {
    let root = dir.canonicalize().map_err(FetchError::io("read", dir))?;
    let mut pending = vec![root.clone()];
    while let Some(dir) = pending.pop() {
        for entry in std::fs::read_dir(&dir).map_err(FetchError::io("read", &dir))? {
            let entry = entry.map_err(FetchError::io("read", &dir))?;
            let path = entry.path();
            let kind = entry.file_type().map_err(FetchError::io("read", &path))?;
            if kind.is_symlink() {
                let target = std::fs::read_link(&path).map_err(FetchError::io("read", &path))?;
                if target.is_absolute() || !tree::stays_within(&root, &dir.join(&target)) {
                    return Err(FetchError::Unsafe { name: path.display().to_string() });
                }
            } else if kind.is_dir() && entry.file_name() != ".git" {
                pending.push(path);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(dir: &Path, args: &[&str]) {
        let status = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.com",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(args)
            .current_dir(dir)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    }

    #[test]
    fn a_ref_names_a_tag_a_branch_or_a_commit() {
        let dir = tempfile::tempdir().unwrap();
        let repository = dir.path().join("r");
        std::fs::create_dir(&repository).unwrap();
        git(&repository, &["init", "--quiet"]);
        for (n, tag) in ["v1", "v2"].iter().enumerate() {
            std::fs::write(repository.join("main.tf"), format!("# {n}\n")).unwrap();
            git(&repository, &["add", "."]);
            git(&repository, &["commit", "--quiet", "-m", tag]);
            git(&repository, &["tag", tag]);
        }
        let id = Command::new("git")
            .args(["rev-parse", "v1"])
            .current_dir(&repository)
            .output()
            .unwrap();
        let commit = String::from_utf8(id.stdout).unwrap();
        let url = format!("git::file://{}", repository.display());
        let read = |query: &str| {
            let into = dir.path().join("out");
            let address = Address::parse(&format!("{url}{query}")).unwrap();
            tree::put(&into, |into| fetch(address, into))?;
            Ok::<_, FetchError>(std::fs::read_to_string(into.join("main.tf")).unwrap())
        };
        assert_eq!(read("").unwrap(), "# 1\n");
        assert_eq!(read("?ref=v1&depth=1").unwrap(), "# 0\n");
        assert_eq!(read(&format!("?ref={}", commit.trim())).unwrap(), "# 0\n");
        assert!(read("?ref=v9").unwrap_err().to_string().contains("v9"));
        assert!(read("?ref=--upload-pack=x").is_err());
    }

    #[test]
    fn passwords_are_not_repeated() {
        assert_eq!(
            said("fatal: unable to access 'https://me:secret@example.com/a.git/': no\nhint: x\n"),
            "fatal: unable to access 'https://…@example.com/a.git/': no"
        );
    }
}
