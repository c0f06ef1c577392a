//! Bodies, attributes and blocks as they are read.
//!
//! A body of native syntax knows which of its items are attributes and which are blocks. A body in JSON does not: a
//! property is what the schema says that it is. So bodies are read through schemas ([`Body::content`]), and those who
//! do look at the tree without one ([`Body::attributes`], [`Body::blocks`]) see the native syntax only.

use wb_core::source::Span;

use super::node::{AttributeNode, BlockNode, BodyNode, Data, Run};
use super::{BodySchema, Expr, ExprId, Syntax, Tree};

/// Names a body of a [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BodyId(pub(crate) u32);

/// The content of a file or a block.
#[derive(Clone, Copy, Debug)]
pub struct Body<'t> {
    pub(super) tree: &'t Tree,
    pub(super) id: BodyId,
    pub(super) hidden: &'t [&'t BodySchema],
}

impl<'t> Body<'t> {
    pub(super) fn new(tree: &'t Tree, id: BodyId) -> Self {
        Self { tree, id, hidden: &[] }
    }

    #[must_use]
    pub fn id(self) -> BodyId {
        self.id
    }

    #[must_use]
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// This body without what the given schemas name: what is left after reading those parts of it.
    #[must_use]
    pub fn hiding(self, schemas: &'t [&'t BodySchema]) -> Self {
        Self { hidden: schemas, ..self }
    }

    /// Whether an attribute with this name was read already.
    #[must_use]
    pub fn hides_attribute(self, name: &str) -> bool {
        self.hidden.iter().any(|schema| schema.attribute(name).is_some())
    }

    /// Whether blocks of this type were read already.
    #[must_use]
    pub fn hides_block(self, block_type: &str) -> bool {
        self.hidden.iter().any(|schema| schema.block(block_type).is_some())
    }

    /// The whole of the body, with the braces of its block.
    #[must_use]
    pub fn span(self) -> Span {
        match self.tree.syntax {
            Syntax::Native => {
                let node = self.node();
                self.tree.span(node.start, node.end)
            }
            Syntax::Json => self.value().span(),
        }
    }

    /// Where a missing argument would be looked for: the opening brace; in JSON the closing one.
    #[must_use]
    pub fn missing_item_span(self) -> Span {
        match self.tree.syntax {
            Syntax::Native => {
                let node = self.node();
                self.tree.span(node.start, node.end.min(node.start + 1))
            }
            Syntax::Json => {
                let node = self.tree.node(self.value().id());
                match node.data {
                    Data::Object { .. } => self.tree.span(node.end.max(1) - 1, node.end),
                    _ => self.tree.span(node.start, node.end.min(node.start + 1)),
                }
            }
        }
    }

    /// The attributes of a body of native syntax, hidden or not; none in JSON.
    #[must_use]
    pub fn attributes(self) -> Attributes<'t> {
        let run = match self.tree.syntax {
            Syntax::Native => self.node().attributes,
            Syntax::Json => Run::default(),
        };
        Attributes { tree: self.tree, nodes: self.tree.attributes[run.range()].iter() }
    }

    /// The blocks of a body of native syntax, hidden or not; none in JSON.
    #[must_use]
    pub fn blocks(self) -> Blocks<'t> {
        let run = match self.tree.syntax {
            Syntax::Native => self.node().blocks,
            Syntax::Json => Run::default(),
        };
        Blocks { tree: self.tree, nodes: self.tree.blocks[run.range()].iter() }
    }

    /// The attribute with this name, in native syntax.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<Attribute<'t>> {
        self.attributes().find(|a| a.name == name)
    }

    fn node(self) -> &'t BodyNode {
        &self.tree.bodies[self.id.0 as usize]
    }

    /// The JSON value that this body is.
    pub(super) fn value(self) -> Expr<'t> {
        self.tree.expr(ExprId(self.id.0))
    }
}

/// A name and what it is set to.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'t> {
    pub name: &'t str,
    pub name_span: Span,
    /// From the name to the end of the expression.
    pub span: Span,
    pub expr: Expr<'t>,
}

impl<'t> Attribute<'t> {
    /// A property of JSON as an attribute.
    pub(super) fn json(key: Expr<'t>, name: &'t str, value: Expr<'t>) -> Self {
        Self { name, name_span: key.span(), span: key.span().join(value.span()), expr: value }
    }

    fn native(tree: &'t Tree, node: &AttributeNode) -> Self {
        let end = tree.node(node.expr).end;
        Self {
            name: tree.slice(node.start, node.name_end),
            name_span: tree.span(node.start, node.name_end),
            span: tree.span(node.start, end),
            expr: tree.expr(node.expr),
        }
    }
}

/// Attributes in the order of the text.
#[derive(Clone, Debug)]
pub struct Attributes<'t> {
    tree: &'t Tree,
    nodes: std::slice::Iter<'t, AttributeNode>,
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Attribute<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.nodes.next().map(|node| Attribute::native(self.tree, node))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.nodes.size_hint()
    }
}

