//! Packages into folders.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use reqwest::Url;
use sha2::{Digest as _, Sha256, Sha512};
use wb_core::addr::{ModuleSource, RegistryModule, RemoteModule};
use wb_core::version::Version;

use crate::archive;
use crate::http::{Http, refused};
use crate::url::Address;
use crate::{FetchError, git, registry, tree};

/// Brings packages. What was brought once is copied the next time.
#[derive(Debug, Default)]
pub struct Fetcher {
    /// Where packages of this run are.
    brought: HashMap<String, PathBuf>,
    /// Where hosts keep their modules.
    registries: HashMap<String, Url>,
    /// By host.
    tokens: HashMap<String, String>,
    http: Option<Http>,
}

/// An address may lead to another so often.
const MOST_HOPS: usize = 5;

impl Fetcher {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what a registry is shown to prove who asks.
    #[must_use]
    pub fn token(mut self, host: impl Into<String>, token: impl Into<String>) -> Self {
        self.tokens.insert(host.into(), token.into());
        self
    }

    /// Brings a package, as [`RemoteModule::package`] names it, into a folder. What was there goes.
    ///
    /// # Errors
    /// Where it cannot be had; what was there before is there still.
    pub fn fetch(&mut self, package: &str, into: &Path) -> Result<(), FetchError> {
        if let Some(known) = self.brought.get(package) {
            return tree::put(into, |into| tree::copy(known, into));
        }
        tree::put(into, |into| self.bring(package, into, MOST_HOPS))?;
        self.brought.insert(package.to_owned(), into.to_path_buf());
        Ok(())
    }

    fn bring(&mut self, package: &str, into: &Path, hops: usize) -> Result<(), FetchError> {
        let address = Address::parse(package)?;
        match &*address.kind {
            "git" => git::fetch(address, into),
            "file" => local(address, into),
            "http" | "https" => self.web(address, into, hops),
            kind => Err(FetchError::Unsupported { kind: kind.to_owned() }),
        }
    }

    /// An archive on a server, or a page that says where the package is.
    fn web(&mut self, mut address: Address, into: &Path, hops: usize) -> Result<(), FetchError> {
        let (format, checksum) = (address.format()?, address.take("checksum"));
        let url = Url::parse(&address.with_query())
            .map_err(|_| FetchError::Address { why: "the address is no URL" })?;
        if let Some(format) = format {
            let mut file = self.http()?.download(url)?;
            check(&mut file, checksum.as_deref())?;
            return archive::unpack(file, format, into);
        }
        let mut asking = url;
        asking.query_pairs_mut().append_pair("terraform-get", "1");
        let reply = self.http()?.get(asking, None)?;
        if !(200..300).contains(&reply.status) {
            return Err(refused(reply.status, &reply.url));
        }
        let header = reply.headers.get("x-terraform-get").and_then(|v| v.to_str().ok());
        let Some(location) = header.filter(|_| hops > 0) else {
            return Err(FetchError::Server {
                said: "the address is that of no archive, and the server does not say where the package is".to_owned(),
            });
        };
        let location = match reply.url.join(location) {
            Ok(url) if !location.contains("::") => url.to_string(),
            _ => location.to_owned(),
        };
        let Ok(ModuleSource::Remote(remote)) = ModuleSource::parse(&location) else {
            return Err(FetchError::Address {
                why: "the server names a package that has no address",
            });
        };
        self.bring(&remote.package, into, hops - 1)
    }

    fn http(&mut self) -> Result<&Http, FetchError> {
        if self.http.is_none() {
            self.http = Some(Http::new()?);
        }
        self.http.as_ref().ok_or(FetchError::Address { why: "there is no way to make requests" })
    }

    fn registry(&mut self, host: &str) -> Result<Url, FetchError> {
        if let Some(known) = self.registries.get(host) {
            return Ok(known.clone());
        }
        let token = self.tokens.get(host).cloned();
        let base = registry::discover(self.http()?, host, token.as_deref())?;
        self.registries.insert(host.to_owned(), base.clone());
        Ok(base)
    }

