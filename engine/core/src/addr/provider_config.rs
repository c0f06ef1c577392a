//! Provider configurations and their instances, as state files name them.

use std::fmt;
use std::sync::Arc;

use super::module::split_instance;
use super::parts::{PartKind, range_of};
use super::{AddrError, AddrErrorKind as Kind, InstanceKey, ModulePath, Part, Provider, parts};

/// A `provider` block, or the empty one that stands for a missing block.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderConfig {
    pub module: ModulePath,
    pub provider: Provider,
    pub alias: Option<Arc<str>>,
}

impl ProviderConfig {
    /// The block without alias in the root module.
    #[must_use]
    pub fn root(provider: Provider) -> Self {
        Self { module: ModulePath::ROOT, provider, alias: None }
    }

    /// # Errors
    /// Where the text is not the address of a provider configuration, or has an instance key.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        let parts = parts::scan(text)?;
        let instance = ProviderInstance::from_parts(&parts)?;
        if !instance.key.is_none() {
            return Err(AddrError::new(Kind::ProviderKeyNotAllowed, range_of(&parts)));
        }
        Ok(instance.config)
    }

    /// Reads the form of Terraform 0.12, `provider.aws.west`, where the provider's source was not known.
    ///
    /// # Errors
    /// Where the text is not in that form.
    pub fn parse_legacy(text: &str) -> Result<Self, AddrError> {
        let parts = parts::scan(text)?;
        let (module, rest) = unkeyed_module(&parts)?;
        let error = |part: &Part<'_>, kind| Err(part.error(kind));
        let [keyword, kind, rest @ ..] = rest else {
            return Err(AddrError::new(Kind::ProviderKeyword, range_of(rest)));
        };
        if keyword.name() != Some("provider") {
            return Err(AddrError::new(Kind::ProviderKeyword, range_of(&parts)));
        }
        let Some(name) = kind.name() else { return error(kind, Kind::ProviderSourceRequired) };
        let provider = if name == "terraform" {
            Provider::builtin(name)
        } else {
            // Read as it will be when it has been written.
            let source = format!("-/{name}");
            Provider::parse(&source).map_err(|e| kind.error(Kind::Provider(e)))?
        };
        let alias = match rest {
            [] => None,
            [part] => match part.name() {
                Some(alias) => Some(Arc::from(alias)),
                None => return error(part, Kind::ProviderAlias),
            },
            [_, extra, ..] => return error(extra, Kind::ProviderExtra),
        };
        Ok(Self { module, provider, alias })
    }

    /// The configuration in the calling module that this one is where its own module has none.
    #[must_use]
    pub fn inherited(&self) -> Option<Self> {
        if self.alias.is_some() {
            return None;
        }
        let module = self.module.parent()?;
        Some(Self { module, provider: self.provider.clone(), alias: None })
    }

    /// The form of Terraform 0.12.
    #[must_use]
    pub fn legacy_form(&self) -> String {
        let mut text =
            if self.module.is_root() { String::new() } else { format!("{}.", self.module) };
        text.push_str("provider.");
        text.push_str(&self.provider.kind);
        if let Some(alias) = &self.alias {
            text.push('.');
            text.push_str(alias);
        }
        text
    }
}

impl fmt::Display for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "provider[\"{}\"]", self.provider)?;
        match &self.alias {
            Some(alias) => write!(f, ".{alias}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderConfig({self})")
    }
}

/// One instance of a provider configuration: with a key where its block has `for_each` (OpenTofu).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProviderInstance {
    pub config: ProviderConfig,
    pub key: InstanceKey,
}

impl ProviderInstance {
    /// # Errors
    /// Where the text is not the address of a provider instance.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        Self::from_parts(&parts::scan(text)?)
    }

    /// # Errors
    /// As [`ProviderInstance::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let (module, rest) = unkeyed_module(parts)?;
        let [keyword, source, rest @ ..] = rest else {
            return Err(AddrError::new(Kind::ProviderKeyword, range_of(parts)));
        };
        if keyword.name() != Some("provider") {
            return Err(AddrError::new(Kind::ProviderKeyword, range_of(parts)));
        }
        if let [_, _, extra, ..] = rest {
            return Err(extra.error(Kind::ProviderExtra));
        }
        let PartKind::Key(InstanceKey::String(text)) = &source.kind else {
            return Err(source.error(Kind::ProviderSourceRequired));
        };
        let provider = Provider::parse(text).map_err(|e| source.error(Kind::Provider(e)))?;
        let alias = match rest.first() {
            None => None,
            Some(part) => {
                let name = part.name().ok_or_else(|| part.error(Kind::ProviderAlias))?;
                Some(Arc::from(name))
            }
        };
        let key = match rest.get(1) {
            None => InstanceKey::None,
            Some(part) => match &part.kind {
                PartKind::Key(key) => key.clone(),
                PartKind::BadKey => return Err(part.error(Kind::ProviderKey)),
                PartKind::Name(_) => return Err(part.error(Kind::ProviderKeyInBrackets)),
            },
        };
        Ok(Self { config: ProviderConfig { module, provider, alias }, key })
    }
}

impl fmt::Display for ProviderInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.config, self.key)
    }
}

/// The module that the parts begin with. Providers are configured once for all instances of a module.
fn unkeyed_module<'p, 'a>(
    parts: &'p [Part<'a>],
) -> Result<(ModulePath, &'p [Part<'a>]), AddrError> {
    let (module, rest) = split_instance(parts)?;
    if module.steps().iter().any(|s| !s.key.is_none()) {
        return Err(AddrError::new(Kind::ProviderInKeyedModule, range_of(rest)));
    }
    Ok((module.module(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_print_and_parse() {
        for text in [
            "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "module.a.module.b.provider[\"example.com/x/y\"].west",
            "provider[\"registry.opentofu.org/hashicorp/aws\"].by[\"eu-1\"]",
            "provider[\"registry.opentofu.org/hashicorp/aws\"].by[0]",
        ] {
            assert_eq!(ProviderInstance::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            ProviderConfig::parse("provider[\"aws\"].by[0]").unwrap_err().kind,
            Kind::ProviderKeyNotAllowed
        );
        let extra = ProviderConfig::parse("provider[\"aws\"].a[0].b").unwrap_err();
        assert_eq!((extra.kind, extra.range), (Kind::ProviderExtra, 20..22));
    }

    #[test]
    fn the_old_form_is_read_and_kept_apart() {
        let config = ProviderConfig::parse_legacy("module.a.provider.aws.west").unwrap();
        assert!(config.provider.is_legacy());
        assert_eq!(config.legacy_form(), "module.a.provider.aws.west");
        let config = ProviderConfig::parse_legacy("provider.Aws").unwrap();
        assert_eq!(ProviderConfig::parse(&config.to_string()), Ok(config));
        assert!(ProviderConfig::parse_legacy("provider.terraform").unwrap().provider.is_builtin());
        for text in [
            "provider",
            "provider.a_b",
            "provider.terraform-a",
            "aws.x",
            "provider.a.b.c",
            "provider.a[0]",
            "module.a[0].provider.b",
        ] {
            assert!(ProviderConfig::parse_legacy(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_module_without_block_uses_its_callers() {
        let config = ProviderConfig::parse("module.a.provider[\"aws\"]").unwrap();
        assert_eq!(config.inherited(), Some(ProviderConfig::root(Provider::hashicorp("aws"))));
        assert_eq!(config.inherited().unwrap().inherited(), None);
    }
}
