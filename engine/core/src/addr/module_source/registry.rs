//! Addresses of modules in registries: `[HOST/]NAMESPACE/NAME/SYSTEM[//SUBDIR]`.

use std::fmt;
use std::sync::Arc;

use super::{ModuleSourceError as Error, split_subdir};
use crate::addr::provider::{DEFAULT_HOST, OPENTOFU_HOST, host_name};

/// The longest name or system.
const LONGEST: usize = 64;

/// A module in a registry, of which the version is chosen separately.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegistryModule {
    /// In lower case, with its port where that is not 443.
    pub host: Arc<str>,
    /// As written, as the name is: some registries tell upper from lower case.
    pub namespace: Arc<str>,
    pub name: Arc<str>,
    pub system: Arc<str>,
    /// The folder within the package, cleaned; empty for its root.
    pub subdir: Arc<str>,
}

impl RegistryModule {
    /// Whether it is on Terraform's or OpenTofu's default registry.
    #[must_use]
    pub fn is_on_default_host(&self) -> bool {
        matches!(&*self.host, DEFAULT_HOST | OPENTOFU_HOST)
    }

    /// `NAMESPACE/NAME/SYSTEM`: the path in the registry's protocol.
    #[must_use]
    pub fn protocol_path(&self) -> String {
        format!("{}/{}/{}", self.namespace, self.name, self.system)
    }

    /// Without the host where it is a default registry's.
    #[must_use]
    pub fn for_display(&self) -> String {
        let host =
            if self.is_on_default_host() { String::new() } else { format!("{}/", self.host) };
        format!("{host}{}{}", self.protocol_path(), SubdirSuffix(&self.subdir))
    }
}

impl fmt::Display for RegistryModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.host, self.protocol_path(), SubdirSuffix(&self.subdir))
    }
}

struct SubdirSuffix<'a>(&'a str);

impl fmt::Display for SubdirSuffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "//{}", self.0) }
    }
}

pub(super) fn parse(text: &str) -> Result<RegistryModule, Error> {
    let (address, subdir) = split_subdir(text)?;
    let parts: Vec<&str> = address.split('/').collect();
    let (host, [namespace, name, system]) = match parts[..] {
        [namespace, name, system] => (DEFAULT_HOST.to_owned(), [namespace, name, system]),
        [host, namespace, name, system] => (registry_host(host)?, [namespace, name, system]),
        _ => return Err(Error::RegistryForm),
    };
    if matches!(&*host, "github.com" | "bitbucket.org") {
        return Err(Error::ReservedHost { host });
    }
    if !is_name(namespace) {
        return Err(match namespace.contains('.') {
            true => Error::PartMissing,
            false => Error::Namespace { given: namespace.to_owned() },
        });
    }
    if !is_name(name) {
        return Err(Error::Name { given: name.to_owned() });
    }
    if !is_system(system) {
        return Err(match system.contains('?') {
            true => Error::Query,
            false => Error::System { given: system.to_owned() },
        });
    }
    Ok(RegistryModule {
        host: host.into(),
        namespace: namespace.into(),
        name: name.into(),
        system: system.into(),
        subdir: subdir.into(),
    })
}

fn registry_host(given: &str) -> Result<String, Error> {
    let is_punycode = given.split('.').any(|label| label.starts_with("xn--"));
    let host = host_name(given).filter(|_| !is_punycode).ok_or_else(|| Error::RegistryHost {
        host: given.to_owned(),
        punycode: given.contains("--"),
    })?;
    if host.contains('.') { Ok(host) } else { Err(Error::RegistryHostDot) }
}

fn is_name(text: &str) -> bool {
    let at_ends = |c: char| c.is_ascii_alphanumeric();
    text.len() <= LONGEST
        && text.starts_with(at_ends)
        && text.ends_with(at_ends)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_system(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}
