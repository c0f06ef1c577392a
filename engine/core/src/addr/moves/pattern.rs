//! A move's end as a pattern: which objects it selects, in every instance of the module of its block.

use std::fmt;
use std::sync::Arc;

use crate::addr::{
    AbsInstance, AbsResource, InstanceKey, ModuleInstance, ModulePath, ResourceAddr,
};

/// One end of a move, of the same kind as the other.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MovePattern {
    /// Where the block stands: its instances are all meant.
    pub module: ModulePath,
    /// What moves, relative to an instance of that module.
    pub subject: MoveSubject,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum MoveSubject {
    Module(ModuleInstance),
    /// All instances of a module call.
    Call {
        caller: ModuleInstance,
        call: Arc<str>,
    },
    /// All instances of a resource.
    Resource(AbsResource),
    Instance(AbsInstance),
}

/// A step of a module path that may stand for any instance.
#[derive(PartialEq, Eq)]
struct Step<'a> {
    name: &'a str,
    /// None: any key.
    key: Option<&'a InstanceKey>,
}

impl Step<'_> {
    fn can_match(&self, other: &Self) -> bool {
        self.name == other.name
            && match (self.key, other.key) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            }
    }
}

impl MovePattern {
    /// Whether modules move, not resources.
    #[must_use]
    pub fn is_module(&self) -> bool {
        matches!(self.subject, MoveSubject::Module(_) | MoveSubject::Call { .. })
    }

    /// Whether it selects this module instance, or something that lies directly in it.
    #[must_use]
    pub fn selects_module(&self, module: &ModuleInstance) -> bool {
        let path = self.path();
        path.len() == module.steps().len()
            && path.iter().zip(module.steps()).all(|(mine, step)| {
                *mine.name == *step.name && mine.key.is_none_or(|k| *k == step.key)
            })
    }

    /// Whether it selects this resource or one of its instances.
    #[must_use]
    pub fn selects_resource(&self, resource: &AbsResource) -> bool {
        self.resource() == Some(&resource.resource) && self.selects_module(&resource.module)
    }

    /// Whether, `self` being where something moves to, `other` may be where it moves from next.
    #[must_use]
    pub fn can_chain_from(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.path(), other.path());
        if mine.len() != theirs.len() || !prefix_can_match(&theirs, &mine) {
            return false;
        }
        match (&self.subject, &other.subject) {
            (MoveSubject::Resource(a), MoveSubject::Resource(b)) => a.resource == b.resource,
            (MoveSubject::Instance(a), MoveSubject::Instance(b)) => {
                a.resource.resource == b.resource.resource && a.key == b.key
            }
            _ => self.is_module() && other.is_module(),
        }
    }

    /// Whether everything that `self` selects lies within something that `other` can select.
    #[must_use]
    pub fn is_nested_within(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.path(), other.path());
        if theirs.len() > mine.len() || !prefix_can_match(&theirs, &mine) {
            return false;
        }
        let deeper = mine.len() > theirs.len();
        match (&self.subject, &other.subject) {
            (MoveSubject::Call { .. }, MoveSubject::Call { .. } | MoveSubject::Module(_))
            | (MoveSubject::Module(_), MoveSubject::Module(_)) => deeper,
            (_, MoveSubject::Call { .. } | MoveSubject::Module(_)) => true,
            (MoveSubject::Instance(a), MoveSubject::Resource(b)) => {
                !deeper && a.resource.resource == b.resource
            }
            _ => false,
        }
    }

    /// Whether, `self` being the origin and `to` the destination, only keys of modules change.
    #[must_use]
    pub fn is_module_reindex(&self, to: &Self) -> bool {
        let names = |m: &ModuleInstance, call: Option<&Arc<str>>| {
            let mut names: Vec<Arc<str>> = m.steps().iter().map(|s| s.name.clone()).collect();
            names.extend(call.cloned());
            names
        };
        let of = |subject: &MoveSubject| match subject {
            MoveSubject::Module(m) => Some(names(m, None)),
            MoveSubject::Call { caller, call } => Some(names(caller, Some(call))),
            MoveSubject::Resource(_) | MoveSubject::Instance(_) => None,
        };
        let one_is_instance =
            [self, to].iter().any(|p| matches!(p.subject, MoveSubject::Module(_)));
        one_is_instance && of(&self.subject).is_some_and(|a| of(&to.subject) == Some(a))
    }

    /// The calls that lead from the block's module to that of the subject.
    #[must_use]
    pub fn calls_traversed(&self) -> Vec<Arc<str>> {
        let steps = match &self.subject {
            MoveSubject::Module(m) => m.steps().split_last().map_or(&[][..], |(_, above)| above),
            MoveSubject::Call { caller, .. } => caller.steps(),
            MoveSubject::Resource(r) => r.module.steps(),
            MoveSubject::Instance(i) => i.module().steps(),
        };
        steps.iter().map(|s| s.name.clone()).collect()
    }

    /// The resource within its module, where one is meant.
    pub(super) fn resource(&self) -> Option<&ResourceAddr> {
        match &self.subject {
            MoveSubject::Resource(r) => Some(&r.resource),
            MoveSubject::Instance(i) => Some(&i.resource.resource),
            MoveSubject::Module(_) | MoveSubject::Call { .. } => None,
        }
    }

    /// The whole path from the root, with the module that moves or that the resource lies in.
    fn path(&self) -> Vec<Step<'_>> {
        let mut path: Vec<Step<'_>> =
            self.module.names().iter().map(|n| Step { name: n, key: None }).collect();
        let (steps, call) = match &self.subject {
            MoveSubject::Module(m) => (m.steps(), None),
            MoveSubject::Call { caller, call } => (caller.steps(), Some(call)),
            MoveSubject::Resource(r) => (r.module.steps(), None),
            MoveSubject::Instance(i) => (i.module().steps(), None),
        };
        path.extend(steps.iter().map(|s| Step { name: &s.name, key: Some(&s.key) }));
        path.extend(call.map(|c| Step { name: c, key: None }));
        path
    }
}

