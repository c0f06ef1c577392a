//! What stands behind the pointers of collections, and how it is taken down.

use std::sync::{Arc, OnceLock};

use crate::marks::MarkKinds;
use crate::text::Name;
use crate::ty::Type;

use super::set::Index;
use super::{Repr, Value};

/// What a value knows about its inside without looking.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags {
    bits: u8,
    marks: MarkKinds,
    /// See [`Value::size`].
    size: usize,
}

/// What a value without parts counts for.
const LEAF: usize = 8;

impl Flags {
    pub(super) const NONE: Self = Self { bits: 0, marks: MarkKinds::NONE, size: LEAF };
    /// Something is unknown.
    pub(super) const UNKNOWN: Self = Self { bits: 1, ..Self::NONE };
    /// Something is unknown whose type leaves something open.
    pub(super) const UNKNOWN_TYPE: Self = Self { bits: 2, ..Self::NONE };

    pub(super) fn unknown(ty: Type) -> Self {
        let bits = if ty.has_dynamic() { 1 | 2 } else { 1 };
        Self { bits, ..Self::NONE }
    }

    pub(super) fn text(text: &str) -> Self {
        Self { size: LEAF + text.len(), ..Self::NONE }
    }

    pub(super) fn size(self) -> usize {
        self.size
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.bits & other.bits != 0
    }

    pub(super) fn marks(self) -> MarkKinds {
        self.marks
    }

    /// Of a whole with one more part.
    fn with_part(self, part: Self) -> Self {
        Self {
            bits: self.bits | part.bits,
            marks: self.marks.union(part.marks),
            size: self.size.saturating_add(part.size),
        }
    }

    pub(super) fn with_marks(self, marks: MarkKinds) -> Self {
        Self { marks: self.marks.union(marks), ..self }
    }

    pub(super) fn of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        values.into_iter().fold(Self::NONE, |flags, value| flags.with_part(value.flags()))
    }
}

/// The elements of a list or tuple, or the attribute values of an object.
pub(super) struct Sequence {
    pub(super) ty: Type,
    pub(super) flags: Flags,
    pub(super) elements: Box<[Value]>,
}

/// The entries of a map, sorted by key.
pub(super) struct Entries {
    pub(super) ty: Type,
    pub(super) flags: Flags,
    pub(super) entries: Box<[(Name, Value)]>,
}

/// The elements of a set in set order.
pub(super) struct SetData {
    pub(super) ty: Type,
    pub(super) flags: Flags,
    pub(super) elements: Box<[Value]>,
    /// Where to look for an element; made when first asked.
    pub(super) index: OnceLock<Index>,
}

/// Up to this depth a value is dropped the ordinary way, one call inside another.
const SHALLOW: usize = 64;

/// Drops what was in a collection of this type without calling itself once for each level, so that the stack does not
/// limit how deep values nest.
fn dismantle(ty: Type, elements: impl FnOnce() -> Vec<Value>) {
    if ty.depth() <= SHALLOW {
        return;
    }
    let mut waiting = elements();
    while let Some(value) = waiting.pop() {
        // Only what nobody else holds is opened; the rest just loses one reference.
        match value.0 {
            Repr::List(s) | Repr::Tuple(s) | Repr::Object(s) => {
                if let Some(mut inner) = Arc::into_inner(s) {
                    waiting.append(&mut std::mem::take(&mut inner.elements).into_vec());
                }
            }
            Repr::Set(set) => {
                if let Some(mut inner) = Arc::into_inner(set) {
                    waiting.append(&mut std::mem::take(&mut inner.elements).into_vec());
                }
            }
            Repr::Map(entries) => {
                if let Some(mut inner) = Arc::into_inner(entries) {
                    let entries = std::mem::take(&mut inner.entries).into_vec();
                    waiting.extend(entries.into_iter().map(|(_, value)| value));
                }
            }
            Repr::Marked(marked) => {
                if let Some(inner) = Arc::into_inner(marked) {
                    waiting.push(inner.value);
                }
            }
            _ => {}
        }
    }
}

impl Drop for Sequence {
    fn drop(&mut self) {
        dismantle(self.ty, || std::mem::take(&mut self.elements).into_vec());
    }
}

impl Drop for SetData {
    fn drop(&mut self) {
        dismantle(self.ty, || std::mem::take(&mut self.elements).into_vec());
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        dismantle(self.ty, || {
            let entries = std::mem::take(&mut self.entries).into_vec();
            entries.into_iter().map(|(_, value)| value).collect()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_three_words() {
        assert_eq!(size_of::<Value>(), 24);
        assert_eq!(size_of::<Option<Value>>(), 24);
    }

    #[test]
    fn shared_parts_count_each_time() {
        let mut value = Value::from("ha");
        for _ in 0..64 {
            value = Value::tuple([value.clone(), value]);
        }
        assert_eq!(value.size(), usize::MAX);
        assert!(Value::tuple(["a".into(), Value::TRUE]).size() < 40);
    }

    #[test]
    fn deep_values_are_dropped_without_depth() {
        let mut value = Value::string("core");
        for i in 0..200_000 {
            value = match i % 3 {
                0 => Value::tuple([value]),
                1 => Value::object([("a", value)]),
                _ => Value::map(value.ty(), [("a", value)]),
            };
        }
        assert_eq!(value.ty().depth(), 200_000);
        drop(value);
    }
}
