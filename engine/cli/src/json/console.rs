//! Answers of the console: `console -json`, one object a line.

use std::io;

use wb_core::diag::Diagnostics;
use wb_core::json::encode_type;
use wb_core::source::SourceMap;
use wb_lang::eval::console::Answer;

use super::out::Out;
use super::{diagnostic, values};
use crate::render::places::Places;

/// Writes an answer. Beside a value in which something is unknown or sensitive stands where, in the same shape.
///
/// # Errors
/// Where it cannot be written.
pub fn console_answer(answer: &Answer, to: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Out::new(to);
    out.object(|out| match answer {
        Answer::Type(ty) => {
            out.key("type").string("type");
            out.key("value").raw(&encode_type(*ty));
        }
        Answer::Value(value) => {
            out.key("type").raw(&encode_type(value.ty()));
            values::known(out.key("value"), value);
            if !value.is_wholly_known() {
                values::unknown(out.key("unknown"), value);
            }
            if value.deep_marks().is_sensitive() {
                values::sensitive(out.key("sensitive"), value);
            }
        }
    });
    out.finish()
}

/// Writes why there is no answer: the first error.
///
/// # Errors
/// Where it cannot be written.
pub fn console_error(
    problems: &Diagnostics,
    sources: &SourceMap,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = Out::new(to);
    let mut places = Places::new(sources);
    out.object(|out| {
        if let Some(problem) = problems.iter().find(|problem| problem.is_error()) {
            diagnostic::write(out.key("error"), problem, &mut places);
        }
    });
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::super::out::written;
    use super::*;
    use wb_core::diag::Diagnostic;
    use wb_core::marks::Marks;
    use wb_core::source::Span;
    use wb_core::ty::Type;
    use wb_core::value::Value;

    #[test]
    fn an_answer_is_a_line() {
        let secret = Value::from("x").with_marks(&Marks::SENSITIVE);
        let value = Value::object([("a", Value::unknown(Type::STRING)), ("b", secret)]);
        let line = |answer| written(|to| console_answer(&answer, to));
        assert_eq!(
            line(Answer::Value(value)),
            "{\"type\":[\"object\",{\"a\":\"string\",\"b\":\"string\"}],\"value\":{\"b\":\"x\"},\"unknown\":{\"a\":true},\"sensitive\":{\"b\":true}}\n"
        );
        assert_eq!(line(Answer::Type(Type::BOOL)), "{\"type\":\"type\",\"value\":\"bool\"}\n");
    }

    #[test]
    fn an_error_has_its_place() {
        let mut sources = SourceMap::new();
        let id = sources.add("<console-input>", "1 + x");
        let problem = Diagnostic::error("Wrong", "Quite.").at(Span::new(id, 4, 5));
        let line = written(|to| console_error(&problem.into(), &sources, to));
        assert!(line.starts_with(
            "{\"error\":{\"severity\":\"error\",\"summary\":\"Wrong\",\"detail\":\"Quite.\",\"range\":{\"filename\":\"\\u003cconsole-input\\u003e\",\"start\":{\"line\":1,\"column\":5"
        ), "{line}");
    }
}
