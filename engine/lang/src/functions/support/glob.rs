//! Patterns for paths: `*` and `?` within a name, `[a-z]` and `[^a-z]` for one character, `**` for any number of
//! folders, `{a,b}` for alternatives, and `\` before a character that shall mean itself.

use super::super::fault::Fault;
use crate::eval::Env;
use crate::host::FileKind;

/// A pattern that ends in the middle of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct SyntaxError;

/// A path pattern without alternatives: one part for each folder, and one for the name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in super::super) struct Pattern(Vec<Part>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    /// Any number of folders.
    Any,
    /// A name without anything special.
    Plain(String),
    Name(Vec<Token>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Char(char),
    One,
    Many,
    Class { ranges: Vec<(char, char)>, is_negated: bool },
}

/// So many alternatives a pattern may have.
const MOST_ALTERNATIVES: usize = 10_000;

impl Pattern {
    /// Reads a pattern, and gives one for each of its alternatives.
    pub(in super::super) fn parse(text: &str) -> Result<Vec<Self>, SyntaxError> {
        let mut patterns = Vec::new();
        let mut waiting = vec![text.to_owned()];
        while let Some(text) = waiting.pop() {
            if waiting.len() + patterns.len() > MOST_ALTERNATIVES {
                return Err(SyntaxError);
            }
            match first_braces(&text)? {
                Some((start, inner, end)) => {
                    let expanded = inner.iter().map(|inner| format!("{start}{inner}{end}"));
                    waiting.extend(expanded);
                }
                None => patterns.push(Self::without_braces(&text)?),
            }
        }
        Ok(patterns)
    }

    fn without_braces(text: &str) -> Result<Self, SyntaxError> {
        let parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
        parts.map(Part::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Takes the `..` at the beginning off, and says how many there were.
    pub(in super::super) fn climb(&mut self) -> usize {
        let is_up = |part: &Part| *part == Part::Plain("..".to_owned());
        let mut parts: Vec<Part> = Vec::with_capacity(self.0.len());
        for part in self.0.drain(..) {
            let may_cancel = parts.last().is_some_and(|last| !is_up(last) && *last != Part::Any);
            if is_up(&part) && may_cancel {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        let count = parts.iter().take_while(|part| is_up(part)).count();
        self.0 = parts.split_off(count);
        count
    }

    /// Adds the regular files below `folder` that match, as paths from there.
    pub(in super::super) fn find(
        &self,
        folder: &str,
        env: &mut Env<'_>,
        found: &mut Vec<String>,
    ) -> Result<(), Fault> {
        let mut waiting = vec![(String::new(), &self.0[..])];
        while let Some((path, parts)) = waiting.pop() {
            let Some((part, rest)) = parts.split_first() else { continue };
            if let Part::Plain(name) = part {
                let path = below(&path, name);
                if rest.is_empty() {
                    let kind = env.host().file_kind(&below(folder, &path));
                    found.extend((kind == Ok(FileKind::Regular)).then_some(path));
                } else {
                    waiting.push((path, rest));
                }
                continue;
            }
            if *part == Part::Any && !rest.is_empty() {
                waiting.push((path.clone(), rest));
            }
            // What cannot be listed has nothing in it.
            let entries = env.host().list_dir(&below(folder, &path)).unwrap_or_default();
            for entry in entries {
                env.charge(path.len() + entry.name.len() + size_of::<String>())?;
                if let Part::Name(tokens) = part
                    && !matches(tokens, &entry.name)
                {
                    continue;
                }
                let path = below(&path, &entry.name);
                match entry.kind {
                    Some(FileKind::Directory) if *part == Part::Any => waiting.push((path, parts)),
                    Some(FileKind::Directory) if !rest.is_empty() => waiting.push((path, rest)),
                    Some(FileKind::Regular) if rest.is_empty() => found.push(path),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn below(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) if folder.ends_with('/') => format!("{folder}{name}"),
        (folder, name) => format!("{folder}/{name}"),
    }
}

/// What stands before braces, the alternatives in them, and what stands after.
type Braces<'a> = (&'a str, Vec<&'a str>, &'a str);

/// The first braces, if there are any.
fn first_braces(text: &str) -> Result<Option<Braces<'_>>, SyntaxError> {
    let mut depth = 0;
    let mut open = 0;
    let mut cuts = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next().ok_or(SyntaxError)?),
            '{' => {
                if depth == 0 {
                    open = at;
                }
                depth += 1;
            }
            ',' if depth == 1 => cuts.push(at),
            '}' if depth == 1 => {
                let mut starts = vec![open + 1];
                starts.extend(cuts.iter().map(|cut| cut + 1));
                cuts.push(at);
                let inner = starts.iter().zip(&cuts).map(|(from, to)| &text[*from..*to]);
                return Ok(Some((&text[..open], inner.collect(), &text[at + 1..])));
            }
            '}' if depth > 1 => depth -= 1,
            _ => {}
        }
    }
    if depth > 0 { Err(SyntaxError) } else { Ok(None) }
}

impl Part {
    fn parse(text: &str) -> Result<Self, SyntaxError> {
        if text == "**" {
            return Ok(Self::Any);
        }
        let mut tokens = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                '*' => Token::Many,
                '?' => Token::One,
                '[' => class(&mut chars)?,
                '\\' => Token::Char(chars.next().ok_or(SyntaxError)?),
                c => Token::Char(c),
            });
        }
        let plain = tokens.iter().map(|token| match token {
            Token::Char(c) => Some(*c),
            _ => None,
        });
        Ok(plain.collect::<Option<String>>().map_or(Self::Name(tokens), Self::Plain))
    }
}

