//! Values written as expressions: what reads the text again gets the value.
//!
//! Objects and maps take a line an attribute, sequences one line, as Terraform writes what it generates.

use std::fmt::Write as _;

use wb_core::source::FileId;
use wb_core::value::{Value, View};
use wb_hcl::{SourceText, escape_string, is_identifier};

/// A value as an expression. It is wholly known; marks are left out, which whoever calls has thought about.
#[must_use]
pub fn expression(value: &Value) -> String {
    let text = laid_out(format!("v = {}", raw(value)));
    let text = text.strip_prefix("v = ").unwrap_or(&text);
    text.trim_end_matches('\n').to_owned()
}

/// Values by name as the lines of a file that assigns them, in their order.
#[must_use]
pub fn assignments<'a>(values: impl IntoIterator<Item = (&'a str, &'a Value)>) -> String {
    let mut text = String::new();
    for (name, value) in values {
        text.push_str(name);
        text.push_str(" = ");
        write_value(value, &mut text);
        text.push('\n');
    }
    laid_out(text)
}

/// The same without the layout of a file, for whoever lays out more than this.
#[must_use]
pub fn raw(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, &mut text);
    text
}

/// What is written here is read without errors, so that there is always a layout.
fn laid_out(text: String) -> String {
    let source = SourceText::from(text.as_str());
    let bytes = wb_hcl::format(FileId::from_index(0), &source).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(text)
}

fn write_value(value: &Value, out: &mut String) {
    match value.unmarked().view() {
        // Writing to a string cannot fail.
        View::Bool(value) => drop(write!(out, "{value}")),
        View::Number(number) => drop(write!(out, "{number}")),
        View::String(text) => quote(text, out),
        View::Tuple(elements) | View::List(elements) | View::Set(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                write_value(element, out);
            }
            out.push(']');
        }
        View::Map(map) => write_mapping(map.iter(), out),
        View::Object(object) => write_mapping(object.iter(), out),
        View::Null(_) | View::Unknown(_) | View::Marked(..) => out.push_str("null"),
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(&escape_string(text));
    out.push('"');
}

fn write_mapping<'n, 'v>(
    entries: impl ExactSizeIterator<Item = (&'n str, &'v Value)>,
    out: &mut String,
) {
    if entries.len() == 0 {
        out.push_str("{}");
        return;
    }
    out.push_str("{\n");
    for (name, value) in entries {
        if is_identifier(name) {
            out.push_str(name);
        } else {
            quote(name, out);
        }
        out.push_str(" = ");
        write_value(value, out);
        out.push('\n');
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn values_are_laid_out_as_terraform_lays_them_out() {
        let object = |entries: Vec<(&'static str, Value)>| Value::object(entries);
        let inner = object(vec![("q", Value::tuple(Vec::new()))]);
        let value = object(vec![
            ("a", Value::int(1)),
            ("b c", Value::tuple(vec![Value::bool(true), inner, Value::object([("m", 1.into())])])),
            ("longer", "x\n${y}\"".into()),
            ("n", object(vec![("m", object(Vec::new()))])),
        ]);
        expect![[r#"
            {
              a = 1
              "b c" = [true, {
                q = []
                }, {
                m = 1
              }]
              longer = "x\n$${y}\""
              n = {
                m = {}
              }
            }"#]]
        .assert_eq(&expression(&value));
        expect![[r#"
            a  = 1
            bc = null
        "#]]
        .assert_eq(&assignments([
            ("a", &Value::int(1)),
            ("bc", &Value::null(wb_core::ty::Type::STRING)),
        ]));
        assert_eq!(expression(&Value::tuple(vec![1.into(), "a".into()])), r#"[1, "a"]"#);
    }
}
