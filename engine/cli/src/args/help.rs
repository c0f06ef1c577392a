//! Help, as text.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::Command;

const WIDTH: usize = 79;
/// Flags longer than this get a line of their own.
const WIDEST_FLAG: usize = 26;

/// The help of a command.
#[must_use]
pub fn help(command: &Command) -> String {
    let mut out = format!("Usage: wb [global options] {}", command.name);
    if !command.flags.is_empty() {
        out.push_str(" [options]");
    }
    if !command.arguments.usage.is_empty() {
        out.push(' ');
        out.push_str(command.arguments.usage);
    }
    out.push_str("\n\n");
    for paragraph in [command.about].into_iter().chain(command.details.split("\n\n")) {
        if !paragraph.is_empty() {
            wrap(paragraph, 2, 2, &mut out);
            out.push('\n');
        }
    }
    if !command.flags.is_empty() {
        out.push_str("Options:\n\n");
        let entries = command.flags.iter().map(|flag| (flag.shown(), flag.about));
        list(&entries.collect::<Vec<_>>(), &mut out);
    }
    out
}

/// The help of the program, or of a group of commands: what there is below.
#[must_use]
pub fn overview(group: &str, main: &[&Command], others: &[&Command]) -> String {
    let mut out = match group {
        "" => "Usage: wb [global options] <command> [args]\n".to_owned(),
        group => format!("Usage: wb [global options] {group} <command> [args]\n"),
    };
    let name = |c: &&Command| (c.name[group.len()..].trim_start().to_owned(), c.about);
    for (title, commands) in [("Main commands:", main), ("All other commands:", others)] {
        if commands.is_empty() {
            continue;
        }
        let title = if group.is_empty() { title } else { "Commands:" };
        let _ = writeln!(out, "\n{title}");
        list(&commands.iter().map(name).collect::<Vec<_>>(), &mut out);
    }
    if group.is_empty() {
        out.push_str("\nGlobal options (before the command):\n");
        let globals = [
            ("-chdir=DIR", "Work in another folder."),
            ("-help", "Show this help, or that of a command."),
            ("-version", "The same as the command \"version\"."),
        ];
        list(&globals.map(|(flag, about)| (flag.to_owned(), about)), &mut out);
    }
    out
}

/// Names and what they mean, in two columns.
fn list(entries: &[(String, &str)], out: &mut String) {
    let fitting = entries.iter().map(|(name, _)| name.width()).filter(|w| *w <= WIDEST_FLAG);
    let column = fitting.max().unwrap_or(0) + 4;
    for (name, about) in entries {
        let _ = write!(out, "  {name}");
        if name.width() + 4 > column {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', column));
        } else {
            out.extend(std::iter::repeat_n(' ', column - 2 - name.width()));
        }
        wrap(about, 0, column, out);
    }
}

/// Breaks a text into lines; the first is indented by `first`, the others by `rest`.
fn wrap(text: &str, first: usize, rest: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', first));
    let mut at = rest;
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 && at + 1 + word.width() > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', rest));
            at = rest;
        } else if n > 0 {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += word.width();
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::{Arguments, Flag, Takes, shared};
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_command_explains_itself() {
        static COMMAND: Command = Command {
            name: "state push",
            about: "Put a state in the place of the present one.",
            details: "A state of another lineage, or one that is older than the present one, is refused unless it is forced.\n\nSee also: state pull.",
            arguments: Arguments::exactly(1, "FILE"),
            flags: &[
                Flag::new("force", Takes::Switch, "Take any state."),
                shared::LOCK_TIMEOUT,
                Flag::new("a-flag-that-is-rather-long", Takes::Number, "Something."),
            ],
            run: |_, _| Ok(crate::session::Status::SUCCESS),
        };
        expect![[r#"
            Usage: wb [global options] state push [options] FILE

              Put a state in the place of the present one.

              A state of another lineage, or one that is older than the present one, is
              refused unless it is forced.

              See also: state pull.

            Options:

              -force              Take any state.
              -lock-timeout=TIME  How long to wait for a lock that another command holds:
                                  10s, 5m. Without it, not at all.
              -a-flag-that-is-rather-long=N
                                  Something.
        "#]]
        .assert_eq(&help(&COMMAND));
    }
}
