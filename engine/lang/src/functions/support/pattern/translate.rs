//! Reads Go's syntax and writes Rust's.

use super::PatternError;
use super::class::{self, push_literal};

/// Go stops here.
const MAX_DEPTH: usize = 1_000;
const MAX_REPEAT: u32 = 1_000;

/// A pattern as `regex` reads it, with the names that its groups had.
pub(super) struct Translation {
    pub(super) text: String,
    pub(super) names: Vec<String>,
}

/// What the text before the current place ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that could be repeated.
    Nothing,
    Operand,
    /// A repetition that began at this byte.
    Repeat(usize),
}

struct Translator<'a> {
    source: &'a str,
    at: usize,
    out: Translation,
    before: Before,
    /// How often what is in the open groups is repeated at most, in all; and where an operand would begin.
    open: Vec<Level>,
    level: Level,
    /// How often the last operand already repeats its inside.
    operand_repeats: u32,
}

/// What is known of the alternative that is being read.
#[derive(Clone, Copy)]
struct Level {
    /// The largest number of repetitions that one of its parts comes to.
    most_repeats: u32,
}

const FRESH: Level = Level { most_repeats: 1 };

/// Translates a pattern, or says why it is none.
pub(super) fn translate(source: &str) -> Result<Translation, PatternError> {
    let mut translator = Translator {
        source,
        at: 0,
        out: Translation { text: String::with_capacity(source.len() + 16), names: Vec::new() },
        before: Before::Nothing,
        open: Vec::new(),
        level: FRESH,
        operand_repeats: 1,
    };
    translator.run()?;
    Ok(translator.out)
}

