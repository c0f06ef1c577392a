//! `cargo xtask conform FILE...`: the tables of `conformance/`, or any shaped like them, one JSON object a row.

use std::path::Path;

use serde_json::{Value, json};

use wb_testkit::conform::{Report, RowResult, run_file};

pub(crate) fn run(files: &[String]) -> Result<(), String> {
    if files.is_empty() {
        return Err("conform: name the files to run".to_owned());
    }
    let mut problems = Vec::new();
    let mut total = Report::default();
    for file in files {
        match run_file(Path::new(file)) {
            Ok(results) => {
                results.iter().for_each(|result| println!("{}", line(result)));
                let report = Report::of(&results);
                eprintln!("{file}: {}", words(report));
                total = total.plus(report);
            }
            Err(problem) => problems.push(problem),
        }
    }
    eprintln!("all: {}", words(total));
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn words(Report { right, wrong, skipped }: Report) -> String {
    format!("{right} right, {wrong} wrong, {skipped} skipped")
}

fn line(result: &RowResult) -> Value {
    let mut line = json!({"row": result.row, "ok": result.ok, "got": result.got});
    if let Some(why) = &result.skipped {
        line["skip"] = json!(why);
    }
    line
}
