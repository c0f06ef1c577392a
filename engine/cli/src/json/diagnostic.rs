//! One problem.

use std::ops::Range;

use wb_core::diag::Diagnostic;
use wb_core::source::{SourceFile, Span};

use super::out::Out;
use crate::render::places::Places;

/// Of a snippet, so many bytes are given: a line may be of any length.
const LONGEST_SNIPPET: usize = 4096;

pub(crate) fn write(out: &mut Out<'_>, problem: &Diagnostic, places: &mut Places<'_>) {
    out.object(|out| {
        out.key("severity").string(problem.severity.as_str());
        out.key("summary").string(&problem.summary);
        out.key("detail").string(&detail(problem));
        if let Some(address) = &problem.address {
            out.key("address").string(address);
        }
        let Some(subject) = problem.subject else { return };
        let Some(file) = places.file(subject) else { return };
        range(out, subject, file, places);
        snippet(out, problem, subject, file, places);
    });
}

/// What to do about it has no member of its own, so it ends the detail.
fn detail(problem: &Diagnostic) -> String {
    let mut text = problem.detail.clone();
    for help in &problem.help {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(help);
    }
    text
}

fn range(out: &mut Out<'_>, span: Span, file: &SourceFile, places: &mut Places<'_>) {
    out.key("range").object(|out| {
        out.key("filename").string(file.name());
        let bytes = highlighted(span, file);
        let empty = span.is_empty();
        for (name, offset) in [("start", bytes.start), ("end", bytes.end)] {
            let mut at = places.position(span.file, offset);
            if name == "end" && empty && bytes.end == bytes.start {
                // Past the end of the file; an empty range would not be seen.
                (at.column, at.byte) = (at.column + 1, at.byte + 1);
            }
            out.key(name).object(|out| {
                out.key("line").plain(at.line);
                out.key("column").plain(at.column);
                out.key("byte").plain(at.byte);
            });
        }
    });
}

/// The bytes at fault; of an empty span, the character after it.
fn highlighted(span: Span, file: &SourceFile) -> Range<usize> {
    let text = file.text();
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.floor_char_boundary(span.end as usize).max(start);
    if end > start {
        return start..end;
    }
    match text[start..].chars().next() {
        Some(c) if c != '\n' => start..start + c.len_utf8(),
        _ => start..start,
    }
}

