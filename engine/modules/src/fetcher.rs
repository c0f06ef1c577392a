//! Packages into folders.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use wb_core::addr::{RegistryModule, RemoteModule};
use wb_core::version::Version;

use crate::url::Address;
use crate::{FetchError, git, tree};

/// Brings packages. What was brought once is copied the next time.
#[derive(Debug, Default)]
pub struct Fetcher {
    /// Where packages of this run are.
    brought: HashMap<String, PathBuf>,
}

impl Fetcher {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings a package, as [`RemoteModule::package`] names it, into a folder. What was there goes.
    ///
    /// # Errors
    /// Where it cannot be had; what was there before is there still.
    pub fn fetch(&mut self, package: &str, into: &Path) -> Result<(), FetchError> {
        if let Some(known) = self.brought.get(package) {
            return tree::put(into, |into| tree::copy(known, into));
        }
        let address = Address::parse(package)?;
        tree::put(into, |into| match &*address.kind {
            "git" => git::fetch(address, into),
            "file" => match address.file_path() {
                Some(path) => tree::copy(Path::new(&path), into),
                None => Err(FetchError::Address { why: "the path of a file: address is absolute" }),
            },
            kind => Err(FetchError::Unsupported { kind: kind.to_owned() }),
        })?;
        self.brought.insert(package.to_owned(), into.to_path_buf());
        Ok(())
    }

    /// The versions that a registry has of a module.
    ///
    /// # Errors
    /// Where the registry does not answer, or has no such module.
    pub fn versions(&mut self, module: &RegistryModule) -> Result<Vec<Version>, FetchError> {
        Err(FetchError::Unsupported { kind: module.host.to_string() })
    }

    /// Where the package of a version lies.
    ///
    /// # Errors
    /// As [`Fetcher::versions`].
    pub fn locate(
        &mut self,
        module: &RegistryModule,
        _version: &Version,
    ) -> Result<RemoteModule, FetchError> {
        Err(FetchError::Unsupported { kind: module.host.to_string() })
    }
}
