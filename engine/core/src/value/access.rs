//! Attributes, elements and lengths, for those who have checked types before. What the language says when they
//! do not fit is in [`crate::access`].

use crate::refine::MAX_LENGTH;
use crate::ty::{Type, TypeKind};

use super::{Value, View};

impl Value {
    /// An attribute of an object, known or not, with the object's marks. Nothing where the object is null or has no
    /// such attribute, or where the value is no object. Of a value of unknown type every attribute is unknown.
    #[must_use]
    pub fn get_attr(&self, name: &str) -> Option<Self> {
        let value = self.unmarked();
        let found = match (value.ty().kind(), value.view()) {
            (_, View::Object(object)) => object.get(name)?.clone(),
            (TypeKind::Dynamic, View::Unknown(_)) => Self::DYNAMIC,
            (TypeKind::Object(object), View::Unknown(_)) => Self::unknown(object.get(name)?),
            _ => return None,
        };
        Some(found.with_marks(self.marks()))
    }

    /// An element of a list, tuple or map, known or not, with the marks of both. Nothing where the key does not name
    /// one: see [`Value::has_index`].
    #[must_use]
    pub fn index(&self, key: &Self) -> Option<Self> {
        let (value, at) = (self.unmarked(), key.unmarked());
        if value.is_null() || at.is_null() {
            return None;
        }
        let found = match (value.ty().kind(), key_type(at)) {
            (TypeKind::Dynamic, _) => Self::DYNAMIC,
            (TypeKind::List(element), KeyType::Number | KeyType::Unknown)
            | (TypeKind::Map(element), KeyType::String | KeyType::Unknown)
                if !at.is_known() || !value.is_known() =>
            {
                Self::unknown(element)
            }
            (TypeKind::Tuple(_), KeyType::Number | KeyType::Unknown) if !at.is_known() => {
                Self::DYNAMIC
            }
            (TypeKind::Tuple(tuple), KeyType::Number) if !value.is_known() => {
                Self::unknown(tuple.get(at.as_number()?.to_usize()?)?)
            }
            (TypeKind::List(_) | TypeKind::Tuple(_), KeyType::Number) => {
                value.as_elements()?.get(at.as_number()?.to_usize()?)?.clone()
            }
            (TypeKind::Map(_), KeyType::String) => value.as_map()?.get(at.as_str()?)?.clone(),
            _ => return None,
        };
        Some(found.with_marks_of([self, key]))
    }

    /// Whether [`Value::index`] finds something, as a value that may be unknown. Nothing for what has no indices.
    #[must_use]
    pub fn has_index(&self, key: &Self) -> Option<Self> {
        let (value, at) = (self.unmarked(), key.unmarked());
        let unknown = || Self::unknown(Type::BOOL).refine_not_null();
        let answer = match (value.ty().kind(), key_type(at)) {
            (TypeKind::Dynamic, _) if !value.is_null() => unknown(),
            (TypeKind::List(_) | TypeKind::Tuple(_) | TypeKind::Map(_), KeyType::Unknown) => {
                unknown()
            }
            (TypeKind::Tuple(tuple), KeyType::Number) if at.is_known() => {
                let position = at.as_number().and_then(crate::number::Number::to_usize);
                Self::bool(position.is_some_and(|position| position < tuple.len()))
            }
            (TypeKind::List(_) | TypeKind::Tuple(_), KeyType::Number)
            | (TypeKind::Map(_), KeyType::String) => {
                if at.is_known() && value.is_known() {
                    Self::bool(value.index(at).is_some())
                } else {
                    unknown()
                }
            }
            (TypeKind::List(_) | TypeKind::Tuple(_) | TypeKind::Map(_), _) => Self::FALSE,
            _ => return None,
        };
        Some(answer.with_marks_of([self, key]))
    }

    /// Whether a set has this element, as a value that may be unknown. Nothing where it is null or no set.
    #[must_use]
    pub fn has_element(&self, element: &Self) -> Option<Self> {
        let value = self.unmarked();
        let unknown = || Self::unknown(Type::BOOL).refine_not_null();
        let ty = value.ty();
        if value.is_null() || !(ty.is_set() || ty == Type::DYNAMIC) {
            return None;
        }
        if !value.is_known() {
            return Some(unknown().with_marks_of([self, element]));
        }
        let (element, marks) = element.unmark_deep();
        let set_of = ty.element().unwrap_or(Type::DYNAMIC);
        let is_open = |ty: Type| ty == Type::DYNAMIC;
        let answer = if !is_open(set_of) && !is_open(element.ty()) && element.ty() != set_of {
            Self::FALSE
        } else if !element.is_known() {
            unknown()
        } else if value.holds(&element) {
            Self::TRUE
        } else if element.ty() != set_of || (value.is_wholly_known() && element.is_wholly_known()) {
            Self::FALSE
        } else {
            // One of the unknown elements may turn out to be this one.
            unknown()
        };
        Some(answer.with_marks(self.marks()).with_marks(&marks))
    }