fn snippet(
    out: &mut Out<'_>,
    problem: &Diagnostic,
    subject: Span,
    file: &SourceFile,
    places: &mut Places<'_>,
) {
    let around = problem.context.filter(|context| context.file == subject.file);
    let shown = around.map_or(subject, |context| context.join(subject));
    let (start_line, first) = places.line(shown.file, shown.start as usize);
    // The end of a line belongs to it: a span that ends there does not reach the next.
    let end = (shown.end as usize).max(shown.start as usize + 1) - 1;
    let (_, last) = places.line(shown.file, end);
    let code = file.text().get(first.start..last.end.max(first.start)).unwrap_or("");
    let code = &code[..code.floor_char_boundary(LONGEST_SNIPPET)];
    let marked = highlighted(subject, file);
    let within = |offset: usize| offset.saturating_sub(first.start).min(code.len());
    out.key("snippet").object(|out| {
        match problem.block.as_deref().or_else(|| places.block(subject)) {
            Some(block) => out.key("context").string(block),
            None => out.key("context").null(),
        }
        out.key("code").string(code);
        out.key("start_line").plain(start_line);
        out.key("highlight_start_offset").plain(within(marked.start));
        out.key("highlight_end_offset").plain(within(marked.end.max(marked.start + 1)));
        out.key("values").array(|out| {
            for value in &problem.values {
                out.object(|out| {
                    out.key("traversal").string(&value.traversal);
                    out.key("statement").string(&value.statement);
                });
            }
        });
        if let Some(call) = &problem.call {
            out.key("function_call").object(|out| {
                out.key("called_as").string(&call.name);
                if let Some(signature) = &call.signature {
                    out.key("signature").raw(signature);
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use wb_core::diag::{Diagnostics, FunctionCall};
    use wb_core::source::SourceMap;

    use super::super::out::written;
    use super::super::validate;
    use super::*;

    #[test]
    fn problems_have_the_shape_of_terraforms() {
        let mut sources = SourceMap::new();
        let text = "check \"ok\" {\n  assert {\n    condition     = var.size > 5\n  }\n}\n";
        let id = sources.add("main.tf", text);
        let at = |needle: &str| {
            let start = u32::try_from(text.find(needle).unwrap()).unwrap();
            Span::new(id, start, start + u32::try_from(needle.len()).unwrap())
        };
        let mut problem = Diagnostic::warning("Check block assertion failed", "Too small.")
            .at(at("var.size > 5"))
            .in_block("check \"ok\"")
            .value("var.size", "is 3")
            .help("Make it larger.");
        problem.call =
            Some(FunctionCall { name: "max".to_owned(), signature: Some("{}".to_owned()) });
        let end =
            Span::new(id, u32::try_from(text.len()).unwrap(), u32::try_from(text.len()).unwrap());
        let problems: Diagnostics = [
            problem,
            Diagnostic::error("Wrong", "").at(at("assert {\n")).within(at(text)),
            Diagnostic::error("Nowhere", "At all.").about("a.b"),
            Diagnostic::error("End", "").at(end),
        ]
        .into_iter()
        .collect();
        let text = written(|to| validate(&problems, &sources, to));
        let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
        expect![[r#"
            {
              "diagnostics": [
                {
                  "detail": "Too small.\n\nMake it larger.",
                  "range": {
                    "end": {
                      "byte": 56,
                      "column": 33,
                      "line": 3
                    },
                    "filename": "main.tf",
                    "start": {
                      "byte": 44,
                      "column": 21,
                      "line": 3
                    }
                  },
                  "severity": "warning",
                  "snippet": {
                    "code": "    condition     = var.size > 5",
                    "context": "check \"ok\"",
                    "function_call": {
                      "called_as": "max",
                      "signature": {}
                    },
                    "highlight_end_offset": 32,
                    "highlight_start_offset": 20,
                    "start_line": 3,
                    "values": [
                      {
                        "statement": "is 3",
                        "traversal": "var.size"
                      }
                    ]
                  },
                  "summary": "Check block assertion failed"
                },
                {
                  "detail": "",
                  "range": {
                    "end": {
                      "byte": 24,
                      "column": 1,
                      "line": 3
                    },
                    "filename": "main.tf",
                    "start": {
                      "byte": 15,
                      "column": 3,
                      "line": 2
                    }
                  },
                  "severity": "error",
                  "snippet": {
                    "code": "check \"ok\" {\n  assert {\n    condition     = var.size > 5\n  }\n}",
                    "context": "check \"ok\"",
                    "highlight_end_offset": 24,
                    "highlight_start_offset": 15,
                    "start_line": 1,
                    "values": []
                  },
                  "summary": "Wrong"
                },
                {
                  "address": "a.b",
                  "detail": "At all.",
                  "severity": "error",
                  "summary": "Nowhere"
                },
                {
                  "detail": "",
                  "range": {
                    "end": {
                      "byte": 64,
                      "column": 2,
                      "line": 6
                    },
                    "filename": "main.tf",
                    "start": {
                      "byte": 63,
                      "column": 1,
                      "line": 6
                    }
                  },
                  "severity": "error",
                  "snippet": {
                    "code": "",
                    "context": null,
                    "highlight_end_offset": 0,
                    "highlight_start_offset": 0,
                    "start_line": 6,
                    "values": []
                  },
                  "summary": "End"
                }
              ],
              "error_count": 3,
              "format_version": "1.0",
              "valid": false,
              "warning_count": 1
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&tree).unwrap());
    }
}
