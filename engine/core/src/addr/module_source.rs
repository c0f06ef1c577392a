//! Where a module comes from, as the `source` argument of a `module` block says it.
//!
//! The syntax is overloaded for historical reasons: paths that begin with a dot are [`ModuleSource::Local`], what can
//! be read as the address of a registry is [`ModuleSource::Registry`], and everything else goes through the heuristics
//! of go-getter and becomes a [`ModuleSource::Remote`].

mod registry;
mod remote;

use std::fmt;
use std::sync::Arc;

pub use registry::RegistryModule;
pub use remote::RemoteModule;

/// The source of a module.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ModuleSource {
    /// A folder of the same package, relative to the calling module's: `./child`, `../sibling`. Cleaned, with forward
    /// slashes.
    Local(Arc<str>),
    Registry(RegistryModule),
    Remote(RemoteModule),
}

impl ModuleSource {
    /// Reads a source.
    ///
    /// # Errors
    /// Where it is none. What looks like a malformed registry address is reported as no source at all, because nearly
    /// everything is read as something; [`ModuleSource::parse_registry`] is exact.
    pub fn parse(text: &str) -> Result<Self, ModuleSourceError> {
        if is_local(text) {
            return Ok(Self::Local(local(text)));
        }
        if let Ok(module) = registry::parse(text) {
            return Ok(Self::Registry(module));
        }
        remote::parse(text).map(Self::Remote)
    }

    /// Reads a source that must be the address of a registry, because it comes with a version.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse_registry(text: &str) -> Result<Self, ModuleSourceError> {
        if is_local(text) {
            return Err(ModuleSourceError::LocalNotRegistry);
        }
        registry::parse(text).map(Self::Registry)
    }

    /// Whether the module belongs to another package than its caller, so that the two change independently.
    #[must_use]
    pub fn enters_new_package(&self) -> bool {
        !matches!(self, Self::Local(_))
    }

    /// For people: without the host where it is a default registry's.
    #[must_use]
    pub fn for_display(&self) -> String {
        match self {
            Self::Registry(module) => module.for_display(),
            Self::Local(_) | Self::Remote(_) => self.to_string(),
        }
    }
}

impl fmt::Display for ModuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => f.write_str(path),
            Self::Registry(module) => module.fmt(f),
            Self::Remote(module) => module.fmt(f),
        }
    }
}

/// Why a text is not the source of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ModuleSourceError {
    /// No kind of source. Perhaps meant as a path, which must begin with `./`.
    Unrecognised,
    /// A folder within the package that is outside of it.
    SubdirOutside {
        subdir: String,
    },
    GitHubForm,
    S3Form,
    GcsForm,
    /// A folder in place of a registry's address.
    LocalNotRegistry,
    /// Not three or four parts.
    RegistryForm,
    RegistryHost {
        host: String,
        punycode: bool,
    },
    /// A host without a dot.
    RegistryHostDot,
    /// A host of repositories, whose addresses mean a repository.
    ReservedHost {
        host: String,
    },
    /// `example.com/a/b`: the host counts as a part of its own.
    PartMissing,
    Namespace {
        given: String,
    },
    Name {
        given: String,
    },
    System {
        given: String,
    },
    Query,
}

/// A clause without its full stop.
impl fmt::Display for ModuleSourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAME: &str = "1 to 64 letters, digits, dashes and underscores are allowed, with a letter or digit at both ends";
        match self {
            Self::Unrecognised => {
                f.write_str("it is no local path, registry address, repository or URL")
            }
            Self::SubdirOutside { subdir } => {
                write!(f, "the folder {subdir:?} lies outside of the module's package")
            }
            Self::GitHubForm => {
                f.write_str("a repository on GitHub is written github.com/OWNER/NAME")
            }
            Self::S3Form => f.write_str("it is not the URL of an object in Amazon S3"),
            Self::GcsForm => f.write_str("it is not the URL of an object in Google Cloud Storage"),
            Self::LocalNotRegistry => f.write_str("a local path is no registry address"),
            Self::RegistryForm => f.write_str(
                "a registry address is written NAMESPACE/NAME/SYSTEM or HOST/NAMESPACE/NAME/SYSTEM",
            ),
            Self::RegistryHost { host, punycode: true } => {
                write!(
                    f,
                    "{host:?} is no host name; international names are written as they are, not in punycode"
                )
            }
            Self::RegistryHost { host, punycode: false } => write!(f, "{host:?} is no host name"),
            Self::RegistryHostDot => {
                f.write_str("the host name of a registry has at least one dot")
            }
            Self::ReservedHost { host } => {
                write!(
                    f,
                    "{host} is no registry: its addresses name repositories, and have no version"
                )
            }
            Self::PartMissing => {
                f.write_str("after the host name there must be three parts: NAMESPACE/NAME/SYSTEM")
            }
            Self::Namespace { given } => write!(f, "{given:?} is no namespace: {NAME}"),
            Self::Name { given } => write!(f, "{given:?} is no module name: {NAME}"),
            Self::System { given } => {
                write!(
                    f,
                    "{given:?} is no target system: 1 to 64 lower-case letters and digits are allowed"
                )
            }
            Self::Query => f.write_str(
                "a registry address has no query; set the version in the argument \"version\"",
            ),
        }
    }
}

