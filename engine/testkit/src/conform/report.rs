//! The page of `docs/` that says how the tables come out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path as FilePath;

use super::{KNOWN, Report, run_file, tables};

const HEAD: &str = "\
# Conformance

How wb answers the tables in `conformance/`: facts about Terraform's language, values and addresses, taken from the test
data of OpenTofu, HCL and go-cty. `cargo xtask conform FILE ...` judges any file of these forms, one JSON object a row.
A test of `wb-testkit` holds this page to the truth: it fails when a row changes sides.

A row is *right* when the value is the expected one, marks and refinements included, or when there is an error where
the row says so; *reworded* are those of them whose error is told in other words. It *cannot be asked* when the table
left out what a Go program had there, or when the product has no such thing.

| table | right | of them reworded | wrong | cannot be asked |
|---|---:|---:|---:|---:|
";

/// The page, from the tables in a folder.
///
/// # Errors
/// When a table cannot be run.
pub fn page(folder: &FilePath) -> Result<String, String> {
    let mut page = HEAD.to_owned();
    let mut reasons = String::new();
    let mut total = Report::default();
    let mut all_reworded = 0;
    for path in tables(folder)? {
        let results = run_file(&path)?;
        let report = Report::of(&results);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let reworded = results.iter().filter(|result| result.ok && !result.got.is_null()).count();
        all_reworded += reworded;
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "| {name} | {} | {reworded} | {} | {} |",
            report.right, report.wrong, report.skipped
        );
        total = total.plus(report);
        let mut skipped: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for result in &results {
            if let Some(why) = &result.skipped {
                let number = result.row.split([' ', ':']).next().unwrap_or_default();
                let number = number.rsplit('#').next().unwrap_or_default();
                skipped.entry(short(why)).or_default().push(number);
            }
        }
        for (why, rows) in skipped {
            let _ = writeln!(reasons, "- {name} {}: {why}", rows.join(", "));
        }
    }
    let Report { right, wrong, skipped } = total;
    let _ = writeln!(page, "| **all** | {right} | {all_reworded} | {wrong} | {skipped} |");
    page.push_str("\n## Wrong, and why that is right\n\n");
    for (row, why) in KNOWN {
        let _ = writeln!(page, "- {}: {why}", row.trim());
    }
    page.push_str("\n## What cannot be asked\n\n");
    page.push_str(&reasons);
    Ok(page)
}

/// The beginning of a reason, without the data that it quotes.
fn short(why: &str) -> &str {
    let end = why.find(['{', '\n']).unwrap_or(why.len());
    why[..end].trim_end_matches([' ', ':'])
}
