//! Modules and their instances.

use std::fmt;
use std::sync::Arc;

use super::parts::{PartKind, range_of};
use super::{AddrError, AddrErrorKind as Kind, InstanceKey, Part, parts};

/// A module of the configuration: the names of the calls that lead to it. The root module has none.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct ModulePath(Option<Arc<[Arc<str>]>>);

impl ModulePath {
    /// The root module.
    pub const ROOT: Self = Self(None);

    #[must_use]
    pub fn new(names: impl IntoIterator<Item = Arc<str>>) -> Self {
        let names: Arc<[Arc<str>]> = names.into_iter().collect();
        Self((!names.is_empty()).then_some(names))
    }

    #[must_use]
    pub fn names(&self) -> &[Arc<str>] {
        self.0.as_deref().unwrap_or_default()
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_none()
    }

    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self::new(self.names().iter().cloned().chain([Arc::from(name)]))
    }

    /// The module whose call makes this one. The root has none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.names().split_last()?;
        Some(Self::new(rest.iter().cloned()))
    }

    /// `self` followed by the calls of `below`.
    #[must_use]
    pub fn join(&self, below: &Self) -> Self {
        if self.is_root() {
            return below.clone();
        }
        Self::new(self.names().iter().chain(below.names()).cloned())
    }

    /// The instance in which no call is repeated.
    #[must_use]
    pub fn unkeyed(&self) -> ModuleInstance {
        ModuleInstance::new(
            self.names().iter().map(|n| ModuleStep { name: n.clone(), key: InstanceKey::None }),
        )
    }

    /// Whether `other` is this module or lies below it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.names().starts_with(self.names())
    }

    /// # Errors
    /// Where the text is no address, or one of something else than a module.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        let parts = parts::scan(text)?;
        let (path, rest) = split_path(&parts)?;
        match rest.first() {
            Some(part) => Err(part.error(Kind::OnlyModuleAllowed)),
            None => Ok(path),
        }
    }
}

impl PartialOrd for ModulePath {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Near the root first, then by name.
impl Ord for ModulePath {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let (a, b) = (self.names(), other.names());
        a.len().cmp(&b.len()).then_with(|| a.cmp(b))
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.names().iter().enumerate() {
            f.write_str(if i == 0 { "module." } else { ".module." })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

/// One step of a module instance's path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModuleStep {
    pub name: Arc<str>,
    pub key: InstanceKey,
}

/// One instance of a module. The root module has one, without steps.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct ModuleInstance(Option<Arc<[ModuleStep]>>);

impl ModuleInstance {
    /// The root module's instance.
    pub const ROOT: Self = Self(None);

    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = ModuleStep>) -> Self {
        let steps: Arc<[ModuleStep]> = steps.into_iter().collect();
        Self((!steps.is_empty()).then_some(steps))
    }

    #[must_use]
    pub fn steps(&self) -> &[ModuleStep] {
        self.0.as_deref().unwrap_or_default()
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_none()
    }

    #[must_use]
    pub fn child(&self, name: &str, key: InstanceKey) -> Self {
        let step = ModuleStep { name: Arc::from(name), key };
        Self::new(self.steps().iter().cloned().chain([step]))
    }

    /// The instance whose call makes this one. The root has none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.steps().split_last()?;
        Some(Self::new(rest.iter().cloned()))
    }

    /// `self` followed by the steps of `below`.
    #[must_use]
    pub fn join(&self, below: &Self) -> Self {
        if self.is_root() {
            return below.clone();
        }
        Self::new(self.steps().iter().chain(below.steps()).cloned())
    }

    /// The module that this is an instance of.
    #[must_use]
    pub fn module(&self) -> ModulePath {
        ModulePath::new(self.steps().iter().map(|s| s.name.clone()))
    }

    /// Whether this is an instance of `module`.
    #[must_use]
    pub fn is_of(&self, module: &ModulePath) -> bool {
        self.steps().len() == module.names().len()
            && self.steps().iter().zip(module.names()).all(|(s, n)| s.name == *n)
    }

    /// Whether `-target` of `self` takes in the module instance `other`.
    ///
    /// A last step without key stands for all instances of that call.
    #[must_use]
    pub fn targets(&self, other: &Self) -> bool {
        let Some((last, above)) = self.steps().split_last() else { return true };
        other.steps().starts_with(above)
            && other.steps().get(above.len()).is_some_and(|step| {
                step.name == last.name && (last.key.is_none() || step.key == last.key)
            })
    }

    /// # Errors
    /// Where the text is no address, or one of something else than a module instance.
    pub fn parse(text: &str) -> Result<Self, AddrError> {
        Self::from_parts(&parts::scan(text)?)
    }

