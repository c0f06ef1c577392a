//! Outputs, variables, locals and checks of a module instance; what can be checked.

use std::fmt;
use std::sync::Arc;

use super::module::split_instance;
use super::parts::range_of;
use super::resource::key_at_end;
use super::target::resource_in;
use super::{
    AbsInstance, AddrError, AddrErrorKind as Kind, ConfigResource, ModuleInstance, ModulePath,
    Part, parts,
};

/// The kinds of things that a module holds one of under a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NamedKind {
    Output,
    Variable,
    Local,
    Check,
}

impl NamedKind {
    /// The word before the name.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::Variable => "var",
            Self::Local => "local",
            Self::Check => "check",
        }
    }
}

/// An output, variable, local value or check of one module instance: `module.a[0].output.id`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsNamed {
    pub module: ModuleInstance,
    pub kind: NamedKind,
    pub name: Arc<str>,
}

impl AbsNamed {
    #[must_use]
    pub fn new(module: ModuleInstance, kind: NamedKind, name: &str) -> Self {
        Self { module, kind, name: Arc::from(name) }
    }

    /// # Errors
    /// Where the text is not the address of a thing of this kind.
    pub fn parse(kind: NamedKind, text: &str) -> Result<Self, AddrError> {
        Self::from_parts(kind, &parts::scan(text)?)
    }

    fn from_parts(kind: NamedKind, parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let (module, rest) = split_instance(parts)?;
        let whole = || range_of(if rest.is_empty() { parts } else { rest });
        if rest.first().and_then(Part::name) != Some(kind.keyword()) {
            return Err(AddrError::new(Kind::NamedKeyword(kind.keyword()), whole()));
        }
        match rest {
            [_, part] if part.name().is_some() => {
                Ok(Self::new(module, kind, part.name().unwrap_or_default()))
            }
            _ => Err(AddrError::new(Kind::NamedName(kind.keyword()), whole())),
        }
    }
}

impl fmt::Display for AbsNamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{}.{}", self.kind.keyword(), self.name)
    }
}

impl fmt::Debug for AbsNamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbsNamed({self})")
    }
}

/// What a check result can be about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CheckKind {
    Resource,
    Output,
    Check,
    Variable,
}

impl CheckKind {
    /// The word in state files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Output => "output",
            Self::Check => "check",
            Self::Variable => "var",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Resource, Self::Output, Self::Check, Self::Variable]
            .into_iter()
            .find(|k| k.as_str() == word)
    }

    fn named(self) -> Option<NamedKind> {
        match self {
            Self::Resource => None,
            Self::Output => Some(NamedKind::Output),
            Self::Check => Some(NamedKind::Check),
            Self::Variable => Some(NamedKind::Variable),
        }
    }
}

/// One object that was checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Checkable {
    Instance(AbsInstance),
    Named(AbsNamed),
}

impl Checkable {
    /// # Errors
    /// Where the text is not the address of an object of this kind.
    ///
    /// The kind must be known beforehand: `output` and `check` are also possible resource types.
    pub fn parse(kind: CheckKind, text: &str) -> Result<Self, AddrError> {
        let parts = parts::scan(text)?;
        if let Some(kind) = kind.named() {
            return AbsNamed::from_parts(kind, &parts).map(Self::Named);
        }
        let (module, rest) = split_instance(&parts)?;
        if rest.is_empty() {
            return Err(AddrError::new(Kind::CheckableObject, range_of(&parts)));
        }
        let (resource, rest) = resource_in(rest)?;
        let key = key_at_end(rest)?;
        Ok(Self::Instance(AbsInstance { resource: resource.absolute(module), key }))
    }

    /// The block that it is an instance of.
    #[must_use]
    pub fn config(&self) -> ConfigCheckable {
        match self {
            Self::Instance(instance) => ConfigCheckable::Resource(instance.resource.config()),
            Self::Named(named) => ConfigCheckable::Named {
                module: named.module.module(),
                kind: named.kind,
                name: named.name.clone(),
            },
        }
    }
}

impl fmt::Display for Checkable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(instance) => instance.fmt(f),
            Self::Named(named) => named.fmt(f),
        }
    }
}

/// A block with conditions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ConfigCheckable {
    Resource(ConfigResource),
    Named { module: ModulePath, kind: NamedKind, name: Arc<str> },
}

impl ConfigCheckable {
    /// # Errors
    /// Where the text is not the address of a block of this kind, or has instance keys.
    pub fn parse(kind: CheckKind, text: &str) -> Result<Self, AddrError> {
        let object = Checkable::parse(kind, text)?;
        let keyed = match &object {
            Checkable::Instance(i) => !i.key.is_none() || has_keys(i.module()),
            Checkable::Named(n) => has_keys(&n.module),
        };
        if keyed {
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            return Err(AddrError::new(Kind::CheckableKeyed, 0..end));
        }
        Ok(object.config())
    }

    #[must_use]
    pub fn kind(&self) -> CheckKind {
        match self {
            Self::Resource(_) => CheckKind::Resource,
            Self::Named { kind: NamedKind::Output, .. } => CheckKind::Output,
            Self::Named { kind: NamedKind::Check, .. } => CheckKind::Check,
            Self::Named { kind: NamedKind::Variable | NamedKind::Local, .. } => CheckKind::Variable,
        }
    }
}

fn has_keys(module: &ModuleInstance) -> bool {
    module.steps().iter().any(|s| !s.key.is_none())
}

impl fmt::Display for ConfigCheckable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(resource) => resource.fmt(f),
            Self::Named { module, kind, name } => {
                if !module.is_root() {
                    write!(f, "{module}.")?;
                }
                write!(f, "{}.{name}", kind.keyword())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_checked_prints_and_parses() {
        for (kind, text) in [
            (CheckKind::Resource, "module.a[0].data.t.x[\"k\"]"),
            (CheckKind::Resource, "output.x"),
            (CheckKind::Output, "module.a[0].output.x"),
            (CheckKind::Check, "check.health"),
            (CheckKind::Variable, "module.a.var.size"),
        ] {
            let object = Checkable::parse(kind, text).unwrap();
            assert_eq!(object.to_string(), text);
            assert_eq!(object.config().kind(), kind);
        }
        let error = |kind, text| Checkable::parse(kind, text).unwrap_err().kind;
        assert_eq!(error(CheckKind::Output, "var.x"), Kind::NamedKeyword("output"));
        assert_eq!(error(CheckKind::Output, "output.x.y"), Kind::NamedName("output"));
        assert_eq!(error(CheckKind::Output, "module.a"), Kind::NamedKeyword("output"));
        assert_eq!(error(CheckKind::Resource, "module.a"), Kind::CheckableObject);
    }

    #[test]
    fn blocks_have_no_keys() {
        assert_eq!(
            ConfigCheckable::parse(CheckKind::Resource, "module.a.t.x").unwrap().to_string(),
            "module.a.t.x"
        );
        for text in ["t.x[0]", "module.a[0].t.x"] {
            let error = ConfigCheckable::parse(CheckKind::Resource, text).unwrap_err();
            assert_eq!(error.kind, Kind::CheckableKeyed);
        }
    }
}
