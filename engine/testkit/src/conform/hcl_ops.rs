//! Indexing and attribute access as the language has them.

use serde_json::json;

use wb_core::access::{self, AccessError};
use wb_core::value::Value;

use super::{Outcome, Row, same, same_value};
use crate::table::{Unreadable, write_value};

pub(super) fn access(row: &Row<'_>) -> Result<Outcome, Unreadable> {
    match row.text("test")? {
        "TestApplyPath" => {
            let got = access::at_path(&row.value("Start")?, &row.path("Path")?);
            expect(row, got, "WantErr", "Want", AccessError::to_string)
        }
        "TestIndex" => {
            let got = access::index(&row.value("coll")?, &row.value("key")?);
            expect(row, got, "err", "want", |e| e.summary.to_owned())
        }
        other => Ok(Outcome::Skipped(format!("no runner for {other}"))),
    }
}

fn expect(
    row: &Row<'_>,
    got: Result<Value, AccessError>,
    error_field: &str,
    value_field: &str,
    describe: impl Fn(&AccessError) -> String,
) -> Result<Outcome, Unreadable> {
    let want_error = row.text(error_field).unwrap_or_default();
    Ok(match got {
        Ok(got) if want_error.is_empty() => same_value(&got, &row.value(value_field)?),
        Ok(got) => Outcome::Wrong(write_value(&got)),
        Err(e) if want_error.is_empty() => Outcome::Wrong(json!({"error": e.to_string()})),
        Err(e) => same(describe(&e), &want_error.to_owned()),
    })
}
