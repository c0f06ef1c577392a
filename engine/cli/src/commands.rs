//! The commands, one file each.

mod apply;
mod completion;
mod console;
mod fmt;
mod force_unlock;
mod get;
mod graph;
mod import;
mod init;
mod man;
mod metadata_functions;
mod modules;
mod output;
mod plan;
mod providers;
mod providers_schema;
mod show;
mod state;
mod taint;
mod validate;
mod version;
mod workspace;

use wb_hcl::suggest;

use crate::args::{self, Command};

pub(crate) use plan::no_configuration;
pub(crate) use state::parse_target;

/// Those that one needs every day.
static MAIN: &[&Command] =
    &[&init::COMMAND, &validate::COMMAND, &plan::COMMAND, &apply::APPLY, &apply::DESTROY];
static OTHERS: &[&Command] = &[
    &completion::COMMAND,
    &console::COMMAND,
    &fmt::COMMAND,
    &force_unlock::COMMAND,
    &get::COMMAND,
    &graph::COMMAND,
    &import::COMMAND,
    &man::COMMAND,
    &metadata_functions::COMMAND,
    &modules::COMMAND,
    &output::COMMAND,
    &providers::COMMAND,
    &providers_schema::COMMAND,
    &apply::REFRESH,
    &show::COMMAND,
    &state::history::COMMAND,
    &state::late::COMMAND,
    &state::list::COMMAND,
    &state::mv::COMMAND,
    &state::pull::COMMAND,
    &state::push::COMMAND,
    &state::replace_provider::COMMAND,
    &state::rm::COMMAND,
    &state::rollback::COMMAND,
    &state::show::COMMAND,
    &taint::TAINT,
    &taint::UNTAINT,
    &version::COMMAND,
    &workspace::delete::COMMAND,
    &workspace::list::COMMAND,
    &workspace::new::COMMAND,
    &workspace::select::COMMAND,
    &workspace::show::COMMAND,
];

/// Commands of Terraform that wb does not have, and why.
static REFUSED: &[(&str, &str)] = &[
    (
        "login",
        "tokens are read from the CLI configuration and from TF_TOKEN_… variables; put them there.",
    ),
    (
        "logout",
        "tokens are read from the CLI configuration and from TF_TOKEN_… variables; remove them there.",
    ),
    ("query", "write import blocks for the objects to be taken over."),
    ("test", "test files are not run yet; check blocks and postconditions are, with every plan."),
    ("stacks", "Terraform Stacks need HCP Terraform."),
    ("rpcapi", "it is an internal interface of Terraform."),
    ("providers lock", "providers are part of wb, so there is nothing to lock."),
    ("providers mirror", "providers are part of wb, so there is nothing to mirror."),
];

/// What the first words of a command line are.
pub(crate) enum Found {
    /// And how many words its name has.
    Command(&'static Command, usize),
    /// The name of a group without the name of a command in it; empty where there is no word at all.
    Group(&'static str),
    Refused(&'static str, &'static str),
    Unknown {
        name: String,
        meant: Option<&'static str>,
    },
}

fn all() -> impl Iterator<Item = &'static Command> {
    MAIN.iter().chain(OTHERS).copied()
}

/// The groups: the first words of names of two.
fn groups() -> impl Iterator<Item = &'static str> {
    all().filter_map(|command| Some(command.name.split_once(' ')?.0))
}

/// Finds the command that is meant.
pub(crate) fn find(words: &[String]) -> Found {
    let Some(first) = words.first() else { return Found::Group("") };
    let both = words.get(1).map(|second| format!("{first} {second}"));
    for (name, count) in [(both.as_deref(), 2), (Some(first.as_str()), 1)] {
        let Some(name) = name else { continue };
        if let Some(command) = all().find(|command| command.name == name) {
            return Found::Command(command, count);
        }
        if let Some((name, why)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            return Found::Refused(name, why);
        }
    }
    if let Some(group) = groups().find(|group| group == first) {
        return match words.get(1).filter(|word| !word.starts_with('-')) {
            None => Found::Group(group),
            Some(second) => {
                let names = all().filter_map(|c| c.name.strip_prefix(group)?.strip_prefix(' '));
                let meant = suggest::nearest(second, names);
                Found::Unknown { name: format!("{group} {second}"), meant }
            }
        };
    }
    let names = all().map(|command| command.name).chain(groups());
    Found::Unknown { name: first.clone(), meant: suggest::nearest(first, names) }
}

/// The help of a group, or of the program.
pub(crate) fn overview(group: &str) -> String {
    if group.is_empty() {
        return args::overview("", MAIN, OTHERS);
    }
    let in_group = |c: &&Command| c.name.strip_prefix(group).is_some_and(|r| r.starts_with(' '));
    let commands: Vec<&Command> = all().filter(in_group).collect();
    args::overview(group, &commands, &[])
}
