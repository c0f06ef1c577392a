//! The verdict on a stack: `validate -json`.

use std::io;

use wb_core::diag::Diagnostics;
use wb_core::source::SourceMap;

use super::diagnostic;
use super::out::Out;
use crate::render::places::Places;

/// Writes every problem, and whether there is an error among them.
///
/// # Errors
/// Where it cannot be written.
pub fn validate(
    problems: &Diagnostics,
    sources: &SourceMap,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = Out::new(to);
    let mut places = Places::new(sources);
    let errors = problems.error_count();
    out.object(|out| {
        out.key("format_version").string("1.0");
        out.key("valid").plain(errors == 0);
        out.key("error_count").plain(errors);
        out.key("warning_count").plain(problems.len() - errors);
        out.key("diagnostics").array(|out| {
            for problem in problems {
                diagnostic::write(out, problem, &mut places);
            }
        });
    });
    out.finish()
}
