//! What was given on a command line.

use std::time::Duration;

use wb_core::time::parse_duration;

/// Flags and arguments, each in the order in which they were given.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Matches {
    pub(super) flags: Vec<(&'static str, String)>,
    pub(super) arguments: Vec<String>,
}

impl Matches {
    /// Whether a switch is on; the last one given counts.
    #[must_use]
    pub fn switch(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| boolean(value) == Some(true))
    }

    /// Whether a switch is on that is on unless it is turned off.
    #[must_use]
    pub fn unless_off(&self, name: &str) -> bool {
        self.text(name).is_none_or(|value| boolean(value) == Some(true))
    }

    /// The value of a flag, the last one given.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.flags.iter().rfind(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// All values of a flag.
    pub fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m str> {
        self.flags.iter().filter(move |(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// All flags with their values.
    pub fn flags(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.flags.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The same with one more flag.
    #[must_use]
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut more = self.clone();
        more.flags.push((name, value.to_owned()));
        more
    }

    /// The same without a flag.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut others = self.clone();
        others.flags.retain(|(n, _)| *n != name);
        others
    }

    #[must_use]
    pub fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }

    #[must_use]
    pub fn duration(&self, name: &str) -> Option<Duration> {
        duration(self.text(name)?)
    }

    #[must_use]
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// An argument by its place.
    #[must_use]
    pub fn argument(&self, index: usize) -> Option<&str> {
        self.arguments.get(index).map(String::as_str)
    }
}

/// What Go takes for a truth value.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

pub(super) fn duration(text: &str) -> Option<Duration> {
    let nanoseconds = parse_duration(text)?;
    Some(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0)))
}
