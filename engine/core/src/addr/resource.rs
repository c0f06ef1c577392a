//! Resources and their instances.

use std::fmt;
use std::sync::Arc;

use super::module::split_path;
use super::parts::{PartKind, range_of};
use super::target::resource_in;
use super::{
    AddrError, AddrErrorKind as Kind, InstanceKey, ModuleInstance, ModulePath, Part, Target, parts,
};

/// Which kind of block declares the resource. The order is that of lists: what is read comes before what is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    Ephemeral,
    Data,
    Managed,
}

impl Mode {
    /// The keyword of the block.
    #[must_use]
    pub fn block(self) -> &'static str {
        match self {
            Self::Ephemeral => "ephemeral",
            Self::Data => "data",
            Self::Managed => "resource",
        }
    }
}

/// A resource within its module.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceAddr {
    pub mode: Mode,
    /// The resource type: `aws_vpc`.
    pub kind: Arc<str>,
    pub name: Arc<str>,
}

impl ResourceAddr {
    #[must_use]
    pub fn new(mode: Mode, kind: &str, name: &str) -> Self {
        Self { mode, kind: Arc::from(kind), name: Arc::from(name) }
    }

    #[must_use]
    pub fn managed(kind: &str, name: &str) -> Self {
        Self::new(Mode::Managed, kind, name)
    }

    /// The local name of the provider that a resource of this type has where its block names none: the type's text
    /// before the first underscore.
    #[must_use]
    pub fn implied_provider(&self) -> &str {
        self.kind.split('_').next().unwrap_or(&self.kind)
    }

    #[must_use]
    pub fn in_module(self, module: ModulePath) -> ConfigResource {
        ConfigResource { module, resource: self }
    }

    #[must_use]
    pub fn absolute(self, module: ModuleInstance) -> AbsResource {
        AbsResource { module, resource: self }
    }
}

impl fmt::Display for ResourceAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            Mode::Managed => {}
            Mode::Data => f.write_str("data.")?,
            Mode::Ephemeral => f.write_str("ephemeral.")?,
        }
        // Names are printed more than anything else, and are not padded.
        f.write_str(&self.kind)?;
        f.write_str(".")?;
        f.write_str(&self.name)
    }
}

/// The commonest address, that of a managed resource of the root module, which takes no cutting into parts.
fn plain(text: &str) -> Option<ResourceAddr> {
    let (kind, name) = text.split_once('.')?;
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let is_plain =
        is_name(kind) && is_name(name) && !matches!(kind, "data" | "ephemeral" | "module");
    is_plain.then(|| ResourceAddr::managed(kind, name))
}

/// A resource block of the configuration.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigResource {
    pub module: ModulePath,
    pub resource: ResourceAddr,
}

impl ConfigResource {
    /// # Errors
    /// Where the text is no address, one of a module, or has instance keys.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        match plain(text) {
            Some(resource) => Ok(resource.in_module(ModulePath::ROOT)),
            None => Self::from_parts(&parts::scan(text)?),
        }
    }

    /// # Errors
    /// As [`ConfigResource::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let (module, rest) = split_path(parts)?;
        if rest.is_empty() {
            return Err(AddrError::new(Kind::ModuleNotAllowed, range_of(parts)));
        }
        let (resource, rest) = resource_in(rest)?;
        match rest {
            [] => Ok(Self { module, resource }),
            [key] => Err(key.error(Kind::ResourceKeyNotAllowed)),
            [_, extra, ..] => Err(extra.error(Kind::ExtraParts)),
        }
    }
}

impl fmt::Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            self.module.fmt(f)?;
            f.write_str(".")?;
        }
        self.resource.fmt(f)
    }
}

/// A resource of one module instance.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsResource {
    pub module: ModuleInstance,
    pub resource: ResourceAddr,
}

impl AbsResource {
    #[must_use]
    pub fn instance(&self, key: InstanceKey) -> AbsInstance {
        AbsInstance { resource: self.clone(), key }
    }

    /// The block that declares it.
    #[must_use]
    pub fn config(&self) -> ConfigResource {
        ConfigResource { module: self.module.module(), resource: self.resource.clone() }
    }

