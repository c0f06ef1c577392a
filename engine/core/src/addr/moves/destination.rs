//! Where a move takes an address.
//!
//! `from` and `to` must be the two patterns of one block, as [`crate::addr::unify`] gives them: of one kind, in one
//! module.

use super::{MovePattern, MoveSubject};
use crate::addr::{AbsInstance, AbsResource, ModuleInstance, ModuleStep};

impl ModuleInstance {
    /// Where the move takes this module instance; nothing where it does not concern it.
    #[must_use]
    pub fn move_destination(&self, from: &MovePattern, to: &MovePattern) -> Option<Self> {
        let (prefix, rest) = split(self.steps(), from)?;
        let (moved, suffix): (Self, &[ModuleStep]) = match (&from.subject, &to.subject) {
            (MoveSubject::Module(f), MoveSubject::Module(t)) => {
                (t.clone(), rest.strip_prefix(f.steps())?)
            }
            (
                MoveSubject::Call { caller, call },
                MoveSubject::Call { caller: to_caller, call: to_call },
            ) => {
                let (step, suffix) = rest.strip_prefix(caller.steps())?.split_first()?;
                if step.name != *call {
                    return None;
                }
                (to_caller.child(to_call, step.key.clone()), suffix)
            }
            _ => return None,
        };
        Some(Self::new(prefix.iter().chain(moved.steps()).chain(suffix).cloned()))
    }
}

impl AbsResource {
    /// Where the move takes this resource as a whole; nothing where it does not concern it, or only one instance.
    #[must_use]
    pub fn move_destination(&self, from: &MovePattern, to: &MovePattern) -> Option<Self> {
        if from.is_module() {
            let module = self.module.move_destination(from, to)?;
            return Some(Self { module, resource: self.resource.clone() });
        }
        let (MoveSubject::Resource(f), MoveSubject::Resource(t)) = (&from.subject, &to.subject)
        else {
            return None;
        };
        let prefix = matching_prefix(self, f, from)?;
        Some(Self { module: prefix.join(&t.module), resource: t.resource.clone() })
    }
}

impl AbsInstance {
    /// Where the move takes this resource instance; nothing where it does not concern it.
    #[must_use]
    pub fn move_destination(&self, from: &MovePattern, to: &MovePattern) -> Option<Self> {
        let (MoveSubject::Instance(f), MoveSubject::Instance(t)) = (&from.subject, &to.subject)
        else {
            let resource = self.resource.move_destination(from, to)?;
            return Some(Self { resource, key: self.key.clone() });
        };
        if f.key != self.key {
            return None;
        }
        let prefix = matching_prefix(&self.resource, &f.resource, from)?;
        let module = prefix.join(t.module());
        let resource = AbsResource { module, resource: t.resource.resource.clone() };
        Some(Self { resource, key: t.key.clone() })
    }
}

/// The instance of the block's module in which `wanted` means `resource`.
fn matching_prefix(
    resource: &AbsResource,
    wanted: &AbsResource,
    from: &MovePattern,
) -> Option<ModuleInstance> {
    if wanted.resource != resource.resource {
        return None;
    }
    let (prefix, rest) = split(resource.module.steps(), from)?;
    (rest == wanted.module.steps()).then(|| ModuleInstance::new(prefix.iter().cloned()))
}

/// Cuts a path where the block's module ends.
fn split<'a>(
    steps: &'a [ModuleStep],
    pattern: &MovePattern,
) -> Option<(&'a [ModuleStep], &'a [ModuleStep])> {
    let names = pattern.module.names();
    let (prefix, rest) = steps.split_at_checked(names.len())?;
    prefix.iter().zip(names).all(|(s, n)| s.name == *n).then_some((prefix, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr::{ModulePath, MoveEndpoint, unify};

    fn moved(module: &str, from: &str, to: &str, instance: &str) -> Option<String> {
        let module =
            if module.is_empty() { ModulePath::ROOT } else { ModulePath::parse(module).unwrap() };
        let end = |t| MoveEndpoint::parse(t).unwrap();
        let (from, to) = unify(&module, &end(from), &end(to)).unwrap();
        let instance = AbsInstance::parse(instance).unwrap();
        instance.move_destination(&from, &to).map(|i| i.to_string())
    }

    #[test]
    fn a_module_takes_along_what_lies_in_it() {
        let got = moved("", "module.a", "module.b.module.c", "module.a[1].module.x.t.r[\"k\"]");
        assert_eq!(got.as_deref(), Some("module.b.module.c[1].module.x.t.r[\"k\"]"));
        let got = moved("module.o", "module.a[0]", "module.a[1]", "module.o[7].module.a[0].t.r");
        assert_eq!(got.as_deref(), Some("module.o[7].module.a[1].t.r"));
        assert_eq!(moved("", "module.a[0]", "module.a[1]", "module.a.t.r"), None);
    }

    #[test]
    fn a_resource_keeps_its_keys_and_an_instance_gets_one() {
        assert_eq!(moved("", "t.a", "module.m.t.b", "t.a[3]").as_deref(), Some("module.m.t.b[3]"));
        assert_eq!(moved("", "t.a", "t.a[0]", "t.a").as_deref(), Some("t.a[0]"));
        assert_eq!(moved("", "t.a", "t.a[0]", "t.a[1]"), None);
        assert_eq!(moved("", "t.a", "t.b", "module.m.t.a"), None);
    }
}
