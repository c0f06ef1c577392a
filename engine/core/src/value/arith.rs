//! Arithmetic of the language.
//!
//! The result of an operation on something unknown is an unknown number, never null, and bounded where the ranges of
//! the operands bound it. Marks of the operands go to the result.

use crate::number::{Number, Undefined};
use crate::refine::Range;
use crate::ty::Type;

use super::{Value, View};

/// Why an operator has no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OperandError {
    /// An operand is of the wrong type. Operators do not convert.
    Type { wanted: Type, got: Type },
    /// An operand is null.
    Null,
    /// There is no such number: see [`Undefined`].
    Undefined,
}

type Binary = fn(&Number, &Number) -> Result<Number, Undefined>;

impl Value {
    /// # Errors
    /// When an operand is null or no number, or there is no sum.
    pub fn add(&self, other: &Self) -> Result<Self, OperandError> {
        self.calculate(other, Number::add, true)
    }

    /// # Errors
    /// When an operand is null or no number, or there is no difference.
    pub fn subtract(&self, other: &Self) -> Result<Self, OperandError> {
        self.calculate(other, Number::subtract, true)
    }

    /// # Errors
    /// When an operand is null or no number, or there is no product.
    pub fn multiply(&self, other: &Self) -> Result<Self, OperandError> {
        // Zero times anything is zero or an error, whatever else is unknown.
        let is_zero = |v: &Self| v.unmarked().as_number().is_some_and(Number::is_zero);
        if (is_zero(self) && !other.is_known()) || (is_zero(other) && !self.is_known()) {
            operands(Type::NUMBER, [self, other])?;
            return Ok(Self::int(0).with_marks_of([self, other]));
        }
        self.calculate(other, Number::multiply, true)
    }

    /// Division by zero gives an infinity; the language's `/` refuses it before.
    ///
    /// # Errors
    /// When an operand is null or no number, or there is no quotient.
    pub fn divide(&self, other: &Self) -> Result<Self, OperandError> {
        // A quotient is not bounded by its operands' bounds, as the divisor may come near zero.
        self.calculate(other, Number::divide, false)
    }

    /// # Errors
    /// When an operand is null or no number, or an infinity takes part.
    pub fn modulo(&self, other: &Self) -> Result<Self, OperandError> {
        self.calculate(other, Number::modulo, false)
    }

    /// # Errors
    /// When the operand is null or no number.
    pub fn negate(&self) -> Result<Self, OperandError> {
        let result = match operands(Type::NUMBER, [self])? {
            Some([number]) => Self::number(number.as_number().ok_or(OperandError::Null)?.negate()),
            None => Self::unknown(Type::NUMBER).refine_not_null(),
        };
        Ok(result.with_marks(self.marks()))
    }

    /// # Errors
    /// When the operand is null or no number.
    pub fn absolute(&self) -> Result<Self, OperandError> {
        let result = match operands(Type::NUMBER, [self])? {
            Some([number]) => {
                Self::number(number.as_number().ok_or(OperandError::Null)?.absolute())
            }
            None => {
                let refine = Self::unknown(Type::NUMBER).refine().not_null();
                refine.number_min(0, true).build().expect("zero and up contradicts nothing")
            }
        };
        Ok(result.with_marks(self.marks()))
    }

    /// `is_monotonic` says that the extremes of the result come from the extremes of the operands.
    fn calculate(
        &self,
        other: &Self,
        operation: Binary,
        is_monotonic: bool,
    ) -> Result<Self, OperandError> {
        let result = match operands(Type::NUMBER, [self, other])? {
            Some([a, b]) => match (a.view(), b.view()) {
                (View::Number(a), View::Number(b)) => Self::number(operation(a, b)?),
                _ => return Err(OperandError::Null),
            },
            None if is_monotonic => between(operation, &self.range(), &other.range()),
            None => Self::unknown(Type::NUMBER).refine_not_null(),
        };
        Ok(result.with_marks_of([self, other]))
    }
}

