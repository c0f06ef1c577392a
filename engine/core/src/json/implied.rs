//! JSON to a value of whatever type it has: what `jsondecode` gives.

use std::collections::HashMap;

use crate::number::Number;
use crate::path::Step;
use crate::text::{Name, quote};
use crate::ty::Type;
use crate::value::Value;

use super::JsonError;
use super::read::{Reader, Token};

type Result<T> = std::result::Result<T, JsonError>;

/// Reads a value: objects become objects, arrays tuples, null has no type.
///
/// # Errors
/// When the text is not JSON or nests too deep, a number is out of range, or an object has two properties with one
/// name whose values differ in type.
pub fn decode_implied(text: &str) -> Result<Value> {
    let mut reader = Reader::new(text);
    let value = read_value(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// The type of the value that [`decode_implied`] gives.
///
/// # Errors
/// As there.
pub fn implied_type(text: &str) -> Result<Type> {
    decode_implied(text).map(|value| value.ty())
}

fn read_value(reader: &mut Reader<'_>) -> Result<Value> {
    let start = reader.offset();
    Ok(match reader.value()? {
        Token::Null => Value::null(Type::DYNAMIC),
        Token::Bool(value) => Value::bool(value),
        Token::String(text) => Value::string(text),
        Token::Number(digits) => Number::parse(digits)
            .map(Value::number)
            .map_err(|e| JsonError { offset: Some(start), ..JsonError::of_type(e.to_string()) })?,
        Token::Array => {
            let mut elements = Vec::new();
            while reader.next_element(elements.is_empty())? {
                let element = read_value(reader);
                let step = || Step::Index(Value::from(elements.len()));
                elements.push(element.map_err(|e| e.under(step))?);
            }
            Value::tuple(elements)
        }
        Token::Object => {
            let mut properties: Vec<(Name, Value)> = Vec::new();
            while let Some(key) = reader.next_key(properties.is_empty())? {
                let value = read_value(reader);
                let value = value.map_err(|e| e.under(|| Step::GetAttr(Name::new(&key))))?;
                properties.push((Name::new(key), value));
            }
            check_repeated(&properties)?;
            Value::object(properties)
        }
    })
}

/// Properties may be repeated, the last one counting, as long as all have one type.
fn check_repeated(properties: &[(Name, Value)]) -> Result<()> {
    if properties.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Ok(());
    }
    let mut types: HashMap<&Name, Type> = HashMap::new();
    for (name, value) in properties {
        let ty = value.ty();
        if types.insert(name, ty).is_some_and(|before| before != ty) {
            let name = quote(name);
            return Err(JsonError::of_type(format!("duplicate {name} property in JSON object")));
        }
    }
    Ok(())
}
