//! Text to trees: where to start.

mod body;
mod collection;
mod expr;
mod finish;
mod parser;
mod problem;
mod template;
mod term;
#[cfg(test)]
mod tests;
mod traversal;

use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{FileId, Span};

use crate::lex::{Scanner, TokenKind};
use crate::source::SourceText;
use crate::tree::{Anchor, Body, BodyId, Data, Expr, ExprId, Str, Syntax, Traversal, Tree};
use parser::Parser;

pub(crate) use parser::Problems;

/// How deep brackets, blocks, templates and conditions may be nested in each other.
pub const MAX_DEPTH: usize = 2_000;
/// The most bytes of a text. Places in trees are 32 bits wide, and decoded text needs some of them.
const MAX_BYTES: usize = 1 << 30;

/// A configuration file that was read, as far as it could be. Cheap to clone.
#[derive(Clone, Debug)]
pub struct File {
    pub(crate) tree: Arc<Tree>,
    pub(crate) body: BodyId,
}

impl File {
    #[must_use]
    pub fn tree(&self) -> &Arc<Tree> {
        &self.tree
    }

    /// What the file holds.
    #[must_use]
    pub fn body(&self) -> Body<'_> {
        self.tree.body(self.body)
    }
}

/// An expression or a template with the tree that it stands in: what to keep of one. Cheap to clone.
#[derive(Clone)]
pub struct Expression {
    pub(crate) tree: Arc<Tree>,
    pub(crate) root: ExprId,
}

impl Expression {
    /// The expression of `tree` with this id.
    #[must_use]
    pub fn new(tree: &Arc<Tree>, root: ExprId) -> Self {
        Self { tree: Arc::clone(tree), root }
    }

    #[must_use]
    pub fn tree(&self) -> &Arc<Tree> {
        &self.tree
    }

    #[must_use]
    pub fn expr(&self) -> Expr<'_> {
        self.tree.expr(self.root)
    }

    #[must_use]
    pub fn span(&self) -> Span {
        self.expr().span()
    }
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Expression({})", self.expr().text())
    }
}

/// Reads a configuration file in native syntax.
///
/// The tree holds whatever could be read. Where there are errors, it may lack something, and has
/// [`crate::ExprKind::Invalid`] in places.
#[must_use]
pub fn parse_config(file: FileId, source: impl Into<SourceText>) -> (File, Diagnostics) {
    let source = source.into();
    let text = Arc::clone(source.text());
    let mut tree = Tree::new(file, Syntax::Native, Arc::clone(&text));
    if let Some(problem) = unreadable(file, &source) {
        tree.bodies.push(crate::tree::BodyNode::default());
        return (File { tree: Arc::new(tree), body: BodyId(0) }, problem);
    }
    let mut parser = Parser::new(&text, 0, Scanner::healing(&text), &mut tree);
    let body = parser.file_body();
    let problems = parser.finish();
    tree.shrink();
    (File { tree: Arc::new(tree), body }, source.explain(file, problems))
}

/// Reads a text that is one expression, as in the console or for `-var`.
#[must_use]
pub fn parse_expression(file: FileId, text: impl Into<Arc<str>>) -> (Expression, Diagnostics) {
    let text = text.into();
    let mut tree = Tree::new(file, Syntax::Native, Arc::clone(&text));
    let (root, problems) = match too_long(file, &text) {
        Some(problem) => (invalid(&mut tree), problem),
        None => expression_at(&mut tree, &text, 0),
    };
    (Expression { tree: Arc::new(tree), root }, problems)
}

/// Reads a text that is a template as a whole, as `templatefile` does.
#[must_use]
pub fn parse_template(file: FileId, text: impl Into<Arc<str>>) -> (Expression, Diagnostics) {
    let text = text.into();
    let mut tree = Tree::new(file, Syntax::Native, Arc::clone(&text));
    let (root, problems) = match too_long(file, &text) {
        Some(problem) => (invalid(&mut tree), problem),
        None => template_at(&mut tree, &text, 0, 0),
    };
    (Expression { tree: Arc::new(tree), root }, problems)
}

