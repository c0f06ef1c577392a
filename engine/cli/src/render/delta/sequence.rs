//! Lists, tuples and sets.

use std::collections::HashSet;

use wb_core::path::Step;
use wb_core::value::{Value, View};

use super::align::{Aligned, align};
use super::{Compare, Delta, Shape, Sign, delta};

/// Elements that are in both stay; in a gap between them, elements are held against each other where that makes sense:
/// as many were there as are, or both are objects.
pub(super) fn lists(before: &[Value], after: &[Value], compare: Compare<'_>) -> Shape {
    let mut found = Vec::with_capacity(before.len().max(after.len()));
    for step in align(before, after) {
        let Aligned::Gap { before: old, after: new } = step else {
            let Aligned::Both(at, _) = step else { continue };
            found.push(Delta::whole(Sign::Same, &before[at]));
            continue;
        };
        let (was, is) = (&before[old.0..old.1], &after[new.0..new.1]);
        let pairs = if was.len() == is.len() || was.iter().chain(is).all(is_composite) {
            was.len().min(is.len())
        } else {
            0
        };
        for at in 0..pairs {
            let position = new.0 + at;
            let rest = compare.below(|step| match step {
                Step::Index(index) => {
                    index.as_number().and_then(wb_core::number::Number::to_usize) == Some(position)
                }
                Step::GetAttr(_) => false,
            });
            let compare = Compare { replace: &rest, null_is_absent: false };
            found.push(delta(&was[at], &is[at], compare));
        }
        found.extend(was[pairs..].iter().map(|value| Delta::whole(Sign::Remove, value)));
        found.extend(is[pairs..].iter().map(|value| Delta::whole(Sign::Add, value)));
    }
    Shape::Elements(found)
}

/// Elements of a set have no place: each is in it or not.
pub(super) fn sets(before: &[Value], after: &[Value]) -> Shape {
    let (was, is): (HashSet<&Value>, HashSet<&Value>) =
        (before.iter().collect(), after.iter().collect());
    let sign = |value| if is.contains(value) { Sign::Same } else { Sign::Remove };
    let old = before.iter().map(|value| Delta::whole(sign(value), value));
    let new = after.iter().filter(|value| !was.contains(value));
    Shape::Elements(old.chain(new.map(|value| Delta::whole(Sign::Add, value))).collect())
}

fn is_composite(value: &Value) -> bool {
    matches!(value.unmarked().view(), View::Object(_) | View::Map(_))
}
