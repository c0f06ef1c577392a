//! Expressions as they are read: a handle that is cheap to copy, and a view to match on.

use wb_core::diag::Diagnostics;
use wb_core::source::Span;

use super::Tree;
use super::node::{Data, ForNode, ItemNode, OperandNode, Run};
use super::traversal::{Steps, Traversal};

/// Names an expression of a [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExprId(pub(crate) u32);

impl ExprId {
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// An expression in its tree.
#[derive(Clone, Copy)]
pub struct Expr<'t> {
    pub(super) tree: &'t Tree,
    pub(super) id: ExprId,
}

impl std::fmt::Debug for Expr<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.span(), self.tree.node(self.id).data)
    }
}

/// What an expression is.
///
/// Nesting of these is bounded ([`crate::MAX_DEPTH`]); what may repeat without end, as operands of operators of the
/// same precedence, signs and steps of a traversal do, is a flat sequence. So whoever walks a tree may recurse.
#[derive(Clone, Debug)]
pub enum ExprKind<'t> {
    /// Stands where no expression could be read. Why was reported when it was parsed; report nothing more.
    Invalid,
    Null,
    Bool(bool),
    /// The number as written: decimal digits, at most one point, an exponent; in JSON also a leading minus sign.
    Number(&'t str),
    /// A string without interpolation, escapes resolved, in normal form.
    String(&'t str),
    JsonString(JsonString<'t>),
    /// A string made of its parts. The result is always a string, also where there is but one part.
    Template(Exprs<'t>),
    /// A template that is nothing but one interpolation: the result is the value of that, whatever its type.
    TemplateWrap(Expr<'t>),
    /// A `for` directive: the elements of the tuple, each a string, joined.
    TemplateJoin(Expr<'t>),
    Tuple(Exprs<'t>),
    Object(Object<'t>),
    For(For<'t>),
    /// A variable, or attributes and elements of one.
    Traversal(Traversal<'t>),
    /// Attributes and elements, by constant keys, of the value of any expression.
    RelativeTraversal {
        source: Expr<'t>,
        steps: Steps<'t>,
    },
    /// An element by a key that is an expression. `brackets` is the span from `[` to `]`.
    Index {
        collection: Expr<'t>,
        key: Expr<'t>,
        brackets: Span,
    },
    /// `source.*…` and `source[*]…`. `each` is evaluated for every element; within it, `item` is the
    /// [`ExprKind::Anonymous`] that stands for the element. The span of `item` is that of the star and its marks.
    Splat {
        source: Expr<'t>,
        each: Expr<'t>,
        item: ExprId,
    },
    Anonymous,
    /// Signs before an operand, outermost first, each with its span.
    Unary {
        signs: Signs<'t>,
        operand: Expr<'t>,
    },
    /// Operands joined by operators of one precedence, to be taken from left to right.
    Binary {
        first: Expr<'t>,
        rest: Operands<'t>,
    },
    /// `condition ? yes : no`, and the `if` directive, whose branches are [`ExprKind::Template`]s.
    Conditional {
        condition: Expr<'t>,
        yes: Expr<'t>,
        no: Expr<'t>,
    },
    Call(Call<'t>),
    Parens(Expr<'t>),
}

impl<'t> Expr<'t> {
    #[must_use]
    pub fn id(self) -> ExprId {
        self.id
    }

    #[must_use]
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The whole of the expression.
    #[must_use]
    pub fn span(self) -> Span {
        let node = self.tree.node(self.id);
        self.tree.span(node.start, node.end)
    }

    /// The text of the expression as written; of a string in JSON, as decoded.
    #[must_use]
    pub fn text(self) -> &'t str {
        let node = self.tree.node(self.id);
        self.tree.slice(node.start, node.end)
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> ExprKind<'t> {
        let tree = self.tree;
        let node = *tree.node(self.id);
        match node.data {
            Data::Invalid => ExprKind::Invalid,
            Data::Null => ExprKind::Null,
            Data::Bool(value) => ExprKind::Bool(value),
            Data::Number => ExprKind::Number(tree.slice(node.start, node.end)),
            Data::String(text) => ExprKind::String(tree.str(text)),
            Data::JsonString(index) => ExprKind::JsonString(JsonString { tree, index }),
            Data::Template(parts) => ExprKind::Template(Exprs { tree, run: parts }),
            Data::TemplateWrap(inner) => ExprKind::TemplateWrap(tree.expr(inner)),
            Data::TemplateJoin(tuple) => ExprKind::TemplateJoin(tree.expr(tuple)),
            Data::Tuple(elements) => ExprKind::Tuple(Exprs { tree, run: elements }),
            Data::Object { items, json } => ExprKind::Object(Object { tree, run: items, json }),
            Data::For(index) => ExprKind::For(For { tree, node: tree.fors[index as usize] }),
            Data::Traversal { root, steps } => {
                ExprKind::Traversal(Traversal::at(tree, node.start, node.start + root, steps))
            }
            Data::RelativeTraversal { source, steps } => ExprKind::RelativeTraversal {
                source: tree.expr(source),
                steps: Steps::new(tree, steps),
            },
            Data::Index { collection, key, open } => ExprKind::Index {
                collection: tree.expr(collection),
                key: tree.expr(key),
                brackets: tree.span(open, node.end),
            },
            Data::Splat { source, each, item } => {
                ExprKind::Splat { source: tree.expr(source), each: tree.expr(each), item }
            }
            Data::Anonymous => ExprKind::Anonymous,
            Data::Unary { signs, operand } => {
                ExprKind::Unary { signs: Signs { tree, run: signs }, operand: tree.expr(operand) }
            }
            Data::Binary { first, rest } => {
                ExprKind::Binary { first: tree.expr(first), rest: Operands { tree, run: rest } }
            }
            Data::Conditional { condition, yes, no } => ExprKind::Conditional {
                condition: tree.expr(condition),
                yes: tree.expr(yes),
                no: tree.expr(no),
            },
            Data::Call(index) => {
                ExprKind::Call(Call { tree, start: node.start, end: node.end, index })
            }
            Data::Parens(inner) => ExprKind::Parens(tree.expr(inner)),
        }
    }
}

/// A JSON string with template sequences in it. What it means depends on where it stands.
#[derive(Clone, Copy, Debug)]
pub struct JsonString<'t> {
    tree: &'t Tree,
    index: u32,
}

impl<'t> JsonString<'t> {
    /// The text as it stands: what the string means where no expression is allowed.
    #[must_use]
    pub fn literal(self) -> &'t str {
        self.tree.str(self.tree.json_strings[self.index as usize].literal)
    }

    /// The template that it is where expressions are allowed.
    ///
    /// # Errors
    /// Why it is no template. Nobody has reported that yet.
    pub fn template(self) -> Result<Expr<'t>, &'t Diagnostics> {
        match &self.tree.json_strings[self.index as usize].template {
            Ok(id) => Ok(self.tree.expr(*id)),
            Err(problems) => Err(problems),
        }
    }
}

/// Expressions in their order.
#[derive(Clone, Copy, Debug)]
pub struct Exprs<'t> {
    pub(super) tree: &'t Tree,
    pub(super) run: Run,
}

impl<'t> Exprs<'t> {
    #[must_use]
    pub fn len(self) -> usize {
        self.run.length as usize
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.run.length == 0
    }

    #[must_use]
    pub fn get(self, index: usize) -> Option<Expr<'t>> {
        self.ids().get(index).map(|&id| self.tree.expr(id))
    }

    #[must_use]
    pub fn iter(self) -> impl ExactSizeIterator<Item = Expr<'t>> + DoubleEndedIterator + Clone {
        let tree = self.tree;
        self.ids().iter().map(move |&id| tree.expr(id))
    }

    fn ids(self) -> &'t [ExprId] {
        &self.tree.lists[self.run.range()]
    }
}

/// An object constructor.
#[derive(Clone, Copy, Debug)]
pub struct Object<'t> {
    tree: &'t Tree,
    run: Run,
    json: bool,
}

impl<'t> Object<'t> {
    #[must_use]
    pub fn len(self) -> usize {
        self.run.length as usize
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.run.length == 0
    }

    #[must_use]
    pub fn items(self) -> impl ExactSizeIterator<Item = ObjectItem<'t>> + Clone {
        let tree = self.tree;
        self.tree.items[self.run.range()].iter().map(move |&node| ObjectItem { tree, node })
    }

    /// Whether a key that occurs twice is a mistake, as it is in JSON, or the last one counts, as in native syntax.
    #[must_use]
    pub fn refuses_duplicates(self) -> bool {
        self.json
    }
}

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct ObjectItem<'t> {
    tree: &'t Tree,
    node: ItemNode,
}

impl<'t> ObjectItem<'t> {
    #[must_use]
    pub fn key(self) -> Expr<'t> {
        self.tree.expr(self.node.key)
    }

    #[must_use]
    pub fn value(self) -> Expr<'t> {
        self.tree.expr(self.node.value)
    }

    /// The key where it is a bare word, which stands for itself and is no reference. A reference must be put in
    /// parentheses; `a.b` as a key is neither, and an evaluator should refuse it as ambiguous.
    #[must_use]
    pub fn bare_key(self) -> Option<&'t str> {
        self.key().as_bare_word()
    }
}

