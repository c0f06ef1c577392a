//! Values and types as JSON and as MessagePack.

use serde_json::json;

use wb_core::convert::convert;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_core::{json, msgpack};

use super::{Outcome, Row, same, same_value};
use crate::table::{Unreadable, write_type, write_value};

/// Written for a type, then read back with it.
pub(super) fn json(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let ty = row.ty("Type")?;
    let text = match json::encode(&row.value("Value")?, ty) {
        Ok(text) => text,
        Err(e) => return Ok(failed(&e)),
    };
    let want = row.text("Want")?;
    if text != want {
        return Ok(Outcome::Wrong(text.into()));
    }
    let back = row.value("DecVal")?;
    Ok(json::decode(&text, ty).map_or_else(|e| failed(&e), |got| same_value(&got, &back)))
}

pub(super) fn json_implied(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let got = json::implied_type(row.text("Input")?);
    let Ok(want) = row.text("WantError") else {
        return Ok(same_type(got, row.ty("Want")?));
    };
    Ok(match got {
        Ok(ty) => Outcome::Wrong(write_type(ty)),
        Err(e) => same(e.to_string(), &want.to_owned()),
    })
}

pub(super) fn msgpack_implied(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    Ok(same_type(msgpack::implied_type(&row.bytes("Input")?), row.ty("Want")?))
}

pub(super) fn msgpack(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let ty = row.ty("Type")?;
    if let Ok(text) = row.text("Value") {
        return Ok(from_text(text, ty).unwrap_or_else(|e| Outcome::Wrong(json!({"error": e}))));
    }
    let value = row.value("Value")?;
    let want = if row.get("RoundTripValue").is_some() {
        row.value("RoundTripValue")?
    } else {
        value.clone()
    };
    let bytes = match msgpack::encode(&value, ty) {
        Ok(bytes) => bytes,
        Err(e) => return Ok(failed(&e)),
    };
    Ok(msgpack::decode(&bytes, ty).map_or_else(|e| failed(&e), |got| same_value(&got, &want)))
}

/// A value that is made from text must be there again, as a value and as text, after the journey.
fn from_text(text: &str, ty: Type) -> Result<Outcome, String> {
    let original = convert(&Value::from(text), ty).map_err(|e| e.to_string())?;
    let bytes = msgpack::encode(&original, ty).map_err(|e| e.to_string())?;
    let back = msgpack::decode(&bytes, ty).map_err(|e| e.to_string())?;
    let again = convert(&back, Type::STRING).map_err(|e| e.to_string())?;
    let is_same = back == original && again == Value::from(text);
    Ok(if is_same { Outcome::Right } else { Outcome::Wrong(write_value(&back)) })
}

fn same_type<E: std::fmt::Display>(got: Result<Type, E>, want: Type) -> Outcome {
    match got {
        Ok(got) if got == want => Outcome::Right,
        Ok(got) => Outcome::Wrong(write_type(got)),
        Err(e) => failed(&e),
    }
}

fn failed(error: &impl std::fmt::Display) -> Outcome {
    Outcome::Wrong(json!({"error": error.to_string()}))
}
