//! The language's `==`, and the operators on bools.

use crate::ty::Type;

use super::arith::{OperandError, operands};
use super::{Value, View};

/// What is known about whether two values are equal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Equal {
    Yes,
    No,
    Unknown,
}

impl Value {
    /// Whether two values are equal, as the language's `==` has it: types are not converted, nulls of all types are
    /// equal, and where something unknown decides, the answer is unknown. The answer wears the marks of both values
    /// and of everything in them; but where one of two is null, only their own, as nothing inside was looked at.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        if self.contains_marked() || other.contains_marked() {
            let (a, a_marks) = self.unmark_deep();
            let (b, b_marks) = other.unmark_deep();
            let result = a.equals(&b);
            if a.is_null() != b.is_null() {
                return result.with_marks(self.marks()).with_marks(other.marks());
            }
            return result.with_marks(&a_marks).with_marks(&b_marks);
        }
        match compare(self, other) {
            Equal::Yes => Self::TRUE,
            Equal::No => Self::FALSE,
            Equal::Unknown => Self::unknown(Type::BOOL).refine_not_null(),
        }
    }
}

impl Value {
    /// As [`Value::equals`], negated.
    #[must_use]
    pub fn not_equals(&self, other: &Self) -> Self {
        self.equals(other).not().expect("equality gives a bool that is not null")
    }

    /// # Errors
    /// When the operand is null or no bool.
    pub fn not(&self) -> Result<Self, OperandError> {
        let result = match operands(Type::BOOL, [self])? {
            Some([value]) => Self::bool(value.is_false()),
            None => Self::unknown(Type::BOOL).refine_not_null(),
        };
        Ok(result.with_marks(self.marks()))
    }

    /// False as soon as one side is known to be, whatever the other turns out to be.
    ///
    /// # Errors
    /// When an operand is null or no bool.
    pub fn and(&self, other: &Self) -> Result<Self, OperandError> {
        self.combine(other, false)
    }

    /// True as soon as one side is known to be, whatever the other turns out to be.
    ///
    /// # Errors
    /// When an operand is null or no bool.
    pub fn or(&self, other: &Self) -> Result<Self, OperandError> {
        self.combine(other, true)
    }

    /// `decisive` is the value that settles the result.
    fn combine(&self, other: &Self, decisive: bool) -> Result<Self, OperandError> {
        let all_known = operands(Type::BOOL, [self, other])?.is_some();
        let is_decisive = |value: &Self| if decisive { value.is_true() } else { value.is_false() };
        let result = if is_decisive(self) || is_decisive(other) {
            Self::bool(decisive)
        } else if all_known {
            Self::bool(!decisive)
        } else {
            Self::unknown(Type::BOOL).refine_not_null()
        };
        Ok(result.with_marks_of([self, other]))
    }
}

/// Neither value holds marks.
fn compare(a: &Value, b: &Value) -> Equal {
    if (a.is_null() && is_not_null(b)) || (b.is_null() && is_not_null(a)) {
        return Equal::No;
    }
    match (a.is_known(), b.is_known()) {
        (false, false) => return Equal::Unknown,
        (true, false) => return compare_to_unknown(a, b),
        (false, true) => return compare_to_unknown(b, a),
        (true, true) => {}
    }
    match (a.is_null(), b.is_null()) {
        (true, true) => return Equal::Yes,
        (false, false) => {}
        _ => return Equal::No,
    }
    let (a_type, b_type) = (a.ty(), b.ty());
    if !a.has_wholly_known_type() || !b.has_wholly_known_type() {
        let never = !a_type.conforms_to(b_type) && !b_type.conforms_to(a_type);
        return if never { Equal::No } else { Equal::Unknown };
    }
    if a_type != b_type {
        return Equal::No;
    }
    compare_known(a, b)
}

/// `known` against a value that is not.
fn compare_to_unknown(known: &Value, unknown: &Value) -> Equal {
    if unknown.range().includes(known) == Some(false) {
        return Equal::No;
    }
    let may_still_match = known.is_null() || unknown.ty().has_dynamic();
    if !may_still_match && known.ty() != unknown.ty() { Equal::No } else { Equal::Unknown }
}

