//! Bodies read through a schema: which items belong to it, which do not, and which are missing.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;

use super::body::key_text;
use super::node::Data;
use super::{Attribute, Block, Body, BodySchema, ExprId, Syntax, Tree};
use crate::suggest;

/// What a body holds of that which a schema names.
///
/// For native syntax this is a view: nothing is copied. For JSON it holds the properties sorted out by the schema.
#[derive(Clone, Debug)]
pub struct Content<'t, 's> {
    body: Body<'t>,
    schema: &'s BodySchema,
    /// Only in JSON.
    attributes: Vec<Attribute<'t>>,
    /// Only in JSON.
    blocks: Vec<Block<'t>>,
}

impl<'t> Body<'t> {
    /// Everything in the body, which must all be named by `schema`. What is not, what is missing and which blocks have
    /// other labels than they should is added to `diags`; what is fine is in the result all the same.
    pub fn content<'s>(self, schema: &'s BodySchema, diags: &mut Diagnostics) -> Content<'t, 's> {
        let content = self.partial_content(schema, diags);
        match self.tree.syntax {
            Syntax::Native => report_unexpected(self, schema, diags),
            Syntax::Json => report_unexpected_properties(self, schema, diags),
        }
        content
    }

    /// That part of the body which `schema` names. The rest is ignored; [`Body::hiding`] gives it.
    pub fn partial_content<'s>(
        self,
        schema: &'s BodySchema,
        diags: &mut Diagnostics,
    ) -> Content<'t, 's> {
        let mut content =
            Content { body: self, schema, attributes: Vec::new(), blocks: Vec::new() };
        match self.tree.syntax {
            Syntax::Native => {
                for block in self.blocks().filter(|b| !self.hides_block(b.block_type())) {
                    report_labels(&block, schema, diags);
                }
            }
            Syntax::Json => sort_properties(self, schema, &mut content, diags),
        }
        for wanted in schema.attributes().filter(|a| a.required) {
            if content.attribute(wanted.name).is_none() && !self.hides_attribute(wanted.name) {
                diags.push(missing_argument(wanted.name, self.missing_item_span()));
            }
        }
        content
    }

    /// Every attribute of a body that holds attributes only. Blocks are refused.
    pub fn just_attributes(self, diags: &mut Diagnostics) -> Vec<Attribute<'t>> {
        match self.tree.syntax {
            Syntax::Native => {
                for block in self.blocks().filter(|b| !self.hides_block(b.block_type())) {
                    diags.push(unexpected_block(&block));
                }
                self.attributes().filter(|a| !self.hides_attribute(a.name)).collect()
            }
            Syntax::Json => json_attributes(self, diags),
        }
    }
}

impl<'t> Content<'t, '_> {
    /// The attribute with this name, which must be one of the schema's.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<Attribute<'t>> {
        debug_assert!(self.schema.attribute(name).is_some(), "{name} is named by the schema");
        if self.body.hides_attribute(name) {
            return None;
        }
        match self.body.tree.syntax {
            Syntax::Native => self.body.attribute(name),
            Syntax::Json => self.attributes.iter().find(|a| a.name == name).copied(),
        }
    }

    /// The attributes that the schema names, in the order of the text.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'t>> {
        self.body
            .attributes()
            .filter(|a| {
                self.schema.attribute(a.name).is_some() && !self.body.hides_attribute(a.name)
            })
            .chain(self.attributes.iter().copied())
    }

    /// The blocks that the schema names and that have the right number of labels, in the order of the text.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'t>> {
        self.body
            .blocks()
            .filter(|b| {
                let wanted = self.schema.block(b.block_type());
                wanted.is_some_and(|w| w.labels.len() == b.label_count())
                    && !self.body.hides_block(b.block_type())
            })
            .chain(self.blocks.iter().cloned())
    }

    /// The blocks of one type.
    pub fn blocks_of(&self, block_type: &str) -> impl Iterator<Item = Block<'t>> {
        self.blocks().filter(move |b| b.block_type() == block_type)
    }

    /// Where a missing item would be looked for.
    #[must_use]
    pub fn missing_item_span(&self) -> Span {
        self.body.missing_item_span()
    }
}

