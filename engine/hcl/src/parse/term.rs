//! Terms: literals, references, calls and what stands in parentheses, and the steps into their values.

use super::parser::{Parsed, Parser, Stop};
use crate::lex::{self, Token, TokenKind};
use crate::tree::{CallNode, Data, ExprId, Run, StepNode, StepTag};

/// What steps are taken into.
#[derive(Clone, Copy)]
enum Base {
    /// A variable: the root of a traversal.
    Root(Token),
    Value(ExprId),
}

impl Parser<'_, '_> {
    /// A term and the steps into its value.
    pub(super) fn term_with_steps(&mut self) -> Parsed {
        let base = self.term()?;
        self.steps_into(base)
    }

    fn term(&mut self) -> Parsed<Base> {
        let start = self.next();
        let value = match start.kind {
            TokenKind::Ident => return self.word(),
            TokenKind::NumberLit => {
                self.bump();
                self.number(start)?
            }
            TokenKind::OQuote => self.quoted()?,
            TokenKind::OHeredoc => self.heredoc()?,
            TokenKind::OParen => self.parens()?,
            TokenKind::OBrack => self.tuple()?,
            TokenKind::OBrace => self.object()?,
            _ => return Err(self.no_term(start)),
        };
        Ok(Base::Value(value))
    }

    fn number(&mut self, token: Token) -> Parsed {
        let data = if lex::is_number(self.text(token)) {
            Data::Number
        } else {
            self.bad_number(token);
            Data::Invalid
        };
        Ok(self.node(token.start, token.end, data))
    }

    fn word(&mut self) -> Parsed<Base> {
        let word = self.bump();
        let (start, end) = (word.start, word.end);
        let data = match self.kind() {
            TokenKind::OParen | TokenKind::DoubleColon => {
                return self.call(word).map(Base::Value);
            }
            _ => match self.text(word) {
                "true" => Data::Bool(true),
                "false" => Data::Bool(false),
                "null" => Data::Null,
                _ => return Ok(Base::Root(word)),
            },
        };
        Ok(Base::Value(self.node(start, end, data)))
    }

    fn parens(&mut self) -> Parsed {
        let open = self.bump();
        let mark = self.mark();
        self.newlines = false;
        let inner = self.expression();
        if inner.is_ok() && self.kind() != TokenKind::CParen {
            self.unclosed_parens(open);
        }
        let inner = match inner {
            Ok(inner) if self.kind() == TokenKind::CParen => Data::Parens(inner),
            _ => {
                self.reset(mark);
                self.newlines = false;
                if self.skip_to(&[TokenKind::CParen], false) == Stop::Outside {
                    return Err(super::parser::Bail);
                }
                Data::Invalid
            }
        };
        // What follows the parenthesis is read as the line ends outside have it.
        self.newlines = mark.newlines;
        let close = self.bump();
        Ok(self.node(open.start, close.end, inner))
    }

    /// Steps into a value, as many as there are.
    fn steps_into(&mut self, base: Base) -> Parsed {
        let mut base = base;
        let mut mark = self.steps.len();
        let depth = self.depth;
        loop {
            match self.kind() {
                TokenKind::Dot => {
                    let dot = self.bump();
                    match self.kind() {
                        TokenKind::Ident => {
                            let name = self.bump();
                            self.attribute_step(dot, name);
                        }
                        TokenKind::NumberLit => self.legacy_index(dot)?,
                        TokenKind::Star => {
                            let source = self.close_steps(base, mark);
                            base = Base::Value(self.attribute_splat(source, dot)?);
                            mark = self.steps.len();
                        }
                        _ => {
                            let start = self.base_start(base);
                            return Err(self.no_attribute_name(start, dot));
                        }
                    }
                }
                TokenKind::OBrack => {
                    let open = self.bump();
                    if self.kind() == TokenKind::Star {
                        let source = self.close_steps(base, mark);
                        base = Base::Value(self.full_splat(source, open)?);
                        mark = self.steps.len();
                    } else {
                        let key = self.index_key(open)?;
                        if self.is_constant_key(key) {
                            self.push_step(open.start, self.prev_end, StepTag::Index(key));
                        } else {
                            self.down()?;
                            let collection = self.close_steps(base, mark);
                            let start = self.extent(collection).0;
                            let open = self.base + open.start;
                            let data = Data::Index { collection, key, open };
                            base = Base::Value(self.node(start, self.prev_end, data));
                            mark = self.steps.len();
                        }
                    }
                }
                _ => break,
            }
        }
        self.depth = depth;
        Ok(self.close_steps(base, mark))
    }

    fn base_start(&self, base: Base) -> u32 {
        match base {
            Base::Root(word) => word.start,
            Base::Value(id) => self.extent(id).0,
        }
    }

    fn push_step(&mut self, start: u32, end: u32, tag: StepTag) {
        let (start, end) = (self.base + start, self.base + end);
        self.steps.push(StepNode { start, end, tag });
    }

    fn attribute_step(&mut self, dot: Token, name: Token) {
        let place = self.base + name.start;
        self.push_step(dot.start, name.end, StepTag::Attribute(place));
    }

    /// The expression that a base with the steps gathered since `mark` is.
    fn close_steps(&mut self, base: Base, mark: usize) -> ExprId {
        let first = self.tree.steps.len();
        self.tree.steps.extend(self.steps.drain(mark..));
        let steps = Run::since(first, self.tree.steps.len());
        let end = self.tree.steps[steps.range()].last().map(|last| last.end - self.base);
        match base {
            Base::Root(word) => {
                let root = word.end - word.start;
                self.node(word.start, end.unwrap_or(word.end), Data::Traversal { root, steps })
            }
            Base::Value(source) => match end {
                None => source,
                Some(end) => {
                    let start = self.extent(source).0;
                    self.node(start, end, Data::RelativeTraversal { source, steps })
                }
            },
        }
    }

