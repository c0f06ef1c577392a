//! Which of several types to try first as the common one.

use std::cmp::Ordering;

use crate::ty::{Type, TypeKind};

/// Positions of the types, the more general before the less general, otherwise as given.
pub(super) fn order(types: &[Type]) -> Vec<usize> {
    let count = types.len();
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut below = vec![0_usize; count];
    for i in 0..count {
        for j in i + 1..count {
            let (general, special) = match compare(types[i], types[j]) {
                Ordering::Less => (i, j),
                Ordering::Greater => (j, i),
                Ordering::Equal => continue,
            };
            above[general].push(special);
            below[special] += 1;
        }
    }
    // What has nothing more general left comes next.
    let mut order: Vec<usize> = (0..count).filter(|i| below[*i] == 0).collect();
    let mut done = 0;
    while let Some(general) = order.get(done).copied() {
        done += 1;
        for special in &above[general] {
            below[*special] -= 1;
            if below[*special] == 0 {
                order.push(*special);
            }
        }
    }
    order
}

/// `Less` where `a` is the more general. Optimistic: whether all really convert is checked afterwards.
fn compare(a: Type, b: Type) -> Ordering {
    use TypeKind::{Dynamic, List, Map, Object, Set, String, Tuple};
    match (a.kind(), b.kind()) {
        (a, b) if a == b => Ordering::Equal,
        // Whatever is not known yet is hoped to become what its neighbours are.
        (Dynamic, _) => Ordering::Greater,
        (_, Dynamic) => Ordering::Less,
        (String, _) if b.is_primitive() => Ordering::Less,
        (_, String) if a.is_primitive() => Ordering::Greater,
        (List(a), List(b)) | (Set(a), Set(b)) | (Map(a), Map(b)) => compare(a, b),
        (Tuple(_) | List(_), Set(_)) | (List(_), Tuple(_)) | (Map(_), Object(_)) => Ordering::Less,
        (Set(_), Tuple(_) | List(_)) | (Tuple(_), List(_)) | (Object(_), Map(_)) => {
            Ordering::Greater
        }
        (Object(a), Object(b)) if a.shape() == b.shape() => {
            overall(a.types().iter().zip(b.types()).map(|(a, b)| compare(*a, *b)))
        }
        (Tuple(a), Tuple(b)) if a.len() == b.len() => {
            overall(a.iter().zip(b.iter()).map(|(a, b)| compare(a, b)))
        }
        _ => Ordering::Equal,
    }
}

/// One is more general than the other if it is so in some parts and less so in none.
fn overall(parts: impl Iterator<Item = Ordering>) -> Ordering {
    let mut result = Ordering::Equal;
    for part in parts {
        match (result, part) {
            (Ordering::Less, Ordering::Greater) | (Ordering::Greater, Ordering::Less) => {
                return Ordering::Equal;
            }
            (Ordering::Equal, part) => result = part,
            _ => {}
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_general_come_first() {
        let types = [Type::NUMBER, Type::DYNAMIC, Type::STRING, Type::BOOL];
        assert_eq!(order(&types), [2, 0, 3, 1]);
        let types = [Type::set(Type::BOOL), Type::tuple([]), Type::list(Type::BOOL)];
        assert_eq!(order(&types), [2, 1, 0]);
    }

    #[test]
    fn parts_that_disagree_settle_nothing() {
        let a = Type::tuple([Type::STRING, Type::NUMBER]);
        let b = Type::tuple([Type::NUMBER, Type::STRING]);
        assert_eq!(compare(a, b), Ordering::Equal);
        assert_eq!(compare(a, Type::tuple([Type::NUMBER, Type::NUMBER])), Ordering::Less);
    }
}
