//! The comment above an object: what happens to it, and why.

use std::fmt::Write as _;

use wb_core::addr::InstanceKey;
use wb_core::value::{Value, View};
use wb_plan::{Action, Change, Importing, Reason};

use crate::render::clean::clean_line;
use crate::render::paint::Paint;

/// Who makes the change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cause {
    Planned,
    /// Somebody has, outside.
    Outside,
}

pub(super) fn write(
    change: &Change,
    cause: Cause,
    paint: Paint,
    out: &mut String,
) -> std::fmt::Result {
    let object = paint.bold(change.object.to_string());
    let destroyed = || paint.bold_red("destroyed");
    let replaced = || paint.bold_red("replaced");
    write!(out, "  # ")?;
    match change.action {
        Action::NoOp => match (&change.importing, &change.previous) {
            (Some(_), _) => writeln!(out, "{object} will be imported")?,
            (None, Some(previous)) => {
                writeln!(out, "{} has moved to {object}", paint.bold(previous.to_string()))?;
            }
            (None, None) => writeln!(out, "{object} does not change")?,
        },
        Action::Create => writeln!(out, "{object} will be created")?,
        Action::Read => writeln!(out, "{object} will be read during apply")?,
        Action::Update if cause == Cause::Outside => writeln!(out, "{object} has changed")?,
        Action::Update => writeln!(out, "{object} will be updated in-place")?,
        Action::Replace { .. } => match change.reason {
            Reason::Tainted => writeln!(out, "{object} is tainted, so must be {}", replaced())?,
            Reason::Requested => writeln!(out, "{object} will be {}, as requested", replaced())?,
            Reason::Triggered => writeln!(
                out,
                "{object} will be {} due to changes in replace_triggered_by",
                replaced()
            )?,
            _ => writeln!(out, "{object} must be {}", replaced())?,
        },
        Action::Delete if cause == Cause::Outside => {
            writeln!(out, "{object} has been {}", paint.bold_red("deleted"))?;
        }
        Action::Delete => writeln!(out, "{object} will be {}", destroyed())?,
        Action::Forget => {
            writeln!(out, "{object} will no longer be managed by wb, but will not be destroyed")?;
        }
        Action::ForgetAndCreate => {
            writeln!(out, "{object} must be {}, but will not be destroyed", replaced())?;
        }
    }
    if let Some(why) = reason(change, cause) {
        writeln!(out, "  # ({why})")?;
    }
    if change.object.deposed.is_some() {
        writeln!(out, "  # (left over from a partially-failed replacement of this instance)")?;
    }
    let says_so = change.action == Action::NoOp && change.importing.is_none();
    if let (Some(previous), false) = (&change.previous, says_so) {
        writeln!(out, "  # (moved from {previous})")?;
    }
    if let Some(importing) = &change.importing {
        write_import(importing, change.action, paint, out)?;
    }
    Ok(())
}

fn reason(change: &Change, cause: Cause) -> Option<String> {
    if cause == Cause::Outside {
        return None;
    }
    let instance = change.instance();
    let key = || instance.key.to_string();
    Some(match change.reason {
        Reason::NoResourceConfig if change.action == Action::Forget => {
            "destroy = false is set in the configuration".to_owned()
        }
        Reason::NoResourceConfig => {
            format!("because {} is not in configuration", instance.resource.resource)
        }
        Reason::NoModule => format!("because {} is not in configuration", instance.module()),
        Reason::NoMoveTarget => match &change.previous {
            Some(previous) => {
                format!("because {previous} was moved to {instance}, which is not in configuration")
            }
            None => format!("because it was moved to {instance}, which is not in configuration"),
        },
        Reason::WrongRepetition => match instance.key {
            InstanceKey::None => "because resource uses count or for_each".to_owned(),
            InstanceKey::Int(_) => "because resource does not use count".to_owned(),
            InstanceKey::String(_) => "because resource does not use for_each".to_owned(),
        },
        Reason::CountIndex => format!("because index {} is out of range for count", key()),
        Reason::EachKey => format!("because key {} is not in for_each map", key()),
        Reason::ConfigUnknown => "config refers to values not yet known".to_owned(),
        Reason::DependencyPending => {
            "depends on a resource or a module with changes pending".to_owned()
        }
        Reason::CheckNested => "config will be reloaded to verify a check block".to_owned(),
        Reason::Plain
        | Reason::Excluded
        | Reason::Tainted
        | Reason::CannotUpdate
        | Reason::Requested
        | Reason::Triggered => return None,
    })
}

fn write_import(
    importing: &Importing,
    action: Action,
    paint: Paint,
    out: &mut String,
) -> std::fmt::Result {
    match name(importing) {
        Some(name) => writeln!(out, "  # (imported from {name})")?,
        None => writeln!(out, "  # (imported from an id that is known after apply)")?,
    }
    if importing.generated.is_some() {
        writeln!(out, "  # (config will be generated)")?;
    }
    if matches!(action, Action::Replace { .. }) {
        let word = paint.yellow("Warning:");
        writeln!(out, "  # {word} this will destroy the imported resource")?;
    }
    Ok(())
}

/// What names the object: its id, or the attributes of its identity on one line.
fn name(importing: &Importing) -> Option<String> {
    if let Some(id) = importing.id.unmarked().as_str() {
        return Some(format!("\"{}\"", clean_line(id)));
    }
    let identity = importing.identity.as_ref().map(Value::unmarked)?;
    let View::Object(object) = identity.view() else { return None };
    let mut text = String::new();
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let value = match value.view() {
            View::String(value) => wb_core::text::quote(value),
            View::Number(value) => value.to_string(),
            View::Bool(value) => value.to_string(),
            _ => continue,
        };
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{name}={value}");
    }
    Some(text)
}
