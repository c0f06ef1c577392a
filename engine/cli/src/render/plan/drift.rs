//! What was changed outside since the last apply.

use std::collections::HashSet;
use std::fmt::Write as _;

use wb_core::addr::AbsInstance;
use wb_core::provider::Catalog;
use wb_plan::{Action, Change, Mode, Plan};

use super::header::{self, Cause};
use super::object;
use crate::render::Style;

/// Writes the section; tells whether there is one.
pub(super) fn write(plan: &Plan, catalog: &Catalog, style: Style, out: &mut String) -> bool {
    let matters = relevant(plan);
    let changes: Vec<&Change> = plan.drift.iter().filter(|change| matters(change)).collect();
    if changes.is_empty() {
        return false;
    }
    let paint = style.paint();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "\n{} Objects have changed outside of wb\n\nThis was changed since the last apply by somebody else{}:",
        paint.bold_yellow("Note:"),
        if plan.mode == Mode::RefreshOnly { "" } else { ", and may be why the plan is what it is" },
    );
    for change in changes {
        out.push('\n');
        let _ = header::write(change, Cause::Outside, paint, out);
        object(change, catalog, paint, out);
    }
    out.push_str(if plan.mode == Mode::RefreshOnly {
        "\nThis is a refresh-only plan: applying it records these changes in the state and touches no object.\n"
    } else {
        "\nWhere the configuration does not ask for the same, the plan takes these changes back.\n"
    });
    let width = style.width.clamp(20, 78);
    let _ = writeln!(out, "\n{}", paint.dim("─".repeat(width)));
    true
}

/// Changes that bear on the plan: the object is gone, something is done to it, or to what needs it. All of them where it is drift
/// that was asked for.
fn relevant(plan: &Plan) -> impl Fn(&Change) -> bool {
    let is_asked_for = plan.mode == Mode::RefreshOnly;
    let mut touched: HashSet<AbsInstance> = HashSet::new();
    for change in plan.changes.iter().filter(|change| !change.is_quiet()) {
        touched.insert(change.instance().clone());
        touched.extend(change.needs.iter().cloned());
    }
    move |change| {
        change.action != Action::NoOp
            && (is_asked_for
                || change.action == Action::Delete
                || touched.contains(change.instance()))
    }
}
