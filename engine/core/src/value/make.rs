//! Constructors. Each takes what it is given into the form that [`super`] promises.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::marks::Marks;
use crate::number::Number;
use crate::refine::Refinement;
use crate::text::{Name, normalize};
use crate::ty::{Shape, Type, sort_last_wins};

use super::data::{Entries, Flags, Sequence, SetData};
use super::{Refined, Repr, Value, set};

/// The elements of a collection have two types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ElementTypesDiffer(pub Type, pub Type);

impl Value {
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self(Repr::Bool(value))
    }

    #[must_use]
    pub fn number(number: Number) -> Self {
        Self(Repr::Number(number))
    }

    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::number(value.into())
    }

    /// A number at the precision of an `f64`, or nothing for NaN.
    #[must_use]
    pub fn float(value: f64) -> Option<Self> {
        Number::from_f64(value).map(Self::number)
    }

    #[must_use]
    pub fn string(text: impl AsRef<str>) -> Self {
        Self(Repr::String(Name::new(normalize(text.as_ref()))))
    }

    /// The null of a type. A null is never of a type with optional attributes.
    #[must_use]
    pub fn null(ty: Type) -> Self {
        Self(Repr::Null(ty.without_optional()))
    }

    /// An unknown value of a type.
    #[must_use]
    pub fn unknown(ty: Type) -> Self {
        Self(Repr::Unknown(ty.without_optional()))
    }

    /// A list. Where `element` is `dynamic`, the elements say what it is.
    ///
    /// # Panics
    /// When an element has another type: see [`Value::try_list`].
    #[must_use]
    pub fn list(element: Type, elements: impl IntoIterator<Item = Self>) -> Self {
        Self::try_list(element, elements).expect("the elements of a list have its element type")
    }

    /// A list, if all elements have the type `element`, or one type where that is `dynamic`.
    ///
    /// # Errors
    /// When they do not.
    pub fn try_list(
        element: Type,
        elements: impl IntoIterator<Item = Self>,
    ) -> Result<Self, ElementTypesDiffer> {
        let mut elements: Vec<Self> = elements.into_iter().collect();
        let element = unite(element, elements.iter_mut())?;
        Ok(Self(Repr::List(sequence(Type::list(element), elements))))
    }

    /// A set: equal elements become one, and marks on or in elements move to the set. Where `element` is `dynamic`,
    /// the elements say what it is.
    ///
    /// # Panics
    /// When an element has another type: see [`Value::try_set`].
    #[must_use]
    pub fn set(element: Type, elements: impl IntoIterator<Item = Self>) -> Self {
        Self::try_set(element, elements).expect("the elements of a set have its element type")
    }

    /// A set, if all elements have the type `element`, or one type where that is `dynamic`.
    ///
    /// # Errors
    /// When they do not.
    pub fn try_set(
        element: Type,
        elements: impl IntoIterator<Item = Self>,
    ) -> Result<Self, ElementTypesDiffer> {
        let mut marks = Marks::NONE;
        let unmark = |value: Self| {
            if !value.contains_marked() {
                return value;
            }
            let (value, found) = value.unmark_deep();
            marks = marks.union(&found);
            value
        };
        let mut elements: Vec<Self> = elements.into_iter().map(unmark).collect();
        let element = unite(element, elements.iter_mut())?;
        let elements = set::arrange(element, elements);
        let data = SetData {
            ty: Type::set(element),
            flags: Flags::of(&elements),
            elements: elements.into(),
            index: OnceLock::new(),
        };
        Ok(Self(Repr::Set(Arc::new(data))).with_marks(&marks))
    }

    /// A map. Of two entries with one key the later counts. Where `element` is `dynamic`, the elements say what it is.
    ///
    /// # Panics
    /// When an element has another type: see [`Value::try_map`].
    #[must_use]
    pub fn map<K: AsRef<str>>(element: Type, entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::try_map(element, entries).expect("the elements of a map have its element type")
    }

    /// A map, if all elements have the type `element`, or one type where that is `dynamic`.
    ///
    /// # Errors
    /// When they do not.
    pub fn try_map<K: AsRef<str>>(
        element: Type,
        entries: impl IntoIterator<Item = (K, Self)>,
    ) -> Result<Self, ElementTypesDiffer> {
        let mut entries: Vec<(Name, Self)> = entries
            .into_iter()
            .map(|(key, value)| (Name::new(normalize(key.as_ref())), value))
            .collect();
        sort_last_wins(&mut entries);
        let element = unite(element, entries.iter_mut().map(|(_, value)| value))?;
        let data = Entries {
            ty: Type::map(element),
            flags: Flags::of(entries.iter().map(|(_, value)| value)),
            entries: entries.into(),
        };
        Ok(Self(Repr::Map(Arc::new(data))))
    }

    #[must_use]
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        let elements: Vec<Self> = elements.into_iter().collect();
        let ty = Type::tuple(elements.iter().map(Self::ty));
        Self(Repr::Tuple(sequence(ty, elements)))
    }

    /// An object. Of two attributes with one name the later counts.
    #[must_use]
    pub fn object<N: AsRef<str>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        let (names, values): (Vec<Name>, Vec<Self>) =
            attributes.into_iter().map(|(name, value)| (name.as_ref().into(), value)).unzip();
        let (shape, values) = Shape::arrange(names, values);
        Self::object_of(shape, values)
    }

    /// An object whose names are those of `shape`, which saves looking them up.
    ///
    /// # Panics
    /// When there are not as many values as names.
    #[must_use]
    pub fn object_of(shape: Shape, values: Vec<Self>) -> Self {
        let types: Vec<Type> = values.iter().map(Self::ty).collect();
        let ty = Type::object_of(shape, &types, &[]);
        Self(Repr::Object(sequence(ty, values)))
    }

    /// The object without attributes.
    #[must_use]
    pub fn empty_object() -> Self {
        Self::object_of(Shape::empty(), Vec::new())
    }

    /// An unknown value of which something is known.
    pub(crate) fn refined(ty: Type, refinement: Refinement) -> Self {
        let ty = ty.without_optional();
        if refinement.is_empty() || ty == Type::DYNAMIC {
            return Self::unknown(ty);
        }
        Self(Repr::Refined(Arc::new(Refined { ty, refinement })))
    }

    /// The same null or unknown value under another type, marks kept; anything else as it is.
    fn retyped(self, ty: Type) -> Self {
        match self.0 {
            Repr::Null(_) => Self::null(ty),
            Repr::Unknown(_) => Self::unknown(ty),
            Repr::Marked(marked) => marked.value.clone().retyped(ty).with_marks(&marked.marks),
            _ => self,
        }
    }
}

