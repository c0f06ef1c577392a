//! Regular expressions in the syntax of Go's RE2, on Rust's `regex`.
//!
//! The two engines match alike (leftmost-first, linear time); their syntaxes differ in details that patterns in
//! modules rely on: ASCII classes, literal braces, quoting, octal escapes, group names. [`translate`] reads Go's
//! syntax, complains in Go's words, and writes the pattern that means the same to `regex`.

mod class;
mod translate;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use regex::{Captures, Regex, RegexBuilder};
use wb_core::ty::Type;
use wb_core::value::Value;

use super::super::fault::Fault;
use crate::eval::Env;

use self::translate::Translation;

/// A compiled pattern.
#[derive(Debug)]
pub(in super::super) struct Pattern {
    regex: Regex,
    /// The names of the groups, empty where a group has none.
    names: Vec<String>,
}

/// What the groups of a pattern make of a match.
#[derive(Debug)]
pub(in super::super) struct Groups {
    pattern: Rc<Pattern>,
}

/// Why a text is no pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in super::super) struct PatternError {
    /// What is wrong, in Go's words.
    code: &'static str,
    /// The part of the pattern that is.
    part: String,
}

thread_local! {
    /// Patterns compiled before, as the same call often stands in a loop.
    static COMPILED: RefCell<HashMap<String, Rc<Pattern>>> = RefCell::default();
}

/// How many patterns are kept.
const MOST_COMPILED: usize = 128;

/// Compiles a pattern, or finds it compiled.
pub(in super::super) fn compile(source: &str) -> Result<Rc<Pattern>, PatternError> {
    let found = COMPILED.with_borrow(|compiled| compiled.get(source).cloned());
    if let Some(pattern) = found {
        return Ok(pattern);
    }
    let Translation { text, names } = translate::translate(source)?;
    let too_large = || PatternError { code: "expression too large", part: source.to_owned() };
    let regex = RegexBuilder::new(&text).nest_limit(2_000).build().map_err(|_| too_large())?;
    let pattern = Rc::new(Pattern { regex, names });
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= MOST_COMPILED {
            compiled.clear();
        }
        compiled.insert(source.to_owned(), Rc::clone(&pattern));
    });
    Ok(pattern)
}

/// Compiles the pattern in argument 0 of `regex` or `regexall`, whose groups must all have names or none.
pub(in super::super) fn with_groups(source: &str) -> Result<(Rc<Pattern>, Groups), Fault> {
    let invalid = |why: String| Fault::arg(0, format!("invalid regexp pattern: {why}"));
    let pattern =
        compile(source).map_err(|error| invalid(format!("{} in {}", error.code, error.part)))?;
    let named = pattern.names.iter().filter(|name| !name.is_empty()).count();
    if named > 0 && named < pattern.names.len() {
        return Err(invalid("cannot mix both named and unnamed capture groups".to_owned()));
    }
    Ok((Rc::clone(&pattern), Groups { pattern }))
}

impl Pattern {
    pub(in super::super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex.captures(text)
    }

    pub(in super::super) fn captures_iter<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = Captures<'t>> {
        self.regex.captures_iter(text)
    }

    /// The text with every match replaced. In `template`, `$1`, `$name` and `${name}` stand for groups, the longest
    /// possible name being taken, and `$$` for a dollar sign.
    pub(in super::super) fn replace_all(
        &self,
        text: &str,
        template: &str,
        env: &mut Env<'_>,
    ) -> Result<String, Fault> {
        let mut out = String::new();
        let mut done = 0;
        for captures in self.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            let before = out.len();
            out.push_str(&text[done..whole.start()]);
            self.expand(template, &captures, &mut out);
            done = whole.end();
            env.charge(out.len() - before)?;
        }
        out.push_str(&text[done..]);
        Ok(out)
    }

    fn expand(&self, template: &str, captures: &Captures<'_>, out: &mut String) {
        let mut rest = template;
        while let Some((literal, after)) = rest.split_once('$') {
            out.push_str(literal);
            if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            match reference(after) {
                Some((name, after)) => {
                    out.push_str(self.group(name, captures));
                    rest = after;
                }
                None => {
                    out.push('$');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
    }

    /// What the group with this name or number matched. Of several with one name, the first that took part counts.
    fn group<'t>(&self, name: &str, captures: &Captures<'t>) -> &'t str {
        let is_number =
            name.bytes().all(|b| b.is_ascii_digit()) && (name.len() == 1 || !name.starts_with('0'));
        let found = if is_number {
            name.parse().ok().and_then(|number| captures.get(number))
        } else {
            let same = self.names.iter().enumerate().filter(|(_, have)| *have == name);
            same.filter_map(|(at, _)| captures.get(at + 1)).next()
        };
        found.map_or("", |group| group.as_str())
    }
}

/// The group that a template refers to after a dollar sign, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let braced = text.strip_prefix('{');
    let text = braced.unwrap_or(text);
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = if braced.is_some() { rest.strip_prefix('}')? } else { rest };
    (!name.is_empty()).then_some((name, rest))
}

impl Groups {
    /// The type of what a match becomes.
    pub(in super::super) fn result_type(&self) -> Type {
        let names = &self.pattern.names;
        match names.first() {
            None => Type::STRING,
            Some(first) if first.is_empty() => Type::tuple(names.iter().map(|_| Type::STRING)),
            Some(_) => Type::object(names.iter().map(|name| (name, Type::STRING))),
        }
    }

