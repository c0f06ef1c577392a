//! Finding one type for several.
//!
//! The branches of a conditional, the elements of a list and the values of a map must have one type. This finds
//! the most general type to which all convert, or makes one where all are of the same kind: objects with the same
//! attributes, attribute by attribute; other objects as maps; tuples of one length, element by element; others as
//! lists.

mod prefer;

use std::collections::HashMap;

use crate::convert::{Conversion, ConvertError, Safety};
use crate::ty::{ObjectType, TupleType, Type, TypeKind};
use crate::value::Value;

/// The type found, and how to convert each of the types to it.
#[derive(Clone, Debug)]
pub struct Unified {
    pub ty: Type,
    /// One for each given type, in order; nothing where the type is right already.
    pub conversions: Vec<Option<ToUnified>>,
}

/// How to bring a value to the common type.
#[derive(Clone, Debug)]
pub enum ToUnified {
    Convert(Conversion),
    /// First as a collection, then that collection as another.
    ConvertTwice(Conversion, Conversion),
    /// There is no telling before all types are known: the value is lost to "unknown".
    Forget,
}

impl ToUnified {
    /// # Errors
    /// When the value does not have what the conversion takes.
    pub fn apply(&self, value: &Value) -> Result<Value, ConvertError> {
        match self {
            Self::Convert(conversion) => conversion.apply(value),
            Self::ConvertTwice(first, second) => second.apply(&first.apply(value)?),
            Self::Forget => Ok(Value::DYNAMIC.with_marks(value.marks())),
        }
    }
}

/// Types without repetition, and one way for each.
struct Found {
    ty: Type,
    ways: Vec<Option<ToUnified>>,
}

/// The common type of `types`; nothing where there is none, or no types.
#[must_use]
pub fn unify(types: impl IntoIterator<Item = Type>, safety: Safety) -> Option<Unified> {
    // Repeated types change nothing, and a list of a hundred thousand elements has few distinct ones.
    let mut distinct: Vec<Type> = Vec::new();
    let mut positions: HashMap<Type, usize> = HashMap::new();
    let given: Vec<usize> = types
        .into_iter()
        .map(|ty| {
            *positions.entry(ty).or_insert_with(|| {
                distinct.push(ty);
                distinct.len() - 1
            })
        })
        .collect();
    let found = unify_distinct(&distinct, safety)?;
    let conversions = given.into_iter().map(|at| found.ways[at].clone()).collect();
    Some(Unified { ty: found.ty, conversions })
}

#[derive(Default)]
struct Kinds {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamic: usize,
}

impl Kinds {
    fn of(types: &[Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            match ty.kind() {
                TypeKind::Map(_) => kinds.maps += 1,
                TypeKind::List(_) => kinds.lists += 1,
                TypeKind::Set(_) => kinds.sets += 1,
                TypeKind::Object(_) => kinds.objects += 1,
                TypeKind::Tuple(_) => kinds.tuples += 1,
                TypeKind::Dynamic => kinds.dynamic += 1,
                TypeKind::Bool | TypeKind::Number | TypeKind::String => {}
            }
        }
        kinds
    }
}

fn unify_distinct(types: &[Type], safety: Safety) -> Option<Found> {
    match types {
        [] => return None,
        [one] => return Some(Found { ty: *one, ways: vec![None] }),
        _ => {}
    }
    // Types of one kind come first, because an unsafe conversion may drop attributes of an object, and the most
    // general of the given types would then be the poorest one.
    let kinds = Kinds::of(types);
    let all = |count: usize| count > 0 && count + kinds.dynamic == types.len();
    let is_open = kinds.dynamic > 0;
    let only = |found: fn(&[Type], Safety) -> Option<Found>| {
        if is_open { Some(forget(types)) } else { found(types, safety) }
    };
    if all(kinds.maps) || all(kinds.lists) || all(kinds.sets) {
        return only(collections);
    }
    if all(kinds.objects) {
        return only(objects);
    }
    if all(kinds.tuples) {
        return only(tuples);
    }
    let disguised = if kinds.maps > 0 && all(kinds.maps + kinds.objects) {
        disguised(types, Type::is_object, objects_as_map, Type::is_map, safety)
    } else if kinds.lists > 0 && all(kinds.lists + kinds.tuples) {
        disguised(types, Type::is_tuple, tuples_as_list, Type::is_list, safety)
    } else if kinds.objects > 0 && kinds.tuples > 0 {
        return None;
    } else {
        None
    };
    disguised.or_else(|| preferred(types, safety))
}

/// The first of the types, from the most general down, to which all others convert.
fn preferred(types: &[Type], safety: Safety) -> Option<Found> {
    prefer::order(types).into_iter().find_map(|at| to(types[at], types, safety))
}

/// All types converted to `ty`, if they can be.
fn to(ty: Type, types: &[Type], safety: Safety) -> Option<Found> {
    let way = |from: &Type| {
        if *from == ty {
            return Some(None);
        }
        Some(Some(ToUnified::Convert(Conversion::between(*from, ty, safety)?)))
    };
    let ways = types.iter().map(way).collect::<Option<Vec<_>>>()?;
    Some(Found { ty, ways })
}

/// What becomes of types when one of them is not known yet and the others do not settle the result.
fn forget(types: &[Type]) -> Found {
    Found { ty: Type::DYNAMIC, ways: vec![Some(ToUnified::Forget); types.len()] }
}