impl std::error::Error for ModuleSourceError {}

fn is_local(text: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|prefix| text.starts_with(prefix))
}

fn local(text: &str) -> Arc<str> {
    let path = clean(&text.replace('\\', "/"));
    if path.starts_with("../") { path.into() } else { format!("./{path}").into() }
}

/// The shortest path to the same place, by the text alone.
fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// Splits the folder within a package off its address: what follows `//`, but not that of `://`, nor in a query. The
/// query stays with the address.
fn split_subdir(text: &str) -> Result<(String, String), ModuleSourceError> {
    let stop = text.find('?').unwrap_or(text.len());
    let after_scheme = text[..stop].find("://").map_or(0, |at| at + 3);
    let Some(at) = text[after_scheme..stop].find("//").map(|at| at + after_scheme) else {
        return Ok((text.to_owned(), String::new()));
    };
    let subdir = clean(&text[at + 2..stop]);
    if subdir == ".." || subdir.starts_with("../") {
        return Err(ModuleSourceError::SubdirOutside { subdir });
    }
    let subdir = if text[at + 2..stop].is_empty() { String::new() } else { subdir };
    Ok((format!("{}{}", &text[..at], &text[stop..]), subdir))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match ModuleSource::parse(text) {
            Ok(ModuleSource::Local(path)) => format!("local {path}"),
            Ok(ModuleSource::Registry(module)) => format!("registry {}", module.for_display()),
            Ok(ModuleSource::Remote(module)) => {
                format!("remote {} // {}", module.package, module.subdir)
            }
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn what_begins_with_a_dot_is_local() {
        assert_eq!(read("./a/./b/../c"), "local ./a/c");
        assert_eq!(read("../../a//b"), "local ../../a/b");
        assert_eq!(read(".\\a\\..\\..\\b"), "local ../b");
        assert_eq!(read("./"), "local ./.");
    }

    #[test]
    fn registry_addresses_come_before_everything_else() {
        assert_eq!(read("a/b/c"), "registry a/b/c");
        assert_eq!(read("a/b/c//d/../e"), "registry a/b/c//e");
        assert_eq!(read("registry.opentofu.org/a/b/c"), "registry a/b/c");
        assert_eq!(read("Example.com:443/a/b/c"), "registry example.com/a/b/c");
        assert_eq!(
            read("a/b/c//../d"),
            "error: the folder \"../d\" lies outside of the module's package"
        );
        assert_eq!(read("a/b"), "error: it is no local path, registry address, repository or URL");
    }

    #[test]
    fn repositories_and_urls_are_remote() {
        assert_eq!(
            read("github.com/a/b/c//d?ref=v1"),
            "remote git::https://github.com/a/b.git?ref=v1 // c/d"
        );
        assert_eq!(
            read("git@example.com:a/b.git?ref=x"),
            "remote git::ssh://git@example.com/a/b.git?ref=x // "
        );
        assert_eq!(
            read("git::me@example.com:a/b.git//c"),
            "remote git::ssh://me@example.com/a/b.git // c"
        );
        assert_eq!(read("bitbucket.org/a/b"), "remote git::https://bitbucket.org/a/b.git // ");
        assert_eq!(read("oci://example.com/a//b?tag=1"), "remote oci://example.com/a?tag=1 // b");
        assert_eq!(read("/srv/modules//a"), "remote file:///srv/modules // a");
        assert_eq!(
            read("bucket.s3-eu-west-1.amazonaws.com/a.zip"),
            "remote s3::https://s3-eu-west-1.amazonaws.com/bucket/a.zip // "
        );
        assert_eq!(
            read("github.com/a"),
            "error: a repository on GitHub is written github.com/OWNER/NAME"
        );
    }

    #[test]
    fn the_folder_is_printed_before_the_query() {
        let source = ModuleSource::parse("git::https://example.com/a.git//b/c?ref=d").unwrap();
        assert_eq!(source.to_string(), "git::https://example.com/a.git//b/c?ref=d");
    }

    #[test]
    fn a_version_asks_for_a_registry() {
        let error = |text: &str| ModuleSource::parse_registry(text).unwrap_err();
        assert_eq!(error("./a"), ModuleSourceError::LocalNotRegistry);
        assert_eq!(
            error("github.com/a/b/c"),
            ModuleSourceError::ReservedHost { host: "github.com".into() }
        );
        assert_eq!(error("example.com/a/b"), ModuleSourceError::PartMissing);
        assert_eq!(error("a/b/c?ref=d"), ModuleSourceError::Query);
        assert!(matches!(
            error("xn--a.com/a/b/c"),
            ModuleSourceError::RegistryHost { punycode: true, .. }
        ));
    }
}
