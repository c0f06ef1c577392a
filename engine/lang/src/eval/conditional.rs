//! `condition ? yes : no`.

use wb_core::convert::{Safety, convert};
use wb_core::diag::Diagnostic;
use wb_core::refine::{Bound, Range, Refine};
use wb_core::text::quote;
use wb_core::ty::{Type, TypeKind};
use wb_core::unify::{ToUnified, unify};
use wb_core::value::Value;
use wb_hcl::Expr;

use super::Evaluator;

const INCONSISTENT: &str = "Inconsistent conditional result types";

/// The type of the result, and how each branch gets there.
struct Common {
    ty: Type,
    yes: Way,
    no: Way,
}

enum Way {
    AsIs,
    /// A bare `null` takes whatever type the other branch has.
    Null,
    Unified(ToUnified),
}

impl<'t> Evaluator<'_, '_, 't> {
    /// Both branches are always evaluated, as both types and marks count; what the branch not taken complained about
    /// does not.
    pub(super) fn conditional(
        &mut self,
        condition: Expr<'t>,
        yes: Expr<'t>,
        no: Expr<'t>,
        whole: Expr<'t>,
    ) -> Value {
        let start = self.env.checkpoint();
        let yes_value = self.expr(yes);
        let middle = self.env.checkpoint();
        let no_value = self.expr(no);
        let no_problems = self.env.take_since(middle);
        let yes_problems = self.env.take_since(start);

        let Some(common) = common_type(&yes_value, &no_value) else {
            let why = mismatch(yes_value.ty(), no_value.ty());
            let detail =
                format!("The true and false result expressions must have consistent types. {why}.");
            let diagnostic = Diagnostic::error(INCONSISTENT, detail)
                .at(yes.span().join(no.span()))
                .within(whole.span());
            self.report_about(diagnostic, whole);
            return Value::DYNAMIC;
        };
        let Some(answer) = self.condition(condition, whole) else {
            return Value::unknown(common.ty);
        };
        let marks = answer.marks().union(yes_value.marks()).union(no_value.marks());
        let (yes_value, no_value) = (yes_value.unmarked(), no_value.unmarked());
        let result = match answer.unmarked().as_bool() {
            None => either(common.ty, yes_value, no_value),
            Some(true) => {
                yes_problems.into_iter().for_each(|problem| self.env.report(problem));
                self.branch(&common.yes, common.ty, yes_value, "true", yes, whole)
            }
            Some(false) => {
                no_problems.into_iter().for_each(|problem| self.env.report(problem));
                self.branch(&common.no, common.ty, no_value, "false", no, whole)
            }
        };
        result.with_marks(&marks)
    }

    /// The condition as a bool, known or not; nothing where it is none, which is reported.
    fn condition(&mut self, condition: Expr<'t>, whole: Expr<'t>) -> Option<Value> {
        let before = self.env.errors();
        let value = self.expr(condition);
        if self.env.errors() > before {
            return None;
        }
        if value.is_null() {
            let detail = "The condition value is null. Conditions must either be true or false.";
            self.error_in("Null condition", detail, condition, whole.span());
            return None;
        }
        if !value.is_known() {
            return Some(value);
        }
        let converted = convert(&value, Type::BOOL).ok();
        if converted.is_none() {
            let detail = "The condition expression must be of type bool.";
            self.error_in("Incorrect condition type", detail, condition, whole.span());
        }
        converted
    }

    fn branch(
        &mut self,
        way: &Way,
        ty: Type,
        value: &Value,
        which: &str,
        expr: Expr<'t>,
        whole: Expr<'t>,
    ) -> Value {
        let converted = match way {
            Way::AsIs => return value.clone(),
            Way::Null => convert(value, ty),
            Way::Unified(way) => {
                if self.env.charge(value.size()).is_err() {
                    self.env.exhaust(expr.span());
                    return Value::DYNAMIC;
                }
                way.apply(value)
            }
        };
        converted.unwrap_or_else(|error| {
            let detail = format!("The {which} result value has the wrong type: {error}.");
            self.error_in(INCONSISTENT, detail, expr, whole.span());
            Value::unknown(ty)
        })
    }
}