    /// # Errors
    /// Where the parts are not those of a module instance.
    pub fn from_parts(parts: &[Part<'_>]) -> Result<Self, AddrError> {
        let (instance, rest) = split_instance(parts)?;
        if rest.is_empty() {
            return Ok(instance);
        }
        let kind = if rest.len() == parts.len() { Kind::ModuleExpected } else { Kind::AfterModule };
        Err(AddrError::new(kind, range_of(rest)))
    }
}

impl PartialOrd for ModuleInstance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Near the root first, then by name and key.
impl Ord for ModuleInstance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let (a, b) = (self.steps(), other.steps());
        a.len().cmp(&b.len()).then_with(|| a.cmp(b))
    }
}

impl fmt::Display for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps().iter().enumerate() {
            f.write_str(if i == 0 { "module." } else { ".module." })?;
            f.write_str(&step.name)?;
            step.key.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModulePath({self})")
    }
}

impl fmt::Debug for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModuleInstance({self})")
    }
}

/// The module instance that the parts begin with, and what follows it.
pub(super) fn split_instance<'p, 'a>(
    parts: &'p [Part<'a>],
) -> Result<(ModuleInstance, &'p [Part<'a>]), AddrError> {
    let mut rest = parts;
    let mut steps = Vec::new();
    while let Some(name) = call_name(rest)? {
        rest = &rest[2..];
        let mut key = InstanceKey::None;
        if let Some(part) = rest.first() {
            match &part.kind {
                PartKind::Key(k) => key = k.clone(),
                PartKind::BadKey => return Err(part.error(Kind::ModuleKey)),
                PartKind::Name(_) => {}
            }
            if part.name().is_none() {
                rest = &rest[1..];
            }
        }
        steps.push(ModuleStep { name: Arc::from(name), key });
    }
    Ok((ModuleInstance::new(steps), rest))
}

/// The module that the parts begin with, and what follows it.
pub(super) fn split_path<'p, 'a>(
    parts: &'p [Part<'a>],
) -> Result<(ModulePath, &'p [Part<'a>]), AddrError> {
    let mut rest = parts;
    let mut names: Vec<Arc<str>> = Vec::new();
    while let Some(name) = call_name(rest)? {
        rest = &rest[2..];
        if let Some(part) = rest.first().filter(|p| p.name().is_none()) {
            return Err(part.error(Kind::ModuleKeyNotAllowed));
        }
        names.push(Arc::from(name));
    }
    Ok((ModulePath::new(names), rest))
}

/// The name of the module call that the parts begin with, if they begin with one.
fn call_name<'a>(parts: &[Part<'a>]) -> Result<Option<&'a str>, AddrError> {
    let Some(first) = parts.first() else { return Ok(None) };
    match first.name() {
        Some("module") => {}
        Some(_) => return Ok(None),
        None => return Err(first.error(Kind::NameAfterModule)),
    }
    let second = parts.get(1).unwrap_or(first);
    match parts.get(1).and_then(Part::name) {
        Some(name) => Ok(Some(name)),
        None => Err(second.error(Kind::ModuleNameRequired)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(text: &str) -> ModuleInstance {
        ModuleInstance::parse(text).unwrap()
    }

    #[test]
    fn modules_near_the_root_come_first() {
        let mut all =
            ["module.b", "module.a.module.z", "module.a[1]", "module.a", "module.a[\"0\"]"]
                .map(instance);
        all.sort();
        assert_eq!(
            all.map(|m| m.to_string()),
            ["module.a", "module.a[1]", "module.a[\"0\"]", "module.b", "module.a.module.z"]
        );
    }

    #[test]
    fn a_last_step_without_key_targets_all_its_instances() {
        assert!(instance("module.a").targets(&instance("module.a[3].module.b")));
        assert!(instance("module.a[3]").targets(&instance("module.a[3].module.b")));
        assert!(!instance("module.a[2]").targets(&instance("module.a[3]")));
        assert!(!instance("module.a.module.b").targets(&instance("module.a[3].module.b")));
        assert!(!instance("module.a.module.b").targets(&instance("module.a")));
        assert!(ModuleInstance::ROOT.targets(&ModuleInstance::ROOT));
    }

    #[test]
    fn paths_and_instances_of_other_things_are_refused() {
        let error = |text| ModuleInstance::parse(text).unwrap_err().kind;
        assert_eq!(error("foo.bar"), Kind::ModuleExpected);
        assert_eq!(error("module.a.foo.bar"), Kind::AfterModule);
        assert_eq!(error("module.a[0][1]"), Kind::NameAfterModule);
        assert_eq!(error("module.a[0.5]"), Kind::ModuleKey);
        assert_eq!(ModulePath::parse("module.a[0]").unwrap_err().kind, Kind::ModuleKeyNotAllowed);
        assert_eq!(ModulePath::parse("module.a.x").unwrap_err().range, 8..10);
    }
}
