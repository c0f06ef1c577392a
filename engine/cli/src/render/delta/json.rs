//! JSON in strings.

use wb_core::json::decode_implied;
use wb_core::value::{Value, View};

/// The value of a string that is a JSON object or array; policies and templates mostly are.
pub(crate) fn json_in(text: &str) -> Option<Value> {
    let bare = text.trim_start();
    if !bare.starts_with(['{', '[']) {
        return None;
    }
    let value = decode_implied(text).ok()?;
    let is_empty = match value.view() {
        View::Object(object) => object.is_empty(),
        View::Tuple(elements) => elements.is_empty(),
        _ => return None,
    };
    // Two brackets are easier to read as they are.
    (!is_empty).then_some(value)
}
