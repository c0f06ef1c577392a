//! Templates: what stands in quotes, in heredocs and in template files.
//!
//! A template is read in two steps, as the directives in it bracket what lies between them: first to a flat sequence
//! of parts, in which trim marks and the indentation of heredocs are applied to the text, then to a tree.

use unicode_segmentation::UnicodeSegmentation;

use super::parser::{Bail, Parsed, Parser};
use super::term::index_of;
use crate::lex::{self, Token, TokenKind};
use crate::tree::{Data, ExprId, ForNode, Run, Str};

/// A part of a template, before directives are matched up. Offsets are into the parser's text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// `last` is the place where the text of the last token in it begins, which is all that a trim mark reaches.
    Literal {
        text: Str,
        start: u32,
        end: u32,
        last: u32,
    },
    Interpolation {
        expr: ExprId,
    },
    Directive {
        directive: Directive,
        start: u32,
        end: u32,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Directive {
    If(ExprId),
    Else,
    EndIf,
    /// A `for` in the arena whose value is still to come.
    For(u32),
    EndFor,
}

/// What a template ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Quoted,
    Heredoc { flush: bool },
    Bare,
}

impl Form {
    fn closer(self) -> TokenKind {
        match self {
            Self::Quoted => TokenKind::CQuote,
            Self::Heredoc { .. } => TokenKind::CHeredoc,
            Self::Bare => TokenKind::Eof,
        }
    }
}

/// The template sequence that is being read, for messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sequence {
    pub(super) opener: Token,
    pub(super) quoted: bool,
}

/// A directive whose end is still to come.
struct Frame {
    directive: Directive,
    start: u32,
    end: u32,
    /// The first branch of an `if`, once `else` was seen.
    yes: Option<ExprId>,
    /// Where its parts begin in the scratch list.
    mark: usize,
}

impl Parser<'_, '_> {
    /// A string in quotes.
    pub(super) fn quoted(&mut self) -> Parsed {
        let open = self.tok;
        if let Some(end) = self.scan.plain_string() {
            let end = index_of(end);
            self.tok.end = end + 1;
            self.bump();
            let text = Str { start: self.base + open.end, end: self.base + end };
            return Ok(self.node(open.start, end + 1, Data::String(text)));
        }
        self.template(open, Form::Quoted)
    }

    pub(super) fn heredoc(&mut self) -> Parsed {
        let open = self.tok;
        let flush = self.text(open).starts_with("<<-");
        self.template(open, Form::Heredoc { flush })
    }

    /// A text that is a template as a whole.
    pub(super) fn bare_template(&mut self) -> Parsed {
        let mark = self.mark();
        self.parts(None, Form::Bare, 0)?;
        let data = self.assemble(mark.parts, Form::Bare, 0, self.tok)?;
        Ok(self.node(0, self.tok.end, data))
    }

    fn template(&mut self, open: Token, form: Form) -> Parsed {
        let mark = self.mark();
        let strings = self.scan.depth() - 1;
        self.bump();
        if self.parts(Some(open), form, strings)? == Ends::Broken {
            self.reset(mark);
            return Ok(self.node(open.start, self.prev_end.max(open.end), Data::Invalid));
        }
        let close = self.tok;
        let data = self.assemble(mark.parts, form, open.end, close)?;
        self.newlines = mark.newlines;
        self.bump();
        Ok(self.node(open.start, close.end, data))
    }

    /// Reads parts up to the end of the template, which is left.
    fn parts(&mut self, open: Option<Token>, form: Form, strings: usize) -> Parsed<Ends> {
        let mut trim_next = false;
        let mut after_literal = false;
        loop {
            let token = self.tok;
            match token.kind {
                kind if kind == form.closer() => return Ok(Ends::Closed),
                TokenKind::QuotedLit | TokenKind::StringLit => {
                    self.literal(token, form, trim_next);
                    self.bump();
                    (trim_next, after_literal) = (false, true);
                }
                TokenKind::TemplateInterp | TokenKind::TemplateControl => {
                    if after_literal && token.end - token.start == 3 {
                        self.trim_last();
                    }
                    trim_next = self.sequence(form, strings)?;
                    after_literal = false;
                }
                TokenKind::QuotedNewline => {
                    self.broken_string(open.unwrap_or(token), strings);
                    return Ok(Ends::Broken);
                }
                TokenKind::Eof => {
                    self.unterminated(open.unwrap_or(token), matches!(form, Form::Heredoc { .. }));
                    self.scan.unwind(strings, token.start as usize);
                    return Ok(Ends::Broken);
                }
                _ => {
                    self.bad_in_string(token);
                    self.bump();
                }
            }
        }
    }