    /// # Errors
    /// Where the text is no address, or one of a module or of one instance.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        match plain(text) {
            Some(resource) => Ok(resource.absolute(ModuleInstance::ROOT)),
            None => Self::from_parts(&parts::scan(text)?),
        }
    }

    /// # Errors
    /// As [`AbsResource::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        match Target::from_parts(parts)? {
            Target::Resource(resource) => Ok(resource),
            Target::Instance(_) => {
                let key = parts.last().map_or(0..0, |p| p.range.clone());
                Err(AddrError::new(Kind::ResourceNotInstance, key))
            }
            Target::Module(_) => Err(AddrError::new(Kind::ResourceNotModule, range_of(parts))),
        }
    }
}

impl fmt::Display for AbsResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            self.module.fmt(f)?;
            f.write_str(".")?;
        }
        self.resource.fmt(f)
    }
}

/// A resource instance.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsInstance {
    pub resource: AbsResource,
    pub key: InstanceKey,
}

impl AbsInstance {
    #[must_use]
    pub fn module(&self) -> &ModuleInstance {
        &self.resource.module
    }

    /// # Errors
    /// Where the text is no address, or one of a module.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        match plain(text) {
            Some(resource) => {
                Ok(resource.absolute(ModuleInstance::ROOT).instance(InstanceKey::None))
            }
            None => Self::from_parts(&parts::scan(text)?),
        }
    }

    /// # Errors
    /// As [`AbsInstance::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        match Target::from_parts(parts)? {
            Target::Resource(resource) => Ok(Self { resource, key: InstanceKey::None }),
            Target::Instance(instance) => Ok(instance),
            Target::Module(_) => Err(AddrError::new(Kind::InstanceNotModule, range_of(parts))),
        }
    }
}

impl fmt::Display for AbsInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.resource.fmt(f)?;
        self.key.fmt(f)
    }
}

/// The key that stands alone at the end of an address, or nothing.
pub(super) fn key_at_end(rest: &[Part<'_>]) -> Result<InstanceKey, AddrError> {
    match rest {
        [] => Ok(InstanceKey::None),
        [part] => match &part.kind {
            PartKind::Key(key) => Ok(key.clone()),
            PartKind::BadKey => Err(part.error(Kind::ResourceKey)),
            PartKind::Name(_) => Err(part.error(Kind::KeyInBrackets)),
        },
        [_, extra, ..] => Err(extra.error(Kind::ExtraParts)),
    }
}

macro_rules! debug_as_display {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

debug_as_display!(ResourceAddr, ConfigResource, AbsResource, AbsInstance);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_ordered_as_terraform_orders_them() {
        let mut all = [
            "module.a.data.t.a",
            "t.b",
            "t.a[\"x\"]",
            "t.a[10]",
            "t.a[9]",
            "data.z.z",
            "module.a[0].t.a",
            "s.z",
        ]
        .map(|text| AbsInstance::parse(text).unwrap());
        all.sort();
        assert_eq!(
            all.map(|a| a.to_string()),
            [
                "data.z.z",
                "s.z",
                "t.a[9]",
                "t.a[10]",
                "t.a[\"x\"]",
                "t.b",
                "module.a.data.t.a",
                "module.a[0].t.a",
            ]
        );
    }

    #[test]
    fn the_short_way_reads_what_the_long_one_reads() {
        for text in
            ["t.x", "_t.x-1", "data.x", "module.x", "ephemeral.x", "t.x.y", "t.1", "t", "é.x"]
        {
            let long = parts::scan(text).and_then(|parts| AbsInstance::from_parts(&parts));
            assert_eq!(AbsInstance::parse(text), long, "{text}");
            if let (Some(short), Ok(long)) = (plain(text), long) {
                assert_eq!(short, long.resource.resource);
            }
        }
        assert_eq!(plain("t.x"), Some(ResourceAddr::managed("t", "x")));
    }

    #[test]
    fn the_wrong_kind_of_address_is_named() {
        assert_eq!(AbsResource::parse("a.b[0]").unwrap_err().range, 3..6);
        assert_eq!(AbsResource::parse("module.a").unwrap_err().kind, Kind::ResourceNotModule);
        assert_eq!(AbsInstance::parse("module.a").unwrap_err().kind, Kind::InstanceNotModule);
        assert_eq!(AbsInstance::parse("a.b.c").unwrap_err().kind, Kind::KeyInBrackets);
        assert_eq!(AbsInstance::parse("a.b[0.5]").unwrap_err().kind, Kind::ResourceKey);
    }

    #[test]
    fn the_provider_of_a_type_is_its_first_word() {
        assert_eq!(ResourceAddr::managed("aws_vpc", "a").implied_provider(), "aws");
        assert_eq!(ResourceAddr::managed("http", "a").implied_provider(), "http");
    }
}
