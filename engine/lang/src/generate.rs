//! Configuration for objects that exist already: a resource block that, planned, changes nothing.

use wb_core::addr::ResourceAddr;
use wb_core::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Shape};
use wb_core::source::FileId;
use wb_core::value::{Value, View};
use wb_hcl::{SourceText, escape_string, is_identifier};

use crate::express;

/// A resource block, and what it is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Generated {
    /// The block's text, laid out.
    pub text: String,
    /// What decoding the block gives.
    pub config: Value,
}

/// Writes the block of an object. What only the provider sets is left out, and so is what is secret: a comment stands in its
/// place. The object is wholly known and unmarked.
#[must_use]
pub fn resource(
    addr: &ResourceAddr,
    provider: Option<&str>,
    block: &Block,
    object: &Value,
) -> Generated {
    let mut text = format!("resource \"{}\" \"{}\" {{\n", addr.kind, addr.name);
    if let Some(provider) = provider {
        text.push_str(&format!("provider = {provider}\n"));
    }
    let config = write_block(block, object, true, &mut text);
    text.push_str("}\n");
    let source = SourceText::from(text.as_str());
    let laid_out = wb_hcl::format(FileId::from_index(0), &source).ok();
    let text = laid_out.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(text);
    Generated { text, config }
}

/// Writes what is in a block. Gives the configuration's value.
fn write_block(block: &Block, object: &Value, is_root: bool, out: &mut String) -> Value {
    let mut config = write_attributes(block.attributes(), object, is_root, out);
    for nested in block.blocks() {
        let Some(value) = object.attribute(&nested.name) else { continue };
        config.push((nested.name.as_ref(), write_blocks(nested, value, out)));
    }
    Value::object(config)
}

/// What becomes of an attribute.
enum Written {
    Value,
    Secret,
    Nothing,
}

fn written(attribute: &Attribute, value: &Value, is_root: bool) -> Written {
    // An id that may be given as well is one that the provider made.
    let is_id = is_root && attribute.name == "id" && attribute.settable.computed;
    let is_old = attribute.deprecated.is_some() && value.is_null();
    if !attribute.settable.by_user() || is_id || is_old || attribute.refused.is_some() {
        Written::Nothing
    } else if attribute.sensitive || attribute.write_only {
        Written::Secret
    } else {
        Written::Value
    }
}

fn write_attribute(attribute: &Attribute, value: &Value, out: &mut String) -> Value {
    match &attribute.shape {
        Shape::Plain(_) => {
            out.push_str(&express::raw(value));
            value.clone()
        }
        Shape::Nested(nested) => write_nested(nested, value, out),
    }
}

/// Writes an attribute that has attributes of its own.
fn write_nested(nested: &NestedAttributes, value: &Value, out: &mut String) -> Value {
    let object = |value: &Value, out: &mut String| {
        if value.is_null() {
            out.push_str("null");
            return value.clone();
        }
        out.push_str("{\n");
        let kept = Value::object(write_attributes(nested.attributes(), value, false, out));
        out.push('}');
        kept
    };
    match value.view() {
        View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
            out.push('[');
            let mut kept = Vec::with_capacity(elements.len());
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                kept.push(object(element, out));
            }
            out.push(']');
            collected(value, kept)
        }
        View::Map(map) => {
            out.push_str("{\n");
            let mut kept = Vec::new();
            for (key, element) in map.iter() {
                let key_text = escape_string(key);
                match is_identifier(key) {
                    true => out.push_str(&format!("{key} = ")),
                    false => out.push_str(&format!("\"{key_text}\" = ")),
                }
                kept.push((key, object(element, out)));
                out.push('\n');
            }
            out.push('}');
            Value::map(value.ty().element().unwrap_or(nested.object_type()), kept)
        }
        _ => object(value, out),
    }
}

/// Writes those attributes of an object that belong into a configuration. Gives all with their values there.
fn write_attributes<'s>(
    attributes: &'s [Attribute],
    object: &Value,
    is_root: bool,
    out: &mut String,
) -> Vec<(&'s str, Value)> {
    let members = attributes.iter().filter_map(|attribute| {
        let value = object.attribute(&attribute.name)?;
        let kept = match written(attribute, value, is_root) {
            Written::Value => {
                out.push_str(&format!("{} = ", attribute.name));
                let kept = write_attribute(attribute, value, out);
                out.push('\n');
                kept
            }
            Written::Secret => {
                out.push_str(&format!("{} = null # sensitive\n", attribute.name));
                Value::null(value.ty())
            }
            Written::Nothing => Value::null(value.ty()),
        };
        Some((attribute.name.as_ref(), kept))
    });
    members.collect()
}