    fn literal(&mut self, token: Token, form: Form, trim: bool) {
        let raw = self.text(token);
        let quoted = token.kind == TokenKind::QuotedLit;
        let is_escaped = matches!(raw.as_bytes(), [_, b'$' | b'%', b'{', ..]);
        let mut text = if is_escaped || (quoted && memchr::memchr(b'\\', raw.as_bytes()).is_some())
        {
            let mut decoded = String::with_capacity(raw.len());
            self.decode(token, quoted, &mut decoded);
            self.tree.keep(&decoded)
        } else {
            self.str_of(token)
        };
        if trim {
            let whole = self.tree.str(text);
            text.start += index_of(whole.len() - whole.trim_start().len());
        }
        // Lines of a flush heredoc stay apart: each may lose its indentation.
        if form != (Form::Heredoc { flush: true })
            && let Some(Part::Literal { text: before, end, last, .. }) = self.parts.last_mut()
            && before.end == text.start
            && *end == token.start
        {
            (before.end, *end, *last) = (text.end, token.end, text.start);
            return;
        }
        let (start, end, last) = (token.start, token.end, text.start);
        self.parts.push(Part::Literal { text, start, end, last });
    }

    /// Takes the blanks off the end of the last literal token.
    fn trim_last(&mut self) {
        let tree = &*self.tree;
        if let Some(Part::Literal { text, last, .. }) = self.parts.last_mut() {
            let reach = tree.slice(*last, text.end);
            text.end = *last + index_of(reach.trim_end().len());
        }
    }

    /// From `${` or `%{` to its end. Returns whether the text after it is to be trimmed.
    fn sequence(&mut self, form: Form, strings: usize) -> Parsed<bool> {
        let mark = self.mark();
        let outer = self.sequence;
        let opener = self.bump();
        self.sequence = Some(Sequence { opener, quoted: form == Form::Quoted });
        self.newlines = false;
        let read = if opener.kind == TokenKind::TemplateInterp {
            self.interpolation(opener)
        } else {
            self.directive(opener)
        };
        self.newlines = mark.newlines;
        let trims = match read {
            Ok(part) => {
                let close = self.bump();
                self.parts.push(part);
                Ok(close.end - close.start == 2)
            }
            Err(bail) => {
                self.reset(mark);
                self.leave_sequence(form, strings, bail)
            }
        };
        self.sequence = outer;
        trims
    }

    /// After a mistake in a sequence: to its end, if that is on the same line, or out of it.
    fn leave_sequence(&mut self, form: Form, strings: usize, bail: Bail) -> Parsed<bool> {
        self.skip_to(&[TokenKind::TemplateSeqEnd], true);
        let invalid = self.node(self.prev_end, self.prev_end, Data::Invalid);
        self.parts.push(Part::Interpolation { expr: invalid });
        if self.newline.is_none() && self.tok.kind == TokenKind::TemplateSeqEnd {
            let close = self.bump();
            return Ok(close.end - close.start == 2);
        }
        let at = self.newline.map_or(self.tok.start, |newline| newline.start);
        match form {
            Form::Quoted => {
                self.resume(strings, at);
                Err(bail)
            }
            _ => {
                self.resume(strings + usize::from(form != Form::Bare), at);
                Ok(false)
            }
        }
    }

    /// Goes on reading at `at`, in as many strings and sequences as `depth` says.
    pub(super) fn resume(&mut self, depth: usize, at: u32) {
        self.scan.unwind(depth, at as usize);
        self.newline = None;
        self.look();
    }

    fn interpolation(&mut self, opener: Token) -> Parsed<Part> {
        let expr = self.expression()?;
        self.expect_sequence_end(opener, None)?;
        Ok(Part::Interpolation { expr })
    }

