//! What differs between two objects that a schema describes.

use std::collections::HashSet;

use wb_core::path::Step;
use wb_core::schema::{Block, Nesting};
use wb_core::text::Name;
use wb_core::ty::Type;
use wb_core::value::{Value, View};

use super::align::{Aligned, align};
use super::{Compare, Delta, Sign, delta};

/// The attributes and blocks of a block. What is null before and after is left out.
#[derive(Debug)]
pub(crate) struct BlockDelta {
    pub(crate) attributes: Vec<(Name, Delta)>,
    pub(crate) blocks: Vec<NestedDelta>,
}

/// A nested block.
#[derive(Debug)]
pub(crate) struct NestedDelta {
    pub(crate) name: Name,
    pub(crate) label: Option<Name>,
    pub(crate) sign: Sign,
    pub(crate) replaces: bool,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Block(BlockDelta),
    /// How many blocks there will be, or what is in this one, is not known yet.
    Unknown,
    /// A mark on the block as a whole hides it.
    Hidden,
}

/// Compares two objects of a schema, either of which may be null.
pub(crate) fn block(
    schema: &Block,
    before: &Value,
    after: &Value,
    compare: Compare<'_>,
) -> BlockDelta {
    let (before, after) = (before.unmarked(), after.unmarked());
    let mut found = BlockDelta { attributes: Vec::new(), blocks: Vec::new() };
    for attribute in schema.attributes() {
        let absent = Value::null(attribute.ty());
        let (was, is) = parts(before, after, &attribute.name, &absent);
        if was.is_null() && was.is_known() && is.is_null() && is.is_known() {
            continue;
        }
        let rest = below(compare, &attribute.name);
        let null_is_absent = true;
        let one = delta(was, is, Compare { replace: &rest, null_is_absent });
        found.attributes.push((Name::from(&*attribute.name), one));
    }
    for nested in schema.blocks() {
        let absent = nested.empty_value();
        let (was, is) = parts(before, after, &nested.name, &absent);
        let rest = below(compare, &nested.name);
        let compare = Compare { replace: &rest, null_is_absent: true };
        let mut made = Vec::new();
        blocks(nested.nesting, &nested.block, (was, is), compare, &mut made);
        let replaces = rest.iter().any(|path| path.is_empty());
        found.blocks.extend(made.into_iter().map(|mut one| {
            one.name = Name::from(&*nested.name);
            one.replaces = replaces && one.sign != Sign::Same;
            one
        }));
    }
    found
}

/// Of a type that nobody knows any more, every part is an attribute.
pub(crate) fn without_schema(before: &Value, after: &Value) -> BlockDelta {
    let of = |value: &Value| -> Vec<(Name, Value)> {
        match value.unmarked().view() {
            View::Object(object) => {
                object.iter().map(|(n, v)| (Name::from(n), v.clone())).collect()
            }
            _ => Vec::new(),
        }
    };
    let (before, after) = (of(before), of(after));
    let mut names: Vec<&Name> = before.iter().chain(&after).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    let nothing = Value::null(Type::DYNAMIC);
    let part = |all: &[(Name, Value)], name: &Name| {
        let at = all.binary_search_by(|(n, _)| n.cmp(name)).ok();
        at.map_or_else(|| nothing.clone(), |at| all[at].1.clone())
    };
    let compare = Compare { replace: &[], null_is_absent: true };
    let pairs = names.into_iter().map(|name| (name, part(&before, name), part(&after, name)));
    let pairs = pairs.filter(|(_, was, is)| !(was.is_null() && is.is_null()));
    let attributes: Vec<(Name, Delta)> =
        pairs.map(|(name, was, is)| (name.clone(), delta(&was, &is, compare))).collect();
    BlockDelta { attributes, blocks: Vec::new() }
}

/// A part of both objects; of what is null, nothing.
fn parts<'v>(
    before: &'v Value,
    after: &'v Value,
    name: &str,
    absent: &'v Value,
) -> (&'v Value, &'v Value) {
    // Of an object that is not known as a whole, no part is.
    let of = |value: &'v Value| match value.view() {
        View::Object(object) => object.get(name).unwrap_or(absent),
        View::Unknown(_) => &Value::DYNAMIC,
        _ => absent,
    };
    (of(before), of(after))
}

fn below<'q>(compare: Compare<'q>, name: &str) -> Vec<&'q [Step]> {
    let rest = |path: &&'q [Step]| match path.split_first() {
        Some((Step::GetAttr(first), rest)) if first.as_str() == name => Some(rest),
        _ => None,
    };
    compare.replace.iter().filter_map(rest).collect()
}

