//! Which command is meant, and with what.

use std::fmt;

use wb_hcl::suggest;

use super::matches::{boolean, duration};
use super::shared::NO_COLOR;
use super::{Command, Flag, Matches, Takes};

/// What stands before the command, and which one it is.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Invocation {
    pub chdir: Option<String>,
    /// Help is asked for, before or after the command.
    pub help: bool,
    pub version: bool,
    /// The command's words and what follows them.
    pub rest: Vec<String>,
}

/// What is wrong with a command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UsageError {
    UnknownCommand { name: String, meant: Option<&'static str> },
    UnknownGlobal { flag: String },
    UnknownFlag { flag: String, meant: Option<&'static str> },
    NoValue { flag: String },
    InvalidValue { flag: &'static str, value: String, wanted: &'static str },
    Missing { usage: &'static str },
    TooMany { usage: &'static str, first: String },
}

impl UsageError {
    #[must_use]
    pub fn summary(&self) -> &'static str {
        match self {
            Self::UnknownCommand { .. } => "Unknown command",
            Self::Missing { .. } => "Too few command line arguments",
            Self::TooMany { .. } => "Too many command line arguments",
            _ => "Failed to parse command-line flags",
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownCommand { meant: Some(name), .. } => {
                Some(format!("Did you mean {name:?}?"))
            }
            Self::UnknownFlag { meant: Some(name), .. } => Some(format!("Did you mean -{name}?")),
            Self::TooMany { usage: "", .. } => Some(
                "To work in another folder, use the flag -chdir before the command.".to_owned(),
            ),
            _ => None,
        }
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand { name, .. } => write!(f, "wb has no command named {name:?}."),
            Self::UnknownGlobal { flag } => {
                write!(f, "The flag {flag} is not one that stands before a command.")
            }
            Self::UnknownFlag { flag, .. } => write!(f, "flag provided but not defined: -{flag}"),
            Self::NoValue { flag } => write!(f, "flag needs an argument: -{flag}"),
            Self::InvalidValue { flag, value, wanted } => {
                write!(f, "invalid value {value:?} for flag -{flag}: {wanted} is needed")
            }
            Self::Missing { usage } => write!(f, "This command needs {usage}."),
            Self::TooMany { usage: "", first } => {
                write!(f, "This command takes no arguments, but there is {first:?}.")
            }
            Self::TooMany { usage, first } => {
                write!(f, "This command takes {usage}, and there is {first:?} besides.")
            }
        }
    }
}

impl std::error::Error for UsageError {}

/// Reads what stands before the command, and the command itself.
///
/// # Errors
/// For a flag that does not belong there.
pub fn invocation(args: Vec<String>) -> Result<Invocation, UsageError> {
    let mut found = Invocation::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match strip_dashes(&arg) {
            None => {
                found.rest.push(arg);
                found.rest.extend(args);
                // The words of a command may ask for help too, whatever else is wrong with them.
                let flags = found.rest.iter().take_while(|word| *word != "--");
                found.help |= flags.into_iter().any(|word| is_help(word));
                break;
            }
            Some("help" | "h") => found.help = true,
            Some("version" | "v") => found.version = true,
            Some("chdir") => {
                let dir = args.next().ok_or(UsageError::NoValue { flag: "chdir".to_owned() })?;
                found.chdir = Some(dir);
            }
            Some(flag) => match flag.strip_prefix("chdir=") {
                Some(dir) => found.chdir = Some(dir.to_owned()),
                None => return Err(UsageError::UnknownGlobal { flag: arg }),
            },
        }
    }
    Ok(found)
}

fn is_help(word: &str) -> bool {
    matches!(word, "-help" | "--help" | "-h")
}

/// The name and value of a flag; nothing for what is none.
fn strip_dashes(arg: &str) -> Option<&str> {
    let rest = arg.strip_prefix('-')?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    (!rest.is_empty()).then_some(rest)
}

/// Reads the flags and arguments of a command.
///
/// # Errors
/// For what it does not know or cannot use.
pub fn parse(command: &Command, args: &[String]) -> Result<Matches, UsageError> {
    let mut found = Matches::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(text) = strip_dashes(arg) else {
            if arg == "--" {
                found.arguments.extend(args.by_ref().cloned());
            } else {
                found.arguments.push(arg.clone());
            }
            continue;
        };
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let flag = find(command, name)?;
        let value = match (value, flag.takes.is_switch()) {
            (Some(value), _) => value,
            (None, true) => "true".to_owned(),
            (None, false) => {
                let next = args.next().cloned();
                next.ok_or_else(|| UsageError::NoValue { flag: name.to_owned() })?
            }
        };
        check(flag, &value)?;
        found.flags.push((flag.name, value));
    }
    let arguments = command.arguments;
    if found.arguments.len() < arguments.least {
        return Err(UsageError::Missing { usage: arguments.usage });
    }
    match found.arguments.get(arguments.most) {
        Some(first) => Err(UsageError::TooMany { usage: arguments.usage, first: first.clone() }),
        None => Ok(found),
    }
}

