//! Indexing and attribute access as the language has them: keys are converted, and what does not fit is explained.
//!
//! Error texts never show a key that wears a mark.

use crate::convert::convert;
use crate::path::{Path, Step};
use crate::text::quote;
use crate::ty::{ObjectType, Type, TypeKind};
use crate::value::Value;

/// Why there is nothing at an index or under a name: the summary and the detail of a diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessError {
    pub summary: &'static str,
    pub detail: String,
}

const INVALID_INDEX: &str = "Invalid index";
const UNSUPPORTED: &str = "Unsupported attribute";
const NO_ELEMENT: &str = "The given key does not identify an element in this collection value";

/// `collection[key]`.
///
/// # Errors
/// When there is no such element, or the value has none.
pub fn index(collection: &Value, key: &Value) -> Result<Value, AccessError> {
    if collection.is_null() {
        let detail = "This value is null, so it does not have any indices.";
        return Err(error("Attempt to index null value", detail));
    }
    if key.is_null() {
        return Err(error(INVALID_INDEX, "Can't use a null value as an indexing key."));
    }
    let ty = collection.ty();
    if ty == Type::DYNAMIC || key.ty() == Type::DYNAMIC {
        return Ok(Value::DYNAMIC.with_marks(collection.marks()));
    }
    match ty.kind() {
        TypeKind::List(_) | TypeKind::Tuple(_) => element(collection, key, Type::NUMBER),
        TypeKind::Map(_) => element(collection, key, Type::STRING),
        TypeKind::Object(object) => attribute_at(collection, object, key),
        TypeKind::Set(_) => Err(error(
            INVALID_INDEX,
            "Elements of a set are identified only by their value and don't have any separate index or key to \
             select with, so it's only possible to perform operations across all elements of the set.",
        )),
        _ => Err(error(INVALID_INDEX, "This value does not have any indices.")),
    }
}

/// `object.name`, and `map.name`.
///
/// # Errors
/// When there is no such attribute or element, or the value has none.
pub fn get_attr(value: &Value, name: &str) -> Result<Value, AccessError> {
    if value.is_null() {
        let detail = "This value is null, so it does not have any attributes.";
        return Err(error("Attempt to get attribute from null value", detail));
    }
    match value.ty().kind() {
        TypeKind::Object(_) => value.get_attr(name).ok_or_else(|| {
            let name = quote(name);
            error(UNSUPPORTED, format!("This object does not have an attribute named {name}."))
        }),
        TypeKind::Map(element) if !value.is_known() => {
            Ok(Value::unknown(element).with_marks(value.marks()))
        }
        TypeKind::Map(_) => value.index(&Value::string(name)).ok_or_else(|| {
            let name = quote(name);
            let detail = format!("This map does not have an element with the key {name}.");
            error("Missing map element", detail)
        }),
        TypeKind::Dynamic => Ok(Value::DYNAMIC.with_marks(value.marks())),
        kind => Err(error(UNSUPPORTED, no_attributes(value.ty(), kind, name))),
    }
}

/// The value at a path, step by step as [`index`] and [`get_attr`].
///
/// # Errors
/// At the first step that leads nowhere.
pub fn at_path(value: &Value, path: &Path) -> Result<Value, AccessError> {
    path.steps().iter().try_fold(value.clone(), |value, step| match step {
        Step::GetAttr(name) => get_attr(&value, name),
        Step::Index(key) => index(&value, key),
    })
}

/// An element of a list, tuple or map, whose keys are of type `key_type`.
fn element(collection: &Value, key: &Value, key_type: Type) -> Result<Value, AccessError> {
    let key = convert_key(key, key_type)?;
    let Some(found) = collection.index(&key) else {
        return Err(error(INVALID_INDEX, no_element(collection, &key)));
    };
    // Where it is still open which element it is, if any, the key has not chosen anything, and leaves no marks.
    let is_open = collection.has_index(&key).is_some_and(|has| !has.is_known());
    Ok(if is_open { found.unmarked().clone().with_marks(collection.marks()) } else { found })
}

/// An attribute of an object whose name is computed.
fn attribute_at(object: &Value, ty: ObjectType, key: &Value) -> Result<Value, AccessError> {
    let name = convert_key(key, Type::STRING)?;
    let Some(name) = name.unmarked().as_str() else {
        return Ok(Value::DYNAMIC.with_marks(object.marks()));
    };
    object.get_attr(name).ok_or_else(|| {
        debug_assert!(ty.get(name).is_none(), "an object that is not null has its attributes");
        let hint = if key.ty() == Type::NUMBER {
            " An object only supports looking up attributes by name, not by numeric index."
        } else {
            ""
        };
        error(INVALID_INDEX, format!("{NO_ELEMENT}.{hint}"))
    })
}

