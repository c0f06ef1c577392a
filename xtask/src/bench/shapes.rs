//! Stacks of a known shape and size: a pure function of shape, size and share of changes.
//!
//! Resources refer to each other through `id` alone, which an update leaves as it is: where `changed` is 1, exactly one
//! resource in a hundred differs and nothing cascades.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The module calls of [`Shape::Modules`].
const CALLS: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// A binary tree: what is ready, log2(N) deep.
    Tree,
    /// No references: the cost of a resource alone.
    Flat,
    /// All in one line: depth, nothing in parallel, transitive dependencies.
    Chain,
    /// One block with `count = N`.
    Count,
    /// One block with `for_each` over a literal map.
    Foreach,
    /// One module of N/100 resources, called a hundred times.
    Modules,
    /// N leaves and a hub that reads them all through a splat.
    Fanin,
}

impl Shape {
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("tree", Self::Tree),
        ("flat", Self::Flat),
        ("chain", Self::Chain),
        ("count", Self::Count),
        ("foreach", Self::Foreach),
        ("modules", Self::Modules),
        ("fanin", Self::Fanin),
    ];

    /// Writes the stack of `n` resources into `folder`; with `changed`, one in a hundred is edited.
    pub(crate) fn write(self, n: usize, changed: bool, folder: &Path) -> Result<(), String> {
        let text = match self {
            Self::Tree => linked(n, changed, |i| (i > 0).then(|| (i - 1) / 2)),
            Self::Flat => linked(n, changed, |_| None),
            Self::Chain => linked(n, changed, |i| i.checked_sub(1)),
            Self::Count => block("r", &counted(changed), &format!("  count = {n}\n")),
            Self::Foreach => foreach(n, changed),
            Self::Modules => {
                put(&folder.join("unit/main.tf"), &unit(n / CALLS))?;
                calls(changed)
            }
            Self::Fanin => {
                let leaves = block("leaf", &counted(changed), &format!("  count = {n}\n"));
                leaves + &block("hub", "join(\",\", terraform_data.leaf[*].id)", "")
            }
        };
        put(&folder.join("main.tf"), &text)
    }
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// The last of every hundred changes, so that a root does not.
fn suffix(changed: bool, i: usize) -> &'static str {
    if changed && i % 100 == 99 { "-changed" } else { "" }
}

fn block(name: &str, value: &str, head: &str) -> String {
    format!("resource \"terraform_data\" \"{name}\" {{\n{head}  input = {value}\n}}\n\n")
}

fn counted(changed: bool) -> String {
    let suffix = if changed { "${count.index % 100 == 99 ? \"-changed\" : \"\"}" } else { "" };
    format!("\"r${{count.index}}{suffix}\"")
}

fn linked(n: usize, changed: bool, parent: fn(usize) -> Option<usize>) -> String {
    let mut text = String::new();
    for i in 0..n {
        let suffix = suffix(changed, i);
        let above = parent(i).map(|p| format!(":${{terraform_data.r{p}.id}}")).unwrap_or_default();
        text += &block(&format!("r{i}"), &format!("\"r{i}{suffix}{above}\""), "");
    }
    text
}

fn foreach(n: usize, changed: bool) -> String {
    let mut text = String::from("locals {\n  items = {\n");
    for i in 0..n {
        let _ = writeln!(text, "    k{i:06} = \"r{i}{}\"", suffix(changed, i));
    }
    text += "  }\n}\n\n";
    text + &block("r", "each.value", "  for_each = local.items\n")
}

fn calls(changed: bool) -> String {
    let mut text = String::new();
    for i in 0..CALLS {
        let name = format!("m{i:03}{}", suffix(changed, i));
        let _ = writeln!(
            text,
            "module \"m{i:03}\" {{\n  source = \"./unit\"\n  name   = \"{name}\"\n}}\n"
        );
    }
    text
}

fn unit(n: usize) -> String {
    let mut text = String::from("variable \"name\" {\n  type = string\n}\n\n");
    for i in 0..n {
        text += &block(&format!("r{i}"), &format!("\"${{var.name}}-r{i}\""), "");
    }
    text + "output \"first\" {\n  value = terraform_data.r0.id\n}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_a_hundred_changes() {
        let before = linked(300, false, |i| i.checked_sub(1));
        let after = linked(300, true, |i| i.checked_sub(1));
        let differing = before.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
        assert_eq!(differing, 3);
    }
}