/// The operands without marks; nothing where one is unknown, so that the result is. A value of unknown type may yet
/// turn out to be of the right one.
///
/// # Errors
/// When an operand is null or has another type.
pub(super) fn operands<const N: usize>(
    wanted: Type,
    values: [&Value; N],
) -> Result<Option<[&Value; N]>, OperandError> {
    let mut all_known = true;
    for value in values {
        match value.ty() {
            got if got != wanted && got != Type::DYNAMIC => {
                return Err(OperandError::Type { wanted, got });
            }
            _ if value.is_null() => return Err(OperandError::Null),
            _ => all_known &= value.is_known(),
        }
    }
    Ok(all_known.then(|| values.map(Value::unmarked)))
}

/// The unknown number that lies between the smallest and the largest result at the ends of two ranges.
fn between(operation: Binary, a: &Range, b: &Range) -> Value {
    let unknown = Value::unknown(Type::NUMBER).refine().not_null();
    let ends = |range: &Range| [range.number_min().number, range.number_max().number];
    let (a_ends, b_ends) = (ends(a), ends(b));
    let corners: Result<Vec<Number>, Undefined> =
        a_ends.iter().flat_map(|a| b_ends.iter().map(move |b| operation(a, b))).collect();
    let typed = [a, b].iter().all(|range| range.ty() == Type::NUMBER);
    let refined = match corners {
        Ok(corners) if typed => {
            let min = corners.iter().min_by(|a, b| a.compare(b)).cloned();
            let max = corners.iter().max_by(|a, b| a.compare(b)).cloned();
            match (min, max) {
                (Some(min), Some(max)) => unknown.number_range(min, max),
                _ => unknown,
            }
        }
        // Where an end is infinite, a corner may have no value; then nothing is known.
        _ => unknown,
    };
    refined.build().expect("a minimum is not above a maximum")
}

impl From<Undefined> for OperandError {
    fn from(_: Undefined) -> Self {
        Self::Undefined
    }
}

impl std::fmt::Display for OperandError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Type { wanted, got } => {
                let (wanted, got) = (wanted.friendly_name(), got.friendly_name());
                write!(f, "{wanted} required, but have {got}")
            }
            Self::Null => f.write_str("a value that is not null is required"),
            Self::Undefined => Undefined.fmt(f),
        }
    }
}

impl std::error::Error for OperandError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;

    fn at_least(min: i64) -> Value {
        Value::unknown(Type::NUMBER).refine().not_null().number_min(min, true).build().unwrap()
    }

    #[test]
    fn bounds_go_through_sums_and_products() {
        assert_eq!(at_least(3).add(&2.into()), Ok(at_least(5)));
        assert_eq!(at_least(3).add(&at_least(4)), Ok(at_least(7)));
        assert_eq!(at_least(3).multiply(&2.into()), Ok(at_least(6)));
        let not_null = Value::unknown(Type::NUMBER).refine_not_null();
        assert_eq!(at_least(3).subtract(&at_least(1)), Ok(not_null.clone()));
        assert_eq!(at_least(3).add(&Value::DYNAMIC), Ok(not_null.clone()));
        assert_eq!(at_least(3).divide(&2.into()), Ok(not_null));
    }

    #[test]
    fn zero_swallows_the_unknown() {
        assert_eq!(Value::DYNAMIC.multiply(&0.into()), Ok(Value::from(0)));
        let text = Value::unknown(Type::STRING);
        assert!(matches!(text.multiply(&0.into()), Err(OperandError::Type { .. })));
    }

    #[test]
    fn marks_of_both_operands_stay() {
        let a = Value::from(1).with_marks(&Marks::SENSITIVE);
        let b = Value::from(2).with_marks(&Marks::EPHEMERAL);
        let sum = a.add(&b).unwrap();
        assert_eq!((sum.marks().len(), sum.unmarked()), (2, &Value::from(3)));
        let product = a.multiply(&Value::unknown(Type::NUMBER)).unwrap();
        assert_eq!(product.marks(), &Marks::SENSITIVE);
    }

    #[test]
    fn what_has_no_result_is_named() {
        let null = Value::null(Type::NUMBER);
        assert_eq!(null.add(&1.into()), Err(OperandError::Null));
        assert_eq!(Value::from(0).divide(&0.into()), Err(OperandError::Undefined));
        let why = Value::TRUE.negate().unwrap_err().to_string();
        assert_eq!(why, "number required, but have bool");
    }
}
