//! The files of folders, read and parsed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{FileId, SourceMap, Span};
use wb_hcl::SourceText;
use wb_lang::config::{FileName, Selection, SourceFile, refused_file};
use wb_lang::host::{FileError, FileKind};

use super::LoadedFile;
use crate::files;

/// A file of a configuration may be so long.
pub const LARGEST_SOURCE: u64 = 256 * 1024 * 1024;
/// Threads pay where there is so much to parse.
const WORTH_THREADS: u64 = 256 * 1024;
/// What parsing the deepest text takes.
const STACK: usize = 32 * 1024 * 1024;

/// The files of one folder.
#[derive(Debug, Default)]
pub struct Folder {
    pub parsed: Vec<SourceFile>,
    pub files: Vec<LoadedFile>,
}

/// A file to be read.
struct Job {
    path: PathBuf,
    /// As it is shown.
    shown: String,
    name: Arc<str>,
    folder: usize,
    dir: Arc<str>,
    id: FileId,
}

type Parsed = Result<(SourceText, wb_hcl::File, Diagnostics), FileError>;

/// Reads the configuration files of folders, on several threads where there is much. What is wrong with a file is
/// reported; a folder that cannot be read is an error of its own.
pub(super) fn read(
    dirs: &[Arc<str>],
    sources: &mut SourceMap,
    diags: &mut Diagnostics,
) -> Vec<Result<Folder, FileError>> {
    let mut folders: Vec<Result<Folder, FileError>> = Vec::with_capacity(dirs.len());
    let mut jobs = Vec::new();
    for (n, dir) in dirs.iter().enumerate() {
        let found = choose(dir, n, sources.len() + jobs.len(), diags);
        folders.push(found.map(|chosen| {
            jobs.extend(chosen);
            Folder::default()
        }));
    }
    for (job, parsed) in jobs.iter().zip(parse_all(&jobs)) {
        let Ok(folder) = &mut folders[job.folder] else { continue };
        match parsed {
            Ok((source, file, problems)) => {
                let id = sources.add(job.shown.as_str(), Arc::clone(source.text()));
                debug_assert_eq!(id, job.id, "files are added in the order of their jobs");
                diags.append(problems);
                folder.parsed.push(SourceFile { name: Arc::clone(&job.name), file });
                let (dir, name) = (Arc::clone(&job.dir), Arc::clone(&job.name));
                folder.files.push(LoadedFile { dir, name, path: job.shown.clone(), id });
            }
            Err(error) => {
                let id = sources.add(job.shown.as_str(), "");
                diags.push(unreadable(&job.shown, id, &error));
            }
        }
    }
    folders
}

/// What to read of a folder.
fn choose(
    dir: &Arc<str>,
    folder: usize,
    first: usize,
    diags: &mut Diagnostics,
) -> Result<Vec<Job>, FileError> {
    let entries = files::list(Path::new(&**dir))?;
    // Terraform passes over folders, whatever they are called.
    let names = entries.iter().filter(|e| e.kind != Some(FileKind::Directory)).map(|e| &*e.name);
    for name in names.clone() {
        if let Some(why) = refused_file(name) {
            let detail = format!("The file {} is not read. {why}", shown(dir, name));
            diags.push(Diagnostic::error("Unsupported configuration file", detail));
        }
    }
    let selection = Selection::of(names);
    let chosen = selection.primary.iter().chain(&selection.overrides);
    let job = |(n, name): (usize, &&str)| Job {
        path: Path::new(&**dir).join(name),
        shown: shown(dir, name),
        name: (*name).into(),
        folder,
        dir: Arc::clone(dir),
        id: FileId::from_index(first + n),
    };
    Ok(chosen.enumerate().map(job).collect())
}

/// The path of a file as people type it.
fn shown(dir: &str, name: &str) -> String {
    match dir {
        "." => name.to_owned(),
        dir => format!("{}/{name}", dir.trim_end_matches('/')),
    }
}

fn unreadable(shown: &str, id: FileId, error: &FileError) -> Diagnostic {
    Diagnostic::error(
        "Failed to read file",
        format!("The configuration file {shown} could not be read: {}.", complaint(shown, error)),
    )
    .at(Span::new(id, 0, 0))
    .help("Remove it, or give it another name, if it is no configuration.")
}

fn complaint(shown: &str, error: &FileError) -> String {
    match error {
        FileError::NotFound if shown.contains('\u{fffd}') => {
            "its name is no UTF-8, so that nothing can refer to it".to_owned()
        }
        FileError::NotRegular(_) | FileError::TooLarge(_) => format!("it {error}"),
        FileError::NotFound => "it is a link that leads nowhere".to_owned(),
        FileError::Other(words) => words.clone(),
    }
}

/// Reads one file of a configuration.
///
/// # Errors
/// Where it is no regular file, or cannot be read.
pub fn read_source(path: &Path) -> Result<SourceText, FileError> {
    files::read(path, LARGEST_SOURCE).map(SourceText::new)
}

fn parse(job: &Job) -> Parsed {
    let source = read_source(&job.path)?;
    let (file, problems) = parse_text(job.id, &job.name, &source);
    Ok((source, file, problems))
}

/// The name says which syntax it is.
pub(super) fn parse_text(
    id: FileId,
    name: &str,
    source: &SourceText,
) -> (wb_hcl::File, Diagnostics) {
    match FileName::parse(name).is_some_and(|name| name.json) {
        true => wb_hcl::parse_json(id, source),
        false => wb_hcl::parse_config(id, source),
    }
}

fn parse_all(jobs: &[Job]) -> Vec<Parsed> {
    let workers =
        std::thread::available_parallelism().map_or(1, usize::from).min(8).min(jobs.len());
    let size = |job: &Job| std::fs::metadata(&job.path).map_or(0, |metadata| metadata.len());
    if workers < 2 || jobs.iter().map(size).sum::<u64>() < WORTH_THREADS {
        return jobs.iter().map(parse).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(at) else { return done };
            done.push((at, parse(job)));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let spawn =
            |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
        let helpers: Vec<_> = (1..workers).filter_map(spawn).collect();
        let mut done = work();
        for helper in helpers {
            match helper.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, parsed)| parsed).collect()
}
