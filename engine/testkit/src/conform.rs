//! Runs the tables of `conformance/`, one result a row.
//!
//! Each table has an *arm*: a function from a row to an [`Outcome`], in a file for its family below this one, and a
//! line in [`ARMS`]. An arm takes what the row gives, asks the product, and compares; it holds no expected value of
//! its own. A row that cannot be asked, because parts of it were left out when the table was made or because the
//! product has no such part by design, is skipped with a reason.
//!
//! The numbers in [`Report`] are what `cargo xtask conform` prints.

mod contract;
mod cty_codec;
mod cty_convert;
mod cty_types;
mod cty_value;
mod hcl_ops;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path as FilePath;

use serde_json::{Map, Value as Json, json};

use wb_core::path::Path;
use wb_core::ty::Type;
use wb_core::value::Value;

use crate::table::{self, Unreadable};

/// The arm of each table, by the name of its file without `.json`.
const ARMS: &[(&str, Arm)] = &[
    ("cty_convert", cty_convert::convert),
    ("cty_json", cty_codec::json),
    ("cty_json_implied", cty_codec::json_implied),
    ("cty_mismatch_msg", cty_convert::mismatch),
    ("cty_msgpack_implied", cty_codec::msgpack_implied),
    ("cty_msgpack_roundtrip", cty_codec::msgpack),
    ("cty_refinements", cty_value::refinements),
    ("cty_type_conform", cty_types::conforms),
    ("cty_unify", cty_types::unify),
    ("cty_value_ops", cty_value::operation),
    ("hcl_ops", hcl_ops::access),
    ("tofu_normalize_legacy", contract::legacy),
    ("tofu_obj_compatible", contract::obj_compatible),
    ("tofu_plan_valid", contract::plan_valid),
    ("tofu_proposed_new", contract::proposed),
];

/// Judges one row.
pub type Arm = fn(&Row<'_>) -> Result<Outcome, Unreadable>;

/// What came of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// As the row says.
    Right,
    /// Something else: what.
    Wrong(Json),
    /// The row cannot be asked: why.
    Skipped(String),
}

/// One row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    fields: &'a Map<String, Json>,
    /// The folder of the table, for rows that name files.
    pub folder: &'a FilePath,
}

/// The result of one row.
#[derive(Clone, PartialEq, Debug)]
pub struct RowResult {
    /// Which row: `FILE#POSITION` and what it calls itself.
    pub row: String,
    pub ok: bool,
    /// What the product gave, where that was not what the row says.
    pub got: Json,
    pub skipped: Option<String>,
}

/// How many rows of a file came out how.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Report {
    pub right: usize,
    pub wrong: usize,
    pub skipped: usize,
}

impl Report {
    #[must_use]
    pub fn of(results: &[RowResult]) -> Self {
        let mut report = Self::default();
        for result in results {
            match result {
                RowResult { skipped: Some(_), .. } => report.skipped += 1,
                RowResult { ok: true, .. } => report.right += 1,
                RowResult { ok: false, .. } => report.wrong += 1,
            }
        }
        report
    }
}

