//! Provider source addresses.

use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The registry of addresses that name none.
pub const DEFAULT_HOST: &str = "registry.terraform.io";
/// OpenTofu's default registry: the same providers under another name.
pub const OPENTOFU_HOST: &str = "registry.opentofu.org";
const BUILTIN_HOST: &str = "terraform.io";
const BUILTIN_NAMESPACE: &str = "builtin";
/// Stands where a state from before Terraform 0.13 did not say whose provider it was.
const LEGACY_NAMESPACE: &str = "-";

/// Where a provider comes from: `registry.terraform.io/hashicorp/aws`. The parts are in lower case, form C.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider {
    pub host: Arc<str>,
    pub namespace: Arc<str>,
    /// The provider's own name: `aws`.
    pub kind: Arc<str>,
}

impl Provider {
    /// The parts as they are, for those who know them to be valid.
    #[must_use]
    pub fn new(host: &str, namespace: &str, kind: &str) -> Self {
        Self { host: host.into(), namespace: namespace.into(), kind: kind.into() }
    }

    /// `hashicorp/KIND` of the default registry.
    #[must_use]
    pub fn hashicorp(kind: &str) -> Self {
        Self::new(DEFAULT_HOST, "hashicorp", kind)
    }

    /// `terraform.io/builtin/KIND`, of which only `terraform` exists.
    #[must_use]
    pub fn builtin(kind: &str) -> Self {
        Self::new(BUILTIN_HOST, BUILTIN_NAMESPACE, kind)
    }

    /// What a state from before Terraform 0.13 named with `KIND` alone.
    #[must_use]
    pub fn legacy(kind: &str) -> Self {
        Self::new(DEFAULT_HOST, LEGACY_NAMESPACE, kind)
    }

    /// What a local name means that no `required_providers` entry explains.
    #[must_use]
    pub fn implied(local_name: &str) -> Self {
        if local_name == "terraform" {
            Self::builtin(local_name)
        } else {
            Self::hashicorp(local_name)
        }
    }

    /// Reads `[HOST/][NAMESPACE/]KIND`, as in the `source` of a `required_providers` entry.
    ///
    /// # Errors
    /// Where the form is another one, or a part is no name.
    pub fn parse(source: &str) -> Result<Self, ProviderError> {
        let mut parts: Vec<&str> = source.split('/').collect();
        let (Some(kind), namespace, host, None) =
            (parts.pop(), parts.pop(), parts.pop(), parts.pop())
        else {
            return Err(ProviderError::Form);
        };
        if [Some(kind), namespace, host].into_iter().flatten().any(str::is_empty) {
            return Err(ProviderError::Form);
        }
        let kind = Self::part(kind).map_err(|why| ProviderError::kind(kind, source, why))?;
        let namespace = match namespace {
            None => "hashicorp".to_owned(),
            Some(LEGACY_NAMESPACE) => LEGACY_NAMESPACE.to_owned(),
            Some(n) => Self::part(n).map_err(|why| ProviderError::namespace(n, source, why))?,
        };
        let host = match host {
            None => DEFAULT_HOST.to_owned(),
            Some(h) => host_name(h).ok_or_else(|| ProviderError::host(h, source))?,
        };
        let provider = Self::new(&host, &namespace, &kind);
        if &*provider.namespace == LEGACY_NAMESPACE && !provider.is_on_default_host() {
            return Err(ProviderError::LegacyHost);
        }
        match kind.strip_prefix("terraform-provider-").or(kind.strip_prefix("terraform-")) {
            Some(name) => {
                Err(ProviderError::Prefix { name: name.to_owned(), source: source.into() })
            }
            None => Ok(provider),
        }
    }

    /// Reads a namespace or provider name: letters, digits and single dashes within, in lower case and form C.
    ///
    /// # Errors
    /// Why it is none.
    pub fn part(given: &str) -> Result<String, &'static str> {
        if given.is_empty() {
            return Err("must have at least one character");
        }
        if given.contains('.') {
            return Err("dots are not allowed");
        }
        if given.contains("--") {
            return Err("cannot use multiple consecutive dashes");
        }
        label(given).ok_or(
            "must contain only letters, digits, and dashes, and may not use leading or trailing dashes",
        )
    }

    /// Whether it is on Terraform's or OpenTofu's default registry.
    #[must_use]
    pub fn is_on_default_host(&self) -> bool {
        matches!(&*self.host, DEFAULT_HOST | OPENTOFU_HOST)
    }

    /// Whether it is one of HashiCorp's on a default registry.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.is_on_default_host() && &*self.namespace == "hashicorp"
    }

    #[must_use]
    pub fn is_builtin(&self) -> bool {
        &*self.host == BUILTIN_HOST && &*self.namespace == BUILTIN_NAMESPACE
    }

    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.is_on_default_host() && &*self.namespace == LEGACY_NAMESPACE
    }

    /// Whether both name the same provider, the two default registries being one.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.namespace == other.namespace
            && (self.host == other.host
                || (self.is_on_default_host() && other.is_on_default_host()))
    }

    /// For people: without the host where it is a default registry's, and the name alone where it is old.
    #[must_use]
    pub fn for_display(&self) -> String {
        if self.is_on_default_host() {
            format!("{}/{}", self.namespace, self.kind)
        } else {
            self.to_string()
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.kind)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({self})")
    }
}