/// Structures that stand for collections, as literals do: they are first unified among themselves as a collection,
/// then that with the others.
fn disguised(
    types: &[Type],
    is_structure: fn(Type) -> bool,
    as_collection: fn(&[Type], Safety) -> Option<Found>,
    is_collection: fn(Type) -> bool,
    safety: Safety,
) -> Option<Found> {
    let structures: Vec<Type> = types.iter().copied().filter(|ty| is_structure(*ty)).collect();
    let inner = as_collection(&structures, safety)?;
    let with_collection: Vec<Type> =
        types.iter().map(|ty| if is_structure(*ty) { inner.ty } else { *ty }).collect();
    let outer = unify(with_collection, safety).filter(|outer| is_collection(outer.ty))?;

    let mut inner_ways = inner.ways.into_iter();
    let ways = types.iter().zip(outer.conversions).map(|(ty, after)| {
        if !is_structure(*ty) {
            return after;
        }
        match (inner_ways.next().flatten(), after) {
            (Some(ToUnified::Convert(first)), Some(ToUnified::Convert(second))) => {
                Some(ToUnified::ConvertTwice(first, second))
            }
            (first, None) => first,
            (_, after) => after,
        }
    });
    Some(Found { ty: outer.ty, ways: ways.collect() })
}

fn collections(types: &[Type], safety: Safety) -> Option<Found> {
    let element = unify(types.iter().filter_map(|ty| ty.element()), safety)?.ty;
    let ty = match types[0].kind() {
        TypeKind::List(_) => Type::list(element),
        TypeKind::Set(_) => Type::set(element),
        _ => Type::map(element),
    };
    to(ty, types, safety)
}

fn objects(types: &[Type], safety: Safety) -> Option<Found> {
    let objects: Vec<ObjectType> = types.iter().filter_map(|ty| ty.as_object()).collect();
    let first = objects[0];
    if objects.iter().any(|object| object.shape() != first.shape()) {
        return objects_as_map(types, safety);
    }
    let across = |i: usize| unify(objects.iter().map(|object| object.types()[i]), safety);
    let unified = (0..first.len()).map(|i| Some(across(i)?.ty)).collect::<Option<Vec<_>>>()?;
    let ty = Type::object_of(first.shape(), &unified, &[]);
    to(ty, types, safety).or_else(|| objects_as_map(types, safety))
}

fn objects_as_map(types: &[Type], safety: Safety) -> Option<Found> {
    let objects = types.iter().filter_map(|ty| ty.as_object());
    let element = unify(objects.flat_map(|object| object.types().iter().copied()), safety)?.ty;
    to(Type::map(element), types, safety)
}

fn tuples(types: &[Type], safety: Safety) -> Option<Found> {
    let tuples: Vec<TupleType> = types.iter().filter_map(|ty| ty.as_tuple()).collect();
    let length = tuples[0].len();
    if tuples.iter().any(|tuple| tuple.len() != length) {
        return tuples_as_list(types, safety);
    }
    let across = |i: usize| unify(tuples.iter().filter_map(|tuple| tuple.get(i)), safety);
    let unified = (0..length).map(|i| Some(across(i)?.ty)).collect::<Option<Vec<_>>>()?;
    to(Type::tuple(unified), types, safety).or_else(|| tuples_as_list(types, safety))
}

fn tuples_as_list(types: &[Type], safety: Safety) -> Option<Found> {
    let tuples = types.iter().filter_map(|ty| ty.as_tuple());
    let element = unify(tuples.flat_map(|tuple| tuple.runs().map(|(ty, _)| ty)), safety)?.ty;
    to(Type::list(element), types, safety)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(types: &[Type]) -> Option<Type> {
        unify(types.iter().copied(), Safety::Safe).map(|unified| unified.ty)
    }

    #[test]
    fn strings_are_the_most_general_primitives() {
        assert_eq!(common(&[Type::NUMBER, Type::STRING, Type::BOOL]), Some(Type::STRING));
        assert_eq!(common(&[Type::NUMBER, Type::BOOL]), None);
        assert_eq!(common(&[Type::NUMBER, Type::DYNAMIC]), Some(Type::DYNAMIC));
        assert_eq!(common(&[]), None);
    }

    #[test]
    fn structures_unify_part_by_part_or_as_collections() {
        let object = |name, ty| Type::object([(name, ty)]);
        let a = [object("a", Type::STRING), object("a", Type::NUMBER)];
        assert_eq!(common(&a), Some(object("a", Type::STRING)));
        let b = [object("a", Type::STRING), object("b", Type::NUMBER)];
        assert_eq!(common(&b), Some(Type::map(Type::STRING)));
        let c = [Type::tuple([Type::STRING, Type::BOOL]), Type::tuple([Type::NUMBER])];
        assert_eq!(common(&c), Some(Type::list(Type::STRING)));
        let d = [Type::list(Type::NUMBER), Type::tuple([Type::STRING])];
        assert_eq!(common(&d), Some(Type::list(Type::STRING)));
        assert_eq!(common(&[object("a", Type::STRING), Type::tuple([])]), None);
    }

    #[test]
    fn repeated_types_get_their_conversions() {
        let types = std::iter::repeat_n(Type::NUMBER, 100_000).chain([Type::STRING]);
        let unified = unify(types, Safety::Safe).unwrap();
        assert_eq!(unified.conversions.len(), 100_001);
        let first = unified.conversions[0].as_ref().unwrap();
        assert_eq!(first.apply(&5.into()).unwrap(), Value::from("5"));
        assert!(unified.conversions[100_000].is_none());
    }
}
