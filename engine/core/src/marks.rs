//! Marks: what must be remembered about a value wherever it goes.
//!
//! A mark travels: the result of an operator or a function carries the marks of what went into it. Three kinds
//! exist. *Sensitive* content is never shown. *Ephemeral* content is never kept. *Deprecated* content says what it
//! came from, so that whoever uses it can be warned once for each cause.

use std::sync::Arc;

/// Why a value should no longer be used.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Deprecation {
    /// What is deprecated, as an address: `module.net.output.id`, `aws_instance.web.ami`.
    pub subject: Arc<str>,
    /// What its author says about it.
    pub message: Arc<str>,
}

/// One kind of mark.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mark {
    Sensitive,
    Ephemeral,
    Deprecated(Deprecation),
}

/// A set of kinds, the causes of deprecation left out: what a collection remembers of the marks inside it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct MarkKinds(u8);

impl MarkKinds {
    pub const NONE: Self = Self(0);
    pub const SENSITIVE: Self = Self(1);
    pub const EPHEMERAL: Self = Self(2);
    pub const DEPRECATED: Self = Self(4);

    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any kind of `other` is here.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A set of marks. Small, cheap to clone, and empty for nearly all values.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Marks {
    kinds: MarkKinds,
    /// Sorted and without repetition; not empty exactly where `kinds` has `DEPRECATED`.
    causes: Option<Arc<[Deprecation]>>,
}

impl Marks {
    pub const NONE: Self = Self { kinds: MarkKinds::NONE, causes: None };
    pub const SENSITIVE: Self = Self { kinds: MarkKinds::SENSITIVE, causes: None };
    pub const EPHEMERAL: Self = Self { kinds: MarkKinds::EPHEMERAL, causes: None };

    /// The mark of a deprecated value.
    #[must_use]
    pub fn deprecated(subject: impl Into<Arc<str>>, message: impl Into<Arc<str>>) -> Self {
        let cause = Deprecation { subject: subject.into(), message: message.into() };
        Self { kinds: MarkKinds::DEPRECATED, causes: Some(Arc::from([cause])) }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// How many marks there are, each cause of deprecation being one.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.is_sensitive()) + usize::from(self.is_ephemeral()) + self.causes().len()
    }

    #[must_use]
    pub fn kinds(&self) -> MarkKinds {
        self.kinds
    }

    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.kinds.intersects(MarkKinds::SENSITIVE)
    }

    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.kinds.intersects(MarkKinds::EPHEMERAL)
    }

    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.kinds.intersects(MarkKinds::DEPRECATED)
    }

    /// The causes of deprecation, sorted.
    #[must_use]
    pub fn causes(&self) -> &[Deprecation] {
        self.causes.as_deref().unwrap_or_default()
    }

    /// Every mark, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Mark> + '_ {
        let sensitive = self.is_sensitive().then_some(Mark::Sensitive);
        let ephemeral = self.is_ephemeral().then_some(Mark::Ephemeral);
        let causes = self.causes().iter().cloned().map(Mark::Deprecated);
        sensitive.into_iter().chain(ephemeral).chain(causes)
    }

    /// The marks of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let kinds = self.kinds.union(other.kinds);
        let causes = match (&self.causes, &other.causes) {
            (None, causes) | (causes, None) => causes.clone(),
            (Some(a), Some(b)) if a == b => Some(a.clone()),
            (Some(a), Some(b)) => Some(sorted(a.iter().chain(b.iter()).cloned().collect())),
        };
        Self { kinds, causes }
    }

    /// These marks without those of `other`; a cause goes only when it is named there.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.iter().filter(|mark| !other.contains(mark)).collect()
    }

    /// These marks without any of the given kinds.
    #[must_use]
    pub fn without(&self, kinds: MarkKinds) -> Self {
        let causes =
            if kinds.intersects(MarkKinds::DEPRECATED) { None } else { self.causes.clone() };
        Self { kinds: MarkKinds(self.kinds.0 & !kinds.0), causes }
    }

    #[must_use]
    pub fn contains(&self, mark: &Mark) -> bool {
        match mark {
            Mark::Sensitive => self.is_sensitive(),
            Mark::Ephemeral => self.is_ephemeral(),
            Mark::Deprecated(cause) => self.causes().binary_search(cause).is_ok(),
        }
    }
}

fn sorted(mut causes: Vec<Deprecation>) -> Arc<[Deprecation]> {
    causes.sort();
    causes.dedup();
    causes.into()
}

impl From<Mark> for Marks {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Sensitive => Self::SENSITIVE,
            Mark::Ephemeral => Self::EPHEMERAL,
            Mark::Deprecated(cause) => {
                Self { kinds: MarkKinds::DEPRECATED, causes: Some(Arc::from([cause])) }
            }
        }
    }
}

impl FromIterator<Mark> for Marks {
    fn from_iter<I: IntoIterator<Item = Mark>>(marks: I) -> Self {
        let mut kinds = MarkKinds::NONE;
        let mut causes = Vec::new();
        for mark in marks {
            match mark {
                Mark::Sensitive => kinds = kinds.union(MarkKinds::SENSITIVE),
                Mark::Ephemeral => kinds = kinds.union(MarkKinds::EPHEMERAL),
                Mark::Deprecated(cause) => causes.push(cause),
            }
        }
        if causes.is_empty() {
            return Self { kinds, causes: None };
        }
        Self { kinds: kinds.union(MarkKinds::DEPRECATED), causes: Some(sorted(causes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_keeps_every_cause_once() {
        let a = Marks::deprecated("a", "old").union(&Marks::SENSITIVE);
        let b = Marks::deprecated("b", "older").union(&Marks::deprecated("a", "old"));
        let both = a.union(&b);
        assert_eq!(both.len(), 3);
        assert_eq!(both, b.union(&a));
        assert_eq!(both.causes().iter().map(|c| &*c.subject).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_is_taken_away_is_gone() {
        let all = Marks::SENSITIVE.union(&Marks::EPHEMERAL).union(&Marks::deprecated("a", ""));
        assert_eq!(all.without(MarkKinds::DEPRECATED).len(), 2);
        assert_eq!(all.difference(&Marks::deprecated("b", "")), all);
        assert!(all.difference(&all.clone()).is_empty());
        assert_eq!(all.iter().collect::<Marks>(), all);
    }
}