/// A class whose bracket has been read.
fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Token, SyntaxError> {
    let is_negated = chars.next_if(|c| matches!(c, '^' | '!')).is_some();
    let mut ranges = Vec::new();
    let next = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| match chars.next() {
        Some('\\') => chars.next().ok_or(SyntaxError),
        other => other.ok_or(SyntaxError),
    };
    loop {
        if chars.peek() == Some(&']') && !ranges.is_empty() {
            chars.next();
            return Ok(Token::Class { ranges, is_negated });
        }
        let first = next(chars)?;
        let last = if chars.next_if_eq(&'-').is_some() { next(chars)? } else { first };
        ranges.push((first, last));
    }
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::One | Self::Many => true,
            Self::Class { ranges, is_negated } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *is_negated
            }
        }
    }
}

/// Whether a name matches. Only the last `*` is ever tried again, so that this takes no more than the product of both
/// lengths.
fn matches(tokens: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut token, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < name.len() {
        match tokens.get(token) {
            Some(Token::Many) => {
                token += 1;
                retry = Some((token, at));
            }
            Some(one) if one.accepts(name[at]) => {
                token += 1;
                at += 1;
            }
            _ => match &mut retry {
                Some((after_star, start)) => {
                    *start += 1;
                    (token, at) = (*after_star, *start);
                }
                None => return false,
            },
        }
    }
    tokens[token..].iter().all(|token| *token == Token::Many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_or_not() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("?[a-c]x", "_bx", true),
            ("[^a-c]", "b", false),
            ("[!a-c]", "d", true),
            ("[]a]", "]", true),
            ("\\*x*", "*xy", true),
            ("\\*x*", "yxy", false),
        ] {
            let tokens = match Part::parse(pattern).expect(pattern) {
                Part::Name(tokens) => tokens,
                other => panic!("{other:?}"),
            };
            assert_eq!(matches(&tokens, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn alternatives_nest() {
        let count = |text| Pattern::parse(text).map(|patterns| patterns.len());
        assert_eq!(count("a/{b,c{d,e}}/{f,}"), Ok(6));
        assert_eq!(count("\\{a,b\\}"), Ok(1));
        for wrong in ["{a", "[a", "a\\", "{a,{b}", "[a-"] {
            assert_eq!(count(wrong), Err(SyntaxError), "{wrong}");
        }
        assert_eq!(count(&"{a,b}".repeat(40)), Err(SyntaxError));
    }
}