    /// How many elements a collection or tuple has, or attributes an object, as a value that may be unknown but then
    /// is bounded. Nothing where it is null or has no length.
    #[must_use]
    pub fn length(&self) -> Option<Self> {
        let value = self.unmarked();
        let length = match value.ty().kind() {
            TypeKind::Tuple(tuple) => Self::from(tuple.len()),
            _ if value.is_null() => return None,
            TypeKind::Object(object) => Self::from(object.len()),
            TypeKind::List(_) | TypeKind::Set(_) | TypeKind::Map(_) | TypeKind::Dynamic => {
                let (min, max) = value.length_bounds();
                if value.is_known() && min == max {
                    Self::from(min)
                } else {
                    let number = Self::unknown(Type::NUMBER).refine().not_null();
                    let max = max.min(MAX_LENGTH);
                    number.number_range(min, max).build().expect("the bounds are in order")
                }
            }
            _ => return None,
        };
        Some(length.with_marks(self.marks()))
    }
}

/// What an index can be, as far as its type tells.
enum KeyType {
    Number,
    String,
    /// Of a type that is not known yet.
    Unknown,
    Other,
}

fn key_type(key: &Value) -> KeyType {
    match key.ty() {
        ty if ty == Type::NUMBER => KeyType::Number,
        ty if ty == Type::STRING => KeyType::String,
        ty if ty == Type::DYNAMIC && !key.is_null() => KeyType::Unknown,
        _ => KeyType::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;

    fn strings() -> Value {
        Value::list(Type::STRING, ["a", "b"].map(Value::from))
    }

    #[test]
    fn elements_come_with_the_marks_around_them() {
        let key = Value::from(1).with_marks(&Marks::EPHEMERAL);
        let found = strings().with_marks(&Marks::SENSITIVE).index(&key).unwrap();
        assert_eq!((found.unmarked(), found.marks().len()), (&Value::from("b"), 2));
        assert_eq!(strings().index(&2.into()), None);
        assert_eq!(strings().index(&"0".into()), None);
        assert_eq!(strings().index(&Value::DYNAMIC), Some(Value::unknown(Type::STRING)));
    }

    #[test]
    fn an_unknown_structure_still_has_its_type() {
        let ty = Type::object([("a", Type::STRING)]);
        assert_eq!(Value::unknown(ty).get_attr("a"), Some(Value::unknown(Type::STRING)));
        assert_eq!(Value::unknown(ty).get_attr("b"), None);
        let tuple = Value::unknown(Type::tuple([Type::BOOL]));
        assert_eq!(tuple.index(&0.into()), Some(Value::unknown(Type::BOOL)));
        assert_eq!(tuple.has_index(&1.into()), Some(Value::FALSE));
        assert_eq!(tuple.length(), Some(Value::from(1)));
    }

    #[test]
    fn a_length_is_bounded_by_what_is_known() {
        let list = Value::unknown(Type::list(Type::BOOL)).refine().length_min(2).build().unwrap();
        let length = list.length().unwrap();
        assert_eq!(length.greater_than(&1.into()), Ok(Value::TRUE));
        let elements = [Value::unknown(Type::STRING), "a".into()];
        let set = Value::set(Type::STRING, elements);
        let bounds = Value::unknown(Type::NUMBER).refine().not_null().number_range(1, 2).build();
        assert_eq!(set.length(), bounds.ok());
        assert_eq!(Value::from("text").length(), None);
    }

    #[test]
    fn an_unknown_element_may_be_the_one() {
        let set = Value::set(Type::STRING, [Value::unknown(Type::STRING), "a".into()]);
        assert_eq!(set.has_element(&"a".into()), Some(Value::TRUE));
        assert!(!set.has_element(&"b".into()).unwrap().is_known());
        assert_eq!(set.has_element(&1.into()), Some(Value::FALSE));
    }
}
