//! Where modules of other packages lie: what the manifest says, or what is fetched now.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wb_core::addr::{ModulePath, ModuleSource, RegistryModule};
use wb_core::diag::Diagnostic;
use wb_core::version::{Constraints, Version};
use wb_lang::stack::Need;
use wb_modules::{FetchError, Fetcher};

use super::Manifest;

/// What to do about modules that are not installed.
#[derive(Default)]
pub enum Install<'a> {
    /// They are an error.
    #[default]
    No,
    /// They are fetched.
    Yes {
        fetcher: &'a mut Fetcher,
        /// Whether those that are installed are fetched again.
        upgrade: bool,
        progress: &'a mut dyn FnMut(Progress<'_>),
    },
}

/// What happens while modules are installed.
#[derive(Debug)]
pub enum Progress<'a> {
    Fetching { path: &'a ModulePath, source: String, version: Option<&'a Version> },
    Placed { path: &'a ModulePath, dir: &'a str },
}

impl std::fmt::Debug for Install<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::No => "No",
            Self::Yes { .. } => "Yes",
        })
    }
}

/// The folder and version of a module that is installed.
type Installed = (Arc<str>, Option<Version>);

pub(super) struct Installer<'a> {
    dir: PathBuf,
    install: Install<'a>,
    /// As it was found; read when it is first needed.
    known: Option<Manifest>,
    /// As it is to be.
    manifest: Manifest,
    /// What was chosen for a call, for its entry.
    version: Option<Version>,
}

impl<'a> Installer<'a> {
    pub(super) fn new(data_dir: &Path, install: Install<'a>) -> Self {
        let mut manifest = Manifest::default();
        manifest.insert(&ModulePath::ROOT, String::new(), None, ".".to_owned());
        Self { dir: data_dir.join("modules"), install, known: None, manifest, version: None }
    }

    pub(super) fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// Notes where the module of a call lies.
    pub(super) fn record(&mut self, need: &Need, dir: &str) {
        let source = need.source.to_string();
        let version = self.version.take().map(|v| v.to_string());
        self.manifest.insert(&need.path, source, version, dir.to_owned());
        if let Install::Yes { progress, .. } = &mut self.install {
            progress(Progress::Placed { path: &need.path, dir });
        }
    }

    /// The folder of a module of another package.
    pub(super) fn place(&mut self, need: &Need) -> Result<Arc<str>, Box<Diagnostic>> {
        let upgrade = matches!(self.install, Install::Yes { upgrade: true, .. });
        if !upgrade && let Some((dir, version)) = self.installed(need)? {
            self.version = version;
            return Ok(dir);
        }
        let Install::Yes { fetcher, progress, .. } = &mut self.install else {
            return Err(not_installed(need).into());
        };
        let into = self.dir.join(need.path.names().join("."));
        let failed = |error: FetchError| Box::new(failed(need, &error));
        let remote = match &need.source {
            ModuleSource::Registry(module) => {
                let version = choose(fetcher, module, need.version.as_ref(), need)?;
                let source = module.for_display();
                progress(Progress::Fetching { path: &need.path, source, version: Some(&version) });
                let mut remote = fetcher.locate(module, &version).map_err(failed)?;
                remote.subdir = joined(&remote.subdir, &module.subdir);
                self.version = Some(version);
                remote
            }
            ModuleSource::Remote(remote) => {
                let source = remote.to_string();
                progress(Progress::Fetching { path: &need.path, source, version: None });
                remote.clone()
            }
            ModuleSource::Local(_) => return Err(not_installed(need).into()),
        };
        fetcher.fetch(&remote.package, &into).map_err(failed)?;
        let dir = below(into, &remote.subdir);
        Ok(dir.to_string_lossy().into())
    }

    /// What the manifest knows of a call, where that still fits.
    fn installed(&mut self, need: &Need) -> Result<Option<Installed>, Box<Diagnostic>> {
        let known = self.known.get_or_insert_with(|| Manifest::read(&self.dir));
        let Some(entry) = known.get(&need.path) else { return Ok(None) };
        let version = entry.version.as_deref().and_then(|text| Version::parse(text).ok());
        let fits = match (&need.version, &version) {
            (Some(wanted), Some(version)) => wanted.matches(version),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if entry.source == need.source.to_string() && fits && Path::new(&entry.dir).is_dir() {
            return Ok(Some((entry.dir.as_str().into(), version)));
        }
        match self.install {
            Install::No => Err(changed(need).into()),
            Install::Yes { .. } => Ok(None),
        }
    }
}

/// The newest version that will do.
fn choose(
    fetcher: &mut Fetcher,
    module: &RegistryModule,
    wanted: Option<&Constraints>,
    need: &Need,
) -> Result<Version, Box<Diagnostic>> {
    let versions = fetcher.versions(module).map_err(|error| Box::new(failed(need, &error)))?;
    let fits = |v: &&Version| match wanted {
        Some(wanted) => wanted.matches(v),
        None => !v.is_prerelease(),
    };
    if let Some(best) = versions.iter().filter(fits).max_by(|a, b| a.precedence(b)) {
        return Ok(best.clone());
    }
    let newest = versions.iter().max_by(|a, b| a.precedence(b));
    let has =
        newest.map_or("has no version at all".to_owned(), |v| format!("has {v} as its newest"));
    let wanted = wanted.map_or_else(|| "any release".to_owned(), ToString::to_string);
    let detail =
        format!("No version of {} meets {wanted}; the registry {has}.", module.for_display());
    Err(Diagnostic::error("Unresolvable module version constraint", detail).at(need.span).into())
}

/// A folder of a package. A star stands for the only folder there is, as in packages that have their name as a folder.
pub(super) fn below(package: PathBuf, subdir: &str) -> PathBuf {
    let mut dir = package;
    for part in subdir.split('/').filter(|part| !part.is_empty()) {
        let only = || {
            let entries = crate::files::list(&dir).unwrap_or_default();
            let mut folders =
                entries.into_iter().filter(|e| e.kind == Some(wb_lang::host::FileKind::Directory));
            folders.next().map(|entry| entry.name)
        };
        let found = if part == "*" { only() } else { None };
        dir.push(found.as_deref().unwrap_or(part));
    }
    dir
}

pub(super) fn joined(outer: &str, inner: &str) -> Arc<str> {
    match (outer, inner) {
        (outer, "") => outer.into(),
        ("", inner) => inner.into(),
        (outer, inner) => format!("{outer}/{inner}").into(),
    }
}

fn failed(need: &Need, error: &FetchError) -> Diagnostic {
    let detail =
        format!("The module {} cannot be fetched from {:?}: {error}.", need.path, need.written);
    let problem = Diagnostic::error("Failed to download module", detail).at(need.span);
    match error.help() {
        Some(help) => problem.help(help),
        None => problem,
    }
}

fn not_installed(need: &Need) -> Diagnostic {
    let detail = format!("The module {} is not installed yet.", need.path);
    Diagnostic::error("Module not installed", detail)
        .at(need.span)
        .help("Run \"wb init\" to fetch all modules that this stack needs.")
}

fn changed(need: &Need) -> Diagnostic {
    let detail = format!(
        "The module {} is installed from another source, in another version, or its folder is gone.",
        need.path
    );
    Diagnostic::error("Module source has changed", detail)
        .at(need.span)
        .help("Run \"wb init\" to fetch all modules that this stack needs.")
}
