//! Which elements of a set are the same, and in what order they stand.
//!
//! Primitive elements are ordered by value: numbers by size, strings by their bytes, false before true. All others
//! are ordered by a text that stands for the element, the one that cty (the library behind Terraform's values)
//! hashes sets by; the order is visible wherever a set is listed, so it is kept to the byte. Unknown elements come
//! after known ones, null last.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher};

use crate::text::quote_into;
use crate::ty::Type;

use super::{Repr, Value, View};

/// The wholly known elements, to look for one of them.
pub(super) type Index = HashSet<Value, BuildHasherDefault<DefaultHasher>>;

impl Value {
    /// Whether this is a known set without marks that holds exactly this element. What the language means by "is an
    /// element of" is `has_element`.
    #[must_use]
    pub fn holds(&self, element: &Self) -> bool {
        let Repr::Set(set) = &self.0 else {
            return false;
        };
        match element.view() {
            View::String(_) | View::Bool(_) if set.ty.element() == Some(element.ty()) => {
                set.elements.binary_search_by(|have| primitive_order(have, element)).is_ok()
            }
            _ => {
                let known = || set.elements.iter().filter(|value| value.is_wholly_known());
                set.index.get_or_init(|| known().cloned().collect()).contains(element)
            }
        }
    }
}

/// Removes repeated elements, the first of them staying, and brings the rest into order. Elements that are not wholly
/// known are all kept, because none is certainly the same as another.
pub(super) fn arrange(element: Type, elements: Vec<Value>) -> Vec<Value> {
    if element.is_primitive() {
        return arrange_primitives(elements);
    }
    let mut keyed: Vec<(u8, String, Value)> =
        elements.into_iter().map(|value| (rank(&value), order_text(&value), value)).collect();
    // The sort is stable: elements with one text stay in the order in which they came.
    keyed.sort_by(|(a_rank, a, _), (b_rank, b, _)| (a_rank, a).cmp(&(b_rank, b)));
    // Equal elements have equal texts, so repetition is looked for only among those.
    let mut arranged = Vec::with_capacity(keyed.len());
    for group in keyed.chunk_by(|(_, a, _), (_, b, _)| a == b) {
        let values = group.iter().map(|(_, _, value)| value.clone());
        if group.len() == 1 { arranged.extend(values) } else { arranged.extend(distinct(values)) }
    }
    arranged
}

fn arrange_primitives(elements: Vec<Value>) -> Vec<Value> {
    let mut elements = elements;
    // Two fractions of different precision can be equal without being neighbours in the order.
    let is_fraction = |value: &Value| value.as_number().is_some_and(|n| n.to_i64().is_none());
    if elements.iter().any(is_fraction) {
        elements = distinct(elements).collect();
    }
    elements.sort_by(primitive_order);
    elements.dedup_by(|b, a| a.is_known() && a == b);
    elements
}

/// Known, unknown, null.
fn rank(value: &Value) -> u8 {
    match value.view() {
        View::Null(_) => 2,
        View::Unknown(_) => 1,
        _ => 0,
    }
}

fn primitive_order(a: &Value, b: &Value) -> Ordering {
    match (a.view(), b.view()) {
        (View::String(a), View::String(b)) => a.cmp(b),
        (View::Number(a), View::Number(b)) => a.compare(b),
        (View::Bool(a), View::Bool(b)) => a.cmp(&b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn distinct(elements: impl IntoIterator<Item = Value>) -> impl Iterator<Item = Value> {
    let mut seen = Index::default();
    elements.into_iter().filter(move |value| !value.is_wholly_known() || seen.insert(value.clone()))
}

/// The text by which an element is ordered.
fn order_text(value: &Value) -> String {
    let mut text = String::new();
    write_order_text(value, &mut text);
    text
}

fn write_order_text(value: &Value, text: &mut String) {
    match value.view() {
        View::Marked(inner, _) => write_order_text(inner, text),
        View::Unknown(_) => text.push('?'),
        View::Null(_) => text.push('~'),
        View::Number(number) => text.push_str(&number.ten_digits()),
        View::Bool(value) => text.push(if value { 'T' } else { 'F' }),
        View::String(string) => quote_into(string, text),
        View::Map(map) => {
            text.push('{');
            for (key, value) in map.iter() {
                quote_into(key, text);
                text.push(':');
                write_order_text(value, text);
                text.push(';');
            }
            text.push('}');
        }
        View::List(elements) | View::Set(elements) => write_enclosed('[', elements, ']', text),
        View::Tuple(elements) => write_enclosed('<', elements, '>', text),
        View::Object(object) => write_enclosed('<', object.values(), '>', text),
    }
}

fn write_enclosed(open: char, elements: &[Value], close: char, text: &mut String) {
    text.push(open);
    for element in elements {
        write_order_text(element, text);
        text.push(';');
    }
    text.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(numbers: &[i64]) -> Vec<Value> {
        numbers.iter().map(|n| Value::object([("a", Value::int(*n))])).collect()
    }

    #[test]
    fn structures_are_ordered_by_text() {
        let set = Value::set(Type::DYNAMIC, objects(&[2, 10, 1, 10]));
        assert_eq!(set.as_elements().unwrap(), objects(&[10, 1, 2]));
    }

    #[test]
    fn primitives_are_ordered_by_value_with_null_last() {
        let unknown = Value::unknown(Type::NUMBER);
        let elements = [
            unknown.clone(),
            10.into(),
            Value::null(Type::NUMBER),
            2.into(),
            unknown.clone(),
            10.into(),
        ];
        let set = Value::set(Type::NUMBER, elements);
        let order = [2.into(), 10.into(), unknown.clone(), unknown, Value::null(Type::NUMBER)];
        assert_eq!(set.as_elements().unwrap(), order);
    }

    #[test]
    fn equal_numbers_of_two_precisions_are_one_element() {
        let set = Value::set(
            Type::NUMBER,
            [
                Value::float(0.1).unwrap(),
                Value::number(crate::number::Number::parse("0.1").unwrap()),
            ],
        );
        assert_eq!(set.as_elements().unwrap().len(), 1);
    }

    #[test]
    fn elements_are_found() {
        let strings = Value::set(Type::STRING, ["b", "a"].map(Value::from));
        assert!(strings.holds(&"a".into()) && !strings.holds(&"c".into()));
        let structures = Value::set(Type::DYNAMIC, objects(&[2, 10]));
        assert!(structures.holds(&objects(&[2])[0]) && !structures.holds(&objects(&[3])[0]));
        assert!(!structures.holds(&Value::from(2)));
    }
}
