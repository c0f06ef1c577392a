//! The syntax tree of one text: arenas of small nodes that point into it.
//!
//! A [`Tree`] owns the text and everything that was read from it, native or JSON. Nodes are reached through ids
//! ([`ExprId`], [`BodyId`]), which are cheap to keep, and read through views ([`Expr`], [`Body`]), which are cheap to
//! make. Nothing is boxed, so a tree of any depth is dropped without recursion.
//!
//! Offsets in nodes are *places*: a place below the length of the text is an offset into it; a higher one is an
//! offset into decoded text that stands behind it, as a JSON string with escapes does. [`Tree::span`] turns places
//! back into offsets into the file.

mod body;
mod content;
mod decode;
mod expr;
mod node;
mod schema;
mod traversal;
mod walk;

use std::sync::Arc;

use wb_core::source::{FileId, Span};

pub use body::{Attribute, Attributes, Block, Blocks, Body, BodyId, Label};
pub use content::Content;
pub use expr::{
    BinaryOp, Call, Expr, ExprId, ExprKind, Exprs, For, JsonString, Object, ObjectItem, Operand,
    Operands, Signs, UnaryOp,
};
pub use schema::{AttributeSchema, BlockSchema, BodySchema};
pub use traversal::{Step, StepKind, Steps, Traversal};
pub use walk::Variables;

pub(crate) use node::{
    AttributeNode, BlockNode, BodyNode, CallNode, Data, ForNode, ItemNode, JsonStringNode,
    LabelNode, Node, OperandNode, Run, StepNode, StepTag, Str,
};

/// Which of the two syntaxes a tree was read from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    Native,
    Json,
}

/// The text of one file and what was read from it.
#[derive(Debug)]
pub struct Tree {
    pub(crate) file: FileId,
    pub(crate) syntax: Syntax,
    pub(crate) text: Arc<str>,
    /// Strings that differ from their text in the file.
    pub(crate) decoded: String,
    regions: Vec<Region>,
    anchors: Vec<Anchor>,
    pub(crate) exprs: Vec<Node>,
    pub(crate) lists: Vec<ExprId>,
    pub(crate) items: Vec<ItemNode>,
    pub(crate) steps: Vec<StepNode>,
    pub(crate) operands: Vec<OperandNode>,
    pub(crate) signs: Vec<u32>,
    pub(crate) calls: Vec<CallNode>,
    pub(crate) fors: Vec<ForNode>,
    pub(crate) bodies: Vec<BodyNode>,
    pub(crate) attributes: Vec<AttributeNode>,
    pub(crate) blocks: Vec<BlockNode>,
    pub(crate) labels: Vec<LabelNode>,
    pub(crate) json_strings: Vec<JsonStringNode>,
}

/// A stretch of decoded text that was parsed in its turn, and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Region {
    start: u32,
    end: u32,
    anchors: Run,
}

/// From `place` on, up to the next anchor, the text stands at `offset` in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anchor {
    pub(crate) place: u32,
    pub(crate) offset: u32,
}

impl Tree {
    pub(crate) fn new(file: FileId, syntax: Syntax, text: Arc<str>) -> Self {
        Self {
            file,
            syntax,
            text,
            decoded: String::new(),
            regions: Vec::new(),
            anchors: Vec::new(),
            exprs: Vec::new(),
            lists: Vec::new(),
            items: Vec::new(),
            steps: Vec::new(),
            operands: Vec::new(),
            signs: Vec::new(),
            calls: Vec::new(),
            fors: Vec::new(),
            bodies: Vec::new(),
            attributes: Vec::new(),
            blocks: Vec::new(),
            labels: Vec::new(),
            json_strings: Vec::new(),
        }
    }

