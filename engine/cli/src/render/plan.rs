//! A plan as text.

mod drift;
mod header;
mod later;
mod outputs;
pub mod summary;

use std::fmt::Write as _;

use wb_core::provider::Catalog;
use wb_core::source::SourceMap;
use wb_plan::{Action, Change, Mode, Plan};

use self::header::Cause;
use super::Style;
use super::delta::{self, BlockDelta, Compare};
use super::paint::Paint;
use super::values::Values;

/// A plan, and what is needed to show it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub plan: &'a Plan,
    /// Schemas say what is an attribute and what a block.
    pub catalog: &'a Catalog,
    /// The files that the plan was made from; empty where they are not at hand.
    pub sources: &'a SourceMap,
}

/// More than so many objects of a plan that cannot be carried out would only push out of sight why.
const MOST_BEFORE_ERROR: usize = 5;

/// The whole plan: what was changed outside, what would be done, what becomes of outputs, what is left for the next round.
#[must_use]
pub fn plan(shown: Shown<'_>, style: Style) -> String {
    let Shown { plan, catalog, .. } = shown;
    let paint = style.paint();
    let mut out = String::new();
    let drifted = drift::write(plan, catalog, style, &mut out);
    let changes: Vec<&Change> = plan.changes.iter().filter(|c| is_shown(c)).collect();
    let outputs = outputs::section(plan, paint);
    let later = later::section(shown, paint);
    if changes.is_empty() && outputs.is_empty() && later.is_empty() {
        nothing(plan, drifted, paint, &mut out);
        return out;
    }
    // Writing to a string cannot fail.
    let _ = try_write(shown, &changes, paint, &mut out);
    if !outputs.is_empty() {
        let _ = writeln!(out, "\n{}\n{outputs}", paint.bold("Changes to Outputs:"));
        if changes.is_empty() && later.is_empty() {
            out.push_str(
                "\nApplying this plan records these output values and touches no object.\n",
            );
        }
    }
    out.push_str(&later);
    out
}

fn try_write(
    shown: Shown<'_>,
    changes: &[&Change],
    paint: Paint,
    out: &mut String,
) -> std::fmt::Result {
    let Shown { plan, catalog, .. } = shown;
    if plan.errored && changes.len() > MOST_BEFORE_ERROR {
        let many = changes.len();
        return writeln!(out, "\nwb planned {many} actions, and then met an error:");
    }
    if !changes.is_empty() {
        legend(changes, paint, out)?;
        let met = "wb planned the following actions, and then met an error:";
        let will = "wb will perform the following actions:";
        writeln!(out, "\n{}", if plan.errored { met } else { will })?;
    }
    for change in changes {
        out.push('\n');
        header::write(change, Cause::Planned, paint, out)?;
        object(change, catalog, paint, out);
    }
    if !changes.is_empty() {
        writeln!(out, "\n{}", summary::plan(&plan.counts(), paint))?;
    }
    Ok(())
}

/// Whether there is anything to tell. That a data source is read no more tells nothing.
pub(crate) fn is_shown(change: &Change) -> bool {
    let mode = change.instance().resource.resource.mode;
    let ends = matches!(change.action, Action::Delete | Action::Forget);
    !change.is_quiet() && (mode == wb_core::addr::Mode::Managed || !ends)
}

