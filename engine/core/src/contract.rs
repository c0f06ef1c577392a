//! The contract between the engine and providers, as pure checks over a schema and values.
//!
//! A change goes through four values. The *configuration* is what the user wrote. The engine makes of it the *proposed*
//! value ([`proposed_new`]): where the user left to the provider what to set, what was there before. The provider
//! answers with the *planned* value, and may differ from the configuration only where it is allowed to
//! ([`planned_ok`]). The *new* value, which an apply returns, may only fill in what the planned value left unknown
//! ([`applied_ok`]).
//!
//! What the engine then does with a plan is only as good as these answers, so they are checked always. A
//! [`Violation`] is the provider's mistake, never the user's, and says so; its words are those of Terraform, which is
//! what authors of providers search for.
//!
//! The rules and their exceptions are Terraform's (OpenTofu, `internal/plans/objchange`). The values given are without marks
//! but for [`compatible`], which looks through them.

mod alike;
mod compatible;
mod legacy;
mod planned;
mod proposed;
mod result;
mod violation;

use crate::path::Step;
use crate::schema::{Attribute, Block, NestedBlock};
use crate::ty::Type;
use crate::value::{Value, View};

pub use self::compatible::compatible;
pub use self::legacy::normalize_legacy;
pub use self::planned::planned_ok;
pub use self::proposed::{planned_unknown, proposed_new};
pub use self::result::{applied_ok, conforms, read_ok, without_write_only, write_only_ok};
pub use self::violation::{Breach, Violation};

/// What an object is made of: a block's attributes and nested blocks, or the attributes of a nested object.
#[derive(Clone, Copy)]
struct Members<'a> {
    attributes: &'a [Attribute],
    blocks: &'a [NestedBlock],
}

impl<'a> Members<'a> {
    fn of(block: &'a Block) -> Self {
        Self { attributes: block.attributes(), blocks: block.blocks() }
    }

    fn of_attributes(attributes: &'a [Attribute]) -> Self {
        Self { attributes, blocks: &[] }
    }

    /// An object of type `ty`, which is made of these members, with what the two functions answer for each.
    fn assemble(
        self,
        ty: Type,
        attribute: &mut dyn FnMut(&'a Attribute) -> Value,
        block: &mut dyn FnMut(&'a NestedBlock) -> Value,
    ) -> Value {
        let Some(object) = ty.as_object() else { return Value::null(ty) };
        let (mut attributes, mut blocks) = (self.attributes.iter().peekable(), self.blocks.iter());
        // Attributes and blocks are sorted by name, as those of the type are.
        let values = object.iter().map(|(name, ty)| {
            if let Some(schema) = attributes.next_if(|schema| schema.name == name) {
                return attribute(schema);
            }
            blocks.next().map_or_else(|| Value::null(ty), &mut *block)
        });
        Value::object_of(object.shape(), values.collect())
    }
}

/// The elements of a collection, or of the tuple or object that stands for one whose elements differ, with the step to each.
fn elements(value: &Value) -> Vec<(Step, &Value)> {
    match value.unmarked().view() {
        View::List(elements) | View::Tuple(elements) => {
            elements.iter().enumerate().map(|(i, e)| (Step::Index(Value::from(i)), e)).collect()
        }
        View::Set(elements) => elements.iter().map(|e| (Step::Index(e.clone()), e)).collect(),
        View::Map(map) => map.iter().map(|(k, e)| (Step::Index(Value::string(k)), e)).collect(),
        View::Object(object) => {
            object.iter().map(|(name, e)| (Step::GetAttr(name.into()), e)).collect()
        }
        _ => Vec::new(),
    }
}

/// The element that a step leads to, where there is one and it is known that there is. A map and an object that stands for one
/// have the same keys.
fn element<'a>(value: &'a Value, step: &Step) -> Option<&'a Value> {
    match (step, value.unmarked().view()) {
        (Step::Index(key), View::List(elements) | View::Tuple(elements)) => {
            elements.get(key.as_number()?.to_usize()?)
        }
        (Step::Index(key), View::Map(map)) => map.get(key.as_str()?),
        (Step::Index(key), View::Object(object)) => object.get(key.as_str()?),
        (Step::GetAttr(name), View::Object(object)) => object.get(name),
        (Step::GetAttr(name), View::Map(map)) => map.get(name),
        _ => None,
    }
}

/// A member of an object: null where the object is null, unknown where it is unknown.
fn member(object: &Value, name: &str, ty: Type) -> Value {
    let object = object.unmarked();
    match object.view() {
        View::Object(members) => members.get(name).cloned().unwrap_or_else(|| Value::null(ty)),
        View::Unknown(_) => Value::unknown(ty),
        _ => Value::null(ty),
    }
}

#[cfg(test)]
mod tests;
