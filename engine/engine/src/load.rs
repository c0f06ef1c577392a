//! A folder to a stack: its files, the values of its variables, its modules.
//!
//! A loop until nothing is needed: read the folders that are new, all their files at once; lower each to a module; ask
//! the stack which calls want a module whose source can be told by now; find out which folder that is. A folder is
//! read once, however often it is called.
//!
//! A saved plan has a stack in it: then the same loop reads that, and nothing from the disk but ephemeral values.

mod folder;
mod install;
mod kept;
mod manifest;
mod paths;
mod populate;
mod variables;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_core::addr::ModuleSource;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::SourceMap;
use wb_lang::config::{Module, SourceFile};
use wb_lang::host::Host;
use wb_lang::stack::{Given, Need, Stack};
use wb_plan::PlanFile;

pub use folder::{Folder, LARGEST_SOURCE, read_source};
pub use install::{Install, Progress};
pub use manifest::{Entry, Manifest};
pub use populate::populate;
pub use variables::{Ask, Wanted};

use kept::Kept;
use paths::Paths;

/// A stack has at most so many modules: calls of calls multiply.
pub const MOST_MODULES: usize = 200_000;

/// What to load.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The folder of the root module, as it is shown: `.`.
    pub root: &'a str,
    pub host: &'a dyn Host,
    /// The folder that Terraform calls `.terraform`.
    pub data_dir: &'a Path,
    pub extent: Extent,
    /// Configuration of the root module that is in no file of it.
    pub extra: Option<&'a str>,
    /// The saved plan whose stack is loaded, in the place of the folder's.
    pub kept: Option<&'a PlanFile>,
}

/// How much of a stack is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    All,
    /// The root module without those that it calls.
    Root,
}

/// Where values of variables come from.
pub struct Variables<'a> {
    /// Names and values, the environment's `TF_VAR_` ones, in the order in which they count.
    pub environment: Vec<(String, String)>,
    /// `-var` and `-var-file`, in their order.
    pub flags: Vec<VariableFlag>,
    /// Asks for what is missing; nothing where nobody can be asked.
    pub ask: Option<&'a mut dyn Ask>,
    /// False where values do not matter, as in `validate`: then only flags count.
    pub wanted: bool,
}

/// A flag that gives values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VariableFlag {
    Value(String),
    File(PathBuf),
}

/// What was loaded, as far as that was possible.
#[derive(Debug)]
pub struct Loading {
    pub sources: SourceMap,
    pub diags: Diagnostics,
    /// Nothing where the root folder could not be read.
    pub stack: Option<Stack>,
    pub given: Given,
    /// Whether the root folder has no configuration at all.
    pub is_empty: bool,
    /// What is to be written to `modules.json`, where modules were installed.
    pub manifest: Manifest,
    /// The files that make the stack, for a plan to keep.
    pub files: Vec<LoadedFile>,
}

/// A file of a module.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// The folder of its module.
    pub dir: Arc<str>,
    pub name: Arc<str>,
    /// As it is shown.
    pub path: String,
    pub id: wb_core::source::FileId,
}

impl std::fmt::Debug for Variables<'_> {
    /// Without values: some are secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Variables").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

/// Loads. Every problem that can be found is in the result, and the stack as far as it could be made out.
#[must_use]
pub fn load(request: Request<'_>, variables: Variables<'_>, install: Install<'_>) -> Loading {
    let mut loader = Loader {
        sources: SourceMap::new(),
        diags: Diagnostics::new(),
        modules: HashMap::new(),
        files: Vec::new(),
        paths: Paths::new(request.root),
        host: request.host,
        installer: install::Installer::new(request.data_dir, install),
        extra: request.extra,
        kept: request.kept.map(Kept::new),
    };
    let Some(root) = loader.root(request.root) else {
        return loader.finish(None, Given::new(), false);
    };
    let is_empty = root.is_empty;
    let (sources, diags) = (&mut loader.sources, &mut loader.diags);
    let given = match request.kept {
        Some(file) => kept::given(file, variables, &root.module, request.root, sources, diags),
        None => variables::collect(variables, &root.module, request.root, sources, diags),
    };
    let mut stack = Stack::new(root.module, request.root);
    if request.extent == Extent::All {
        loader.close(&mut stack, &given);
    }
    stack.finish(&mut loader.diags);
    loader.finish(Some(stack), given, is_empty)
}

struct Loader<'a, 'i> {
    sources: SourceMap,
    diags: Diagnostics,
    /// By folder; nothing for one that cannot be read.
    modules: HashMap<Arc<str>, Option<Read>>,
    files: Vec<LoadedFile>,
    paths: Paths,
    host: &'a dyn Host,
    installer: install::Installer<'i>,
    extra: Option<&'a str>,
    kept: Option<Kept<'a>>,
}

#[derive(Clone)]
struct Read {
    module: Arc<Module>,
    is_empty: bool,
}

