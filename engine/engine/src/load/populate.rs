//! A folder filled with a module: `init -from-module`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wb_core::addr::ModuleSource;
use wb_core::diag::Diagnostic;
use wb_core::version::Version;
use wb_modules::{FetchError, Fetcher};

use super::install::{below, joined};
use crate::files;

/// Deeper folders are not copied: no module has them.
const DEEPEST: usize = 64;

/// Copies the module at `source` into `folder`, in which there is nothing yet but what is hidden. `aside` is where a package is
/// put on its way; it is removed at the end.
///
/// # Errors
/// Where the folder is in use, or the module cannot be fetched or copied.
pub fn populate(
    source: &str,
    folder: &Path,
    aside: &Path,
    fetcher: &mut Fetcher,
) -> Result<(), Box<Diagnostic>> {
    if !is_empty(folder).map_err(|error| failed(source, &files::words(&error)))? {
        let detail = "There are files in this folder, which the module's could overwrite.";
        let problem = Diagnostic::error("Can't populate non-empty directory", detail);
        return Err(problem.help("Use -from-module in an empty folder.").into());
    }
    let parsed = ModuleSource::parse(source).map_err(|error| failed(source, &error))?;
    let done = match &parsed {
        ModuleSource::Local(path) => {
            copy(Path::new(&**path), folder, 0).map_err(|e| files::words(&e))
        }
        _ => {
            let fetched = fetch(&parsed, aside, fetcher);
            let from = fetched.map_err(|error| unfetched(source, &error))?;
            copy(&from, folder, 0).map_err(|error| files::words(&error))
        }
    };
    // It may not be there, and what is left of it does no harm.
    let _ = fs::remove_dir_all(aside);
    done.map_err(|why| failed(source, &why).into())
}

fn is_empty(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if !entry?.file_name().to_string_lossy().starts_with('.') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fetches a package; gives the folder of the module in it.
fn fetch(
    source: &ModuleSource,
    aside: &Path,
    fetcher: &mut Fetcher,
) -> Result<PathBuf, FetchError> {
    let remote = match source {
        ModuleSource::Registry(module) => {
            let versions = fetcher.versions(module)?;
            let released = versions.iter().filter(|version| !version.is_prerelease());
            let newest = released.max_by(|a, b| a.precedence(b)).cloned();
            let mut remote = fetcher.locate(module, &newest.unwrap_or(Version::new(0, 0, 0)))?;
            remote.subdir = joined(&remote.subdir, &module.subdir);
            remote
        }
        ModuleSource::Remote(remote) => remote.clone(),
        ModuleSource::Local(path) => return Ok(PathBuf::from(&**path)),
    };
    fetcher.fetch(&remote.package, aside)?;
    Ok(below(aside.to_path_buf(), &remote.subdir))
}

/// Copies what is in a folder, hidden names apart, as they are a repository's and not the module's.
fn copy(from: &Path, to: &Path, depth: usize) -> io::Result<()> {
    if depth > DEEPEST {
        return Err(io::Error::other("folders are nested too deep"));
    }
    // Listed before anything is written: the target may be within.
    let entries: Vec<fs::DirEntry> = fs::read_dir(from)?.collect::<io::Result<_>>()?;
    for entry in entries {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            fs::create_dir(&to)?;
            copy(&from, &to, depth + 1)?;
        } else if kind.is_file() {
            fs::copy(&from, &to)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
        }
    }
    Ok(())
}

fn failed(source: &str, why: &dyn std::fmt::Display) -> Diagnostic {
    let detail = format!("The module {source:?} cannot be copied into this folder: {why}.");
    Diagnostic::error("Failed to copy root module", detail)
}

fn unfetched(source: &str, error: &FetchError) -> Diagnostic {
    let detail = format!("The module {source:?} cannot be fetched: {error}.");
    let problem = Diagnostic::error("Failed to download module", detail);
    match error.help() {
        Some(help) => problem.help(help),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_folder_is_filled_once() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("sub/.git")).unwrap();
        fs::create_dir(&to).unwrap();
        fs::write(from.join("main.tf"), "# main\n").unwrap();
        fs::write(from.join("sub/a.tf"), "# a\n").unwrap();
        copy(&from, &to, 0).unwrap();
        assert_eq!(fs::read_to_string(to.join("sub/a.tf")).unwrap(), "# a\n");
        assert!(!to.join("sub/.git").exists());
        let again = populate("../from", &to, &to.join(".aside"), &mut Fetcher::new()).unwrap_err();
        assert_eq!(again.summary, "Can't populate non-empty directory");
    }
}
