//! Expressions that are read for their form and not for their value: lists of references, keywords, type
//! constraints.

use wb_core::diag::Diagnostics;

use super::node::{Data, Str};
use super::{Call, Expr, ExprKind, Exprs, Object, Syntax, Traversal};
use crate::parse::{self, Expression};

impl<'t> Expr<'t> {
    /// A single word that stands for itself: a name, `true`, `false` or `null`. Native syntax only.
    #[must_use]
    pub fn as_bare_word(self) -> Option<&'t str> {
        let node = self.tree.node(self.id);
        match node.data {
            Data::Traversal { root, steps } if steps.length == 0 => {
                Some(self.tree.slice(node.start, node.start + root))
            }
            Data::Null => Some("null"),
            Data::Bool(true) => Some("true"),
            Data::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// A keyword: a bare word; in JSON a string that holds nothing else.
    #[must_use]
    pub fn as_keyword(self) -> Option<&'t str> {
        if self.tree.syntax == Syntax::Native {
            return self.as_bare_word();
        }
        let word = self.as_literal_string()?.trim();
        crate::lex::is_identifier(word).then_some(word)
    }

    /// A reference as such: a traversal; in JSON a string that holds one. Nothing where it is anything else, a
    /// traversal in parentheses included.
    #[must_use]
    pub fn as_traversal(self) -> Option<Traversal<'t>> {
        match self.kind() {
            ExprKind::Traversal(traversal) => Some(traversal),
            _ if self.tree.syntax == Syntax::Json => {
                let (traversal, problems) = self.traversal_in_string()?;
                traversal.filter(|_| !problems.has_errors())
            }
            _ => None,
        }
    }

    /// A string without interpolation; in JSON, any string as it stands.
    #[must_use]
    pub fn as_literal_string(self) -> Option<&'t str> {
        match self.kind() {
            ExprKind::String(text) => Some(text),
            ExprKind::JsonString(string) => Some(string.literal()),
            _ => None,
        }
    }

    /// The text of a string read as a traversal, with spans within the string. Nothing where it is no string.
    #[must_use]
    pub fn traversal_in_string(self) -> Option<(Option<Traversal<'static>>, Diagnostics)> {
        let text = self.literal_place()?;
        Some(parse::traversal_in(self.tree, text, self.string_start()))
    }

    /// The text of a string read as an expression, as type constraints in JSON are written. Nothing where it is no
    /// string.
    #[must_use]
    pub fn expression_in_string(self) -> Option<(Expression, Diagnostics)> {
        let text = self.literal_place()?;
        Some(parse::expression_in(self.tree, text, self.string_start()))
    }

    /// The elements of a list that is written out.
    #[must_use]
    pub fn as_list(self) -> Option<Exprs<'t>> {
        match self.kind() {
            ExprKind::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The items of an object that is written out.
    #[must_use]
    pub fn as_map(self) -> Option<Object<'t>> {
        match self.kind() {
            ExprKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// A function call, in native syntax.
    #[must_use]
    pub fn as_call(self) -> Option<Call<'t>> {
        match self.kind() {
            ExprKind::Call(call) => Some(call),
            _ => None,
        }
    }

    fn literal_place(self) -> Option<Str> {
        match self.tree.node(self.id).data {
            Data::String(text) => Some(text),
            Data::JsonString(index) => Some(self.tree.json_strings[index as usize].literal),
            _ => None,
        }
    }

    /// Where the text of a string begins in the file.
    fn string_start(self) -> u32 {
        let span = self.span();
        (span.start + 1).min(span.end)
    }
}
