//! Whether a type meets a constraint without conversion.

use super::{Type, TypeKind};

impl Type {
    /// Whether a value of this type meets `constraint` as it is: equal, but for places where the constraint says
    /// "any type".
    #[must_use]
    pub fn conforms_to(self, constraint: Self) -> bool {
        if self == constraint {
            return true;
        }
        match (self.kind(), constraint.kind()) {
            (_, TypeKind::Dynamic) => true,
            (TypeKind::List(given), TypeKind::List(want))
            | (TypeKind::Set(given), TypeKind::Set(want))
            | (TypeKind::Map(given), TypeKind::Map(want)) => given.conforms_to(want),
            (TypeKind::Tuple(given), TypeKind::Tuple(want)) => {
                given.len() == want.len()
                    && given.iter().zip(want.iter()).all(|(given, want)| given.conforms_to(want))
            }
            (TypeKind::Object(given), TypeKind::Object(want)) => {
                given.shape() == want.shape()
                    && given.types().iter().zip(want.types()).all(|(g, w)| g.conforms_to(*w))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_type_meets_dynamic() {
        let given = Type::object([("a", Type::tuple([Type::STRING, Type::BOOL]))]);
        let want = Type::object([("a", Type::tuple([Type::DYNAMIC, Type::BOOL]))]);
        assert!(given.conforms_to(want) && !want.conforms_to(given));
        assert!(Type::list(given).conforms_to(Type::list(Type::DYNAMIC)));
        assert!(!Type::list(given).conforms_to(Type::set(Type::DYNAMIC)));
        assert!(!given.conforms_to(Type::empty_object()));
    }
}