fn find(command: &Command, name: &str) -> Result<&'static Flag, UsageError> {
    // Who puts it in TF_CLI_ARGS means every command.
    if name == NO_COLOR.name {
        return Ok(&NO_COLOR);
    }
    command.flags.iter().find(|flag| flag.name == name).ok_or_else(|| UsageError::UnknownFlag {
        flag: name.to_owned(),
        meant: suggest::nearest(name, command.flags.iter().map(|flag| flag.name)),
    })
}

fn check(flag: &'static Flag, value: &str) -> Result<(), UsageError> {
    let (is_valid, wanted) = match flag.takes {
        Takes::Switch | Takes::Off => (boolean(value).is_some(), "true or false"),
        Takes::Text(_) | Takes::Many(_) => (true, ""),
        Takes::Number => (value.parse::<usize>().is_ok(), "a whole number"),
        Takes::Duration => (duration(value).is_some(), "a duration such as 30s"),
    };
    if is_valid {
        return Ok(());
    }
    Err(UsageError::InvalidValue { flag: flag.name, value: value.to_owned(), wanted })
}

#[cfg(test)]
mod tests {
    use super::super::{Arguments, shared};
    use super::*;

    static PLAN: Command = Command {
        name: "plan",
        about: "",
        details: "",
        arguments: Arguments::between(0, 1, "a FILE"),
        flags: &[
            shared::LOCK,
            shared::JSON,
            shared::VAR,
            Flag::new("out", Takes::Text("FILE"), ""),
            Flag::new("parallelism", Takes::Number, ""),
        ],
        run: |_, _| Ok(crate::session::Status::SUCCESS),
    };

    fn words(text: &str) -> Vec<String> {
        text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
    }

    fn read(text: &str) -> String {
        match parse(&PLAN, &words(text)) {
            Ok(found) => {
                let flags: Vec<String> = found.flags().map(|(n, v)| format!("{n}={v}")).collect();
                format!("{} | {}", flags.join(" "), found.arguments().join(" "))
            }
            Err(error) => {
                format!("{}: {error} {}", error.summary(), error.help().unwrap_or_default())
            }
        }
    }

    #[test]
    fn flags_have_one_dash_or_two() {
        assert_eq!(
            read("-var a=b --var=c=d=e -json x -out f -lock=false"),
            "var=a=b var=c=d=e json=true out=f lock=false | x"
        );
        assert_eq!(read("-json -- -x"), "json=true | -x");
        assert_eq!(read("-out -json -"), "out=-json | -", "a value may look like a flag");
    }

    #[test]
    fn every_command_can_do_without_colour() {
        let bare = Command { flags: &[], arguments: Arguments::between(0, 1, "a FILE"), ..PLAN };
        assert!(parse(&bare, &["-no-color".to_owned()]).unwrap().switch("no-color"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let flags = "Failed to parse command-line flags";
        assert_eq!(
            read("-jsn"),
            format!("{flags}: flag provided but not defined: -jsn Did you mean -json?")
        );
        assert_eq!(read("-out"), format!("{flags}: flag needs an argument: -out "));
        assert_eq!(
            read("-lock=maybe"),
            format!("{flags}: invalid value \"maybe\" for flag -lock: true or false is needed ")
        );
        assert_eq!(
            read("-parallelism=-1"),
            format!(
                "{flags}: invalid value \"-1\" for flag -parallelism: a whole number is needed "
            )
        );
        assert_eq!(
            read("a b"),
            "Too many command line arguments: This command takes a FILE, and there is \"b\" besides. "
        );
    }

    #[test]
    fn global_flags_stand_before_the_command() {
        let read = |text: &str| invocation(words(text));
        let found = read("-chdir=x plan -out=-help -chdir=y").unwrap();
        assert_eq!((found.chdir.as_deref(), found.help), (Some("x"), false));
        assert_eq!(found.rest, ["plan", "-out=-help", "-chdir=y"]);
        assert!(read("plan -nonsense -help").unwrap().help);
        assert!(read("--version").unwrap().version);
        assert!(read("-json plan").is_err());
    }
}
