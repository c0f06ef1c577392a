//! Constraints: which versions will do.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use super::{ConstraintError, Version, parse};

/// How a version must compare to the one that is named. Declared in the order in which constraints on the same
/// version are printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    Greater,
    GreaterOrEqual,
    Equal,
    /// `~>`: this version or a later one, of which only the last number that was written is another.
    Pessimistic,
    LessOrEqual,
    Less,
    NotEqual,
}

impl Operator {
    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "=",
            Self::Pessimistic => "~>",
            Self::LessOrEqual => "<=",
            Self::Less => "<",
            Self::NotEqual => "!=",
        }
    }
}

/// An operator and a version.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Constraint {
    pub operator: Operator,
    pub version: Version,
    /// With `~>`, how many leading numbers are fixed: those before the last that was written.
    fixed: usize,
}

/// How a version fares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Met,
    /// Not met, and every constraint that is not met asks for an earlier version.
    TooLate,
    Unmet,
}

/// Constraints that must all hold. None at all hold for every version.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Constraints(Vec<Constraint>);

impl Constraint {
    /// Whether the version will do, without regard to its being a prerelease.
    fn admits(&self, version: &Version) -> bool {
        let order = version.precedence(&self.version);
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Pessimistic => {
                let part =
                    |v: &Version| v.segments().iter().copied().take(self.fixed).collect::<Vec<_>>();
                order.is_ge() && part(version) == part(&self.version)
            }
        }
    }

    fn verdict(&self, version: &Version) -> Verdict {
        if self.admits(version) {
            return Verdict::Met;
        }
        let bounds_above = match self.operator {
            Operator::Greater | Operator::GreaterOrEqual | Operator::NotEqual => false,
            Operator::Less | Operator::LessOrEqual => true,
            Operator::Equal | Operator::Pessimistic => {
                version.precedence(&self.version) == Ordering::Greater
            }
        };
        if bounds_above { Verdict::TooLate } else { Verdict::Unmet }
    }
}

impl Constraints {
    /// No constraint.
    pub const NONE: Self = Self(Vec::new());

    /// Reads constraints separated by commas.
    ///
    /// # Errors
    /// At the first thing that is none.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        let mut found = Vec::new();
        let mut at = 0;
        for part in text.split(',') {
            found.push(one(part, at)?);
            at += part.len() + 1;
        }
        Ok(Self(found))
    }

    /// The same as a constraint on a provider, where `~> 3` means `~> 3.0`. Elsewhere it means `>= 3`.
    #[must_use]
    pub fn for_provider(mut self) -> Self {
        for constraint in self.0.iter_mut().filter(|c| c.operator == Operator::Pessimistic) {
            constraint.fixed = constraint.fixed.max(1);
        }
        self
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Constraint> {
        self.0.iter()
    }

    /// Asks for what the other asks for as well.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// Whether a published version will do. A prerelease does only where it is named by `=`: nobody gets one by chance.
    #[must_use]
    pub fn matches(&self, version: &Version) -> bool {
        let is_named =
            |c: &Constraint| c.operator == Operator::Equal && c.version.precedence(version).is_eq();
        self.0.iter().all(|c| c.admits(version))
            && (!version.is_prerelease() || self.0.iter().any(is_named))
    }

    /// As [`Constraints::matches`], and whether it fails only because the version is too late.
    #[must_use]
    pub fn verdict(&self, version: &Version) -> Verdict {
        self.0.iter().map(|c| c.verdict(version)).fold(Verdict::Met, |all, one| match (all, one) {
            (Verdict::Unmet, _) | (_, Verdict::Unmet) => Verdict::Unmet,
            (Verdict::TooLate, _) | (_, Verdict::TooLate) => Verdict::TooLate,
            (Verdict::Met, Verdict::Met) => Verdict::Met,
        })
    }
}