impl<'a> Translator<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn error<T>(&self, code: &'static str, part: &str) -> Result<T, PatternError> {
        Err(PatternError::new(code, part))
    }

    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '(' => self.open_group()?,
                ')' => self.close_group()?,
                '[' => self.class()?,
                '\\' => self.escape()?,
                '*' | '+' | '?' => self.repeat(1, c, 1)?,
                '{' => self.braces()?,
                '|' => {
                    self.copy(1);
                    self.before = Before::Nothing;
                }
                '^' | '$' | '.' => {
                    self.copy(1);
                    self.operand();
                }
                _ => {
                    push_literal(&mut self.out.text, c);
                    self.at += c.len_utf8();
                    self.operand();
                }
            }
        }
        if self.open.is_empty() {
            return Ok(());
        }
        self.error("missing closing )", self.source)
    }

    /// Takes so many bytes as they are.
    fn copy(&mut self, length: usize) {
        self.out.text.push_str(&self.source[self.at..self.at + length]);
        self.at += length;
    }

    fn operand(&mut self) {
        self.before = Before::Operand;
        self.operand_repeats = 1;
    }

    fn open_group(&mut self) -> Result<(), PatternError> {
        if self.open.len() >= MAX_DEPTH {
            return self.error("expression nests too deeply", self.source);
        }
        let rest = self.rest();
        if rest.starts_with("(?P<") || rest.starts_with("(?<") {
            self.named_group()?;
        } else if rest.starts_with("(?") {
            if !self.flags()? {
                return Ok(());
            }
        } else {
            self.copy(1);
            self.out.names.push(String::new());
        }
        self.open.push(self.level);
        self.level = FRESH;
        self.before = Before::Nothing;
        Ok(())
    }

    /// Names are kept aside: Go lets several groups have the same, and digits begin one.
    fn named_group(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let start = rest.find('<').map_or(rest.len(), |at| at + 1);
        let Some(end) = rest.find('>') else {
            return self.error("invalid named capture", rest);
        };
        let name = &rest[start..end];
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return self.error("invalid named capture", &rest[..=end]);
        }
        self.out.text.push('(');
        self.out.names.push(name.to_owned());
        self.at += end + 1;
        Ok(())
    }

    /// `(?i)` or `(?i-s:`; whether it opens a group.
    fn flags(&mut self) -> Result<bool, PatternError> {
        let rest = self.rest();
        let (mut negated, mut any) = (false, false);
        for (i, c) in rest.char_indices().skip(2) {
            match c {
                'i' | 'm' | 's' | 'U' => any = true,
                '-' if !negated => (negated, any) = (true, false),
                ':' | ')' if any || !negated => {
                    // `(?)` sets nothing, and `(?:` is the plain group.
                    if i > 2 || c == ':' {
                        self.out.text.push_str(&rest[..=i]);
                    }
                    self.at += i + 1;
                    return Ok(c == ':');
                }
                _ => {
                    let part = &rest[..i + c.len_utf8()];
                    return self.error("invalid or unsupported Perl syntax", part);
                }
            }
        }
        self.error("invalid or unsupported Perl syntax", rest)
    }

    fn close_group(&mut self) -> Result<(), PatternError> {
        let Some(outer) = self.open.pop() else {
            return self.error("unexpected )", self.source);
        };
        self.copy(1);
        self.operand_repeats = self.level.most_repeats;
        self.level = Level { most_repeats: outer.most_repeats.max(self.level.most_repeats) };
        self.before = Before::Operand;
        Ok(())
    }

    fn class(&mut self) -> Result<(), PatternError> {
        let end = class::translate(self.rest(), &mut self.out.text)?;
        self.at += end;
        self.operand();
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let text = &mut self.out.text;
        let length = match rest[1..].chars().next() {
            None => return self.error("trailing backslash at end of expression", ""),
            Some('A') => {
                text.push_str("\\A");
                2
            }
            Some('z') => {
                text.push_str("\\z");
                2
            }
            Some('b') => {
                text.push_str("(?-u:\\b)");
                2
            }
            Some('B') => {
                text.push_str("(?-u:\\B)");
                2
            }
            Some('Q') => {
                let quoted = &rest[2..];
                let (literal, length) = match quoted.find("\\E") {
                    Some(end) => (&quoted[..end], end + 4),
                    None => (quoted, rest.len()),
                };
                literal.chars().for_each(|c| push_literal(text, c));
                self.at += length;
                if !literal.is_empty() {
                    self.operand();
                }
                return Ok(());
            }
            Some(_) => class::escape(rest, text, false)?,
        };
        self.at += length;
        self.operand();
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,3}`; anything else in braces stands for itself.
    fn braces(&mut self) -> Result<(), PatternError> {
        let rest = self.rest();
        let Some((min, max, length)) = counts(rest) else {
            push_literal(&mut self.out.text, '{');
            self.at += 1;
            self.operand();
            return Ok(());
        };
        let is_bad = |n: u32| n > MAX_REPEAT;
        if is_bad(min) || max.is_some_and(|max| is_bad(max) || max < min) {
            return self.error("invalid repeat count", &rest[..length]);
        }
        self.repeat(length, '{', max.unwrap_or(min).max(1))
    }

    fn repeat(&mut self, length: usize, c: char, times: u32) -> Result<(), PatternError> {
        let rest = self.rest();
        let lazy = rest[length..].starts_with('?');
        let length = length + usize::from(lazy);
        match self.before {
            Before::Nothing => {
                return self.error("missing argument to repetition operator", &rest[..length]);
            }
            Before::Repeat(start) => {
                let part = &self.source[start..self.at + length];
                return self.error("invalid nested repetition operator", part);
            }
            Before::Operand => {}
        }
        if c == '{' {
            let total = self.operand_repeats.saturating_mul(times);
            if total > MAX_REPEAT {
                return self.error("invalid repeat count", &rest[..length]);
            }
            self.level.most_repeats = self.level.most_repeats.max(total);
        }
        self.before = Before::Repeat(self.at);
        self.copy(length);
        Ok(())
    }
}

/// The counts of a repetition and its length, if this is one.
fn counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let end = text.find('}')?;
    let number = |digits: &str| {
        let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty();
        let has_zero = digits.len() > 1 && digits.starts_with('0');
        // Numbers that do not fit are too large in any case.
        (plain && !has_zero).then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let inside = &text[1..end];
    let (min, max) = match inside.split_once(',') {
        None => {
            let count = number(inside)?;
            (count, Some(count))
        }
        Some((min, "")) => (number(min)?, None),
        Some((min, max)) => (number(min)?, Some(number(max)?)),
    };
    Some((min, max, end + 1))
}
