//! The command line: what was typed to what is meant.
//!
//! Every command describes itself in a [`Command`]: its flags, arguments and help. Parsing, help, completions and man
//! pages read the same tables, so that none of them can know a flag that another does not.
//!
//! Flags are Terraform's, whose parser is Go's: `-flag`, `-flag=value` and `-flag value`, with one dash or two. Unlike
//! there, flags may also follow arguments.

mod command;
mod help;
mod matches;
mod parse;
mod words;

pub use command::{Arguments, Command, Flag, Run, Takes};
pub use help::{help, overview};
pub use matches::Matches;
pub use parse::{Invocation, UsageError, invocation, parse};
pub use words::{inject, split_words};

/// The flags that several commands share.
pub mod shared {
    use super::{Flag, Takes};

    pub const NO_COLOR: Flag = Flag::new("no-color", Takes::Switch, "Show no colors.");
    pub const JSON: Flag = Flag::new("json", Takes::Switch, "Print JSON, for tools to read.");
    pub const INPUT: Flag = Flag::new(
        "input",
        Takes::Off,
        "Do not ask for anything. What would have to be asked for is an error.",
    );
    pub const LOCK: Flag = Flag::new(
        "lock",
        Takes::Off,
        "Do not lock the state. Two commands that change it at once are then not kept apart.",
    );
    pub const LOCK_TIMEOUT: Flag = Flag::new(
        "lock-timeout",
        Takes::Duration,
        "How long to wait for a lock that another command holds: 10s, 5m. Without it, not at all.",
    );
    pub const VAR: Flag = Flag::new(
        "var",
        Takes::Many("NAME=VALUE"),
        "Set an input variable of the root module. May be given several times.",
    );
    pub const VAR_FILE: Flag = Flag::new(
        "var-file",
        Takes::Many("FILE"),
        "Read input variables from a file, besides terraform.tfvars and *.auto.tfvars. May be given several times.",
    );
    pub const STATE: Flag = Flag::new(
        "state",
        Takes::Text("FILE"),
        "Use this state file instead of the stack's own state.",
    );
    pub const STATE_OUT: Flag = Flag::new(
        "state-out",
        Takes::Text("FILE"),
        "Write the state to this file, and leave the one that was read as it is.",
    );
    pub const BACKUP: Flag = Flag::new(
        "backup",
        Takes::Text("FILE"),
        "Where a copy of the state file from before is put; \"-\" for none. History keeps one in any case.",
    );
    pub const IGNORE_REMOTE_VERSION: Flag = Flag::new(
        "ignore-remote-version",
        Takes::Switch,
        "Accepted for the sake of scripts; it has a meaning for HCP Terraform only.",
    );
    pub const TEST_DIRECTORY: Flag =
        Flag::new("test-directory", Takes::Text("DIR"), "Where tests are, if not in \"tests\".");
}
