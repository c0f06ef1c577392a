//! What a command says of itself.

use super::Matches;
use crate::session::{Outcome, Session};

/// A command, or a group of commands that has none of its own.
#[derive(Debug)]
pub struct Command {
    /// As it is typed: `state mv`.
    pub name: &'static str,
    /// One line, for the list of commands.
    pub about: &'static str,
    /// Paragraphs, separated by an empty line.
    pub details: &'static str,
    pub arguments: Arguments,
    pub flags: &'static [Flag],
    pub run: Run,
}

/// What a command does.
pub type Run = fn(&mut Session, &Matches) -> Outcome;

/// What may follow the flags.
#[derive(Clone, Copy, Debug)]
pub struct Arguments {
    /// As the help shows them: `SOURCE DESTINATION`.
    pub usage: &'static str,
    pub least: usize,
    pub most: usize,
}

impl Arguments {
    pub const NONE: Self = Self { usage: "", least: 0, most: 0 };

    #[must_use]
    pub const fn exactly(count: usize, usage: &'static str) -> Self {
        Self { usage, least: count, most: count }
    }

    #[must_use]
    pub const fn between(least: usize, most: usize, usage: &'static str) -> Self {
        Self { usage, least, most }
    }
}

/// A flag.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    pub name: &'static str,
    pub takes: Takes,
    pub about: &'static str,
}

impl Flag {
    #[must_use]
    pub const fn new(name: &'static str, takes: Takes, about: &'static str) -> Self {
        Self { name, takes, about }
    }

    /// As the help shows it: `-lock=false`, `-var NAME=VALUE`.
    #[must_use]
    pub fn shown(&self) -> String {
        let name = self.name;
        match self.takes {
            Takes::Switch => format!("-{name}"),
            Takes::Off => format!("-{name}=false"),
            Takes::Many("NAME=VALUE") => format!("-{name} 'NAME=VALUE'"),
            Takes::Text(what) | Takes::Many(what) => format!("-{name}={what}"),
            Takes::Number => format!("-{name}=N"),
            Takes::Duration => format!("-{name}=TIME"),
        }
    }
}

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// Nothing: it is off, and on when it is given.
    Switch,
    /// Nothing: it is on unless it is given as `-flag=false`.
    Off,
    /// A text, of which the last one counts. The word stands for it in the help.
    Text(&'static str),
    /// A text, as often as one likes.
    Many(&'static str),
    /// A whole number from 0 on.
    Number,
    /// A duration as Go writes it.
    Duration,
}

impl Takes {
    #[must_use]
    pub fn is_switch(self) -> bool {
        matches!(self, Self::Switch | Self::Off)
    }
}
