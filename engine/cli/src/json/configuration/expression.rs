//! Arguments: the value of a constant, or the references of what is none.

use std::collections::{BTreeMap, HashSet};

use wb_core::diag::Diagnostics;
use wb_core::schema::{self, Nesting};
use wb_core::value::Value;
use wb_hcl::{
    Attribute, AttributeSchema, Block, BlockSchema, BodySchema, Expr, Step, StepKind, Traversal,
};
use wb_lang::config::{Body, constant};

use super::super::out::Out;
use super::super::values;

/// The value of an expression that reads nothing.
pub(super) fn constant(expr: Expr<'_>) -> Option<Value> {
    let value = constant::value(expr, &mut Diagnostics::new())?;
    value.is_wholly_known().then_some(value)
}

pub(super) fn says_something(expr: Expr<'_>) -> bool {
    !references(expr).is_empty() || constant(expr).is_some()
}

/// `{"constant_value": …}`, `{"references": […]}`, or nothing within the braces.
pub(super) fn write(out: &mut Out<'_>, expr: Expr<'_>) {
    let references = references(expr);
    out.object(|out| {
        if !references.is_empty() {
            out.key("references").strings(&references);
        } else if let Some(value) = constant(expr) {
            values::known(out.key("constant_value"), &value);
        }
    });
}

/// What an expression refers to: each reference, then what it is part of, down to the object itself.
fn references(expr: Expr<'_>) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for traversal in expr.variables() {
        let steps: Vec<Step<'_>> = traversal.steps().iter().collect();
        // A splat takes every element; what it reads of them is not told.
        let end =
            steps.iter().position(|s| matches!(s.kind, StepKind::Splat)).unwrap_or(steps.len());
        let least = least_steps(&traversal);
        for taken in (least.min(end)..=end).rev() {
            let mut text = traversal.root().to_owned();
            steps[..taken].iter().for_each(|step| push_step(&mut text, step));
            if seen.insert(text.clone()) {
                found.push(text);
            }
        }
    }
    found
}

/// How many steps name the object that a traversal starts at.
fn least_steps(traversal: &Traversal<'_>) -> usize {
    match traversal.root() {
        "self" => 0,
        "data" | "ephemeral" => 2,
        _ => 1,
    }
}

pub(super) fn text(traversal: &Traversal<'_>) -> String {
    let mut text = traversal.root().to_owned();
    traversal.steps().iter().for_each(|step| push_step(&mut text, &step));
    text
}

fn push_step(text: &mut String, step: &Step<'_>) {
    match step.kind {
        StepKind::Attribute(name) => {
            text.push('.');
            text.push_str(name);
        }
        StepKind::Key(key) => {
            text.push('[');
            wb_core::text::quote_into(key, text);
            text.push(']');
        }
        StepKind::Index(digits) => {
            text.push('[');
            text.push_str(digits);
            text.push(']');
        }
        StepKind::Odd(_) | StepKind::Splat => text.push_str("[*]"),
    }
}

/// The member `expressions` of a body that is read without a schema: its arguments.
pub(super) fn arguments(out: &mut Out<'_>, body: &Body) {
    // What is wrong with the body was reported when it was read for good.
    let mut attributes = body.just_attributes(&mut Diagnostics::new());
    attributes.sort_by_key(|attribute| attribute.name);
    if attributes.is_empty() {
        return;
    }
    out.key("expressions").object(|out| {
        for attribute in attributes {
            write(out.key(attribute.name), attribute.expr);
        }
    });
}

/// The member `expressions` of a body that a schema describes: arguments and nested blocks.
pub(super) fn body(out: &mut Out<'_>, body: &Body, schema: &schema::Block) {
    let wanted = body_schema(schema);
    let content = body.partial_content(&wanted, &mut Diagnostics::new());
    let parts = Parts::new(content.attributes(), content.blocks());
    if !parts.0.is_empty() {
        parts.write(out.key("expressions"), schema);
    }
}

/// What a body holds, by name.
struct Parts<'t>(BTreeMap<&'t str, Part<'t>>);

enum Part<'t> {
    Argument(Expr<'t>),
    Blocks(Vec<Block<'t>>),
}

impl<'t> Parts<'t> {
    fn new(
        attributes: impl Iterator<Item = Attribute<'t>>,
        blocks: impl Iterator<Item = Block<'t>>,
    ) -> Self {
        let mut parts: BTreeMap<&str, Part<'_>> =
            attributes.map(|a| (a.name, Part::Argument(a.expr))).collect();
        for block in blocks {
            let part = parts.entry(block.block_type()).or_insert_with(|| Part::Blocks(Vec::new()));
            if let Part::Blocks(blocks) = part {
                blocks.push(block);
            }
        }
        Self(parts)
    }

    fn write(&self, out: &mut Out<'_>, schema: &schema::Block) {
        out.object(|out| {
            for (name, part) in &self.0 {
                out.key(name);
                match part {
                    Part::Argument(expr) => write(out, *expr),
                    Part::Blocks(blocks) => match schema.nested(name) {
                        Some(nested) => nested_blocks(out, blocks, nested),
                        None => out.object(|_| {}),
                    },
                }
            }
        });
    }
}

fn nested_blocks(out: &mut Out<'_>, blocks: &[Block<'_>], nested: &schema::NestedBlock) {
    match nested.nesting {
        Nesting::Single | Nesting::Group => match blocks.first() {
            Some(block) => within(out, block, &nested.block),
            None => out.object(|_| {}),
        },
        Nesting::Map => out.object(|out| {
            for block in blocks {
                let label = block.label(0).map_or("", |label| label.text);
                within(out.key(label), block, &nested.block);
            }
        }),
        Nesting::List | Nesting::Set => {
            out.array(|out| blocks.iter().for_each(|block| within(out, block, &nested.block)));
        }
    }
}

/// Recursion goes as deep as blocks are nested, which the schema bounds.
fn within(out: &mut Out<'_>, block: &Block<'_>, schema: &schema::Block) {
    let wanted = body_schema(schema);
    let content = block.body().partial_content(&wanted, &mut Diagnostics::new());
    Parts::new(content.attributes(), content.blocks()).write(out, schema);
}

fn body_schema(block: &schema::Block) -> BodySchema {
    let attributes = block.attributes().iter().map(|a| AttributeSchema::optional(&a.name));
    let blocks = block.blocks().iter().map(|b| match b.nesting {
        Nesting::Map => BlockSchema::new(&b.name, &["key"]),
        _ => BlockSchema::new(&b.name, &[]),
    });
    BodySchema::new(attributes, blocks)
}