    fn directive(&mut self, opener: Token) -> Parsed<Part> {
        if self.kind() != TokenKind::Ident {
            return Err(self.no_directive(opener));
        }
        let word = self.bump();
        let directive = match self.text(word) {
            "if" => Directive::If(self.expression()?),
            "else" => Directive::Else,
            "endif" => Directive::EndIf,
            "endfor" => Directive::EndFor,
            "for" => {
                let (key_name, value_name) = self.for_names(opener, true)?;
                let collection = self.expression()?;
                self.tree.fors.push(ForNode {
                    key_name,
                    value_name,
                    collection,
                    key: None,
                    value: collection,
                    condition: None,
                    grouped: false,
                    object: false,
                });
                Directive::For(index_of(self.tree.fors.len() - 1))
            }
            _ => return Err(self.unknown_directive(word)),
        };
        self.expect_sequence_end(opener, Some(word))?;
        Ok(Part::Directive { directive, start: opener.start, end: self.tok.end })
    }

    /// The data of a template, made of the parts since `mark`.
    fn assemble(&mut self, mark: usize, form: Form, start: u32, close: Token) -> Parsed<Data> {
        if form == (Form::Heredoc { flush: true }) {
            self.take_indentation(mark);
        }
        self.meld(mark);
        match self.parts[mark..] {
            [] => {
                return Ok(Data::String(Str { start: self.base + start, end: self.base + start }));
            }
            [Part::Literal { text, .. }] => {
                self.parts.truncate(mark);
                return Ok(Data::String(self.normal(text)));
            }
            [Part::Interpolation { expr }] => {
                self.parts.truncate(mark);
                return Ok(Data::TemplateWrap(expr));
            }
            _ => {}
        }
        let parts = self.match_directives(mark, close)?;
        self.parts.truncate(mark);
        Ok(parts.map_or(Data::Invalid, Data::Template))
    }

    fn normal(&mut self, text: Str) -> Str {
        match lex::normal(self.tree.str(text)) {
            std::borrow::Cow::Borrowed(_) => text,
            std::borrow::Cow::Owned(normal) => self.tree.keep(&normal),
        }
    }

    /// Takes the common indentation off the lines of a flush heredoc. A line of blanks alone has none; a line that
    /// begins with a sequence has none to share.
    fn take_indentation(&mut self, mark: usize) {
        let tree = &*self.tree;
        let mut common = usize::MAX;
        let mut at_start = true;
        let mut indented: Vec<usize> = Vec::new();
        for (i, part) in self.parts.iter().enumerate().skip(mark) {
            let text = match part {
                Part::Literal { text, .. } => tree.str(*text),
                _ => "",
            };
            if at_start {
                let rest = text.trim_start();
                let is_blank = rest.is_empty() && text.ends_with('\n');
                if !is_blank {
                    common = common.min(width(&text[..text.len() - rest.len()]));
                    indented.push(i);
                }
            }
            at_start = text.ends_with('\n');
        }
        for i in indented {
            if let Part::Literal { text, .. } = &mut self.parts[i] {
                text.start += index_of(prefix(tree.str(*text), common));
            }
        }
    }

    /// Joins literals that follow each other.
    fn meld(&mut self, mark: usize) {
        let mut kept = mark;
        let mut at = mark;
        while at < self.parts.len() {
            let Part::Literal { text, start, last, .. } = self.parts[at] else {
                self.parts[kept] = self.parts[at];
                (kept, at) = (kept + 1, at + 1);
                continue;
            };
            let run = self.parts[at..].iter().take_while(|p| matches!(p, Part::Literal { .. }));
            let run = run.count();
            let (mut text, mut end) = (text, start);
            if let Part::Literal { end: last_end, .. } = self.parts[at + run - 1] {
                end = last_end;
            }
            if run > 1 {
                text = self.join(at, run);
            }
            self.parts[kept] = Part::Literal { text, start, end, last };
            (kept, at) = (kept + 1, at + run);
        }
        self.parts.truncate(kept);
    }

    /// The texts of `run` literals from `at` on, as one.
    fn join(&mut self, at: usize, run: usize) -> Str {
        let texts = self.parts[at..at + run].iter().filter_map(|part| match part {
            Part::Literal { text, .. } => Some(*text),
            _ => None,
        });
        let joined: String = texts.map(|text| self.tree.str(text)).collect();
        self.tree.keep(&joined)
    }

