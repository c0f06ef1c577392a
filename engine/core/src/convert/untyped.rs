//! Converting what is not there: unknown values and nulls, by type alone.

use crate::refine::Range;
use crate::ty::{Type, TypeKind};
use crate::unify::unify;
use crate::value::Value;

use super::Safety;

/// The unknown value of the wanted type that stands for `value` converted, with what carries over of what is known.
pub(super) fn convert_unknown(value: &Value, want: Type) -> Value {
    let range = value.range();
    let ty = settle(Some(range.ty()), want.without_optional());
    let unknown = Value::unknown(ty);
    let unknown = if range.is_not_null() { unknown.refine_not_null() } else { unknown };
    let (fewest, most) = length_after(&range, ty);
    let refined = unknown.refine();
    let refined =
        if ty.is_collection() { refined.length_min(fewest).length_max(most) } else { refined };
    refined.build().unwrap_or(unknown)
}

/// How many elements the collection of type `to` has that is made of what has this range.
fn length_after(range: &Range, to: Type) -> (usize, usize) {
    let everything = (0, crate::refine::MAX_LENGTH);
    // Elements of a set may coincide, but never vanish altogether.
    let coincide = |fewest: usize, most: usize| (fewest.min(1), most);
    match (range.ty().kind(), to.kind()) {
        (TypeKind::Object(object), TypeKind::Map(_)) => (object.len(), object.len()),
        (TypeKind::Tuple(tuple), TypeKind::List(_)) => (tuple.len(), tuple.len()),
        (TypeKind::Tuple(tuple), TypeKind::Set(_)) => coincide(tuple.len(), tuple.len()),
        (TypeKind::List(_) | TypeKind::Set(_) | TypeKind::Map(_), TypeKind::Set(_)) => {
            coincide(range.min_length(), range.max_length())
        }
        (TypeKind::List(_) | TypeKind::Set(_) | TypeKind::Map(_), _) if to.is_collection() => {
            (range.min_length(), range.max_length())
        }
        _ => everything,
    }
}

/// The type `want` with each `dynamic` in it replaced by the type that stands in its place in `have`. There is known
/// to be a conversion between the two; where that leaves more than one possibility, `want` stays as it is.
pub(super) fn settle(have: Option<Type>, want: Type) -> Type {
    let Some(have) = have.filter(|have| *have != Type::DYNAMIC) else {
        return want;
    };
    if !want.has_dynamic() {
        return want;
    }
    let common = |types: &mut dyn Iterator<Item = Type>| {
        unify(types, Safety::Unsafe).map(|common| common.ty)
    };
    use TypeKind::{Dynamic, List, Map, Object, Set, Tuple};
    match (have.kind(), want.kind()) {
        (_, Dynamic) => have,
        (Map(have), Map(want)) => Type::map(settle(Some(have), want)),
        (Object(have), Map(want)) => {
            Type::map(settle(common(&mut have.types().iter().copied()), want))
        }
        (Map(have), Object(want)) => want.map(|_, want| settle(Some(have), want)),
        (Object(have), Object(want)) => want.map(|name, want| settle(have.get(name), want)),
        (Set(have) | List(have), Set(want)) => Type::set(settle(Some(have), want)),
        (Tuple(have), Set(want)) => {
            Type::set(settle(common(&mut have.runs().map(|(ty, _)| ty)), want))
        }
        (Set(have) | List(have), List(want)) => Type::list(settle(Some(have), want)),
        (Tuple(have), List(want)) => {
            Type::list(settle(common(&mut have.runs().map(|(ty, _)| ty)), want))
        }
        (Tuple(have), Tuple(want)) if have.len() == want.len() => {
            Type::tuple(have.iter().zip(want.iter()).map(|(have, want)| settle(Some(have), want)))
        }
        _ => want,
    }
}
