//! Bodies: arguments and blocks.

use std::collections::HashMap;

use wb_core::diag::Diagnostic;

use super::parser::{Mark, Parsed, Parser, Stop};
use super::problem;
use crate::lex::{self, Token, TokenKind};
use crate::tree::{AttributeNode, BlockNode, BodyId, BodyNode, Data, LabelNode, Run, Str};

/// Up to this many arguments are compared with each other to find doubles.
const FEW: usize = 12;

impl Parser<'_, '_> {
    /// The body of a file: items to the end of the text.
    pub(super) fn file_body(&mut self) -> BodyId {
        let start = self.tok.start;
        let mark = self.mark();
        self.items(None);
        self.finish_body(mark, start, self.tok.end)
    }

    /// Items up to the end of the body: the closing brace of the block, which is left for its reader, or the end of
    /// the text.
    fn items(&mut self, block: Option<Token>) {
        loop {
            self.newlines = true;
            self.take_newline();
            match self.tok.kind {
                TokenKind::Eof => return,
                TokenKind::CBrace if block.is_some() => return,
                TokenKind::Ident => {
                    self.item_column = self.column();
                    self.item();
                }
                _ => self.no_item(),
            }
        }
    }

    /// Reports what stands where an item should, and passes over it.
    fn no_item(&mut self) {
        let bad = self.tok;
        self.item_column = self.column();
        self.bad_item(bad);
        self.bump();
        if bad.kind == TokenKind::QuotedNewline || bad.kind == TokenKind::CBrace {
            return;
        }
        if self.is_unseen(bad) && self.tok.kind == TokenKind::Ident {
            // A second byte order mark, or a space of another kind: what follows is an item all the same.
            return;
        }
        if bad.kind.opens() && self.skip_opened(bad.kind) == Stop::Outside {
            return;
        }
        self.end_item();
    }

    /// Whether a token means nothing and cannot be seen.
    fn is_unseen(&self, token: Token) -> bool {
        let is_unseen = |c: char| {
            c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
        };
        token.kind == TokenKind::Invalid && self.text(token).chars().all(is_unseen)
    }

    /// After an opening bracket out of place: passes over what it holds.
    fn skip_opened(&mut self, opener: TokenKind) -> Stop {
        let closer = match opener {
            TokenKind::OBrace => TokenKind::CBrace,
            TokenKind::OBrack => TokenKind::CBrack,
            TokenKind::OParen => TokenKind::CParen,
            TokenKind::OQuote => return self.skip_quoted(),
            TokenKind::OHeredoc => TokenKind::CHeredoc,
            _ => TokenKind::TemplateSeqEnd,
        };
        let stop = self.skip_to(&[closer], false);
        if stop == Stop::Found {
            self.bump();
        }
        stop
    }

    fn skip_quoted(&mut self) -> Stop {
        let strings = self.scan.depth().saturating_sub(1);
        let stop = self.skip_to(&[TokenKind::CQuote, TokenKind::QuotedNewline], false);
        if self.tok.kind == TokenKind::QuotedNewline {
            self.scan.unwind(strings, self.tok.start as usize);
        }
        if stop == Stop::Found {
            self.bump();
        }
        stop
    }

    /// Passes over what is left of a faulty item: the rest of its line, brackets that open there included.
    fn end_item(&mut self) {
        self.newlines = true;
        self.skip_to(&[], true);
    }

    fn item(&mut self) {
        let name = self.bump();
        match self.kind() {
            TokenKind::Equal => {
                self.attribute(name, true);
            }
            TokenKind::OQuote | TokenKind::OBrace | TokenKind::Ident => self.block(name),
            _ => {
                self.half_item(name);
                self.end_item();
            }
        }
    }

    /// After a name, before its equals sign. Returns whether the argument ended where it should.
    fn attribute(&mut self, name: Token, ends_line: bool) -> bool {
        let equals = self.bump();
        let mark = self.mark();
        let (expr, whole) = match self.expression() {
            Ok(expr) => (expr, true),
            Err(_) => {
                self.reset(mark);
                (self.node(equals.end, equals.end.max(self.prev_end), Data::Invalid), false)
            }
        };
        self.attributes.push(AttributeNode {
            start: self.base + name.start,
            name_end: self.base + name.end,
            expr,
        });
        if !ends_line {
            return whole;
        }
        if !whole {
            self.end_item();
        } else if !matches!(self.kind(), TokenKind::Newline | TokenKind::Eof) {
            self.no_line_end(name, expr);
            if self.tok.kind != TokenKind::CBrace {
                self.end_item();
            }
        }
        whole
    }

