//! Why there is no conversion between two types, in words.

use crate::text::quote;
use crate::ty::{ObjectType, Type, TypeKind};

use super::{Conversion, Safety};

/// What is wrong with a value of type `got` where `want` is wanted, as the end of a sentence: `attribute "a" is
/// required`, `string required, but have tuple`. Meant for types between which there is no conversion.
#[must_use]
pub fn mismatch(got: Type, want: Type) -> String {
    use TypeKind::{List, Map, Object, Set, Tuple};
    let is_any = |ty: Type| ty == Type::DYNAMIC;
    match (got.kind(), want.kind()) {
        (Object(got), Object(want)) => objects(got, want),
        (Tuple(_), List(element)) if is_any(element) => all_the_same("list"),
        (Tuple(_), Set(element)) if is_any(element) => all_the_same("set"),
        (Object(_), Map(element)) if is_any(element) => all_the_same("map"),
        (Tuple(_) | Object(_), List(_) | Set(_) | Map(_)) => from_structure(got, want),
        (List(_) | Set(_) | Map(_), List(_) | Set(_) | Map(_)) => between_collections(got, want),
        _ if both_are_worth_naming(got, want) => {
            format!("{} required, but have {}", want.friendly_name(), got.friendly_name())
        }
        _ => required(want),
    }
}

fn all_the_same(kind: &str) -> String {
    format!("all {kind} elements must have the same type")
}

fn required(want: Type) -> String {
    format!("{} required", want.friendly_constraint_name())
}

fn objects(got: ObjectType, want: ObjectType) -> String {
    let mut missing = Vec::new();
    let mut never = None;
    let mut not_always = None;
    for (name, want_type) in want.iter() {
        match got.get(name) {
            None if want.is_optional(name) => {}
            None => missing.push(name),
            Some(got_type) if got_type == want_type => {}
            Some(got_type) => {
                let exists = |safety| Conversion::between(got_type, want_type, safety).is_some();
                let describe =
                    || format!("attribute {}: {}", quote(name), mismatch(got_type, want_type));
                // One problem at a time, and the worse kind first.
                if never.is_none() && !exists(Safety::Unsafe) {
                    never = Some(describe());
                } else if not_always.is_none() && !exists(Safety::Safe) {
                    not_always = Some(describe());
                }
            }
        }
    }
    match missing.as_slice() {
        [] => never.or(not_always).unwrap_or_else(|| "incorrect object attributes".to_owned()),
        [one] => format!("attribute {} is required", quote(one)),
        [one, other] => format!("attributes {} and {} are required", quote(one), quote(other)),
        [others @ .., last] => {
            let others: Vec<String> = others.iter().map(|name| quote(name)).collect();
            format!("attributes {}, and {} are required", others.join(", "), quote(last))
        }
    }
}

/// From a tuple or object to a collection of one element type.
fn from_structure(got: Type, want: Type) -> String {
    let Some(element) = want.element() else {
        return required(want);
    };
    let fits =
        |ty: Type| ty == element || Conversion::between(ty, element, Safety::Unsafe).is_some();
    let culprit = match (got.kind(), want.kind()) {
        (TypeKind::Tuple(tuple), TypeKind::List(_) | TypeKind::Set(_)) => {
            let found = tuple.iter().position(|ty| !fits(ty));
            found.and_then(|at| Some((at.to_string(), tuple.get(at)?)))
        }
        (TypeKind::Object(object), TypeKind::Map(_)) => {
            object.iter().find(|(_, ty)| !fits(*ty)).map(|(name, ty)| (quote(name), ty))
        }
        _ => return required(want),
    };
    match culprit {
        Some((which, ty)) => format!("element {which}: {}", mismatch(ty, element)),
        None => format!("all elements must be {}", element.friendly_constraint_name()),
    }
}

fn between_collections(got: Type, want: Type) -> String {
    let is_sequence = got.is_list() || got.is_set();
    let (kind, is_same_kind) = match want.kind() {
        TypeKind::List(_) => ("list", is_sequence),
        TypeKind::Set(_) => ("set", is_sequence),
        _ => ("map", got.is_map()),
    };
    match (got.element(), want.element()) {
        (Some(got), Some(want)) if is_same_kind => {
            format!("incorrect {kind} element type: {}", mismatch(got, want))
        }
        _ => required(want),
    }
}

/// Whether naming both types helps. Where the one sometimes converts to the other, as strings do to numbers, it makes
/// people look at the type when the value is at fault.
fn both_are_worth_naming(got: Type, want: Type) -> bool {
    got.is_primitive() != want.is_primitive()
        || want == Type::STRING
        || (want == Type::BOOL && got == Type::NUMBER)
        || (want == Type::NUMBER && got == Type::BOOL)
        || (got.is_tuple() && want.is_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_comes_first() {
        let want = Type::object([("a", Type::STRING), ("b", Type::BOOL), ("c", Type::BOOL)]);
        let got = Type::object([("a", Type::list(Type::BOOL)), ("x", Type::BOOL)]);
        assert_eq!(mismatch(got, want), r#"attributes "b" and "c" are required"#);
        let got =
            Type::object([("a", Type::list(Type::BOOL)), ("b", Type::STRING), ("c", Type::BOOL)]);
        assert_eq!(mismatch(got, want), r#"attribute "a": string required, but have list of bool"#);
    }

    #[test]
    fn the_first_wrong_element_is_named() {
        let got = Type::tuple([Type::BOOL, Type::STRING, Type::tuple([])]);
        let want = Type::list(Type::STRING);
        assert_eq!(mismatch(got, want), "element 2: string required, but have tuple");
        let got = Type::list(Type::list(Type::BOOL));
        assert_eq!(
            mismatch(got, Type::list(Type::BOOL)),
            "incorrect list element type: bool required, but have list of bool"
        );
        assert_eq!(mismatch(Type::map(Type::BOOL), want), "list of string required");
    }
}
