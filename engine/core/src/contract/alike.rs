//! Equality that does not mind what is known of unknown values.

use crate::value::{Value, View};

/// Whether two values are the same but for refinements and marks: a provider may say more or less of an unknown value than the
/// engine does.
pub(super) fn alike(a: &Value, b: &Value) -> bool {
    let (a, b) = (a.unmarked(), b.unmarked());
    if a == b {
        return true;
    }
    if a.ty() != b.ty() || a.is_wholly_known() != b.is_wholly_known() {
        return false;
    }
    let all =
        |a: &[Value], b: &[Value]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b));
    match (a.view(), b.view()) {
        (View::Unknown(_), View::Unknown(_)) => true,
        (View::List(a), View::List(b))
        | (View::Set(a), View::Set(b))
        | (View::Tuple(a), View::Tuple(b)) => all(a, b),
        (View::Map(a), View::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && alike(a, b))
        }
        (View::Object(a), View::Object(b)) => all(a.values(), b.values()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ty::Type;

    #[test]
    fn refinements_do_not_count() {
        let plain = Value::tuple([Value::unknown(Type::STRING), 1.into()]);
        let refined = Value::tuple([Value::unknown(Type::STRING).refine_not_null(), 1.into()]);
        assert_ne!(plain, refined);
        assert!(alike(&plain, &refined));
        assert!(!alike(&plain, &Value::tuple([Value::unknown(Type::STRING), 2.into()])));
        assert!(!alike(&plain, &Value::tuple([Value::null(Type::STRING), 1.into()])));
    }
}