    fn block(&mut self, name: Token) {
        let header = self.item_column;
        let mark = self.mark();
        let labels = self.tree.labels.len();
        let Ok(()) = self.block_labels(name) else {
            self.tree.labels.truncate(labels);
            self.reset(mark);
            return self.end_item();
        };
        let labels = Run::since(labels, self.tree.labels.len());
        let open = self.bump();
        let Ok(()) = self.down() else {
            self.reset(mark);
            if self.skip_to(&[TokenKind::CBrace], false) == Stop::Found {
                self.bump();
            }
            return self.end_item();
        };
        let inner = self.mark();
        let end = if matches!(self.kind(), TokenKind::Newline | TokenKind::Eof | TokenKind::CBrace)
        {
            self.items(Some(open));
            self.close_block(name, open, header)
        } else {
            self.single_line(name, open)
        };
        let body = self.finish_body(inner, open.start, end);
        self.up();
        self.item_column = header;
        self.blocks.push(BlockNode {
            start: self.base + name.start,
            name_end: self.base + name.end,
            open: self.base + open.start,
            end: self.base + end,
            labels,
            body,
        });
        if !matches!(self.kind(), TokenKind::Newline | TokenKind::Eof) {
            self.no_line_end_after_block(name);
            if self.tok.kind != TokenKind::CBrace {
                self.end_item();
            }
        }
    }

    /// Labels up to the opening brace.
    fn block_labels(&mut self, name: Token) -> Parsed<()> {
        loop {
            match self.kind() {
                TokenKind::OBrace => return Ok(()),
                TokenKind::OQuote => self.quoted_label()?,
                TokenKind::Ident => {
                    let word = self.bump();
                    let text = self.str_of(word);
                    let (start, end) = (text.start, text.end);
                    self.tree.labels.push(LabelNode { start, end, text });
                }
                _ => return Err(self.no_block_body(name)),
            }
        }
    }

    fn quoted_label(&mut self) -> Parsed<()> {
        let (start, text) = self.quoted_literal()?;
        let (start, end) = (self.base + start, self.base + self.prev_end);
        self.tree.labels.push(LabelNode { start, end, text });
        Ok(())
    }

    /// A string in quotes that may hold no template sequences. Returns where it starts, and its text.
    pub(super) fn quoted_literal(&mut self) -> Parsed<(u32, Str)> {
        let open = self.tok;
        if let Some(end) = self.scan.plain_string() {
            self.tok.end = offset(end) + 1;
            self.bump();
            let (start, end) = (self.base + open.end, self.base + offset(end));
            return Ok((open.start, Str { start, end }));
        }
        let strings = self.scan.depth() - 1;
        self.bump();
        let mut text = String::new();
        loop {
            match self.tok.kind {
                TokenKind::CQuote => break,
                TokenKind::QuotedLit => {
                    let token = self.tok;
                    self.decode(token, true, &mut text);
                    self.bump();
                }
                TokenKind::TemplateInterp | TokenKind::TemplateControl => {
                    self.template_in_literal(open);
                    let sequence = self.bump();
                    text.push_str(&self.text(sequence)[..1]);
                    text.push_str("{ ... }");
                    if self.skip_to(&[TokenKind::TemplateSeqEnd], false) == Stop::Outside {
                        return Err(self.bail_from_string(strings));
                    }
                    self.bump();
                }
                _ => {
                    self.unclosed_string(open);
                    return Err(self.bail_from_string(strings));
                }
            }
        }
        self.bump();
        let text = self.tree.keep(&lex::normal(&text));
        Ok((open.start, text))
    }

