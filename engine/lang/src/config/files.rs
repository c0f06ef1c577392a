//! Which files of a folder are a module's, and what part they play.
//!
//! Terraform reads `*.tf` and `*.tf.json`; OpenTofu also `*.tofu` and `*.tofu.json`, each in place of the Terraform file
//! with the same name; wb also `*.wb.hcl` and `*.wb.hcl.json`, each in place of both. So one folder can serve all
//! three. Test files have endings of their own and belong to no module.

use std::collections::HashMap;

/// Whose file it is by its name: only that product and the later ones read it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dialect {
    Terraform,
    OpenTofu,
    Wb,
}

/// What a file name says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileName<'a> {
    /// The name without its ending.
    pub stem: &'a str,
    pub dialect: Dialect,
    pub json: bool,
}

const ENDINGS: [(&str, Dialect, bool); 6] = [
    (".tf", Dialect::Terraform, false),
    (".tf.json", Dialect::Terraform, true),
    (".tofu", Dialect::OpenTofu, false),
    (".tofu.json", Dialect::OpenTofu, true),
    (".wb.hcl", Dialect::Wb, false),
    (".wb.hcl.json", Dialect::Wb, true),
];

impl<'a> FileName<'a> {
    /// Reads the name of a file, without its folder. Nothing where it is no configuration file: it has another ending,
    /// is hidden, or left behind by an editor.
    #[must_use]
    pub fn parse(name: &'a str) -> Option<Self> {
        if name.starts_with('.')
            || name.ends_with('~')
            || (name.starts_with('#') && name.ends_with('#'))
        {
            return None;
        }
        let (stem, dialect, json) = ENDINGS.iter().find_map(|(ending, dialect, json)| {
            Some((name.strip_suffix(ending)?, *dialect, *json))
        })?;
        Some(Self { stem, dialect, json })
    }

    /// Whether it changes what other files declare, rather than to declare something.
    #[must_use]
    pub fn is_override(self) -> bool {
        self.stem == "override" || self.stem.ends_with("_override")
    }
}

/// The files of a folder that make a module, each list in the order in which they count.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Selection<'a> {
    pub primary: Vec<&'a str>,
    pub overrides: Vec<&'a str>,
    /// Files that are not read because another stands in their place, and that one.
    pub shadowed: Vec<(&'a str, &'a str)>,
}

impl<'a> Selection<'a> {
    /// Chooses among the names of a folder's files. Their order does not matter.
    #[must_use]
    pub fn of(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut files: Vec<(&'a str, FileName<'a>)> =
            names.into_iter().filter_map(|name| Some((name, FileName::parse(name)?))).collect();
        files.sort_unstable_by_key(|(name, _)| *name);
        let mut winners: HashMap<(&str, bool), (&'a str, Dialect)> = HashMap::new();
        for (name, file) in &files {
            let winner = winners.entry((file.stem, file.json)).or_insert((name, file.dialect));
            if winner.1 < file.dialect {
                *winner = (name, file.dialect);
            }
        }
        let mut selection = Self::default();
        for (name, file) in files {
            let (winner, _) = winners[&(file.stem, file.json)];
            if winner != name {
                selection.shadowed.push((name, winner));
            } else if file.is_override() {
                selection.overrides.push(name);
            } else {
                selection.primary.push(name);
            }
        }
        selection
    }

    /// Whether the folder has no configuration at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.primary.is_empty() && self.overrides.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_names() {
        let selection = Selection::of([
            "main.tf",
            "b_override.tf",
            "override.tf.json",
            "a.tofu",
            "notes.md",
            ".hidden.tf",
            "main.tf~",
            "#main.tf#",
            "main.tftest.hcl",
            "overrides.tf",
            "x.wb.hcl",
        ]);
        assert_eq!(selection.primary, ["a.tofu", "main.tf", "overrides.tf", "x.wb.hcl"]);
        assert_eq!(selection.overrides, ["b_override.tf", "override.tf.json"]);
    }

    #[test]
    fn a_later_product_shadows_an_earlier_one() {
        let selection = Selection::of([
            "a.tf",
            "a.tofu",
            "a.wb.hcl",
            "b.tf",
            "b.tofu",
            "a.tf.json",
            "c.tofu.json",
        ]);
        assert_eq!(selection.primary, ["a.tf.json", "a.wb.hcl", "b.tofu", "c.tofu.json"]);
        assert_eq!(
            selection.shadowed,
            [("a.tf", "a.wb.hcl"), ("a.tofu", "a.wb.hcl"), ("b.tf", "b.tofu")]
        );
    }
}
