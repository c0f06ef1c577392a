//! What a body holds, whichever syntax it has and however many layers.

use wb_core::diag::Diagnostics;
use wb_core::source::Span;
use wb_hcl::{Attribute, Block, Syntax};

use super::problem;
use super::schema::{Kind, Schema};
use crate::config;

/// The attributes and blocks of a body that its schema names, in the order of the text.
pub(super) struct Items<'t> {
    pub(super) attributes: Vec<Attribute<'t>>,
    pub(super) blocks: Vec<Written<'t>>,
    /// Where a missing argument would be looked for.
    pub(super) missing: Span,
}

/// A block as it is written.
pub(super) struct Written<'t> {
    pub(super) block: Block<'t>,
    /// The type of the blocks that it generates, where it is a `dynamic` block.
    pub(super) generates: Option<&'t str>,
}

impl<'t> Written<'t> {
    fn new(block: Block<'t>) -> Self {
        let is_dynamic = block.block_type() == "dynamic";
        let generates = block.label(0).filter(|_| is_dynamic).map(|label| label.text);
        Self { block, generates }
    }

    /// Whether it is a block of this type, or makes such.
    pub(super) fn is_of(&self, block_type: &str) -> bool {
        self.generates.unwrap_or_else(|| self.block.block_type()) == block_type
    }
}

impl<'t> Items<'t> {
    /// The content of a body that may have layers. What does not belong there is reported.
    pub(super) fn of_body(
        body: &'t config::Body,
        schema: &Schema,
        diags: &mut Diagnostics,
    ) -> Self {
        if let Some(single) = body.single() {
            return Self::of(single, schema, diags);
        }
        let content = body.content(&schema.names, diags);
        let (attributes, blocks) = (content.attributes().collect(), content.blocks().collect());
        Self::sorted_out(attributes, blocks, body.missing_item_span(), schema, diags)
    }

    /// The content of one body of the source. What does not belong there is reported.
    pub(super) fn of(body: wb_hcl::Body<'t>, schema: &Schema, diags: &mut Diagnostics) -> Self {
        let missing = body.missing_item_span();
        if body.tree().syntax() == Syntax::Native && fits(body, schema) {
            // Nothing to sort out: this is what nearly every body of nearly every run comes to.
            let attributes = body.attributes().filter(|a| !body.hides_attribute(a.name));
            let blocks = body.blocks().filter(|b| !body.hides_block(b.block_type()));
            return Self {
                attributes: attributes.collect(),
                blocks: blocks.map(Written::new).collect(),
                missing,
            };
        }
        let content = body.content(&schema.names, diags);
        let (attributes, blocks) = (content.attributes().collect(), content.blocks().collect());
        Self::sorted_out(attributes, blocks, missing, schema, diags)
    }

    fn sorted_out(
        attributes: Vec<Attribute<'t>>,
        blocks: Vec<Block<'t>>,
        missing: Span,
        schema: &Schema,
        diags: &mut Diagnostics,
    ) -> Self {
        let blocks = blocks.into_iter().map(Written::new);
        let blocks = blocks.filter(|written| match written.generates {
            Some(block_type) if schema.labels_of(block_type).is_none() => {
                diags.push(problem::unsupported_dynamic(&written.block, block_type, schema));
                false
            }
            _ => true,
        });
        Self { attributes, blocks: blocks.collect(), missing }
    }

    /// Whether an attribute is written, or blocks that stand for it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|a| a.name == name) || self.blocks.iter().any(|b| b.is_of(name))
    }
}

/// Whether everything in a body of native syntax belongs there.
fn fits(body: wb_hcl::Body<'_>, schema: &Schema) -> bool {
    let attributes = body.attributes().all(|attribute| {
        let found = schema.find(attribute.name);
        found.is_some_and(|at| matches!(schema.members[at].kind, Kind::Attribute(_)))
            || body.hides_attribute(attribute.name)
    });
    attributes
        && body.blocks().all(|block| {
            if body.hides_block(block.block_type()) {
                return true;
            }
            match (block.block_type(), block.label(0)) {
                ("dynamic", Some(label)) => {
                    block.label_count() == 1 && schema.labels_of(label.text).is_some()
                }
                (block_type, _) => {
                    let labels = schema.labels_of(block_type);
                    labels.is_some_and(|labels| labels.len() == block.label_count())
                }
            }
        })
}
