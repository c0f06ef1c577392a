//! Going through everything in a value.

use crate::path::{Path, Step};

use super::{Repr, Value, View};

/// What lies directly in a value: elements, or attribute values.
enum Children<'a> {
    Sequence(std::slice::Iter<'a, Value>),
    Entries(std::slice::Iter<'a, (crate::text::Name, Value)>),
}

impl<'a> Iterator for Children<'a> {
    type Item = &'a Value;

    fn next(&mut self) -> Option<&'a Value> {
        match self {
            Self::Sequence(elements) => elements.next(),
            Self::Entries(entries) => entries.next().map(|(_, value)| value),
        }
    }
}

impl Value {
    /// Calls `visit` for the value and everything in it, outer values first, with the place of each. Where it
    /// answers `false`, the inside is left out. Marks do not hide the inside.
    pub fn walk(&self, visit: &mut dyn FnMut(&Path, &Self) -> bool) {
        self.walk_at(&mut Path::new(), visit);
    }

    fn walk_at(&self, path: &mut Path, visit: &mut dyn FnMut(&Path, &Self) -> bool) {
        if !visit(path, self) {
            return;
        }
        let inner = self.unmarked();
        for (at, child) in inner.children().enumerate() {
            path.push(inner.step_to(at));
            child.walk_at(path, visit);
            path.pop();
        }
    }

    /// The value with all unknown values in it replaced by nulls, marks kept.
    #[must_use]
    pub fn unknown_as_null(&self) -> Self {
        if self.is_wholly_known() {
            return self.clone();
        }
        let inner = self.unmarked();
        let ty = inner.ty();
        let each = |values: &[Self]| values.iter().map(Self::unknown_as_null).collect::<Vec<_>>();
        let element = ty.element().unwrap_or(crate::ty::Type::DYNAMIC);
        let value = match inner.view() {
            View::Unknown(_) => Self::null(ty),
            View::List(elements) => Self::list(element, each(elements)),
            View::Set(elements) => Self::set(element, each(elements)),
            View::Tuple(elements) => Self::tuple(each(elements)),
            View::Map(map) => Self::map(element, map.iter().map(|(k, v)| (k, v.unknown_as_null()))),
            View::Object(object) => Self::object_of(object.shape(), each(object.values())),
            _ => inner.clone(),
        };
        value.with_marks(self.marks())
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        match &self.0 {
            Repr::List(s) | Repr::Tuple(s) | Repr::Object(s) => {
                Children::Sequence(s.elements.iter())
            }
            Repr::Set(set) => Children::Sequence(set.elements.iter()),
            Repr::Map(map) => Children::Entries(map.entries.iter()),
            _ => Children::Sequence([].iter()),
        }
    }

    /// The child at a position; the value itself where it has none.
    pub(super) fn child(&self, at: usize) -> &Self {
        match &self.0 {
            Repr::List(s) | Repr::Tuple(s) | Repr::Object(s) => &s.elements[at],
            Repr::Set(set) => &set.elements[at],
            Repr::Map(map) => &map.entries[at].1,
            _ => self,
        }
    }

    /// The step that leads to the child at a position.
    pub(super) fn step_to(&self, at: usize) -> Step {
        match self.view() {
            View::Object(object) => Step::GetAttr(object.shape().name(at).into()),
            View::Map(map) => Step::Index(Self(Repr::String(map.entries()[at].0.clone()))),
            View::Set(elements) => Step::Index(elements[at].clone()),
            _ => Step::Index(Self::from(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;
    use crate::ty::Type;

    #[test]
    fn a_walk_sees_everything_once() {
        let inner = Value::map(Type::BOOL, [("k", Value::TRUE)]).with_marks(&Marks::SENSITIVE);
        let value =
            Value::tuple([Value::object([("a", inner)]), Value::set(Type::NUMBER, [1.into()])]);
        let mut seen = Vec::new();
        value.walk(&mut |path, _| {
            seen.push(path.to_string());
            true
        });
        assert_eq!(seen, ["", "[0]", "[0].a", "[0].a[\"k\"]", "[1]", "[1][1]"]);
    }

    #[test]
    fn unknown_parts_become_null() {
        let value = Value::tuple([Value::unknown(Type::STRING), Value::TRUE]);
        let expected = Value::tuple([Value::null(Type::STRING), Value::TRUE]);
        assert_eq!(value.unknown_as_null(), expected);
        let set = Value::set(Type::STRING, [Value::unknown(Type::STRING), "a".into()]);
        assert!(set.unknown_as_null().is_wholly_known());
    }
}
