//! Text to tokens.
//!
//! The scanner knows the modes of the language (outside, in quotes, in a heredoc, in a bare template) and keeps them
//! on a stack of its own, so that whoever drives it, parser, formatter or error recovery, sees the same tokens. It
//! never fails: what cannot be a token is [`TokenKind::Invalid`], and every call either advances or is at the end.

use super::ident;
use super::token::{Token, TokenKind};

/// What kind of text the scanner is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// Outside of any string.
    Main,
    Quoted,
    /// The range is the marker that ends the heredoc.
    Heredoc {
        marker: (u32, u32),
    },
    /// A text that is a template as a whole.
    Bare,
}

/// A version control conflict left in the text: where it begins, where the other side begins and where it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Conflict {
    pub(crate) opening: (u32, u32),
    pub(crate) separator: Option<(u32, u32)>,
    pub(crate) closing: Option<(u32, u32)>,
}

/// What the scanner stepped over that is no token and must be reported.
#[derive(Default, Debug)]
pub(crate) struct Skipped {
    /// The start of a `/*` that is never closed. It swallows the rest of the text.
    pub(crate) open_comment: Option<u32>,
    pub(crate) conflicts: Vec<Conflict>,
}

/// Turns text into tokens, one at a time.
#[derive(Debug)]
pub struct Scanner<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    mode: Mode,
    /// The modes to go back to. A mode that was left for a template sequence stands above the mode that holds it.
    outer: Vec<Mode>,
    /// How many braces are open.
    braces: u32,
    /// The numbers of open braces at which a closing one ends a template sequence.
    sequences: Vec<u32>,
    /// Whether conflict markers are stepped over, as the parser wants it.
    heal_conflicts: bool,
    /// Set once no end of a conflict was found, so that it is not looked for again.
    conflicts_end_missing: bool,
    pub(crate) skipped: Skipped,
}

