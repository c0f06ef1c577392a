//! Runs the tables of `conformance/`, one result a row.
//!
//! Each table has an *arm*: a function from a row to an [`Outcome`], in a file for its family below this one, and a
//! line in [`ARMS`]. An arm takes what the row gives, asks the product, and compares; it holds no expected value of
//! its own. A row that cannot be asked, because parts of it were left out when the table was made or because the
//! product has no such part by design, is skipped with a reason.
//!
//! The numbers in [`Report`] are what `cargo xtask conform` prints.

mod addresses;
mod contract;
mod cty_codec;
mod cty_convert;
mod cty_types;
mod cty_value;
mod elsewhere;
pub(crate) mod evaluation;
mod functions;
mod go;
mod hcl_eval;
mod hcl_lex;
mod hcl_ops;
mod hcl_syntax;
mod references;
pub mod report;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path as FilePath, PathBuf};

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
    ("functions", functions::call),
    ("hcl_expr", hcl_eval::expression),
    ("hcl_fmt", hcl_syntax::layout),
    ("hcl_generate", elsewhere::generate),
    ("hcl_identifier", hcl_syntax::identifier),
    ("hcl_invalid_tokens", hcl_syntax::invalid_tokens),
    ("hcl_json_expr", hcl_syntax::json_expression),
    ("hcl_json_parse", elsewhere::json_parse),
    ("hcl_json_structure", elsewhere::json_structure),
    ("hcl_ops", hcl_ops::access),
    ("hcl_parse_config", hcl_syntax::config),
    ("hcl_scan_string_lit", hcl_lex::string_pieces),
    ("hcl_scan_tokens", hcl_lex::tokens),
    ("hcl_template", hcl_eval::template),
    ("hcl_traversal", hcl_syntax::traversal),
    ("hcl_try_can", hcl_eval::try_can),
    ("hcl_type_defaults", hcl_eval::defaults),
    ("hcl_type_string", hcl_syntax::type_text),
    ("hcl_typeexpr", hcl_eval::type_expression),
    ("hcl_userfunc", hcl_syntax::user_function),
    ("tofu_genconfig", elsewhere::generated_config),
    ("tofu_instance_key", addresses::instance_key),
    ("tofu_lang_eval", elsewhere::scope),
    ("tofu_module_source", references::module_source),
    ("tofu_move_endpoint", addresses::move_endpoint),
    ("tofu_move_module", addresses::move_module),
    ("tofu_normalize_legacy", contract::legacy),
    ("tofu_obj_compatible", contract::obj_compatible),
    ("tofu_parse_ref", references::reference),
    ("tofu_parse_target", addresses::target),
    ("tofu_plan_valid", contract::plan_valid),
    ("tofu_proposed_new", contract::proposed),
    ("tofu_provider_addr", addresses::provider),
    ("tofu_provider_config_addr", addresses::provider_config),
    ("tofu_provider_hash", elsewhere::provider_hash),
    ("tofu_remove_endpoint", addresses::remove_endpoint),
    ("tofu_resource_addr", addresses::resource),
    ("tofu_state_paths", references::state_paths),
    ("tofu_type_conversion", hcl_eval::conversion),
    ("tofu_version_constraints", elsewhere::version_constraints),
];

/// Rows that come out otherwise, and why that is right. A row that agrees by now must go from here.
pub const KNOWN: &[(&str, &str)] = &[(
    "hcl_traversal#9 ",
    "the parser of references reads `[*]` anywhere; whoever takes addresses refuses it where it means nothing",
)];

/// Judges one row.
pub type Arm = fn(&Row<'_>) -> Result<Outcome, Unreadable>;

/// What came of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// As the row says.
    Right,
    /// An error, as the row says, in other words: which.
    Reworded(String),
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

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            skipped: self.skipped + other.skipped,
        }
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

/// The tables of a folder like `conformance/`.
///
/// # Errors
/// When the folder cannot be read.
pub fn tables(folder: &FilePath) -> Result<Vec<PathBuf>, String> {
    let inner = folder.join("tables");
    let entries = std::fs::read_dir(&inner).map_err(|e| format!("{}: {e}", inner.display()))?;
    let mut tables: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    tables.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    tables.push(folder.join("functions.json"));
    tables.sort();
    Ok(tables)
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
        Ok(Outcome::Reworded(words)) => (true, json!({"error": words}), None),
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

    /// A field that is true. In a Go program what is not there is false.
    #[must_use]
    pub fn flag(&self, field: &str) -> bool {
        self.get(field) == Some(&Json::Bool(true))
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

/// Whether there is an error where the row says so. The same problem may be told in other words.
#[must_use]
pub fn same_error(got: &str, want: &str) -> Outcome {
    if got.contains(want) { Outcome::Right } else { Outcome::Reworded(got.to_owned()) }
}

/// Whether anything that can be shown is the expected one.
#[must_use]
pub fn same<T: PartialEq + Into<Json>>(got: T, want: &T) -> Outcome {
    if got == *want { Outcome::Right } else { Outcome::Wrong(got.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
    }

    /// Every table in the repository has an arm and rows, and each row is right, or cannot be asked, or is known.
    #[test]
    fn the_tables_agree() {
        let mut wrong = Vec::new();
        let mut known: Vec<&str> = KNOWN.iter().map(|(row, _)| *row).collect();
        for table in tables(&folder()).unwrap() {
            let results = run_file(&table).unwrap();
            assert!(!results.is_empty(), "{} has no rows", table.display());
            for result in results.into_iter().filter(|r| !r.ok && r.skipped.is_none()) {
                match known.iter().position(|row| result.row.starts_with(row)) {
                    Some(at) => drop(known.remove(at)),
                    None => wrong.push(result),
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(known.is_empty(), "these are right by now: {known:?}");
    }

    /// `UPDATE_EXPECT=1` writes the page anew.
    #[test]
    fn the_page_is_true() {
        let page = report::page(&folder()).unwrap();
        expect_test::expect_file!["../../../docs/conformance.md"].assert_eq(&page);
    }

    #[test]
    fn a_panic_is_a_wrong_row_and_no_more() {
        let arm: Arm = |_| panic!("boom");
        let result = run_row(arm, "t", 3, &json!({"test": "A", "line": 7}), FilePath::new("."));
        assert_eq!((result.row.as_str(), result.ok), ("t#3 A:7", false));
        assert_eq!(result.got, json!({"panic": "boom"}));
    }
}
