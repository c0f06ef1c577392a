//! Operations on sets of one element type.

use wb_core::convert::{Safety, convert};
use wb_core::ty::Type;
use wb_core::unify::unify;
use wb_core::value::Value;

use super::super::fault::Fault;
use super::super::spec::{Kind, Param};
use crate::eval::Env;

pub(in super::super) const FIRST: Param =
    Param::new("first_set", Kind::Set(&Kind::Any), "").untyped();
pub(in super::super) const OTHERS: Param =
    Param::new("other_sets", Kind::Set(&Kind::Any), "").untyped();

/// The type of a set that can hold the elements of all these sets.
pub(in super::super) fn result_type(args: &[Value]) -> Result<Type, Fault> {
    // An empty set that was written out is of no type yet, and fits any other.
    let is_open = |set: &&Value| {
        set.is_known()
            && set.ty() == Type::set(Type::DYNAMIC)
            && set.as_elements().is_some_and(<[Value]>::is_empty)
    };
    let elements: Vec<Type> =
        args.iter().filter(|set| !is_open(set)).filter_map(|set| set.ty().element()).collect();
    if elements.is_empty() {
        return Ok(Type::set(Type::DYNAMIC));
    }
    let unified = unify(elements, Safety::Unsafe)
        .ok_or_else(|| Fault::new("given sets must all have compatible element types"))?;
    Ok(Type::set(unified.ty))
}

/// The sets with elements of one type, and that type.
pub(in super::super) fn unified(
    args: &[Value],
    env: &mut Env<'_>,
) -> Result<(Type, Vec<Value>), Fault> {
    let ty = result_type(args)?;
    let mut sets = Vec::with_capacity(args.len());
    for (at, set) in args.iter().enumerate() {
        env.charge(set.size())?;
        sets.push(convert(set, ty).map_err(|error| Fault::arg(at, error.to_string()))?);
    }
    // Where one set is of no type yet, the others may still be of several.
    let mut types =
        sets.iter().flat_map(|set| set.as_elements().unwrap_or_default()).map(Value::ty);
    let first = types.next();
    if types.any(|ty| Some(ty) != first) {
        return Err(Fault::new("given sets must all have compatible element types"));
    }
    Ok((first.or(ty.element()).unwrap_or(Type::DYNAMIC), sets))
}
