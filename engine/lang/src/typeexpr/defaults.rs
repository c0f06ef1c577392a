//! Default values of optional attributes, and how they get into a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use wb_core::convert::Safety;
use wb_core::ty::{Type, TypeKind};
use wb_core::unify::unify;
use wb_core::value::{Value, View};

/// The default values within a type constraint.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Defaults {
    /// Of attributes of an object, converted to the attribute's type but without its own defaults.
    pub(super) values: Vec<(Arc<str>, Value)>,
    /// What lies within attributes of an object.
    pub(super) attributes: Vec<(Arc<str>, Defaults)>,
    /// What lies within elements of a tuple.
    tuple: Vec<Option<Defaults>>,
    /// What lies within every element of a list, set or map.
    elements: Option<Box<Defaults>>,
}

impl Defaults {
    pub(super) fn of_elements(inner: Self) -> Self {
        Self { elements: Some(Box::new(inner)), ..Self::default() }
    }

    pub(super) fn of_tuple(elements: Vec<Option<Self>>) -> Option<Self> {
        let any = elements.iter().any(Option::is_some);
        any.then(|| Self { tuple: elements, ..Self::default() })
    }

    pub(super) fn if_any(self) -> Option<Self> {
        let any = !self.values.is_empty() || !self.attributes.is_empty();
        any.then_some(self)
    }

    /// The value with defaults in the place of attributes that are missing or null. It may have another type then, and
    /// still has to be converted. Null and unknown values stay as they are, and so does what does not fit: the
    /// conversion reports that better.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        if value.is_null() || !value.is_known() {
            return value.clone();
        }
        let marks = value.marks().clone();
        let plain = value.unmarked();
        let applied = match plain.ty().kind() {
            TypeKind::List(_) | TypeKind::Set(_) | TypeKind::Tuple(_) => {
                self.apply_to_sequence(plain)
            }
            TypeKind::Map(_) | TypeKind::Object(_) => self.apply_to_mapping(plain),
            TypeKind::Dynamic | TypeKind::Bool | TypeKind::Number | TypeKind::String => {
                plain.clone()
            }
        };
        applied.with_marks(&marks)
    }

    fn apply_to_sequence(&self, value: &Value) -> Value {
        let elements: Vec<Value> = value
            .as_elements()
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(i, element)| match self.element(i) {
                Some(inner) => inner.apply(element),
                None => element.clone(),
            })
            .collect();
        if elements.is_empty() {
            return value.clone();
        }
        let unified = |make: fn(Type, Vec<Value>) -> Value| match one_type(&elements) {
            Some((ty, elements)) => make(ty, elements),
            None => Value::tuple(elements.iter().cloned()),
        };
        match value.ty().kind() {
            TypeKind::List(_) => unified(Value::list),
            TypeKind::Set(_) => unified(Value::set),
            _ => Value::tuple(elements),
        }
    }

    fn apply_to_mapping(&self, value: &Value) -> Value {
        let mut entries: BTreeMap<&str, Value> = entries(value)
            .into_iter()
            .map(|(name, entry)| match self.entry(name) {
                Some(inner) => (name, inner.apply(entry)),
                None => (name, entry.clone()),
            })
            .collect();
        for (name, default) in &self.values {
            let missing = entries.get(&**name).is_none_or(Value::is_null);
            if missing {
                let complete =
                    self.entry(name).map_or_else(|| default.clone(), |i| i.apply(default));
                entries.insert(name, complete);
            } else if !default.is_null()
                && default.is_known()
                && let Some(given) = entries.get_mut(&**name)
                && given.ty() != Type::DYNAMIC
            {
                // Even where it turns out to be null, the default takes its place.
                *given = given.refine_not_null();
            }
        }
        if !value.ty().is_map() {
            return Value::object(entries);
        }
        let values: Vec<Value> = entries.values().cloned().collect();
        match one_type(&values) {
            Some((ty, values)) => Value::map(ty, entries.keys().zip(values)),
            None if entries.is_empty() => value.clone(),
            None => Value::object(entries),
        }
    }

    fn element(&self, index: usize) -> Option<&Self> {
        if self.tuple.is_empty() {
            self.elements.as_deref()
        } else {
            self.tuple.get(index)?.as_ref()
        }
    }

    fn entry(&self, name: &str) -> Option<&Self> {
        let attribute = self.attributes.iter().find(|(n, _)| &**n == name);
        attribute.map(|(_, inner)| inner).or(self.elements.as_deref())
    }
}

/// The entries of a map or an object.
fn entries(value: &Value) -> Vec<(&str, &Value)> {
    match value.view() {
        View::Map(map) => map.iter().collect(),
        View::Object(object) => object.iter().collect(),
        _ => Vec::new(),
    }
}

/// The values brought to the one type that they have in common, if there is one.
fn one_type(values: &[Value]) -> Option<(Type, Vec<Value>)> {
    let unified = unify(values.iter().map(Value::ty), Safety::Unsafe)?;
    let values: Option<Vec<Value>> = values
        .iter()
        .zip(&unified.conversions)
        .map(|(value, way)| match way {
            Some(way) => way.apply(value).ok(),
            None => Some(value.clone()),
        })
        .collect();
    Some((unified.ty, values?))
}
