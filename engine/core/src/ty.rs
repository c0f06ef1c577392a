//! Types of values, and type constraints.
//!
//! A [`Type`] is a handle of one word to a description that is made once and never freed, so that comparing two types
//! is comparing two pointers however large they are. There are as many descriptions as a run has distinct types,
//! which is few: tuple types are kept as runs of equal element types, so a tuple of a hundred thousand strings has a
//! description of one entry.
//!
//! The same handle serves as a *type constraint*: then it may say `dynamic` anywhere ("any type here") and objects may
//! say which attributes are optional. The type of a value never has optional attributes.

mod conform;
mod intern;
mod names;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use crate::text::{self, Name};

/// The deepest nesting that readers of values and types accept, and that whoever builds values from input must
/// keep to (see [`Type::depth`]): recursion over a value is then bounded by the same number.
pub const MAX_DEPTH: usize = 2_000;

/// A type, or a type constraint. Comparing and copying cost nothing.
#[derive(Clone, Copy)]
pub struct Type(&'static TypeData);

/// What a type is, to match on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TypeKind {
    /// The type of a value whose type is not known yet, or the constraint "any type".
    Dynamic,
    Bool,
    Number,
    String,
    /// A sequence of elements of one type.
    List(Type),
    /// Distinct elements of one type.
    Set(Type),
    /// Elements of one type under names.
    Map(Type),
    /// A sequence in which each element has a type of its own.
    Tuple(TupleType),
    /// Named attributes, each with a type of its own.
    Object(ObjectType),
}