/// A `for` expression or directive.
#[derive(Clone, Copy, Debug)]
pub struct For<'t> {
    tree: &'t Tree,
    node: ForNode,
}

impl<'t> For<'t> {
    #[must_use]
    pub fn key_name(self) -> Option<&'t str> {
        self.node.key_name.map(|name| self.tree.str(name))
    }

    #[must_use]
    pub fn value_name(self) -> &'t str {
        self.tree.str(self.node.value_name)
    }

    #[must_use]
    pub fn collection(self) -> Expr<'t> {
        self.tree.expr(self.node.collection)
    }

    /// The key expression of an object; none makes a tuple.
    #[must_use]
    pub fn key(self) -> Option<Expr<'t>> {
        self.node.key.map(|id| self.tree.expr(id))
    }

    #[must_use]
    pub fn value(self) -> Expr<'t> {
        self.tree.expr(self.node.value)
    }

    #[must_use]
    pub fn condition(self) -> Option<Expr<'t>> {
        self.node.condition.map(|id| self.tree.expr(id))
    }

    /// Whether values of equal keys are gathered in tuples (`...`).
    #[must_use]
    pub fn is_grouped(self) -> bool {
        self.node.grouped
    }

    /// Whether it makes an object rather than a tuple.
    #[must_use]
    pub fn makes_object(self) -> bool {
        self.node.object
    }
}

