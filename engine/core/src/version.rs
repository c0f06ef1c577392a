//! Versions of modules, providers and tools, and constraints on them.
//!
//! Both are read leniently, as Terraform reads them in configurations (a leading `v`, any number of segments, blanks
//! around operators), and printed in the one form that lock files have. Facts: Semantic Versioning 2.0.0 §9–11, and
//! Terraform's documentation of version constraints.

mod constraint;
mod error;

use std::cmp::Ordering;
use std::fmt;

pub use constraint::{Constraint, Constraints, Operator, Verdict};
pub use error::{ConstraintError, VersionError};

/// A version: numbers, perhaps a prerelease, perhaps build metadata.
///
/// Versions are ordered by precedence; metadata, which has none, decides between versions that are otherwise equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// At least three; missing ones are zero. More than three only where they are written and not all zero.
    segments: Vec<u64>,
    prerelease: Box<str>,
    metadata: Box<str>,
}

impl Version {
    /// The release `major.minor.patch`.
    #[must_use]
    pub fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self {
            segments: vec![major, minor, patch],
            prerelease: Box::default(),
            metadata: Box::default(),
        }
    }

    /// # Errors
    /// Where the text is no version.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        parse(text).map(|(version, _)| version)
    }

    /// What follows the dash: `beta.1`; empty for a release.
    #[must_use]
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// What follows the plus sign.
    #[must_use]
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// The numbers, at least three of them.
    #[must_use]
    pub fn segments(&self) -> &[u64] {
        &self.segments
    }

    /// Which of two versions is the later one. Metadata does not count.
    #[must_use]
    pub fn precedence(&self, other: &Self) -> Ordering {
        let segment = |v: &Self, i: usize| v.segments.get(i).copied().unwrap_or(0);
        let longest = self.segments.len().max(other.segments.len());
        (0..longest)
            .map(|i| segment(self, i).cmp(&segment(other, i)))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }
}

impl Version {
    /// Writes the version with its first `segments` numbers.
    fn write(&self, f: &mut fmt::Formatter<'_>, segments: usize) -> fmt::Result {
        for (i, segment) in self.segments.iter().take(segments).enumerate() {
            let dot = if i == 0 { "" } else { "." };
            write!(f, "{dot}{segment}")?;
        }
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// A version, and how many segments it was written with, which is what `~>` goes by.
fn parse(text: &str) -> Result<(Version, usize), VersionError> {
    let (rest, metadata) = match text.split_once('+') {
        Some((rest, metadata)) => (rest, identifiers(metadata).ok_or(VersionError::Metadata)?),
        None => (text, ""),
    };
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    // A prerelease that starts with a letter needs no dash before it.
    let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
    let (numbers, prerelease) = rest.split_at(end);
    let prerelease = if prerelease.is_empty() {
        prerelease
    } else {
        let given = prerelease.strip_prefix('-').unwrap_or(prerelease);
        identifiers(given).ok_or(VersionError::Prerelease)?
    };
    let mut segments = Vec::with_capacity(3);
    for segment in numbers.split('.') {
        segments.push(match segment {
            "" => return Err(VersionError::Segment),
            digits => digits.parse().map_err(|_| VersionError::TooLarge)?,
        });
    }
    let written = segments.len();
    while segments.len() > 3 && segments.last() == Some(&0) {
        segments.pop();
    }
    segments.resize(segments.len().max(3), 0);
    let version = Version { segments, prerelease: prerelease.into(), metadata: metadata.into() };
    Ok((version, written))
}

/// The text, where it is identifiers joined by dots.
fn identifiers(text: &str) -> Option<&str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '~';
    text.split('.').all(|part| !part.is_empty() && part.chars().all(fits)).then_some(text)
}

/// A release comes after its prereleases; these go by their identifiers, numbers before words.
fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.split('.').map(Identifier::new).cmp(b.split('.').map(Identifier::new)),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identifier<'a> {
    Number(u64),
    Word(&'a str),
}

impl<'a> Identifier<'a> {
    fn new(text: &'a str) -> Self {
        text.parse().map_or(Self::Word(text), Self::Number)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.precedence(other)
            .then_with(|| self.prerelease.cmp(&other.prerelease))
            .then_with(|| self.metadata.cmp(&other.metadata))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, self.segments.len())
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn versions_are_read_leniently_and_printed_in_one_form() {
        for (given, printed) in [
            ("1", "1.0.0"),
            ("v1.2", "1.2.0"),
            ("1.2.3.4", "1.2.3.4"),
            ("1.2.0.0", "1.2.0"),
            ("1.2.3-beta.1+build.5", "1.2.3-beta.1+build.5"),
            ("1.2.3beta", "1.2.3-beta"),
        ] {
            assert_eq!(version(given).to_string(), printed);
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for (given, error) in [
            ("", VersionError::Segment),
            ("1..2", VersionError::Segment),
            ("1.x", VersionError::Segment),
            ("1.2-", VersionError::Prerelease),
            ("1.2-a..b", VersionError::Prerelease),
            ("1.2+", VersionError::Metadata),
            ("99999999999999999999", VersionError::TooLarge),
        ] {
            assert_eq!(Version::parse(given), Err(error), "{given}");
        }
    }

    /// The example of Semantic Versioning §11.4, in ascending order.
    #[test]
    fn precedence_is_that_of_semantic_versioning() {
        let ascending = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.0.1",
        ];
        for pair in ascending.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        assert_eq!(version("1.0.0+a").precedence(&version("1.0.0+b")), Ordering::Equal);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(text in "[0-9]{1,3}(\\.[0-9]{1,3}){0,4}(-[a-z0-9]{1,4}(\\.[a-z0-9]{1,4})?)?(\\+[a-z]{1,3})?") {
            let once = version(&text);
            prop_assert_eq!(version(&once.to_string()), once);
        }
    }
}