/// What the signs that occur mean.
fn legend(changes: &[&Change], paint: Paint, out: &mut String) -> std::fmt::Result {
    let has = |is: fn(Action) -> bool| changes.iter().any(|change| is(change.action));
    if !has(|action| action != Action::NoOp) {
        return Ok(());
    }
    writeln!(out, "\nThe signs below mean:")?;
    if has(|a| a == Action::Create) {
        writeln!(out, "  {} create", paint.green("+"))?;
    }
    if has(|a| a == Action::Update) {
        writeln!(out, "  {} update in-place", paint.yellow("~"))?;
    }
    if has(|a| a == Action::Delete) {
        writeln!(out, "  {} destroy", paint.red("-"))?;
    }
    if has(|a| a == Action::Replace { create_first: false }) {
        let signs = (paint.red("-"), paint.green("+"));
        writeln!(out, "{}/{} destroy and then create replacement", signs.0, signs.1)?;
    }
    if has(|a| a == Action::Replace { create_first: true }) {
        let signs = (paint.green("+"), paint.red("-"));
        writeln!(out, "{}/{} create replacement and then destroy", signs.0, signs.1)?;
    }
    if has(|a| a == Action::Read) {
        writeln!(out, " {} read (data resources)", paint.cyan("<="))?;
    }
    if has(|a| a == Action::Forget) {
        writeln!(out, "  {} forget: remove from the state, leave the object", paint.red("."))?;
    }
    if has(|a| a == Action::ForgetAndCreate) {
        let signs = (paint.red("."), paint.green("+"));
        writeln!(out, "{}/{} forget and then create replacement", signs.0, signs.1)?;
    }
    Ok(())
}

/// The block of one object, after its header.
fn object(change: &Change, catalog: &Catalog, paint: Paint, out: &mut String) {
    let resource = &change.instance().resource.resource;
    // Writing to a string cannot fail.
    let _ = match change.action {
        Action::NoOp => write!(out, "   "),
        Action::Create => write!(out, "  {}", paint.green("+")),
        Action::Update => write!(out, "  {}", paint.yellow("~")),
        Action::Delete => write!(out, "  {}", paint.red("-")),
        Action::Forget => write!(out, "  {}", paint.red(".")),
        Action::Read => write!(out, " {}", paint.cyan("<=")),
        Action::Replace { create_first: false } => {
            write!(out, "{}/{}", paint.red("-"), paint.green("+"))
        }
        Action::Replace { create_first: true } => {
            write!(out, "{}/{}", paint.green("+"), paint.red("-"))
        }
        Action::ForgetAndCreate => write!(out, "{}/{}", paint.red("."), paint.green("+")),
    };
    let _ = write!(out, " {} \"{}\" \"{}\" ", resource.mode.block(), resource.kind, resource.name);
    let delta = object_delta(change, catalog);
    Values::differences(out, paint).block(&delta, 0);
    out.push('\n');
}

/// What differs between the object as it is and as it will be. An object that is let go of does not change.
pub(crate) fn object_delta(change: &Change, catalog: &Catalog) -> BlockDelta {
    let resource = &change.instance().resource.resource;
    let paths = delta::steps(&change.replace);
    let compare = Compare { replace: &paths, null_is_absent: true };
    let after = if change.action == Action::Forget { &change.before } else { &change.after };
    let provider = &change.provider.config.provider;
    let of_schema = catalog.with_schema(provider, resource.mode, &resource.kind, |schema| {
        delta::block(&schema.block, &change.before, after, compare)
    });
    of_schema.unwrap_or_else(|| delta::without_schema(&change.before, after))
}

/// That there is nothing to do.
fn nothing(plan: &Plan, drifted: bool, paint: Paint, out: &mut String) {
    let text = match plan.mode {
        _ if plan.errored => {
            let head = paint.bold_red("Planning failed.");
            format!("\n{head} wb met an error while making this plan.\n")
        }
        // What was found says it all.
        Mode::RefreshOnly if drifted => return,
        Mode::RefreshOnly => format!(
            "\n{} Your infrastructure still matches the configuration.\n\nThe real objects were read, and \
             none differs from what was recorded last.\n",
            paint.bold_green("No changes."),
        ),
        Mode::Destroy => format!(
            "\n{} No objects need to be destroyed.\n\nNone was created yet, or all that were are gone already.\n",
            paint.bold_green("No changes."),
        ),
        Mode::Normal => {
            let head = paint.bold_green("No changes.");
            let why = if drifted {
                "The configuration is met in spite of what was changed outside of wb. To record those changes, \
                 run:\n    wb apply -refresh-only"
            } else {
                "The real objects were compared with the configuration, and none differs."
            };
            format!("\n{head} Your infrastructure matches the configuration.\n\n{why}\n")
        }
    };
    out.push_str(&text);
}

#[cfg(test)]
mod tests;
