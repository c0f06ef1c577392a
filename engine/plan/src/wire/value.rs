//! Values with everything: their type, what is unknown in them, and their marks.
//!
//! MessagePack has no form for marks, so they stand beside the value, each with its place.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wb_core::json::{decode_type, encode_type};
use wb_core::marks::{Mark, Marks};
use wb_core::msgpack;
use wb_core::value::{PathMarks, Value};
use wb_state::AttrPath;

use crate::object::{attr_path, path_of};

#[derive(Serialize, Deserialize)]
pub(crate) struct Wire {
    #[serde(rename = "type")]
    ty: String,
    #[serde(with = "super::bytes")]
    value: Vec<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<Place>,
}

#[derive(Serialize, Deserialize)]
struct Place {
    at: AttrPath,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sensitive: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ephemeral: bool,
    /// What is deprecated, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deprecated: Vec<(String, String)>,
}

impl Wire {
    fn new(value: &Value) -> Result<Self, String> {
        let (plain, marks) = value.unmark_deep_with_paths();
        let bytes = msgpack::encode(&plain, plain.ty()).map_err(|e| e.to_string())?;
        let place = |PathMarks { path, marks }: &PathMarks| Place {
            at: attr_path(path),
            sensitive: marks.is_sensitive(),
            ephemeral: marks.is_ephemeral(),
            deprecated: marks
                .iter()
                .filter_map(|mark| match mark {
                    Mark::Deprecated(d) => Some((d.subject.to_string(), d.message.to_string())),
                    Mark::Sensitive | Mark::Ephemeral => None,
                })
                .collect(),
        };
        let marks = marks.iter().map(place).collect();
        Ok(Self { ty: encode_type(plain.ty()), value: bytes, marks })
    }

    fn read(self) -> Result<Value, String> {
        let ty = decode_type(&self.ty).map_err(|e| e.to_string())?;
        let value = msgpack::decode(&self.value, ty).map_err(|e| e.to_string())?;
        let marks = self.marks.into_iter().map(|place| {
            let path = path_of(&place.at).ok_or("a mark is at no place")?;
            let mut marks = Marks::NONE;
            if place.sensitive {
                marks = marks.union(&Marks::SENSITIVE);
            }
            if place.ephemeral {
                marks = marks.union(&Marks::EPHEMERAL);
            }
            for (subject, message) in place.deprecated {
                marks = marks.union(&Marks::deprecated(subject, message));
            }
            Ok(PathMarks { path, marks })
        });
        let marks = marks.collect::<Result<Vec<_>, String>>()?;
        if marks.is_empty() {
            return Ok(value);
        }
        let value = value.apply_marks_at_paths(&marks);
        // A place that the value does not have would be passed over, and what is secret shown.
        let (_, found) = value.unmark_deep_with_paths();
        if found.len() != marks.len() {
            return Err("a mark is at no place of the value".to_owned());
        }
        Ok(value)
    }
}

pub(crate) fn serialize<S: Serializer>(value: &Value, s: S) -> Result<S::Ok, S::Error> {
    Wire::new(value).map_err(S::Error::custom)?.serialize(s)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Value, D::Error> {
    Wire::deserialize(d)?.read().map_err(D::Error::custom)
}

/// One that may be absent.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Value, Wire};
    use serde::de::Error as _;
    use serde::ser::Error as _;

    pub(crate) fn serialize<S: Serializer>(value: &Option<Value>, s: S) -> Result<S::Ok, S::Error> {
        let wire = value.as_ref().map(Wire::new).transpose();
        wire.map_err(S::Error::custom)?.serialize(s)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Value>, D::Error> {
        let wire = Option::<Wire>::deserialize(d)?;
        wire.map(Wire::read).transpose().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_core::path::Path;
    use wb_core::ty::Type;

    #[test]
    fn nothing_of_a_value_is_lost() {
        let secret = Value::from("s").with_marks(&Marks::SENSITIVE);
        let old = Value::from(1).with_marks(&Marks::deprecated("module.a.output.x", "use y"));
        let unknown = Value::unknown(Type::STRING).refine().exact_prefix("id-").build().unwrap();
        let values = [
            Value::DYNAMIC,
            Value::null(Type::DYNAMIC),
            Value::object([("a", secret.clone()), ("b", old), ("c", unknown)]),
            Value::map(Type::STRING, [("k", secret)]),
            Value::set(Type::list(Type::BOOL), [Value::list(Type::BOOL, [Value::TRUE])])
                .with_marks(&Marks::SENSITIVE.union(&Marks::EPHEMERAL)),
            Value::unknown(Type::list(Type::STRING)).with_marks(&Marks::SENSITIVE),
        ];
        for value in values {
            assert_eq!(Wire::new(&value).unwrap().read(), Ok(value));
        }
    }

    #[test]
    fn what_is_no_value_is_an_error() {
        let wire = |ty: &str, bytes: &[u8]| {
            Wire { ty: ty.to_owned(), value: bytes.to_vec(), marks: Vec::new() }.read()
        };
        assert!(wire("\"nothing\"", &[0xc0]).is_err());
        assert!(wire("\"string\"", &[0x05]).is_err());
        let mut marked = Wire::new(&Value::from("s").with_marks(&Marks::SENSITIVE)).unwrap();
        marked.marks[0].at = attr_path(&Path::new().attr("a"));
        assert!(marked.read().is_err(), "a mark must not be lost");
    }
}
