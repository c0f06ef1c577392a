//! MessagePack to a value of a given type.

use crate::json::decode_type;
use crate::number::Number;
use crate::path::Step;
use crate::text::Name;
use crate::ty::{ObjectType, TupleType, Type, TypeKind};
use crate::value::Value;

use super::MsgpackError;
use super::read::{Reader, Token};
use super::unknown::read_unknown;

type Result<T> = std::result::Result<T, MsgpackError>;

/// Reads a value of type `ty`.
///
/// # Errors
/// When the bytes are not MessagePack, nest too deep, or are no value of the type.
pub fn decode(bytes: &[u8], ty: Type) -> Result<Value> {
    let mut reader = Reader::new(bytes);
    let value = read_value(&mut reader, ty)?;
    if !reader.is_done() {
        return Err(MsgpackError::new("extra bytes after msgpack value"));
    }
    Ok(value)
}

fn read_value(reader: &mut Reader<'_>, ty: Type) -> Result<Value> {
    let token = reader.token()?;
    match (token, ty.kind()) {
        (Token::Extension(kind, body), _) => read_unknown(kind, body, ty),
        (Token::Nil, _) => Ok(Value::null(ty)),
        (Token::Array(2), TypeKind::Dynamic) => read_dynamic(reader),
        (_, TypeKind::Dynamic) => {
            Err(MsgpackError::new("dynamic value array must have exactly two elements"))
        }
        (Token::Bool(value), TypeKind::Bool) => Ok(Value::bool(value)),
        (_, TypeKind::Bool) => Err(MsgpackError::new("bool is required")),
        (token, TypeKind::Number) => to_number(token).map(Value::number),
        (Token::Text(bytes) | Token::Binary(bytes), TypeKind::String) => to_text(bytes),
        (_, TypeKind::String) => Err(MsgpackError::new("string is required")),
        (token, kind) => {
            reader.enter()?;
            let value = read_structure(reader, token, kind)?;
            reader.leave();
            Ok(value)
        }
    }
}

fn read_structure(reader: &mut Reader<'_>, token: Token<'_>, kind: TypeKind) -> Result<Value> {
    match (token, kind) {
        (Token::Array(len), TypeKind::List(element)) => {
            Ok(Value::list(element, read_elements(reader, len, element)?))
        }
        (Token::Array(len), TypeKind::Set(element)) => {
            Ok(Value::set(element, read_elements(reader, len, element)?))
        }
        (Token::Array(len), TypeKind::Tuple(tuple)) => read_tuple(reader, len, tuple),
        (Token::Map(len), TypeKind::Map(element)) => read_map(reader, len, element),
        (Token::Map(len), TypeKind::Object(object)) => read_object(reader, len, object),
        (_, TypeKind::List(_)) => Err(MsgpackError::new("a list is required")),
        (_, TypeKind::Set(_)) => Err(MsgpackError::new("a set is required")),
        (_, TypeKind::Tuple(_)) => Err(MsgpackError::new("a tuple is required")),
        (_, TypeKind::Map(_)) => Err(MsgpackError::new("a map is required")),
        _ => Err(MsgpackError::new("an object is required")),
    }
}

/// A number from any of the forms that it can have.
pub(super) fn to_number(token: Token<'_>) -> Result<Number> {
    let required = || MsgpackError::new("number is required");
    match token {
        Token::Int(value) => Ok(Number::from(value)),
        Token::Uint(value) => Ok(Number::from(value)),
        Token::Float(value) => Number::from_f64(value).ok_or_else(required),
        Token::Text(bytes) | Token::Binary(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| required())?;
            Number::parse(text).map_err(|_| required())
        }
        _ => Err(required()),
    }
}

fn to_text(bytes: &[u8]) -> Result<Value> {
    let text = std::str::from_utf8(bytes);
    text.map(Value::string).map_err(|_| MsgpackError::new("string is not valid UTF-8"))
}

fn read_elements(reader: &mut Reader<'_>, len: usize, element: Type) -> Result<Vec<Value>> {
    let read =
        |at| read_value(reader, element).map_err(|e| e.under(|| Step::Index(Value::from(at))));
    let elements = (0..len).map(read).collect::<Result<Vec<_>>>()?;
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
    Err(MsgpackError::new("all elements of a collection must have the same type"))
}

fn read_tuple(reader: &mut Reader<'_>, len: usize, tuple: TupleType) -> Result<Value> {
    if len != tuple.len() {
        let message = format!("a tuple of length {} is required", tuple.len());
        return Err(MsgpackError::new(message));
    }
    let read =
        |(at, ty)| read_value(reader, ty).map_err(|e| e.under(|| Step::Index(Value::from(at))));
    tuple.iter().enumerate().map(read).collect::<Result<Vec<_>>>().map(Value::tuple)
}

fn read_map(reader: &mut Reader<'_>, len: usize, element: Type) -> Result<Value> {
    let mut keys = Vec::with_capacity(len);
    let mut values = Vec::with_capacity(len);
    for _ in 0..len {
        let key = reader.text()?.ok_or_else(|| MsgpackError::new("non-string key in map"))?;
        let value = read_value(reader, element);
        values.push(value.map_err(|e| e.under(|| Step::Index(Value::string(key))))?);
        keys.push(Name::new(key));
    }
    Ok(Value::map(element, keys.into_iter().zip(one_type(element, values)?)))
}

fn read_object(reader: &mut Reader<'_>, len: usize, object: ObjectType) -> Result<Value> {
    if len != object.len() {
        return Err(MsgpackError::new(format!(
            "an object with {} attributes is required ({len} given)",
            object.len()
        )));
    }
    let shape = object.shape();
    let mut values: Vec<Option<Value>> = vec![None; len];
    for expected in 0..len {
        let key = reader.text()?.ok_or_else(|| MsgpackError::new("all keys must be strings"))?;
        // Writers sort attributes.
        let is_expected = shape.name(expected) == key;
        let at = if is_expected { Some(expected) } else { shape.index_of(key) };
        let at = at.ok_or_else(|| {
            MsgpackError::new("unsupported attribute").under(|| Step::GetAttr(key.into()))
        })?;
        let value = read_value(reader, object.types()[at]);
        values[at] = Some(value.map_err(|e| e.under(|| Step::GetAttr(key.into())))?);
    }
    // As many attributes as there should be, but one of them twice.
    let values: Option<Vec<Value>> = values.into_iter().collect();
    let values = values.ok_or_else(|| MsgpackError::new("an attribute is given twice"))?;
    Ok(Value::object_of(shape, values))
}

fn read_dynamic(reader: &mut Reader<'_>) -> Result<Value> {
    let ty = reader.text()?.ok_or_else(|| MsgpackError::new("a type description is required"))?;
    let ty = decode_type(ty).map_err(|e| MsgpackError::new(e.to_string()))?;
    // Each level of "dynamic" nests once more, whatever the type says.
    reader.enter()?;
    let value = read_value(reader, ty)?;
    reader.leave();
    Ok(value)
}

/// Passes over a value.
pub(super) fn skip(reader: &mut Reader<'_>) -> Result<()> {
    let mut left = 1_usize;
    while left > 0 {
        left -= 1;
        left += match reader.token()? {
            Token::Array(len) => len,
            Token::Map(len) => 2 * len,
            _ => 0,
        };
    }
    Ok(())
}
