//! Exact equality and hashing.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{Repr, Value};

/// Exact: type, marks, unknowns and refinements count; precision of numbers does not.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::String(a), Repr::String(b)) => a == b,
            (Repr::Number(a), Repr::Number(b)) => a == b,
            (Repr::Bool(a), Repr::Bool(b)) => a == b,
            (Repr::Null(a), Repr::Null(b)) | (Repr::Unknown(a), Repr::Unknown(b)) => a == b,
            (Repr::Refined(a), Repr::Refined(b)) => {
                Arc::ptr_eq(a, b) || (a.ty == b.ty && a.refinement == b.refinement)
            }
            (Repr::List(a), Repr::List(b))
            | (Repr::Tuple(a), Repr::Tuple(b))
            | (Repr::Object(a), Repr::Object(b)) => {
                Arc::ptr_eq(a, b)
                    || (a.ty == b.ty && a.flags == b.flags && a.elements == b.elements)
            }
            (Repr::Set(a), Repr::Set(b)) => {
                Arc::ptr_eq(a, b)
                    || (a.ty == b.ty && a.flags == b.flags && a.elements == b.elements)
            }
            (Repr::Map(a), Repr::Map(b)) => {
                Arc::ptr_eq(a, b) || (a.ty == b.ty && a.flags == b.flags && a.entries == b.entries)
            }
            (Repr::Marked(a), Repr::Marked(b)) => {
                Arc::ptr_eq(a, b) || (a.marks == b.marks && a.value == b.value)
            }
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(&self.0).hash(state);
        match &self.0 {
            Repr::String(text) => text.hash(state),
            Repr::Number(number) => number.hash(state),
            Repr::Bool(value) => value.hash(state),
            Repr::Null(ty) | Repr::Unknown(ty) => ty.hash(state),
            Repr::Refined(refined) => (refined.ty, &refined.refinement).hash(state),
            Repr::List(s) | Repr::Tuple(s) | Repr::Object(s) => (s.ty, &s.elements).hash(state),
            Repr::Set(set) => (set.ty, &set.elements).hash(state),
            Repr::Map(map) => (map.ty, &map.entries).hash(state),
            Repr::Marked(marked) => (&marked.marks, &marked.value).hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;
    use crate::ty::Type;

    #[test]
    fn equality_is_exact() {
        let list = || Value::list(Type::STRING, ["a".into(), Value::from("b")]);
        assert_eq!(list(), list());
        assert_ne!(list(), Value::tuple(["a".into(), Value::from("b")]));
        assert_ne!(Value::null(Type::STRING), Value::null(Type::BOOL));
        assert_ne!(Value::TRUE, Value::TRUE.with_marks(&Marks::SENSITIVE));
        let unknown = Value::unknown(Type::STRING);
        assert_eq!(unknown, Value::unknown(Type::STRING));
        assert_ne!(unknown.refine_not_null(), unknown);
        assert_eq!(unknown.refine_not_null(), unknown.refine_not_null());
    }
}