/// Runs every row of a file.
///
/// # Errors
/// When the file cannot be read, is no table, or has no arm.
pub fn run_file(path: &FilePath) -> Result<Vec<RowResult>, String> {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let arm = ARMS.iter().find(|(table, _)| *table == name).map(|(_, arm)| *arm);
    let arm =
        arm.ok_or_else(|| format!("{}: there is no runner for this table", path.display()))?;
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let document = table::read_document(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let rows = document.get("rows").or_else(|| document.get("cases")).and_then(Json::as_array);
    let rows = rows.ok_or_else(|| format!("{}: holds no rows", path.display()))?;
    let folder = path.parent().unwrap_or(FilePath::new("."));
    Ok(on_a_deep_stack(|| {
        rows.iter().enumerate().map(|(at, row)| run_row(arm, &name, at, row, folder)).collect()
    }))
}

fn run_row(arm: Arm, table: &str, at: usize, json: &Json, folder: &FilePath) -> RowResult {
    let row = format!("{table}#{at}{}", title(json));
    let outcome = match json.as_object() {
        // Whatever a row makes the product do, the next row must still be asked.
        Some(fields) => catch_unwind(AssertUnwindSafe(|| arm(&Row { fields, folder })))
            .unwrap_or_else(|panic| Ok(Outcome::Wrong(json!({"panic": panic_text(&*panic)})))),
        None => Err(Unreadable("not an object".to_owned())),
    };
    let (ok, got, skipped) = match outcome {
        Ok(Outcome::Right) => (true, Json::Null, None),
        Ok(Outcome::Wrong(got)) => (false, got, None),
        Ok(Outcome::Skipped(why)) | Err(Unreadable(why)) => (false, Json::Null, Some(why)),
    };
    RowResult { row, ok, got, skipped }
}

/// What a row calls itself, with a space before.
fn title(row: &Json) -> String {
    let mut title = String::new();
    for field in ["test", "line", "case", "name", "id"] {
        match row.get(field) {
            Some(Json::String(text)) => title += &format!(" {text}"),
            Some(Json::Number(number)) => title += &format!(":{number}"),
            _ => {}
        }
    }
    title
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// The product evaluates on a thread with a large stack, and so do its tables.
fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    const STACK: usize = 64 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.expect("a thread can be started").join().expect("rows catch their panics")
    })
}

impl<'a> Row<'a> {
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&'a Json> {
        self.fields.get(field)
    }

    /// A field that is there.
    ///
    /// # Errors
    /// When it is not.
    pub fn field(&self, field: &str) -> Result<&'a Json, Unreadable> {
        self.get(field).ok_or_else(|| Unreadable(format!("the row has no {field}")))
    }

    /// # Errors
    /// When the field holds no value, or one that was left out.
    pub fn value(&self, field: &str) -> Result<Value, Unreadable> {
        table::read_value(self.field(field)?)
    }

    /// # Errors
    /// When the field holds no type, or one that was left out.
    pub fn ty(&self, field: &str) -> Result<Type, Unreadable> {
        table::read_type(self.field(field)?)
    }

    /// # Errors
    /// When the field holds no path.
    pub fn path(&self, field: &str) -> Result<Path, Unreadable> {
        table::read_path(self.field(field)?)
    }

    /// # Errors
    /// When the field holds no text or bytes.
    pub fn bytes(&self, field: &str) -> Result<Vec<u8>, Unreadable> {
        table::read_bytes(self.field(field)?)
    }

    /// # Errors
    /// When the field holds no text.
    pub fn text(&self, field: &str) -> Result<&'a str, Unreadable> {
        let json = self.field(field)?;
        json.as_str().ok_or_else(|| Unreadable(format!("{field} is no text: {json}")))
    }

    /// # Errors
    /// When the field is neither true nor false.
    pub fn bool(&self, field: &str) -> Result<bool, Unreadable> {
        let json = self.field(field)?;
        json.as_bool().ok_or_else(|| Unreadable(format!("{field} is no bool: {json}")))
    }
}

/// Whether a value is the expected one, marks and refinements included.
#[must_use]
pub fn same_value(got: &Value, want: &Value) -> Outcome {
    if got == want { Outcome::Right } else { Outcome::Wrong(table::write_value(got)) }
}

/// Whether anything that can be shown is the expected one.
#[must_use]
pub fn same<T: PartialEq + Into<Json>>(got: T, want: &T) -> Outcome {
    if got == *want { Outcome::Right } else { Outcome::Wrong(got.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table with an arm that lies in the repository, with all its rows right or skipped.
    #[test]
    fn the_tables_agree() {
        let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/tables");
        let mut wrong = Vec::new();
        for (table, _) in ARMS {
            let results = run_file(&folder.join(format!("{table}.json"))).unwrap();
            assert!(!results.is_empty(), "{table} has no rows");
            wrong.extend(results.into_iter().filter(|r| !r.ok && r.skipped.is_none()));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_panic_is_a_wrong_row_and_no_more() {
        let arm: Arm = |_| panic!("boom");
        let result = run_row(arm, "t", 3, &json!({"test": "A", "line": 7}), FilePath::new("."));
        assert_eq!((result.row.as_str(), result.ok), ("t#3 A:7", false));
        assert_eq!(result.got, json!({"panic": "boom"}));
    }
}
