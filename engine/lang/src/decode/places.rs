//! Where the user wrote a part of a decoded value.

use wb_core::diag::Diagnostics;
use wb_core::path::{Path, Step};
use wb_core::schema::Nesting;
use wb_core::source::Span;
use wb_core::value::Value;

use super::items::{Items, Written};
use super::schema::{Kind, Schema};
use crate::config::Body;
use crate::typeexpr::locate;

/// The innermost text that stands for the part at `path` of the value that [`super::block`] makes of a body. Nothing where nothing
/// of it is written, or the path is that of the whole.
#[must_use]
pub fn place(body: &Body, schema: &Schema, path: &Path) -> Option<Span> {
    let items = Items::of_body(body, schema, &mut Diagnostics::new());
    within(&items, schema, path.steps())
}

/// Recursion goes as deep as the schema.
fn within(items: &Items<'_>, schema: &Schema, steps: &[Step]) -> Option<Span> {
    let (first, rest) = steps.split_first()?;
    let Step::GetAttr(name) = first else { return None };
    let member = &schema.members[schema.find(name)?];
    if let Some(attribute) = items.attributes.iter().find(|a| a.name == name.as_str()) {
        return Some(locate::span(attribute.expr, &rest.iter().cloned().collect()));
    }
    let blocks: Vec<&Written<'_>> = items.blocks.iter().filter(|b| b.is_of(name)).collect();
    let (inner, is_single) = match &member.kind {
        Kind::Attribute(attribute) => (attribute.as_blocks.as_deref()?, false),
        Kind::Blocks(blocks) => {
            let is_single = matches!(blocks.nesting, Nesting::Single | Nesting::Group);
            (&blocks.schema, is_single)
        }
    };
    let (block, rest) = match rest.split_first() {
        _ if is_single => (*blocks.first()?, rest),
        Some((key, rest)) => match which(&blocks, key) {
            Some(block) => (block, rest),
            None => return Some(blocks.first()?.block.header_span()),
        },
        None => (*blocks.first()?, rest),
    };
    let body = match block.generates {
        None => block.block.body(),
        Some(_) => block.block.body().blocks().find(|b| b.block_type() == "content")?.body(),
    };
    let items = Items::of(body, inner, &mut Diagnostics::new());
    let found = within(&items, inner, rest);
    Some(found.unwrap_or_else(|| block.block.header_span()))
}

/// The block that an element was made of, as far as that can be told without evaluating anything.
fn which<'b, 't>(blocks: &[&'b Written<'t>], key: &Step) -> Option<&'b Written<'t>> {
    if let [only] = blocks {
        return Some(only);
    }
    let text = match key {
        Step::GetAttr(name) => Some(name.as_str()),
        Step::Index(key) => key.as_str(),
    };
    if let Some(text) = text {
        let is_it = |b: &&&Written<'_>| {
            b.generates.is_none() && b.block.label(0).is_some_and(|l| l.text == text)
        };
        return blocks.iter().find(is_it).copied();
    }
    let Step::Index(key) = key else { return None };
    let position = Value::as_number(key)?.to_usize()?;
    // Nobody knows here how many blocks a dynamic one makes.
    let before = blocks.get(..=position)?;
    before.iter().all(|b| b.generates.is_none()).then(|| blocks[position])
}