/// The common type of the branches, if they have one.
fn common_type(yes: &Value, no: &Value) -> Option<Common> {
    let is_bare_null = |value: &Value| *value == Value::null(Type::DYNAMIC);
    if is_bare_null(yes) {
        return Some(Common { ty: no.ty(), yes: Way::Null, no: Way::AsIs });
    }
    if is_bare_null(no) {
        return Some(Common { ty: yes.ty(), yes: Way::AsIs, no: Way::Null });
    }
    let (yes, no) = (yes.ty(), no.ty());
    if yes == no {
        return Some(Common { ty: yes, yes: Way::AsIs, no: Way::AsIs });
    }
    if yes == Type::DYNAMIC || no == Type::DYNAMIC {
        // There is no telling before the open type is known.
        return Some(Common { ty: Type::DYNAMIC, yes: Way::AsIs, no: Way::AsIs });
    }
    let unified = unify([yes, no], Safety::Unsafe)?;
    let mut ways = unified.conversions.into_iter().map(|way| way.map_or(Way::AsIs, Way::Unified));
    Some(Common { ty: unified.ty, yes: ways.next()?, no: ways.next()? })
}

/// What is known of the result where it is not known which branch will be taken.
fn either(ty: Type, yes: &Value, no: &Value) -> Value {
    if yes.is_null() && no.is_null() {
        return Value::null(ty);
    }
    let (yes_range, no_range) = (yes.range(), no.range());
    let unknown = Value::unknown(ty).refine();
    let unknown = if yes_range.is_not_null() && no_range.is_not_null() {
        unknown.not_null()
    } else {
        unknown
    };
    let refined = if yes.ty() == Type::NUMBER && no.ty() == Type::NUMBER {
        between(unknown, &yes_range, &no_range)
    } else if yes.ty().is_collection() && yes.ty() == no.ty() {
        unknown
            .length_min(yes_range.min_length().min(no_range.min_length()))
            .length_max(yes_range.max_length().max(no_range.max_length()))
    } else {
        unknown
    };
    refined.build().unwrap_or_else(|_| Value::unknown(ty))
}

/// The wider of the bounds on either side.
fn between(unknown: Refine, yes: &Range, no: &Range) -> Refine {
    let wider = |a: Bound, b: Bound, toward: std::cmp::Ordering| match a.number.compare(&b.number) {
        std::cmp::Ordering::Equal => Bound { inclusive: a.inclusive || b.inclusive, ..a },
        order if order == toward => a,
        _ => b,
    };
    // A null has no bounds of its own, and leaves the other's open.
    if yes.is_null() || no.is_null() {
        return unknown;
    }
    let min = wider(yes.number_min(), no.number_min(), std::cmp::Ordering::Less);
    let max = wider(yes.number_max(), no.number_max(), std::cmp::Ordering::Greater);
    unknown.number_min(min.number, min.inclusive).number_max(max.number, max.inclusive)
}

/// Why two types have nothing in common, as the end of a sentence without its full stop.
fn mismatch(yes: Type, no: Type) -> String {
    match (yes.kind(), no.kind()) {
        (TypeKind::Object(a), TypeKind::Object(b)) => {
            for (name, ty) in a.iter() {
                let name_shown = quote(name);
                match b.get(name) {
                    None => {
                        return format!(
                            "The 'true' value includes object attribute {name_shown}, which is absent in the 'false' value"
                        );
                    }
                    Some(other) if other != ty => {
                        let inner = mismatch(ty, other);
                        return format!("Type mismatch for object attribute {name_shown}: {inner}");
                    }
                    Some(_) => {}
                }
            }
            if let Some(name) = b.shape().names().find(|name| a.get(name).is_none()) {
                let name = quote(name);
                return format!(
                    "The 'false' value includes object attribute {name}, which is absent in the 'true' value"
                );
            }
        }
        (TypeKind::Tuple(a), TypeKind::Tuple(b)) => {
            let (a_length, b_length) = (a.len(), b.len());
            if a_length != b_length {
                return format!(
                    "The 'true' tuple has length {a_length}, but the 'false' tuple has length {b_length}"
                );
            }
            let pairs = a.iter().zip(b.iter()).enumerate();
            if let Some((at, (x, y))) = pairs.into_iter().find(|(_, (x, y))| x != y) {
                return format!("Type mismatch for tuple element {at}: {}", mismatch(x, y));
            }
        }
        (TypeKind::List(a), TypeKind::List(b)) if are_structures(a, b) => {
            return format!("Mismatched list element types: {}", mismatch(a, b));
        }
        (TypeKind::Set(a), TypeKind::Set(b)) if are_structures(a, b) => {
            return format!("Mismatched set element types: {}", mismatch(a, b));
        }
        (TypeKind::Map(a), TypeKind::Map(b)) if are_structures(a, b) => {
            return format!("Mismatched map element types: {}", mismatch(a, b));
        }
        _ => {}
    }
    let (yes, no) = (yes.friendly_name(), no.friendly_name());
    if yes == no {
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the \
                'false' value"
            .to_owned();
    }
    format!("The 'true' value is {yes}, but the 'false' value is {no}")
}

fn are_structures(a: Type, b: Type) -> bool {
    (a.is_object() && b.is_object()) || (a.is_tuple() && b.is_tuple())
}
