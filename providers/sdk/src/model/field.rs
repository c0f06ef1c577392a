//! What the fields of a model can be.

use std::collections::{BTreeMap, BTreeSet};

use wb_core::path::{Path, Step};
use wb_core::provider::Problems;
use wb_core::ty::Type;
use wb_core::value::{Value, View};

use super::{Unreadable, is_absent};

/// A type of plain attributes. `Option` stands for what may be null; nothing else may.
pub trait Field: Sized {
    fn ty() -> Type;

    /// # Errors
    /// Where the value is not of the type, or is absent and must not be.
    fn read(value: &Value) -> Result<Self, Unreadable>;

    fn write(self) -> Value;

    /// Adds what is wrong with a known value.
    fn check(value: &Value, path: &mut Path, problems: &mut Problems) {
        if !is_absent(value)
            && value.is_wholly_known()
            && let Err(error) = Self::read(value)
        {
            problems.error(path.clone().join(&error.path), "Unsuitable value", error.message);
        }
    }
}

fn needs(what: &str) -> Unreadable {
    Unreadable::new(format!("{what} is needed here."))
}

impl Field for String {
    fn ty() -> Type {
        Type::STRING
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_str().map(Self::from).ok_or_else(|| needs("A string"))
    }

    fn write(self) -> Value {
        Value::string(self)
    }
}

impl Field for bool {
    fn ty() -> Type {
        Type::BOOL
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_bool().ok_or_else(|| needs("A bool"))
    }

    fn write(self) -> Value {
        Value::bool(self)
    }
}

impl Field for i64 {
    fn ty() -> Type {
        Type::NUMBER
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        let number = value.as_number().ok_or_else(|| needs("A number"))?;
        number.to_i64().ok_or_else(|| {
            Unreadable::new(format!("A whole number of 64 bits is needed here, not {number}."))
        })
    }

    fn write(self) -> Value {
        Value::int(self)
    }
}

impl Field for f64 {
    fn ty() -> Type {
        Type::NUMBER
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        value.as_number().map(wb_core::number::Number::to_f64).ok_or_else(|| needs("A number"))
    }

    fn write(self) -> Value {
        Value::float(self).unwrap_or_else(|| Value::null(Type::NUMBER))
    }
}

/// An attribute of dynamic type, or one whose type is better seen as a value. What is unknown stays so.
impl Field for Value {
    fn ty() -> Type {
        Type::DYNAMIC
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        Ok(value.clone())
    }

    fn write(self) -> Value {
        self
    }
}

impl<T: Field> Field for Option<T> {
    fn ty() -> Type {
        T::ty()
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        if is_absent(value) { Ok(None) } else { T::read(value).map(Some) }
    }

    fn write(self) -> Value {
        self.map_or_else(|| Value::null(T::ty()), T::write)
    }

    fn check(value: &Value, path: &mut Path, problems: &mut Problems) {
        T::check(value, path, problems);
    }
}

impl<T: Field> Field for Vec<T> {
    fn ty() -> Type {
        Type::list(T::ty())
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        let elements = value.as_elements().ok_or_else(|| needs("A list"))?;
        let each = elements.iter().enumerate();
        each.map(|(i, e)| T::read(e).map_err(|e| e.under(Step::Index(Value::from(i))))).collect()
    }

    fn write(self) -> Value {
        Value::list(T::ty(), self.into_iter().map(T::write))
    }
}

impl<T: Field + Ord> Field for BTreeSet<T> {
    fn ty() -> Type {
        Type::set(T::ty())
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        let elements = value.as_elements().ok_or_else(|| needs("A set"))?;
        elements.iter().map(|e| T::read(e).map_err(|u| u.under(Step::Index(e.clone())))).collect()
    }

    fn write(self) -> Value {
        Value::set(T::ty(), self.into_iter().map(T::write))
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn ty() -> Type {
        Type::map(T::ty())
    }

    fn read(value: &Value) -> Result<Self, Unreadable> {
        let View::Map(map) = value.view() else { return Err(needs("A map")) };
        let under = |key: &str, u: Unreadable| u.under(Step::Index(Value::string(key)));
        map.iter().map(|(k, v)| Ok((k.to_owned(), T::read(v).map_err(|u| under(k, u))?))).collect()
    }

    fn write(self) -> Value {
        Value::map(T::ty(), self.into_iter().map(|(k, v)| (k, v.write())))
    }
}
