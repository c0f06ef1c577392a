//! The nodes as they lie in the arenas. The views give them meaning.

use wb_core::diag::Diagnostics;

use super::{BinaryOp, BodyId, ExprId};

/// A run of consecutive entries of an arena.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) length: u32,
}

impl Run {
    /// The entries from `start` up to `end`, which an arena holds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an arena has no more entries than its text has bytes"
    )]
    pub(crate) fn since(start: usize, end: usize) -> Self {
        Self { start: start as u32, length: (end - start) as u32 }
    }

    #[inline]
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.length as usize
    }
}

/// A piece of text, from one place to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Str {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// An expression: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) data: Data,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Data {
    /// Stands where an expression could not be read; why was reported.
    Invalid,
    Null,
    Bool(bool),
    /// The number is the text of the node.
    Number,
    String(Str),
    /// A JSON string that holds template sequences.
    JsonString(u32),
    Template(Run),
    TemplateWrap(ExprId),
    TemplateJoin(ExprId),
    Tuple(Run),
    Object {
        items: Run,
        json: bool,
    },
    For(u32),
    /// `root` is the length of the name that the node starts with.
    Traversal {
        root: u32,
        steps: Run,
    },
    RelativeTraversal {
        source: ExprId,
        steps: Run,
    },
    /// `open` is the place of the opening bracket.
    Index {
        collection: ExprId,
        key: ExprId,
        open: u32,
    },
    Splat {
        source: ExprId,
        each: ExprId,
        item: ExprId,
    },
    Anonymous,
    /// The run is of the places of the signs.
    Unary {
        signs: Run,
        operand: ExprId,
    },
    Binary {
        first: ExprId,
        rest: Run,
    },
    Conditional {
        condition: ExprId,
        yes: ExprId,
        no: ExprId,
    },
    Call(u32),
    Parens(ExprId),
}

#[derive(Debug)]
pub(crate) struct JsonStringNode {
    pub(crate) literal: Str,
    /// What it is as a template, or why it is none.
    pub(crate) template: Result<ExprId, Diagnostics>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct OperandNode {
    pub(crate) op: BinaryOp,
    /// Where the operator stands.
    pub(crate) at: u32,
    pub(crate) expr: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemNode {
    pub(crate) key: ExprId,
    pub(crate) value: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct StepNode {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) tag: StepTag,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum StepTag {
    /// The place where the name starts; it ends with the step.
    Attribute(u32),
    Index(ExprId),
    Splat,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CallNode {
    pub(crate) name_end: u32,
    pub(crate) open: u32,
    pub(crate) args: Run,
    pub(crate) expand: bool,
    /// Whether the name has parts joined by `::`, so that blanks may stand within.
    pub(crate) scoped: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ForNode {
    pub(crate) key_name: Option<Str>,
    pub(crate) value_name: Str,
    pub(crate) collection: ExprId,
    pub(crate) key: Option<ExprId>,
    pub(crate) value: ExprId,
    pub(crate) condition: Option<ExprId>,
    pub(crate) grouped: bool,
    pub(crate) object: bool,
}

#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct BodyNode {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) attributes: Run,
    pub(crate) blocks: Run,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeNode {
    pub(crate) start: u32,
    pub(crate) name_end: u32,
    pub(crate) expr: ExprId,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockNode {
    pub(crate) start: u32,
    pub(crate) name_end: u32,
    pub(crate) open: u32,
    /// Where the closing brace ends, or where reading it was given up.
    pub(crate) end: u32,
    pub(crate) labels: Run,
    pub(crate) body: BodyId,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LabelNode {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: Str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_small() {
        assert_eq!(size_of::<Node>(), 24);
        assert_eq!(size_of::<AttributeNode>(), 12);
        assert_eq!(size_of::<StepNode>(), 16);
    }
}
