//! Templates: strings made of parts.

use wb_core::convert::convert;
use wb_core::marks::Marks;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_hcl::{Expr, Exprs};

use super::Evaluator;

const INVALID_VALUE: &str = "Invalid template interpolation value";

/// As much of the beginning of an unknown string is remembered.
const LONGEST_PREFIX: usize = 128;

impl<'t> Evaluator<'_, '_, 't> {
    /// A string made of parts. Where one is unknown, the parts before it are known to be its beginning.
    pub(super) fn template(&mut self, parts: Exprs<'t>, template: Expr<'t>) -> Value {
        let before = self.env.errors();
        let mut text = String::new();
        let mut marks = Marks::NONE;
        let mut is_known = true;
        for part in parts.iter() {
            let errors = self.env.errors();
            let value = self.expr(part);
            if self.env.errors() > errors {
                is_known = false;
                continue;
            }
            marks = marks.union(value.marks());
            if !value.is_known() {
                is_known = false;
            } else if is_known {
                self.push_part(&value, &mut text, part, template);
            } else {
                // The text is given up, but a part that could never be in it is still wrong.
                self.push_part(&value, &mut String::new(), part, template);
            }
        }
        let failed = self.env.errors() > before;
        let result = if is_known && !failed {
            Value::string(&text)
        } else if failed || text.is_empty() {
            Value::unknown(Type::STRING).refine_not_null()
        } else {
            unknown_with_prefix(&text)
        };
        self.admit(result.with_marks(&marks), template.span())
    }

    fn push_part(&mut self, value: &Value, text: &mut String, part: Expr<'t>, template: Expr<'t>) {
        let value = value.unmarked();
        if let View::String(part) = value.view() {
            if self.env.has_room(text.len() + part.len(), template.span()) {
                text.push_str(part);
            }
            return;
        }
        if value.is_null() {
            let detail =
                "The expression result is null. Cannot include a null value in a string template.";
            return self.error_in(INVALID_VALUE, detail, part, template.span());
        }
        match convert(value, Type::STRING) {
            Ok(converted) => text.push_str(converted.unmarked().as_str().unwrap_or_default()),
            Err(error) => {
                let detail =
                    format!("Cannot include the given value in a string template: {error}.");
                self.error_in(INVALID_VALUE, detail, part, template.span());
            }
        }
    }

    /// A `for` directive: the strings of a tuple joined.
    pub(super) fn template_join(&mut self, tuple: Expr<'t>) -> Value {
        let before = self.env.errors();
        let value = self.expr(tuple);
        let unknown = Value::unknown(Type::STRING);
        if self.env.errors() > before {
            return unknown;
        }
        let mut marks = value.marks().clone();
        let View::Tuple(elements) = value.unmarked().view() else {
            // What makes a tuple here has a type as soon as it is known.
            return unknown.with_marks(&marks);
        };
        let mut text = String::new();
        for element in elements {
            marks = marks.union(element.marks());
            if !element.is_known() {
                return unknown.with_marks(&marks);
            }
            if element.is_null() {
                let detail = "An iteration result is null. Cannot include a null value in a string template.";
                self.error_in(INVALID_VALUE, detail, tuple, tuple.span());
                return unknown.with_marks(&marks);
            }
            match convert(element.unmarked(), Type::STRING) {
                Ok(part) => {
                    let part = part.unmarked().as_str().unwrap_or_default();
                    if !self.env.has_room(text.len() + part.len(), tuple.span()) {
                        return unknown.with_marks(&marks);
                    }
                    text.push_str(part);
                }
                Err(error) => {
                    let detail = format!(
                        "Cannot include one of the interpolation results into the string template: {error}."
                    );
                    self.error_in(INVALID_VALUE, detail, tuple, tuple.span());
                    return unknown.with_marks(&marks);
                }
            }
        }
        self.admit(Value::string(text).with_marks(&marks), tuple.span())
    }
}

fn unknown_with_prefix(text: &str) -> Value {
    let end = text.floor_char_boundary(LONGEST_PREFIX);
    let refined = Value::unknown(Type::STRING).refine().not_null().prefix(&text[..end]);
    refined.build().expect("a prefix contradicts nothing")
}
