//! Values as MessagePack, in the form of Terraform's plugin protocol and of plan files.
//!
//! A value is written for a type and read back with the same one. Where that says `dynamic`, a pair stands: the type,
//! as JSON, and the value. Numbers are integers or floats where those say exactly the same, else decimal text. Unknown
//! values are extensions: type 0 with one byte for "nothing is known", type 12 with a map of what is. There is no
//! form for marks.
//!
//! Sources: the plugin protocol's "wire format" document, and cty's own codec for the refinements.

mod decode;
mod encode;
mod implied;
mod read;
mod unknown;
mod write;

use std::fmt;

use crate::path::{Path, Step};

pub use self::decode::decode;
pub use self::encode::{encode, encode_into};
pub use self::implied::implied_type;

/// The extension type of an unknown value of which something is known.
const REFINED: u8 = 12;
/// The most bytes that a description of an unknown value may take.
const REFINEMENT_LIMIT: usize = 1_024;

/// Why MessagePack could not be read or written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MsgpackError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong there, as the end of a sentence.
    pub message: String,
}

impl MsgpackError {
    fn new(message: impl Into<String>) -> Self {
        Self { path: Path::new(), message: message.into() }
    }

    fn under(mut self, step: impl FnOnce() -> Step) -> Self {
        let inner = std::mem::take(&mut self.path);
        self.path.push(step());
        self.path = self.path.join(&inner);
        self
    }
}

impl fmt::Display for MsgpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for MsgpackError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;
    use crate::ty::Type;
    use crate::value::Value;

    fn hex(value: &Value, ty: Type) -> String {
        let bytes = encode(value, ty).unwrap();
        assert_eq!(decode(&bytes, ty).as_ref(), Ok(value), "{bytes:02x?}");
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn numbers_take_the_form_that_says_the_same() {
        let number = |text: &str| hex(&Value::number(Number::parse(text).unwrap()), Type::NUMBER);
        assert_eq!(number("5"), "05");
        assert_eq!(number("-32"), "e0");
        assert_eq!(number("-33"), "d0df");
        assert_eq!(number("200"), "ccc8");
        assert_eq!(number("-200"), "d1ff38");
        assert_eq!(number("65536"), "ce00010000");
        assert_eq!(number("-9223372036854775808"), "d38000000000000000");
        assert_eq!(number("0.5"), "cb3fe0000000000000");
        assert_eq!(number("0.1"), "a3302e31");
        assert_eq!(number("18446744073709551616"), "b43138343436373434303733373039353531363136");
        assert_eq!(number("-Inf"), "cbfff0000000000000");
    }

    #[test]
    fn unknown_values_say_what_is_known() {
        let unknown = Value::unknown(Type::STRING);
        assert_eq!(hex(&unknown, Type::STRING), "d40000");
        assert_eq!(hex(&unknown.refine_not_null(), Type::STRING), "c7030c8101c2");
        let prefixed = unknown.refine().exact_prefix("a-").build().unwrap();
        assert_eq!(hex(&prefixed, Type::STRING), "c7050c8102a2612d");
        let number = Value::unknown(Type::NUMBER).refine().number_min(1, false).build().unwrap();
        assert_eq!(hex(&number, Type::NUMBER), "c7050c81039201c2");
        let list = Type::list(Type::BOOL);
        let short = Value::unknown(list).refine().length_max(7).build().unwrap();
        assert_eq!(hex(&short, list), "c7030c810607");
    }

    #[test]
    fn structures_and_open_types() {
        let value = Value::object([
            ("a", Value::tuple([Value::TRUE, Value::null(Type::STRING)])),
            ("b", Value::map(Type::STRING, [("k", Value::from("v"))])),
        ]);
        assert_eq!(hex(&value, value.ty()), "82a16192c3c0a16281a16ba176");
        let open = Type::object([("a", Type::DYNAMIC), ("b", Type::map(Type::STRING))]);
        assert!(hex(&value, open).starts_with("82a16192c41b5b227475706c65222c5b22"));
        assert_eq!(hex(&Value::DYNAMIC, Type::DYNAMIC), "d40000");
    }

    #[test]
    fn broken_bytes_are_refused() {
        let list = Type::list(Type::STRING);
        let cases: [(&[u8], Type, &str); 7] = [
            (&[], list, "unexpected end of msgpack input"),
            (&[0xdd, 0xff, 0xff, 0xff, 0xff], list, "unexpected end of msgpack input"),
            (&[0x91, 0x05], list, "string is required"),
            (&[0xc0, 0xc0], list, "extra bytes after msgpack value"),
            (&[0xc7, 3, 9, 0, 0, 0], list, "unsupported extension type 0x09 with len 3"),
            (
                &[0xc7, 3, 12, 0x81, 2, 0xa0],
                list,
                "refinement for a value of another type than list(string)",
            ),
            (&[0xa1, 0xff], Type::STRING, "string is not valid UTF-8"),
        ];
        for (bytes, ty, message) in cases {
            let error = decode(bytes, ty).unwrap_err().to_string();
            assert!(error.ends_with(message), "{error}");
        }
        let contradiction = [0xc7, 5, 12, 0x82, 5, 3, 6, 2];
        assert!(decode(&contradiction, list).is_err());
    }

    #[test]
    fn long_prefixes_are_cut() {
        let prefix = "a".repeat(300);
        let unknown = Value::unknown(Type::STRING).refine().exact_prefix(&prefix).build().unwrap();
        let back = decode(&encode(&unknown, Type::STRING).unwrap(), Type::STRING).unwrap();
        let expected = Value::unknown(Type::STRING).refine().exact_prefix(&prefix[..254]).build();
        assert_eq!(Ok(back), expected);
    }
}
