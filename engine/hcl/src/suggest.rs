//! “Did you mean”: the known name that is nearest to a mistyped one.

/// Names longer than this are not compared.
const LONGEST: usize = 64;
/// The most single-letter edits between a name and what is suggested for it.
const FARTHEST: usize = 2;

/// The candidate nearest to `given`, if one is at most two edits away.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if given.len() > LONGEST {
        return None;
    }
    candidates
        .into_iter()
        .filter(|c| c.len() <= LONGEST && *c != given)
        .map(|c| (distance(given, c), c))
        .filter(|&(distance, c)| distance <= FARTHEST && distance < c.chars().count())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, c)| c)
}

/// How many letters must be put in, taken out or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        assert_eq!(nearest("imput", ["output", "input"]), Some("input"));
        assert_eq!(nearest("foreach", ["for_each", "count"]), Some("for_each"));
        assert_eq!(nearest("xyz", ["input", "a"]), None);
        assert_eq!(nearest("ab", ["cd"]), None, "nothing in common is no suggestion");
    }
}