/// The element types of a tuple type.
#[derive(Clone, Copy)]
pub struct TupleType(&'static TupleData);

/// The attributes of an object type, sorted by name.
#[derive(Clone, Copy)]
pub struct ObjectType(&'static ObjectData);

/// The sorted names of the attributes of an object, shared by all objects that have the same.
#[derive(Clone, Copy)]
pub struct Shape(&'static ShapeData);

struct TypeData {
    kind: TypeKind,
    has_dynamic: bool,
    has_optional: bool,
    depth: u32,
    list: OnceLock<Type>,
    set: OnceLock<Type>,
    map: OnceLock<Type>,
    without_optional: OnceLock<Type>,
}

struct TupleData {
    /// Each run of equal element types with the position after its last.
    runs: Box<[(Type, usize)]>,
}

struct ObjectData {
    shape: Shape,
    types: Box<[Type]>,
    /// As long as `types`, or empty where nothing is optional.
    optional: Box<[bool]>,
}

struct ShapeData {
    names: Box<[Name]>,
}

static DYNAMIC: TypeData = TypeData::leaf(TypeKind::Dynamic);
static BOOL: TypeData = TypeData::leaf(TypeKind::Bool);
static NUMBER: TypeData = TypeData::leaf(TypeKind::Number);
static STRING: TypeData = TypeData::leaf(TypeKind::String);

impl TypeData {
    const fn leaf(kind: TypeKind) -> Self {
        let has_dynamic = matches!(kind, TypeKind::Dynamic);
        Self::new(kind, has_dynamic, false, 0)
    }

    const fn new(kind: TypeKind, has_dynamic: bool, has_optional: bool, depth: u32) -> Self {
        Self {
            kind,
            has_dynamic,
            has_optional,
            depth,
            list: OnceLock::new(),
            set: OnceLock::new(),
            map: OnceLock::new(),
            without_optional: OnceLock::new(),
        }
    }

    fn around(kind: TypeKind, inner: Type) -> Self {
        Self::new(kind, inner.0.has_dynamic, inner.0.has_optional, inner.0.depth + 1)
    }
}

impl Type {
    pub const DYNAMIC: Self = Self(&DYNAMIC);
    pub const BOOL: Self = Self(&BOOL);
    pub const NUMBER: Self = Self(&NUMBER);
    pub const STRING: Self = Self(&STRING);

    #[must_use]
    pub fn list(element: Self) -> Self {
        let make = || intern::leak(TypeData::around(TypeKind::List(element), element));
        *element.0.list.get_or_init(make)
    }

    #[must_use]
    pub fn set(element: Self) -> Self {
        let make = || intern::leak(TypeData::around(TypeKind::Set(element), element));
        *element.0.set.get_or_init(make)
    }

    #[must_use]
    pub fn map(element: Self) -> Self {
        let make = || intern::leak(TypeData::around(TypeKind::Map(element), element));
        *element.0.map.get_or_init(make)
    }

    #[must_use]
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        let mut runs: Vec<(Self, usize)> = Vec::new();
        for element in elements {
            match runs.last_mut() {
                Some((last, end)) if *last == element => *end += 1,
                last => {
                    let end = last.map_or(0, |(_, end)| *end) + 1;
                    runs.push((element, end));
                }
            }
        }
        intern::tuple(&runs)
    }

    /// An object type. Of two attributes with one name the later counts.
    #[must_use]
    pub fn object<N: AsRef<str>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::object_with_optional(attributes.into_iter().map(|(name, ty)| (name, ty, false)))
    }

    /// An object type constraint whose attributes say whether they are optional.
    #[must_use]
    pub fn object_with_optional<N: AsRef<str>>(
        attributes: impl IntoIterator<Item = (N, Self, bool)>,
    ) -> Self {
        let (names, attributes): (Vec<_>, Vec<_>) = attributes
            .into_iter()
            .map(|(name, ty, optional)| (name.as_ref().into(), (ty, optional)))
            .unzip();
        let (shape, attributes) = Shape::arrange(names, attributes);
        let (types, optional): (Vec<_>, Vec<_>) = attributes.into_iter().unzip();
        Self::object_of(shape, &types, &optional)
    }

    /// An object type with the names of `shape`. `optional` is as long as `types`, or empty for "none".
    ///
    /// # Panics
    /// When `types` is not as long as the shape.
    #[must_use]
    pub fn object_of(shape: Shape, types: &[Self], optional: &[bool]) -> Self {
        assert_eq!(shape.len(), types.len(), "an object type has one type for each name");
        let optional = if optional.contains(&true) { optional } else { &[] };
        intern::object(shape, types, optional)
    }

    /// The object type without attributes.
    #[must_use]
    pub fn empty_object() -> Self {
        Self::object_of(Shape::empty(), &[], &[])
    }

    #[must_use]
    pub fn kind(self) -> TypeKind {
        self.0.kind
    }

    #[must_use]
    pub fn is_primitive(self) -> bool {
        matches!(self.0.kind, TypeKind::Bool | TypeKind::Number | TypeKind::String)
    }

    /// Whether it is a list, set or map type.
    #[must_use]
    pub fn is_collection(self) -> bool {
        self.element().is_some()
    }

    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self.0.kind, TypeKind::List(_))
    }

    #[must_use]
    pub fn is_set(self) -> bool {
        matches!(self.0.kind, TypeKind::Set(_))
    }

    #[must_use]
    pub fn is_map(self) -> bool {
        matches!(self.0.kind, TypeKind::Map(_))
    }

    #[must_use]
    pub fn is_tuple(self) -> bool {
        matches!(self.0.kind, TypeKind::Tuple(_))
    }

    #[must_use]
    pub fn is_object(self) -> bool {
        matches!(self.0.kind, TypeKind::Object(_))
    }

    /// The element type of a list, set or map type.
    #[must_use]
    pub fn element(self) -> Option<Self> {
        match self.0.kind {
            TypeKind::List(element) | TypeKind::Set(element) | TypeKind::Map(element) => {
                Some(element)
            }
            _ => None,
        }
    }

    #[must_use]
    pub fn as_tuple(self) -> Option<TupleType> {
        match self.0.kind {
            TypeKind::Tuple(tuple) => Some(tuple),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_object(self) -> Option<ObjectType> {
        match self.0.kind {
            TypeKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether `dynamic` occurs in it.
    #[must_use]
    pub fn has_dynamic(self) -> bool {
        self.0.has_dynamic
    }

    /// Whether some object in it has optional attributes, which makes it a constraint and not the type of a value.
    #[must_use]
    pub fn has_optional(self) -> bool {
        self.0.has_optional
    }

    /// How deep types nest in it: 0 for a primitive, one more than the deepest part otherwise. No value nests deeper
    /// than its type, so this is also the bound of a value's depth.
    #[must_use]
    pub fn depth(self) -> usize {
        self.0.depth as usize
    }

    /// The same type with all attributes required: the type that a value has after conversion to this constraint.
    #[must_use]
    pub fn without_optional(self) -> Self {
        if !self.0.has_optional {
            return self;
        }
        let make = || match self.0.kind {
            TypeKind::List(element) => Self::list(element.without_optional()),
            TypeKind::Set(element) => Self::set(element.without_optional()),
            TypeKind::Map(element) => Self::map(element.without_optional()),
            TypeKind::Tuple(tuple) => tuple.map(Self::without_optional),
            TypeKind::Object(object) => object.map(|_, ty| ty.without_optional()),
            TypeKind::Dynamic | TypeKind::Bool | TypeKind::Number | TypeKind::String => self,
        };
        *self.0.without_optional.get_or_init(make)
    }
}

impl TupleType {
    #[must_use]
    pub fn len(self) -> usize {
        self.0.runs.last().map_or(0, |(_, end)| *end)
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.runs.is_empty()
    }

    #[must_use]
    pub fn get(self, index: usize) -> Option<Type> {
        let run = self.0.runs.partition_point(|(_, end)| *end <= index);
        self.0.runs.get(run).map(|(ty, _)| *ty)
    }

    /// The element types in order.
    pub fn iter(self) -> impl Iterator<Item = Type> {
        self.runs().flat_map(|(ty, count)| std::iter::repeat_n(ty, count))
    }

    /// The runs of equal element types, each with its length.
    pub fn runs(self) -> impl Iterator<Item = (Type, usize)> {
        let mut start = 0;
        self.0.runs.iter().map(move |(ty, end)| {
            let count = end - start;
            start = *end;
            (*ty, count)
        })
    }

    /// The tuple type in which each element type is replaced by what `change` makes of it.
    #[must_use]
    pub fn map(self, mut change: impl FnMut(Type) -> Type) -> Type {
        let mut runs: Vec<(Type, usize)> = Vec::with_capacity(self.0.runs.len());
        for (ty, end) in &self.0.runs {
            let ty = change(*ty);
            match runs.last_mut() {
                Some((last, last_end)) if *last == ty => *last_end = *end,
                _ => runs.push((ty, *end)),
            }
        }
        intern::tuple(&runs)
    }
}

impl ObjectType {
    #[must_use]
    pub fn shape(self) -> Shape {
        self.0.shape
    }

    #[must_use]
    pub fn len(self) -> usize {
        self.0.types.len()
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.types.is_empty()
    }

    /// The type of the attribute with this name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Type> {
        self.0.shape.index_of(name).map(|i| self.0.types[i])
    }

    /// Whether the constraint lets the attribute with this name be absent.
    #[must_use]
    pub fn is_optional(self, name: &str) -> bool {
        self.0.shape.index_of(name).is_some_and(|i| self.is_optional_at(i))
    }

    /// As [`ObjectType::is_optional`], by position in the shape.
    #[must_use]
    pub fn is_optional_at(self, index: usize) -> bool {
        self.0.optional.get(index).copied().unwrap_or(false)
    }

    /// The attribute types, in the order of the shape.
    #[must_use]
    pub fn types(self) -> &'static [Type] {
        &self.0.types
    }

    /// Name and type of each attribute, sorted by name.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (&'static str, Type)> + DoubleEndedIterator {
        self.0.shape.names().zip(self.0.types.iter().copied())
    }

    /// The object type with the same names in which each type is replaced by what `change` makes of it; nothing is
    /// optional in the result.
    #[must_use]
    pub fn map(self, mut change: impl FnMut(&'static str, Type) -> Type) -> Type {
        let types: Vec<Type> = self.iter().map(|(name, ty)| change(name, ty)).collect();
        intern::object(self.0.shape, &types, &[])
    }
}

impl Shape {
    /// The shape with these names, which need not be sorted or distinct.
    #[must_use]
    pub fn new<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        let names: Vec<Name> = names.into_iter().map(|name| name.as_ref().into()).collect();
        let nothing = vec![(); names.len()];
        Self::arrange(names, nothing).0
    }

    #[must_use]
    pub fn empty() -> Self {
        static EMPTY: OnceLock<Shape> = OnceLock::new();
        *EMPTY.get_or_init(|| intern::shape(&[]))
    }

    #[must_use]
    pub fn len(self) -> usize {
        self.0.names.len()
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.names.is_empty()
    }

    /// The position of the attribute with this name.
    #[must_use]
    pub fn index_of(self, name: &str) -> Option<usize> {
        // Few names are told apart by their lengths, mostly.
        const FEW: usize = 8;
        let find = |name: &str| match self.0.names.len() {
            0..=FEW => self.0.names.iter().position(|have| have.as_str() == name),
            _ => self.0.names.binary_search_by(|have| have.as_str().cmp(name)).ok(),
        };
        find(name).or_else(|| {
            // Names are kept in NFC; text from elsewhere may not be.
            if name.is_ascii() { None } else { find(&text::normalize(name)) }
        })
    }

    /// The name at this position.
    ///
    /// # Panics
    /// When there are not as many.
    #[must_use]
    pub fn name(self, index: usize) -> &'static str {
        self.0.names[index].as_str()
    }

    /// The names in order.
    pub fn names(self) -> impl ExactSizeIterator<Item = &'static str> + DoubleEndedIterator {
        self.0.names.iter().map(Name::as_str)
    }

    /// Sorts names and what belongs to them, the later of two with one name winning.
    pub(crate) fn arrange<T>(names: Vec<Name>, items: Vec<T>) -> (Self, Vec<T>) {
        let normal = |name: Name| match text::normalize(&name) {
            std::borrow::Cow::Borrowed(_) => name,
            std::borrow::Cow::Owned(normal) => normal.into(),
        };
        let mut pairs: Vec<(Name, T)> = names.into_iter().map(normal).zip(items).collect();
        sort_last_wins(&mut pairs);
        let (names, items): (Vec<Name>, Vec<T>) = pairs.into_iter().unzip();
        (intern::shape(&names), items)
    }
}