impl<'s> Scanner<'s> {
    /// A scanner for configuration and expressions. A byte order mark at the start is passed over.
    #[must_use]
    pub fn new(text: &'s str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            mode: Mode::Main,
            outer: Vec::new(),
            braces: 0,
            sequences: Vec::new(),
            heal_conflicts: false,
            conflicts_end_missing: false,
            skipped: Skipped::default(),
        }
    }

    /// A scanner for a text that is a template as a whole.
    #[must_use]
    pub fn template(text: &'s str) -> Self {
        Self { mode: Mode::Bare, ..Self::new(text) }
    }

    /// As [`Scanner::new`], but one that steps over conflict markers, notes them, and leaves the other side out.
    pub(crate) fn healing(text: &'s str) -> Self {
        Self { heal_conflicts: true, ..Self::new(text) }
    }

    /// How many strings and template sequences are open around the place where the scanner is.
    pub(crate) fn depth(&self) -> usize {
        self.outer.len()
    }

    /// Leaves every mode above the first `depth` ones, as if their ends had been read, and goes on at `at`.
    pub(crate) fn unwind(&mut self, depth: usize, at: usize) {
        while self.outer.len() > depth {
            if self.mode == Mode::Main {
                self.braces = self.sequences.pop().map_or(self.braces, |level| level - 1);
            }
            self.leave();
        }
        self.at = at;
    }

    /// In quotes, right after the opening one: if the string is plain text to its end, passes over that end and
    /// returns the end of the text. Plain is what needs no decoding and no normal form: ASCII without `\`, `$`, `%`
    /// and line ends.
    #[inline]
    pub(crate) fn plain_string(&mut self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&b| !PLAIN[b as usize])?;
        if rest[length] != b'"' {
            return None;
        }
        let end = self.at + length;
        self.at = end + 1;
        self.leave();
        Some(end)
    }

    /// The next token; at the end of the text, [`TokenKind::Eof`] again and again.
    #[inline]
    pub fn next_token(&mut self) -> Token {
        match self.mode {
            Mode::Main => self.main(),
            Mode::Quoted => self.quoted(),
            Mode::Heredoc { marker } => self.heredoc(marker),
            Mode::Bare => self.bare(),
        }
    }

    fn token(&mut self, kind: TokenKind, start: usize, end: usize) -> Token {
        self.at = end;
        Token { kind, start: offset(start), end: offset(end) }
    }

    fn enter(&mut self, mode: Mode) {
        self.outer.push(self.mode);
        self.mode = mode;
    }

    fn leave(&mut self) {
        self.mode = self.outer.pop().unwrap_or(Mode::Main);
    }

    fn main(&mut self) -> Token {
        loop {
            while let Some(b' ' | b'\t') = self.bytes.get(self.at) {
                self.at += 1;
            }
            let start = self.at;
            let Some(&first) = self.bytes.get(start) else {
                return self.token(TokenKind::Eof, start, start);
            };
            match first {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                    let length = ident::length(&self.text[start..]);
                    return self.token(TokenKind::Ident, start, start + length);
                }
                b'0'..=b'9' => return self.number(start),
                b'#' => return self.line_comment(start),
                b'/' if self.bytes.get(start + 1) == Some(&b'/') => {
                    return self.line_comment(start);
                }
                b'/' if self.bytes.get(start + 1) == Some(&b'*') => {
                    let Some(end) = memchr::memmem::find(&self.bytes[start + 2..], b"*/") else {
                        self.skipped.open_comment = Some(offset(start));
                        self.at = self.bytes.len();
                        continue;
                    };
                    return self.token(TokenKind::Comment, start, start + 2 + end + 2);
                }
                b'<' if self.heal_conflicts && self.pass_conflict(start) => {}
                b'=' | b'>' if self.heal_conflicts && self.pass_other_side(start) => {}
                0x80.. => return self.beyond_ascii(start),
                _ => return self.symbol(first, start),
            }
        }
    }

    fn beyond_ascii(&mut self, start: usize) -> Token {
        let rest = &self.text[start..];
        let length = ident::length(rest);
        if length > 0 {
            return self.token(TokenKind::Ident, start, start + length);
        }
        let c = rest.chars().next().map_or(1, char::len_utf8);
        self.token(TokenKind::Invalid, start, start + c)
    }

    /// A number runs over digits, points and exponents, and ends with none of its points.
    fn number(&mut self, start: usize) -> Token {
        let mut end = start + 1;
        let mut at = end;
        loop {
            match self.bytes.get(at) {
                Some(b'0'..=b'9') => {
                    at += 1;
                    end = at;
                }
                Some(b'.') => at += 1,
                Some(b'e' | b'E') => {
                    let sign = matches!(self.bytes.get(at + 1), Some(b'+' | b'-'));
                    let digit = at + 1 + usize::from(sign);
                    if !self.bytes.get(digit).is_some_and(u8::is_ascii_digit) {
                        break;
                    }
                    at = digit + 1;
                    end = at;
                }
                _ => break,
            }
        }
        self.token(TokenKind::NumberLit, start, end)
    }

    fn line_comment(&mut self, start: usize) -> Token {
        let end = memchr::memchr(b'\n', &self.bytes[start..])
            .map_or(self.bytes.len(), |newline| start + newline + 1);
        self.token(TokenKind::Comment, start, end)
    }

    fn symbol(&mut self, first: u8, start: usize) -> Token {
        use TokenKind as K;
        let second = self.bytes.get(start + 1).copied();
        let (kind, length) = match (first, second) {
            (b'\n', _) => (K::Newline, 1),
            (b'\r', Some(b'\n')) => (K::Newline, 2),
            (b'{', _) => {
                self.braces += 1;
                (K::OBrace, 1)
            }
            (b'}', _) => return self.closing_brace(start),
            (b'~', Some(b'}')) => return self.trimming_end(start),
            (b'[', _) => (K::OBrack, 1),
            (b']', _) => (K::CBrack, 1),
            (b'(', _) => (K::OParen, 1),
            (b')', _) => (K::CParen, 1),
            (b'"', _) => {
                self.enter(Mode::Quoted);
                (K::OQuote, 1)
            }
            (b'<', Some(b'<')) => return self.heredoc_opener(start),
            (b'.', Some(b'.')) if self.bytes.get(start + 2) == Some(&b'.') => (K::Ellipsis, 3),
            (b'=', Some(b'=')) => (K::EqualOp, 2),
            (b'=', Some(b'>')) => (K::FatArrow, 2),
            (b'!', Some(b'=')) => (K::NotEqual, 2),
            (b'<', Some(b'=')) => (K::LessThanEq, 2),
            (b'>', Some(b'=')) => (K::GreaterThanEq, 2),
            (b'&', Some(b'&')) => (K::And, 2),
            (b'|', Some(b'|')) => (K::Or, 2),
            (b':', Some(b':')) => (K::DoubleColon, 2),
            _ => (single(first), 1),
        };
        self.token(kind, start, start + length)
    }

    fn closing_brace(&mut self, start: usize) -> Token {
        let ends_sequence = self.sequences.last() == Some(&self.braces);
        self.braces = self.braces.saturating_sub(1);
        if !ends_sequence {
            return self.token(TokenKind::CBrace, start, start + 1);
        }
        self.sequences.pop();
        self.leave();
        self.token(TokenKind::TemplateSeqEnd, start, start + 1)
    }

    /// `~}` is always the end of a sequence, even where none can end, so that the parser can say what is wrong.
    fn trimming_end(&mut self, start: usize) -> Token {
        if self.sequences.last() == Some(&self.braces) {
            self.sequences.pop();
            self.leave();
        }
        self.braces = self.braces.saturating_sub(1);
        self.token(TokenKind::TemplateSeqEnd, start, start + 2)
    }

    fn heredoc_opener(&mut self, start: usize) -> Token {
        let mut marker = start + 2;
        if self.bytes.get(marker) == Some(&b'-') {
            marker += 1;
        }
        let end = marker + ident::length(self.text.get(marker..).unwrap_or(""));
        let line_end = match (self.bytes.get(end), self.bytes.get(end + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 0,
        };
        if end == marker || line_end == 0 {
            return self.token(TokenKind::LessThan, start, start + 1);
        }
        self.enter(Mode::Heredoc { marker: (offset(marker), offset(end)) });
        self.token(TokenKind::OHeredoc, start, end + line_end)
    }

    /// `${` or `%{` at `start`.
    fn sequence(&mut self, start: usize) -> Token {
        let kind = if self.bytes[start] == b'$' {
            TokenKind::TemplateInterp
        } else {
            TokenKind::TemplateControl
        };
        self.braces += 1;
        self.sequences.push(self.braces);
        self.enter(Mode::Main);
        let length = 2 + usize::from(self.bytes.get(start + 2) == Some(&b'~'));
        self.token(kind, start, start + length)
    }

    /// What stands at a `$` or `%`: the start of a sequence, the end of an escaped one, or the sign itself.
    fn sign(&mut self, start: usize, literal: TokenKind) -> Token {
        let sign = self.bytes[start];
        match (self.bytes.get(start + 1), self.bytes.get(start + 2)) {
            (Some(b'{'), _) => self.sequence(start),
            (Some(&doubled), Some(b'{')) if doubled == sign => {
                let length = 3 + usize::from(self.bytes.get(start + 3) == Some(&b'~'));
                self.token(literal, start, start + length)
            }
            _ => self.token(literal, start, start + 1),
        }
    }

    fn quoted(&mut self) -> Token {
        let start = self.at;
        let Some(&first) = self.bytes.get(start) else {
            return self.token(TokenKind::Eof, start, start);
        };
        match first {
            b'"' => {
                self.leave();
                self.token(TokenKind::CQuote, start, start + 1)
            }
            b'$' | b'%' => self.sign(start, TokenKind::QuotedLit),
            b'\r' | b'\n' => {
                let rest = &self.bytes[start..];
                let length = rest.iter().position(|b| !matches!(b, b'\r' | b'\n'));
                let end = start + length.unwrap_or(rest.len());
                self.token(TokenKind::QuotedNewline, start, end)
            }
            _ => self.quoted_literal(start),
        }
    }

    fn quoted_literal(&mut self, start: usize) -> Token {
        let mut end = start;
        loop {
            let rest = &self.bytes[end..];
            let stop =
                rest.iter().position(|b| matches!(b, b'"' | b'\\' | b'$' | b'%' | b'\r' | b'\n'));
            end += stop.unwrap_or(rest.len());
            if self.bytes.get(end) != Some(&b'\\') {
                break;
            }
            match self.text[end + 1..].chars().next() {
                None | Some('\r' | '\n') => {
                    if end == start {
                        return self.token(TokenKind::Invalid, start, start + 1);
                    }
                    break;
                }
                Some(c) => end += 1 + c.len_utf8(),
            }
        }
        self.token(TokenKind::QuotedLit, start, end)
    }

    fn heredoc(&mut self, marker: (u32, u32)) -> Token {
        let start = self.at;
        let Some(&first) = self.bytes.get(start) else {
            return self.token(TokenKind::Eof, start, start);
        };
        if matches!(first, b'$' | b'%') {
            return self.sign(start, TokenKind::StringLit);
        }
        let rest = &self.bytes[start..];
        let stop = rest.iter().position(|b| matches!(b, b'$' | b'%' | b'\r' | b'\n'));
        let stop = start + stop.unwrap_or(rest.len());
        let end = match self.line_end(stop) {
            0 if stop == start => {
                // A carriage return on its own has no meaning in a heredoc.
                return self.token(TokenKind::Invalid, start, start + 1);
            }
            length => stop + length,
        };
        let starts_line = self.bytes[start - 1] == b'\n';
        if end > stop && starts_line {
            let marker = &self.text[marker.0 as usize..marker.1 as usize];
            if self.text[start..stop].trim() == marker {
                self.leave();
                return self.token(TokenKind::CHeredoc, start, stop);
            }
        }
        self.token(TokenKind::StringLit, start, end)
    }

    fn bare(&mut self) -> Token {
        let start = self.at;
        let Some(&first) = self.bytes.get(start) else {
            return self.token(TokenKind::Eof, start, start);
        };
        if matches!(first, b'$' | b'%') {
            return self.sign(start, TokenKind::StringLit);
        }
        let rest = &self.bytes[start..];
        let stop = rest.iter().position(|b| matches!(b, b'$' | b'%' | b'\r' | b'\n'));
        let stop = start + stop.unwrap_or(rest.len());
        let end = match self.line_end(stop) {
            // HCL takes everything after a carriage return on its own as plain text, sequences included.
            0 if stop == start => self.bytes.len(),
            length => stop + length,
        };
        self.token(TokenKind::StringLit, start, end)
    }

    /// The length of the line end at `at`, or 0.
    fn line_end(&self, at: usize) -> usize {
        match (self.bytes.get(at), self.bytes.get(at + 1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 0,
        }
    }

    /// Steps over `<<<<<<<` at the start of a line.
    fn pass_conflict(&mut self, start: usize) -> bool {
        if !self.is_marker(start, b"<<<<<<<") {
            return false;
        }
        let end = self.end_of_line(start);
        let opening = (offset(start), offset(end));
        self.skipped.conflicts.push(Conflict { opening, separator: None, closing: None });
        self.at = end;
        true
    }

    /// Steps over the side of a conflict that is not ours, from `=======` to `>>>>>>>`, or over a lone `>>>>>>>`.
    fn pass_other_side(&mut self, start: usize) -> bool {
        let Some(conflict) = self.skipped.conflicts.last().copied() else { return false };
        if conflict.closing.is_some() {
            return false;
        }
        let mut separator = conflict.separator;
        let mut line = start;
        if separator.is_none() && self.is_marker(start, b"=======") {
            separator = Some((offset(start), offset(self.end_of_line(start))));
            line = self.end_of_line(start);
            let closing = (!self.conflicts_end_missing)
                .then(|| memchr::memmem::find(&self.bytes[line..], b"\n>>>>>>>"));
            let Some(closing) = closing.flatten() else {
                self.conflicts_end_missing = true;
                self.note_conflict(separator, None);
                self.at = line;
                return true;
            };
            line += closing + 1;
        } else if !self.is_marker(start, b">>>>>>>") {
            return false;
        }
        let end = self.end_of_line(line);
        self.note_conflict(separator, Some((offset(line), offset(end))));
        self.at = end;
        true
    }

    fn note_conflict(&mut self, separator: Option<(u32, u32)>, closing: Option<(u32, u32)>) {
        if let Some(conflict) = self.skipped.conflicts.last_mut() {
            conflict.separator = separator;
            conflict.closing = closing;
        }
    }

    fn is_marker(&self, start: usize, marker: &[u8]) -> bool {
        (start == 0 || self.bytes[start - 1] == b'\n')
            && self.bytes[start..].starts_with(marker)
            && matches!(self.bytes.get(start + marker.len()), None | Some(b' ' | b'\r' | b'\n'))
    }

    fn end_of_line(&self, start: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |i| start + i)
    }
}

