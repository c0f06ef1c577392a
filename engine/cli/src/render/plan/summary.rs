//! The lines that scripts look for, word for word.

use wb_plan::Counts;

use crate::render::Style;
use crate::render::paint::Paint;

/// `Plan: 1 to add, 0 to change, 2 to destroy.`
pub(crate) fn plan(counts: &Counts, paint: Paint) -> String {
    format!("{} {}", paint.bold("Plan:"), planned(counts))
}

/// The same without colours, as the JSON form has it.
#[must_use]
pub fn plan_line(counts: &Counts) -> String {
    format!("Plan: {}", planned(counts))
}

fn planned(counts: &Counts) -> String {
    let Counts { import, add, change, destroy, forget } = *counts;
    let import = if import > 0 { format!("{import} to import, ") } else { String::new() };
    let forget = if forget > 0 { format!(", {forget} to forget") } else { String::new() };
    format!("{import}{add} to add, {change} to change, {destroy} to destroy{forget}.")
}

/// What an apply has done. `Apply complete! Resources: 1 added, 0 changed, 2 destroyed.`
#[must_use]
pub fn applied(done: &Counts, style: Style) -> String {
    style.paint().bold_green(applied_line(done)).to_string()
}

/// What a destroy has done. `Destroy complete! Resources: 2 destroyed.`
#[must_use]
pub fn destroyed(done: &Counts, style: Style) -> String {
    style.paint().bold_green(destroyed_line(done)).to_string()
}

pub(crate) fn applied_line(done: &Counts) -> String {
    let Counts { import, add, change, destroy, forget } = *done;
    let import = if import > 0 { format!("{import} imported, ") } else { String::new() };
    let forget = if forget > 0 { format!(", {forget} forgotten") } else { String::new() };
    format!(
        "Apply complete! Resources: {import}{add} added, {change} changed, {destroy} destroyed{forget}."
    )
}

pub(crate) fn destroyed_line(done: &Counts) -> String {
    format!("Destroy complete! Resources: {} destroyed.", done.destroy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_find_the_lines_they_know() {
        let counts = Counts { add: 1, change: 2, destroy: 3, ..Counts::default() };
        assert_eq!(plan_line(&counts), "Plan: 1 to add, 2 to change, 3 to destroy.");
        assert_eq!(
            applied(&counts, Style::PLAIN),
            "Apply complete! Resources: 1 added, 2 changed, 3 destroyed."
        );
        assert_eq!(destroyed(&counts, Style::PLAIN), "Destroy complete! Resources: 3 destroyed.");
        let counts = Counts { import: 1, forget: 2, ..counts };
        assert_eq!(
            plan_line(&counts),
            "Plan: 1 to import, 1 to add, 2 to change, 3 to destroy, 2 to forget."
        );
        assert_eq!(
            applied_line(&counts),
            "Apply complete! Resources: 1 imported, 1 added, 2 changed, 3 destroyed, 2 forgotten."
        );
    }
}
