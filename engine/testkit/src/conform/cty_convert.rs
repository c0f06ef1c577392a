//! Conversion of values, and the words for types that do not fit.

use std::fmt::Write as _;

use serde_json::json;

use wb_core::convert;
use wb_core::path::{Path, Step};
use wb_core::value::Notation;

use super::{Outcome, Row, same, same_value};
use crate::table::Unreadable;

pub(super) fn convert(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let converted = convert::convert(&row.value("Value")?, row.ty("Type")?);
    let Ok(want) = row.text("WantError") else {
        let want = row.value("Want")?;
        return Ok(match converted {
            Ok(got) => same_value(&got, &want),
            Err(e) => Outcome::Wrong(json!({"error": e.to_string()})),
        });
    };
    Ok(match converted {
        Ok(got) => Outcome::Wrong(crate::table::write_value(&got)),
        Err(e) if e.path.is_empty() => same(e.message, &want.to_owned()),
        Err(e) => same(format!("{}: {}", path_notation(&e.path), e.message), &want.to_owned()),
    })
}

pub(super) fn mismatch(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    let got = convert::mismatch(row.ty("GotType")?, row.ty("WantType")?);
    Ok(same(got, &row.text("WantMsg")?.to_owned()))
}

fn path_notation(path: &Path) -> String {
    let mut text = String::new();
    for step in path.steps() {
        let _ = match step {
            Step::GetAttr(name) => write!(text, ".{name}"),
            Step::Index(key) => write!(text, "[{}]", Notation(key)),
        };
    }
    text
}
