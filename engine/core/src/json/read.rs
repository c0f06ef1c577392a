//! From text to the words of JSON.
//!
//! What is wrong with a text is said as Go's decoder says it, because `jsondecode` errors are compared with
//! Terraform's.

use std::borrow::Cow;

use crate::ty::MAX_DEPTH;

use super::{JsonError, JsonErrorKind};

type Result<T> = std::result::Result<T, JsonError>;

/// Reads a text from front to back.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

/// A value that is no container, or the start of one.
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    /// The digits as they stand.
    Number(&'a str),
    String(Cow<'a, str>),
    Array,
    Object,
}

const VALUE: &str = " looking for beginning of value";

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// Where the next word starts.
    pub(super) fn offset(&mut self) -> usize {
        self.skip_space();
        self.at
    }

    pub(super) fn value(&mut self) -> Result<Token<'a>> {
        match self.peek() {
            None => Err(self.end()),
            Some(b'{') => self.enter(Token::Object),
            Some(b'[') => self.enter(Token::Array),
            Some(b'"') => self.string().map(Token::String),
            Some(b't') => self.literal("true", Token::Bool(true)),
            Some(b'f') => self.literal("false", Token::Bool(false)),
            Some(b'n') => self.literal("null", Token::Null),
            Some(b'-' | b'0'..=b'9') => self.number().map(Token::Number),
            Some(_) => Err(self.unexpected(VALUE)),
        }
    }

    /// Whether another element follows in an array that was entered; leaves the array where none does.
    pub(super) fn next_element(&mut self, is_first: bool) -> Result<bool> {
        match self.peek() {
            None => Err(self.end()),
            Some(b']') => Ok(self.leave()),
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                self.at += 1;
                // A closing bracket is no value: say so where it stands.
                if self.peek() == Some(b']') { Err(self.unexpected(VALUE)) } else { Ok(true) }
            }
            Some(_) => Err(self.unexpected(" after array element")),
        }
    }

    /// The next key in an object that was entered, the colon read; leaves the object where there is none.
    pub(super) fn next_key(&mut self, is_first: bool) -> Result<Option<Cow<'a, str>>> {
        match self.peek() {
            None => return Err(self.end()),
            Some(b'}') => {
                self.leave();
                return Ok(None);
            }
            Some(b'"') if is_first => {}
            Some(_) if is_first => return Err(self.unexpected("")),
            Some(b',') => {
                self.at += 1;
                match self.peek() {
                    Some(b'"') => {}
                    None => return Err(self.end()),
                    Some(_) => {
                        return Err(self.unexpected(" looking for beginning of object key string"));
                    }
                }
            }
            Some(_) => return Err(self.unexpected(" after object key:value pair")),
        }
        let key = self.string()?;
        match self.peek() {
            Some(b':') => self.at += 1,
            None => return Err(self.end()),
            Some(_) => return Err(self.unexpected(" after object key")),
        }
        Ok(Some(key))
    }

    /// Passes over a value and gives its text.
    pub(super) fn raw(&mut self) -> Result<&'a str> {
        let start = self.offset();
        let mut open = Vec::new();
        loop {
            match self.value()? {
                Token::Array => open.push((true, true)),
                Token::Object => open.push((false, true)),
                _ => {}
            }
            // Close what ends here, and stop before the next element, if any.
            loop {
                let Some((is_array, is_first)) = open.last_mut() else {
                    return Ok(&self.text[start..self.at]);
                };
                let first = std::mem::replace(is_first, false);
                let more = if *is_array {
                    self.next_element(first)?
                } else {
                    self.next_key(first)?.is_some()
                };
                if more {
                    break;
                }
                open.pop();
            }
        }
    }

    /// That nothing follows.
    pub(super) fn finish(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(JsonError::syntax(self.at, "extraneous data after JSON object")),
        }
    }

    fn enter(&mut self, token: Token<'a>) -> Result<Token<'a>> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("the JSON nests more than {MAX_DEPTH} deep");
            let error = JsonError::new(JsonErrorKind::TooDeep, message);
            return Err(JsonError { offset: Some(self.at), ..error });
        }
        Ok(token)
    }

    fn leave(&mut self) -> bool {
        self.at += 1;
        self.depth -= 1;
        false
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        self.pass(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Passes over the bytes of a kind that follow.
    fn pass(&mut self, is_of_kind: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| !is_of_kind(*byte)).unwrap_or(rest.len());
    }

    fn literal(&mut self, word: &str, token: Token<'a>) -> Result<Token<'a>> {
        for expected in word.chars() {
            match self.byte() {
                None => return Err(self.end()),
                Some(byte) if char::from(byte) == expected => self.at += 1,
                Some(_) => {
                    let context = format!(" in literal {word} (expecting '{expected}')");
                    return Err(self.unexpected(&context));
                }
            }
        }
        Ok(token)
    }

    fn number(&mut self) -> Result<&'a str> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits(" in numeric literal")?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits(" after decimal point in numeric literal")?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits(" in exponent of numeric literal")?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self, context: &str) -> Result<()> {
        match self.byte() {
            Some(b'0'..=b'9') => {}
            None => return Err(self.end()),
            Some(_) => return Err(self.unexpected(context)),
        }
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    /// Borrows unless something is escaped.
    fn string(&mut self) -> Result<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut unescaped = String::new();
        let mut copied = start;
        loop {
            match self.byte() {
                None => return Err(self.end()),
                Some(b'"') => break,
                Some(b'\\') => {
                    unescaped.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    unescaped.push(self.escape()?);
                    copied = self.at;
                }
                Some(0..=0x1f) => return Err(self.unexpected(" in string literal")),
                Some(_) => self.pass(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)),
            }
        }
        let end = self.at;
        self.at += 1;
        if copied == start {
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        unescaped.push_str(&self.text[copied..end]);
        Ok(Cow::Owned(unescaped))
    }

    fn escape(&mut self) -> Result<char> {
        let escaped = match self.byte() {
            None => return Err(self.end()),
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(_) => return Err(self.unexpected(" in string escape code")),
        };
        self.at += 1;
        Ok(escaped)
    }

    /// One escape, or two that are the halves of one character. A half alone is no character, and is replaced.
    fn unicode_escape(&mut self) -> Result<char> {
        let first = self.hex()?;
        let is_pair = (0xd800..0xdc00).contains(&first)
            && self.text.as_bytes()[self.at..].starts_with(b"\\u");
        if is_pair {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let joined = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(byte) = self.byte() else {
                return Err(self.end());
            };
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.unexpected(" in \\u hexadecimal character escape"));
            };
            code = code << 4 | digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn end(&self) -> JsonError {
        JsonError::syntax(self.text.len(), "unexpected end of JSON input")
    }

    fn unexpected(&self, context: &str) -> JsonError {
        let found = match self.text[self.at..].chars().next() {
            Some('\'') => "\\'".to_owned(),
            Some('"') => "\"".to_owned(),
            Some(c) => crate::text::quote(&c.to_string()).trim_matches('"').to_owned(),
            None => String::new(),
        };
        JsonError::syntax(self.at, format!("invalid character '{found}'{context}"))
    }
}