    /// `.0`, a form of `[0]` from before the language had that.
    fn legacy_index(&mut self, dot: Token) -> Parsed<()> {
        let number = self.bump();
        let text = self.text(number);
        if text.contains('.') {
            self.chained_legacy_index(number);
        }
        let key = match text.contains('.') {
            true => self.node(number.start, number.end, Data::Invalid),
            false => self.number(number)?,
        };
        self.push_step(dot.start, number.end, StepTag::Index(key));
        Ok(())
    }

    /// `.*` and the attributes after it, after the dot.
    fn attribute_splat(&mut self, source: ExprId, dot: Token) -> Parsed {
        self.down()?;
        let star = self.bump();
        let item = self.node(dot.start, star.end, Data::Anonymous);
        let mark = self.steps.len();
        while self.kind() == TokenKind::Dot {
            let dot = self.bump();
            match self.kind() {
                TokenKind::Ident => {
                    let name = self.bump();
                    self.attribute_step(dot, name);
                }
                TokenKind::NumberLit => self.legacy_index(dot)?,
                TokenKind::Star => return Err(self.nested_splat()),
                _ => {
                    let start = self.extent(source).0;
                    return Err(self.no_attribute_name(start, dot));
                }
            }
        }
        let each = self.close_steps(Base::Value(item), mark);
        let start = self.extent(source).0;
        Ok(self.node(start, self.prev_end, Data::Splat { source, each, item }))
    }

    /// `[*]` and every step after it, after the opening bracket.
    fn full_splat(&mut self, source: ExprId, open: Token) -> Parsed {
        self.down()?;
        self.bump();
        if self.kind() != TokenKind::CBrack {
            return Err(self.unclosed_splat(open));
        }
        let close = self.bump();
        let item = self.node(open.start, close.end, Data::Anonymous);
        let each = self.steps_into(Base::Value(item))?;
        let start = self.extent(source).0;
        Ok(self.node(start, self.prev_end, Data::Splat { source, each, item }))
    }

    /// The key in brackets, after the opening one, with the closing one.
    fn index_key(&mut self, open: Token) -> Parsed {
        let mark = self.mark();
        self.newlines = false;
        let key = self.expression();
        if key.is_ok() && self.kind() != TokenKind::CBrack {
            self.unclosed_index(open);
        }
        let key = match key {
            Ok(key) if self.kind() == TokenKind::CBrack => key,
            _ => {
                self.reset(mark);
                self.newlines = false;
                if self.skip_to(&[TokenKind::CBrack], false) == Stop::Outside {
                    return Err(super::parser::Bail);
                }
                self.node(open.end, self.tok.start, Data::Invalid)
            }
        };
        self.newlines = mark.newlines;
        self.bump();
        Ok(key)
    }

    /// Whether a key makes a step of a traversal rather than an index by a value.
    fn is_constant_key(&self, key: ExprId) -> bool {
        matches!(
            self.tree.node(key).data,
            Data::Number | Data::String(_) | Data::Bool(_) | Data::Null
        )
    }

    /// After a name, at its opening parenthesis or at `::`.
    fn call(&mut self, name: Token) -> Parsed {
        let mut name_end = name.end;
        let mut scoped = false;
        while self.kind() == TokenKind::DoubleColon {
            self.bump();
            if self.kind() != TokenKind::Ident {
                return Err(self.no_function_name(name));
            }
            name_end = self.bump().end;
            scoped = true;
        }
        if self.kind() != TokenKind::OParen {
            return Err(self.no_parens(name));
        }
        let open = self.bump();
        let mark = self.mark();
        self.newlines = false;
        let expand = self.arguments(name, open)?;
        let args = self.close_list(mark.lists);
        self.newlines = mark.newlines;
        let close = self.bump();
        let open = self.base + open.start;
        let name_end = self.base + name_end;
        let index = self.tree.calls.len();
        self.tree.calls.push(CallNode { name_end, open, args, expand, scoped });
        Ok(self.node(name.start, close.end, Data::Call(index_of(index))))
    }

    /// Arguments up to the closing parenthesis, which is left. Returns whether the last is to be expanded.
    fn arguments(&mut self, name: Token, open: Token) -> Parsed<bool> {
        loop {
            if self.kind() == TokenKind::CParen {
                return Ok(false);
            }
            let mark = self.mark();
            let arg = if self.at_outer_item() {
                Err(self.unclosed_call(name, open))
            } else {
                self.expression()
            };
            match arg {
                Ok(arg) => {
                    self.lists.push(arg);
                    match self.kind() {
                        TokenKind::CParen => return Ok(false),
                        TokenKind::Comma => {
                            self.bump();
                            continue;
                        }
                        TokenKind::Ellipsis => {
                            let dots = self.bump();
                            if self.kind() == TokenKind::CParen {
                                return Ok(true);
                            }
                            self.not_last_argument(name, dots);
                        }
                        _ => self.no_argument_separator(name, open),
                    }
                }
                Err(_) => {
                    self.reset(mark);
                    let invalid = self.node(open.end, open.end, Data::Invalid);
                    self.lists.push(invalid);
                }
            }
            if self.skip_to(&[TokenKind::Comma, TokenKind::CParen], false) == Stop::Outside {
                return Err(super::parser::Bail);
            }
            self.eat(TokenKind::Comma);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "fewer nodes than bytes of text")]
pub(super) fn index_of(index: usize) -> u32 {
    index as u32
}