fn prefix_can_match(prefix: &[Step<'_>], path: &[Step<'_>]) -> bool {
    prefix.iter().zip(path).all(|(a, b)| a.can_match(b))
}

/// With `[*]` for any instance, which the language has no way to write.
impl fmt::Display for MovePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in self.module.names() {
            write!(f, "module.{name}[*].")?;
        }
        match &self.subject {
            MoveSubject::Module(m) => m.fmt(f),
            MoveSubject::Call { caller, call } if caller.is_root() => write!(f, "module.{call}[*]"),
            MoveSubject::Call { caller, call } => write!(f, "{caller}.module.{call}[*]"),
            MoveSubject::Resource(r) => write!(f, "{r}[*]"),
            MoveSubject::Instance(i) => i.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::{MoveEndpoint, unify};

    fn pattern(module: &str, text: &str) -> MovePattern {
        let module =
            if module.is_empty() { ModulePath::ROOT } else { ModulePath::parse(module).unwrap() };
        let end = MoveEndpoint::parse(text).unwrap();
        unify(&module, &end, &end).unwrap().0
    }

    #[test]
    fn patterns_chain_where_they_may_select_the_same() {
        let chains = |a: &MovePattern, b: &MovePattern| a.can_chain_from(b);
        assert!(chains(&pattern("", "t.a[0]"), &pattern("", "t.a[0]")));
        assert!(!chains(&pattern("", "t.a[0]"), &pattern("", "t.a")));
        assert!(chains(&pattern("module.m", "t.a"), &pattern("", "module.m[2].t.a")));
        assert!(!chains(&pattern("module.m", "t.a"), &pattern("", "module.n[2].t.a")));
        assert!(chains(&pattern("", "module.m"), &pattern("", "module.m[1]")));
    }

    #[test]
    fn instances_nest_in_resources_and_resources_in_modules() {
        let nests = |a: &str, b: &str| pattern("", a).is_nested_within(&pattern("", b));
        assert!(nests("t.a[0]", "t.a"));
        assert!(nests("module.m[1].t.a", "module.m"));
        assert!(nests("module.m.module.n", "module.m"));
        assert!(!nests("module.m", "module.m"));
        assert!(!nests("t.a", "t.a[0]"));
    }
}
