//! Looking into values.

use std::fmt;

use crate::marks::Marks;
use crate::number::Number;
use crate::refine::Refinement;
use crate::text::Name;
use crate::ty::{Shape, Type};

use super::data::{Entries, Sequence};
use super::{Repr, Value};

/// A value to match on.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// Something is remembered about the value inside, which is not itself marked.
    Marked(&'a Value, &'a Marks),
    /// Not known yet, but for this.
    Unknown(&'a Refinement),
    /// Null of a type.
    Null(Type),
    Bool(bool),
    Number(&'a Number),
    String(&'a str),
    List(&'a [Value]),
    /// In set order.
    Set(&'a [Value]),
    Map(MapView<'a>),
    Tuple(&'a [Value]),
    Object(ObjectView<'a>),
}

/// The entries of a map, sorted by key.
#[derive(Clone, Copy)]
pub struct MapView<'a>(&'a Entries);

/// The attributes of an object, sorted by name.
#[derive(Clone, Copy)]
pub struct ObjectView<'a>(&'a Sequence);

impl Value {
    #[must_use]
    pub fn view(&self) -> View<'_> {
        static NOTHING: Refinement =
            Refinement { not_null: false, bounds: crate::refine::Bounds::None };
        match &self.0 {
            Repr::String(text) => View::String(text),
            Repr::Number(number) => View::Number(number),
            Repr::Bool(value) => View::Bool(*value),
            Repr::Null(ty) => View::Null(*ty),
            Repr::Unknown(_) => View::Unknown(&NOTHING),
            Repr::Refined(refined) => View::Unknown(&refined.refinement),
            Repr::List(list) => View::List(&list.elements),
            Repr::Set(set) => View::Set(&set.elements),
            Repr::Map(entries) => View::Map(MapView(entries)),
            Repr::Tuple(tuple) => View::Tuple(&tuple.elements),
            Repr::Object(object) => View::Object(ObjectView(object)),
            Repr::Marked(marked) => View::Marked(&marked.value, &marked.marks),
        }
    }

    /// The text of a known string without marks.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self.view() {
            View::String(text) => Some(text),
            _ => None,
        }
    }

    /// The bool of a known bool without marks.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.view() {
            View::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number of a known number without marks.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self.view() {
            View::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements of a known list, set or tuple without marks.
    #[must_use]
    pub fn as_elements(&self) -> Option<&[Value]> {
        match self.view() {
            View::List(elements) | View::Set(elements) | View::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The entries of a known map without marks.
    #[must_use]
    pub fn as_map(&self) -> Option<MapView<'_>> {
        match self.view() {
            View::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The attributes of a known object without marks.
    #[must_use]
    pub fn as_object(&self) -> Option<ObjectView<'_>> {
        match self.view() {
            View::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The attribute of a known object without marks, for those who know the object: expressions use
    /// `get_attr`, which minds marks and unknown values.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }
}

impl<'a> MapView<'a> {
    #[must_use]
    pub fn len(self) -> usize {
        self.0.entries.len()
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.entries.is_empty()
    }

    #[must_use]
    pub fn get(self, key: &str) -> Option<&'a Value> {
        let entries = &self.0.entries;
        let at = entries.binary_search_by(|(have, _)| have.as_str().cmp(key)).ok()?;
        Some(&entries[at].1)
    }

    pub fn iter(self) -> impl ExactSizeIterator<Item = (&'a str, &'a Value)> + DoubleEndedIterator {
        self.0.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub fn keys(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.0.entries.iter().map(|(key, _)| key.as_str())
    }

    pub fn values(self) -> impl ExactSizeIterator<Item = &'a Value> {
        self.0.entries.iter().map(|(_, value)| value)
    }

    pub(super) fn entries(self) -> &'a [(Name, Value)] {
        &self.0.entries
    }

    pub(super) fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl<'a> ObjectView<'a> {
    #[must_use]
    pub fn shape(self) -> Shape {
        self.0.ty.as_object().expect("an object's type is an object type").shape()
    }

    #[must_use]
    pub fn len(self) -> usize {
        self.0.elements.len()
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.elements.is_empty()
    }

    #[must_use]
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.shape().index_of(name).map(|at| &self.0.elements[at])
    }

    /// The values in the order of the shape.
    #[must_use]
    pub fn values(self) -> &'a [Value] {
        &self.0.elements
    }

    pub fn iter(
        self,
    ) -> impl ExactSizeIterator<Item = (&'static str, &'a Value)> + DoubleEndedIterator {
        self.shape().names().zip(&self.0.elements)
    }
}

/// One line that names everything: unknowns with what is known of them, and marks. For tests and internal messages;
/// it shows sensitive content.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            View::Marked(value, marks) => {
                write!(f, "{value:?}!")?;
                f.debug_list().entries(marks.iter()).finish()
            }
            View::Unknown(refinement) if refinement.is_empty() => write!(f, "?{}", self.ty()),
            View::Unknown(refinement) => write!(f, "?{}{{{refinement:?}}}", self.ty()),
            View::Null(ty) => write!(f, "null({ty})"),
            View::Bool(value) => write!(f, "{value}"),
            View::Number(number) => write!(f, "{number}"),
            View::String(text) => write!(f, "{text:?}"),
            View::List([]) | View::Set([]) => write!(f, "{}[]", self.ty()),
            View::List(elements) => f.write_str("list").and_then(|()| elements.fmt(f)),
            View::Set(elements) => f.write_str("set").and_then(|()| elements.fmt(f)),
            View::Tuple(elements) => elements.fmt(f),
            View::Map(map) if map.is_empty() => write!(f, "{}{{}}", self.ty()),
            View::Map(map) => {
                f.write_str("map").and_then(|()| f.debug_map().entries(map.iter()).finish())
            }
            View::Object(object) => f.debug_map().entries(object.iter()).finish(),
        }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Marked(value, marks) => {
                f.debug_tuple("Marked").field(value).field(marks).finish()
            }
            Self::Unknown(refinement) => f.debug_tuple("Unknown").field(refinement).finish(),
            Self::Null(ty) => f.debug_tuple("Null").field(ty).finish(),
            Self::Bool(value) => f.debug_tuple("Bool").field(value).finish(),
            Self::Number(number) => f.debug_tuple("Number").field(number).finish(),
            Self::String(text) => f.debug_tuple("String").field(text).finish(),
            Self::List(elements) => f.debug_tuple("List").field(elements).finish(),
            Self::Set(elements) => f.debug_tuple("Set").field(elements).finish(),
            Self::Tuple(elements) => f.debug_tuple("Tuple").field(elements).finish(),
            Self::Map(map) => f.debug_tuple("Map").field(map).finish(),
            Self::Object(object) => f.debug_tuple("Object").field(object).finish(),
        }
    }
}

impl fmt::Debug for MapView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl fmt::Debug for ObjectView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