fn single(byte: u8) -> TokenKind {
    use TokenKind as K;
    match byte {
        b'.' => K::Dot,
        b',' => K::Comma,
        b'*' => K::Star,
        b'/' => K::Slash,
        b'%' => K::Percent,
        b'+' => K::Plus,
        b'-' => K::Minus,
        b'=' => K::Equal,
        b'<' => K::LessThan,
        b'>' => K::GreaterThan,
        b'!' => K::Bang,
        b'?' => K::Question,
        b':' => K::Colon,
        b'&' => K::BitwiseAnd,
        b'|' => K::BitwiseOr,
        b'~' => K::BitwiseNot,
        b'^' => K::BitwiseXor,
        b';' => K::Semicolon,
        b'`' => K::Backtick,
        b'\'' => K::Apostrophe,
        _ => K::Invalid,
    }
}

/// The bytes that stand for themselves in a string.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 128 {
        table[b] = !matches!(b as u8, b'"' | b'\\' | b'$' | b'%' | b'\r' | b'\n');
        b += 1;
    }
    table
};

/// Offsets are 32 bits wide: longer texts are refused before they are scanned.
#[expect(clippy::cast_possible_truncation, reason = "texts over 1 GiB are refused at the door")]
#[inline]
fn offset(at: usize) -> u32 {
    at as u32
}