fn blocks(
    nesting: Nesting,
    schema: &Block,
    (was, is): (&Value, &Value),
    compare: Compare<'_>,
    found: &mut Vec<NestedDelta>,
) {
    if was.marks().is_sensitive() || is.marks().is_sensitive() {
        let is_empty = |value: &Value| {
            let inner = value.unmarked();
            inner.is_null() && inner.is_known() || inner.as_elements().is_some_and(<[_]>::is_empty)
        };
        let sign = match (is_empty(was), is_empty(is)) {
            (true, true) => return,
            _ if was == is => Sign::Same,
            (true, false) => Sign::Add,
            (false, true) => Sign::Remove,
            (false, false) => Sign::Change,
        };
        return found.push(nested(None, sign, Content::Hidden));
    }
    let (was, is) = (was.unmarked(), is.unmarked());
    let mut one =
        |label: Option<&str>, was: Option<&Value>, is: Option<&Value>, step: Option<Step>| {
            found.extend(single(schema, label, was, is, step.as_ref(), compare));
        };
    if !is.is_known() {
        for old in elements(was) {
            one(None, Some(old), None, None);
        }
        return one(None, None, Some(is), None);
    }
    match nesting {
        Nesting::Single | Nesting::Group => {
            let there = |value| Some(value).filter(|v: &&Value| !v.is_null());
            one(None, there(was), there(is), None);
        }
        Nesting::Map => {
            let (old, new) = (labelled(was), labelled(is));
            let mut keys: Vec<&str> = old.iter().chain(&new).map(|(key, _)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let of =
                    |all: &[(&str, &'_ Value)]| all.binary_search_by(|(k, _)| (*k).cmp(key)).ok();
                let (old, new) = (of(&old).map(|at| old[at].1), of(&new).map(|at| new[at].1));
                one(Some(key), old, new, Some(Step::Index(Value::string(key))));
            }
        }
        Nesting::List => {
            let (old, new) = (elements(was), elements(is));
            for step in align(old, new) {
                match step {
                    Aligned::Both(i, j) => one(None, Some(&old[i]), Some(&new[j]), None),
                    Aligned::Gap { before, after } => {
                        let long = (before.1 - before.0).max(after.1 - after.0);
                        for n in 0..long {
                            let at = |(start, end): (usize, usize)| {
                                (start + n < end).then_some(start + n)
                            };
                            let step = at(after).map(|j| Step::Index(Value::from(j)));
                            one(
                                None,
                                at(before).map(|i| &old[i]),
                                at(after).map(|j| &new[j]),
                                step,
                            );
                        }
                    }
                }
            }
        }
        Nesting::Set => {
            let (old, new) = (elements(was), elements(is));
            let (had, has): (HashSet<&Value>, HashSet<&Value>) =
                (old.iter().collect(), new.iter().collect());
            for value in old {
                one(None, Some(value), has.contains(value).then_some(value), None);
            }
            for value in new.iter().filter(|value| !had.contains(value)) {
                one(None, None, Some(value), None);
            }
        }
    }
}

fn single(
    schema: &Block,
    label: Option<&str>,
    was: Option<&Value>,
    is: Option<&Value>,
    step: Option<&Step>,
    compare: Compare<'_>,
) -> Option<NestedDelta> {
    let nothing = Value::null(schema.ty());
    if is.is_some_and(|value| !value.is_known()) {
        return Some(nested(label, Sign::Add, Content::Unknown));
    }
    let rest: Vec<&[Step]> = match step {
        None => compare.replace.to_vec(),
        Some(step) => {
            let below = |path: &&[Step]| path.first() == Some(step);
            compare.replace.iter().filter(|path| below(path)).map(|path| &path[1..]).collect()
        }
    };
    let compare = Compare { replace: &rest, ..compare };
    let content = |old, new| Content::Block(block(schema, old, new, compare));
    match (was, is) {
        (None, None) => None,
        (Some(old), None) => Some(nested(label, Sign::Remove, content(old, &nothing))),
        (None, Some(new)) => Some(nested(label, Sign::Add, content(&nothing, new))),
        (Some(old), Some(new)) => {
            let sign = if old == new { Sign::Same } else { Sign::Change };
            Some(nested(label, sign, content(old, new)))
        }
    }
}

fn nested(label: Option<&str>, sign: Sign, content: Content) -> NestedDelta {
    NestedDelta {
        name: Name::default(),
        label: label.map(Name::from),
        sign,
        replaces: false,
        content,
    }
}

fn elements(value: &Value) -> &[Value] {
    value.unmarked().as_elements().unwrap_or_default()
}

fn labelled(value: &Value) -> Vec<(&str, &Value)> {
    match value.unmarked().view() {
        View::Map(map) => map.iter().collect(),
        View::Object(object) => object.iter().collect(),
        _ => Vec::new(),
    }
}
