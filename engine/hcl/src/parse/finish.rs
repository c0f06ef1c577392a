//! Getting out of broken strings, and what is reported at the end of a text.

use wb_core::diag::{Diagnostic, Diagnostics};

use super::parser::{Bail, Parser};
use crate::lex::{Conflict, Token, TokenKind};

impl Parser<'_, '_> {
    /// At a line end within quotes. A string that goes on over several lines is passed over; one that was not closed
    /// is taken to end with its line.
    pub(super) fn broken_string(&mut self, open: Token, strings: usize) {
        self.unclosed_string(open);
        let line_end = self.tok.start as usize;
        let at = match self.sequence {
            Some(_) => line_end,
            None => self.end_of_lines(line_end).unwrap_or(line_end),
        };
        self.resume(strings, super::term::index_of(at));
    }

    /// If the next quote after `line_end` closes a string rather than opening one, where it ends. It does when nothing
    /// but brackets, commas and comments follows it on its line.
    fn end_of_lines(&self, line_end: usize) -> Option<usize> {
        let rest = &self.src[line_end..];
        let quote = memchr::memchr(b'"', rest.as_bytes())?;
        let after = &rest[quote + 1..];
        let line = after.split('\n').next().unwrap_or_default();
        let follows = line.trim_start_matches([' ', '\t', '\r', ')', ']', '}', ',']);
        let closes = follows.is_empty() || follows.starts_with('#') || follows.starts_with("//");
        (closes && !rest[..quote].ends_with('\\')).then_some(line_end + quote + 1)
    }

    /// Gives up a string: goes on after the line where that became clear.
    pub(super) fn bail_from_string(&mut self, strings: usize) -> Bail {
        let at = self.newline.map_or(self.tok.start, |newline| newline.start) as usize;
        let line_end = memchr::memchr2(b'\r', b'\n', &self.src.as_bytes()[at..]);
        let at = line_end.map_or(self.src.len(), |length| at + length);
        self.resume(strings, super::term::index_of(at));
        Bail
    }

    pub(super) fn extra_after_expression(&mut self) {
        let span = self.span_of(self.tok);
        self.problems.push(|| {
            Diagnostic::error(
                "Extra characters after expression",
                "An expression was successfully parsed, but extra characters were found after it.",
            )
            .at(span)
        });
    }

    /// Everything that was found wrong, in the order of the text.
    pub(super) fn finish(mut self) -> Diagnostics {
        let skipped = std::mem::take(&mut self.scan.skipped);
        for conflict in &skipped.conflicts {
            self.conflict(conflict);
        }
        if let Some(start) = skipped.open_comment {
            let span = self.span(start, start + 2);
            self.problems.push(|| {
                Diagnostic::error(
                    "Unclosed comment",
                    "This comment is never closed, so that the rest of the file belongs to it.",
                )
                .at(span)
                .help("End the comment with */, or begin it with # if it is one line.")
            });
        }
        debug_assert!(self.tok.kind == TokenKind::Eof || self.problems.len() > 0, "all is read");
        self.problems.finish()
    }

    fn conflict(&mut self, conflict: &Conflict) {
        let span = |(start, end): (u32, u32)| self.span(start, end);
        let opening = span(conflict.opening);
        let (separator, closing) = (conflict.separator.map(span), conflict.closing.map(span));
        self.problems.push(|| {
            let mut d = Diagnostic::error(
                "Merge conflict",
                "This is a conflict marker of version control: two versions of these lines are left in the file.",
            )
            .at(opening)
            .help("Choose one of the versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.");
            if let Some(separator) = separator {
                d = d.label(separator, "the other version begins here");
            }
            if let Some(closing) = closing {
                d = d.label(closing, "and ends here");
            }
            d
        });
    }
}
