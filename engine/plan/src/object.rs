//! Values as the state's objects, and back.
//!
//! The planner reads what was, the executor writes what is; both know the type's schema, which the state does not. What
//! an object says beside its value (status, dependencies, private bytes) is passed through.

use std::fmt;

use wb_core::json::{self, JsonError, JsonErrorKind};
use wb_core::marks::Marks;
use wb_core::number::Number;
use wb_core::path::{Path, Step};
use wb_core::provider::{ResourceLogic, StoredObject};
use wb_core::schema::{Attribute, Block, NestedAttributes, Nesting, Schema, SensitivePaths, Shape};
use wb_core::ty::Type;
use wb_core::value::{PathMarks, Value, View};
use wb_state::{AttrPath, Attributes, IndexKey, Object, Output, PathStep, RawJson};

/// Why an object of a state cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ObjectError {
    /// It was stored under a schema version that is newer than ours.
    Newer { stored: u64, ours: u64 },
    /// It is in the form of Terraform before 0.12.
    Flat,
    /// It cannot be brought to the present schema version.
    Upgrade { from: u64, why: String },
    /// Its attributes are not a value of the type.
    Attributes { path: Path, why: String },
}

impl fmt::Display for ObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { stored, ours } => write!(
                f,
                "it was stored under version {stored} of the type's schema, by a newer provider; the version here is \
                 {ours}"
            ),
            Self::Flat => f.write_str(
                "it is in the form of Terraform before 0.12; one apply with Terraform 0.12 brings it to the present one",
            ),
            Self::Upgrade { from, why } => {
                write!(f, "it cannot be upgraded from version {from} of the type's schema: {why}")
            }
            Self::Attributes { path, why } if path.is_empty() => f.write_str(why),
            Self::Attributes { path, why } => write!(f, "{path}: {why}"),
        }
    }
}

impl std::error::Error for ObjectError {}

impl From<JsonError> for ObjectError {
    fn from(e: JsonError) -> Self {
        Self::Attributes { path: e.path, why: e.message }
    }
}

/// The value of an object of this type, brought to the present schema version. It wears the marks that the state has of
/// it, and those of the schema.
///
/// # Errors
/// Where the state holds what this type cannot be.
pub fn decode(object: &Object, logic: &dyn ResourceLogic) -> Result<Value, ObjectError> {
    let schema = logic.schema();
    let Attributes::Json(attributes) = &object.attributes else { return Err(ObjectError::Flat) };
    let stored = object.schema_version;
    if stored > schema.version {
        return Err(ObjectError::Newer { stored, ours: schema.version });
    }
    if stored == schema.version {
        return decode_as(attributes, &object.sensitive, schema);
    }
    let upgraded = upgrade(attributes, stored, logic)?;
    decode_as(&upgraded, &object.sensitive, schema)
}

/// As [`decode`], for a data source, whose objects have no versions.
///
/// # Errors
/// As [`decode`].
pub fn decode_data(object: &Object, schema: &Schema) -> Result<Value, ObjectError> {
    let Attributes::Json(attributes) = &object.attributes else { return Err(ObjectError::Flat) };
    decode_as(attributes, &object.sensitive, schema)
}

fn decode_as(
    json: &RawJson,
    sensitive: &[AttrPath],
    schema: &Schema,
) -> Result<Value, ObjectError> {
    let ty = schema.block.ty();
    let value =
        json::decode(json.text(), ty).or_else(|e| match without_unknown_nulls(json, ty) {
            Some(text) => json::decode(&text, ty),
            None => Err(e),
        })?;
    let mut marks: Vec<PathMarks> = sensitive
        .iter()
        .filter_map(path_of)
        .map(|path| PathMarks { path, marks: Marks::SENSITIVE })
        .collect();
    marks.extend(schema.block.sensitive_paths(&value));
    Ok(if marks.is_empty() { value } else { value.apply_marks_at_paths(&marks) })
}

/// The attributes without those that the type does not have and that are null: a newer version of the established
/// provider adds such to every object. Nothing where that changes nothing.
fn without_unknown_nulls(json: &RawJson, ty: Type) -> Option<String> {
    let names = ty.as_object()?;
    let mut map: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json.text()).ok()?;
    let before = map.len();
    map.retain(|name, value| !value.is_null() || names.shape().index_of(name).is_some());
    (map.len() < before).then(|| serde_json::Value::Object(map).to_string())
}

fn upgrade(json: &RawJson, from: u64, logic: &dyn ResourceLogic) -> Result<RawJson, ObjectError> {
    let failed = |why| ObjectError::Upgrade { from, why };
    let stored: StoredObject =
        serde_json::from_str(json.text()).map_err(|e| failed(e.to_string()))?;
    let now = logic.upgrade(from, stored).map_err(failed)?;
    RawJson::new(serde_json::Value::Object(now).to_string()).map_err(failed)
}

/// The object that holds a value of this schema. Attributes, schema version and sensitive paths are the value's, all else
/// is `rest`'s. Write-only attributes become null.
///
/// # Errors
/// Where a part of the value is unknown, or has no JSON form.
pub fn encode(value: &Value, schema: &Schema, rest: Object) -> Result<Object, JsonError> {
    let (attributes, sensitive) = encode_value(value, schema)?;
    Ok(Object {
        attributes: Attributes::Json(attributes),
        schema_version: schema.version,
        sensitive,
        ..rest
    })
}