    /// `{ name = value }` on one line, after the opening brace. Returns where it ends.
    fn single_line(&mut self, name: Token, open: Token) -> u32 {
        self.newlines = true;
        let first = self.tok;
        let whole = match first.kind {
            TokenKind::Ident => {
                self.bump();
                match self.kind() {
                    TokenKind::Equal => self.attribute(first, false),
                    TokenKind::OQuote | TokenKind::OBrace | TokenKind::Ident => {
                        self.nested_in_single_line(first);
                        false
                    }
                    _ => {
                        self.half_item(first);
                        false
                    }
                }
            }
            _ => {
                self.bad_item(first);
                false
            }
        };
        if whole && self.kind() != TokenKind::CBrace {
            self.no_end_of_single_line(name, open);
        }
        if self.kind() != TokenKind::CBrace {
            self.skip_to(&[TokenKind::CBrace], false);
        }
        if self.tok.kind == TokenKind::CBrace {
            self.bump();
        }
        self.prev_end
    }

    /// The closing brace of a block, or the report that there is none. Returns where the block ends.
    fn close_block(&mut self, name: Token, open: Token, header: u32) -> u32 {
        if self.tok.kind != TokenKind::CBrace {
            self.unclosed_block(name, open);
            return self.tok.start;
        }
        if self.column() != header && self.crooked.is_none() {
            self.crooked = Some((open.start, self.tok.start));
        }
        self.bump().end
    }

    fn finish_body(&mut self, mark: Mark, start: u32, end: u32) -> BodyId {
        self.report_doubles(mark);
        let (attributes, blocks) = (self.tree.attributes.len(), self.tree.blocks.len());
        self.tree.attributes.extend(self.attributes.drain(mark.attributes..));
        self.tree.blocks.extend(self.blocks.drain(mark.blocks..));
        let body = BodyNode {
            start: self.base + start,
            end: self.base + end.max(start),
            attributes: Run::since(attributes, self.tree.attributes.len()),
            blocks: Run::since(blocks, self.tree.blocks.len()),
        };
        self.tree.bodies.push(body);
        BodyId(offset(self.tree.bodies.len() - 1))
    }

    /// Reports arguments that are set twice in one body, and keeps the first of each.
    fn report_doubles(&mut self, mark: Mark) {
        let found = &self.attributes[mark.attributes..];
        let tree = &*self.tree;
        let name = |a: &AttributeNode| tree.slice(a.start, a.name_end);
        let mut doubles: Vec<(usize, usize)> = Vec::new();
        if found.len() <= FEW {
            for (i, a) in found.iter().enumerate().skip(1) {
                if let Some(first) = found[..i].iter().position(|b| name(a) == name(b)) {
                    doubles.push((first, i));
                }
            }
        } else {
            let mut first_of = HashMap::with_capacity(found.len());
            for (i, a) in found.iter().enumerate() {
                let first = *first_of.entry(name(a)).or_insert(i);
                if first != i {
                    doubles.push((first, i));
                }
            }
        }
        if doubles.is_empty() {
            return;
        }
        for &(first, second) in &doubles {
            let (first, second) = (&found[first], &found[second]);
            let spans = [first, second].map(|a| tree.span(a.start, a.name_end));
            let name = name(second);
            self.problems.push(|| problem::redefined(name, spans[0], spans[1]));
        }
        let mut kept = 0;
        let mut doubles = doubles.iter().map(|&(_, second)| second).peekable();
        for i in mark.attributes..self.attributes.len() {
            if doubles.next_if_eq(&(i - mark.attributes)).is_none() {
                self.attributes[mark.attributes + kept] = self.attributes[i];
                kept += 1;
            }
        }
        self.attributes.truncate(mark.attributes + kept);
    }

    fn unclosed_block(&mut self, name: Token, open: Token) {
        let (open_span, header) = (self.span_of(open), self.span(name.start, open.end));
        let end = self.span_of(self.tok).head();
        let crooked = self
            .crooked
            .take()
            .map(|(opened, closed)| (self.span(opened, opened + 1), self.span(closed, closed + 1)));
        self.report_at_end(|| {
            let mut d = Diagnostic::error(
                "Unclosed configuration block",
                "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
            )
            .at(open_span)
            .within(header)
            .label(end, "the file ends here")
            .help("Add the missing } where the block should end.");
            if let Some((opened, closed)) = crooked {
                d = d.label(opened, "this brace …").label(
                    closed,
                    "… is closed by this one, which stands in another column: perhaps one is missing between them",
                );
            }
            d
        });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "texts over 1 GiB are refused at the door")]
fn offset(at: usize) -> u32 {
    at as u32
}
