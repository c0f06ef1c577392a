//! Values and types as JSON, in the forms of state files, plans and `jsonencode`.
//!
//! A value is written for a type and read back with the same one. Where that says `dynamic`, the value stands with its
//! own type beside it: `{"value": ..., "type": ...}`. Numbers are read from their digits at 512 bits and
//! written as their shortest digits, never through a float. There is no form for unknown or marked values.
//!
//! Reading is one pass over borrowed text and counts depth itself.

mod decode;
mod encode;
mod implied;
mod read;
mod types;

use std::fmt;

use crate::path::{Path, Step};

pub use self::decode::decode;
pub use self::encode::{Escape, encode, encode_into, encode_string};
pub use self::implied::{decode_implied, implied_type};
pub use self::types::{decode_type, encode_type, encode_type_into};

/// Why JSON could not be read or written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    pub kind: JsonErrorKind,
    /// Where in the value.
    pub path: Path,
    /// Where in the text, in bytes, where it is the text that is at fault.
    pub offset: Option<usize>,
    /// What is wrong there, as the end of a sentence.
    pub message: String,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonErrorKind {
    /// The text is not JSON.
    Syntax,
    /// It nests deeper than [`crate::ty::MAX_DEPTH`].
    TooDeep,
    /// It is JSON, but not a value of the wanted type.
    Type,
    /// The value has no JSON form.
    Unwritable,
}

impl JsonError {
    fn new(kind: JsonErrorKind, message: impl Into<String>) -> Self {
        Self { kind, path: Path::new(), offset: None, message: message.into() }
    }

    fn of_type(message: impl Into<String>) -> Self {
        Self::new(JsonErrorKind::Type, message)
    }

    fn syntax(offset: usize, message: impl Into<String>) -> Self {
        Self { offset: Some(offset), ..Self::new(JsonErrorKind::Syntax, message) }
    }

    /// The same error seen from further out.
    fn under(mut self, step: impl FnOnce() -> Step) -> Self {
        let inner = std::mem::take(&mut self.path);
        self.path.push(step());
        self.path = self.path.join(&inner);
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;
    use crate::ty::Type;
    use crate::value::Value;

    fn why(result: Result<Value, JsonError>) -> String {
        let error = result.unwrap_err();
        format!("{}: {}", error.path, error.message)
    }

    #[test]
    fn values_are_read_as_written() {
        let ty = Type::object([
            ("any", Type::DYNAMIC),
            ("list", Type::list(Type::STRING)),
            ("map", Type::map(Type::NUMBER)),
            ("set", Type::set(Type::BOOL)),
        ]);
        let text = concat!(
            r#"{"any":{"value":["\u003ca\u0026\u2028\u0001\b\"é",null],"type":["tuple",["string","dynamic"]]},"#,
            r#""list":["x",null],"map":{"":0.1,"k":12345678901234567890123},"set":[false,true]}"#
        );
        let value = decode(text, ty).unwrap();
        assert_eq!(encode(&value, ty).unwrap(), text);
        let any = decode(r#"{"type":"bool","value":"1"}"#, Type::DYNAMIC);
        assert_eq!(any, Ok(Value::TRUE));
    }

    #[test]
    fn escapes_can_be_left_out() {
        let mut out = String::new();
        encode_string("<&>\u{7f}", Escape::Minimal, &mut out);
        assert_eq!(out, "\"<&>\u{7f}\"");
    }

    #[test]
    fn what_json_cannot_say_is_refused_with_its_place() {
        let write = |value: Value| {
            let e = encode(&value, value.ty()).unwrap_err();
            format!("{}: {}", e.path, e.message)
        };
        let secret = Value::from(1).with_marks(&Marks::SENSITIVE);
        let infinite = Value::number(crate::number::Number::infinity(false));
        let at_a = |value| Value::object([("a", Value::tuple([value]))]);
        assert_eq!(write(at_a(Value::unknown(Type::BOOL))), ".a[0]: value is not known");
        assert!(write(at_a(secret)).starts_with(".a[0]: value has marks"));
        assert!(write(at_a(infinite)).ends_with("infinity as JSON"));
    }

    #[test]
    fn missing_attributes_are_null_and_unknown_ones_refused() {
        let ty = Type::object([("a", Type::STRING), ("b", Type::list(Type::BOOL))]);
        let expected =
            Value::object([("a", Value::from("5")), ("b", Value::null(Type::list(Type::BOOL)))]);
        assert_eq!(decode(r#" {"a": 5} "#, ty), Ok(expected));
        assert_eq!(why(decode(r#"{"c": 5}"#, ty)), ": unsupported attribute \"c\"");
        assert_eq!(why(decode(r#"{"b": [true, 1]}"#, ty)), ".b[1]: bool is required");
        assert_eq!(why(decode(r#"{"b": {}}"#, ty)), ".b: missing expected [");
    }

    #[test]
    fn faults_in_the_text_are_placed_and_named() {
        let faults = [
            ("[}", 1, "invalid character '}' looking for beginning of value"),
            ("{true: null}", 1, "invalid character 't'"),
            ("{}boop", 2, "extraneous data after JSON object"),
            ("[1 2]", 3, "invalid character '2' after array element"),
            (r#"{"a" 1}"#, 5, "invalid character '1' after object key"),
            (r#"{"a":1,}"#, 7, "invalid character '}' looking for beginning of object key string"),
            ("trux", 3, "invalid character 'x' in literal true (expecting 'e')"),
            ("\"\n\"", 1, "invalid character '\\n' in string literal"),
            (r#""\x""#, 2, "invalid character 'x' in string escape code"),
            ("1.x", 2, "invalid character 'x' after decimal point in numeric literal"),
            ("[1,2", 4, "unexpected end of JSON input"),
            ("é", 0, "invalid character 'é' looking for beginning of value"),
        ];
        for (text, offset, message) in faults {
            let error = decode_implied(text).unwrap_err();
            assert_eq!((error.offset, error.message.as_str()), (Some(offset), message), "{text}");
        }
        let repeated = decode_implied(r#"{"a": 1, "b": 2, "a": "x"}"#).unwrap_err();
        assert_eq!(repeated.message, "duplicate \"a\" property in JSON object");
    }

    #[test]
    fn halves_of_characters_join_or_are_replaced() {
        let read = |text: &str| decode_implied(text).unwrap();
        assert_eq!(read(r#""\ud83e\udd37""#), Value::from("\u{1f937}"));
        assert_eq!(read(r#""\ud83ex\udd37""#), Value::from("\u{fffd}x\u{fffd}"));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        let read = |n| {
            let thread = std::thread::Builder::new().stack_size(64 << 20);
            thread.spawn(move || decode_implied(&nested(n)).map(drop)).unwrap().join().unwrap()
        };
        assert_eq!(read(2_000), Ok(()));
        let error = read(2_001).unwrap_err();
        assert_eq!(error.kind, JsonErrorKind::TooDeep);
        assert_eq!(read(1_000_000).unwrap_err().offset, error.offset);
    }
}
