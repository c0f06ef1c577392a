//! Types as JSON: `"string"`, `["list", "string"]`, `["object", {"a": "number"}, ["a"]]`.

use std::borrow::Cow;

use crate::text::{Name, quote};
use crate::ty::{Type, TypeKind};

use super::JsonError;
use super::encode::{Escape, encode_string};
use super::read::{Reader, Token};

type Result<T> = std::result::Result<T, JsonError>;

/// Writes a type.
#[must_use]
pub fn encode_type(ty: Type) -> String {
    let mut out = String::new();
    encode_type_into(ty, &mut out);
    out
}

/// As [`encode_type`], behind what is there.
pub fn encode_type_into(ty: Type, out: &mut String) {
    let mut collection = |kind: &str, element| {
        out.push_str(kind);
        encode_type_into(element, out);
        out.push(']');
    };
    match ty.kind() {
        TypeKind::Dynamic => out.push_str("\"dynamic\""),
        TypeKind::Bool => out.push_str("\"bool\""),
        TypeKind::Number => out.push_str("\"number\""),
        TypeKind::String => out.push_str("\"string\""),
        TypeKind::List(element) => collection("[\"list\",", element),
        TypeKind::Set(element) => collection("[\"set\",", element),
        TypeKind::Map(element) => collection("[\"map\",", element),
        TypeKind::Tuple(tuple) => {
            out.push_str("[\"tuple\",[");
            separated(out, tuple.iter(), |out, element| encode_type_into(element, out));
            out.push_str("]]");
        }
        TypeKind::Object(object) => {
            out.push_str("[\"object\",{");
            separated(out, object.iter(), |out, (name, ty)| {
                encode_string(name, Escape::Html, out);
                out.push(':');
                encode_type_into(ty, out);
            });
            out.push('}');
            let mut optional =
                object.iter().filter(|(name, _)| object.is_optional(name)).peekable();
            if optional.peek().is_some() {
                out.push_str(",[");
                separated(out, optional, |out, (name, _)| encode_string(name, Escape::Html, out));
                out.push(']');
            }
            out.push(']');
        }
    }
}

fn separated<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
}

/// Reads a type.
///
/// # Errors
/// When the text is no JSON, nests too deep, or describes no type.
pub fn decode_type(text: &str) -> Result<Type> {
    let mut reader = Reader::new(text);
    let ty = read_type(&mut reader)?;
    reader.finish()?;
    Ok(ty)
}

pub(super) fn read_type(reader: &mut Reader<'_>) -> Result<Type> {
    match reader.value()? {
        Token::String(name) => match name.as_ref() {
            "dynamic" => Ok(Type::DYNAMIC),
            "bool" => Ok(Type::BOOL),
            "number" => Ok(Type::NUMBER),
            "string" => Ok(Type::STRING),
            _ => Err(JsonError::of_type(format!("invalid primitive type name {}", quote(&name)))),
        },
        Token::Array => {
            let kind = if reader.next_element(true)? { text(reader)? } else { None };
            let has_more = kind.is_some() && reader.next_element(false)?;
            if !has_more {
                return Err(JsonError::of_type("invalid complex type kind name"));
            }
            read_complex(reader, kind.as_deref().unwrap_or_default())
        }
        _ => Err(JsonError::of_type("invalid complex type description")),
    }
}

/// What follows the name of the kind, up to the end of the array.
fn read_complex(reader: &mut Reader<'_>, kind: &str) -> Result<Type> {
    let ty = match kind {
        "list" => Type::list(read_type(reader)?),
        "set" => Type::set(read_type(reader)?),
        "map" => Type::map(read_type(reader)?),
        "tuple" => Type::tuple(read_list(reader, read_type)?),
        "object" => {
            let attributes = read_attributes(reader)?;
            if !reader.next_element(false)? {
                return Ok(Type::object(attributes));
            }
            let optional = read_list(reader, |reader| Ok(text(reader)?.unwrap_or_default()))?;
            let is_optional = |name: &Name| optional.iter().any(|have| have == name.as_str());
            Type::object_with_optional(attributes.into_iter().map(|(name, ty)| {
                let optional = is_optional(&name);
                (name, ty, optional)
            }))
        }
        _ => return Err(JsonError::of_type("invalid complex type kind name")),
    };
    if reader.next_element(false)? {
        return Err(JsonError::of_type("unexpected extra data in type description"));
    }
    Ok(ty)
}

fn read_attributes(reader: &mut Reader<'_>) -> Result<Vec<(Name, Type)>> {
    let Token::Object = reader.value()? else {
        return Err(JsonError::of_type("the attributes of an object type must be an object"));
    };
    let mut attributes = Vec::new();
    while let Some(name) = reader.next_key(attributes.is_empty())? {
        attributes.push((Name::new(name), read_type(reader)?));
    }
    Ok(attributes)
}

fn read_list<'a, T>(
    reader: &mut Reader<'a>,
    mut read: impl FnMut(&mut Reader<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    let Token::Array = reader.value()? else {
        return Err(JsonError::of_type("a list is required in a type description"));
    };
    let mut items = Vec::new();
    while reader.next_element(items.is_empty())? {
        items.push(read(reader)?);
    }
    Ok(items)
}

fn text<'a>(reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>> {
    match reader.value()? {
        Token::String(text) => Ok(Some(text)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_written() {
        let inner =
            Type::object_with_optional([("a", Type::STRING, true), ("b<", Type::BOOL, false)]);
        let ty =
            Type::map(Type::tuple([inner, Type::set(Type::DYNAMIC), Type::list(Type::NUMBER)]));
        let text = encode_type(ty);
        assert_eq!(
            text,
            r#"["map",["tuple",[["object",{"a":"string","b\u003c":"bool"},["a"]],["set","dynamic"],["list","number"]]]]"#
        );
        assert_eq!(decode_type(&text), Ok(ty));
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "1",
            "\"text\"",
            "[]",
            "[1]",
            "[\"list\"]",
            "[\"list\",\"bool\",1]",
            "[\"object\",[]]",
            "[\"x\",1]",
        ] {
            assert!(decode_type(text).is_err(), "{text}");
        }
    }
}
