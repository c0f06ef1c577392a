//! The state of a parse: where it is, what is open, and how it gets out of trouble.
//!
//! The parser looks at one token at a time. Line ends are not tokens to it but a mark on the token after them, which
//! counts or not depending on whether brackets are open: that is all the grammar needs to know of them.
//!
//! A part that cannot be read reports why and returns [`Bail`]. Whoever can get back into step, the next element of a
//! list, the next item of a body, skips to where it can ([`Parser::skip_to`]) and goes on, so that one run finds every
//! mistake and no mistake is found twice.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;

use super::MAX_DEPTH;
use super::template::{Part, Sequence};
use crate::lex::{Scanner, Token, TokenKind};
use crate::tree::{
    AttributeNode, BlockNode, Data, ExprId, ItemNode, Node, OperandNode, Run, StepNode, Str, Tree,
};

/// The parse of a part was given up, and why is reported.
#[derive(Debug)]
pub(super) struct Bail;

pub(super) type Parsed<T = ExprId> = Result<T, Bail>;

/// The most tokens that are read of one text. Each may become a node, so that this, and not only the length of the text,
/// bounds the memory of a tree. Ordinary files have a token in four bytes or more.
const MOST_TOKENS: usize = 1 << 24;

/// The most problems that are kept of one text.
const MOST_PROBLEMS: usize = 1_000;

/// Problems found so far, and how many more there were.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Diagnostic>,
    dropped: usize,
    /// Nothing more is kept, and this much was not.
    closed: Option<usize>,
}

impl Problems {
    pub(crate) fn push(&mut self, make: impl FnOnce() -> Diagnostic) {
        if let Some(ignored) = &mut self.closed {
            *ignored += 1;
        } else if self.list.len() < MOST_PROBLEMS {
            self.list.push(make());
        } else {
            self.dropped += 1;
        }
    }

    /// Keeps no more: they would only follow from the last one.
    pub(crate) fn close(&mut self) {
        self.closed.get_or_insert(0);
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len() + self.dropped + self.closed.unwrap_or(0)
    }

    /// All of them in the order of the text.
    pub(crate) fn finish(mut self) -> Diagnostics {
        self.list.sort_by_key(|d| d.subject.map(|s| s.start));
        let mut all: Diagnostics = self.list.into_iter().collect();
        if self.dropped > 0 {
            all.push(Diagnostic::error(
                "Too many mistakes",
                format!("This file has {} more mistakes, which are not listed.", self.dropped),
            ));
        }
        all
    }
}

/// Where in the scratch stacks a part began, to go back to when it is given up.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) lists: usize,
    pub(super) items: usize,
    pub(super) steps: usize,
    pub(super) operands: usize,
    pub(super) parts: usize,
    pub(super) attributes: usize,
    pub(super) blocks: usize,
    pub(super) depth: usize,
    pub(super) newlines: bool,
}

/// Why [`Parser::skip_to`] stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// At what was looked for.
    Found,
    /// At a bracket, or an end, that belongs to something further out.
    Outside,
}

pub(super) struct Parser<'s, 't> {
    pub(super) src: &'s str,
    /// The place of the start of `src`.
    pub(super) base: u32,
    pub(super) scan: Scanner<'s>,
    /// The token that is looked at.
    pub(super) tok: Token,
    /// The first line end before it, if there is one.
    pub(super) newline: Option<Token>,
    /// Where the line of the last line end passed begins.
    pub(super) line_start: u32,
    /// Where the last token that was taken ends.
    pub(super) prev_end: u32,
    /// Whether line ends count.
    pub(super) newlines: bool,
    pub(super) depth: usize,
    /// How many tokens were read.
    tokens: usize,
    /// The column of the body item that is being read.
    pub(super) item_column: u32,
    /// The first brace that was closed at another column than it was opened at, and its closing one.
    pub(super) crooked: Option<(u32, u32)>,
    /// The template sequence that is being read.
    pub(super) sequence: Option<Sequence>,
    pub(super) tree: &'t mut Tree,
    pub(super) problems: Problems,
    pub(super) lists: Vec<ExprId>,
    pub(super) items: Vec<ItemNode>,
    pub(super) steps: Vec<StepNode>,
    pub(super) operands: Vec<OperandNode>,
    pub(super) parts: Vec<Part>,
    pub(super) attributes: Vec<AttributeNode>,
    pub(super) blocks: Vec<BlockNode>,
}

