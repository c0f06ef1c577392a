//! Objects of providers that were written for Terraform's first type system.

use super::{Members, member};
use crate::schema::{Block, NestedBlock, Nesting};
use crate::value::{Value, View};

/// Brings such an object into the form that all others have: what stands for nested blocks is never null or unknown itself,
/// but for single blocks, of which there may be none.
#[must_use]
pub fn normalize_legacy(block: &Block, value: &Value) -> Value {
    let (plain, marks) = value.unmark_deep_with_paths();
    object(block, &plain).apply_marks_at_paths(&marks)
}

fn object(block: &Block, value: &Value) -> Value {
    if value.is_null() {
        return Value::null(block.ty());
    }
    Members::of(block).assemble(
        block.ty(),
        &mut |schema| member(value, &schema.name, schema.ty()),
        &mut |schema| {
            let value = member(value, &schema.name, schema.ty());
            // That type system has no dynamic types: this comes from elsewhere.
            let is_foreign = schema.block.ty().has_dynamic();
            if is_foreign { value } else { blocks(schema, value) }
        },
    )
}

fn blocks(schema: &NestedBlock, value: Value) -> Value {
    let ty = schema.block.ty();
    match (schema.nesting, value.view()) {
        (Nesting::Map, _) => value,
        (Nesting::Group, View::Null(_)) => schema.empty_value(),
        (Nesting::Single | Nesting::Group, View::Unknown(_)) => unknown(&schema.block),
        (Nesting::Single | Nesting::Group, _) => object(&schema.block, &value),
        (Nesting::List, View::Unknown(_)) => Value::list(ty, [unknown(&schema.block)]),
        (Nesting::Set, View::Unknown(_)) => Value::set(ty, [unknown(&schema.block)]),
        (Nesting::List | Nesting::Set, View::Null(_)) => schema.empty_value(),
        (Nesting::List | Nesting::Set, View::List(elements) | View::Set(elements)) => {
            let elements = elements.iter().map(|element| object(&schema.block, element));
            let rebuilt = if schema.nesting == Nesting::List {
                Value::try_list(ty, elements)
            } else {
                Value::try_set(ty, elements)
            };
            rebuilt.unwrap_or(value)
        }
        _ => value,
    }
}

/// A block all of whose attributes are unknown, in place of one that is unknown as a whole.
fn unknown(block: &Block) -> Value {
    Members::of(block).assemble(
        block.ty(),
        &mut |schema| Value::unknown(schema.ty()),
        &mut |schema| {
            let ty = schema.block.ty();
            match schema.nesting {
                Nesting::Single | Nesting::Group => unknown(&schema.block),
                Nesting::List if !ty.has_dynamic() => Value::list(ty, [unknown(&schema.block)]),
                Nesting::Set => Value::set(ty, [unknown(&schema.block)]),
                _ => schema.empty_value(),
            }
        },
    )
}
