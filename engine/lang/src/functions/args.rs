//! Arguments as Rust values.
//!
//! The calling convention has seen to it that an argument is known and not null unless its parameter says otherwise,
//! and that it has the parameter's type.

use dashu_int::UBig;
use wb_core::marks::Marks;
use wb_core::number::Number;
use wb_core::value::Value;

use super::fault::Fault;

/// The text of a string.
pub(super) fn text(value: &Value) -> &str {
    value.unmarked().as_str().expect("an argument for a string parameter is a known string")
}

/// A number.
pub(super) fn number(value: &Value) -> &Number {
    value.unmarked().as_number().expect("an argument for a number parameter is a known number")
}

/// A whole number of 64 bits.
pub(super) fn whole(value: &Value) -> Result<i64, Fault> {
    number(value).to_i64().ok_or_else(|| {
        let (min, max) = (i64::MIN, i64::MAX);
        Fault::new(format!("value must be a whole number, between {min} and {max}"))
    })
}

/// A whole number of any size: its sign, and the number without it.
pub(super) fn integer(value: &Value) -> Result<(bool, UBig), Fault> {
    number(value).to_integer().ok_or_else(|| Fault::new("value must be a whole number"))
}

/// A whole number of 64 bits, cut off at zero and at what memory can count.
pub(super) fn count(value: i64) -> usize {
    usize::try_from(value.max(0)).unwrap_or(usize::MAX)
}

/// The nearest `f64`.
pub(super) fn float(value: &Value) -> Result<f64, Fault> {
    let number = number(value);
    let float = number.to_f64();
    if float.is_infinite() && !number.is_infinite() {
        let limit = f64::MAX;
        return Err(Fault::new(format!("value must be between -{limit} and {limit} inclusive")));
    }
    Ok(float)
}

pub(super) use wb_core::text::quote as quoted;

/// Text in quotes, or what to say instead of it where its marks forbid showing it.
pub(super) fn redacted(text: &str, marks: &Marks) -> String {
    withheld(marks).map_or_else(|| quoted(text), str::to_owned)
}

/// What messages say in the place of a value with these marks, if they must not show it.
pub(super) fn withheld(marks: &Marks) -> Option<&'static str> {
    match (marks.is_ephemeral(), marks.is_sensitive()) {
        (true, true) => Some("(ephemeral sensitive value)"),
        (true, false) => Some("(ephemeral value)"),
        (false, true) => Some("(sensitive value)"),
        (false, false) => None,
    }
}
