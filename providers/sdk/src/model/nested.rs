//! Models within models: nested blocks and nested attributes.

use std::collections::BTreeMap;

use wb_core::path::{Path, Step};
use wb_core::provider::Problems;
use wb_core::schema::{Block, Nesting};
use wb_core::ty::Type;
use wb_core::value::{Value, View};

use super::{Model, Unreadable, is_absent};

/// What a field with blocks in it can be: `Vec` for a list or set, `Option` for a single one or for a list or set of at most
/// one, `BTreeMap` for a map.
pub trait Nested: Sized {
    fn block() -> Block;

    /// # Errors
    /// Those of the objects in it.
    fn read(value: &Value) -> Result<Self, Unreadable>;

    fn write(self, nesting: Nesting) -> Value;

    fn check(value: &Value, path: &mut Path, problems: &mut Problems);
}

fn collect(ty: Type, nesting: Nesting, elements: impl Iterator<Item = Value>) -> Value {
    match nesting {
        Nesting::Set => Value::set(ty, elements),
        _ => Value::list(ty, elements),
    }
}

fn check_elements<T: Model>(value: &Value, path: &mut Path, problems: &mut Problems) {
    let is_set = value.ty().is_set();
    for (i, element) in value.as_elements().into_iter().flatten().enumerate() {
        path.push(Step::Index(if is_set { element.clone() } else { Value::from(i) }));
        T::check(element, path, problems);
        path.pop();
    }
}

impl<T: Model> Nested for Vec<T> {
    fn block() -> Block {
        T::block()
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        let elements = value.as_elements().unwrap_or_default().iter().enumerate();
        elements
            .map(|(i, e)| T::from_value(e).map_err(|u| u.under(Step::Index(Value::from(i)))))
            .collect()
    }

    fn write(self, nesting: Nesting) -> Value {
        collect(T::ty(), nesting, self.into_iter().map(T::into_value))
    }

    fn check(value: &Value, path: &mut Path, problems: &mut Problems) {
        check_elements::<T>(value, path, problems);
    }
}

impl<T: Model> Nested for Option<Vec<T>> {
    fn block() -> Block {
        T::block()
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        if is_absent(value) { Ok(None) } else { Vec::read(value).map(Some) }
    }

    fn write(self, nesting: Nesting) -> Value {
        let null = |nesting| match nesting {
            Nesting::Set => Value::null(Type::set(T::ty())),
            _ => Value::null(Type::list(T::ty())),
        };
        self.map_or_else(|| null(nesting), |all| all.write(nesting))
    }

    fn check(value: &Value, path: &mut Path, problems: &mut Problems) {
        check_elements::<T>(value, path, problems);
    }
}

impl<T: Model> Nested for Option<T> {
    fn block() -> Block {
        T::block()
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        if is_absent(value) {
            return Ok(None);
        }
        match value.as_elements() {
            Some(elements) => elements.first().map(T::from_value).transpose(),
            None => T::from_value(value).map(Some),
        }
    }

    fn write(self, nesting: Nesting) -> Value {
        match nesting {
            Nesting::List | Nesting::Set => {
                collect(T::ty(), nesting, self.into_iter().map(T::into_value))
            }
            _ => self.map_or_else(|| Value::null(T::ty()), T::into_value),
        }
    }

    fn check(value: &Value, path: &mut Path, problems: &mut Problems) {
        if value.as_elements().is_some() {
            check_elements::<T>(value, path, problems);
        } else {
            T::check(value, path, problems);
        }
    }
}

impl<T: Model> Nested for BTreeMap<String, T> {
    fn block() -> Block {
        T::block()
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        let View::Map(map) = value.view() else { return Ok(Self::new()) };
        let under = |key: &str, u: Unreadable| u.under(Step::Index(Value::string(key)));
        map.iter()
            .map(|(k, v)| Ok((k.to_owned(), T::from_value(v).map_err(|u| under(k, u))?)))
            .collect()
    }

    fn write(self, _nesting: Nesting) -> Value {
        Value::map(T::ty(), self.into_iter().map(|(k, v)| (k, v.into_value())))
    }

    fn check(value: &Value, path: &mut Path, problems: &mut Problems) {
        let View::Map(map) = value.view() else { return };
        for (key, element) in map.iter() {
            path.push_key(key);
            T::check(element, path, problems);
            path.pop();
        }
    }
}