fn missing_argument(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "Missing required argument",
        format!("The argument {name:?} is required, but no definition was found."),
    )
    .at(span)
}

fn unexpected_block(block: &Block<'_>) -> Diagnostic {
    Diagnostic::error(
        format!("Unexpected {:?} block", block.block_type()),
        "Blocks are not allowed here.",
    )
    .at(block.type_span())
}

fn report_unexpected(body: Body<'_>, schema: &BodySchema, diags: &mut Diagnostics) {
    // What may be suggested is gathered once, and only if something is wrong.
    let mut unused: Option<Vec<&str>> = None;
    for attribute in body.attributes() {
        let name = attribute.name;
        if schema.attribute(name).is_some() || body.hides_attribute(name) {
            continue;
        }
        let unused = unused.get_or_insert_with(|| {
            let set: HashSet<&str> = body.attributes().map(|a| a.name).collect();
            let known = schema.attributes().chain(body.hidden.iter().flat_map(|s| s.attributes()));
            known.map(|a| a.name).filter(|name| !set.contains(name)).collect()
        });
        let is_block = schema.block(name).is_some() || body.hides_block(name);
        diags.push(unsupported_argument(is_block, unused, &attribute));
    }
    for block in body.blocks() {
        let block_type = block.block_type();
        if schema.block(block_type).is_some() || body.hides_block(block_type) {
            continue;
        }
        diags.push(unsupported_block(body, schema, &block));
    }
}

fn unsupported_argument(is_block: bool, unused: &[&str], attribute: &Attribute<'_>) -> Diagnostic {
    let name = attribute.name;
    let hint = if let Some(near) = suggest::nearest(name, unused.iter().copied()) {
        format!(" Did you mean {near:?}?")
    } else if is_block {
        format!(
            " Did you mean to define a block of type {name:?}? If so, write it without the equals sign."
        )
    } else {
        String::new()
    };
    Diagnostic::error(
        "Unsupported argument",
        format!("An argument named {name:?} is not expected here.{hint}"),
    )
    .at(attribute.name_span)
}

fn unsupported_block(body: Body<'_>, schema: &BodySchema, block: &Block<'_>) -> Diagnostic {
    let block_type = block.block_type();
    // What was read of the body before belongs there as well.
    let known = schema.blocks().chain(body.hidden.iter().flat_map(|s| s.blocks()));
    let known = known.map(|b| b.block_type);
    let hint = if let Some(near) = suggest::nearest(block_type, known) {
        format!(" Did you mean {near:?}?")
    } else if schema.attribute(block_type).is_some() || body.hides_attribute(block_type) {
        format!(
            " Did you mean to define argument {block_type:?}? If so, use the equals sign to assign it a value."
        )
    } else {
        String::new()
    };
    Diagnostic::error(
        "Unsupported block type",
        format!("Blocks of type {block_type:?} are not expected here.{hint}"),
    )
    .at(block.type_span())
}

fn report_labels(block: &Block<'_>, schema: &BodySchema, diags: &mut Diagnostics) {
    let block_type = block.block_type();
    let Some(wanted) = schema.block(block_type).map(|b| b.labels) else { return };
    let found = block.label_count();
    let context = block.type_span().join(block.open_span());
    if let Some(extra) = block.label(wanted.len()) {
        let detail = match wanted {
            [] => format!("No labels are expected for {block_type} blocks."),
            _ => format!(
                "Only {} labels ({}) are expected for {block_type} blocks.",
                wanted.len(),
                wanted.join(", ")
            ),
        };
        let summary = format!("Extraneous label for {block_type}");
        diags.push(Diagnostic::error(summary, detail).at(extra.span).within(context));
    } else if found < wanted.len() {
        let summary = format!("Missing {} for {block_type}", wanted[found]);
        let detail = format!(
            "All {block_type} blocks must have {} labels ({}).",
            wanted.len(),
            wanted.join(", ")
        );
        diags.push(Diagnostic::error(summary, detail).at(block.open_span()).within(context));
    }
}