/// Reads a text that is a reference: a name and steps with constant keys. `splats` allows `[*]` among them.
///
/// Where there are errors the result is what was read before the first, if anything.
#[must_use]
pub fn parse_traversal(
    file: FileId,
    text: impl Into<Arc<str>>,
    splats: bool,
) -> (Option<Traversal<'static>>, Diagnostics) {
    let text = text.into();
    let tree = Tree::new(file, Syntax::Native, Arc::clone(&text));
    match too_long(file, &text) {
        Some(problem) => (None, problem),
        None => traversal_at(tree, &text, 0, splats),
    }
}

/// Reads the text of a string of another tree as an expression. `start` is where the string begins in its file.
pub(crate) fn expression_in(tree: &Tree, text: Str, start: u32) -> (Expression, Diagnostics) {
    let (mut own, place) = tree_for(tree, text, start);
    let (root, problems) = expression_at(&mut own, tree.str(text), place);
    (Expression { tree: Arc::new(own), root }, problems)
}

/// Reads the text of a string of another tree as a traversal.
pub(crate) fn traversal_in(
    tree: &Tree,
    text: Str,
    start: u32,
) -> (Option<Traversal<'static>>, Diagnostics) {
    let (own, place) = tree_for(tree, text, start);
    traversal_at(own, tree.str(text), place, false)
}

/// A tree for what is written in a string of another tree, and the place of the string in it.
fn tree_for(tree: &Tree, text: Str, start: u32) -> (Tree, u32) {
    let mut own = Tree::new(tree.file, Syntax::Native, Arc::clone(&tree.text));
    if (text.end as usize) <= tree.text.len() {
        return (own, text.start);
    }
    let kept = own.keep(tree.str(text));
    own.map_region(kept, [Anchor { place: kept.start, offset: start }]);
    (own, kept.start)
}

fn expression_at(tree: &mut Tree, text: &str, base: u32) -> (ExprId, Diagnostics) {
    let mut parser = Parser::new(text, base, Scanner::new(text), tree);
    parser.newlines = false;
    let root = match parser.expression() {
        Ok(root) => {
            if parser.tok.kind != TokenKind::Eof {
                parser.extra_after_expression();
            }
            root
        }
        Err(_) => parser.node(0, parser.tok.end, Data::Invalid),
    };
    (root, parser.finish())
}

/// Reads `text`, which stands at the place `base` of `tree`, as a template.
/// `depth` is how deep that place is nested already.
pub(crate) fn template_at(
    tree: &mut Tree,
    text: &str,
    base: u32,
    depth: usize,
) -> (ExprId, Diagnostics) {
    let mut parser = Parser::new(text, base, Scanner::template(text), tree);
    parser.depth = depth;
    let root = match parser.bare_template() {
        Ok(root) => root,
        Err(_) => parser.node(0, parser.tok.end, Data::Invalid),
    };
    (root, parser.finish())
}

fn traversal_at(
    mut tree: Tree,
    text: &str,
    base: u32,
    splats: bool,
) -> (Option<Traversal<'static>>, Diagnostics) {
    let mut parser = Parser::new(text, base, Scanner::new(text), &mut tree);
    parser.newlines = false;
    let found = parser.traversal(splats);
    let problems = parser.finish();
    let traversal = found.map(|(start, root_end, steps)| {
        Traversal::owned(Arc::new(tree), base + start, base + root_end, steps)
    });
    (traversal, problems)
}

/// The only node of a tree of which nothing could be read.
pub(crate) fn invalid(tree: &mut Tree) -> ExprId {
    tree.exprs.push(crate::tree::Node { start: 0, end: 0, data: Data::Invalid });
    ExprId(0)
}

/// The refusal of a file that is no text, or too much of it.
pub(crate) fn unreadable(file: FileId, source: &SourceText) -> Option<Diagnostics> {
    if !source.is_text() {
        return source.problem(file).map(Diagnostics::from);
    }
    too_long(file, source.text())
}

/// The refusal of a text that is too long for 32-bit places.
fn too_long(file: FileId, text: &str) -> Option<Diagnostics> {
    (text.len() > MAX_BYTES).then(|| {
        Diagnostic::error(
            "File too large",
            format!("This file has {} bytes; at most {MAX_BYTES} can be read.", text.len()),
        )
        .at(Span::new(file, 0, 0))
        .help("Split it into several files.")
        .into()
    })
}
