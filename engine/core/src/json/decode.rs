//! JSON to a value of a given type.

use crate::number::Number;
use crate::path::Step;
use crate::text::{Name, quote};
use crate::ty::{ObjectType, TupleType, Type, TypeKind};
use crate::value::Value;

use super::read::{Reader, Token};
use super::types::read_type;
use super::{JsonError, JsonErrorKind};

type Result<T> = std::result::Result<T, JsonError>;

/// Reads a value of type `ty`. Attributes that are missing are null; ones that the type does not have are refused.
/// Strings stand for numbers and bools too where the type wants those, and the other way round.
///
/// # Errors
/// When the text is not JSON, nests too deep, or is no value of the type.
pub fn decode(text: &str, ty: Type) -> Result<Value> {
    let mut reader = Reader::new(text);
    let value = read_value(&mut reader, ty)?;
    reader.finish()?;
    Ok(value)
}

fn read_value(reader: &mut Reader<'_>, ty: Type) -> Result<Value> {
    let start = reader.offset();
    let at_start = |e: JsonError| JsonError { offset: e.offset.or(Some(start)), ..e };
    let token = reader.value()?;
    let value = match (token, ty.kind()) {
        (Token::Null, _) => Ok(Value::null(ty)),
        (Token::Object, TypeKind::Dynamic) => read_dynamic(reader),
        (_, TypeKind::Dynamic) => Err(JsonError::of_type("missing expected {")),
        (token, TypeKind::Bool) => to_bool(&token),
        (token, TypeKind::Number) => to_number(&token),
        (token, TypeKind::String) => to_string(token),
        (Token::Array, TypeKind::List(element)) => {
            Ok(Value::list(element, read_elements(reader, element, position)?))
        }
        (Token::Array, TypeKind::Set(element)) => {
            let step = |_| Step::Index(Value::unknown(element));
            Ok(Value::set(element, read_elements(reader, element, step)?))
        }
        (Token::Array, TypeKind::Tuple(tuple)) => read_tuple(reader, tuple),
        (Token::Object, TypeKind::Map(element)) => read_map(reader, element),
        (Token::Object, TypeKind::Object(object)) => read_object(reader, object),
        (_, TypeKind::Map(_) | TypeKind::Object(_)) => {
            Err(JsonError::of_type("missing expected {"))
        }
        _ => Err(JsonError::of_type("missing expected [")),
    };
    value.map_err(at_start)
}

fn to_bool(token: &Token<'_>) -> Result<Value> {
    match token {
        Token::Bool(value) => Ok(Value::bool(*value)),
        Token::String(text) => match text.as_ref() {
            "true" | "1" => Ok(Value::TRUE),
            "false" | "0" => Ok(Value::FALSE),
            _ => Err(JsonError::of_type("a bool is required")),
        },
        _ => Err(JsonError::of_type("bool is required")),
    }
}

fn to_number(token: &Token<'_>) -> Result<Value> {
    let text = match token {
        Token::Number(digits) => digits,
        Token::String(text) => text.as_ref(),
        _ => return Err(JsonError::of_type("number is required")),
    };
    Number::parse(text).map(Value::number).map_err(|e| JsonError::of_type(e.to_string()))
}

fn to_string(token: Token<'_>) -> Result<Value> {
    match token {
        Token::String(text) => Ok(Value::string(text)),
        Token::Number(digits) => Ok(Value::string(digits)),
        Token::Bool(value) => Ok(Value::string(if value { "true" } else { "false" })),
        _ => Err(JsonError::of_type("string is required")),
    }
}

fn position(at: usize) -> Step {
    Step::Index(Value::from(at))
}

fn read_elements(
    reader: &mut Reader<'_>,
    element: Type,
    step: impl Fn(usize) -> Step,
) -> Result<Vec<Value>> {
    let mut elements = Vec::new();
    while reader.next_element(elements.is_empty())? {
        let value = read_value(reader, element);
        elements.push(value.map_err(|e| e.under(|| step(elements.len())))?);
    }
    one_type(element, elements)
}