fn convert_key(key: &Value, to: Type) -> Result<Value, AccessError> {
    convert(key, to).map_err(|e| error(INVALID_INDEX, format!("{NO_ELEMENT}: {e}.")))
}

/// Why a known key does not lead to an element.
fn no_element(collection: &Value, key: &Value) -> String {
    let why = match key.unmarked().as_number() {
        Some(number) if !number.is_integer() => {
            "indexing a sequence requires a whole number, but the given index has a fractional part"
        }
        Some(number) if number.is_negative() => {
            "a negative number is not a valid index for a sequence"
        }
        // The length of a marked collection may be part of what the mark protects.
        Some(_) if collection.is_marked() => return format!("{NO_ELEMENT}."),
        Some(_) if collection.length_bounds().1 == 0 => "the collection has no elements",
        Some(_) => "the given index is greater than or equal to the length of the collection",
        None => return format!("{NO_ELEMENT}."),
    };
    format!("{NO_ELEMENT}: {why}.")
}

fn no_attributes(ty: Type, kind: TypeKind, name: &str) -> String {
    let of_objects = |element: Type| element.as_object();
    let hint = "Did you mean to access";
    match kind {
        TypeKind::List(element) if of_objects(element).is_some_and(|o| o.get(name).is_some()) => {
            let name = quote(name);
            format!(
                "Can't access attributes on a list of objects. {hint} attribute {name} for a specific element of \
                 the list, or across all elements of the list?"
            )
        }
        TypeKind::List(element) if of_objects(element).is_some() => format!(
            "Can't access attributes on a list of objects. {hint} an attribute for a specific element of the list, \
             or across all elements of the list?"
        ),
        TypeKind::Set(element) if of_objects(element).is_some() => format!(
            "Can't access attributes on a set of objects. {hint} an attribute across all elements of the set?"
        ),
        TypeKind::Bool | TypeKind::Number | TypeKind::String => {
            let ty = ty.friendly_name();
            format!("Can't access attributes on a primitive-typed value ({ty}).")
        }
        _ => "This value does not have any attributes.".to_owned(),
    }
}

fn error(summary: &'static str, detail: impl Into<String>) -> AccessError {
    AccessError { summary, detail: detail.into() }
}

impl std::fmt::Display for AccessError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.summary, self.detail)
    }
}

impl std::error::Error for AccessError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;

    fn why(result: Result<Value, AccessError>) -> String {
        result.unwrap_err().detail
    }

    #[test]
    fn keys_are_converted() {
        let list = Value::list(Type::STRING, ["a", "b"].map(Value::from));
        assert_eq!(index(&list, &"1".into()), Ok(Value::from("b")));
        let object = Value::object([("1", Value::TRUE)]);
        assert_eq!(index(&object, &1.into()), Ok(Value::TRUE));
        assert!(why(index(&object, &2.into())).ends_with("not by numeric index."));
        assert!(why(index(&list, &"x".into())).ends_with(": a number is required."));
    }

    #[test]
    fn what_is_out_of_range_is_explained_unless_marked() {
        let list = Value::tuple(["a".into(), Value::TRUE]);
        assert!(why(index(&list, &7.into())).ends_with("equal to the length of the collection."));
        assert!(why(index(&list, &(-1).into())).contains("negative"));
        assert!(why(index(&list, &Value::float(0.5).unwrap())).contains("fractional"));
        let secret = list.with_marks(&Marks::SENSITIVE);
        assert_eq!(why(index(&secret, &7.into())), format!("{NO_ELEMENT}."));
    }

    #[test]
    fn paths_lead_into_values() {
        let value = Value::object([("a", Value::map(Type::BOOL, [("k", Value::TRUE)]))]);
        assert_eq!(at_path(&value, &Path::new().attr("a").attr("k")), Ok(Value::TRUE));
        let missing = at_path(&value, &Path::new().attr("a").attr("l")).unwrap_err();
        assert_eq!(missing.summary, "Missing map element");
        assert!(why(at_path(&value, &Path::new().attr("b"))).contains("named \"b\""));
    }
}
