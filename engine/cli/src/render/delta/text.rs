//! Strings: JSON by its values, text of several lines by lines.

use wb_core::value::Value;

use super::align::{Aligned, align};
use super::json::json_in;
use super::{Compare, Shape, Sign, delta};

pub(super) fn strings(was: &str, is: &str, before: &Value, after: &Value) -> Shape {
    let arrow = || Shape::Arrow { before: before.clone(), after: after.clone() };
    match (json_in(was), json_in(is)) {
        (Some(old), Some(new)) => return Shape::Json(Box::new(delta(&old, &new, Compare::PLAIN))),
        (None, None) => {}
        _ => return arrow(),
    }
    if !was.contains('\n') && !is.contains('\n') {
        return arrow();
    }
    Shape::Text(lines(was, is))
}

fn lines(was: &str, is: &str) -> Vec<(Sign, String)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (split(was), split(is));
    let mut found = Vec::with_capacity(old.len().max(new.len()));
    for step in align(&old, &new) {
        match step {
            Aligned::Both(at, _) => found.push((Sign::Same, old[at].to_owned())),
            Aligned::Gap { before, after } => {
                let gone = old[before.0..before.1].iter().map(|l| (Sign::Remove, (*l).to_owned()));
                let made = new[after.0..after.1].iter().map(|l| (Sign::Add, (*l).to_owned()));
                found.extend(gone.chain(made));
            }
        }
    }
    // A line feed at the end that comes or goes is a change of its own.
    match (was.ends_with('\n'), is.ends_with('\n')) {
        (true, false) => found.push((Sign::Remove, String::new())),
        (false, true) if was.contains('\n') => found.push((Sign::Add, String::new())),
        _ => {}
    }
    found
}

/// The lines of a text. That the last one ends is no line of its own.
pub(crate) fn split(text: &str) -> Vec<&str> {
    text.strip_suffix('\n').unwrap_or(text).split('\n').collect()
}