fn sequence(ty: Type, elements: Vec<Value>) -> Arc<Sequence> {
    Arc::new(Sequence { ty, flags: Flags::of(&elements), elements: elements.into() })
}

/// Finds the type of all elements, and gives it to nulls and unknown values that have none yet.
fn unite<'a>(
    element: Type,
    elements: impl Iterator<Item = &'a mut Value>,
) -> Result<Type, ElementTypesDiffer> {
    let mut element = element.without_optional();
    let mut untyped = Vec::new();
    for value in elements {
        let ty = value.ty();
        if ty == element {
            // A type that is still open is an untyped element too, should a later one settle it.
            if ty == Type::DYNAMIC {
                untyped.push(value);
            }
        } else if ty == Type::DYNAMIC {
            untyped.push(value);
        } else if element == Type::DYNAMIC {
            element = ty;
        } else {
            return Err(ElementTypesDiffer(element, ty));
        }
    }
    if element != Type::DYNAMIC {
        for value in untyped {
            *value = std::mem::replace(value, Value::DYNAMIC).retyped(element);
        }
    }
    Ok(element)
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::int(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::number(value.into())
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::number(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::string(text)
    }
}

impl fmt::Display for ElementTypesDiffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "elements of one collection have the types {} and {}", self.0, self.1)
    }
}

impl std::error::Error for ElementTypesDiffer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untyped_elements_take_the_type_of_the_others() {
        let list =
            Value::list(Type::DYNAMIC, [Value::DYNAMIC, "a".into(), Value::null(Type::DYNAMIC)]);
        let same = Value::list(
            Type::STRING,
            [Value::unknown(Type::STRING), "a".into(), Value::null(Type::STRING)],
        );
        assert_eq!(list, same);
        let differ = Value::try_list(Type::DYNAMIC, ["a".into(), Value::TRUE]);
        assert_eq!(differ, Err(ElementTypesDiffer(Type::STRING, Type::BOOL)));
        let open = Value::list(Type::DYNAMIC, [Value::DYNAMIC]);
        assert_eq!(open.ty(), Type::list(Type::DYNAMIC));
    }

    #[test]
    fn later_names_win_and_all_are_normalised() {
        let object = Value::object(
            [("e\u{301}", 1), ("b", 2), ("\u{e9}", 3)].map(|(n, v)| (n, Value::from(v))),
        );
        assert_eq!(object, Value::object([("b", 2.into()), ("\u{e9}", Value::from(3))]));
        let map =
            Value::map(Type::NUMBER, [("b", Value::from(1)), ("a", 2.into()), ("b", 3.into())]);
        assert_eq!(map, Value::map(Type::NUMBER, [("a", Value::from(2)), ("b", 3.into())]));
    }

    #[test]
    fn a_set_wears_the_marks_of_its_elements() {
        let secret = Value::from("s").with_marks(&Marks::SENSITIVE);
        let inside = Value::object([("a", secret)]);
        let set = Value::set(Type::DYNAMIC, [inside, Value::object([("a", Value::from("t"))])]);
        assert!(set.is_marked());
        let (inner, marks) = set.unmark();
        assert_eq!(marks, Marks::SENSITIVE);
        assert!(!inner.contains_marked());
    }
}
