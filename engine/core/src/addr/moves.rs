//! What `moved` blocks say: endpoints as written, made one kind, and what they do to addresses.
//!
//! An endpoint is written relative to its module and does not say whether `t.a` means the resource or its instance
//! without key. [`unify`] decides that for both endpoints of a block and gives two [`MovePattern`]s, which match
//! addresses in every instance of the module and say where each goes.

mod destination;
mod implied;
mod pattern;

use std::fmt;
use std::ops::Range;

use super::parts::range_of;
use super::{
    AbsInstance, AddrError, ConfigResource, InstanceKey, Mode, ModuleInstance, ModulePath, Part,
    Target, parts,
};

pub use implied::{Repetition, implied_module_move, implied_resource_move};
pub use pattern::{MovePattern, MoveSubject};

/// One end of a `moved` block, relative to the block's module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoveEndpoint {
    pub subject: Written,
    /// Bytes of the address, where the parts were.
    pub range: Range<u32>,
}

/// An endpoint as written. No key may mean all instances, or the one without key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Written {
    Module(ModuleInstance),
    Instance(AbsInstance),
}

impl MoveEndpoint {
    /// # Errors
    /// Where the text is no address of a module instance, resource or resource instance.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        Self::from_parts(&parts::scan(text)?)
    }

    /// # Errors
    /// As [`MoveEndpoint::parse`].
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let subject = match Target::from_parts(parts)? {
            Target::Module(module) => Written::Module(module),
            Target::Resource(resource) => {
                Written::Instance(AbsInstance { resource, key: InstanceKey::None })
            }
            Target::Instance(instance) => Written::Instance(instance),
        };
        Ok(Self { subject, range: range_of(parts) })
    }

    /// Whether it is a module that is meant, and not a resource.
    #[must_use]
    pub fn is_module(&self) -> bool {
        matches!(self.subject, Written::Module(_))
    }

    /// The block that the endpoint is about, for a `moved` block that stands in `module`.
    #[must_use]
    pub fn config(&self, module: &ModulePath) -> ConfigMoveable {
        match &self.subject {
            Written::Module(m) => ConfigMoveable::Module(module.join(&m.module())),
            Written::Instance(i) => {
                let config = i.resource.config();
                ConfigMoveable::Resource(config.resource.in_module(module.join(&config.module)))
            }
        }
    }

    /// Whether its kind of object can move: what is ephemeral is in no state.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        match &self.subject {
            Written::Module(_) => true,
            Written::Instance(i) => i.resource.resource.mode != Mode::Ephemeral,
        }
    }
}

impl fmt::Display for MoveEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Written::Module(module) => module.fmt(f),
            Written::Instance(instance) => instance.fmt(f),
        }
    }
}

/// A block that a move is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ConfigMoveable {
    Module(ModulePath),
    Resource(ConfigResource),
}

/// How exactly an endpoint is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Precision {
    Instance,
    Resource,
    ModuleInstance,
    ModuleCall,
}

/// Reads both endpoints of a block in `module` as the same kind of object: whole resources or module calls where
/// neither end has a key, else single instances.
///
/// Nothing where one is a module and the other a resource.
#[must_use]
pub fn unify(
    module: &ModulePath,
    from: &MoveEndpoint,
    to: &MoveEndpoint,
) -> Option<(MovePattern, MovePattern)> {
    let found = [from.precision(), to.precision()];
    let wanted = [
        Precision::Instance,
        Precision::Resource,
        Precision::ModuleInstance,
        Precision::ModuleCall,
    ]
    .into_iter()
    .find(|p| found.contains(p))?;
    let pattern = |end: &MoveEndpoint| {
        Some(MovePattern { module: module.clone(), subject: end.read_as(wanted)? })
    };
    Some((pattern(from)?, pattern(to)?))
}

impl MoveEndpoint {
    fn precision(&self) -> Precision {
        match &self.subject {
            Written::Module(m) if m.steps().last().is_some_and(|s| s.key.is_none()) => {
                Precision::ModuleCall
            }
            Written::Module(_) => Precision::ModuleInstance,
            Written::Instance(i) if i.key.is_none() => Precision::Resource,
            Written::Instance(_) => Precision::Instance,
        }
    }

    fn read_as(&self, wanted: Precision) -> Option<MoveSubject> {
        match (&self.subject, wanted) {
            (Written::Module(m), Precision::ModuleInstance) => Some(MoveSubject::Module(m.clone())),
            (Written::Module(m), Precision::ModuleCall) => {
                let call = m.steps().last()?.name.clone();
                Some(MoveSubject::Call { caller: m.parent()?, call })
            }
            (Written::Instance(i), Precision::Instance) => Some(MoveSubject::Instance(i.clone())),
            (Written::Instance(i), Precision::Resource) => {
                Some(MoveSubject::Resource(i.resource.clone()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> MoveEndpoint {
        MoveEndpoint::parse(text).unwrap()
    }

    fn unified(module: &str, from: &str, to: &str) -> Option<(String, String)> {
        let module =
            if module.is_empty() { ModulePath::ROOT } else { ModulePath::parse(module).unwrap() };
        unify(&module, &end(from), &end(to)).map(|(f, t)| (f.to_string(), t.to_string()))
    }

    #[test]
    fn ends_without_keys_mean_all_instances() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(unified("", "t.a", "module.m.t.b"), pair("t.a[*]", "module.m.t.b[*]"));
        assert_eq!(
            unified("module.x", "t.a", "t.a[0]"),
            pair("module.x[*].t.a", "module.x[*].t.a[0]")
        );
        assert_eq!(unified("", "module.a", "module.b"), pair("module.a[*]", "module.b[*]"));
        assert_eq!(unified("", "module.a[1]", "module.b"), pair("module.a[1]", "module.b"));
        assert_eq!(unified("", "module.a", "t.b"), None);
    }

    #[test]
    fn an_endpoint_leads_to_its_block() {
        let module = ModulePath::parse("module.x").unwrap();
        let ConfigMoveable::Resource(block) = end("module.m[0].t.a[1]").config(&module) else {
            panic!("a resource is meant");
        };
        assert_eq!(block.to_string(), "module.x.module.m.t.a");
        assert!(!end("ephemeral.t.a").is_allowed());
    }
}
