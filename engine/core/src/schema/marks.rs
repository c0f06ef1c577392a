//! Which parts of a value a schema calls sensitive.

use super::{Attribute, Block, Nesting, Shape};
use crate::marks::Marks;
use crate::path::{Path, Step};
use crate::value::{PathMarks, Value, View};

/// Finds the sensitive parts of values of a schema.
pub trait SensitivePaths {
    /// The paths of `value` at which the schema has a sensitive attribute. Marks of the value are looked through; parts that are null or
    /// unknown as a whole end the way there, at the attribute itself they do not.
    fn sensitive_paths(&self, value: &Value) -> Vec<PathMarks>;
}

impl SensitivePaths for Block {
    fn sensitive_paths(&self, value: &Value) -> Vec<PathMarks> {
        let mut found = Vec::new();
        if self.has_sensitive() {
            block_paths(self, value, &mut Path::new(), &mut found);
        }
        found
    }
}

fn block_paths(block: &Block, value: &Value, path: &mut Path, found: &mut Vec<PathMarks>) {
    let Some(object) = value.unmarked().as_object() else { return };
    for attribute in block.attributes() {
        if let Some(part) = object.get(&attribute.name) {
            path.push_attr(&attribute.name);
            attribute_paths(attribute, part, path, found);
            path.pop();
        }
    }
    for nested in block.blocks().iter().filter(|b| b.block.has_sensitive()) {
        if let Some(part) = object.get(&nested.name) {
            path.push_attr(&nested.name);
            each(nested.nesting, part, path, &mut |one, path| {
                block_paths(&nested.block, one, path, found);
            });
            path.pop();
        }
    }
}

fn attribute_paths(
    attribute: &Attribute,
    value: &Value,
    path: &mut Path,
    found: &mut Vec<PathMarks>,
) {
    if attribute.sensitive {
        found.push(PathMarks { path: path.clone(), marks: Marks::SENSITIVE });
        return;
    }
    let Shape::Nested(nested) = &attribute.shape else { return };
    each(nested.nesting, value, path, &mut |one, path| {
        let Some(object) = one.unmarked().as_object() else { return };
        for inner in nested.attributes() {
            if let Some(part) = object.get(&inner.name) {
                path.push_attr(&inner.name);
                attribute_paths(inner, part, path, found);
                path.pop();
            }
        }
    });
}

/// Calls `visit` for every object in a value of this nesting.
fn each(
    nesting: Nesting,
    value: &Value,
    path: &mut Path,
    visit: &mut dyn FnMut(&Value, &mut Path),
) {
    let value = value.unmarked();
    if matches!(nesting, Nesting::Single | Nesting::Group) {
        visit(value, path);
        return;
    }
    match value.view() {
        View::List(elements) | View::Tuple(elements) => {
            for (i, element) in elements.iter().enumerate() {
                path.push_position(i);
                visit(element, path);
                path.pop();
            }
        }
        View::Set(elements) => {
            for element in elements {
                path.push(Step::Index(element.clone()));
                visit(element, path);
                path.pop();
            }
        }
        View::Map(entries) => {
            for (key, element) in entries.iter() {
                path.push_key(key);
                visit(element, path);
                path.pop();
            }
        }
        View::Object(entries) => {
            for (name, element) in entries.iter() {
                path.push_attr(name);
                visit(element, path);
                path.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NestedAttributes, NestedBlock, Settable};
    use super::*;
    use crate::ty::Type;

    #[test]
    fn each_secret_has_its_path() {
        let key = Attribute::new("key", Type::STRING, Settable::OPTIONAL).sensitive();
        let user = Block::new(vec![key.clone()], vec![]);
        let auth = NestedAttributes::new(Nesting::Map, vec![key]);
        let block = Block::new(
            vec![Attribute::nested("auth", auth, Settable::OPTIONAL)],
            vec![NestedBlock::new("user", Nesting::List, user)],
        );
        let one = || Value::object([("key", Value::string("x"))]);
        let one_ty = Type::object([("key", Type::STRING)]);
        let value = Value::object([
            ("auth", Value::map(one_ty, [("a", one())])),
            ("user", Value::list(one_ty, [one(), one()])),
        ]);
        let paths: Vec<Path> = block.sensitive_paths(&value).into_iter().map(|p| p.path).collect();
        assert_eq!(
            paths,
            [
                Path::new().attr("auth").index(Value::string("a")).attr("key"),
                Path::new().attr("user").index(Value::int(0)).attr("key"),
                Path::new().attr("user").index(Value::int(1)).attr("key"),
            ]
        );
    }
}