/// A host name in lower case, with its port where that is not 443.
pub(super) fn host_name(given: &str) -> Option<String> {
    let (name, port) = match given.rsplit_once(':') {
        Some((name, port)) => (name, Some(port.parse::<u16>().ok()?)),
        None => (given, None),
    };
    let labels: Option<Vec<String>> = name.split('.').map(label).collect();
    let name = labels?.join(".");
    Some(match port {
        None | Some(443) => name,
        Some(port) => format!("{name}:{port}"),
    })
}

/// One label of a domain name, mapped as domain names are.
fn label(given: &str) -> Option<String> {
    if given.is_ascii() {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let good = !given.is_empty()
            && given.bytes().all(fits)
            && !given.starts_with('-')
            && !given.ends_with('-');
        return good.then(|| given.to_ascii_lowercase());
    }
    let mapped: String = given.to_lowercase().nfc().collect();
    let fits = |c: char| c.is_alphanumeric() || c == '-' || is_combining_mark(c);
    let good = !mapped.is_empty()
        && mapped.chars().all(fits)
        && !mapped.starts_with('-')
        && !mapped.ends_with('-')
        && !mapped.starts_with(is_combining_mark);
    good.then_some(mapped)
}

/// Why a text is not the source of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProviderError {
    /// Not one to three parts, or an empty one.
    Form,
    Kind {
        given: String,
        source: String,
        why: &'static str,
    },
    Namespace {
        given: String,
        source: String,
        why: &'static str,
    },
    Host {
        given: String,
        source: String,
    },
    LegacyHost,
    /// The name of the executable or repository in place of the provider's.
    Prefix {
        name: String,
        source: String,
    },
}

impl ProviderError {
    fn kind(given: &str, source: &str, why: &'static str) -> Self {
        Self::Kind { given: given.to_owned(), source: source.to_owned(), why }
    }

    fn namespace(given: &str, source: &str, why: &'static str) -> Self {
        Self::Namespace { given: given.to_owned(), source: source.to_owned(), why }
    }

    fn host(given: &str, source: &str) -> Self {
        Self::Host { given: given.to_owned(), source: source.to_owned() }
    }

    #[must_use]
    pub fn summary(&self) -> &'static str {
        match self {
            Self::Form => "Invalid provider source string",
            Self::Kind { .. } | Self::Prefix { .. } => "Invalid provider type",
            Self::Namespace { .. } | Self::LegacyHost => "Invalid provider namespace",
            Self::Host { .. } => "Invalid provider source hostname",
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "The \"source\" attribute must be in the format \"[hostname/][namespace/]name\".",
            ),
            Self::Kind { given, source, why } => {
                write!(f, "Invalid provider type \"{given}\" in source \"{source}\": {why}.")
            }
            Self::Namespace { given, source, why } => {
                write!(f, "Invalid provider namespace \"{given}\" in source \"{source}\": {why}.")
            }
            Self::Host { given, source } => {
                write!(f, "Invalid provider source hostname \"{given}\" in source \"{source}\".")
            }
            Self::LegacyHost => {
                write!(f, "The namespace \"-\" is possible only with the hostname {DEFAULT_HOST}.")
            }
            Self::Prefix { name, source } => write!(
                f,
                "Provider source \"{source}\" has the name of an executable or repository: the prefix is no part of \
                 a provider's type. Did you mean \"{name}\"?"
            ),
        }
    }
}

impl std::error::Error for ProviderError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_missing_are_the_defaults() {
        let parse = |s| Provider::parse(s).unwrap().to_string();
        assert_eq!(parse("aws"), "registry.terraform.io/hashicorp/aws");
        assert_eq!(parse("Other/AWS"), "registry.terraform.io/other/aws");
        assert_eq!(parse("Example.com:8443/a/b"), "example.com:8443/a/b");
        assert_eq!(parse("example.com:443/a/b"), "example.com/a/b");
        assert_eq!(parse("registry.opentofu.org/-/aws"), "registry.opentofu.org/-/aws");
    }

    #[test]
    fn what_is_no_source_is_refused() {
        let error = |s| Provider::parse(s).unwrap_err().summary();
        assert_eq!(error(""), "Invalid provider source string");
        assert_eq!(error("a//b"), "Invalid provider source string");
        assert_eq!(error("a/b/c/d"), "Invalid provider source string");
        assert_eq!(error("a b/c/d"), "Invalid provider source hostname");
        assert_eq!(error("example.com/-/aws"), "Invalid provider namespace");
        assert_eq!(error("hashicorp/terraform-provider-aws"), "Invalid provider type");
    }

    #[test]
    fn the_two_default_registries_are_one() {
        let tofu = Provider::parse("registry.opentofu.org/hashicorp/aws").unwrap();
        assert!(tofu.is_same(&Provider::hashicorp("aws")) && tofu.is_default());
        assert_ne!(tofu, Provider::hashicorp("aws"));
        assert_eq!(tofu.for_display(), "hashicorp/aws");
        assert!(Provider::implied("terraform").is_builtin());
    }
}