/// Both are known, not null and of one type.
fn compare_known(a: &Value, b: &Value) -> Equal {
    let settled = |equal: bool| if equal { Equal::Yes } else { Equal::No };
    match (a.view(), b.view()) {
        (View::Number(a), View::Number(b)) => settled(a == b),
        (View::String(a), View::String(b)) => settled(a == b),
        (View::Bool(a), View::Bool(b)) => settled(a == b),
        (View::List(a), View::List(b)) | (View::Tuple(a), View::Tuple(b)) => {
            if std::ptr::eq(a, b) && a.iter().all(Value::is_wholly_known) {
                return Equal::Yes;
            }
            compare_in_order(a, b)
        }
        (View::Object(a), View::Object(b)) => compare_all(a.values().iter().zip(b.values())),
        (View::Map(x), View::Map(y)) => {
            if x.is_same(y) && a.is_wholly_known() {
                return Equal::Yes;
            }
            if !x.keys().eq(y.keys()) {
                return Equal::No;
            }
            compare_all(x.values().zip(y.values()))
        }
        (View::Set(x), View::Set(y)) => {
            if !x.iter().chain(y).all(Value::is_known) {
                return Equal::Unknown;
            }
            // Elements with something unknown inside equal nothing, not even themselves.
            settled(a.is_wholly_known() && b.is_wholly_known() && x == y)
        }
        _ => Equal::No,
    }
}

/// The first pair that is not equal decides, also where it only may be unequal.
fn compare_in_order(a: &[Value], b: &[Value]) -> Equal {
    if a.len() != b.len() {
        return Equal::No;
    }
    let pairs = a.iter().zip(b).map(|(a, b)| compare(a, b));
    pairs.into_iter().find(|equal| *equal != Equal::Yes).unwrap_or(Equal::Yes)
}

/// Any pair that is certainly unequal decides, whatever else is unknown.
fn compare_all<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Equal {
    let mut result = Equal::Yes;
    for (a, b) in pairs {
        match compare(a, b) {
            Equal::No => return Equal::No,
            Equal::Unknown => result = Equal::Unknown,
            Equal::Yes => {}
        }
    }
    result
}

fn is_not_null(value: &Value) -> bool {
    match value.view() {
        View::Unknown(refinement) => refinement.is_not_null(),
        _ => !value.is_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marks::Marks;
    use crate::ty::Type;

    #[test]
    fn nulls_and_unknowns() {
        let unknown = Value::unknown(Type::STRING);
        let not_null = unknown.refine_not_null();
        let answer = Value::unknown(Type::BOOL).refine_not_null();
        assert_eq!(Value::null(Type::STRING).equals(&Value::null(Type::BOOL)), Value::TRUE);
        assert_eq!(Value::null(Type::STRING).equals(&unknown), answer);
        assert_eq!(Value::null(Type::DYNAMIC).equals(&not_null), Value::FALSE);
        assert_eq!(unknown.equals(&unknown), answer);
        assert_eq!(unknown.equals(&Value::from(1)), Value::FALSE);
        let ami = unknown.refine().prefix("ami-").build().unwrap();
        assert_eq!(ami.equals(&Value::from("vpc-1")), Value::FALSE);
        assert_eq!(ami.equals(&Value::from("ami-1")), answer);
    }

    #[test]
    fn marks_inside_count_only_where_they_were_looked_at() {
        let secret = Value::from("s").with_marks(&Marks::SENSITIVE);
        let object = Value::object([("a", secret)]);
        assert_eq!(object.equals(&Value::null(Type::DYNAMIC)), Value::FALSE);
        assert!(object.equals(&object).marks().is_sensitive());
    }

    #[test]
    fn one_side_may_settle_both() {
        let unknown = Value::unknown(Type::BOOL);
        let open = unknown.refine_not_null();
        assert_eq!(unknown.and(&Value::FALSE), Ok(Value::FALSE));
        assert_eq!(unknown.and(&Value::TRUE), Ok(open.clone()));
        assert_eq!(Value::DYNAMIC.or(&Value::TRUE), Ok(Value::TRUE));
        assert_eq!(Value::FALSE.or(&Value::FALSE), Ok(Value::FALSE));
        assert_eq!(unknown.not(), Ok(open));
        assert!(Value::from(1).not().is_err() && Value::null(Type::BOOL).and(&unknown).is_err());
    }

    #[test]
    fn one_difference_settles_an_object() {
        let a = Value::object([("a", Value::unknown(Type::STRING)), ("b", 1.into())]);
        let b = Value::object([("a", Value::from("x")), ("b", 2.into())]);
        assert_eq!(a.equals(&b), Value::FALSE);
    }
}
