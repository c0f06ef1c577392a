//! Operators between two operands.

use wb_core::convert::convert;
use wb_core::diag::Diagnostic;
use wb_core::marks::Marks;
use wb_core::source::Span;
use wb_core::ty::Type;
use wb_core::value::{OperandError, Value};
use wb_hcl::{BinaryOp, Expr, Operand, Operands};

use super::Evaluator;
use super::env::Checkpoint;

/// The left side of an operator: a first operand, or what the operators before gave.
struct Left {
    value: Value,
    span: Span,
    /// Before anything on this side was evaluated.
    start: Checkpoint,
    failed: bool,
}

impl<'t> Evaluator<'_, '_, 't> {
    /// Operators of one precedence, from left to right.
    pub(super) fn binary(&mut self, first: Expr<'t>, rest: Operands<'t>) -> Value {
        let start = self.env.checkpoint();
        let value = self.expr(first);
        let failed = self.env.errors() > start.errors();
        let mut left = Left { value, span: first.span(), start, failed };
        // The expression to show values of: what is on the left of the first operator, then the operand itself.
        let mut shown = first;
        for operand in rest.iter() {
            left = self.operator(&left, shown, operand);
            shown = operand.expr;
        }
        left.value
    }

    fn operator(&mut self, left: &Left, left_expr: Expr<'t>, operand: Operand<'t>) -> Left {
        let op = operand.op;
        let span = left.span.join(operand.expr.span());
        let middle = self.env.checkpoint();
        let right = self.expr(operand.expr);
        let right_failed = self.env.errors() > middle.errors();
        let result = result_type(op);
        let done = |value: Value, failed: bool| Left { value, span, start: left.start, failed };
        let (Some(a), Some(b)) = (
            self.operand(op, &left.value, "left", left_expr, left.span, span),
            self.operand(op, &right, "right", operand.expr, operand.expr.span(), span),
        ) else {
            return done(Value::unknown(result), true);
        };
        let marks = a.marks().union(b.marks());
        if let Some(settled) = self.short_circuit(op, [&a, &b], left, middle, right_failed) {
            return done(settled.with_marks(&marks), self.env.errors() > left.start.errors());
        }
        if left.failed || right_failed {
            return done(Value::unknown(result).with_marks(&marks), true);
        }
        match self.apply(op, &a, &b, span) {
            Ok(value) => {
                let value = self.admit(value.with_marks(&marks), span);
                done(value, self.env.is_exhausted())
            }
            Err(why) => {
                let detail = format!("Error during operation: {why}.");
                let diagnostic = Diagnostic::error("Operation failed", detail).at(span);
                let mut values = self.shown_values(left_expr);
                values.extend(self.shown_values(operand.expr));
                values.sort_by(|a, b| a.traversal.cmp(&b.traversal));
                values.dedup();
                self.env.report(Diagnostic { values, ..diagnostic });
                done(Value::unknown(result).with_marks(&marks), true)
            }
        }
    }

    /// An operand as the operator takes it; nothing where it cannot be.
    fn operand(
        &mut self,
        op: BinaryOp,
        value: &Value,
        side: &str,
        expr: Expr<'t>,
        at: Span,
        within: Span,
    ) -> Option<Value> {
        let ty = operand_type(op);
        if ty == Type::DYNAMIC || value.ty() == ty {
            return Some(value.clone());
        }
        match convert(value, ty) {
            Ok(value) => Some(value),
            Err(error) => {
                let detail = format!("Unsuitable value for {side} operand: {error}.");
                let diagnostic = Diagnostic::error("Invalid operand", detail).at(at).within(within);
                self.report_about(diagnostic, expr);
                None
            }
        }
    }

