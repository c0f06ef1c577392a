//! What differs between two values, as data.
//!
//! A part that is the same, new or gone as a whole stays a value; only what changes inside is taken apart. The words of
//! the layout ("forces replacement", "known after apply") are not here: [`super::values`] has them.

mod align;
mod block;
mod json;
mod sequence;
mod text;

use wb_core::path::{Path, Step};
use wb_core::text::Name;
use wb_core::value::{Value, View};

pub(crate) use block::{BlockDelta, Content, NestedDelta, block, without_schema};
pub(crate) use json::json_in;
pub(crate) use text::split;

/// What happens to a part, as the sign before it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    Same,
    Add,
    Change,
    Remove,
}

/// How one part of a value changes.
#[derive(Debug)]
pub(crate) struct Delta {
    pub(crate) sign: Sign,
    /// Whether the change needs a new object.
    pub(crate) replaces: bool,
    pub(crate) shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Shape {
    /// The whole value has the sign.
    Whole(Value),
    /// One value takes the place of another.
    Arrow { before: Value, after: Value },
    /// A value that is not shown changes, or whether it is shown does.
    Hidden(Hidden),
    /// Text of several lines, line by line.
    Text(Vec<(Sign, String)>),
    /// Text that is JSON, by its values. Where they are the same, only blanks differ.
    Json(Box<Delta>),
    /// Elements of a list, tuple or set.
    Elements(Vec<Delta>),
    /// Attributes of an object, or entries of a map, whose keys are always quoted.
    Entries { quoted: bool, entries: Vec<(Name, Delta)> },
}

/// Why a changed value is not shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hidden {
    /// It was and stays sensitive.
    Stays,
    /// It becomes sensitive; whether the value itself changes.
    Becomes { changes: bool },
    /// It is sensitive no more; whether the value itself changes.
    Ends { changes: bool },
}

impl Delta {
    pub(crate) fn whole(sign: Sign, value: &Value) -> Self {
        Self { sign, replaces: false, shape: Shape::Whole(value.clone()) }
    }

    fn change(shape: Shape) -> Self {
        Self { sign: Sign::Change, replaces: false, shape }
    }

    pub(crate) fn is_same(&self) -> bool {
        self.sign == Sign::Same
    }
}

/// How to compare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compare<'p> {
    /// The changed paths that need a new object, relative to the value.
    pub(crate) replace: &'p [&'p [Step]],
    /// Whether null is the same as nothing at all, as it is in what a schema describes.
    pub(crate) null_is_absent: bool,
}

impl Compare<'_> {
    pub(crate) const PLAIN: Compare<'static> = Compare { replace: &[], null_is_absent: false };

    /// The paths that go on from one step.
    fn below<'q>(&'q self, is: impl Fn(&Step) -> bool) -> Vec<&'q [Step]> {
        let rest = |path: &&'q [Step]| {
            path.split_first().filter(|(first, _)| is(first)).map(|(_, rest)| rest)
        };
        self.replace.iter().filter_map(rest).collect()
    }
}

/// The paths of a change as slices.
pub(crate) fn steps(paths: &[Path]) -> Vec<&[Step]> {
    paths.iter().map(Path::steps).collect()
}

/// What differs between two values, either of which may be null.
pub(crate) fn delta(before: &Value, after: &Value, compare: Compare<'_>) -> Delta {
    let mut delta = compared(before, after, compare);
    // Within what is taken apart, the part that needs it says so itself.
    let is_apart = matches!(delta.shape, Shape::Elements(_) | Shape::Entries { .. });
    delta.replaces =
        delta.sign != Sign::Same && compare.replace.iter().any(|path| path.is_empty() || !is_apart);
    delta
}

fn compared(before: &Value, after: &Value, compare: Compare<'_>) -> Delta {
    if before == after {
        return Delta::whole(Sign::Same, before);
    }
    let was = before.marks().is_sensitive();
    let is = after.marks().is_sensitive();
    if compare.null_is_absent && before.is_null() {
        return Delta::whole(Sign::Add, after);
    }
    if compare.null_is_absent && after.is_null() && after.is_known() {
        return Delta::whole(Sign::Remove, before);
    }
    if was || is {
        let changes = before.unmark_deep().0 != after.unmark_deep().0;
        return Delta::change(Shape::Hidden(match (was, is) {
            (true, true) => Hidden::Stays,
            (false, _) => Hidden::Becomes { changes },
            (true, false) => Hidden::Ends { changes },
        }));
    }
    let (before, after) = (before.unmarked(), after.unmarked());
    // Marks that are not shown are no difference that is.
    if before == after {
        return Delta::whole(Sign::Same, before);
    }
    let shape = match (before.view(), after.view()) {
        (View::String(was), View::String(is)) => text::strings(was, is, before, after),
        (View::Object(was), View::Object(is)) => {
            entries(false, was.iter().collect(), is.iter().collect(), compare)
        }
        (View::Map(was), View::Map(is)) => {
            entries(true, was.iter().collect(), is.iter().collect(), compare)
        }
        (View::Set(was), View::Set(is)) => sequence::sets(was, is),
        (View::List(was) | View::Tuple(was), View::List(is) | View::Tuple(is)) => {
            sequence::lists(was, is, compare)
        }
        _ => Shape::Arrow { before: before.clone(), after: after.clone() },
    };
    // What differs may be nothing that is shown, as the types of empty collections.
    match &shape {
        Shape::Elements(parts) if parts.iter().all(Delta::is_same) => {
            Delta::whole(Sign::Same, after)
        }
        Shape::Entries { entries, .. } if entries.iter().all(|(_, part)| part.is_same()) => {
            Delta::whole(Sign::Same, after)
        }
        _ => Delta::change(shape),
    }
}

/// Both sides are sorted by key.
fn entries(
    quoted: bool,
    before: Vec<(&str, &Value)>,
    after: Vec<(&str, &Value)>,
    compare: Compare<'_>,
) -> Shape {
    let mut found = Vec::with_capacity(before.len().max(after.len()));
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some((was, _)), Some((is, _))) => was.cmp(is),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => break,
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        let key = old.or(new).map_or("", |(key, _)| key);
        let rest = compare.below(|step| match step {
            Step::GetAttr(name) => name.as_str() == key,
            Step::Index(index) => index.as_str() == Some(key),
        });
        let compare = Compare { replace: &rest, null_is_absent: false };
        let one = match (old, new) {
            (Some((_, old)), Some((_, new))) => delta(old, new, compare),
            (Some((_, old)), None) => Delta::whole(Sign::Remove, old),
            (None, Some((_, new))) => Delta::whole(Sign::Add, new),
            (None, None) => break,
        };
        found.push((Name::from(key), one));
    }
    Shape::Entries { quoted, entries: found }
}