    /// Puts what lies between directives under them. Returns the parts of the template itself, unless a directive has
    /// no end.
    fn match_directives(&mut self, mark: usize, close: Token) -> Parsed<Option<Run>> {
        let list = self.lists.len();
        let depth = self.depth;
        let mut frames: Vec<Frame> = Vec::new();
        for i in mark..self.parts.len() {
            match self.parts[i] {
                Part::Literal { text, start, end, .. } => {
                    let text = self.normal(text);
                    let literal = self.node(start, end, Data::String(text));
                    self.lists.push(literal);
                }
                Part::Interpolation { expr } => self.lists.push(expr),
                Part::Directive { directive, start, end } => {
                    self.match_directive(&mut frames, directive, start, end)?;
                }
            }
        }
        if let Some(frame) = frames.last() {
            let (start, end, is_if) =
                (frame.start, frame.end, matches!(frame.directive, Directive::If(_)));
            self.unclosed_directive(start, end, is_if, close);
            self.lists.truncate(list);
            self.depth = depth;
            return Ok(None);
        }
        Ok(Some(self.close_list(list)))
    }

    fn match_directive(
        &mut self,
        frames: &mut Vec<Frame>,
        directive: Directive,
        start: u32,
        end: u32,
    ) -> Parsed<()> {
        let open = frames.last().map(|frame| (frame.directive, frame.yes.is_some()));
        match (directive, open) {
            (Directive::If(_) | Directive::For(_), _) => {
                self.down()?;
                let mark = self.lists.len();
                frames.push(Frame { directive, start, end, yes: None, mark });
            }
            (Directive::Else, Some((Directive::If(_), false))) => {
                if let Some(frame) = frames.last_mut() {
                    let yes = self.branch(frame.mark, frame.end);
                    frame.yes = Some(yes);
                }
            }
            (Directive::EndIf, Some((Directive::If(condition), _))) => {
                let Some(frame) = frames.pop() else { return Ok(()) };
                self.end_if(condition, &frame, start, end);
            }
            (Directive::EndFor, Some((Directive::For(index), _))) => {
                let Some(frame) = frames.pop() else { return Ok(()) };
                self.end_for(index, &frame, end);
            }
            _ => {
                let opener = frames.last().map(|frame| (frame.start, frame.end, frame.directive));
                self.unexpected_directive(directive, start, end, opener);
            }
        }
        Ok(())
    }

    fn end_if(&mut self, condition: ExprId, frame: &Frame, start: u32, end: u32) {
        let last = self.branch(frame.mark, if frame.yes.is_some() { start } else { frame.end });
        let (yes, no) = match frame.yes {
            Some(yes) => (yes, last),
            None => (last, self.branch(self.lists.len(), start)),
        };
        let node = self.node(frame.start, end, Data::Conditional { condition, yes, no });
        self.lists.push(node);
        self.up();
    }

    fn end_for(&mut self, index: u32, frame: &Frame, end: u32) {
        let value = self.branch(frame.mark, frame.end);
        self.tree.fors[index as usize].value = value;
        let tuple = self.node(frame.start, end, Data::For(index));
        let join = self.node(frame.start, end, Data::TemplateJoin(tuple));
        self.lists.push(join);
        self.up();
    }

    /// The template of what was gathered since `mark`; where that is nothing, of an empty string at `at`.
    fn branch(&mut self, mark: usize, at: u32) -> ExprId {
        if self.lists.len() == mark {
            let place = self.base + at;
            let empty = self.node(at, at, Data::String(Str { start: place, end: place }));
            self.lists.push(empty);
        }
        let (start, end) =
            (self.extent(self.lists[mark]).0, self.extent(self.lists[self.lists.len() - 1]).1);
        let parts = self.close_list(mark);
        self.node(start, end, Data::Template(parts))
    }

    /// Appends what a literal token means to `out`, and reports escapes that mean nothing.
    pub(super) fn decode(&mut self, token: Token, quoted: bool, out: &mut String) {
        let raw = self.text(token);
        let mut bad = Vec::new();
        lex::decode(raw, quoted, out, |escape| bad.push(escape));
        for escape in bad {
            self.bad_escape(token, &escape);
        }
    }
}

/// Whether a template ended as it should.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Closed,
    Broken,
}

/// How many characters, as people see them, a text has.
fn width(blanks: &str) -> usize {
    if blanks.is_ascii() { blanks.len() } else { blanks.graphemes(true).count() }
}

/// How many bytes the first `count` characters of `text` have.
fn prefix(text: &str, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    text.grapheme_indices(true).nth(count).map_or(text.len(), |(at, _)| at)
}
