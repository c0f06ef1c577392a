//! Putting marks on values and taking them off.

use std::sync::Arc;

use crate::marks::{MarkKinds, Marks};
use crate::path::{Path, Step};

use super::data::Flags;
use super::{Marked, Repr, Value, View};

/// The marks of one place in a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathMarks {
    pub path: Path,
    pub marks: Marks,
}

static NO_MARKS: Marks = Marks::NONE;

impl Value {
    /// The marks on the value itself, not those inside it.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        match &self.0 {
            Repr::Marked(marked) => &marked.marks,
            _ => &NO_MARKS,
        }
    }

    /// The value under its own marks. What is inside may still be marked.
    #[must_use]
    pub fn unmarked(&self) -> &Self {
        match &self.0 {
            Repr::Marked(marked) => &marked.value,
            _ => self,
        }
    }

    /// The value under its own marks, and those marks.
    #[must_use]
    pub fn unmark(&self) -> (Self, Marks) {
        (self.unmarked().clone(), self.marks().clone())
    }

    /// The same value with these marks added to its own.
    #[must_use]
    pub fn with_marks(self, marks: &Marks) -> Self {
        if marks.is_empty() {
            return self;
        }
        let (value, marks) = match self.0 {
            Repr::Marked(have) => (have.value.clone(), have.marks.union(marks)),
            _ => (self, marks.clone()),
        };
        Self(Repr::Marked(Arc::new(Marked { value, marks })))
    }

    /// The same value with the marks that `others` wear themselves added to its own.
    #[must_use]
    pub fn with_marks_of<'a>(self, others: impl IntoIterator<Item = &'a Self>) -> Self {
        others.into_iter().fold(self, |value, other| value.with_marks(other.marks()))
    }

    /// The value without any marks, and all that it and everything in it wore. Costs nothing where there are none.
    #[must_use]
    pub fn unmark_deep(&self) -> (Self, Marks) {
        let mut all = Marks::NONE;
        let value = self.strip(&mut |_, marks| {
            all = all.union(marks);
            Marks::NONE
        });
        (value, all)
    }

    /// As [`Value::unmark_deep`], with the place of each mark. Places come in the order of a walk, outer ones first.
    #[must_use]
    pub fn unmark_deep_with_paths(&self) -> (Self, Vec<PathMarks>) {
        let mut found = Vec::new();
        let value = self.strip(&mut |path, marks| {
            found.push(PathMarks { path: path.clone(), marks: marks.clone() });
            Marks::NONE
        });
        (value, found)
    }

    /// The value without marks of these kinds, at any depth.
    #[must_use]
    pub fn without_mark_kinds(&self, kinds: MarkKinds) -> Self {
        if !self.deep_mark_kinds().intersects(kinds) {
            return self.clone();
        }
        self.strip(&mut |_, marks| marks.without(kinds))
    }

    /// The value with each place's marks replaced by what `keep` answers for them. Places without marks are not asked.
    #[must_use]
    pub fn map_marks(&self, keep: &mut dyn FnMut(&Path, &Marks) -> Marks) -> Self {
        self.strip(keep)
    }

    /// All marks that it and everything in it wear.
    #[must_use]
    pub fn deep_marks(&self) -> Marks {
        let mut all = Marks::NONE;
        let mut waiting = vec![self];
        while let Some(value) = waiting.pop() {
            if !value.contains_marked() {
                continue;
            }
            all = all.union(value.marks());
            waiting.extend(value.unmarked().children());
        }
        all
    }

    /// The value with marks added at each of these places. Places that it does not have are passed over: an
    /// element that is gone, or anything inside a null or an unknown value.
    #[must_use]
    pub fn apply_marks_at_paths(&self, marks: &[PathMarks]) -> Self {
        let work = marks.iter().map(|at| (at.path.steps(), &at.marks)).collect();
        self.mark_at(work)
    }

    fn mark_at(&self, work: Vec<(&[Step], &Marks)>) -> Self {
        let mut own = Marks::NONE;
        let mut inside: Vec<(usize, &[Step], &Marks)> = Vec::new();
        for (steps, marks) in work {
            match steps.split_first() {
                None => own = own.union(marks),
                Some((first, rest)) => {
                    if let Some(child) = self.unmarked().position_of(first) {
                        inside.push((child, rest, marks));
                    }
                }
            }
        }
        if inside.is_empty() {
            return self.clone().with_marks(&own);
        }
        // A stable sort by child brings together what goes the same way, so that each child is made anew once.
        inside.sort_by_key(|(child, _, _)| *child);
        let changes = inside.chunk_by(|(a, _, _), (b, _, _)| a == b).map(|group| {
            let child = group[0].0;
            let work = group.iter().map(|(_, steps, marks)| (*steps, *marks)).collect();
            (child, self.unmarked().child(child).mark_at(work))
        });
        let changes: Vec<(usize, Self)> = changes.collect();
        self.unmarked().with_children(changes).with_marks(self.marks()).with_marks(&own)
    }

    /// Which child a step leads to.
    fn position_of(&self, step: &Step) -> Option<usize> {
        match (step, self.view()) {
            (Step::GetAttr(name), View::Object(object)) => object.shape().index_of(name),
            (Step::Index(key), View::List(elements) | View::Tuple(elements)) => {
                key.as_number()?.to_usize().filter(|at| *at < elements.len())
            }
            (Step::Index(key), View::Map(map)) => {
                let key = key.as_str()?;
                map.entries().binary_search_by(|(have, _)| have.as_str().cmp(key)).ok()
            }
            (Step::Index(key), View::Set(elements)) => {
                elements.iter().position(|element| element == key)
            }
            _ => None,
        }
    }

    /// Removes marks, asking for each place which of them to keep.
    fn strip(&self, keep: &mut dyn FnMut(&Path, &Marks) -> Marks) -> Self {
        if !self.contains_marked() {
            return self.clone();
        }
        self.strip_at(&mut Path::new(), keep)
    }

    fn strip_at(&self, path: &mut Path, keep: &mut dyn FnMut(&Path, &Marks) -> Marks) -> Self {
        let kept = if self.is_marked() { keep(path, self.marks()) } else { Marks::NONE };
        let inner = self.unmarked();
        let mut changes = Vec::new();
        if inner.contains_marked() {
            for (at, child) in inner.children().enumerate() {
                if child.contains_marked() {
                    path.push(inner.step_to(at));
                    changes.push((at, child.strip_at(path, keep)));
                    path.pop();
                }
            }
        }
        inner.with_children(changes).with_marks(&kept)
    }

    /// The same value with some children replaced by others of the same type, given in order.
    fn with_children(&self, changes: Vec<(usize, Self)>) -> Self {
        if changes.is_empty() {
            return self.clone();
        }
        let replace = |elements: &[Self]| {
            let mut elements = elements.to_vec();
            for (at, value) in changes.iter().cloned() {
                elements[at] = value;
            }
            elements
        };
        let sequence = |data: &super::Sequence| {
            let elements = replace(&data.elements);
            let flags = Flags::of(&elements);
            Arc::new(super::Sequence { ty: data.ty, flags, elements: elements.into() })
        };
        match &self.0 {
            Repr::List(data) => Self(Repr::List(sequence(data))),
            Repr::Tuple(data) => Self(Repr::Tuple(sequence(data))),
            Repr::Object(data) => Self(Repr::Object(sequence(data))),
            Repr::Set(data) => {
                // The set takes its elements' marks.
                let element = data.ty.element().unwrap_or(crate::ty::Type::DYNAMIC);
                Self::set(element, replace(&data.elements))
            }
            Repr::Map(data) => {
                let mut entries = data.entries.to_vec();
                for (at, value) in changes {
                    entries[at].1 = value;
                }
                let flags = Flags::of(entries.iter().map(|(_, value)| value));
                let data = super::Entries { ty: data.ty, flags, entries: entries.into() };
                Self(Repr::Map(Arc::new(data)))
            }
            _ => self.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ty::Type;

    fn secret(value: impl Into<Value>) -> Value {
        value.into().with_marks(&Marks::SENSITIVE)
    }

    fn sample() -> Value {
        let old = Value::from("x").with_marks(&Marks::deprecated("d", "old"));
        let list = Value::list(Type::STRING, ["a".into(), secret("b"), old]);
        let map = Value::map(Type::NUMBER, [("k", secret(1)), ("l", Value::from(2))]);
        secret(Value::object([("list", list), ("map", map), ("n", Value::TRUE)]))
    }

    #[test]
    fn marks_come_off_and_go_back() {
        let value = sample();
        let (plain, paths) = value.unmark_deep_with_paths();
        assert!(!plain.contains_marked());
        let places: Vec<String> = paths.iter().map(|p| p.path.to_string()).collect();
        assert_eq!(places, ["", ".list[1]", ".list[2]", ".map[\"k\"]"]);
        assert_eq!(plain.apply_marks_at_paths(&paths), value);
        let (again, all) = value.unmark_deep();
        assert_eq!((again, all.len()), (plain, 2));
        assert_eq!(value.deep_marks(), all);
    }

    #[test]
    fn what_is_inside_is_known_from_outside() {
        let value = sample();
        let kinds = MarkKinds::SENSITIVE.union(MarkKinds::DEPRECATED);
        assert_eq!(value.unmarked().deep_mark_kinds(), kinds);
        let rest = value.without_mark_kinds(MarkKinds::SENSITIVE);
        assert_eq!(rest.deep_mark_kinds(), MarkKinds::DEPRECATED);
        assert!(!rest.is_marked());
    }

    #[test]
    fn marks_are_not_nested() {
        let twice = secret(secret("a")).with_marks(&Marks::EPHEMERAL);
        assert!(!twice.unmarked().is_marked());
        assert_eq!(twice.marks().len(), 2);
    }

    #[test]
    fn places_that_are_gone_are_passed_over() {
        let value = Value::object([("a", Value::null(Type::list(Type::STRING)))]);
        let at = |path| [PathMarks { path, marks: Marks::SENSITIVE }];
        assert_eq!(value.apply_marks_at_paths(&at(Path::new().attr("b"))), value);
        assert_eq!(value.apply_marks_at_paths(&at(Path::new().attr("a").index(0))), value);
        assert!(value.apply_marks_at_paths(&at(Path::new())).is_marked());
    }

    #[test]
    fn a_mark_in_a_set_goes_to_the_set() {
        let set = Value::set(Type::STRING, ["a".into(), Value::from("b")]);
        let path = Path::new().index("a");
        let marked = set.apply_marks_at_paths(&[PathMarks { path, marks: Marks::SENSITIVE }]);
        assert_eq!(marked, set.with_marks(&Marks::SENSITIVE));
    }
}
