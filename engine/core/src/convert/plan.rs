//! From two types to a plan of the conversion between them.

use std::cell::RefCell;
use std::sync::Arc;

use crate::hash::HashMap;
use crate::ty::{ObjectType, TupleType, Type, TypeKind};
use crate::unify::unify;

use super::Safety;

/// How to convert values of one type to another.
pub(super) struct Plan {
    pub(super) to: Type,
    pub(super) safety: Safety,
    pub(super) method: Method,
}

/// What to do with a value that is known, not null and without marks.
pub(super) enum Method {
    /// Take it as it is: any type will do.
    Pass,
    /// The type is only known with the value: look again then.
    Later,
    NumberToString,
    BoolToString,
    StringToNumber,
    StringToBool,
    /// For each wanted attribute: where the object has it, and what to do with it.
    ObjectToObject(Vec<Option<(usize, Step)>>),
    MapToObject(Vec<Field>),
    ObjectToMap {
        element: Type,
        steps: Vec<Step>,
    },
    MapToMap {
        element: Type,
        step: Arc<Plan>,
    },
    TupleToTuple(Vec<(usize, Step)>),
    TupleToList {
        element: Type,
        runs: Vec<(usize, Step)>,
    },
    TupleToSet {
        element: Type,
        runs: Vec<(usize, Step)>,
    },
    SequenceToList {
        element: Type,
        step: Step,
    },
    SequenceToSet {
        element: Type,
        step: Step,
    },
}

/// What to do with one part. Nothing where its type is right already.
pub(super) type Step = Option<Arc<Plan>>;

/// What to do with the element of a map that becomes an attribute.
pub(super) enum Field {
    Convert(Step),
    /// The attribute is optional, and no element of this map's type would do.
    OnlyAbsent,
}

type Cache = HashMap<(Type, Type, Safety), Option<Arc<Plan>>>;

thread_local! {
    /// Plans by the types they are for. As many as there are pairs of types that meet, which is few.
    static PLANS: RefCell<Cache> = RefCell::default();
}

/// The plan for a pair of types, if there is a conversion.
pub(super) fn find(from: Type, to: Type, safety: Safety) -> Option<Arc<Plan>> {
    let key = (from, to, safety);
    if let Some(plan) = PLANS.with_borrow(|plans| plans.get(&key).cloned()) {
        return plan;
    }
    let plan = method(from, to, safety).map(|method| Arc::new(Plan { to, safety, method }));
    PLANS.with_borrow_mut(|plans| plans.insert(key, plan.clone()));
    plan
}

fn method(from: Type, to: Type, safety: Safety) -> Option<Method> {
    use TypeKind::{Bool, Dynamic, List, Map, Number, Object, Set, String, Tuple};
    let is_unsafe = safety == Safety::Unsafe;
    Some(match (from.kind(), to.kind()) {
        (_, Dynamic) => Method::Pass,
        (Dynamic, _) if is_unsafe => Method::Later,
        (Number, String) => Method::NumberToString,
        (Bool, String) => Method::BoolToString,
        (String, Number) if is_unsafe => Method::StringToNumber,
        (String, Bool) if is_unsafe => Method::StringToBool,
        (Object(from), Object(to)) => object_to_object(from, to, safety)?,
        (Map(from), Object(to)) if is_unsafe => map_to_object(from, to)?,
        (Object(from), Map(element)) => object_to_map(from, element, safety)?,
        (Map(from), Map(element)) => {
            Method::MapToMap { element, step: find(from, element, safety)? }
        }
        (Tuple(from), Tuple(to)) => tuple_to_tuple(from, to, safety)?,
        (Tuple(from), List(element)) => {
            let (element, runs) = elements_of(from, element, safety)?;
            Method::TupleToList { element, runs }
        }
        (Tuple(from), Set(element)) => {
            let (element, runs) = elements_of(from, element, safety)?;
            Method::TupleToSet { element, runs }
        }
        (List(from) | Set(from), List(element)) => {
            Method::SequenceToList { element, step: part(from, element, safety)? }
        }
        // The order of a list and its repetitions would be lost.
        (List(_), Set(_)) if !is_unsafe => return None,
        (List(from) | Set(from), Set(element)) => {
            Method::SequenceToSet { element, step: part(from, element, safety)? }
        }
        _ => return None,
    })
}

/// What to do with a part; nothing where it cannot be converted.
fn part(from: Type, to: Type, safety: Safety) -> Option<Step> {
    if from == to { Some(None) } else { find(from, to, safety).map(Some) }
}

fn object_to_object(from: ObjectType, to: ObjectType, safety: Safety) -> Option<Method> {
    let fields = to.iter().enumerate().map(|(i, (name, want))| match from.shape().index_of(name) {
        Some(at) => Some(Some((at, part(from.types()[at], want, safety)?))),
        None if to.is_optional_at(i) => Some(None),
        None => None,
    });
    fields.collect::<Option<Vec<_>>>().map(Method::ObjectToObject)
}

fn map_to_object(element: Type, to: ObjectType) -> Option<Method> {
    let fields =
        to.types().iter().enumerate().map(|(i, want)| match part(element, *want, Safety::Unsafe) {
            Some(step) => Some(Field::Convert(step)),
            None if to.is_optional_at(i) => Some(Field::OnlyAbsent),
            None => None,
        });
    fields.collect::<Option<Vec<_>>>().map(Method::MapToObject)
}

fn object_to_map(from: ObjectType, element: Type, safety: Safety) -> Option<Method> {
    let element = if element == Type::DYNAMIC && !from.is_empty() {
        unify(from.types().iter().copied(), safety)?.ty
    } else {
        element
    };
    let steps = from.types().iter().map(|have| part(*have, element, safety));
    Some(Method::ObjectToMap { element, steps: steps.collect::<Option<Vec<_>>>()? })
}

fn tuple_to_tuple(from: TupleType, to: TupleType, safety: Safety) -> Option<Method> {
    if from.len() != to.len() {
        return None;
    }
    let mut steps: Vec<(usize, Step)> = Vec::new();
    let mut last = None;
    for pair in from.iter().zip(to.iter()) {
        match steps.last_mut() {
            Some((count, _)) if last == Some(pair) => *count += 1,
            _ => steps.push((1, part(pair.0, pair.1, safety)?)),
        }
        last = Some(pair);
    }
    Some(Method::TupleToTuple(steps))
}

/// The element type of a collection made from a tuple, which may first have to be found, and what to do with each run
/// of equal elements.
fn elements_of(
    from: TupleType,
    element: Type,
    safety: Safety,
) -> Option<(Type, Vec<(usize, Step)>)> {
    let element = if element == Type::DYNAMIC && !from.is_empty() {
        let common = unify(from.runs().map(|(ty, _)| ty), safety)?.ty;
        // Only elements of which nothing is known may stay without a type.
        let is_open = |(ty, _): (Type, usize)| ty == Type::DYNAMIC;
        if common == Type::DYNAMIC && !from.runs().all(is_open) {
            return None;
        }
        common
    } else {
        element
    };
    let runs = from.runs().map(|(ty, count)| Some((count, part(ty, element, safety)?)));
    Some((element, runs.collect::<Option<Vec<_>>>()?))
}