/// Writes all blocks of one type.
fn write_blocks(nested: &NestedBlock, value: &Value, out: &mut String) -> Value {
    let block = |label: Option<&str>, value: &Value, out: &mut String| {
        let label = label.map(|l| format!(" \"{}\"", escape_string(l))).unwrap_or_default();
        out.push_str(&format!("{}{label} {{\n", nested.name));
        let kept = write_block(&nested.block, value, false, out);
        out.push_str("}\n");
        kept
    };
    if value.is_null() {
        return value.clone();
    }
    match (nested.nesting, value.view()) {
        (_, View::List(elements) | View::Set(elements) | View::Tuple(elements)) => {
            let kept = elements.iter().map(|element| block(None, element, out)).collect();
            collected(value, kept)
        }
        (Nesting::Map, View::Map(map)) => {
            let kept: Vec<_> =
                map.iter().map(|(key, element)| (key, block(Some(key), element, out))).collect();
            Value::map(value.ty().element().unwrap_or(nested.block.ty()), kept)
        }
        (Nesting::Map, View::Object(object)) => Value::object(
            object.iter().map(|(key, v)| (key, block(Some(key), v, out))).collect::<Vec<_>>(),
        ),
        // A group is there even where nobody wrote it.
        (Nesting::Group, _) if *value == nested.empty_value() => value.clone(),
        _ => block(None, value, out),
    }
}

/// Elements in the kind of collection that they came from.
fn collected(from: &Value, elements: Vec<Value>) -> Value {
    let element = from.ty().element();
    match (from.view(), element) {
        (View::List(_), Some(element)) => Value::list(element, elements),
        (View::Set(_), Some(element)) => Value::set(element, elements),
        _ => Value::tuple(elements),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use wb_core::schema::Settable;
    use wb_core::ty::Type;

    use super::*;

    #[test]
    fn what_the_user_may_set_is_written_and_no_secret() {
        let part = NestedAttributes::new(
            Nesting::List,
            vec![
                Attribute::new("made", Type::STRING, Settable::COMPUTED),
                Attribute::new("size", Type::NUMBER, Settable::REQUIRED),
            ],
        );
        let rule =
            Block::new(vec![Attribute::new("port", Type::NUMBER, Settable::REQUIRED)], Vec::new());
        let block = Block::new(
            vec![
                Attribute::new("id", Type::STRING, Settable::OPTIONAL_COMPUTED),
                Attribute::new("name", Type::STRING, Settable::REQUIRED),
                Attribute::new("pw", Type::STRING, Settable::OPTIONAL).sensitive(),
                Attribute::new("tags", Type::map(Type::STRING), Settable::OPTIONAL),
                Attribute::nested("parts", part, Settable::OPTIONAL),
            ],
            vec![NestedBlock::new("rule", Nesting::List, rule)],
        );
        let part = Value::object([("made", "m".into()), ("size", Value::int(1))]);
        let rules = [1, 2].map(|port| Value::object([("port", Value::int(port))]));
        let object = Value::object([
            ("id", "i-1".into()),
            ("name", "${n}".into()),
            ("pw", "s3cret".into()),
            ("tags", Value::null(Type::map(Type::STRING))),
            ("parts", Value::list(part.ty(), [part])),
            ("rule", Value::list(rules[0].ty(), rules)),
        ]);
        let addr = ResourceAddr::managed("cloud_thing", "a");
        let made = resource(&addr, Some("cloud.west"), &block, &object);
        expect![[r#"
            resource "cloud_thing" "a" {
              provider = cloud.west
              name     = "$${n}"
              parts = [{
                size = 1
              }]
              pw   = null # sensitive
              tags = null
              rule {
                port = 1
              }
              rule {
                port = 2
              }
            }
        "#]]
        .assert_eq(&made.text);
        assert!(made.config.ty().conforms_to(block.ty()));
        assert!(!format!("{:?}", made.config).contains("s3cret"));
        assert!(made.config.attribute("id").is_some_and(Value::is_null));
    }
}
