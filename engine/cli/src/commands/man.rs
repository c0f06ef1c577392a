//! `wb man`: manual pages.

use std::fmt::Write as _;
use std::path::Path;

use wb_core::diag::Diagnostic;
use wb_engine::files;

use crate::args::{Arguments, Command, Matches};
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "man",
    about: "Write manual pages into a folder.",
    details: "One for each command, named wb-COMMAND.1, and wb.1 for all of them.",
    arguments: Arguments::exactly(1, "FOLDER"),
    flags: &[],
    run,
};

fn run(_: &mut Session, matches: &Matches) -> Outcome {
    let dir = Path::new(&matches.arguments()[0]);
    let commands: Vec<&Command> = super::all().collect();
    let failed = |error: std::io::Error| {
        let detail = format!(
            "Manual pages cannot be written into {}: {}.",
            dir.display(),
            files::words(&error)
        );
        Diagnostic::error("Failed to write manual pages", detail)
    };
    std::fs::create_dir_all(dir).map_err(failed)?;
    std::fs::write(dir.join("wb.1"), overview(&commands)).map_err(failed)?;
    for command in commands {
        let name = format!("wb-{}.1", command.name.replace(' ', "-"));
        std::fs::write(dir.join(name), page(command)).map_err(failed)?;
    }
    Ok(Status::SUCCESS)
}

fn overview(commands: &[&Command]) -> String {
    let mut out = head("wb", "declarative infrastructure");
    out.push_str(".SH SYNOPSIS\n.B wb\n[\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR]\n.SH COMMANDS\n");
    for command in commands {
        entry(&format!("wb {}", command.name), command.about, &mut out);
    }
    out
}

fn page(command: &Command) -> String {
    let mut out = head(&format!("wb-{}", command.name.replace(' ', "-")), command.about);
    let options = if command.flags.is_empty() { "" } else { " [\\fIoptions\\fR]" };
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        ".SH SYNOPSIS\n.B wb {}\n{options} {}\n.SH DESCRIPTION\n{}",
        command.name,
        escape(command.arguments.usage),
        escape(command.about)
    );
    for paragraph in command.details.split("\n\n").filter(|text| !text.is_empty()) {
        let _ = writeln!(out, ".PP\n{}", escape(paragraph));
    }
    if !command.flags.is_empty() {
        out.push_str(".SH OPTIONS\n");
        command.flags.iter().for_each(|flag| entry(&flag.shown(), flag.about, &mut out));
    }
    out
}

fn head(name: &str, about: &str) -> String {
    let about = escape(about.trim_end_matches('.'));
    format!(".TH \"{}\" 1\n.SH NAME\n{name} \\- {about}\n", name.to_uppercase())
}

fn entry(name: &str, about: &str, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, ".TP\n\\fB{}\\fR\n{}", escape(name), escape(about));
}

/// Text as troff takes it: dashes that stay dashes, and no request at the beginning of a line.
fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_page_says_what_the_help_says() {
        expect![[r#"
            .TH "WB-WORKSPACE-SELECT" 1
            .SH NAME
            wb-workspace-select \- Select a workspace
            .SH SYNOPSIS
            .B wb workspace select
             [\fIoptions\fR] NAME
            .SH DESCRIPTION
            Select a workspace.
            .SH OPTIONS
            .TP
            \fB\-or\-create\fR
            Make the workspace if it does not exist.
        "#]]
        .assert_eq(&page(&super::super::workspace::select::COMMAND));
    }
}
