//! Objects and outputs of a state as values to show.
//!
//! What is to be shown is read with the schema of its type. Where there is none, or the object cannot be read with it, its text is taken
//! as it is, and every attribute in which something is sensitive is hidden as a whole: nothing stops a look at the state.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use wb_core::addr::{Mode, Provider, ResourceAddr};
use wb_core::json::{decode, decode_implied};
use wb_core::marks::Marks;
use wb_core::path::Path;
use wb_core::provider::Catalog;
use wb_core::ty::Type;
use wb_core::value::{PathMarks, Value};
use wb_plan::object::{self, decode_data, decode_output};
use wb_state::{Attributes, Object, Output, PathStep, RawJson};

/// The value of an object, with what is sensitive in it marked, and the version of the schema that it is of.
pub(crate) fn object(
    catalog: &Catalog,
    provider: &Provider,
    resource: &ResourceAddr,
    object: &Object,
) -> (Value, u64) {
    let now = match resource.mode {
        Mode::Managed => catalog.resource(provider, &resource.kind).and_then(|logic| {
            Some((object::decode(object, &*logic).ok()?, logic.schema().version))
        }),
        Mode::Data | Mode::Ephemeral => catalog.data(provider, &resource.kind).and_then(|logic| {
            Some((decode_data(object, logic.schema()).ok()?, logic.schema().version))
        }),
    };
    now.unwrap_or_else(|| (as_it_is(object), object.schema_version))
}

fn as_it_is(object: &Object) -> Value {
    let value = match &object.attributes {
        Attributes::Json(json) => parts_of(json).unwrap_or_else(|| implied(json)),
        Attributes::Flat(map) => {
            Value::object(map.iter().map(|(name, text)| (name, Value::string(text))))
        }
    };
    let hide = |name: &String| PathMarks { path: Path::new().attr(name), marks: Marks::SENSITIVE };
    let first = object.sensitive.iter().map(|path| path.0.first());
    let marks: Vec<PathMarks> = first
        .filter_map(|step| match step {
            Some(PathStep::Attribute(name)) => Some(hide(name)),
            _ => None,
        })
        .collect();
    value.apply_marks_at_paths(&marks)
}

/// The attributes of an object each by itself. One whose type was left open stands with its type beside it.
fn parts_of(json: &RawJson) -> Option<Value> {
    let parts: BTreeMap<String, &RawValue> = serde_json::from_str(json.text()).ok()?;
    let value = |text: &str| decode(text, Type::DYNAMIC).or_else(|_| decode_implied(text)).ok();
    let parts = parts.iter().map(|(name, raw)| Some((name, value(raw.get())?)));
    Some(Value::object(parts.collect::<Option<Vec<_>>>()?))
}

/// The value of an output, marked where it is sensitive.
pub(crate) fn output(output: &Output) -> Value {
    let value = decode_output(output).unwrap_or_else(|_| implied(&output.value));
    if output.sensitive { value.with_marks(&Marks::SENSITIVE) } else { value }
}

/// A state file was read, so its JSON is valid; only what nests too deep for values has none.
fn implied(json: &RawJson) -> Value {
    decode_implied(json.text()).unwrap_or_else(|_| Value::null(Type::DYNAMIC))
}

#[cfg(test)]
mod tests {
    use wb_state::AttrPath;

    use super::*;
    use crate::testing;

    #[test]
    fn what_cannot_be_read_is_shown_without_its_secrets() {
        let (sensitive, _) = AttrPath::read_list(
            r#"[[{"type":"get_attr","value":"a"},{"type":"index","value":{"value":1,"type":"number"}}]]"#,
        );
        let stored = Object {
            attributes: Attributes::Json(
                RawJson::new(r#"{"a":["x","y"],"b":{"value":1,"type":"number"}}"#).unwrap(),
            ),
            schema_version: 9,
            sensitive,
            ..Object::default()
        };
        let resource = ResourceAddr::managed("terraform_data", "a");
        let (value, version) =
            object(&testing::catalog(), &testing::provider(), &resource, &stored);
        let (_, marks) = value.unmark_deep_with_paths();
        assert_eq!((marks.len(), version), (1, 9));
        assert_eq!(marks[0].path, Path::new().attr("a"));
        assert_eq!(value.attribute("b"), Some(&Value::int(1)));
    }
}