/// A property of a JSON object.
#[derive(Clone, Copy)]
struct Property {
    key: ExprId,
    value: ExprId,
}

/// The properties of an object, or of every object of an array: both may be a body, or a level of labels.
fn properties(
    tree: &Tree,
    value: ExprId,
    label: Option<&str>,
    diags: &mut Diagnostics,
) -> Vec<Property> {
    let mut found = Vec::new();
    let take = |value: ExprId, found: &mut Vec<Property>| match tree.node(value).data {
        Data::Object { items, .. } => {
            let items = &tree.items[items.range()];
            found.extend(items.iter().map(|i| Property { key: i.key, value: i.value }));
            true
        }
        Data::Invalid => true,
        _ => false,
    };
    match tree.node(value).data {
        Data::Null => {}
        Data::Tuple(run) => {
            for &element in &tree.lists[run.range()] {
                if !take(element, &mut found) {
                    diags.push(wrong_kind(tree, element, label, "A JSON object is required here"));
                }
            }
        }
        _ if take(value, &mut found) => {}
        _ => diags.push(wrong_kind(
            tree,
            value,
            label,
            "Either a JSON object or JSON array of objects is required here",
        )),
    }
    found
}

fn wrong_kind(tree: &Tree, value: ExprId, label: Option<&str>, wanted: &str) -> Diagnostic {
    let purpose = match label {
        Some(label) => format!("to specify {label} labels for this block"),
        None => "to define arguments and child blocks".to_owned(),
    };
    Diagnostic::error("Incorrect JSON value type", format!("{wanted}, {purpose}."))
        .at(tree.expr(value).span())
}

fn sort_properties<'t>(
    body: Body<'t>,
    schema: &BodySchema,
    content: &mut Content<'t, '_>,
    diags: &mut Diagnostics,
) {
    let tree = body.tree;
    for property in properties(tree, body.value().id(), None, diags) {
        let name = key_text(tree, property.key);
        if schema.attribute(name).is_some() && !body.hides_attribute(name) {
            let attribute =
                Attribute::json(tree.expr(property.key), name, tree.expr(property.value));
            match content.attributes.iter().find(|a| a.name == name) {
                Some(first) => diags.push(set_twice("Duplicate argument", first, &attribute)),
                None => content.attributes.push(attribute),
            }
        } else if let Some(wanted) = schema.block(name)
            && !body.hides_block(name)
        {
            let mut unpack = Unpack { tree, property, content, diags };
            unpack.level(property.value, wanted.labels, &mut Vec::new());
        }
    }
}

fn set_twice(summary: &'static str, first: &Attribute<'_>, second: &Attribute<'_>) -> Diagnostic {
    Diagnostic::error(
        summary,
        format!(
            "The argument {:?} was already set. Each argument may be set only once.",
            first.name
        ),
    )
    .at(second.name_span)
    .within(second.span)
    .label(first.name_span, "first set here")
}

/// Takes the levels of a property that is a block, or several: one level of objects a label.
struct Unpack<'a, 't, 's> {
    tree: &'t Tree,
    property: Property,
    content: &'a mut Content<'t, 's>,
    diags: &'a mut Diagnostics,
}

