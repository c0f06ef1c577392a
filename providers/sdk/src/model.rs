//! Structs as objects of a schema: what `#[derive(Model)]` makes, and what fields can be.
//!
//! A model says once what a block looks like. Reading takes unknown parts for absent ones, as an operation decides
//! them anyway; whoever must tell unknown from absent, as validation does, looks at the value itself.

mod field;
mod nested;
#[cfg(test)]
mod tests;

use std::fmt;

use wb_core::path::{Path, Step};
use wb_core::provider::Problems;
use wb_core::schema::Block;
use wb_core::ty::Type;
use wb_core::value::{ObjectView, Value};

pub use field::Field;
pub use nested::Nested;
pub use wb_sdk_derive::Model;

/// A struct that stands for a block's values. Derive it.
pub trait Model: Sized + Send + Sync + fmt::Debug + 'static {
    /// The block, with the doc comments as descriptions. Made anew each time.
    fn block() -> Block;

    /// The type of its values.
    fn ty() -> Type;

    /// Reads an object.
    ///
    /// # Errors
    /// Where the object is not of the schema, or lacks what the struct must have.
    fn from_value(value: &Value) -> Result<Self, Unreadable>;

    fn into_value(self) -> Value;

    /// Adds what a configuration holds that fields cannot take, as a fraction where a whole number belongs.
    fn check(value: &Value, path: &mut Path, problems: &mut Problems);
}

/// A value that a struct cannot take.
#[derive(Clone, PartialEq, Debug)]
pub struct Unreadable {
    pub path: Path,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl Unreadable {
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: Path::new(), message: message.into() }
    }

    /// The same seen from further out.
    #[must_use]
    pub fn under(mut self, step: Step) -> Self {
        let inner = std::mem::take(&mut self.path);
        self.path.push(step);
        self.path = self.path.join(&inner);
        self
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for Unreadable {}

/// Whether there is nothing to read: null, or not known.
#[must_use]
pub fn is_absent(value: &Value) -> bool {
    value.is_null() || !value.is_known()
}

/// The object in a value.
///
/// # Errors
/// Where there is none.
pub fn object(value: &Value) -> Result<ObjectView<'_>, Unreadable> {
    value.as_object().ok_or_else(|| Unreadable::new("An object is needed here."))
}

/// Reads one attribute of an object.
///
/// # Errors
/// Those of reading it, with its place.
pub fn at<T>(
    name: &str,
    part: Option<&Value>,
    read: impl FnOnce(&Value) -> Result<T, Unreadable>,
) -> Result<T, Unreadable> {
    let part = part.unwrap_or(const { &Value::DYNAMIC });
    read(part).map_err(|e| e.under(Step::GetAttr(name.into())))
}

/// The object with one attribute changed; as it is where it has no such attribute.
#[must_use]
pub fn with(object: &Value, name: &str, value: Value) -> Value {
    with_all(object, [(name, value)])
}

/// The object with some attributes changed; those that it does not have are left out.
#[must_use]
pub fn with_all<'a>(object: &Value, changes: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let Some(view) = object.as_object() else { return object.clone() };
    let mut values = view.values().to_vec();
    for (name, value) in changes {
        if let Some(at) = view.shape().index_of(name) {
            values[at] = value;
        }
    }
    Value::object_of(view.shape(), values)
}