    /// The file that this was read from.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    #[must_use]
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The expression with this id.
    ///
    /// # Panics
    /// When the id is another tree's, as with every id here.
    #[must_use]
    #[inline]
    pub fn expr(&self, id: ExprId) -> Expr<'_> {
        debug_assert!(id.index() < self.exprs.len(), "the id is this tree's");
        Expr { tree: self, id }
    }

    /// The body with this id.
    #[must_use]
    pub fn body(&self, id: BodyId) -> Body<'_> {
        Body::new(self, id)
    }

    /// Every body of native syntax, those within others first.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = Body<'_>> {
        (0..).zip(&self.bodies).map(|(id, _)| Body::new(self, BodyId(id)))
    }

    /// The bytes that the tree takes, its text included.
    #[must_use]
    pub fn heap_size(&self) -> usize {
        fn of<T>(items: &Vec<T>) -> usize {
            items.capacity() * size_of::<T>()
        }
        self.text.len()
            + self.decoded.capacity()
            + of(&self.regions)
            + of(&self.anchors)
            + of(&self.exprs)
            + of(&self.lists)
            + of(&self.items)
            + of(&self.steps)
            + of(&self.operands)
            + of(&self.signs)
            + of(&self.calls)
            + of(&self.fors)
            + of(&self.bodies)
            + of(&self.attributes)
            + of(&self.blocks)
            + of(&self.labels)
            + of(&self.json_strings)
    }

    /// Gives back what the arenas reserved and did not use.
    pub(crate) fn shrink(&mut self) {
        self.decoded.shrink_to_fit();
        self.exprs.shrink_to_fit();
        self.lists.shrink_to_fit();
        self.items.shrink_to_fit();
        self.steps.shrink_to_fit();
        self.operands.shrink_to_fit();
        self.calls.shrink_to_fit();
        self.fors.shrink_to_fit();
        self.bodies.shrink_to_fit();
        self.attributes.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.labels.shrink_to_fit();
    }

    #[inline]
    pub(crate) fn node(&self, id: ExprId) -> &Node {
        &self.exprs[id.index()]
    }

    /// The text between two places.
    #[inline]
    pub(crate) fn slice(&self, start: u32, end: u32) -> &str {
        let behind = self.text.len();
        let (start, end) = (start as usize, end as usize);
        if start < behind || self.decoded.is_empty() {
            &self.text[start..end]
        } else {
            &self.decoded[start - behind..end - behind]
        }
    }

    #[inline]
    pub(crate) fn str(&self, text: Str) -> &str {
        self.slice(text.start, text.end)
    }

    /// Keeps `text` behind the file's own, and returns where.
    pub(crate) fn keep(&mut self, text: &str) -> Str {
        let start = self.end_place();
        self.decoded.push_str(text);
        Str { start, end: self.end_place() }
    }

    fn end_place(&self) -> u32 {
        u32::try_from(self.text.len() + self.decoded.len())
            .expect("texts over 1 GiB are refused, and decoded text is no longer than its source")
    }

    /// Says where kept text comes from, so that what is parsed from it has spans. `anchors` begin with the start of
    /// `text` and ascend.
    pub(crate) fn map_region(&mut self, text: Str, anchors: impl IntoIterator<Item = Anchor>) {
        let first = self.anchors.len();
        self.anchors.extend(anchors);
        let anchors = Run::since(first, self.anchors.len());
        self.regions.push(Region { start: text.start, end: text.end, anchors });
    }

    /// The span in the file from one place to another.
    #[must_use]
    #[inline]
    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        if self.regions.is_empty() {
            return Span::new(self.file, start, end);
        }
        let start = self.offset(start);
        Span::new(self.file, start, self.offset(end).max(start))
    }

    fn offset(&self, place: u32) -> u32 {
        let after = self.regions.partition_point(|r| r.start <= place);
        let Some(region) = after.checked_sub(1).map(|i| self.regions[i]) else { return place };
        let anchors = &self.anchors[region.anchors.range()];
        let at = anchors.partition_point(|a| a.place <= place.min(region.end));
        let anchor = anchors[at.saturating_sub(1)];
        anchor.offset + (place.min(region.end) - anchor.place)
    }
}
