//! JSON syntax: configuration written by programs.
//!
//! JSON becomes the same tree as native syntax: objects, tuples, strings, numbers. What a property means, argument,
//! block or label, is decided by who asks ([`crate::Body::content`]); what a string means, text or template, by where
//! it stands ([`crate::JsonString`]). Strings with template sequences in them are parsed as templates at once, and
//! the mistakes in them kept back until somebody takes them for templates.

mod parser;
mod string;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::FileId;

use crate::parse::{self, Expression, File};
use crate::source::SourceText;
use crate::tree::{BodyId, Data, ExprId, Syntax, Tree};
use parser::Parser;

/// Reads a configuration file in JSON syntax.
///
/// The tree holds whatever could be read, as with [`crate::parse_config`].
#[must_use]
pub fn parse_json(file: FileId, source: impl Into<SourceText>) -> (File, Diagnostics) {
    let (mut tree, root, mut problems) = read(file, &source.into());
    let is_body =
        matches!(tree.node(root).data, Data::Object { .. } | Data::Tuple(_) | Data::Invalid);
    if !is_body {
        problems.push(
            Diagnostic::error(
                "Root value must be object",
                "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.",
            )
            .at(tree.expr(root).span()),
        );
        tree.exprs[root.index()].data = Data::Invalid;
    }
    (File { tree: Arc::new(tree), body: BodyId(root.0) }, problems)
}

/// Reads a text that is one JSON value.
#[must_use]
pub fn parse_json_expression(
    file: FileId,
    source: impl Into<SourceText>,
) -> (Expression, Diagnostics) {
    let (tree, root, problems) = read(file, &source.into());
    (Expression { tree: Arc::new(tree), root }, problems)
}

fn read(file: FileId, source: &SourceText) -> (Tree, ExprId, Diagnostics) {
    let text = source.text();
    let mut tree = Tree::new(file, Syntax::Json, Arc::clone(text));
    if let Some(problem) = parse::unreadable(file, source) {
        let root = parse::invalid(&mut tree);
        return (tree, root, problem);
    }
    let mut parser = Parser::new(text, &mut tree);
    let root = parser.document();
    let problems = parser.problems.finish();
    tree.shrink();
    (tree, root, source.explain(file, problems))
}