/// Elements of a collection whose element type is open must still agree on one.
fn one_type(element: Type, elements: Vec<Value>) -> Result<Vec<Value>> {
    if !element.has_dynamic() {
        return Ok(elements);
    }
    let mut types = elements.iter().map(Value::ty).filter(|ty| *ty != Type::DYNAMIC);
    let first = types.next();
    if types.all(|ty| Some(ty) == first) {
        return Ok(elements);
    }
    Err(JsonError::of_type("all elements of a collection must have the same type"))
}

fn read_tuple(reader: &mut Reader<'_>, tuple: TupleType) -> Result<Value> {
    let mut elements = Vec::with_capacity(tuple.len());
    let mut types = tuple.iter();
    while reader.next_element(elements.is_empty())? {
        let Some(ty) = types.next() else {
            let message = format!("too many tuple elements (need {})", tuple.len());
            return Err(JsonError::of_type(message));
        };
        let value = read_value(reader, ty);
        elements.push(value.map_err(|e| e.under(|| position(elements.len())))?);
    }
    if elements.len() < tuple.len() {
        let message = format!("not enough tuple elements (need {})", tuple.len());
        return Err(JsonError::of_type(message));
    }
    Ok(Value::tuple(elements))
}

fn read_map(reader: &mut Reader<'_>, element: Type) -> Result<Value> {
    let mut entries: Vec<(Name, Value)> = Vec::new();
    while let Some(key) = reader.next_key(entries.is_empty())? {
        let value = read_value(reader, element);
        let value = value.map_err(|e| e.under(|| Step::Index(Value::string(&key))))?;
        entries.push((Name::new(key), value));
    }
    let (keys, values): (Vec<Name>, Vec<Value>) = entries.into_iter().unzip();
    Ok(Value::map(element, keys.into_iter().zip(one_type(element, values)?)))
}

fn read_object(reader: &mut Reader<'_>, object: ObjectType) -> Result<Value> {
    let shape = object.shape();
    let mut values: Vec<Option<Value>> = vec![None; object.len()];
    let mut is_first = true;
    // Writers sort attributes, so the next one is usually the one after the last.
    let mut expected = 0;
    while let Some(key) = reader.next_key(is_first)? {
        is_first = false;
        let is_expected = expected < shape.len() && shape.name(expected) == key;
        let at = if is_expected { Some(expected) } else { shape.index_of(&key) };
        let Some(at) = at else {
            return Err(JsonError::of_type(format!("unsupported attribute {}", quote(&key))));
        };
        let value = read_value(reader, object.types()[at]);
        values[at] = Some(value.map_err(|e| e.under(|| Step::GetAttr(shape.name(at).into())))?);
        expected = at + 1;
    }
    let or_null = |(value, ty): (Option<Value>, &Type)| value.unwrap_or_else(|| Value::null(*ty));
    let values = values.into_iter().zip(object.types()).map(or_null).collect();
    Ok(Value::object_of(shape, values))
}

/// A value with its own type beside it, in either order.
fn read_dynamic(reader: &mut Reader<'_>) -> Result<Value> {
    let mut ty = None;
    let mut body = None;
    let mut value = None;
    let mut is_first = true;
    while let Some(key) = reader.next_key(is_first)? {
        is_first = false;
        match (key.as_ref(), ty) {
            ("type", _) => ty = Some(read_type(reader)?),
            ("value", Some(ty)) => value = Some(read_value(reader, ty)?),
            // The type comes later: come back to the text then.
            ("value", None) => {
                let offset = reader.offset();
                body = Some((offset, reader.raw()?));
            }
            (key, _) => {
                let message = format!("invalid key {} in dynamically-typed value", quote(key));
                return Err(JsonError::of_type(message));
            }
        }
    }
    let Some(ty) = ty else {
        return Err(JsonError::of_type("missing type in dynamically-typed value"));
    };
    match (value, body) {
        (Some(value), _) => Ok(value),
        (None, Some((offset, text))) => decode(text, ty)
            .map_err(|e| JsonError { offset: e.offset.map(|inner| inner + offset), ..e }),
        (None, None) => {
            Err(JsonError::new(JsonErrorKind::Type, "missing value in dynamically-typed value"))
        }
    }
}
