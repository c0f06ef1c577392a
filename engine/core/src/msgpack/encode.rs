//! A value of a given type to MessagePack.

use crate::convert::convert;
use crate::json::encode_type;
use crate::number::Number;
use crate::path::Step;
use crate::ty::{Type, TypeKind};
use crate::value::{Value, View};

use super::{MsgpackError, unknown, write};

/// Writes a value for a type. A value that is not of the type is converted first.
///
/// # Errors
/// When the value does not convert, or is marked somewhere.
pub fn encode(value: &Value, ty: Type) -> Result<Vec<u8>, MsgpackError> {
    let mut out = Vec::new();
    encode_into(value, ty, &mut out)?;
    Ok(out)
}

/// As [`encode`], behind what is there.
///
/// # Errors
/// As [`encode`]; what has been written by then stays.
pub fn encode_into(value: &Value, ty: Type, out: &mut Vec<u8>) -> Result<(), MsgpackError> {
    if value.ty().conforms_to(ty) {
        return write_value(value, ty, out);
    }
    let converted =
        convert(value, ty).map_err(|e| MsgpackError { path: e.path, message: e.message })?;
    write_value(&converted, ty, out)
}

fn write_value(value: &Value, ty: Type, out: &mut Vec<u8>) -> Result<(), MsgpackError> {
    if ty == Type::DYNAMIC && value.ty() != Type::DYNAMIC && !value.is_marked() {
        write::array(2, out);
        write::bytes(encode_type(value.ty()).as_bytes(), out);
        return write_value(value, value.ty(), out);
    }
    match (value.view(), ty.kind()) {
        (View::Marked(..), _) => {
            return Err(MsgpackError::new("value has marks, so it cannot be serialized"));
        }
        (View::Unknown(known), _) => unknown::write_unknown(known, out),
        (View::Null(_), _) => write::nil(out),
        (View::Bool(value), _) => write::bool(value, out),
        (View::Number(number), _) => write_number(number, out),
        (View::String(text), _) => write::string(text, out),
        (View::List(elements), TypeKind::List(element))
        | (View::Set(elements), TypeKind::Set(element)) => {
            write::array(elements.len(), out);
            for (at, value) in elements.iter().enumerate() {
                write_value(value, element, out)
                    .map_err(|e| e.under(|| Step::Index(Value::from(at))))?;
            }
        }
        (View::Tuple(elements), TypeKind::Tuple(tuple)) => {
            write::array(elements.len(), out);
            for (at, (value, ty)) in elements.iter().zip(tuple.iter()).enumerate() {
                write_value(value, ty, out)
                    .map_err(|e| e.under(|| Step::Index(Value::from(at))))?;
            }
        }
        (View::Map(map), TypeKind::Map(element)) => {
            write::map(map.len(), out);
            for (key, value) in map.iter() {
                write::string(key, out);
                write_value(value, element, out)
                    .map_err(|e| e.under(|| Step::Index(Value::string(key))))?;
            }
        }
        (View::Object(object), TypeKind::Object(types)) => {
            write::map(object.len(), out);
            for ((name, value), ty) in object.iter().zip(types.types()) {
                write::string(name, out);
                write_value(value, *ty, out).map_err(|e| e.under(|| Step::GetAttr(name.into())))?;
            }
        }
        _ => return Err(MsgpackError::new("the value is not of the type it is written for")),
    }
    Ok(())
}

/// An integer or a float where that says exactly the same, else decimal text.
pub(super) fn write_number(number: &Number, out: &mut Vec<u8>) {
    if let Some(whole) = number.to_i64() {
        return write::int(whole, out);
    }
    let float = number.to_f64();
    let is_exact = || Number::from_f64(float).is_some_and(|exact| exact.compare(number).is_eq());
    if number.is_infinite() || (!number.is_integer() && is_exact()) {
        write::float(float, out);
    } else {
        write::string(&number.to_string(), out);
    }
}
