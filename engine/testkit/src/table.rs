//! The notation of the tables in `conformance/`.
//!
//! A type is cty's JSON form of a type under `$type`. A value stands under `$cty` with its type; inside, it is plain
//! JSON, and an object with a `$` key where JSON has no word: `{"$unknown": TYPE, "$refine": {...}}`,
//! `{"$marks": [...], "$value": ...}`, `{"$number": "..."}`. A mark is any text; here it becomes a cause of
//! deprecation, the one mark of which there can be many, unless it is `sensitive` or `ephemeral`.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use wb_core::marks::{Mark, Marks};
use wb_core::number::Number;
use wb_core::path::{Path, Step};
use wb_core::refine::MAX_LENGTH;
use wb_core::ty::{Type, TypeKind};
use wb_core::value::{Value, View};

/// Something that this notation does not say, or that was left out when the tables were made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable(pub String);

type Result<T> = std::result::Result<T, Unreadable>;

/// Reads the text of a table. It is JSON, but for infinities, which are written as bare words.
///
/// # Errors
/// When it is not even that.
pub fn read_document(text: &str) -> std::result::Result<Json, serde_json::Error> {
    serde_json::from_str(&without_infinities(text))
}

/// The same text with bare infinities in the notation of other numbers that JSON does not have.
fn without_infinities(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    // Parts between quotes that are not escaped are by turns outside and inside strings.
    let mut is_string = false;
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let (part, after) = rest.split_at(quote);
        let escapes = part.bytes().rev().take_while(|b| *b == b'\\').count();
        if is_string {
            result.push_str(part);
            is_string = escapes % 2 == 1;
        } else {
            push_outside(part, &mut result);
            is_string = true;
        }
        result.push('"');
        rest = &after[1..];
    }
    push_outside(rest, &mut result);
    result
}

fn push_outside(part: &str, result: &mut String) {
    for piece in part.split_inclusive("Infinity") {
        let Some(before) = piece.strip_suffix("Infinity") else {
            result.push_str(piece);
            continue;
        };
        let (before, number) =
            before.strip_suffix('-').map_or((before, "Inf"), |before| (before, "-Inf"));
        result.push_str(before);
        result.push_str(&json!({"$number": number}).to_string());
    }
}

/// Reads `{"$cty": {"type": ..., "value": ...}}`.
///
/// # Errors
/// When it is something else.
pub fn read_value(json: &Json) -> Result<Value> {
    let Some(cty) = json.get("$cty") else {
        return Err(unreadable("a value", json));
    };
    let ty = read_type_form(cty.get("type").ok_or_else(|| unreadable("a type", cty))?)?;
    read_plain(cty.get("value").unwrap_or(&Json::Null), ty)
}

/// Reads `{"$type": ...}`.
///
/// # Errors
/// When it is something else.
pub fn read_type(json: &Json) -> Result<Type> {
    read_type_form(json.get("$type").ok_or_else(|| unreadable("a type", json))?)
}

/// Reads `{"$path": ["Index", VALUE, "GetAttr", NAME, ...]}`; null is the empty path.
///
/// # Errors
/// When it is something else.
pub fn read_path(json: &Json) -> Result<Path> {
    let mut path = Path::new();
    let steps = match json {
        Json::Null => return Ok(path),
        _ => {
            json.get("$path").and_then(Json::as_array).ok_or_else(|| unreadable("a path", json))?
        }
    };
    // The steps are either one flat list, or a list of pairs.
    let flat: Vec<&Json> = match steps.first() {
        Some(Json::Array(_)) => steps.iter().filter_map(Json::as_array).flatten().collect(),
        _ => steps.iter().collect(),
    };
    for pair in flat.chunks(2) {
        match pair {
            [kind, name] if *kind == "GetAttr" => {
                path.push_attr(name.as_str().ok_or_else(|| unreadable("a name", name))?);
            }
            [kind, key] if *kind == "Index" => path.push(Step::Index(read_value(key)?)),
            _ => return Err(unreadable("a step", json)),
        }
    }
    Ok(path)
}

