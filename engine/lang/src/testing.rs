//! For tests: configurations as text, and what is wrong with them as text.

use std::fmt::Write as _;
use std::sync::Arc;

use wb_core::diag::Diagnostics;
use wb_core::source::SourceMap;

use crate::config::{FileName, Module, SourceFile, lower};

/// Lowers files given by name and text.
pub(crate) fn load(files: &[(&str, &str)]) -> (SourceMap, Module, Diagnostics) {
    let mut sources = SourceMap::new();
    let mut diags = Diagnostics::new();
    let parsed = parse(files, &mut sources, &mut diags);
    let (module, problems) = lower(&parsed);
    diags.append(problems);
    (sources, module, diags)
}

/// Parses files given by name and text.
pub(crate) fn parse(
    files: &[(&str, &str)],
    sources: &mut SourceMap,
    diags: &mut Diagnostics,
) -> Vec<SourceFile> {
    let mut parsed = Vec::new();
    for (name, text) in files {
        let id = sources.add(*name, *text);
        let base = name.rsplit('/').next().unwrap_or(name);
        let is_json = FileName::parse(base).is_some_and(|n| n.json);
        let parse: fn(_, Arc<str>) -> _ = if is_json {
            |id, text| wb_hcl::parse_json(id, text)
        } else {
            |id, text| wb_hcl::parse_config(id, text)
        };
        let (file, problems) = parse(id, (*text).into());
        diags.append(problems);
        parsed.push(SourceFile { name: base.into(), file });
    }
    parsed
}

/// What is wrong with a configuration of one file, `main.tf`.
pub(crate) fn problems(text: &str) -> String {
    problems_of(&[("main.tf", text)])
}

/// What is wrong with a configuration: a line a problem, with its place, the text at fault, and what belongs to it.
pub(crate) fn problems_of(files: &[(&str, &str)]) -> String {
    let (sources, _, diags) = load(files);
    outline(&sources, &diags)
}

/// Diagnostics without details and help.
pub(crate) fn outline(sources: &SourceMap, diags: &Diagnostics) -> String {
    let mut out = String::new();
    for d in diags {
        let place = d.subject.map_or_else(|| "?".to_owned(), |span| sources.place(span));
        let text = d.subject.map_or("", |span| sources.file(span.file).slice(span));
        let first = text.lines().next().unwrap_or_default();
        let _ = write!(out, "{} {place} <{first}> {}", d.severity.as_str(), d.summary);
        for label in &d.labels {
            let _ = write!(out, " | {} {}", sources.place(label.span), label.text);
        }
        out.push('\n');
    }
    out
}

/// Diagnostics with everything.
pub(crate) fn whole(sources: &SourceMap, diags: &Diagnostics) -> String {
    let mut out = String::new();
    for d in diags {
        out += &outline(sources, &Diagnostics::from(d.clone()));
        let _ = writeln!(out, "  {}", d.detail.replace('\n', "\n  ").replace("\n  \n", "\n\n"));
        for help in &d.help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    out
}
