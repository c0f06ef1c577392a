//! A value of a given type to JSON.

use std::fmt::Write as _;

use crate::convert::convert;
use crate::path::Step;
use crate::ty::{Type, TypeKind};
use crate::value::{Value, View};

use super::types::encode_type_into;
use super::{JsonError, JsonErrorKind};

/// Which characters of strings are escaped although JSON does not ask for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Escape {
    /// `<`, `>` and `&`, as in state files and by `jsonencode`, so that the text can stand in a web page.
    Html,
    /// None of those.
    Minimal,
}

/// Writes a value for a type, in one line without spaces. A value that is not of the type is converted first.
///
/// # Errors
/// When the value does not convert, or holds something that JSON cannot say: unknown, marked, infinite.
pub fn encode(value: &Value, ty: Type) -> Result<String, JsonError> {
    let mut out = String::new();
    encode_into(value, ty, Escape::Html, &mut out)?;
    Ok(out)
}

/// As [`encode`], behind what is there, and with a choice of escapes.
///
/// # Errors
/// As [`encode`]; what has been written by then stays.
pub fn encode_into(
    value: &Value,
    ty: Type,
    escape: Escape,
    out: &mut String,
) -> Result<(), JsonError> {
    if value.ty().conforms_to(ty) {
        return write(value, ty, escape, out);
    }
    let converted = convert(value, ty).map_err(|e| JsonError {
        path: e.path,
        ..JsonError::new(JsonErrorKind::Unwritable, e.message)
    })?;
    write(&converted, ty, escape, out)
}

/// Writes a string with its quotes.
pub fn encode_string(text: &str, escape: Escape, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c| needs_escape(c, escape)) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\x08') => out.push_str("\\b"),
            Some('\x0c') => out.push_str("\\f"),
            // Writing to a string cannot fail.
            Some(c) => drop(write!(out, "\\u{:04x}", u32::from(c))),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn needs_escape(c: char, escape: Escape) -> bool {
    match c {
        '"' | '\\' | '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => true,
        '<' | '>' | '&' => escape == Escape::Html,
        _ => false,
    }
}

fn write(value: &Value, ty: Type, escape: Escape, out: &mut String) -> Result<(), JsonError> {
    let unwritable = |what: &str| Err(JsonError::new(JsonErrorKind::Unwritable, what));
    if value.is_marked() {
        return unwritable("value has marks, so it cannot be serialized as JSON");
    }
    if !value.is_known() {
        return unwritable("value is not known");
    }
    if ty == Type::DYNAMIC && value.ty() != Type::DYNAMIC {
        out.push_str("{\"value\":");
        write(value, value.ty(), escape, out)?;
        out.push_str(",\"type\":");
        encode_type_into(value.ty(), out);
        out.push('}');
        return Ok(());
    }
    match (value.view(), ty.kind()) {
        (View::Null(_), _) => out.push_str("null"),
        (View::Bool(value), _) => out.push_str(if value { "true" } else { "false" }),
        (View::Number(number), _) if number.is_infinite() => {
            return unwritable("cannot serialize infinity as JSON");
        }
        // Writing to a string cannot fail.
        (View::Number(number), _) => drop(write!(out, "{number}")),
        (View::String(text), _) => encode_string(text, escape, out),
        (View::List(elements), TypeKind::List(element))
        | (View::Set(elements), TypeKind::Set(element)) => {
            let steps = |at: usize| match value.view() {
                View::Set(_) => Step::Index(elements[at].clone()),
                _ => Step::Index(Value::from(at)),
            };
            write_elements(elements.iter().map(|e| (e, element)), steps, escape, out)?;
        }
        (View::Tuple(elements), TypeKind::Tuple(tuple)) => {
            let step = |at| Step::Index(Value::from(at));
            write_elements(elements.iter().zip(tuple.iter()), step, escape, out)?;
        }
        (View::Map(map), TypeKind::Map(element)) => {
            let entries = map.iter().map(|(key, value)| (key, value, element));
            write_entries(entries, |key| Step::Index(Value::string(key)), escape, out)?;
        }
        (View::Object(object), TypeKind::Object(types)) => {
            let entries = object.iter().zip(types.types());
            let entries = entries.map(|((name, value), ty)| (name, value, *ty));
            write_entries(entries, |name| Step::GetAttr(name.into()), escape, out)?;
        }
        _ => return unwritable("the value is not of the type it is written for"),
    }
    Ok(())
}

fn write_elements<'a>(
    elements: impl Iterator<Item = (&'a Value, Type)>,
    step: impl Fn(usize) -> Step,
    escape: Escape,
    out: &mut String,
) -> Result<(), JsonError> {
    out.push('[');
    for (at, (element, ty)) in elements.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(element, ty, escape, out).map_err(|e| e.under(|| step(at)))?;
    }
    out.push(']');
    Ok(())
}

fn write_entries<'a>(
    entries: impl Iterator<Item = (&'a str, &'a Value, Type)>,
    step: impl Fn(&str) -> Step,
    escape: Escape,
    out: &mut String,
) -> Result<(), JsonError> {
    out.push('{');
    for (at, (key, value, ty)) in entries.enumerate() {
        if at > 0 {
            out.push(',');
        }
        encode_string(key, escape, out);
        out.push(':');
        write(value, ty, escape, out).map_err(|e| e.under(|| step(key)))?;
    }
    out.push('}');
    Ok(())
}