/// Reads text, or `{"$bytes": HEX}`.
///
/// # Errors
/// When it is something else.
pub fn read_bytes(json: &Json) -> Result<Vec<u8>> {
    if let Some(text) = json.as_str() {
        return Ok(text.as_bytes().to_vec());
    }
    let hex = json.get("$bytes").and_then(Json::as_str);
    let hex = hex.filter(|hex| hex.len() % 2 == 0 && hex.is_ascii());
    let hex = hex.ok_or_else(|| unreadable("bytes", json))?;
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).map_err(|_| unreadable("bytes", json));
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// The form that [`read_value`] reads.
#[must_use]
pub fn write_value(value: &Value) -> Json {
    json!({"$cty": {"type": write_type_form(value.ty()), "value": write_plain(value)}})
}

/// The form that [`read_type`] reads.
#[must_use]
pub fn write_type(ty: Type) -> Json {
    json!({"$type": write_type_form(ty)})
}

/// cty's JSON form of a type.
///
/// # Errors
/// When it is something else.
pub fn read_type_form(json: &Json) -> Result<Type> {
    let error = || unreadable("a type", json);
    match json {
        Json::String(name) => match name.as_str() {
            "dynamic" => Ok(Type::DYNAMIC),
            "bool" => Ok(Type::BOOL),
            "number" => Ok(Type::NUMBER),
            "string" => Ok(Type::STRING),
            _ => Err(error()),
        },
        Json::Array(parts) => {
            let inner = parts.get(1).ok_or_else(error)?;
            match parts[0].as_str() {
                Some("list") => read_type_form(inner).map(Type::list),
                Some("set") => read_type_form(inner).map(Type::set),
                Some("map") => read_type_form(inner).map(Type::map),
                Some("tuple") => {
                    let elements = inner.as_array().ok_or_else(error)?;
                    let types = elements.iter().map(read_type_form).collect::<Result<Vec<_>>>()?;
                    Ok(Type::tuple(types))
                }
                Some("object") => read_object_type(inner, parts.get(2)).ok_or_else(error)?,
                _ => Err(error()),
            }
        }
        _ => Err(error()),
    }
}

fn read_object_type(attributes: &Json, optional: Option<&Json>) -> Option<Result<Type>> {
    let optional: Vec<&str> =
        optional.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let attributes = attributes.as_object()?.iter().map(|(name, ty)| {
        Ok((name.as_str(), read_type_form(ty)?, optional.contains(&name.as_str())))
    });
    Some(attributes.collect::<Result<Vec<_>>>().map(Type::object_with_optional))
}

fn write_type_form(ty: Type) -> Json {
    match ty.kind() {
        TypeKind::Dynamic => json!("dynamic"),
        TypeKind::Bool => json!("bool"),
        TypeKind::Number => json!("number"),
        TypeKind::String => json!("string"),
        TypeKind::List(element) => json!(["list", write_type_form(element)]),
        TypeKind::Set(element) => json!(["set", write_type_form(element)]),
        TypeKind::Map(element) => json!(["map", write_type_form(element)]),
        TypeKind::Tuple(tuple) => {
            json!(["tuple", tuple.iter().map(write_type_form).collect::<Vec<_>>()])
        }
        TypeKind::Object(object) => {
            let entries = object.iter().map(|(name, ty)| (name.to_owned(), write_type_form(ty)));
            let entries = Json::Object(entries.collect());
            let optional = object.iter().map(|(name, _)| name).filter(|n| object.is_optional(n));
            let optional: Vec<&str> = optional.collect();
            if optional.is_empty() {
                json!(["object", entries])
            } else {
                json!(["object", entries, optional])
            }
        }
    }
}