/// A sign before an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Negate,
    Not,
}

/// Signs before an operand, outermost first.
#[derive(Clone, Copy, Debug)]
pub struct Signs<'t> {
    tree: &'t Tree,
    run: Run,
}

impl<'t> Signs<'t> {
    #[must_use]
    pub fn iter(self) -> impl ExactSizeIterator<Item = (UnaryOp, Span)> + DoubleEndedIterator {
        let tree = self.tree;
        tree.signs[self.run.range()].iter().map(move |&at| {
            let op = if tree.slice(at, at + 1) == "-" { UnaryOp::Negate } else { UnaryOp::Not };
            (op, tree.span(at, at + 1))
        })
    }
}

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl BinaryOp {
    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}

/// An operator and the operand on its right.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'t> {
    pub op: BinaryOp,
    pub op_span: Span,
    pub expr: Expr<'t>,
}

/// The operators and operands after the first operand.
#[derive(Clone, Copy, Debug)]
pub struct Operands<'t> {
    tree: &'t Tree,
    run: Run,
}

impl<'t> Operands<'t> {
    #[must_use]
    pub fn iter(self) -> impl ExactSizeIterator<Item = Operand<'t>> + DoubleEndedIterator {
        let tree = self.tree;
        tree.operands[self.run.range()].iter().map(move |&OperandNode { op, at, expr }| {
            let width = u32::from(op.symbol().len() == 2) + 1;
            Operand { op, op_span: tree.span(at, at + width), expr: tree.expr(expr) }
        })
    }
}

/// A function call.
#[derive(Clone, Copy, Debug)]
pub struct Call<'t> {
    tree: &'t Tree,
    start: u32,
    end: u32,
    index: u32,
}

impl<'t> Call<'t> {
    /// The name with its namespaces: `cidrsubnet`, `provider::aws::arn_parse`.
    #[must_use]
    pub fn name(self) -> std::borrow::Cow<'t, str> {
        let node = &self.tree.calls[self.index as usize];
        let text = self.tree.slice(self.start, node.name_end);
        if !node.scoped
            || !text.contains(|c: char| c != ':' && !crate::lex::continues_identifier(c))
        {
            return text.into();
        }
        // Blanks and comments may stand between the parts: the tokens tell them apart.
        let words = crate::lex::tokens(text);
        words
            .iter()
            .filter(|t| matches!(t.kind, crate::TokenKind::Ident | crate::TokenKind::DoubleColon))
            .map(|t| t.text(text))
            .collect::<String>()
            .into()
    }

    #[must_use]
    pub fn name_span(self) -> Span {
        self.tree.span(self.start, self.tree.calls[self.index as usize].name_end)
    }

    #[must_use]
    pub fn args(self) -> Exprs<'t> {
        Exprs { tree: self.tree, run: self.tree.calls[self.index as usize].args }
    }

    /// Whether the last argument is a sequence whose elements are the arguments (`...`).
    #[must_use]
    pub fn expands_last(self) -> bool {
        self.tree.calls[self.index as usize].expand
    }

    /// From the opening to the closing parenthesis.
    #[must_use]
    pub fn parens_span(self) -> Span {
        self.tree.span(self.tree.calls[self.index as usize].open, self.end)
    }

    /// The closing parenthesis: where a missing argument would stand.
    #[must_use]
    pub fn close_span(self) -> Span {
        self.tree.span(self.end.saturating_sub(1).max(self.start), self.end)
    }
}