    /// What `&&` and `||` give where one side decides, or would once it is known. What the other side had to
    /// complain about is then forgotten.
    fn short_circuit(
        &mut self,
        op: BinaryOp,
        [a, b]: [&Value; 2],
        left: &Left,
        middle: Checkpoint,
        right_failed: bool,
    ) -> Option<Value> {
        let decisive = match op {
            BinaryOp::Or => true,
            BinaryOp::And => false,
            _ => return None,
        };
        let decides = |v: &Value| if decisive { v.is_true() } else { v.is_false() };
        let defers = |v: &Value| if decisive { v.is_false() } else { v.is_true() };
        let unknown = || Value::unknown(Type::BOOL).refine_not_null();
        let (keep_left, result) = match (a.is_known(), b.is_known()) {
            (false, false) if left.failed => return None,
            (false, false) => (true, unknown()),
            (true, _) if decides(a) => (true, Value::bool(decisive)),
            (_, true) if decides(b) => (false, Value::bool(decisive)),
            (false, true) if defers(b) => (true, unknown()),
            (true, false) if defers(a) => (false, unknown()),
            _ => return None,
        };
        if keep_left && right_failed {
            self.env.rewind(middle);
        } else if !keep_left && left.failed {
            self.env.forget_between(left.start, middle);
        }
        Some(result)
    }

    /// Both sides are of the operator's type.
    fn apply(&mut self, op: BinaryOp, a: &Value, b: &Value, span: Span) -> Result<Value, String> {
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            return Ok(self.equality(op, a, b, span));
        }
        let (a, b) = (a.unmarked(), b.unmarked());
        if a.is_null() || b.is_null() {
            return Err("argument must not be null".to_owned());
        }
        let compares = matches!(
            op,
            BinaryOp::Greater | BinaryOp::GreaterOrEqual | BinaryOp::Less | BinaryOp::LessOrEqual
        );
        let are_known = a.is_known() && b.is_known();
        if !compares && !are_known {
            return Ok(Value::unknown(result_type(op)).refine_not_null());
        }
        let result = match op {
            BinaryOp::Or => a.or(b),
            BinaryOp::And => a.and(b),
            BinaryOp::Greater => a.greater_than(b),
            BinaryOp::GreaterOrEqual => a.greater_than_or_equal(b),
            BinaryOp::Less => a.less_than(b),
            BinaryOp::LessOrEqual => a.less_than_or_equal(b),
            BinaryOp::Add => a.add(b),
            BinaryOp::Subtract => a.subtract(b),
            BinaryOp::Multiply => a.multiply(b),
            BinaryOp::Divide => a.divide(b),
            BinaryOp::Modulo => a.modulo(b),
            BinaryOp::Equal | BinaryOp::NotEqual => unreachable!("dealt with above"),
        };
        result.map_err(|error| match error {
            OperandError::Undefined => undefined(op).to_owned(),
            other => other.to_string(),
        })
    }

    fn equality(&mut self, op: BinaryOp, a: &Value, b: &Value, span: Span) -> Value {
        let (a, a_marks) = a.unmark_deep();
        let (b, b_marks) = b.unmark_deep();
        if !self.env.charge_comparison(&a, &b, span) {
            return Value::DYNAMIC;
        }
        let equal = a.equals(&b);
        let result = if op == BinaryOp::Equal { Ok(equal) } else { equal.not() };
        let marks: Marks = a_marks.union(&b_marks);
        result.unwrap_or(Value::DYNAMIC).with_marks(&marks)
    }
}

/// What the operator converts its operands to. Equality takes them as they are.
fn operand_type(op: BinaryOp) -> Type {
    match op {
        BinaryOp::Or | BinaryOp::And => Type::BOOL,
        BinaryOp::Equal | BinaryOp::NotEqual => Type::DYNAMIC,
        _ => Type::NUMBER,
    }
}

fn result_type(op: BinaryOp) -> Type {
    match op {
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Modulo => Type::NUMBER,
        _ => Type::BOOL,
    }
}

fn undefined(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "can't compute sum of opposing infinities",
        BinaryOp::Subtract => "can't subtract infinity from itself",
        BinaryOp::Multiply => "can't multiply zero by infinity",
        BinaryOp::Divide => "can't divide zero by zero or infinity by infinity",
        _ => "can't use modulo with zero and infinity",
    }
}