    /// What a match becomes: itself, or a tuple or object of what the groups matched.
    pub(in super::super) fn result(&self, captures: &Captures<'_>) -> Value {
        let names = &self.pattern.names;
        let group = |number: usize| match captures.get(number) {
            Some(group) => Value::from(group.as_str()),
            None => Value::null(Type::STRING),
        };
        match names.first() {
            None => group(0),
            Some(first) if first.is_empty() => Value::tuple((1..=names.len()).map(group)),
            Some(_) => {
                Value::object(names.iter().enumerate().map(|(at, name)| (name, group(at + 1))))
            }
        }
    }
}

impl PatternError {
    fn new(code: &'static str, part: &str) -> Self {
        Self { code, part: part.to_owned() }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error parsing regexp: {}: `{}`", self.code, self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(pattern: &str, text: &str) -> String {
        match compile(pattern) {
            Ok(pattern) => pattern
                .captures(text)
                .map_or("no match".to_owned(), |captures| captures[0].to_owned()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn classes_are_of_ascii() {
        assert_eq!(first(r"\d+", "٣3"), "3");
        assert_eq!(first(r"\w+", "éa_1é"), "a_1");
        assert_eq!(first(r"[^\W\d]+", "1é_a"), "_a");
        assert_eq!(first(r"\s+", "\u{a0}\u{b} \t"), " \t");
        assert_eq!(first(r"a\b", "aé"), "a");
        assert_eq!(first(r"\Bb", "ab"), "b");
        assert_eq!(first(r"[[:alpha:]]+", "éab"), "ab");
        assert_eq!(first(r"[[:^alpha:]x]+", "ax1"), "x1");
    }

    #[test]
    fn what_only_one_syntax_has_is_translated() {
        for (pattern, text, expected) in [
            (r"\Qa.b\E.", "axb a.bc", "a.bc"),
            (r"\Q.", "x.", "."),
            (r"\101\x42\x{43}", "ABC", "ABC"),
            (r"a{,2}", "a{,2}", "a{,2}"),
            ("a{x", "a{x", "a{x"),
            ("{", "{", "{"),
            ("a{2}", "aaa", "aa"),
            (r"\<a\>", "<a>", "<a>"),
            (r"\_\%\-", "_%-", "_%-"),
            ("[a&&b]+", "x&a", "&a"),
            ("[[a]+", "x[a", "[a"),
            ("[a~~b]+", "~-", "~"),
            (r"[\d-z]+", "1-z", "1-z"),
            ("[]a]+", "]a", "]a"),
            ("[^]a]+", "]b", "b"),
            ("[a-]+", "-a", "-a"),
            (r"\p{^Greek}+", "αb", "b"),
            (r"\pL\PL", "a1", "a1"),
            ("(?P<1a>x)(?P<1a>y)", "xy", "xy"),
            ("(?<n>x)", "x", "x"),
            ("(?i:A)b", "ab", "ab"),
            ("(?U)a+", "aa", "a"),
            ("(?s).$", "a\n", "\n"),
            ("#  x", "#  x", "#  x"),
        ] {
            assert_eq!(first(pattern, text), expected, "{pattern}");
        }
    }

    #[test]
    fn mistakes_are_named_as_go_names_them() {
        for (pattern, expected) in [
            ("(", "missing closing ): `(`"),
            ("a)", "unexpected ): `a)`"),
            ("[a", "missing closing ]: `[a`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("a|*", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("a{2,1}", "invalid repeat count: `{2,1}`"),
            ("[z-a]", "invalid character class range: `z-a`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            (r"\8", r"invalid escape sequence: `\8`"),
            (r"\1", r"invalid escape sequence: `\1`"),
            (r"\y", r"invalid escape sequence: `\y`"),
            (r"\C", r"invalid escape sequence: `\C`"),
            (r"[\b]", r"invalid escape sequence: `\b`"),
            (r"\p{Nope}", r"invalid character class range: `\p{Nope}`"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?<=a)", "invalid named capture: `(?<=a)`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
            ("(?P<a", "invalid named capture: `(?P<a`"),
            ("(?P<a-b>x)", "invalid named capture: `(?P<a-b>`"),
            ("a\\", "trailing backslash at end of expression: ``"),
        ] {
            assert_eq!(
                first(pattern, ""),
                format!("error parsing regexp: {expected}"),
                "{pattern}"
            );
        }
    }

    #[test]
    fn size_and_depth_are_bounded() {
        assert!(first("((a{100}){100}){100}", "").contains("repeat count"));
        let deep = "(".repeat(5_000) + &")".repeat(5_000);
        assert!(first(&deep, "").contains("nests too deeply"));
        let long = "a?".repeat(20_000) + &"a".repeat(20_000);
        assert!(first(&long, "a").len() < 100_000);
    }

    #[test]
    fn references_take_the_longest_name() {
        assert_eq!(reference("1x-"), Some(("1x", "-")));
        assert_eq!(reference("{1}x"), Some(("1", "x")));
        assert_eq!(reference("{1"), None);
        assert_eq!(reference("-"), None);
    }
}
