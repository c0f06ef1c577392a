//! Operations on values.

use serde_json::{Value as Json, json};

use wb_core::value::{Notation, OperandError, Value, View};

use super::{Outcome, Row, same, same_value};
use crate::table::{Unreadable, read_value, write_value};

type Binary = fn(&Value, &Value) -> Result<Value, OperandError>;

pub(super) fn operation(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    match row.text("test")? {
        "TestValueEquals" => total(row, Value::equals),
        "TestValueRawEquals" => {
            let equal = row.value("LHS")? == row.value("RHS")?;
            Ok(same(equal, &row.bool("Expected")?))
        }
        "TestValueAdd" => binary(row, Value::add),
        "TestValueSubtract" => binary(row, Value::subtract),
        "TestValueMultiply" => binary(row, Value::multiply),
        "TestValueDivide" => binary(row, Value::divide),
        "TestValueModulo" => binary(row, Value::modulo),
        "TestValueAnd" => binary(row, Value::and),
        "TestValueOr" => binary(row, Value::or),
        "TestLessThan" => binary(row, Value::less_than),
        "TestGreaterThan" => binary(row, Value::greater_than),
        "TestLessThanOrEqualTo" => binary(row, Value::less_than_or_equal),
        "TestGreaterThanOrEqualTo" => binary(row, Value::greater_than_or_equal),
        "TestValueNegate" => expect(row, row.value("Receiver")?.negate()),
        "TestValueAbsolute" => expect(row, row.value("Receiver")?.absolute()),
        "TestValueNot" => expect(row, row.value("Receiver")?.not()),
        "TestValueGetAttr" => {
            let got = row.value("Object")?.get_attr(row.text("AttrName")?);
            expect_some(got.as_ref(), &row.value("Expected")?)
        }
        "TestValueIndex" => {
            let got = row.value("Collection")?.index(&row.value("Key")?);
            expect_some(got.as_ref(), &row.value("Expected")?)
        }
        "TestValueHasIndex" => {
            let got = row.value("Collection")?.has_index(&row.value("Key")?);
            expect_some(got.as_ref(), &row.value("Expected")?)
        }
        "TestHasElement" => {
            let got = row.value("Set")?.has_element(&row.value("Elem")?);
            expect_some(got.as_ref(), &row.value("Want")?)
        }
        "TestHasWhollyKnownType" => {
            Ok(same(row.value("Value")?.has_wholly_known_type(), &row.bool("Want")?))
        }
        "TestValueGoString" => {
            let got = Notation(&row.value("Value")?).to_string();
            Ok(same(got, &row.text("Want")?.to_owned()))
        }
        "TestElements" => elements(&row.value("Input")?, row.field("Want")?, None),
        "TestValueForEachElement" => {
            let want = row.field("Expected")?;
            elements(&row.value("Receiver")?, want, Some(row.bool("Stopped")?))
        }
        other => Ok(Outcome::Skipped(format!("no runner for {other}"))),
    }
}

/// The recipes of these rows are functions, which were left out; what they cook is tested in `wb_core::refine`.
pub(super) fn refinements(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let recipe = row.field("Build")?;
    read_value(recipe)?;
    Ok(Outcome::Skipped("the row tells no way to make its value".to_owned()))
}

fn operands(row: &Row<'_>) -> Result<(Value, Value), Unreadable> {
    if row.get("LHS").is_some() {
        return Ok((row.value("LHS")?, row.value("RHS")?));
    }
    Ok((row.value("Receiver")?, row.value("Other")?))
}

fn total(row: &Row<'_>, operation: fn(&Value, &Value) -> Value) -> Result<Outcome, Unreadable> {
    let (a, b) = operands(row)?;
    Ok(same_value(&operation(&a, &b), &row.value("Expected")?))
}

fn binary(row: &Row<'_>, operation: Binary) -> Result<Outcome, Unreadable> {
    let (a, b) = operands(row)?;
    expect(row, operation(&a, &b))
}

fn expect(row: &Row<'_>, got: Result<Value, OperandError>) -> Result<Outcome, Unreadable> {
    let want = row.value("Expected")?;
    Ok(match got {
        Ok(got) => same_value(&got, &want),
        Err(e) => Outcome::Wrong(json!({"error": e.to_string()})),
    })
}

fn expect_some(got: Option<&Value>, want: &Value) -> Result<Outcome, Unreadable> {
    Ok(got.map_or(Outcome::Wrong(Json::Null), |got| same_value(got, want)))
}

/// The elements with their keys, up to the first that says "stop" where that is asked.
fn elements(value: &Value, want: &Json, stopped: Option<bool>) -> Result<Outcome, Unreadable> {
    let mut got = pairs(value);
    let is_stop = |(_, element): &(Value, Value)| element.as_str() == Some("stop");
    let stop = got.iter().position(is_stop).filter(|_| stopped.is_some());
    if let Some(at) = stop {
        got.truncate(at + 1);
    }
    let rows = want.as_array().ok_or_else(|| Unreadable(format!("no elements: {want}")))?;
    let is_right_so_far = rows.len() == got.len() && stopped.is_none_or(|s| s == stop.is_some());
    if !is_right_so_far {
        let got: Vec<Json> = got.iter().map(|(_, element)| write_value(element)).collect();
        return Ok(Outcome::Wrong(Json::Array(got)));
    }
    for (row, (key, element)) in rows.iter().zip(&got) {
        let part = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| row.get(*name));
            read_value(found.unwrap_or(&Json::Null))
        };
        if part(["0", "Key"])? != *key || part(["1", "Element"])? != *element {
            return Ok(Outcome::Wrong(json!([write_value(key), write_value(element)])));
        }
    }
    Ok(Outcome::Right)
}

fn pairs(value: &Value) -> Vec<(Value, Value)> {
    match value.view() {
        View::List(elements) | View::Tuple(elements) => {
            elements.iter().enumerate().map(|(at, e)| (Value::from(at), e.clone())).collect()
        }
        View::Set(elements) => elements.iter().map(|e| (e.clone(), e.clone())).collect(),
        View::Map(map) => map.iter().map(|(k, v)| (Value::from(k), v.clone())).collect(),
        View::Object(object) => object.iter().map(|(k, v)| (Value::from(k), v.clone())).collect(),
        _ => Vec::new(),
    }
}
