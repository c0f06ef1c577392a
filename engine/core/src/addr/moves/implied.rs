//! Moves that nobody wrote: adding or taking away `count` keeps the first instance.
//!
//! Terraform infers them for resources, OpenTofu for module calls too. Neither infers one for something that an
//! explicit block already concerns; the caller asks [`MovePattern::selects_resource`] and
//! [`MovePattern::selects_module`] of both ends of every block.

use super::{MovePattern, MoveSubject};
use crate::addr::{AbsResource, InstanceKey, ModuleInstance, ModulePath};

/// Which argument repeats a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repetition {
    None,
    Count,
    ForEach,
}

impl Repetition {
    /// The keys between which adding or removing `count` moves the one instance: from, to.
    fn implied_keys(self) -> Option<(InstanceKey, InstanceKey)> {
        match self {
            Self::None => Some((InstanceKey::Int(0), InstanceKey::None)),
            Self::Count => Some((InstanceKey::None, InstanceKey::Int(0))),
            Self::ForEach => None,
        }
    }
}

/// The move that `repetition` implies for a resource of which the state has those instances for which `exists`.
pub fn implied_resource_move(
    resource: &AbsResource,
    repetition: Repetition,
    exists: impl Fn(&InstanceKey) -> bool,
) -> Option<(MovePattern, MovePattern)> {
    let (from, to) = repetition.implied_keys()?;
    exists(&from).then(|| {
        let pattern = |key| MovePattern {
            module: ModulePath::ROOT,
            subject: MoveSubject::Instance(resource.instance(key)),
        };
        (pattern(from), pattern(to))
    })
}

/// The move that `repetition` of its call implies for a module instance in the state.
#[must_use]
pub fn implied_module_move(
    instance: &ModuleInstance,
    repetition: Repetition,
) -> Option<(MovePattern, MovePattern)> {
    let (from, to) = repetition.implied_keys()?;
    let last = instance.steps().last()?;
    if last.key != from {
        return None;
    }
    let to = instance.parent()?.child(&last.name, to);
    let pattern = |m| MovePattern { module: ModulePath::ROOT, subject: MoveSubject::Module(m) };
    Some((pattern(instance.clone()), pattern(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(pair: Option<(MovePattern, MovePattern)>) -> String {
        pair.map_or_else(|| "-".to_owned(), |(f, t)| format!("{f} -> {t}"))
    }

    #[test]
    fn the_first_instance_is_kept() {
        let resource = AbsResource::parse("module.m[1].t.a").unwrap();
        let implied =
            |r, have: InstanceKey| show(implied_resource_move(&resource, r, |k| *k == have));
        assert_eq!(
            implied(Repetition::Count, InstanceKey::None),
            "module.m[1].t.a -> module.m[1].t.a[0]"
        );
        assert_eq!(
            implied(Repetition::None, InstanceKey::Int(0)),
            "module.m[1].t.a[0] -> module.m[1].t.a"
        );
        assert_eq!(implied(Repetition::None, InstanceKey::Int(1)), "-");
        assert_eq!(implied(Repetition::ForEach, InstanceKey::None), "-");
    }

    #[test]
    fn so_is_the_first_module_instance() {
        let module = |t| ModuleInstance::parse(t).unwrap();
        let implied = |t, r| show(implied_module_move(&module(t), r));
        assert_eq!(
            implied("module.m[1].module.n", Repetition::Count),
            "module.m[1].module.n -> module.m[1].module.n[0]"
        );
        assert_eq!(implied("module.m[0]", Repetition::None), "module.m[0] -> module.m");
        assert_eq!(implied("module.m[1]", Repetition::None), "-");
    }
}
