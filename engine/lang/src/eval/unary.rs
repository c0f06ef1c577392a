//! Signs: `-x` and `!x`.

use wb_core::convert::convert;
use wb_core::source::Span;
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::{Expr, Signs, UnaryOp};

use super::Evaluator;

impl<'t> Evaluator<'_, '_, 't> {
    pub(super) fn unary(&mut self, signs: Signs<'t>, operand: Expr<'t>, whole: Expr<'t>) -> Value {
        let before = self.env.errors();
        let mut value = self.expr(operand);
        // The sign next to the operand is the first to be taken.
        for (op, span) in signs.iter().rev() {
            if self.env.errors() > before {
                return Value::unknown(result_type(op));
            }
            value = self.sign(op, span, &value, operand, whole);
        }
        value
    }

    fn sign(
        &mut self,
        op: UnaryOp,
        span: Span,
        value: &Value,
        operand: Expr<'t>,
        whole: Expr<'t>,
    ) -> Value {
        let ty = result_type(op);
        let value = match convert(value, ty) {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("Unsuitable value for unary operand: {error}.");
                self.error_in("Invalid operand", detail, operand, whole.span());
                return Value::unknown(ty);
            }
        };
        if value.is_null() {
            let detail = "Error during operation: argument must not be null.";
            self.error_in("Operation failed", detail, operand, span.join(operand.span()));
            return Value::unknown(ty);
        }
        let result = match op {
            _ if !value.is_known() => {
                Ok(Value::unknown(ty).refine_not_null().with_marks(value.marks()))
            }
            UnaryOp::Negate => value.negate(),
            UnaryOp::Not => value.not(),
        };
        result.unwrap_or_else(|error| {
            let detail = format!("Error during operation: {error}.");
            self.error_in("Operation failed", detail, operand, whole.span());
            Value::unknown(ty)
        })
    }
}

fn result_type(op: UnaryOp) -> Type {
    match op {
        UnaryOp::Negate => Type::NUMBER,
        UnaryOp::Not => Type::BOOL,
    }
}
