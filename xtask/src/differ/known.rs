//! Where wb and Terraform disagree, and wb is right.

use serde_json::Value;

use super::compare::Difference;
use super::edit::Step;

/// A disagreement that stays.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Why wb is right.
    pub(crate) reason: &'static str,
    /// Whether the two go on with the same states: then only the difference is passed over, not the rest of the case.
    goes_on: bool,
    is_it: fn(&Step, &Difference) -> bool,
}

pub(crate) static ALL: [Known; 5] = [
    Known {
        name: "outputs before -destroy",
        reason: "Terraform plans as usual before it plans to destroy, and says of an output that it was what it would have become. wb says what the state has.",
        goes_on: true,
        is_it: |step, difference| {
            has_option(step, "-destroy")
                && (is_about(difference, &["output_changes"]) && is_about(difference, &["before"])
                    || is_about(difference, &["prior_state"]) && is_about(difference, &["outputs"]))
        },
    },
    Known {
        name: "conditions of what a provisioner left broken",
        reason: "Terraform evaluates the postconditions of an object whose provisioner failed and that is replaced by the next apply. wb says that they were not evaluated.",
        goes_on: true,
        is_it: |step, difference| {
            difference.stage == "state"
                && is_about(difference, &["checks"])
                && difference.ours == "unknown"
                && mentions(step, "exit 1")
        },
    },
    Known {
        name: "sensitive outputs of modules",
        reason: "Terraform 1.11 does not mark what comes out of a module's output that is declared sensitive, so that it is shown. OpenTofu marks it, as wb does.",
        goes_on: true,
        is_it: |step, difference| {
            if is_about(difference, &["sensitive_attributes"]) && !difference.ours.is_null() {
                return mentions(step, "sensitive") && mentions(step, "module");
            }
            let is_mark = is_about(difference, &["sensitive_values", "after_sensitive"]);
            let adds = difference.ours == Value::Bool(true) && difference.peer != Value::Bool(true);
            is_mark && adds && mentions(step, "sensitive")
        },
    },
    Known {
        name: "destroy = false, and -destroy",
        reason: "`terraform plan -destroy` destroys objects whose `removed` block says that they must not be. wb lets go of them.",
        goes_on: false,
        is_it: |step, difference| {
            let of_changes = ["changes", "sums", "resource_changes", "planned_values"];
            has_option(step, "-destroy")
                && mentions(step, "destroy = false")
                && is_about(difference, &of_changes)
        },
    },
    Known {
        name: "-refresh-only of what was not made yet",
        reason: "Terraform evaluates postconditions and expressions of instances that do not exist when nothing is to be made, and fails with \"Invalid index\".",
        goes_on: false,
        is_it: |step, difference| {
            has_option(step, "-refresh-only")
                && (difference.path != ["code"]
                    || difference.peer.to_string().contains("Invalid index"))
                && difference.stage == "plan"
                && (difference.peer.is_null() || difference.path == ["code"])
        },
    },
];

fn has_option(step: &Step, option: &str) -> bool {
    step.plan_options.iter().any(|given| given == option)
}

fn mentions(step: &Step, text: &str) -> bool {
    step.stack.files("tf").iter().any(|(_, file)| file.contains(text))
}

fn is_about(difference: &Difference, parts: &[&str]) -> bool {
    difference.path.iter().any(|part| parts.contains(&part.as_str()))
}

/// Takes out the differences that do not lead the two apart, and gives the entries that they belong to.
pub(crate) fn pass_over(step: &Step, differences: &mut Vec<Difference>) -> Vec<usize> {
    let mut found = Vec::new();
    differences.retain(|difference| {
        let known = ALL.iter().position(|known| known.goes_on && (known.is_it)(step, difference));
        found.extend(known);
        known.is_none()
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// The entry that all these differences belong to.
pub(crate) fn find(step: &Step, differences: &[Difference]) -> Option<usize> {
    ALL.iter().position(|known| differences.iter().all(|d| (known.is_it)(step, d)))
}