impl<'s, 't> Parser<'s, 't> {
    pub(super) fn new(src: &'s str, base: u32, scan: Scanner<'s>, tree: &'t mut Tree) -> Self {
        let start = Token { kind: TokenKind::Eof, start: 0, end: 0 };
        let mut parser = Self {
            src,
            base,
            scan,
            tok: start,
            newline: None,
            line_start: 0,
            prev_end: 0,
            newlines: true,
            depth: 0,
            tokens: 0,
            item_column: 0,
            crooked: None,
            sequence: None,
            tree,
            problems: Problems::default(),
            lists: Vec::new(),
            items: Vec::new(),
            steps: Vec::new(),
            operands: Vec::new(),
            parts: Vec::new(),
            attributes: Vec::new(),
            blocks: Vec::new(),
        };
        parser.bump();
        parser
    }

    /// Takes the token that is looked at, and looks at the next.
    #[inline]
    pub(super) fn bump(&mut self) -> Token {
        let taken = self.tok;
        self.prev_end = taken.end;
        self.newline = None;
        self.look();
        taken
    }

    /// Looks at the next token that is neither a comment nor a line end.
    #[inline]
    pub(super) fn look(&mut self) {
        self.tokens += 1;
        if self.tokens > MOST_TOKENS {
            return self.give_up();
        }
        loop {
            let token = self.scan.next_token();
            match token.kind {
                TokenKind::Newline => self.pass_line_end(token),
                TokenKind::Comment => {
                    if self.src.as_bytes()[token.end as usize - 1] == b'\n' {
                        self.pass_line_end(token);
                    }
                }
                _ => {
                    self.tok = token;
                    return;
                }
            }
        }
    }

    /// There is too much: what follows is not read, as if the text ended here.
    #[cold]
    fn give_up(&mut self) {
        let end = self.tok.end;
        let span = self.span_of(self.tok);
        if self.tokens == MOST_TOKENS + 1 {
            self.problems.push(|| {
                Diagnostic::error(
                    "File too large",
                    format!("Up to here this file has {MOST_TOKENS} tokens, and no more are read of one file."),
                )
                .at(span)
                .help("Split it into several files, or read large data with a function such as jsondecode(file(…)).")
            });
            self.problems.close();
        }
        self.tok = Token { kind: TokenKind::Eof, start: end, end };
    }

    #[inline]
    fn pass_line_end(&mut self, token: Token) {
        self.line_start = token.end;
        if self.newline.is_none() {
            self.newline = Some(token);
        }
    }

    /// Takes the line end before the token that is looked at.
    #[inline]
    pub(super) fn take_newline(&mut self) {
        if let Some(newline) = self.newline.take() {
            self.prev_end = newline.start;
        }
    }

    /// The kind of what comes next: a line end where these count and there is one.
    #[inline]
    pub(super) fn kind(&self) -> TokenKind {
        if self.newlines && self.newline.is_some() { TokenKind::Newline } else { self.tok.kind }
    }

    /// What comes next, as [`Parser::kind`] has it.
    pub(super) fn next(&self) -> Token {
        match self.newline {
            Some(newline) if self.newlines => Token { kind: TokenKind::Newline, ..newline },
            _ => self.tok,
        }
    }