/// The one form in which lock files have constraints: no duplicates, by version and then operator.
impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted: Vec<&Constraint> = self.0.iter().collect();
        sorted.sort_by(|a, b| {
            (&a.version, a.operator).cmp(&(&b.version, b.operator)).then(b.fixed.cmp(&a.fixed))
        });
        sorted.dedup();
        for (i, constraint) in sorted.into_iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{constraint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operator {
            Operator::Equal => write!(f, "{}", self.version),
            Operator::Pessimistic => {
                f.write_str("~> ")?;
                self.version.write(f, self.fixed + 1)
            }
            other => write!(f, "{} {}", other.symbol(), self.version),
        }
    }
}

/// Reads one constraint that stands at byte `at`.
fn one(part: &str, at: usize) -> Result<Constraint, ConstraintError> {
    let text = part.trim();
    let start = at + (part.len() - part.trim_start().len());
    let range = |from: usize, to: usize| span(start + from, start + to);
    if text.is_empty() {
        return Err(ConstraintError::Empty { range: span(at, at + part.len()) });
    }
    let is_sign = |c: char| "=!<>~^|".contains(c);
    let signs = text.len() - text.trim_start_matches(is_sign).len();
    let operator = operator(&text[..signs], range(0, signs))?;
    let rest = text[signs..].trim_start();
    let offset = text.len() - rest.len();
    if rest.is_empty() {
        return Err(ConstraintError::Empty { range: range(offset, text.len()) });
    }
    if let Some(blank) = rest.find(|c: char| c.is_whitespace() || is_sign(c)) {
        let found = rest[blank..].trim();
        let from = text.len() - found.len();
        return Err(ConstraintError::Separator {
            found: found.into(),
            range: range(from, text.len()),
        });
    }
    if let Some(meant) = without_wildcards(rest) {
        return Err(ConstraintError::Wildcard { meant, range: range(offset, text.len()) });
    }
    let (version, written) = parse(rest).map_err(|error| ConstraintError::Version {
        found: rest.to_owned(),
        error,
        range: range(offset, text.len()),
    })?;
    let fixed = if operator == Operator::Pessimistic { written - 1 } else { 0 };
    Ok(Constraint { operator, version, fixed })
}

fn operator(text: &str, range: Range<u32>) -> Result<Operator, ConstraintError> {
    let meant = match text {
        "" | "=" => return Ok(Operator::Equal),
        "!=" => return Ok(Operator::NotEqual),
        ">" => return Ok(Operator::Greater),
        ">=" => return Ok(Operator::GreaterOrEqual),
        "<" => return Ok(Operator::Less),
        "<=" => return Ok(Operator::LessOrEqual),
        "~>" => return Ok(Operator::Pessimistic),
        "=>" => Some(">="),
        "=<" => Some("<="),
        "==" => Some("="),
        "^" | "~" | "~=" => Some("~>"),
        "<>" | "!" => Some("!="),
        _ => None,
    };
    Err(ConstraintError::Operator { found: text.to_owned(), meant, range })
}

/// What to write in place of `1.2.x`: `~> 1.2.0`. Nothing where there is no wildcard.
fn without_wildcards(version: &str) -> Option<String> {
    let is_wildcard = |part: &str| matches!(part, "*" | "x" | "X");
    let parts: Vec<&str> = version.split('.').collect();
    let fixed = parts.iter().position(|part| is_wildcard(part))?;
    Some(match fixed {
        0 => ">= 0.0.0".to_owned(),
        n => format!("~> {}.0", parts[..n].join(".")),
    })
}

