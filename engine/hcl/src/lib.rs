//! One text to a spanned tree and diagnostics, native and JSON syntax, and the formatter.
//!
//! - [`parse_config`], [`parse_json`] read configuration files; [`parse_expression`], [`parse_json_expression`],
//!   [`parse_template`] and [`parse_traversal`] read smaller things.
//! - [`Tree`], [`Body`], [`Expr`] are what was read. Bodies of both syntaxes are read through schemas
//!   ([`Body::content`]), expressions of both are one [`ExprKind`].
//! - [`format()`] is `wb fmt`.
//! - [`escape_string`] is how what a program writes is quoted.
//! - [`SourceText`] makes text of bytes; [`lex`] has the tokens.
//!
//! **Invariants.** Any text gives a tree and diagnostics: there is no input for which this panics, recurses without
//! bound or takes longer than linear time. Nesting is bounded by [`MAX_DEPTH`]; a thread that reads the deepest texts
//! needs 16 MiB of stack. A mistake gives one diagnostic. Knows no resource, no reference and no value: numbers stay
//! text, names stay names.

mod escape;
mod format;
mod json;
pub mod lex;
mod parse;
mod source;
pub mod suggest;
#[cfg(test)]
mod testing;
mod tree;

pub use escape::escape_string;
pub use format::format;
pub use json::{parse_json, parse_json_expression};
pub use lex::{Token, TokenKind, is_identifier};
pub use parse::{
    Expression, File, MAX_DEPTH, parse_config, parse_expression, parse_template, parse_traversal,
};
pub use source::SourceText;
pub use tree::{
    Attribute, AttributeSchema, Attributes, BinaryOp, Block, BlockSchema, Blocks, Body, BodyId,
    BodySchema, Call, Content, Expr, ExprId, ExprKind, Exprs, For, JsonString, Label, Object,
    ObjectItem, Operand, Operands, Signs, Step, StepKind, Steps, Syntax, Traversal, Tree, UnaryOp,
    Variables,
};
