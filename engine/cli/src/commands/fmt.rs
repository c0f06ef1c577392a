//! `wb fmt`: the canonical layout of configuration files.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::TextDiff;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::SourceMap;
use wb_engine::files;
use wb_hcl::SourceText;
use wb_lang::host::FileKind;

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "fmt",
    about: "Lay configuration files out in the standard style.",
    details: "Without an argument, the files of this folder are laid out; otherwise those of the folders and the files that are named. A dash stands for standard input, which is printed laid out. Files in JSON stay as they are.\n\nThe names of files that are changed are printed.",
    arguments: Arguments::between(0, usize::MAX, "[FILE or FOLDER]..."),
    flags: &[
        Flag::new("list", Takes::Off, "Do not print the names of files that are changed."),
        Flag::new("write", Takes::Off, "Do not change files."),
        Flag::new("diff", Takes::Switch, "Print what is changed."),
        Flag::new(
            "check",
            Takes::Switch,
            "Change nothing. The exit status is 0 where everything is laid out as it should be, 3 where something is not, and 2 where a file cannot be read.",
        ),
        Flag::new("recursive", Takes::Switch, "Also lay out what is in folders below."),
        shared::NO_COLOR,
    ],
    run,
};

/// Endings of files in native syntax.
const ENDINGS: [&str; 6] = [".tf", ".tfvars", ".tftest.hcl", ".tofu", ".tofutest.hcl", ".wb.hcl"];

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let is_check = matches.switch("check");
    let is_stdin = matches.arguments() == ["-"];
    let mut formatter = Formatter {
        session,
        list: matches.unless_off("list") && !is_stdin,
        write: matches.unless_off("write") && !is_check,
        diff: matches.switch("diff"),
        recursive: matches.switch("recursive"),
        sources: SourceMap::new(),
        diags: Diagnostics::new(),
        changed: false,
    };
    if is_stdin {
        formatter.stdin(!is_check);
    } else if matches.arguments().is_empty() {
        formatter.folder(Path::new("."));
    } else {
        matches.arguments().iter().for_each(|path| formatter.path(Path::new(path)));
    }
    let Formatter { session, sources, diags, changed, .. } = formatter;
    session.show(&diags, &sources);
    Ok(match (diags.has_errors(), changed && is_check) {
        (true, _) => Status::UNREADABLE,
        (false, true) => Status::UNFORMATTED,
        (false, false) => Status::SUCCESS,
    })
}

struct Formatter<'s> {
    session: &'s mut Session,
    list: bool,
    write: bool,
    diff: bool,
    recursive: bool,
    sources: SourceMap,
    diags: Diagnostics,
    changed: bool,
}

impl Formatter<'_> {
    fn stdin(&mut self, print: bool) {
        let mut bytes = Vec::new();
        if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
            self.problem("Failed to read standard input", files::words(&error));
            return;
        }
        let before = bytes.clone();
        if let Some(after) = self.text("<stdin>", bytes, &before)
            && print
            && !self.diff
        {
            self.session.output.print_bytes(&after);
        }
    }

    /// A file or folder that was named.
    fn path(&mut self, path: &Path) {
        let shown = path.display();
        match files::kind(path) {
            Ok(FileKind::Directory) => self.folder(path),
            Ok(FileKind::Regular) if has_ending(&path.to_string_lossy()) => self.file(path),
            Ok(FileKind::Regular) => {
                let names = ENDINGS.join(", ");
                let detail = format!("{shown} is none of the files that are laid out: {names}.");
                self.problem("Unsupported file", detail);
            }
            Ok(kind) => self.problem("Not a file", format!("{shown} {}.", kind.complaint())),
            Err(error) => {
                let summary = format!("No file or directory at {shown}");
                self.diags.push(Diagnostic::error(summary, format!("{shown}: {error}.")));
            }
        }
    }

    fn folder(&mut self, dir: &Path) {
        let entries = match files::list(dir) {
            Ok(entries) => entries,
            Err(error) => {
                let detail = format!("The folder {} cannot be read: {error}.", dir.display());
                self.problem("Failed to read directory", detail);
                return;
            }
        };
        for entry in entries {
            let name = entry.name;
            if name.starts_with('.')
                || name.ends_with('~')
                || name.starts_with('#') && name.ends_with('#')
            {
                continue;
            }
            let path = if dir == Path::new(".") { PathBuf::from(&name) } else { dir.join(&name) };
            match entry.kind {
                Some(FileKind::Directory) if self.recursive && !path.is_symlink() => {
                    self.folder(&path);
                }
                Some(FileKind::Directory) => {}
                _ if has_ending(&name) => self.file(&path),
                _ => {}
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let shown = path.to_string_lossy().into_owned();
        let before = match files::read(path, wb_engine::load::LARGEST_SOURCE) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problem("Failed to read file", format!("{shown} cannot be read: {error}."));
                return;
            }
        };
        let Some(after) = self.text(&shown, before.clone(), &before) else { return };
        if after != before
            && self.write
            && let Err(error) = std::fs::write(path, &after)
        {
            let detail = format!("{shown} cannot be written: {}.", files::words(&error));
            self.problem("Failed to write file", detail);
        }
    }

    /// Lays out a text and shows what there is to be shown; nothing where it cannot be read.
    fn text(&mut self, shown: &str, bytes: Vec<u8>, before: &[u8]) -> Option<Vec<u8>> {
        let source = SourceText::new(bytes);
        let id = self.sources.add(shown, Arc::clone(source.text()));
        let after = match wb_hcl::format(id, &source) {
            Ok(after) => after,
            Err(problems) => {
                self.diags.append(problems);
                return None;
            }
        };
        if after != before {
            self.changed = true;
            if self.list {
                self.session.output.print(&format!("{shown}\n"));
            }
            if self.diff {
                self.session.output.print_bytes(&difference(shown, before, &after));
            }
        }
        Some(after)
    }

    fn problem(&mut self, summary: &'static str, detail: String) {
        self.diags.push(Diagnostic::error(summary, detail));
    }
}

fn has_ending(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn difference(shown: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let diff = TextDiff::from_lines(before, after);
    let mut text = Vec::new();
    let (old, new) = (format!("old/{shown}"), format!("new/{shown}"));
    // Writing to memory cannot fail.
    let _ = diff.unified_diff().context_radius(3).header(&old, &new).to_writer(&mut text);
    text
}