impl ExactSizeIterator for Attributes<'_> {}

/// Blocks in the order of the text.
#[derive(Clone, Debug)]
pub struct Blocks<'t> {
    tree: &'t Tree,
    nodes: std::slice::Iter<'t, BlockNode>,
}

impl<'t> Iterator for Blocks<'t> {
    type Item = Block<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        self.nodes.next().map(|&node| Block { tree: self.tree, node: Node::Native(node) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.nodes.size_hint()
    }
}

impl ExactSizeIterator for Blocks<'_> {}

/// A block: its type, its labels and its body.
#[derive(Clone, Debug)]
pub struct Block<'t> {
    tree: &'t Tree,
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    Native(BlockNode),
    /// The keys of the properties that name its type and its labels, and the value that is its body.
    Json {
        block_type: ExprId,
        labels: Box<[ExprId]>,
        body: ExprId,
    },
}

/// One label of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label<'t> {
    pub text: &'t str,
    pub span: Span,
}

impl<'t> Block<'t> {
    pub(super) fn json(
        tree: &'t Tree,
        block_type: ExprId,
        labels: &[ExprId],
        body: ExprId,
    ) -> Self {
        Self { tree, node: Node::Json { block_type, labels: labels.into(), body } }
    }

    #[must_use]
    pub fn block_type(&self) -> &'t str {
        match &self.node {
            Node::Native(node) => self.tree.slice(node.start, node.name_end),
            Node::Json { block_type, .. } => key_text(self.tree, *block_type),
        }
    }

    #[must_use]
    pub fn type_span(&self) -> Span {
        match &self.node {
            Node::Native(node) => self.tree.span(node.start, node.name_end),
            Node::Json { block_type, .. } => self.tree.expr(*block_type).span(),
        }
    }

    #[must_use]
    pub fn label_count(&self) -> usize {
        match &self.node {
            Node::Native(node) => node.labels.length as usize,
            Node::Json { labels, .. } => labels.len(),
        }
    }

    #[must_use]
    pub fn label(&self, index: usize) -> Option<Label<'t>> {
        let tree = self.tree;
        match &self.node {
            Node::Native(node) => tree.labels[node.labels.range()]
                .get(index)
                .map(|l| Label { text: tree.str(l.text), span: tree.span(l.start, l.end) }),
            Node::Json { labels, .. } => labels
                .get(index)
                .map(|&key| Label { text: key_text(tree, key), span: tree.expr(key).span() }),
        }
    }

    pub fn labels(&self) -> impl Iterator<Item = Label<'t>> {
        (0..self.label_count()).filter_map(|i| self.label(i))
    }

    /// From the type to the last label. In JSON, where these lie apart, the last label alone, or the type.
    #[must_use]
    pub fn header_span(&self) -> Span {
        let last = self.label_count().checked_sub(1).and_then(|i| self.label(i));
        match (&self.node, last) {
            (_, None) => self.type_span(),
            (Node::Native(_), Some(last)) => self.type_span().join(last.span),
            (Node::Json { .. }, Some(last)) => last.span,
        }
    }

    /// The header as it would be written in native syntax: `resource "aws_instance" "web"`.
    #[must_use]
    pub fn header(&self) -> String {
        let mut out = self.block_type().to_owned();
        for label in self.labels() {
            out.push_str(" \"");
            out.push_str(label.text);
            out.push('"');
        }
        out
    }

    /// The opening brace.
    #[must_use]
    pub fn open_span(&self) -> Span {
        match &self.node {
            Node::Native(node) => self.tree.span(node.open, node.open + 1),
            Node::Json { body, .. } => {
                let node = self.tree.node(*body);
                self.tree.span(node.start, node.end.min(node.start + 1))
            }
        }
    }

    /// The closing brace.
    #[must_use]
    pub fn close_span(&self) -> Span {
        let end = match &self.node {
            Node::Native(node) => node.end,
            Node::Json { body, .. } => self.tree.node(*body).end,
        };
        self.tree.span(end.max(1) - 1, end)
    }

    /// From the type to the closing brace.
    #[must_use]
    pub fn span(&self) -> Span {
        self.type_span().join(self.close_span())
    }

    #[must_use]
    pub fn body(&self) -> Body<'t> {
        let id = match &self.node {
            Node::Native(node) => node.body,
            Node::Json { body, .. } => BodyId(body.0),
        };
        Body::new(self.tree, id)
    }
}

/// The text of a key of a JSON object that names an argument, a block type or a label: never a template.
pub(super) fn key_text(tree: &Tree, key: ExprId) -> &str {
    match tree.node(key).data {
        Data::String(text) => tree.str(text),
        Data::JsonString(index) => tree.str(tree.json_strings[index as usize].literal),
        _ => "",
    }
}
