//! Objects and outputs of a state as values.
//!
//! A state keeps attributes as the text of its file. What is to be shown is read with the schema of its type; where there is none, or
//! the object is of another version of it, the text says enough by itself.

use wb_core::addr::{Mode, ProviderConfig, ResourceAddr};
use wb_core::json::{decode, decode_implied, decode_type};
use wb_core::marks::Marks;
use wb_core::path::{Path, Step};
use wb_core::provider::Catalog;
use wb_core::schema::{Block, SensitivePaths};
use wb_core::ty::Type;
use wb_core::value::{PathMarks, Value};
use wb_state::{AttrPath, Attributes, IndexKey, Object, Output, PathStep, RawJson};

/// The value of an object, with what is sensitive in it marked: by the state, and by the schema, where one is given.
pub(crate) fn object(object: &Object, schema: Option<&Block>) -> Value {
    let value = match &object.attributes {
        Attributes::Json(json) => {
            let by_schema = schema.and_then(|block| decode(json.text(), block.ty()).ok());
            by_schema.unwrap_or_else(|| implied(json))
        }
        Attributes::Flat(map) => {
            Value::object(map.iter().map(|(name, text)| (name, Value::string(text))))
        }
    };
    let mut marks: Vec<PathMarks> = object
        .sensitive
        .iter()
        .map(|path| PathMarks { path: path_of(path), marks: Marks::SENSITIVE })
        .collect();
    if let Some(block) = schema {
        marks.extend(block.sensitive_paths(&value));
    }
    if marks.is_empty() { value } else { value.apply_marks_at_paths(&marks) }
}

/// Calls `with` with the schema of a resource's type, if the catalog has it.
pub(crate) fn with_schema<T>(
    catalog: &Catalog,
    provider: &ProviderConfig,
    resource: &ResourceAddr,
    with: impl FnOnce(Option<&Block>) -> T,
) -> T {
    let logic = match resource.mode {
        Mode::Managed => {
            let logic = catalog.resource(&provider.provider, &resource.kind);
            return with(logic.as_ref().map(|logic| &logic.schema().block));
        }
        Mode::Data => catalog.data(&provider.provider, &resource.kind),
        Mode::Ephemeral => catalog.ephemeral(&provider.provider, &resource.kind),
    };
    with(logic.as_ref().map(|logic| &logic.schema().block))
}

/// The value of an output, marked where it is sensitive.
pub(crate) fn output(output: &Output) -> Value {
    let value = decode_type(output.kind.text())
        .ok()
        .and_then(|ty| decode(output.value.text(), ty).ok())
        .unwrap_or_else(|| implied(&output.value));
    if output.sensitive { value.with_marks(&Marks::SENSITIVE) } else { value }
}

/// A state file was read, so its JSON is valid; only what nests too deep for values has none.
fn implied(json: &RawJson) -> Value {
    decode_implied(json.text()).unwrap_or_else(|_| Value::null(Type::DYNAMIC))
}

fn path_of(path: &AttrPath) -> Path {
    let mut found = Path::new();
    for step in &path.0 {
        match step {
            PathStep::Attribute(name) => found.push_attr(name),
            PathStep::Index(IndexKey::String(key)) => found.push_key(key),
            PathStep::Index(IndexKey::Number(number)) => {
                if let Ok(number) = wb_core::number::Number::parse(number) {
                    found.push(Step::Index(Value::number(number)));
                }
            }
            PathStep::Index(IndexKey::Other { value, kind }) => {
                let key = decode_type(kind).ok().and_then(|ty| decode(value, ty).ok());
                found.push(Step::Index(key.unwrap_or(Value::DYNAMIC)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_parts_are_marked_at_any_depth() {
        let (paths, _) = AttrPath::read_list(
            r#"[[{"type":"get_attr","value":"a"},{"type":"index","value":{"value":1,"type":"number"}}]]"#,
        );
        let stored = Object {
            attributes: Attributes::Json(RawJson::new(r#"{"a":["x","y"],"b":1}"#).unwrap()),
            sensitive: paths,
            ..Object::default()
        };
        let value = object(&stored, None);
        let (_, marks) = value.unmark_deep_with_paths();
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].path, Path::new().attr("a").index(Value::int(1)));
    }
}
