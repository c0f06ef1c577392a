//! Traversals: a name, and steps into its value by constant names and keys.

use std::sync::Arc;

use wb_core::source::Span;

use super::node::{Run, StepNode, StepTag};
use super::{Expr, ExprKind, Tree};

/// `aws_instance.web[0].id`: a root name and steps.
///
/// Borrowed from the tree it stands in, or, where it was parsed from a string, the owner of a tree of its own.
#[derive(Clone)]
pub struct Traversal<'t> {
    tree: Holder<'t>,
    start: u32,
    root_end: u32,
    steps: Run,
}

#[derive(Clone)]
enum Holder<'t> {
    Borrowed(&'t Tree),
    Owned(Arc<Tree>),
}

impl std::fmt::Debug for Traversal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let end = self.steps().nodes().last().map_or(self.root_end, |last| last.end);
        write!(f, "Traversal({})", self.tree().slice(self.start, end))
    }
}

impl<'t> Traversal<'t> {
    pub(super) fn at(tree: &'t Tree, start: u32, root_end: u32, steps: Run) -> Self {
        Self { tree: Holder::Borrowed(tree), start, root_end, steps }
    }

    /// A traversal that owns its tree.
    pub(crate) fn owned(tree: Arc<Tree>, start: u32, root_end: u32, steps: Run) -> Self {
        Self { tree: Holder::Owned(tree), start, root_end, steps }
    }

    /// The same, keeping its tree alive: `tree` is the one that it was read from.
    #[must_use]
    pub fn keep(&self, tree: &Arc<Tree>) -> Traversal<'static> {
        let tree = match &self.tree {
            Holder::Borrowed(own) => {
                debug_assert!(std::ptr::eq(*own, &**tree), "the tree is the traversal's");
                tree
            }
            Holder::Owned(own) => own,
        };
        Traversal::owned(Arc::clone(tree), self.start, self.root_end, self.steps)
    }

    fn tree(&self) -> &Tree {
        match &self.tree {
            Holder::Borrowed(tree) => tree,
            Holder::Owned(tree) => tree,
        }
    }

    /// The name it starts with.
    #[must_use]
    pub fn root(&self) -> &str {
        self.tree().slice(self.start, self.root_end)
    }

    #[must_use]
    pub fn root_span(&self) -> Span {
        self.tree().span(self.start, self.root_end)
    }

    /// What follows the root.
    #[must_use]
    pub fn steps(&self) -> Steps<'_> {
        Steps::new(self.tree(), self.steps)
    }

    /// From the root to the end of the last step.
    #[must_use]
    pub fn span(&self) -> Span {
        let steps = self.steps();
        steps.last().map_or(self.root_span(), |last| self.root_span().join(last.span))
    }

    /// Whether it is a name alone.
    #[must_use]
    pub fn is_root_only(&self) -> bool {
        self.steps.length == 0
    }
}

/// One step, with the span of its dot or brackets and what they hold.
#[derive(Clone, Copy, Debug)]
pub struct Step<'t> {
    pub kind: StepKind<'t>,
    pub span: Span,
}

/// What a step is.
#[derive(Clone, Copy, Debug)]
pub enum StepKind<'t> {
    /// `.name`
    Attribute(&'t str),
    /// `["key"]`; in text parsed as a traversal also where the key holds escapes.
    Key(&'t str),
    /// `[12]`, as written; also the legacy form `.12`.
    Index(&'t str),
    /// `[true]`, `[null]`: keys that are constants and suit no collection.
    Odd(Expr<'t>),
    /// `[*]`, only where splats were asked for.
    Splat,
}

/// Steps in their order.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'t> {
    tree: &'t Tree,
    run: Run,
}

impl<'t> Steps<'t> {
    pub(super) fn new(tree: &'t Tree, run: Run) -> Self {
        Self { tree, run }
    }

    #[must_use]
    pub fn len(self) -> usize {
        self.run.length as usize
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.run.length == 0
    }

    #[must_use]
    pub fn get(self, index: usize) -> Option<Step<'t>> {
        self.nodes().get(index).map(|node| self.view(node))
    }

    #[must_use]
    pub fn last(self) -> Option<Step<'t>> {
        self.nodes().last().map(|node| self.view(node))
    }

    #[must_use]
    pub fn iter(self) -> impl ExactSizeIterator<Item = Step<'t>> + DoubleEndedIterator + Clone {
        self.nodes().iter().map(move |node| self.view(node))
    }

    fn nodes(self) -> &'t [StepNode] {
        &self.tree.steps[self.run.range()]
    }

    fn view(self, node: &StepNode) -> Step<'t> {
        let tree = self.tree;
        let kind = match node.tag {
            StepTag::Attribute(name) => StepKind::Attribute(tree.slice(name, node.end)),
            StepTag::Index(key) => match tree.expr(key).kind() {
                ExprKind::Number(text) => StepKind::Index(text),
                ExprKind::String(text) => StepKind::Key(text),
                _ => StepKind::Odd(tree.expr(key)),
            },
            StepTag::Splat => StepKind::Splat,
        };
        Step { kind, span: tree.span(node.start, node.end) }
    }
}
