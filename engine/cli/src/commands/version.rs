//! `wb version`: which versions this is, and stands for.

use serde_json::json;
use wb_lang::config::{opentofu_version, terraform_version};

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};

pub(super) static COMMAND: Command = Command {
    name: "version",
    about: "Show the version of wb, and of what it stands for.",
    details: "With -json, the version is the one of Terraform that wb stands for, since that is what tools ask for.",
    // Terraform takes and ignores arguments here.
    arguments: Arguments::between(0, usize::MAX, ""),
    flags: &[shared::JSON],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    if matches.switch("json") {
        let document = json!({
            "terraform_version": terraform_version().to_string(),
            "platform": platform('_'),
            "provider_selections": {},
            "terraform_outdated": false,
            "wb_version": env!("CARGO_PKG_VERSION"),
        });
        session.output.print(&format!("{document:#}\n"));
        return Ok(Status::SUCCESS);
    }
    session.output.print(&format!(
        "wb v{}\non {}\nstands for Terraform v{} and OpenTofu v{}\n",
        env!("CARGO_PKG_VERSION"),
        platform('_'),
        terraform_version(),
        opentofu_version(),
    ));
    Ok(Status::SUCCESS)
}

/// The platform in Go's words.
fn platform(between: char) -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}{between}{machine}")
}
