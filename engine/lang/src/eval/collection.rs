//! Tuples and objects that are written out.

use std::collections::HashMap;

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::marks::Marks;
use wb_core::text::{Name, quote};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{Expr, ExprKind, Exprs, Object, ObjectItem};

use super::Evaluator;

impl<'t> Evaluator<'_, '_, 't> {
    pub(super) fn tuple(&mut self, elements: Exprs<'t>, whole: Expr<'t>) -> Value {
        // A literal can be larger than the limit by itself; then it ends before its elements are there.
        if !self.env.has_room(elements.len() * size_of::<Value>(), whole.span()) {
            return Value::DYNAMIC;
        }
        let values: Vec<Value> = elements.iter().map(|element| self.expr(element)).collect();
        self.admit(Value::tuple(values), whole.span())
    }

    pub(super) fn object(&mut self, object: Object<'t>, whole: Expr<'t>) -> Value {
        let mut attributes: Vec<(Name, Value)> = Vec::with_capacity(object.len());
        let mut marks = Marks::NONE;
        let mut is_known = true;
        let mut seen: HashMap<Name, ObjectItem<'t>> = HashMap::new();
        for item in object.items() {
            let key = self.key(item, &mut marks);
            let value = self.expr(item.value());
            let Some(key) = key else {
                is_known = false;
                continue;
            };
            if object.refuses_duplicates()
                && let Some(first) = seen.insert(key.clone(), item)
            {
                self.duplicate(&key, first, item);
            }
            attributes.push((key, value));
        }
        if !is_known {
            // An attribute whose name is not known could be any.
            return Value::DYNAMIC;
        }
        self.admit(Value::object(attributes).with_marks(&marks), whole.span())
    }

    /// The name of an attribute; nothing where it is not known or is none, which is reported.
    fn key(&mut self, item: ObjectItem<'t>, marks: &mut Marks) -> Option<Name> {
        if let Some(word) = item.bare_key() {
            return Some(word.into());
        }
        let expr = item.key();
        if let ExprKind::Traversal(_) = expr.kind() {
            let detail = "If this expression is intended to be a reference, wrap it in parentheses. If it's instead \
                          intended as a literal name containing periods, wrap it in quotes to create a string literal.";
            self.error("Ambiguous attribute key", detail, expr.span());
            return None;
        }
        let before = self.env.errors();
        let key = self.expr(expr);
        if self.env.errors() > before {
            return None;
        }
        if key.is_null() {
            let detail = "Can't use a null value as a key.";
            self.error_in("Null value as key", detail, expr, expr.span().join(item.value().span()));
            return None;
        }
        *marks = marks.union(key.marks());
        match convert(key.unmarked(), Type::STRING) {
            Ok(key) => key.as_str().map(Name::from),
            Err(error) => {
                let detail = format!("Can't use this value as a key: {error}.");
                self.error_in("Incorrect key type", detail, expr, expr.span());
                None
            }
        }
    }

    fn duplicate(&mut self, key: &str, first: ObjectItem<'t>, second: ObjectItem<'t>) {
        let detail = format!("An attribute named {} was already defined.", quote(key));
        let diagnostic = Diagnostic::error("Duplicate object attribute", detail)
            .at(second.key().span())
            .label(first.key().span(), "defined here first");
        self.env.report(diagnostic);
    }
}
