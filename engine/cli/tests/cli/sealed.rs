//! The binary in a sealed world: no environment, a home and a folder of its own.

use std::fs;
use std::process::{Command, Output, Stdio};

use expect_test::Expect;

pub(crate) struct Sealed {
    pub(crate) dir: tempfile::TempDir,
}

impl Sealed {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let sealed = Self { dir: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            let path = sealed.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        sealed
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join("stack").join(name)
    }

    pub(crate) fn output(&self, line: &str, input: &str) -> Output {
        let home = self.dir.path().join("home");
        let stack = self.dir.path().join("stack");
        for dir in [&home, &stack] {
            fs::create_dir_all(dir).unwrap();
        }
        let input_file = self.dir.path().join("input");
        fs::write(&input_file, input).unwrap();
        Command::new(env!("CARGO_BIN_EXE_wb"))
            .args(line.split(' '))
            .current_dir(&stack)
            .env_clear()
            .env("HOME", &home)
            .env("PATH", "/usr/bin:/bin")
            .env("WB_SEED", "1")
            .env("WB_NOW", "2026-01-02T03:04:05Z")
            .stdin(Stdio::from(fs::File::open(&input_file).unwrap()))
            .output()
            .unwrap()
    }

    /// Status, standard output and standard error of some commands.
    pub(crate) fn run(&self, lines: &[&str]) -> String {
        let mut out = String::new();
        for line in lines {
            let done = self.output(line, "");
            let status = done.status.code().map_or("killed".to_owned(), |code| code.to_string());
            out += &format!("$ wb {line} # {status}\n");
            for text in [&done.stdout, &done.stderr] {
                for line in String::from_utf8_lossy(text).lines().filter(|l| !l.is_empty()) {
                    out += &format!("{line}\n");
                }
            }
        }
        out
    }
}

/// Commands in a folder with these files, and what they say.
pub(crate) fn check(files: &[(&str, &str)], lines: &[&str], expected: &Expect) -> Sealed {
    let sealed = Sealed::new(files);
    expected.assert_eq(&sealed.run(lines));
    sealed
}
