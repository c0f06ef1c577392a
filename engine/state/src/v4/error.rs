//! Why a file cannot be read as a state, and where.

use std::fmt;

use wb_core::addr::AddrError;

/// A problem with a state file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadError {
    pub kind: ReadErrorKind,
    /// The byte at which it shows, where there is one.
    pub offset: Option<usize>,
    /// The line of that byte, from 1.
    pub line: Option<usize>,
    /// Its column, from 1, in bytes.
    pub column: Option<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadErrorKind {
    Empty,
    NotUtf8,
    /// Not JSON, or JSON of another shape.
    Syntax(String),
    TooDeep,
    NoVersion,
    /// Another format: its number, and the version of the program that says it wrote it.
    Version {
        version: String,
        creator: Option<String>,
    },
    /// OpenTofu's encrypted form.
    Encrypted,
    /// A member that no known program writes.
    UnknownMember(String),
    NoLineage,
    Mode {
        mode: String,
        resource: String,
    },
    Name {
        resource: String,
    },
    Address(AddrError),
    Provider {
        resource: String,
    },
    Key {
        resource: String,
        key: String,
    },
    Deposed {
        instance: String,
        key: String,
    },
    DuplicateObject(String),
    Status {
        instance: String,
        status: String,
    },
    SensitivePath {
        instance: String,
        why: String,
    },
    CheckResult(String),
    /// The member `wb` is not of this version's making.
    Member(String),
}

impl ReadError {
    pub(super) fn at(kind: ReadErrorKind, file: &[u8], offset: Option<usize>) -> Self {
        let before = offset.map(|o| &file[..o.min(file.len())]);
        let line = before.map(|text| text.iter().filter(|b| **b == b'\n').count() + 1);
        let column = before.map(|text| text.iter().rev().take_while(|b| **b != b'\n').count() + 1);
        Self { kind, offset, line, column }
    }

    /// What is wrong with the file of this name, after the place in it.
    #[must_use]
    pub fn in_file(&self, name: &dyn fmt::Display) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{name}:{line}:{column}: {}", self.kind),
            _ => format!("{name}: {}", self.kind),
        }
    }

    /// What the user can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match &self.kind {
            ReadErrorKind::Version { version, .. }
                if matches!(version.as_str(), "1" | "2" | "3") =>
            {
                "Terraform from 0.12 up to its newest version reads this format and writes the current one: run \
                 `terraform apply -refresh-only` once, then come back."
            }
            ReadErrorKind::Version { .. } => "Use a wb that knows this format.",
            ReadErrorKind::Encrypted => "Name its key in an `encryption` block.",
            ReadErrorKind::Member(_) => {
                "Use the version of wb that wrote the file, or a newer one."
            }
            _ => {
                "Restore the newest good snapshot, or the file from a backup; nothing was overwritten."
            }
        }
    }
}

impl fmt::Display for ReadErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty"),
            Self::NotUtf8 => f.write_str("the file is not UTF-8"),
            Self::Syntax(why) => write!(f, "the file is not a state in JSON: {why}"),
            Self::TooDeep => write!(f, "values nest deeper than {} levels", crate::MAX_DEPTH),
            Self::NoVersion => {
                f.write_str("the file does not say which format it has (no \"version\")")
            }
            Self::Version { version, creator } => {
                write!(f, "the file has state format {version}, and only format 4 is known")?;
                match creator {
                    Some(creator) => write!(f, "; Terraform {creator} wrote it"),
                    None => Ok(()),
                }
            }
            Self::Encrypted => f.write_str("the state is encrypted"),
            Self::UnknownMember(name) => {
                write!(f, "no program that writes state files writes a member \"{name}\"")
            }
            Self::NoLineage => f.write_str("the file has no lineage"),
            Self::Mode { mode, resource } => {
                write!(f, "resource {resource} has the mode \"{mode}\", which is not known")
            }
            Self::Name { resource } => {
                write!(f, "resource {resource} has a type or a name that none can have")
            }
            Self::Address(e) => write!(f, "{e}"),
            Self::Provider { resource } => {
                write!(f, "resource {resource} does not name its provider")
            }
            Self::Key { resource, key } => {
                write!(f, "resource {resource} has an instance with the key {key}, which is none")
            }
            Self::Deposed { instance, key } => {
                write!(
                    f,
                    "instance {instance} has a deposed object \"{key}\", which is no deposed key"
                )
            }
            Self::DuplicateObject(object) => write!(f, "{object} appears more than once"),
            Self::Status { instance, status } => {
                write!(f, "instance {instance} has the status \"{status}\", which is not known")
            }
            Self::SensitivePath { instance, why } => {
                write!(f, "instance {instance} has a sensitive path that cannot be read: {why}")
            }
            Self::CheckResult(why) => write!(f, "a check result cannot be read: {why}"),
            Self::Member(why) => write!(f, "the member \"wb\" cannot be read: {why}"),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let (Some(offset), Some(line)) = (self.offset, self.line) {
            write!(f, " (byte {offset}, line {line})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}
