//! What becomes of the outputs of the root module.

use wb_core::marks::Marks;
use wb_core::value::Value;
use wb_plan::{Action, OutputChange, Plan};

use crate::render::delta::{Compare, Delta, Sign, delta};
use crate::render::paint::Paint;
use crate::render::values::{Values, name_width};

/// One line or more for each output that changes; nothing where none does.
pub(super) fn section(plan: &Plan, paint: Paint) -> String {
    let changed = plan.outputs.iter().filter(|output| output.action != Action::NoOp);
    let deltas: Vec<(&str, Delta)> = changed.map(|o| (&*o.name, output_delta(o))).collect();
    let width = name_width(deltas.iter().map(|(name, _)| *name));
    let mut out = String::new();
    let mut values = Values::differences(&mut out, paint);
    for (name, delta) in &deltas {
        values.entry(name, false, width, delta, 0, true);
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

fn output_delta(output: &OutputChange) -> Delta {
    let hide = |value: &Value| match output.sensitive {
        true => value.clone().with_marks(&Marks::SENSITIVE),
        false => value.clone(),
    };
    let (before, after) = (hide(&output.before), hide(&output.after));
    match output.action {
        Action::Create => Delta::whole(Sign::Add, &after),
        Action::Delete => Delta::whole(Sign::Remove, &before),
        _ => delta(&before, &after, Compare::PLAIN),
    }
}
