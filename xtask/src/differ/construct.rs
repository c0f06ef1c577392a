//! What the stacks use, so that a run can say how much it has tried.

use super::case::Case;

/// A construct, and what shows that a case has it: text of a file, or of an option or command.
const CONSTRUCTS: &[(&str, &[&str])] = &[
    ("variables", &["var."]),
    ("variable files", &["terraform.tfvars"]),
    ("variable validation", &["validation {"]),
    ("locals", &["local."]),
    ("count", &["\n  count = "]),
    ("for_each", &["\n  for_each = "]),
    ("modules", &["\nmodule \""]),
    ("modules in modules", &["source = \"../"]),
    ("conditionals", &[" ? "]),
    ("splats", &["[*]", ".*."]),
    ("for expressions", &["[for ", "{ for "]),
    ("dynamic dependencies", &["[each.key].", "[count.index].", "{ for k, v in terraform_data"]),
    ("create_before_destroy", &["create_before_destroy = true"]),
    ("removals", &["(removal)"]),
    ("removed blocks", &["\nremoved {"]),
    ("moves", &["\nmoved {"]),
    ("imports", &["\nimport {"]),
    ("checks", &["\ncheck \""]),
    ("sensitive values", &["sensitive("]),
    ("sensitive variables and outputs", &["sensitive = true"]),
    ("ephemeral values", &["ephemeral = true"]),
    ("outputs", &["\noutput \""]),
    ("depends_on", &["depends_on = "]),
    ("triggers_replace", &["triggers_replace = "]),
    ("replace_triggered_by", &["replace_triggered_by = "]),
    ("ignore_changes", &["ignore_changes = "]),
    ("preconditions", &["precondition {"]),
    ("postconditions", &["postcondition {"]),
    ("prevent_destroy", &["prevent_destroy = "]),
    ("provisioners", &["provisioner \""]),
    ("failing provisioners", &["exit 1"]),
    ("enabled", &["enabled = "]),
    ("provider for_each", &["terraform.by_key["]),
    ("early evaluation", &["source = \"./mods/${"]),
    ("-target", &["-target"]),
    ("-exclude", &["-exclude"]),
    ("-replace", &["-replace"]),
    ("-refresh=false", &["-refresh=false"]),
    ("-refresh-only", &["-refresh-only"]),
    ("-destroy", &["-destroy"]),
    ("taint and untaint", &["(command) taint", "(command) untaint"]),
    ("state rm", &["(command) state rm"]),
];

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CONSTRUCTS.iter().map(|(name, _)| *name)
}

/// For each construct, whether the case uses it.
pub(crate) fn used(case: &Case) -> Vec<bool> {
    let mut text = String::new();
    let mut before: Vec<&str> = Vec::new();
    for step in &case.steps {
        for (path, content) in step.stack.files("tf") {
            text.push_str(&path);
            text.push('\n');
            text.push_str(&content);
        }
        for command in &step.before {
            text.push_str(&format!("(command) {}\n", command.join(" ")));
        }
        text.push_str(&step.plan_options.join("\n"));
        let folders = step.stack.folders.iter().flat_map(|folder| &folder.entities);
        let now: Vec<_> =
            folders.filter(|e| e.reference().is_some()).map(|e| e.name.as_str()).collect();
        if before.iter().any(|name| !now.contains(name)) {
            text.push_str("(removal)\n");
        }
        before = now;
    }
    CONSTRUCTS.iter().map(|(_, signs)| signs.iter().any(|sign| text.contains(sign))).collect()
}
