//! Which elements of two sequences are the same.

use std::collections::HashMap;
use std::hash::Hash;

/// One step through both sequences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Aligned {
    /// The element at these places is in both.
    Both(usize, usize),
    /// These places are in one of them only: `before` from the first range, `after` from the second.
    Gap { before: (usize, usize), after: (usize, usize) },
}

/// Up to so many pairs are compared for the longest common subsequence. Beyond it, elements that occur once lead.
const MOST_PAIRS: usize = 1 << 20;

/// Lines two sequences up: common elements in order, and the gaps between them.
pub(super) fn align<T: Hash + Eq>(before: &[T], after: &[T]) -> Vec<Aligned> {
    let mut ids: HashMap<&T, u32> = HashMap::with_capacity(before.len());
    let mut number = |element| {
        let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        *ids.entry(element).or_insert(next)
    };
    let old: Vec<u32> = before.iter().map(&mut number).collect();
    let new: Vec<u32> = after.iter().map(&mut number).collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let common =
        if a.len().saturating_mul(b.len()) <= MOST_PAIRS { longest(a, b) } else { anchors(a, b) };
    let ends = (0..tail).map(|i| (old.len() - tail + i, new.len() - tail + i));
    let pairs = (0..head).map(|i| (i, i)).chain(common.iter().map(|(i, j)| (head + i, head + j)));
    with_gaps(pairs.chain(ends), old.len(), new.len())
}

fn with_gaps(
    pairs: impl Iterator<Item = (usize, usize)>,
    before: usize,
    after: usize,
) -> Vec<Aligned> {
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (at, to) in pairs {
        if at > i || to > j {
            out.push(Aligned::Gap { before: (i, at), after: (j, to) });
        }
        out.push(Aligned::Both(at, to));
        (i, j) = (at + 1, to + 1);
    }
    if before > i || after > j {
        out.push(Aligned::Gap { before: (i, before), after: (j, after) });
    }
    out
}

/// A longest common subsequence.
fn longest(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    // lengths[i * width + j] is that of a[i..] and b[j..].
    let mut lengths = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i * width + j] = if a[i] == b[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// Of the elements that occur once on each side, the most that are in the same order.
fn anchors(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<u32, (usize, usize, usize, usize)> = HashMap::new();
    for (i, id) in a.iter().enumerate() {
        let entry = seen.entry(*id).or_default();
        (entry.0, entry.1) = (entry.0 + 1, i);
    }
    for (j, id) in b.iter().enumerate() {
        let entry = seen.entry(*id).or_default();
        (entry.2, entry.3) = (entry.2 + 1, j);
    }
    let mut pairs: Vec<(usize, usize)> =
        seen.into_values().filter(|e| e.0 == 1 && e.2 == 1).map(|e| (e.1, e.3)).collect();
    pairs.sort_unstable();
    // The longest run of ascending places in `b`: for each length, the pair that ends it earliest.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; pairs.len()];
    for at in 0..pairs.len() {
        let length = ends.partition_point(|&end| pairs[end].1 < pairs[at].1);
        previous[at] = length.checked_sub(1).map(|before| ends[before]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(here) = at {
        found.push(pairs[here]);
        at = previous[here];
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(before: &str, after: &str) -> String {
        let (a, b): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
        let one = |step: Aligned| match step {
            Aligned::Both(i, _) => a[i].to_string(),
            Aligned::Gap { before, after } => format!(
                "(-{}+{})",
                a[before.0..before.1].iter().collect::<String>(),
                b[after.0..after.1].iter().collect::<String>()
            ),
        };
        align(&a, &b).into_iter().map(one).collect()
    }

    #[test]
    fn what_is_common_is_found_in_order() {
        for (before, after, want) in [
            ("", "", ""),
            ("abc", "abc", "abc"),
            ("abc", "axc", "a(-b+x)c"),
            ("abc", "xcy", "(-ab+x)c(-+y)"),
            ("abcd", "acd", "a(-b+)cd"),
            ("aa", "aaa", "aa(-+a)"),
            ("ab", "ba", "(-a+)b(-+a)"),
        ] {
            assert_eq!(show(before, after), want, "{before} {after}");
        }
    }

    #[test]
    fn long_sequences_are_aligned_by_what_occurs_once() {
        let before: Vec<usize> = (0..5000).collect();
        let mut after: Vec<usize> = (0..5000).rev().collect();
        after[1000] = 7_777;
        after.splice(0..0, 2000..2100);
        let steps = align(&before, &after);
        let both = steps.iter().filter(|s| matches!(s, Aligned::Both(..))).count();
        assert!(both >= 1, "{both}");
        let mut moved = before.clone();
        moved.rotate_left(1);
        moved[2500] = 9_999;
        let both = align(&before, &moved).iter().filter(|s| matches!(s, Aligned::Both(..))).count();
        assert_eq!(both, 4998);
    }
}