    /// The versions that a registry has of a module.
    ///
    /// # Errors
    /// Where the registry does not answer, or has no such module.
    pub fn versions(&mut self, module: &RegistryModule) -> Result<Vec<Version>, FetchError> {
        let base = self.registry(&module.host)?;
        let token = self.tokens.get(&*module.host).cloned();
        registry::versions(self.http()?, &base, module, token.as_deref())
    }

    /// Where the package of a version lies.
    ///
    /// # Errors
    /// As [`Fetcher::versions`].
    pub fn locate(
        &mut self,
        module: &RegistryModule,
        version: &Version,
    ) -> Result<RemoteModule, FetchError> {
        let base = self.registry(&module.host)?;
        let token = self.tokens.get(&*module.host).cloned();
        registry::locate(self.http()?, &base, module, version, token.as_deref())
    }
}

/// A folder or an archive of this machine.
fn local(mut address: Address, into: &Path) -> Result<(), FetchError> {
    let (format, checksum) = (address.format()?, address.take("checksum"));
    let Some(path) = address.file_path().map(PathBuf::from) else {
        return Err(FetchError::Address { why: "the path of a file: address is absolute" });
    };
    if path.is_dir() {
        return tree::copy(&path, into);
    }
    let Some(format) = format else {
        return Err(FetchError::Address {
            why: "the file is no archive: tar, tar.gz, tgz and zip are",
        });
    };
    let mut file = File::open(&path).map_err(FetchError::io("read", &path))?;
    check(&mut file, checksum.as_deref())?;
    archive::unpack(file, format, into)
}

/// Checks the digest that an address asks for: `sha256:…` or `sha512:…`.
fn check(file: &mut File, wanted: Option<&str>) -> Result<(), FetchError> {
    let Some(wanted) = wanted else { return Ok(()) };
    let io = |error| FetchError::Io { action: "read", path: "the package".to_owned(), error };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(io)?;
    file.rewind().map_err(io)?;
    let hex = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (found, wanted) = match wanted.split_once(':') {
        Some(("sha256", wanted)) => (hex(&Sha256::digest(&bytes)), wanted),
        Some(("sha512", wanted)) => (hex(&Sha512::digest(&bytes)), wanted),
        _ => {
            return Err(FetchError::Address {
                why: "a checksum is written sha256:… or sha512:…; others are not known",
            });
        }
    };
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(FetchError::Server {
        said: format!("the package has the checksum {found}, and not {wanted}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_of_this_machine_is_checked_and_unpacked() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.tar");
        let mut builder = tar::Builder::new(File::create(&path).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.set_cksum();
        builder.append_data(&mut header, "main.tf", &b"#"[..]).unwrap();
        builder.into_inner().unwrap();
        let digest = Sha256::digest(std::fs::read(&path).unwrap());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let into = dir.path().join("out");
        let package = format!("file://{}?checksum=sha256:{digest}", path.display());
        let mut fetcher = Fetcher::new();
        fetcher.fetch(&package, &into).unwrap();
        assert_eq!(std::fs::read_to_string(into.join("main.tf")).unwrap(), "#");
        // The second time it is copied.
        std::fs::remove_file(&path).unwrap();
        fetcher.fetch(&package, &dir.path().join("again")).unwrap();
        let wrong = package.replace(&digest[..4], "0000");
        std::fs::copy(into.join("main.tf"), &path).unwrap();
        let error = fetcher.fetch(&wrong, &into).unwrap_err();
        assert!(error.to_string().contains("checksum"), "{error}");
        assert!(into.join("main.tf").exists(), "what was there is there still");
    }

    #[test]
    fn kinds_without_a_way_are_named() {
        let error = Fetcher::new().fetch("hg::https://example.com/a", Path::new("/nowhere/x"));
        assert!(error.is_err());
    }
}