/// Sorts by name and keeps the last of those with the same name. Linear where the names come sorted.
pub(crate) fn sort_last_wins<T>(pairs: &mut Vec<(Name, T)>) {
    if pairs.is_sorted_by(|(a, _), (b, _)| a < b) {
        return;
    }
    // The sort is stable, so among equal names the last one stands last.
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    pairs.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Type {}

impl Hash for Type {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl PartialEq for TupleType {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for TupleType {}

impl PartialEq for ObjectType {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for ObjectType {}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Shape {}

impl Hash for Shape {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl fmt::Debug for TupleType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_types_are_one() {
        let a = Type::object([("b", Type::STRING), ("a", Type::list(Type::NUMBER))]);
        let b = Type::object([("a", Type::list(Type::NUMBER)), ("b", Type::STRING)]);
        assert_eq!(a, b);
        assert_ne!(a, Type::object([("a", Type::list(Type::NUMBER))]));
        assert_ne!(Type::list(Type::BOOL), Type::set(Type::BOOL));
        assert_ne!(a, Type::object_with_optional([("a", Type::list(Type::NUMBER), true)]));
    }

    #[test]
    fn a_long_tuple_type_is_one_run() {
        let ty = Type::tuple(std::iter::repeat_n(Type::STRING, 100_000).chain([Type::BOOL]));
        let tuple = ty.as_tuple().unwrap();
        assert_eq!(tuple.runs().collect::<Vec<_>>(), [(Type::STRING, 100_000), (Type::BOOL, 1)]);
        assert_eq!((tuple.get(99_999), tuple.get(100_000)), (Some(Type::STRING), Some(Type::BOOL)));
        assert_eq!((tuple.get(100_001), tuple.len()), (None, 100_001));
    }

    #[test]
    fn optional_attributes_are_dropped_at_every_depth() {
        let inner =
            Type::object_with_optional([("a", Type::STRING, true), ("b", Type::BOOL, false)]);
        let outer = Type::map(Type::tuple([inner, Type::NUMBER]));
        let plain = Type::object([("a", Type::STRING), ("b", Type::BOOL)]);
        assert!(outer.has_optional());
        assert_eq!(outer.without_optional(), Type::map(Type::tuple([plain, Type::NUMBER])));
        assert_eq!(plain.without_optional(), plain);
    }

    #[test]
    fn names_are_normalised_and_the_last_one_wins() {
        let ty =
            Type::object([("e\u{301}", Type::BOOL), ("a", Type::BOOL), ("\u{e9}", Type::STRING)]);
        let object = ty.as_object().unwrap();
        assert_eq!(object.shape().names().collect::<Vec<_>>(), ["a", "\u{e9}"]);
        assert_eq!(object.get("e\u{301}"), Some(Type::STRING));
    }

    #[test]
    fn depth_counts_nesting() {
        let mut ty = Type::STRING;
        for depth in 0..MAX_DEPTH {
            assert_eq!(ty.depth(), depth);
            ty = if depth % 2 == 0 { Type::list(ty) } else { Type::object([("a", ty)]) };
        }
    }
}
