//! What goes wrong, as diagnostics.

use wb_core::contract::Violation;
use wb_core::diag::{Diagnostic, Diagnostics, Severity};
use wb_core::json::JsonError;
use wb_core::provider::Problem;
use wb_plan::Change;
use wb_sdk::OpError;
use wb_state::EditError;

use crate::Evaluate;
use crate::provision::ProvisionError;

/// An operation has failed.
pub(super) fn operation(error: &OpError) -> Diagnostic {
    let mut detail = error.detail.clone();
    match (&error.request, &error.request_id) {
        (Some(request), Some(id)) => {
            detail.push_str(&format!("\n\nThe request was {request}, its id {id}."));
        }
        (Some(request), None) => detail.push_str(&format!("\n\nThe request was {request}.")),
        _ => {}
    }
    let diag = Diagnostic::error(error.summary.clone(), detail);
    error.help.iter().fold(diag, |diag, help| diag.help(help.clone()))
}

/// An operation on the object of a change has failed.
pub(super) fn step(error: &OpError, change: &Change, language: &dyn Evaluate) -> Diagnostic {
    let place = error.path.as_ref().and_then(|path| language.place(change, path));
    operation(error).at_opt(place).about(change.object.to_string())
}

/// A provider finds something wrong with a configuration.
pub(super) fn planning(problem: &Problem, change: &Change, language: &dyn Evaluate) -> Diagnostic {
    let (summary, detail) = (problem.summary.clone(), problem.detail.clone());
    let diag = match problem.severity {
        Severity::Error => Diagnostic::error(summary, detail),
        Severity::Warning => Diagnostic::warning(summary, detail),
    };
    diag.at_opt(language.place(change, &problem.path)).about(change.object.to_string())
}

/// The provider's final plan is not the plan that was approved.
pub(super) fn inconsistent_plan(change: &Change, found: &[Violation]) -> Diagnostic {
    let what = format!(
        "When the plan for {} was finished with the values that had been unknown, {} changed what it had \
         planned:",
        change.object, change.provider.config
    );
    breach("Provider produced inconsistent final plan", &what, found)
        .about(change.object.to_string())
}

/// The result is not what was planned.
pub(super) fn inconsistent_result(change: &Change, found: &[Violation]) -> Diagnostic {
    let what = format!(
        "What {} says it made of {} is not what it had planned:",
        change.provider.config, change.object
    );
    breach("Provider produced inconsistent result after apply", &what, found)
        .about(change.object.to_string())
}

/// The result has no form in which the state could keep it.
pub(super) fn unwritable(change: &Change, error: &JsonError) -> Diagnostic {
    let place = if error.path.is_empty() { String::new() } else { format!(" at {}", error.path) };
    Diagnostic::error(
        "Object cannot be recorded",
        format!("What the provider says of {}{place} cannot be kept: {error}.", change.object),
    )
    .about(change.object.to_string())
    .help("This is a bug in the provider: please report it where the provider is developed.")
}

/// What was read is not a value of the type.
pub(super) fn invalid_read(change: &Change, found: &[Violation]) -> Diagnostic {
    let what = format!(
        "What {} has read of {} is not what its schema says:",
        change.provider.config, change.object
    );
    breach("Provider produced invalid object", &what, found).about(change.object.to_string())
}

fn breach(summary: &'static str, what: &str, found: &[Violation]) -> Diagnostic {
    let list: Vec<String> = found.iter().map(|v| format!("  - {v}")).collect();
    Diagnostic::error(summary, format!("{what}\n\n{}", list.join("\n")))
        .help("This is a bug in the provider: please report it where the provider is developed.")
}

/// Some of a configuration is unknown although everything that it depends on is done.
pub(super) fn unknown_config(change: &Change) -> Diagnostic {
    Diagnostic::error(
        "Configuration contains unknown value",
        format!(
            "Some of the configuration of {} is not known although everything that it depends on is done. This is a bug \
             in wb.",
            change.object
        ),
    )
    .about(change.object.to_string())
}

/// The language has no value, and does not say why.
pub(super) fn no_answer(mut diags: Diagnostics) -> Diagnostics {
    let detail = "Something that the step needs has no value, although everything before it is done. This is a bug in wb.";
    diags.push(Diagnostic::error("Value not available", detail));
    diags
}

pub(super) fn no_provider(change: &Change) -> Diagnostic {
    Diagnostic::error(
        "Provider not available",
        format!(
            "{} belongs to the provider {}, which is not part of this wb.",
            change.object, change.provider.config.provider
        ),
    )
    .about(change.object.to_string())
}

pub(super) fn no_type(change: &Change) -> Diagnostic {
    Diagnostic::error(
        "Type not available",
        format!(
            "The provider {} has no {:?}, which {} is.",
            change.provider.config.provider,
            change.object.instance.resource.resource.kind,
            change.object
        ),
    )
    .about(change.object.to_string())
}

pub(super) fn fenced(why: &str) -> Diagnostic {
    Diagnostic::error("State lock lost", format!("Nothing more was begun: {why}"))
        .help("What had begun has ended and is recorded. Plan again to see what is left.")
}

pub(super) fn journal(why: &str) -> Diagnostic {
    Diagnostic::error(
        "Journal cannot be written",
        format!("Nothing more was begun, since what came of it could not be recorded: {why}"),
    )
}

pub(super) fn edit(error: &EditError) -> Diagnostic {
    Diagnostic::error(
        "State cannot be changed",
        format!("What was done does not fit the state: {error}. This is a bug in wb."),
    )
}

/// A provisioner has failed.
pub(super) fn provision(error: &ProvisionError, kind: &str, change: &Change) -> Diagnostic {
    Diagnostic::error(format!("{kind} provisioner error"), error.detail.clone())
        .at_opt(error.span)
        .about(change.object.to_string())
}

/// The same problems, none of them an error.
pub(super) fn as_warnings(mut diags: Diagnostics) -> Diagnostics {
    for diag in diags.iter_mut() {
        diag.severity = Severity::Warning;
    }
    diags
}
