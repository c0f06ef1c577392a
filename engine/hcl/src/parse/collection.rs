//! Tuples, objects and `for` expressions.

use super::parser::{Bail, Parsed, Parser, Stop};
use super::term::index_of;
use crate::lex::{Token, TokenKind};
use crate::tree::{Data, ExprId, ForNode, ItemNode, Run, Str};

impl Parser<'_, '_> {
    pub(super) fn tuple(&mut self) -> Parsed {
        let open = self.bump();
        let mark = self.mark();
        self.newlines = false;
        if self.at_word("for") {
            return self.for_expression(open, TokenKind::CBrack, mark.newlines);
        }
        self.elements(open)?;
        let elements = self.close_list(mark.lists);
        self.newlines = mark.newlines;
        let close = self.bump();
        Ok(self.node(open.start, close.end, Data::Tuple(elements)))
    }

    /// Elements up to the closing bracket, which is left.
    fn elements(&mut self, open: Token) -> Parsed<()> {
        loop {
            if self.kind() == TokenKind::CBrack {
                return Ok(());
            }
            let mark = self.mark();
            let element = if self.at_outer_item() {
                Err(self.unclosed_tuple(open))
            } else {
                self.expression()
            };
            match element {
                Ok(element) => {
                    self.lists.push(element);
                    match self.kind() {
                        TokenKind::CBrack => return Ok(()),
                        TokenKind::Comma => {
                            self.bump();
                            continue;
                        }
                        _ => self.no_element_separator(open),
                    }
                }
                Err(_) => {
                    self.reset(mark);
                    let invalid = self.node(self.prev_end, self.prev_end, Data::Invalid);
                    self.lists.push(invalid);
                }
            }
            if self.skip_to(&[TokenKind::Comma, TokenKind::CBrack], false) == Stop::Outside {
                return Err(Bail);
            }
            self.eat(TokenKind::Comma);
        }
    }

    pub(super) fn object(&mut self) -> Parsed {
        let open = self.bump();
        let mark = self.mark();
        self.newlines = false;
        if self.at_word("for") {
            return self.for_expression(open, TokenKind::CBrace, mark.newlines);
        }
        self.newlines = true;
        self.object_items(open)?;
        let first = self.tree.items.len();
        self.tree.items.extend(self.items.drain(mark.items..));
        let items = Run::since(first, self.tree.items.len());
        self.newlines = mark.newlines;
        let close = self.bump();
        Ok(self.node(open.start, close.end, Data::Object { items, json: false }))
    }

    /// Items up to the closing brace, which is left.
    fn object_items(&mut self, open: Token) -> Parsed<()> {
        loop {
            self.take_newline();
            if self.tok.kind == TokenKind::CBrace {
                return Ok(());
            }
            if self.object_item(open) {
                match self.kind() {
                    TokenKind::CBrace => return Ok(()),
                    TokenKind::Comma => {
                        self.bump();
                        continue;
                    }
                    TokenKind::Newline => continue,
                    _ => self.no_item_separator(open),
                }
            }
            if self.skip_to_item() == Stop::Outside {
                return Err(Bail);
            }
        }
    }

    /// To the end of a faulty item: a comma, the closing brace or the end of its line.
    fn skip_to_item(&mut self) -> Stop {
        if self.newline.is_some() {
            let outside = self.tok.kind == TokenKind::Eof || self.at_outer_item();
            return if outside { Stop::Outside } else { Stop::Found };
        }
        let stop = self.skip_to(&[TokenKind::Comma, TokenKind::CBrace], true);
        if stop == Stop::Found {
            self.eat(TokenKind::Comma);
        }
        stop
    }

    /// A key and its value. Returns whether both could be read; where only the key could, the item is kept, so that
    /// nobody misses it.
    fn object_item(&mut self, open: Token) -> bool {
        let mark = self.mark();
        let Ok(key) = self.expression() else {
            self.reset(mark);
            return false;
        };
        if !matches!(self.kind(), TokenKind::Equal | TokenKind::Colon) {
            self.no_item_value(open, key);
            return false;
        }
        self.bump();
        let value = self.expression();
        let whole = value.is_ok();
        let value = value.unwrap_or_else(|_| {
            self.reset(mark);
            self.node(self.prev_end, self.prev_end, Data::Invalid)
        });
        self.items.push(ItemNode { key, value });
        whole
    }

    /// After an opening bracket, at `for`. `outer` says whether line ends count outside of the brackets.
    fn for_expression(&mut self, open: Token, closer: TokenKind, outer: bool) -> Parsed {
        let mark = self.mark();
        let data = match self.for_parts(open, closer) {
            Ok(data) => data,
            Err(_) => {
                self.reset(mark);
                if self.skip_to(&[closer], false) == Stop::Outside {
                    return Err(Bail);
                }
                Data::Invalid
            }
        };
        self.newlines = outer;
        let close = self.bump();
        Ok(self.node(open.start, close.end, data))
    }

    /// From `for` to the closing bracket, which is left.
    fn for_parts(&mut self, open: Token, closer: TokenKind) -> Parsed<Data> {
        let object = closer == TokenKind::CBrace;
        self.bump();
        let (key_name, value_name) = self.for_names(open, false)?;
        let collection = self.expression()?;
        if self.kind() != TokenKind::Colon {
            return Err(self.bad_for(
                open,
                "For expression requires a colon after the collection expression.",
            ));
        }
        self.bump();
        let mut value = self.expression()?;
        let mut key = None;
        if self.kind() == TokenKind::FatArrow {
            self.bump();
            key = Some(value);
            value = self.expression()?;
        }
        let dots = self.next();
        let grouped = self.eat(TokenKind::Ellipsis);
        let mut condition = None;
        if self.at_word("if") {
            self.bump();
            condition = Some(self.expression()?);
        }
        if self.kind() != closer {
            return Err(self.extra_after_for(open, closer));
        }
        self.check_for_form(open, object, (key, value), grouped.then_some(dots));
        let node =
            ForNode { key_name, value_name, collection, key, value, condition, grouped, object };
        self.tree.fors.push(node);
        Ok(Data::For(index_of(self.tree.fors.len() - 1)))
    }

    /// One name or two, and `in`. `directive` says that it is a template directive.
    pub(super) fn for_names(&mut self, open: Token, directive: bool) -> Parsed<(Option<Str>, Str)> {
        if self.kind() != TokenKind::Ident {
            return Err(self.no_for_name(open, directive, "variable name after 'for'"));
        }
        let first = self.bump();
        let mut names = (None, self.str_of(first));
        if self.eat(TokenKind::Comma) {
            if self.kind() != TokenKind::Ident {
                return Err(self.no_for_name(open, directive, "value variable name after comma"));
            }
            let second = self.bump();
            names = (Some(names.1), self.str_of(second));
        }
        if !self.at_word("in") {
            return Err(self.no_for_name(
                open,
                directive,
                "the 'in' keyword after its name declarations",
            ));
        }
        self.bump();
        Ok(names)
    }

    /// A tuple has no keys and no groups, an object has keys.
    fn check_for_form(
        &mut self,
        open: Token,
        object: bool,
        (key, value): (Option<ExprId>, ExprId),
        dots: Option<Token>,
    ) {
        if object && key.is_none() {
            self.for_without_key(open, value);
        }
        if !object && let Some(key) = key {
            self.for_with_key(open, key);
        }
        if !object && let Some(dots) = dots {
            self.for_with_group(open, dots);
        }
    }
}
