//! What the plan leaves for the next round.

use std::fmt::Write as _;

use wb_core::addr::AbsInstance;
use wb_plan::{Deferral, Deferred};

use super::Shown;
use crate::render::clean::clean_line;
use crate::render::paint::Paint;

/// So many names are listed for one thing that waits.
const MOST_NAMES: usize = 5;

pub(super) fn section(shown: Shown<'_>, paint: Paint) -> String {
    let deferred = &shown.plan.deferred;
    if deferred.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "\n{} is planned in the next round, on what this one makes. Applying this plan also approves what is \
         created and read there; a change or destruction is asked for again.\n",
        paint.bold("The following"),
    );
    for one in deferred {
        // Writing to a string cannot fail.
        let _ = write_one(one, shown, paint, &mut out);
    }
    out
}

fn write_one(one: &Deferred, shown: Shown<'_>, paint: Paint, out: &mut String) -> std::fmt::Result {
    let name = if one.module.is_root() {
        one.resource.resource.to_string()
    } else {
        format!("{}.{}", one.module, one.resource.resource)
    };
    writeln!(out, "\n  # {}", paint.bold(name))?;
    let why = match one.why {
        Deferral::InstancesUnknown => "how many there will be is not known yet",
        Deferral::ProviderUnknown => "the configuration of its provider is not known yet",
        Deferral::NeedsDeferred => "it needs something that is planned in the next round itself",
    };
    let place = one.at.filter(|span| shown.sources.get(span.file).is_some());
    let place = place.map(|span| shown.sources.place(span));
    let place = place.map_or_else(String::new, |place| format!(": {}", clean_line(&place)));
    writeln!(out, "  # ({why}{place})")?;
    if !one.waits_for.is_empty() {
        writeln!(out, "  # (waits for {})", names(&one.waits_for))?;
    }
    Ok(())
}

fn names(instances: &[AbsInstance]) -> String {
    let shown = instances.iter().take(MOST_NAMES).map(ToString::to_string);
    let text = shown.collect::<Vec<_>>().join(", ");
    match instances.len().saturating_sub(MOST_NAMES) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}