/// A value inside `$cty`, of a type that is known from outside.
///
/// # Errors
/// When it is no value of this type.
pub fn read_plain(json: &Json, ty: Type) -> Result<Value> {
    let error = || unreadable(&ty.to_string(), json);
    if let Some(special) = json.as_object().and_then(|object| read_special(object, ty)) {
        return special;
    }
    let each = |json: &Json, ty| -> Result<Vec<Value>> {
        json.as_array().ok_or_else(error)?.iter().map(|json| read_plain(json, ty)).collect()
    };
    match (json, ty.kind()) {
        (Json::Null, _) => Ok(Value::null(ty)),
        (Json::Bool(value), TypeKind::Bool) => Ok(Value::bool(*value)),
        (Json::String(text), TypeKind::String) => Ok(Value::string(text)),
        (Json::Number(number), TypeKind::Number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(Value::int(whole)),
            (None, Some(float)) => Value::float(float).ok_or_else(error),
            (None, None) => Err(error()),
        },
        (_, TypeKind::List(element)) => Ok(Value::list(element, each(json, element)?)),
        (_, TypeKind::Set(element)) => Ok(Value::set(element, each(json, element)?)),
        (Json::Object(entries), TypeKind::Map(element)) => {
            let entry = |(key, json)| Ok((key, read_plain(json, element)?));
            Ok(Value::map(element, entries.iter().map(entry).collect::<Result<Vec<_>>>()?))
        }
        (Json::Array(elements), TypeKind::Tuple(tuple)) if elements.len() == tuple.len() => {
            let elements = elements.iter().zip(tuple.iter()).map(|(json, ty)| read_plain(json, ty));
            elements.collect::<Result<Vec<_>>>().map(Value::tuple)
        }
        (Json::Object(entries), TypeKind::Object(object)) => {
            let read = |(name, ty)| Ok((name, read_plain(&entries[name], ty)?));
            let missing = object.iter().any(|(name, _)| !entries.contains_key(name));
            if missing {
                return Err(error());
            }
            object.iter().map(read).collect::<Result<Vec<_>>>().map(Value::object)
        }
        _ => Err(error()),
    }
}

/// An object with a `$` key that is not data.
fn read_special(object: &Map<String, Json>, ty: Type) -> Option<Result<Value>> {
    if let Some(unknown) = object.get("$unknown") {
        return Some(read_unknown(unknown, object.get("$refine")));
    }
    if let Some(marks) = object.get("$marks").and_then(Json::as_array) {
        let marks: Marks = marks.iter().map(read_mark).collect();
        let value = object.get("$value").unwrap_or(&Json::Null);
        return Some(read_plain(value, ty).map(|value| value.with_marks(&marks)));
    }
    if let Some(text) = object.get("$number").and_then(Json::as_str) {
        let number = Number::parse(text);
        return Some(number.map(Value::number).map_err(|e| Unreadable(format!("{text}: {e}"))));
    }
    if object.contains_key("$cty") {
        return Some(read_value(&Json::Object(object.clone())));
    }
    let unsupported = object.get("$unsupported")?;
    Some(Err(Unreadable(format!("left out when the table was made: {unsupported}"))))
}

fn read_mark(json: &Json) -> Mark {
    let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    match &*text {
        "sensitive" => return Mark::Sensitive,
        "ephemeral" => return Mark::Ephemeral,
        _ => {}
    }
    let marks = Marks::deprecated(text, "");
    marks.iter().next().expect("just made with one mark")
}

fn read_unknown(ty: &Json, refine: Option<&Json>) -> Result<Value> {
    let mut builder = Value::unknown(read_type_form(ty)?).refine();
    for (what, how) in refine.and_then(Json::as_object).into_iter().flatten() {
        let error = || unreadable("a refinement", how);
        let length = || how.as_u64().and_then(|n| usize::try_from(n).ok()).ok_or_else(error);
        builder = match what.as_str() {
            "not_null" => builder.not_null(),
            "null" => builder.null(),
            "string_prefix" => builder.prefix(how.as_str().ok_or_else(error)?),
            "string_prefix_full" => builder.exact_prefix(how.as_str().ok_or_else(error)?),
            "length_min" => builder.length_min(length()?),
            "length_max" => builder.length_max(length()?),
            "number_min" | "number_max" => {
                let number = how.get(0).and_then(Json::as_str).ok_or_else(error)?;
                let inclusive = how.get(1).and_then(Json::as_bool).ok_or_else(error)?;
                match Number::parse(number) {
                    Ok(number) if what == "number_min" => builder.number_min(number, inclusive),
                    Ok(number) => builder.number_max(number, inclusive),
                    // A bound that was itself unknown says nothing.
                    Err(_) if number == "None" => builder,
                    Err(_) => return Err(error()),
                }
            }
            _ => return Err(unreadable("a refinement", &json!(what))),
        };
    }
    builder.build().map_err(|e| Unreadable(e.to_string()))
}

