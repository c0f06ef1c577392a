//! `wb completion`: what a shell needs to complete command lines.

use std::fmt::Write as _;

use wb_core::diag::Diagnostic;

use crate::args::{Arguments, Command, Flag, Matches, Takes};
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "completion",
    about: "Print completions for a shell: bash, zsh or fish.",
    details: "For bash, add to ~/.bashrc: source <(wb completion bash). For zsh, put the output in a file _wb in a folder of fpath. For fish, put it in ~/.config/fish/completions/wb.fish.",
    arguments: Arguments::exactly(1, "bash|zsh|fish"),
    flags: &[],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let commands: Vec<&Command> = super::all().collect();
    let text = match matches.arguments()[0].as_str() {
        "bash" => bash(&commands),
        "zsh" => {
            format!("#compdef wb\nautoload -U +X bashcompinit && bashcompinit\n{}", bash(&commands))
        }
        "fish" => fish(&commands),
        other => {
            let detail = format!("There are no completions for {other:?}: bash, zsh and fish are.");
            return Err(Diagnostic::error("Unknown shell", detail).into());
        }
    };
    session.output.print(&text);
    Ok(Status::SUCCESS)
}

/// The words that may come first, or second after a group.
fn words<'c>(commands: &'c [&Command], group: Option<&'c str>) -> Vec<&'c str> {
    let word = |command: &&'c Command| match (group, command.name.split_once(' ')) {
        (None, Some((first, _))) => Some(first),
        (None, None) => Some(command.name),
        (Some(group), Some((first, second))) if first == group => Some(second),
        (Some(_), _) => None,
    };
    let mut found: Vec<&str> = commands.iter().filter_map(word).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A flag as it is typed, with what has to follow it.
fn typed(flag: &Flag) -> String {
    match flag.takes {
        Takes::Switch => format!("-{}", flag.name),
        Takes::Off => format!("-{}=false", flag.name),
        _ => format!("-{}=", flag.name),
    }
}

fn groups<'c>(commands: &'c [&Command]) -> Vec<&'c str> {
    let mut groups: Vec<&str> =
        commands.iter().filter_map(|c| Some(c.name.split_once(' ')?.0)).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn bash(commands: &[&Command]) -> String {
    let mut out = String::from(
        "_wb() {\n  local cur=${COMP_WORDS[COMP_CWORD]} first= second= word\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case $word in -*) ;; *) if [ -z \"$first\" ]; then first=$word; elif [ -z \"$second\" ]; then second=$word; fi ;; esac\n  done\n  local words=\n  case \"$first $second\" in\n",
    );
    // Writing to a string cannot fail.
    let mut case = |pattern: String, words: String| {
        let _ = writeln!(out, "    {pattern}) words=\"{words}\" ;;");
    };
    for command in commands {
        let pattern = match command.name.split_once(' ') {
            Some(_) => format!("\"{}\"", command.name),
            None => format!("\"{} \"*", command.name),
        };
        let flags: Vec<String> = command.flags.iter().map(typed).collect();
        case(pattern, flags.join(" "));
    }
    for group in groups(commands) {
        case(format!("\"{group} \""), words(commands, Some(group)).join(" "));
    }
    case("\" \"".to_owned(), format!("{} -chdir= -help -version", words(commands, None).join(" ")));
    out.push_str("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n  case \"${COMPREPLY[*]}\" in *=) compopt -o nospace ;; esac\n}\ncomplete -o default -F _wb wb\n");
    out
}

fn fish(commands: &[&Command]) -> String {
    let mut out = String::from("complete -c wb -f\n");
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    // Writing to a string cannot fail.
    for word in words(commands, None) {
        let about = commands.iter().find(|c| c.name == word).map_or("", |c| c.about);
        let _ =
            writeln!(out, "complete -c wb -n __fish_use_subcommand -a {word} -d {}", quoted(about));
    }
    for command in commands {
        let (condition, group) = match command.name.split_once(' ') {
            Some((group, word)) => (
                format!(
                    "'__fish_seen_subcommand_from {group}; and __fish_seen_subcommand_from {word}'"
                ),
                Some((group, word)),
            ),
            None => (format!("'__fish_seen_subcommand_from {}'", command.name), None),
        };
        if let Some((group, word)) = group {
            let about = quoted(command.about);
            let _ = writeln!(
                out,
                "complete -c wb -n '__fish_seen_subcommand_from {group}' -a {word} -d {about}"
            );
        }
        for flag in command.flags {
            let takes = if flag.takes.is_switch() { "" } else { " -r" };
            let about = quoted(flag.about);
            let _ =
                writeln!(out, "complete -c wb -n {condition} -o {}{takes} -d {about}", flag.name);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_flag_is_completed() {
        let commands: Vec<&Command> = super::super::all().collect();
        let (bash, fish) = (bash(&commands), fish(&commands));
        for command in &commands {
            assert!(bash.contains(&format!("\"{}", command.name)), "{}", command.name);
            for flag in command.flags {
                assert!(bash.contains(&typed(flag)), "{} -{}", command.name, flag.name);
                assert!(
                    fish.contains(&format!(" -o {}", flag.name)),
                    "{} -{}",
                    command.name,
                    flag.name
                );
            }
        }
        assert_eq!(
            words(&commands, Some("workspace")),
            ["delete", "list", "new", "select", "show"]
        );
    }
}
