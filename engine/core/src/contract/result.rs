//! Checks of whole results: type, unknowns, write-only attributes.

use super::{Breach, Violation, compatible};
use crate::convert::mismatch;
use crate::path::{Path, Step};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Shape};
use crate::ty::Type;
use crate::value::{Value, View};

/// Finds what is wrong with the result of an apply, given the plan.
#[must_use]
pub fn applied_ok(block: &Block, planned: &Value, new: &Value) -> Vec<Violation> {
    let mut found = read_ok(block, new);
    if found.is_empty() {
        found = compatible(block, planned, new);
    }
    found
}

/// Finds what is wrong with a value that a provider has read, or has made from one of an older version.
#[must_use]
pub fn read_ok(block: &Block, value: &Value) -> Vec<Violation> {
    let mut found = conforms(block, value);
    if !found.is_empty() {
        return found;
    }
    if !value.is_wholly_known() {
        value.walk(&mut |path, part| {
            if !part.is_known() {
                found.push(Violation::new(path, Breach::Unknown));
            }
            !part.is_wholly_known()
        });
    }
    found.extend(write_only_ok(block, value));
    found
}

/// Finds whether a value has the type of the schema.
#[must_use]
pub fn conforms(block: &Block, value: &Value) -> Vec<Violation> {
    let (got, want) = (value.ty(), block.ty());
    if got.conforms_to(want) {
        return Vec::new();
    }
    let mut path = Path::new();
    let message = difference(got, want, &mut path);
    vec![Violation::new(&path, Breach::WrongType(message))]
}

/// The innermost attribute at fault, so that its path is named and not only the whole object's type.
fn difference(got: Type, want: Type, path: &mut Path) -> String {
    let (Some(got), Some(want)) = (got.as_object(), want.as_object()) else {
        return mismatch(got, want);
    };
    for (name, want) in want.iter() {
        match got.get(name) {
            None => return format!("attribute {} is required", crate::text::quote(name)),
            Some(got) if !got.conforms_to(want) => {
                path.push_attr(name);
                return difference(got, want, path);
            }
            Some(_) => {}
        }
    }
    match got.iter().find(|(name, _)| want.get(name).is_none()) {
        Some((name, _)) => format!("unsupported attribute {}", crate::text::quote(name)),
        None => "incorrect object attributes".to_owned(),
    }
}

/// Finds write-only attributes that have a value.
#[must_use]
pub fn write_only_ok(block: &Block, value: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    if block.has_write_only() {
        let mut visit = |path: &Path, value: &Value| {
            if !value.is_null() {
                found.push(Violation::new(path, Breach::WriteOnlyKept));
            }
            value.clone()
        };
        in_block(block, value, &mut Path::new(), &mut visit);
    }
    found
}

/// The value with null for every write-only attribute: what may be kept of it.
#[must_use]
pub fn without_write_only(block: &Block, value: &Value) -> Value {
    if !block.has_write_only() {
        return value.clone();
    }
    in_block(block, value, &mut Path::new(), &mut |_, value| Value::null(value.ty()))
}

type Visit<'a> = dyn FnMut(&Path, &Value) -> Value + 'a;

/// The value with each write-only attribute replaced by what `visit` answers.
fn in_block(block: &Block, value: &Value, path: &mut Path, visit: &mut Visit<'_>) -> Value {
    in_object(value, path, &mut |name, value, path| {
        if let Some(attribute) = block.attribute(name) {
            return in_attribute(attribute, value, path, visit);
        }
        let Some(nested) = block.nested(name).filter(|b| b.block.has_write_only()) else {
            return value.clone();
        };
        let NestedBlock { nesting, block, .. } = nested;
        in_each(*nesting, value, path, &mut |value, path| in_block(block, value, path, visit))
    })
}

fn in_attribute(
    attribute: &Attribute,
    value: &Value,
    path: &mut Path,
    visit: &mut Visit<'_>,
) -> Value {
    if attribute.write_only {
        return visit(path, value);
    }
    let Shape::Nested(nested) = &attribute.shape else { return value.clone() };
    in_each(nested.nesting, value, path, &mut |value, path| {
        in_object(value, path, &mut |name, value, path| match nested.attribute(name) {
            Some(attribute) => in_attribute(attribute, value, path, visit),
            None => value.clone(),
        })
    })
}

