//! Small ids, and tables of declarations in their order with a look-up by name.

use std::fmt;
use std::hash::{BuildHasher as _, Hash};
use std::marker::PhantomData;

use hashbrown::{DefaultHashBuilder, HashTable};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_hcl::Label;

/// A number that names an entry of one kind of table.
pub trait Id: Copy + Eq + Ord + Hash + fmt::Debug {
    fn from_index(index: usize) -> Self;
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl Id for $name {
            fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("a module has fewer than 2^32 declarations"))
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// An input variable of a [`super::Module`].
    VarId,
    LocalId,
    OutputId,
    /// A resource of any mode.
    ResourceId,
    /// A module call.
    CallId,
    /// A provider configuration.
    ProviderId,
    /// An entry of `required_providers`.
    RequiredProviderId,
    CheckId,
}

/// What a table finds its entries by.
pub trait Keyed {
    type Key<'k>: Hash + Copy;

    fn key(&self) -> Self::Key<'_>;
    fn has_key(&self, key: Self::Key<'_>) -> bool;
}

/// Entries in the order in which they were declared, no two with the same key.
#[derive(Clone)]
pub struct Table<I, T> {
    entries: Vec<T>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
    id: PhantomData<I>,
}

impl<I: Id, T: Keyed> Table<I, T> {
    /// Adds an entry, and returns its id, or the entry back with the id of the one that has its key already.
    ///
    /// # Errors
    /// When the key is taken.
    pub fn insert(&mut self, entry: T) -> Result<I, (T, I)> {
        if let Some(first) = self.find(entry.key()) {
            return Err((entry, first));
        }
        let id = I::from_index(self.entries.len());
        let hash = self.hasher.hash_one(entry.key());
        self.entries.push(entry);
        let (entries, hasher) = (&self.entries, &self.hasher);
        let number = u32::try_from(id.index()).expect("ids are 32 bits wide");
        self.index.insert_unique(hash, number, |&i| hasher.hash_one(entries[i as usize].key()));
        Ok(id)
    }

    /// Makes room for so many more entries, so that a table of very many is not copied while it grows.
    pub(super) fn reserve(&mut self, more: usize) {
        let Self { entries, index, hasher, .. } = self;
        entries.reserve(more);
        index.reserve(more, |&i| hasher.hash_one(entries[i as usize].key()));
    }

    #[must_use]
    pub fn find(&self, key: T::Key<'_>) -> Option<I> {
        let hash = self.hasher.hash_one(key);
        let found = self.index.find(hash, |&i| self.entries[i as usize].has_key(key));
        found.map(|&i| I::from_index(i as usize))
    }

    /// The entry with this key.
    #[must_use]
    pub fn get(&self, key: T::Key<'_>) -> Option<&T> {
        self.find(key).map(|id| &self[id])
    }
}

impl<I: Id, T> Table<I, T> {
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (I, &T)> + DoubleEndedIterator + Clone {
        self.entries.iter().enumerate().map(|(i, entry)| (I::from_index(i), entry))
    }

    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }

    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + use<I, T> {
        (0..self.entries.len()).map(I::from_index)
    }

    /// Whoever changes an entry leaves its key as it is.
    pub(super) fn values_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.entries.iter_mut()
    }

    /// As [`Table::values_mut`].
    pub(super) fn at_mut(&mut self, id: I) -> &mut T {
        &mut self.entries[id.index()]
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            id: PhantomData,
        }
    }
}

impl<I: Id, T> std::ops::Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.entries[id.index()]
    }
}

impl<I, T: fmt::Debug> fmt::Debug for Table<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(f)
    }
}

/// Whether a label is a name; reports it where it is none. `summary` is for the report.
pub(super) fn require_name(
    label: Label<'_>,
    summary: &'static str,
    diags: &mut Diagnostics,
) -> bool {
    if wb_hcl::is_identifier(label.text) {
        return true;
    }
    // The parser has refused templates in labels already.
    let is_template = label.text.contains("${") || label.text.contains("%{");
    if !is_template {
        diags.push(bad_name(summary, label.span));
    }
    false
}

pub(super) fn bad_name(summary: &'static str, span: Span) -> Diagnostic {
    Diagnostic::error(
        summary,
        "A name starts with a letter or an underscore, and has only letters, digits, underscores and dashes.",
    )
    .at(span)
}
