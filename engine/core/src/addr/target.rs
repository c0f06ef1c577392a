//! What `-target`, `-exclude` and `removed` select.

use std::fmt;

use super::module::{split_instance, split_path};
use super::parts::range_of;
use super::resource::key_at_end;
use super::{
    AbsInstance, AbsResource, AddrError, AddrErrorKind as Kind, ConfigResource, Mode,
    ModuleInstance, ModulePath, Part, ResourceAddr, parts,
};

/// What a command is limited to. An address without instance key means the whole resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    Module(ModuleInstance),
    Resource(AbsResource),
    Instance(AbsInstance),
}

impl Target {
    /// # Errors
    /// Where the text is no address of a module instance, resource or resource instance.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        Self::from_parts(&parts::scan(text)?)
    }

    /// # Errors
    /// As [`Target::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let (module, rest) = split_instance(parts)?;
        if rest.is_empty() {
            return Ok(Self::Module(module));
        }
        let (resource, rest) = resource_in(rest)?;
        let key = key_at_end(rest)?;
        let resource = resource.absolute(module);
        Ok(if key.is_none() {
            Self::Resource(resource)
        } else {
            Self::Instance(AbsInstance { resource, key })
        })
    }

    /// The module instance that it is, or lies in.
    #[must_use]
    pub fn module(&self) -> &ModuleInstance {
        match self {
            Self::Module(module) => module,
            Self::Resource(resource) => &resource.module,
            Self::Instance(instance) => instance.module(),
        }
    }

    /// Whether it takes in this instance.
    #[must_use]
    pub fn contains(&self, instance: &AbsInstance) -> bool {
        match self {
            Self::Module(module) => module.targets(instance.module()),
            Self::Resource(resource) => *resource == instance.resource,
            Self::Instance(target) => target == instance,
        }
    }

    /// Whether it takes in some instance of this block, going by what the configuration alone tells.
    #[must_use]
    pub fn touches(&self, block: &ConfigResource) -> bool {
        match self {
            Self::Module(module) => module.module().contains(&block.module),
            Self::Resource(resource) => resource.config() == *block,
            Self::Instance(instance) => instance.resource.config() == *block,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(module) => module.fmt(f),
            Self::Resource(resource) => resource.fmt(f),
            Self::Instance(instance) => instance.fmt(f),
        }
    }
}

/// What a `removed` block lets go of, relative to the module of the block.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum RemoveEndpoint {
    Module(ModulePath),
    Resource(ConfigResource),
}

impl RemoveEndpoint {
    /// # Errors
    /// Where the text is not the address of a module or a managed resource, or has instance keys.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        Self::from_parts(&parts::scan(text)?)
    }

    /// # Errors
    /// As [`RemoveEndpoint::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let (module, rest) = split_path(parts)?;
        if rest.is_empty() {
            return Ok(Self::Module(module));
        }
        let resource = ConfigResource::from_parts(parts)?;
        let refused = |kind| Err(AddrError::new(kind, range_of(parts)));
        match resource.resource.mode {
            Mode::Managed => Ok(Self::Resource(resource)),
            Mode::Data => refused(Kind::RemovedData),
            Mode::Ephemeral => refused(Kind::RemovedEphemeral),
        }
    }

    /// The same seen from the root, for a block that stands in `module`.
    #[must_use]
    pub fn absolute(&self, module: &ModulePath) -> Self {
        match self {
            Self::Module(below) => Self::Module(module.join(below)),
            Self::Resource(r) => {
                Self::Resource(r.resource.clone().in_module(module.join(&r.module)))
            }
        }
    }

    /// Whether the instance is let go of, where `self` is absolute.
    #[must_use]
    pub fn contains(&self, instance: &AbsInstance) -> bool {
        match self {
            Self::Module(module) => module.contains(&instance.module().module()),
            Self::Resource(resource) => {
                resource.resource == instance.resource.resource
                    && instance.module().is_of(&resource.module)
            }
        }
    }
}

impl fmt::Display for RemoveEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(module) => module.fmt(f),
            Self::Resource(resource) => resource.fmt(f),
        }
    }
}

/// The resource that the parts begin with, and what follows it.
pub(super) fn resource_in<'p, 'a>(
    parts: &'p [Part<'a>],
) -> Result<(ResourceAddr, &'p [Part<'a>]), AddrError> {
    let mode = match parts.first().and_then(Part::name) {
        Some("data") => Mode::Data,
        Some("ephemeral") => Mode::Ephemeral,
        _ => Mode::Managed,
    };
    let rest = if mode == Mode::Managed { parts } else { &parts[1..] };
    let [kind, name, rest @ ..] = rest else {
        return Err(AddrError::new(Kind::TypeAndNameRequired, range_of(parts)));
    };
    let kind = kind.name().ok_or_else(|| kind.error(Kind::TypeRequired(mode)))?;
    let name = name.name().ok_or_else(|| name.error(Kind::ResourceNameRequired))?;
    Ok((ResourceAddr::new(mode, kind, name), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_takes_in_what_lies_below_it() {
        let contains = |target: &str, instance: &str| {
            Target::parse(target).unwrap().contains(&AbsInstance::parse(instance).unwrap())
        };
        assert!(contains("module.a", "module.a[0].module.b.t.x[1]"));
        assert!(contains("t.x", "t.x[1]"));
        assert!(contains("t.x[1]", "t.x[1]"));
        assert!(!contains("t.x[1]", "t.x"));
        assert!(!contains("module.a.t.x", "module.a[0].t.x"));
        assert!(!contains("data.t.x", "t.x"));
    }

    #[test]
    fn a_target_touches_blocks() {
        let touches = |target: &str, block: &str| {
            Target::parse(target).unwrap().touches(&ConfigResource::parse(block).unwrap())
        };
        assert!(touches("module.a[0]", "module.a.module.b.t.x"));
        assert!(touches("module.a[0].t.x[3]", "module.a.t.x"));
        assert!(!touches("module.a[0].t.x", "module.a.t.y"));
        assert!(!touches("module.a", "t.x"));
    }

    #[test]
    fn a_removed_block_means_its_own_module() {
        let endpoint = RemoveEndpoint::parse("module.b.t.x").unwrap();
        let absolute = endpoint.absolute(&ModulePath::parse("module.a").unwrap());
        assert_eq!(absolute.to_string(), "module.a.module.b.t.x");
        assert!(
            absolute.contains(&AbsInstance::parse("module.a[1].module.b[\"k\"].t.x[0]").unwrap())
        );
        assert!(!absolute.contains(&AbsInstance::parse("module.b.t.x").unwrap()));
        assert_eq!(RemoveEndpoint::parse("data.a.b").unwrap_err().range, 0..8);
    }
}