impl Loader<'_, '_> {
    fn root(&mut self, dir: &str) -> Option<Read> {
        let dir: Arc<str> = dir.into();
        if let Err(error) = self.read_all(std::slice::from_ref(&dir)).remove(0) {
            let detail = format!("The folder {dir} cannot be read: {error}.");
            self.diags.push(Diagnostic::error("Failed to read module directory", detail));
        }
        self.modules.get(&dir).cloned().flatten()
    }

    /// Reads folders that were not read yet, and makes modules of them.
    fn read_all(&mut self, dirs: &[Arc<str>]) -> Vec<Result<(), wb_lang::host::FileError>> {
        let (sources, diags) = (&mut self.sources, &mut self.diags);
        let read = match &self.kept {
            Some(kept) => kept.read(dirs, sources, diags),
            None => folder::read(dirs, sources, diags),
        };
        let mut results = Vec::with_capacity(read.len());
        for (dir, folder) in dirs.iter().zip(read) {
            match folder {
                Ok(mut folder) => {
                    // The root is the first folder that is read.
                    if let Some(text) = self.extra.take() {
                        folder.parsed.push(self.extend(text));
                    }
                    self.files.extend(folder.files.iter().cloned());
                    let (module, problems) = wb_lang::config::lower(&folder.parsed);
                    self.diags.append(problems);
                    let is_empty = folder.parsed.is_empty();
                    let read = Read { module: Arc::new(module), is_empty };
                    self.modules.insert(Arc::clone(dir), Some(read));
                    results.push(Ok(()));
                }
                Err(error) => {
                    self.modules.insert(Arc::clone(dir), None);
                    results.push(Err(error));
                }
            }
        }
        results
    }

    /// Configuration that is in no file, as a file.
    fn extend(&mut self, text: &str) -> SourceFile {
        let text: Arc<str> = text.into();
        let id = self.sources.add("<command line>", Arc::clone(&text));
        let (file, problems) = wb_hcl::parse_config(id, text);
        self.diags.append(problems);
        SourceFile { name: "command-line.tf".into(), file }
    }

    /// Finds and reads the modules of all calls.
    fn close(&mut self, stack: &mut Stack, given: &Given) {
        loop {
            let needs = stack.needs(given, self.host, &mut self.diags);
            if needs.is_empty() {
                return;
            }
            if stack.iter().len() + needs.len() > MOST_MODULES {
                self.diags.push(too_many(&needs[0]));
                return;
            }
            let placed = self.place(&needs);
            self.read_new(&placed);
            for (need, dir) in placed {
                let Some(Some(read)) = self.modules.get(&dir) else { continue };
                if read.is_empty {
                    let detail = format!("There is no configuration file in the folder {dir}.");
                    let problem =
                        Diagnostic::warning("Empty module directory", detail).at(need.span);
                    self.diags.push(problem);
                }
                let module = Arc::clone(&read.module);
                stack.supply(need, module, dir, &mut self.diags);
            }
        }
    }

    /// The folder of each module, where it can be had.
    fn place<'n>(&mut self, needs: &'n [Need]) -> Vec<(&'n Need, Arc<str>)> {
        let mut placed = Vec::with_capacity(needs.len());
        for need in needs {
            let found = match (&need.source, &self.kept) {
                (_, Some(kept)) => kept.place(need),
                (ModuleSource::Local(path), None) => self
                    .paths
                    .join(&need.caller_dir, path)
                    .map_err(|error| Box::new(unreadable(need, path, &error))),
                (_, None) => self.installer.place(need),
            };
            match found {
                Ok(dir) => {
                    self.installer.record(need, &dir);
                    placed.push((need, dir));
                }
                Err(problem) => self.diags.push(*problem),
            }
        }
        placed
    }

    fn read_new(&mut self, placed: &[(&Need, Arc<str>)]) {
        let mut new: Vec<Arc<str>> = Vec::new();
        let mut first: HashMap<&str, &Need> = HashMap::new();
        for (need, dir) in placed {
            if !self.modules.contains_key(dir) && first.insert(dir, need).is_none() {
                new.push(Arc::clone(dir));
            }
        }
        for (dir, result) in new.iter().zip(self.read_all(&new)) {
            if let (Err(error), Some(need)) = (result, first.get(&**dir)) {
                self.diags.push(unreadable(need, dir, &error));
            }
        }
    }

    fn finish(self, stack: Option<Stack>, given: Given, is_empty: bool) -> Loading {
        Loading {
            sources: self.sources,
            diags: self.diags,
            stack,
            given,
            is_empty,
            manifest: self.installer.into_manifest(),
            files: self.files,
        }
    }
}

fn unreadable(need: &Need, dir: &str, error: &wb_lang::host::FileError) -> Diagnostic {
    Diagnostic::error(
        "Unreadable module directory",
        format!("The folder {dir} of the module {} cannot be read: {error}.", need.path),
    )
    .at(need.span)
    .help("Correct the path, which starts at the folder of this file, or make the folder.")
}

fn too_many(need: &Need) -> Diagnostic {
    Diagnostic::error(
        "Too many modules",
        format!(
            "This stack would have more than {MOST_MODULES} modules: calls within calls multiply."
        ),
    )
    .at(need.span)
}

#[cfg(test)]
mod tests;