type VisitNamed<'a> = dyn FnMut(&str, &Value, &mut Path) -> Value + 'a;

fn in_object(value: &Value, path: &mut Path, visit: &mut VisitNamed<'_>) -> Value {
    let Some(object) = value.unmarked().as_object() else { return value.clone() };
    let mut changed = Vec::with_capacity(object.len());
    for (name, member) in object.iter() {
        path.push_attr(name);
        changed.push(visit(name, member, path));
        path.pop();
    }
    Value::object_of(object.shape(), changed).with_marks(value.marks())
}

type VisitEach<'a> = dyn FnMut(&Value, &mut Path) -> Value + 'a;

fn in_each(nesting: Nesting, value: &Value, path: &mut Path, visit: &mut VisitEach<'_>) -> Value {
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        return visit(value, path);
    }
    let inner = value.unmarked();
    let changed: Vec<Value> = super::elements(inner)
        .into_iter()
        .map(|(step, element): (Step, _)| {
            path.push(step);
            let changed = visit(element, path);
            path.pop();
            changed
        })
        .collect();
    let element = inner.ty().element().unwrap_or(Type::DYNAMIC);
    let changed = match inner.view() {
        View::List(_) => Value::try_list(element, changed),
        View::Set(_) => Value::try_set(element, changed),
        View::Map(map) => Value::try_map(element, map.keys().zip(changed)),
        View::Tuple(_) => Ok(Value::tuple(changed)),
        View::Object(object) => Ok(Value::object_of(object.shape(), changed)),
        _ => return value.clone(),
    };
    changed.unwrap_or_else(|_| inner.clone()).with_marks(value.marks())
}

#[cfg(test)]
mod tests {
    use super::super::proposed_new;
    use super::*;
    use crate::schema::{NestedAttributes, Settable};

    fn words(found: &[Violation]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    fn block() -> Block {
        let secret = || Attribute::new("secret", Type::STRING, Settable::OPTIONAL).write_only();
        let nested = NestedAttributes::new(Nesting::List, vec![secret()]);
        let inner = Block::new(vec![secret()], vec![]);
        Block::new(
            vec![
                Attribute::new("id", Type::STRING, Settable::COMPUTED),
                Attribute::nested("keys", nested, Settable::OPTIONAL),
            ],
            vec![NestedBlock::new("login", Nesting::Set, inner)],
        )
    }

    fn one() -> Value {
        Value::object([("secret", Value::string("x"))])
    }

    #[test]
    fn write_only_attributes_are_found_and_removed() {
        let ty = one().ty();
        let value = Value::object([
            ("id", Value::string("1")),
            ("keys", Value::list(ty, [one()])),
            ("login", Value::set(ty, [one()])),
        ]);
        let found = words(&read_ok(&block(), &value));
        assert_eq!(
            found,
            [
                ".keys[0].secret: write-only attribute must be null",
                ".login[...].secret: write-only attribute must be null",
            ]
        );
        let kept = without_write_only(&block(), &value);
        assert_eq!(read_ok(&block(), &kept), []);
    }

    #[test]
    fn a_result_is_complete_and_of_the_type() {
        let empty = block().empty_value();
        let planned = proposed_new(&block(), &Value::null(block().ty()), &empty);
        let unknown = Value::object([
            ("id", Value::unknown(Type::STRING)),
            ("keys", empty.attribute("keys").unwrap().clone()),
            ("login", empty.attribute("login").unwrap().clone()),
        ]);
        let found = applied_ok(&block(), &planned, &unknown);
        assert_eq!(words(&found), [".id: must be known, but is unknown"]);
        let found = applied_ok(&block(), &planned, &Value::object([("id", Value::TRUE)]));
        assert_eq!(words(&found), [".id: string required, but have bool"]);
        assert_eq!(applied_ok(&block(), &unknown, &planned), []);
    }
}
