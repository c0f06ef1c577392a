//! Comparison of numbers in the language.

use std::cmp::Ordering;

use crate::refine::Range;
use crate::ty::Type;

use super::arith::{OperandError, operands};
use super::{Value, View};

impl Value {
    /// # Errors
    /// When an operand is null or no number.
    pub fn less_than(&self, other: &Self) -> Result<Self, OperandError> {
        self.compare(other, Ordering::Less)
    }

    /// # Errors
    /// When an operand is null or no number.
    pub fn greater_than(&self, other: &Self) -> Result<Self, OperandError> {
        self.compare(other, Ordering::Greater)
    }

    /// # Errors
    /// When an operand is null or no number.
    pub fn less_than_or_equal(&self, other: &Self) -> Result<Self, OperandError> {
        self.less_than(other)?.or(&self.equals(other))
    }

    /// # Errors
    /// When an operand is null or no number.
    pub fn greater_than_or_equal(&self, other: &Self) -> Result<Self, OperandError> {
        self.greater_than(other)?.or(&self.equals(other))
    }

    fn compare(&self, other: &Self, wanted: Ordering) -> Result<Self, OperandError> {
        let result = match operands(Type::NUMBER, [self, other])? {
            Some([a, b]) => match (a.view(), b.view()) {
                (View::Number(a), View::Number(b)) => Self::bool(a.compare(b) == wanted),
                _ => return Err(OperandError::Null),
            },
            None => match order_of(&self.range(), &other.range()) {
                Some(order) => Self::bool(order == wanted),
                None => Self::unknown(Type::BOOL).refine_not_null(),
            },
        };
        Ok(result.with_marks_of([self, other]))
    }
}

/// How all numbers of one range compare to all of another, where that is certain.
fn order_of(a: &Range, b: &Range) -> Option<Ordering> {
    if a.is_below(b) {
        Some(Ordering::Less)
    } else if b.is_below(a) {
        Some(Ordering::Greater)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_do_not_meet_are_in_order() {
        let small = Value::unknown(Type::NUMBER).refine().number_max(2, true).build().unwrap();
        assert_eq!(small.less_than(&3.into()), Ok(Value::TRUE));
        assert_eq!(small.greater_than(&3.into()), Ok(Value::FALSE));
        assert_eq!(small.greater_than_or_equal(&3.into()), Ok(Value::FALSE));
        assert!(!small.less_than(&2.into()).unwrap().is_known());
        assert_eq!(Value::from(2).less_than_or_equal(&2.into()), Ok(Value::TRUE));
    }
}