impl Unpack<'_, '_, '_> {
    /// Recursion goes as deep as the schema has labels.
    fn level(&mut self, value: ExprId, wanted: &[&str], labels: &mut Vec<ExprId>) {
        let Some((label, wanted)) = wanted.split_first() else {
            return self.bodies(value, labels);
        };
        let found = properties(self.tree, value, Some(label), self.diags);
        if found.is_empty() && !matches!(self.tree.node(value).data, Data::Invalid) {
            let block_type = key_text(self.tree, self.property.key);
            self.diags.push(
                Diagnostic::error(
                    "Missing block label",
                    format!(
                        "At least one object property is required, whose name represents the {block_type} block's {label}."
                    ),
                )
                .at(self.tree.expr(value).span()),
            );
        }
        for property in found {
            labels.push(property.key);
            self.level(property.value, wanted, labels);
            labels.pop();
        }
    }

    fn bodies(&mut self, value: ExprId, labels: &[ExprId]) {
        let tree = self.tree;
        let block_type = self.property.key;
        match tree.node(value).data {
            Data::Null | Data::Invalid => {}
            Data::Object { .. } => {
                self.content.blocks.push(Block::json(tree, block_type, labels, value));
            }
            Data::Tuple(run) => {
                let bodies = tree.lists[run.range()].iter();
                let blocks = bodies.map(|&body| Block::json(tree, block_type, labels, body));
                self.content.blocks.extend(blocks);
            }
            _ => self.diags.push(
                Diagnostic::error(
                    "Incorrect JSON value type",
                    format!(
                        "Either a JSON object or a JSON array is required, representing the contents of one or more {:?} blocks.",
                        key_text(tree, block_type)
                    ),
                )
                .at(tree.expr(value).span()),
            ),
        }
    }
}

fn report_unexpected_properties(body: Body<'_>, schema: &BodySchema, diags: &mut Diagnostics) {
    let tree = body.tree;
    // The first look at this body has reported what is no object.
    let mut reported = Diagnostics::new();
    let found = properties(tree, body.value().id(), None, &mut reported);
    let is_known = |name: &str| {
        schema.attribute(name).is_some()
            || schema.block(name).is_some()
            || body.hides_attribute(name)
            || body.hides_block(name)
    };
    let mut candidates: Option<Vec<&str>> = None;
    for property in &found {
        let name = key_text(tree, property.key);
        if name == "//" || is_known(name) {
            continue;
        }
        let candidates = candidates.get_or_insert_with(|| {
            let set: HashSet<&str> = found.iter().map(|p| key_text(tree, p.key)).collect();
            let unused = schema.attributes().map(|a| a.name).filter(|name| !set.contains(name));
            unused.chain(schema.blocks().map(|b| b.block_type)).collect()
        });
        let hint = suggest::nearest(name, candidates.iter().copied())
            .map_or(String::new(), |near| format!(" Did you mean {near:?}?"));
        let key = tree.expr(property.key).span();
        diags.push(
            Diagnostic::error(
                "Extraneous JSON object property",
                format!("No argument or block type is named {name:?}.{hint}"),
            )
            .at(key)
            .within(key.join(tree.expr(property.value).span())),
        );
    }
}

fn json_attributes<'t>(body: Body<'t>, diags: &mut Diagnostics) -> Vec<Attribute<'t>> {
    let tree = body.tree;
    let value = body.value();
    let Data::Object { items, .. } = tree.node(value.id()).data else {
        if !matches!(tree.node(value.id()).data, Data::Invalid) {
            diags.push(
                Diagnostic::error(
                    "Incorrect JSON value type",
                    "A JSON object is required here, setting the arguments for this block.",
                )
                .at(value.span()),
            );
        }
        return Vec::new();
    };
    let mut found: Vec<Attribute<'t>> = Vec::new();
    let mut places = HashMap::new();
    for item in &tree.items[items.range()] {
        let name = key_text(tree, item.key);
        if name == "//" || body.hides_attribute(name) {
            continue;
        }
        let attribute = Attribute::json(tree.expr(item.key), name, tree.expr(item.value));
        match places.entry(name) {
            Entry::Occupied(first) => {
                let first: usize = *first.get();
                let summary = "Duplicate attribute definition";
                diags.push(set_twice(summary, &found[first], &attribute));
            }
            Entry::Vacant(place) => {
                place.insert(found.len());
                found.push(attribute);
            }
        }
    }
    found
}
