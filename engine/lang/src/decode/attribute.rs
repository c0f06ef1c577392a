//! One argument: evaluated, converted, and held against the rules of its attribute.

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::marks::MarkKinds;
use wb_core::path::{Path, Step};
use wb_core::schema::{NestedAttributes, Nesting};
use wb_core::source::Span;
use wb_core::value::{Value, View};

use super::schema::Attribute;
use super::{Decoder, Ephemeral, problem};
use crate::typeexpr::locate;

impl<'t> Decoder<'_, 't> {
    pub(super) fn attribute(
        &mut self,
        wanted: &Attribute,
        written: &wb_hcl::Attribute<'t>,
    ) -> Value {
        let given = self.evaluate(written.expr);
        let absent = || Value::null(wanted.wanted);
        let unknown = || Value::unknown(wanted.wanted);
        if let Some(problem) = self.rule(wanted, written, &given) {
            self.diags.push(problem);
            return absent();
        }
        let value = match convert(&given, wanted.wanted) {
            Ok(value) => value,
            Err(error) => {
                let problem = problem::wrong_type(written, &given, wanted.wanted, &error);
                self.report_about(problem, written.expr);
                return unknown();
            }
        };
        if value.is_null() && wanted.settable.required {
            self.report_about(problem::null_argument(written), written.expr);
            return unknown().with_marks(value.marks());
        }
        self.check_ephemeral(wanted, written, &value);
        if let Some(nested) = &wanted.nested {
            self.check_nested(nested, written, &value);
        }
        if self.options.is_static && wanted.deprecated.is_some() && !value.is_null() {
            let why = wanted.deprecated.as_deref().unwrap_or_default();
            self.diags.push(problem::deprecated("Argument", why, written.name_span));
        }
        if self.is_unknown { unknown().with_marks(value.marks()) } else { value }
    }

    /// Whether an attribute that nobody may set is set. Null is as good as nothing, so that modules can leave it open.
    fn rule(
        &self,
        wanted: &Attribute,
        written: &wb_hcl::Attribute<'_>,
        given: &Value,
    ) -> Option<Diagnostic> {
        if !self.is_set(given) {
            return None;
        }
        if let Some(instead) = &wanted.refused {
            return Some(problem::refused("argument", written.name, instead, written.name_span));
        }
        let is_fixed = !wanted.settable.by_user();
        is_fixed.then(|| problem::not_settable(written.name, written.name_span))
    }

    fn is_set(&self, value: &Value) -> bool {
        if value.is_known() { !value.is_null() } else { !self.options.is_static }
    }

    fn check_ephemeral(
        &mut self,
        wanted: &Attribute,
        written: &wb_hcl::Attribute<'t>,
        value: &Value,
    ) {
        let is_free = wanted.write_only || self.options.ephemeral == Ephemeral::Anywhere;
        if is_free || !value.deep_mark_kinds().intersects(MarkKinds::EPHEMERAL) {
            return;
        }
        let (_, places) = value.unmark_deep_with_paths();
        let kept = places.into_iter().find(|place| {
            let is_write_only =
                wanted.nested.as_ref().is_some_and(|n| leads_to_write_only(n, place.path.steps()));
            place.marks.is_ephemeral() && !is_write_only
        });
        if let Some(place) = kept {
            let at = locate::span(written.expr, &place.path);
            let path = format!("{}{}", written.name, place.path);
            self.diags.push(problem::ephemeral(&path, at).within(written.span));
        }
    }

    /// Checks the rules of nested attributes.
    fn check_nested(
        &mut self,
        nested: &NestedAttributes,
        written: &wb_hcl::Attribute<'t>,
        value: &Value,
    ) {
        let mut check = NestedCheck {
            is_static: self.options.is_static,
            written,
            path: Path::new(),
            found: Vec::new(),
        };
        check.all(nested, value);
        self.diags.extend(check.found);
    }
}

/// Whether a path into a nested attribute passes through one that is write-only.
fn leads_to_write_only(nested: &NestedAttributes, steps: &[Step]) -> bool {
    let Some(at) = steps.iter().position(|step| matches!(step, Step::GetAttr(_))) else {
        return false;
    };
    let Step::GetAttr(name) = &steps[at] else { return false };
    nested.attribute(name).is_some_and(|attribute| {
        attribute.write_only
            || attribute.as_nested().is_some_and(|n| leads_to_write_only(n, &steps[at + 1..]))
    })
}

struct NestedCheck<'c, 't> {
    is_static: bool,
    written: &'c wb_hcl::Attribute<'t>,
    path: Path,
    found: Vec<Diagnostic>,
}

impl NestedCheck<'_, '_> {
    /// Recursion goes as deep as the schema.
    fn all(&mut self, nested: &NestedAttributes, value: &Value) {
        let value = value.unmarked();
        if matches!(nested.nesting, Nesting::Single | Nesting::Group) {
            return self.one(nested, value);
        }
        match value.view() {
            View::List(elements) | View::Set(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.at(Step::Index(Value::from(at)), |check| check.one(nested, element));
                }
            }
            View::Map(map) => {
                for (key, element) in map.iter() {
                    self.at(Step::Index(Value::string(key)), |check| check.one(nested, element));
                }
            }
            _ => {}
        }
    }

    fn at(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    fn one(&mut self, nested: &NestedAttributes, value: &Value) {
        let Some(object) = value.unmarked().as_object() else { return };
        for attribute in nested.attributes() {
            let Some(value) = object.get(&attribute.name) else { continue };
            let is_set = if value.is_known() { !value.is_null() } else { !self.is_static };
            if !is_set {
                continue;
            }
            self.at(Step::GetAttr((&*attribute.name).into()), |check| {
                let path = format!("{}{}", check.written.name, check.path);
                let span = check.span();
                if let Some(instead) = &attribute.refused {
                    check.found.push(problem::refused("argument", &path, instead, span));
                } else if !attribute.settable.by_user() {
                    check.found.push(problem::not_settable(&path, span));
                } else if let (Some(why), true) = (&attribute.deprecated, check.is_static) {
                    check.found.push(problem::deprecated("Argument", why, span));
                }
                if let Some(inner) = attribute.as_nested() {
                    check.all(inner, value);
                }
            });
        }
    }

    fn span(&self) -> Span {
        locate::span(self.written.expr, &self.path)
    }
}