fn write_plain(value: &Value) -> Json {
    match value.view() {
        View::Marked(inner, marks) => {
            let marks: Vec<String> = marks.iter().map(|mark| mark_text(&mark)).collect();
            json!({"$marks": marks, "$value": write_plain(inner)})
        }
        View::Unknown(known) => {
            let mut refine = Map::new();
            if known.is_not_null() {
                refine.insert("not_null".into(), json!(true));
            }
            if !known.prefix().is_empty() {
                refine.insert("string_prefix_full".into(), json!(known.prefix()));
            }
            for (name, bound) in [("number_min", known.min()), ("number_max", known.max())] {
                if let Some(bound) = bound {
                    let bound = json!([bound.number.to_string(), bound.inclusive]);
                    refine.insert(name.into(), bound);
                }
            }
            if known.min_length() != 0 {
                refine.insert("length_min".into(), json!(known.min_length()));
            }
            if known.max_length() != MAX_LENGTH {
                refine.insert("length_max".into(), json!(known.max_length()));
            }
            let ty = write_type_form(value.ty());
            if refine.is_empty() {
                json!({"$unknown": ty})
            } else {
                json!({"$unknown": ty, "$refine": refine})
            }
        }
        View::Null(_) => Json::Null,
        View::Bool(value) => json!(value),
        View::Number(number) => match number.to_i64() {
            Some(whole) if whole != 0 || number.to_string() == "0" => json!(whole),
            _ => json!({"$number": number.to_string()}),
        },
        View::String(text) => json!(text),
        View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
            Json::Array(elements.iter().map(write_plain).collect())
        }
        View::Map(map) => map.iter().map(|(key, v)| (key.to_owned(), write_plain(v))).collect(),
        View::Object(object) => {
            object.iter().map(|(name, v)| (name.to_owned(), write_plain(v))).collect()
        }
    }
}

fn mark_text(mark: &Mark) -> String {
    match mark {
        Mark::Sensitive => "sensitive".to_owned(),
        Mark::Ephemeral => "ephemeral".to_owned(),
        Mark::Deprecated(cause) => cause.subject.to_string(),
    }
}

fn unreadable(what: &str, json: &Json) -> Unreadable {
    if let Some(reason) = json.get("$unsupported") {
        return Unreadable(format!("left out when the table was made: {reason}"));
    }
    Unreadable(format!("not {what}: {json}"))
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let list = Type::list(Type::object_with_optional([("a", Type::NUMBER, true)]));
        let unknown = Value::unknown(list).refine().not_null().length_max(3).build().unwrap();
        let value = Value::object([
            ("u", unknown),
            ("m", Value::string("x").with_marks(&Marks::deprecated("why", ""))),
            ("n", Value::number(Number::parse("0.1").unwrap())),
            ("t", Value::tuple([Value::null(Type::set(Type::BOOL)), Value::DYNAMIC])),
        ]);
        assert_eq!(read_value(&write_value(&value)), Ok(value));
        assert_eq!(read_type(&write_type(list)), Ok(list));
    }

    #[test]
    fn infinities_are_read_outside_of_strings() {
        let json = read_document(r#"[-Infinity, "Infinity \" Infinity", Infinity]"#).unwrap();
        let number = |text| json!({"$number": text});
        assert_eq!(json, json!([number("-Inf"), "Infinity \" Infinity", number("Inf")]));
    }

    #[test]
    fn what_was_left_out_is_said_to_be() {
        let json = json!({"$unsupported": "node func_literal"});
        assert!(read_value(&json).unwrap_err().0.starts_with("left out"));
    }
}