/// The JSON of a value of this schema, and where it is sensitive.
///
/// # Errors
/// As [`encode`].
pub fn encode_value(value: &Value, schema: &Schema) -> Result<(RawJson, Vec<AttrPath>), JsonError> {
    let kept = without_write_only(&schema.block, value);
    let (plain, marks) = kept.unmark_deep_with_paths();
    let mut paths: Vec<Path> =
        marks.into_iter().filter(|m| m.marks.is_sensitive()).map(|m| m.path).collect();
    for schema_path in schema.block.sensitive_paths(&plain) {
        if !paths.contains(&schema_path.path) {
            paths.push(schema_path.path);
        }
    }
    Ok((raw(&plain, schema.block.ty())?, paths.iter().map(attr_path).collect()))
}

/// A root output, as the state keeps it.
///
/// # Errors
/// Where a part of the value is unknown, or has no JSON form.
pub fn encode_output(
    value: &Value,
    sensitive: bool,
    deprecated: Option<String>,
) -> Result<Output, JsonError> {
    let (plain, _) = value.unmark_deep();
    let kind = raw_json(json::encode_type(plain.ty()))?;
    Ok(Output { value: raw(&plain, plain.ty())?, kind, sensitive, deprecated })
}

/// The value of a root output.
///
/// # Errors
/// Where type or value cannot be read.
pub fn decode_output(output: &Output) -> Result<Value, JsonError> {
    let value = json::decode(output.value.text(), json::decode_type(output.kind.text())?)?;
    Ok(if output.sensitive { value.with_marks(&Marks::SENSITIVE) } else { value })
}

fn raw(value: &Value, ty: Type) -> Result<RawJson, JsonError> {
    raw_json(json::encode(value, ty)?)
}

/// A dynamic value takes two levels of JSON, so one that is not too deep may have a text that is.
fn raw_json(text: String) -> Result<RawJson, JsonError> {
    RawJson::new(text).map_err(|message| JsonError {
        kind: JsonErrorKind::TooDeep,
        path: Path::new(),
        offset: None,
        message,
    })
}

/// The value with every write-only attribute null.
#[must_use]
pub fn without_write_only(block: &Block, value: &Value) -> Value {
    if !block.has_write_only() {
        return value.clone();
    }
    map_object(value, |name, part| match (block.attribute(name), block.nested(name)) {
        (Some(attribute), _) => attribute_without(attribute, part),
        (_, Some(nested)) if nested.block.has_write_only() => {
            each(nested.nesting, part, |one| without_write_only(&nested.block, one))
        }
        _ => part.clone(),
    })
}

fn attribute_without(attribute: &Attribute, value: &Value) -> Value {
    match &attribute.shape {
        _ if attribute.write_only => Value::null(attribute.ty()),
        Shape::Plain(_) => value.clone(),
        Shape::Nested(nested) => each(nested.nesting, value, |one| nested_without(nested, one)),
    }
}

fn nested_without(nested: &NestedAttributes, value: &Value) -> Value {
    map_object(value, |name, part| match nested.attribute(name) {
        Some(attribute) => attribute_without(attribute, part),
        None => part.clone(),
    })
}

/// The object with each attribute replaced; what is no known object stays as it is.
fn map_object(value: &Value, change: impl Fn(&str, &Value) -> Value) -> Value {
    let Some(object) = value.unmarked().as_object() else { return value.clone() };
    let values = object.iter().map(|(name, part)| change(name, part)).collect();
    Value::object_of(object.shape(), values).with_marks(value.marks())
}

/// A collection of this nesting with each of its objects replaced.
fn each(nesting: Nesting, value: &Value, change: impl Fn(&Value) -> Value) -> Value {
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        return change(value);
    }
    let inner = value.unmarked();
    let element = inner.ty().element().unwrap_or(Type::DYNAMIC);
    let all = |values: &[Value]| values.iter().map(&change).collect::<Vec<_>>();
    let changed = match inner.view() {
        View::List(elements) => Value::list(element, all(elements)),
        View::Set(elements) => Value::set(element, all(elements)),
        View::Tuple(elements) => Value::tuple(all(elements)),
        View::Map(map) => Value::map(element, map.iter().map(|(k, v)| (k, change(v)))),
        View::Object(_) => map_object(inner, |_, part| change(part)),
        _ => inner.clone(),
    };
    changed.with_marks(value.marks())
}

/// A path as the state writes it.
#[must_use]
pub fn attr_path(path: &Path) -> AttrPath {
    let step = |step: &Step| match step {
        Step::GetAttr(name) => PathStep::Attribute(name.to_string()),
        Step::Index(key) => PathStep::Index(index_key(key.unmarked())),
    };
    AttrPath(path.steps().iter().map(step).collect())
}

fn index_key(key: &Value) -> IndexKey {
    match key.view() {
        View::Number(number) => IndexKey::Number(number.to_string()),
        View::String(text) => IndexKey::String(text.to_owned()),
        _ => {
            let (plain, _) = key.unmark_deep();
            let plain = plain.unknown_as_null();
            IndexKey::Other {
                value: json::encode(&plain, plain.ty()).unwrap_or_else(|_| "null".to_owned()),
                kind: json::encode_type(plain.ty()),
            }
        }
    }
}

/// The path that the state has written. Nothing where it is a path into no value of ours.
#[must_use]
pub fn path_of(path: &AttrPath) -> Option<Path> {
    let step = |step: &PathStep| match step {
        PathStep::Attribute(name) => Some(Step::GetAttr(name.as_str().into())),
        PathStep::Index(IndexKey::String(key)) => Some(Step::Index(Value::string(key))),
        PathStep::Index(IndexKey::Number(n)) => {
            Some(Step::Index(Value::number(Number::parse(n).ok()?)))
        }
        PathStep::Index(IndexKey::Other { value, kind }) => {
            let key = json::decode(value, json::decode_type(kind).ok()?).ok()?;
            Some(Step::Index(key))
        }
    };
    path.0.iter().map(step).collect()
}

#[cfg(test)]
mod tests;
