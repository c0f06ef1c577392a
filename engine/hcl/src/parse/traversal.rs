//! References as such, as addresses and JSON strings have them: stricter than expressions.

use wb_core::diag::Diagnostic;

use super::parser::{Bail, Parsed, Parser};
use crate::lex::{Token, TokenKind};
use crate::tree::{Data, Run, StepNode, StepTag};

impl Parser<'_, '_> {
    /// A name and steps, to the end of the text. Returns the start and the end of the name, and the steps read before
    /// the first mistake.
    pub(super) fn traversal(&mut self, splats: bool) -> Option<(u32, u32, Run)> {
        if self.tok.kind != TokenKind::Ident {
            self.refuse(None, "Variable name required", "Must begin with a variable name.");
            return None;
        }
        let root = self.bump();
        let steps = self.tree.steps.len();
        while self.tok.kind != TokenKind::Eof {
            if self.traversal_step(root, splats).is_err() {
                break;
            }
        }
        Some((root.start, root.end, Run::since(steps, self.tree.steps.len())))
    }

    fn traversal_step(&mut self, root: Token, splats: bool) -> Parsed<()> {
        match self.tok.kind {
            TokenKind::Dot => {
                let dot = self.bump();
                match self.tok.kind {
                    TokenKind::Ident => {
                        let name = self.bump();
                        let place = self.base + name.start;
                        self.add_step(dot.start, name.end, StepTag::Attribute(place));
                        Ok(())
                    }
                    TokenKind::Star => Err(self.refuse(
                        Some(root),
                        "Attribute name required",
                        "Splat expressions (.*) may not be used here.",
                    )),
                    _ => Err(self.refuse(
                        Some(root),
                        "Attribute name required",
                        "Dot must be followed by attribute name.",
                    )),
                }
            }
            TokenKind::OBrack => self.bracket_step(root, splats),
            _ => Err(self.refuse(
                Some(root),
                "Invalid character",
                "Expected an attribute access or an index operator.",
            )),
        }
    }

    fn bracket_step(&mut self, root: Token, splats: bool) -> Parsed<()> {
        let open = self.bump();
        let key = self.tok;
        let tag = match key.kind {
            TokenKind::NumberLit => {
                self.bump();
                let is_number = crate::lex::is_number(self.text(key));
                if !is_number {
                    self.bad_number(key);
                    return Err(Bail);
                }
                StepTag::Index(self.node(key.start, key.end, Data::Number))
            }
            TokenKind::OQuote => {
                let (start, text) = self.quoted_literal()?;
                StepTag::Index(self.node(start, self.prev_end, Data::String(text)))
            }
            TokenKind::Star if splats => {
                self.bump();
                StepTag::Splat
            }
            TokenKind::Star => {
                return Err(self.refuse(
                    Some(root),
                    "Attribute name required",
                    "Splat expressions ([*]) may not be used here.",
                ));
            }
            _ => {
                return Err(self.refuse(
                    Some(root),
                    "Index value required",
                    "Index brackets must contain either a literal number or a literal string.",
                ));
            }
        };
        let closed = self.eat(TokenKind::CBrack);
        let end = if closed { self.prev_end } else { self.tok.end };
        self.add_step(open.start, end, tag);
        if closed {
            return Ok(());
        }
        Err(self.refuse(
            Some(open),
            "Unclosed index brackets",
            "Index key must be followed by a closing bracket.",
        ))
    }

    fn add_step(&mut self, start: u32, end: u32, tag: StepTag) {
        let (start, end) = (self.base + start, self.base + end);
        self.tree.steps.push(StepNode { start, end, tag });
    }

    fn refuse(&mut self, from: Option<Token>, summary: &'static str, detail: &'static str) -> Bail {
        let span = self.span_of(self.tok);
        let context = from.map(|from| self.span(from.start, self.tok.end));
        self.problems.push(|| {
            let d = Diagnostic::error(summary, detail).at(span);
            match context {
                Some(context) => d.within(context),
                None => d,
            }
        });
        Bail
    }
}