    /// Takes what comes next if it is of this kind.
    #[inline]
    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    #[inline]
    pub(super) fn text(&self, token: Token) -> &'s str {
        &self.src[token.start as usize..token.end as usize]
    }

    /// Whether what comes next is this word.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.kind() == TokenKind::Ident && self.text(self.tok) == word
    }

    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        self.tree.span(self.base + start, self.base + end)
    }

    pub(super) fn span_of(&self, token: Token) -> Span {
        self.span(token.start, token.end)
    }

    pub(super) fn str_of(&self, token: Token) -> Str {
        Str { start: self.base + token.start, end: self.base + token.end }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "fewer nodes than bytes of text")]
    pub(super) fn node(&mut self, start: u32, end: u32, data: Data) -> ExprId {
        let id = ExprId(self.tree.exprs.len() as u32);
        self.tree.exprs.push(Node { start: self.base + start, end: self.base + end, data });
        id
    }

    /// Where an expression starts and ends.
    #[inline]
    pub(super) fn extent(&self, id: ExprId) -> (u32, u32) {
        let node = self.tree.node(id);
        (node.start - self.base, node.end - self.base)
    }

    /// Moves what was gathered since `mark` to the lists of the tree.
    pub(super) fn close_list(&mut self, mark: usize) -> Run {
        let start = self.tree.lists.len();
        self.tree.lists.extend(self.lists.drain(mark..));
        Run::since(start, self.tree.lists.len())
    }

    /// One level deeper, unless that is too deep. Whoever goes down comes up again with [`Parser::up`], or bails out.
    #[inline]
    pub(super) fn down(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let span = self.span_of(self.tok);
        self.problems.push(|| {
            Diagnostic::error(
                "Nested too deeply",
                format!(
                    "Here brackets, blocks, templates or conditions are nested more than {MAX_DEPTH} deep, which is the limit."
                ),
            )
            .at(span)
            .help("Split the expression: move inner parts of it to local values.")
        });
        // What surrounds it is taken for something else from here on.
        self.problems.close();
        Err(Bail)
    }

    #[inline]
    pub(super) fn up(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            lists: self.lists.len(),
            items: self.items.len(),
            steps: self.steps.len(),
            operands: self.operands.len(),
            parts: self.parts.len(),
            attributes: self.attributes.len(),
            blocks: self.blocks.len(),
            depth: self.depth,
            newlines: self.newlines,
        }
    }

    /// Forgets what a part had gathered before it was given up.
    pub(super) fn reset(&mut self, mark: Mark) {
        self.lists.truncate(mark.lists);
        self.items.truncate(mark.items);
        self.steps.truncate(mark.steps);
        self.operands.truncate(mark.operands);
        self.parts.truncate(mark.parts);
        self.attributes.truncate(mark.attributes);
        self.blocks.truncate(mark.blocks);
        self.depth = mark.depth;
        self.newlines = mark.newlines;
    }

    /// Passes over tokens up to one of `wanted`, brackets that open on the way with all they hold. Stops before a
    /// closing bracket that was not opened on the way, before what looks like the next item of a body further out, and
    /// at the end of the text. `lines` makes any line end outside of brackets a stop that was looked for, and only
    /// braces count as closing brackets.
    pub(super) fn skip_to(&mut self, wanted: &[TokenKind], lines: bool) -> Stop {
        let mut open = Openers::default();
        let strings = self.scan.depth();
        loop {
            let kind = self.tok.kind;
            if open.is_empty() {
                if wanted.contains(&kind) || (lines && self.newline.is_some()) {
                    return Stop::Found;
                }
                let is_outside = kind.closes() && (!lines || kind == TokenKind::CBrace);
                if is_outside || kind == TokenKind::Eof {
                    return Stop::Outside;
                }
            }
            if self.scan.depth() <= strings && self.at_outer_item() {
                return Stop::Outside;
            }
            match kind {
                TokenKind::Eof => return Stop::Outside,
                TokenKind::QuotedNewline => {
                    open.leave_string();
                    let depth = self.scan.depth().saturating_sub(1);
                    self.scan.unwind(depth, self.tok.start as usize);
                }
                _ if kind.opens() => open.push(kind),
                _ if kind.closes() => open.close(kind),
                _ => {}
            }
            self.bump();
        }
    }

    /// Whether the token that is looked at starts a line and looks like an item of a body at least as far out as the
    /// one being read, so that whatever is open must have been meant to end before it.
    pub(super) fn at_outer_item(&self) -> bool {
        if self.newline.is_none() {
            return false;
        }
        let column = self.column();
        match self.tok.kind {
            TokenKind::Eof => true,
            TokenKind::CBrace => column < self.item_column,
            TokenKind::Ident if column <= self.item_column => self.looks_like_item(),
            _ => false,
        }
    }

    /// The column of the token that is looked at, which starts a line.
    pub(super) fn column(&self) -> u32 {
        self.tok.start.saturating_sub(self.line_start)
    }

    /// Whether the name that is looked at is followed by what follows names of arguments and types of blocks.
    fn looks_like_item(&self) -> bool {
        let mut rest =
            self.src[self.tok.end as usize..].bytes().skip_while(|&b| b == b' ' || b == b'\t');
        match rest.next() {
            Some(b'=') => !matches!(rest.next(), Some(b'=' | b'>')),
            Some(b'{' | b'"') => true,
            _ => false,
        }
    }
}

/// The brackets that were opened on the way of a skip. What closes a bracket closes those within it too; what closes
/// none does not count.
#[derive(Default)]
struct Openers {
    stack: Vec<TokenKind>,
    /// How many of each kind the stack holds, so that a stray closing bracket costs nothing.
    counts: [usize; 6],
}

impl Openers {
    fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    fn push(&mut self, kind: TokenKind) {
        self.counts[pair(kind)] += 1;
        self.stack.push(kind);
    }

    fn close(&mut self, kind: TokenKind) {
        let closed = pair(kind);
        if self.counts[closed] == 0 {
            return;
        }
        while let Some(opener) = self.stack.pop() {
            self.counts[pair(opener)] -= 1;
            if pair(opener) == closed {
                break;
            }
        }
    }

    fn leave_string(&mut self) {
        self.close(TokenKind::CQuote);
    }
}

/// Which pair of brackets a kind belongs to.
fn pair(kind: TokenKind) -> usize {
    match kind {
        TokenKind::OBrace | TokenKind::CBrace => 0,
        TokenKind::OBrack | TokenKind::CBrack => 1,
        TokenKind::OParen | TokenKind::CParen => 2,
        TokenKind::OQuote | TokenKind::CQuote => 3,
        TokenKind::OHeredoc | TokenKind::CHeredoc => 4,
        _ => 5,
    }
}