fn span(start: usize, end: usize) -> Range<u32> {
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    offset(start)..offset(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constraints(text: &str) -> Constraints {
        Constraints::parse(text).unwrap()
    }

    fn admitted<'v>(text: &str, versions: &[&'v str]) -> Vec<&'v str> {
        let wanted = constraints(text);
        let fits = |v: &&&str| wanted.matches(&Version::parse(v).unwrap());
        versions.iter().filter(fits).copied().collect()
    }

    #[test]
    fn pessimism_depends_on_how_much_is_written() {
        let versions = ["0.9.0", "1.0.0", "1.2.2", "1.2.3", "1.2.9", "1.3.0", "2.0.0"];
        assert_eq!(
            admitted("~> 1", &versions),
            ["1.0.0", "1.2.2", "1.2.3", "1.2.9", "1.3.0", "2.0.0"]
        );
        assert_eq!(admitted("~> 1.2", &versions), ["1.2.2", "1.2.3", "1.2.9", "1.3.0"]);
        assert_eq!(admitted("~> 1.2.3", &versions), ["1.2.3", "1.2.9"]);
        assert_eq!(admitted(">= 1.2, != 1.2.3, < 2", &versions), ["1.2.2", "1.2.9", "1.3.0"]);
        assert_eq!(admitted("v1.2.3", &versions), ["1.2.3"]);
        let provider = constraints("~> 1").for_provider();
        assert!(!provider.matches(&Version::new(2, 0, 0)));
    }

    #[test]
    fn nobody_gets_a_prerelease_by_chance() {
        let versions = ["1.0.0-beta1", "1.0.0", "1.1.0-rc1"];
        assert_eq!(admitted(">= 0.9", &versions), ["1.0.0"]);
        assert_eq!(admitted(">= 1.0.0-alpha", &versions), ["1.0.0"]);
        assert_eq!(admitted("1.0.0-beta1", &versions), ["1.0.0-beta1"]);
        assert_eq!(admitted("!= 1.0.0", &versions), Vec::<&str>::new());
    }

    #[test]
    fn the_verdict_tells_too_late_from_unmet() {
        let verdict = |text: &str| constraints(text).verdict(&Version::new(1, 16, 0));
        assert_eq!(verdict(">= 1.3, < 2.0"), Verdict::Met);
        assert_eq!(verdict("< 1.6"), Verdict::TooLate);
        assert_eq!(verdict("= 1.5.7"), Verdict::TooLate);
        assert_eq!(verdict("~> 1.5.0"), Verdict::TooLate);
        assert_eq!(verdict(">= 99"), Verdict::Unmet);
        assert_eq!(verdict("~> 2.0"), Verdict::Unmet);
        assert_eq!(verdict("< 1.6, >= 99"), Verdict::Unmet);
        assert_eq!(verdict("!= 1.16.0"), Verdict::Unmet);
    }

    #[test]
    fn errors_name_the_bytes_and_what_was_meant() {
        let error = |text: &str| {
            let error = Constraints::parse(text).unwrap_err();
            let range = error.range();
            format!("{}: {error}", &text[range.start as usize..range.end as usize])
        };
        assert_eq!(error(">= 1, => 2"), "=>: there is no operator \"=>\"; did you mean \">=\"?");
        assert_eq!(
            error("1.2.x"),
            "1.2.x: version constraints have no wildcards; did you mean \"~> 1.2.0\"?"
        );
        assert_eq!(
            error(">= 1 < 2"),
            "< 2: \"< 2\" is unexpected; constraints that must all hold are separated by commas"
        );
        assert_eq!(
            error("latest"),
            "latest: \"latest\" is no version: a version is numbers separated by dots, like 1.2.3"
        );
        assert_eq!(
            error(">= 1,"),
            ": a version constraint is expected, like \">= 1.2.0\" or \"~> 1.2\""
        );
    }

    #[test]
    fn constraints_are_printed_sorted_and_once() {
        let printed = |text: &str| constraints(text).to_string();
        assert_eq!(printed("~>3"), "~> 3");
        assert_eq!(constraints("~>3").for_provider().to_string(), "~> 3.0");
        assert_eq!(printed("~> 1.2-beta"), "~> 1.2-beta");
        assert_eq!(printed("< 4, >= 3, >= 3.0.0"), ">= 3.0.0, < 4.0.0");
        assert_eq!(printed("~> 1.2.0, ~> 1.2"), "~> 1.2.0, ~> 1.2");
    }
}
