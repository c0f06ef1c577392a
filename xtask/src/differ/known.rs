//! Where wb and Terraform disagree, and wb is right.

use serde_json::Value;

use super::case::FAILED;
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

pub(crate) static ALL: [Known; 23] = [
    Known {
        name: "outputs before -destroy",
        reason: "Terraform plans as usual before it plans to destroy, and says of an output that it was what it would have become. wb says what the state has.",
        goes_on: true,
        is_it: |step, difference| {
            let of_outputs = is_about(difference, &["outputs", "output_changes"]);
            let is_before =
                is_about(difference, &["before", "prior_state"]) || difference.ours.is_null();
            has_option(step, "-destroy") && of_outputs && is_before
        },
    },
    Known {
        name: "conditions of what a provisioner left broken",
        reason: "Terraform evaluates the postconditions of an object whose provisioner failed and that is replaced by the next apply. wb says that they were not evaluated.",
        goes_on: true,
        is_it: |step, difference| {
            ["state", FAILED].contains(&difference.stage)
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
            let of_marks = ["sensitive_values", "after_sensitive", "before_sensitive"];
            let is_mark = is_about(difference, &of_marks);
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
        name: "needs before -destroy",
        reason: "Terraform plans as usual before it plans to destroy, and tells what objects would have needed. wb says what the state has.",
        goes_on: true,
        is_it: |step, difference| {
            has_option(step, "-destroy")
                && is_about(difference, &["prior_state"])
                && is_about(difference, &["depends_on"])
        },
    },
    Known {
        name: "needs after a -destroy that failed",
        reason: "As before; Terraform keeps those needs of what could not be destroyed.",
        goes_on: false,
        is_it: |step, difference| {
            has_option(step, "-destroy")
                && ["state", FAILED].contains(&difference.stage)
                && is_about(difference, &["dependencies"])
        },
    },
    Known {
        name: "mistakes, and -destroy",
        reason: "Terraform plans as usual before it plans to destroy, and fails where that cannot be planned, or where a variable's validation does not hold. wb destroys what the state has.",
        goes_on: false,
        is_it: |step, difference| {
            let is_code = difference.path == ["code"];
            has_option(step, "-destroy")
                && difference.stage == "plan"
                && (difference.peer.is_null() || is_code && difference.peer[0] == 1)
        },
    },
    Known {
        name: "replace_triggered_by of what is made",
        reason: "Terraform says of an object that is not there yet that it is replaced because something else changes. wb says that it is made.",
        goes_on: true,
        is_it: |_, difference| {
            let reasons = ["replace_by_triggers", "replace_triggered_by"];
            difference.ours.is_null()
                && difference.peer.as_str().is_some_and(|peer| reasons.contains(&peer))
        },
    },
    Known {
        name: "values of what is forgotten",
        reason: "Terraform lists objects that it will forget among the planned values, without any value. wb leaves out what the state will not have.",
        goes_on: true,
        is_it: |_, difference| {
            difference.path.starts_with(&["planned_values".to_owned(), "resources".to_owned()])
                && difference.ours.is_null()
                && difference.peer["sensitive_values"] == Value::Bool(false)
                && difference.peer.get("values").is_none()
        },
    },
    Known {
        name: "outputs of -refresh-only that are not known",
        reason: "Terraform plans an output of what was not made as \"known after apply\", and then refuses to apply that plan. wb leaves such an output as it was.",
        goes_on: true,
        is_it: |step, difference| {
            has_option(step, "-refresh-only")
                && is_about(difference, &["outputs", "output_changes"])
                && difference.ours.is_null()
        },
    },
    Known {
        name: "plans of -refresh-only that are not applied",
        reason: "Terraform refuses to apply a plan of -refresh-only that found nothing but outputs that are not known. To apply what changes nothing is no mistake.",
        goes_on: false,
        is_it: |step, difference| {
            has_option(step, "-refresh-only")
                && difference.stage == "apply"
                && difference.peer.to_string().contains("Cannot apply non-applyable plan")
        },
    },
    Known {
        name: "numbers of outputs, and -refresh-only",
        reason: "Terraform takes a number that it read from the state for another than the same number worked out, and calls a plan without changes applyable.",
        goes_on: true,
        is_it: |step, difference| {
            has_option(step, "-refresh-only")
                && match &*difference.path {
                    [part] if part == "applyable" => difference.peer == true,
                    [part] if part == "code" => difference.peer[0] == 2 && difference.ours[0] == 0,
                    _ => false,
                }
        },
    },
    Known {
        name: "what is still done where something fails",
        reason: "In Terraform a block waits for all that its text names, and nothing is done that would have waited for what failed. wb goes on with what needs no value of that, and destroys what nothing needs that is left.",
        goes_on: false,
        is_it: |_, difference| {
            let more = |list: &Value| list.as_array().map_or(0, Vec::len);
            let is_less = difference.peer.is_null()
                || difference.ours.is_null()
                || difference.peer == "unknown"
                || more(&difference.ours) < more(&difference.peer);
            let is_of_object = is_about(difference, &["objects"]) && difference.path.len() > 2;
            difference.stage == FAILED && (is_less || is_of_object)
        },
    },
    Known {
        name: "create_before_destroy outside of -target",
        reason: "Terraform forgets that an object is replaced create-first for the sake of another that -target leaves out. wb keeps it.",
        goes_on: true,
        is_it: |step, difference| {
            step.plan_options.iter().any(|given| given.starts_with("-target"))
                && is_about(difference, &["create_before_destroy"])
                && difference.ours == true
        },
    },
    Known {
        name: "needs of what turned out not to change",
        reason: "Terraform keeps what an object needed before where its planned update has nothing to do. wb records what it needs now.",
        goes_on: false,
        is_it: |_, difference| {
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let (peer, ours) = (list(&difference.peer), list(&difference.ours));
            ["state", FAILED].contains(&difference.stage)
                && is_about(difference, &["dependencies"])
                && ours.iter().all(|need| peer.contains(need))
        },
    },
    Known {
        name: "mistakes outside of -target",
        reason: "Terraform checks arguments of modules and targets of imports also where -target leaves them out. wb looks at what it plans.",
        goes_on: false,
        is_it: |step, difference| {
            step.plan_options.iter().any(|given| given.starts_with("-target"))
                && difference.stage == "plan"
                && (difference.peer.is_null()
                    || difference.path == ["code"] && difference.peer[0] == 1)
        },
    },
    Known {
        name: "moves outside of -target",
        reason: "Terraform refuses -target where something else has moved. wb gives it its new address, and plans the target.",
        goes_on: false,
        is_it: |_, difference| {
            let refusal = "Moved resource instances excluded by targeting";
            difference.peer.is_null()
                || difference.path == ["code"] && difference.peer.to_string().contains(refusal)
        },
    },
    Known {
        name: "circles of blocks",
        reason: "Terraform orders blocks, and finds circles where the objects of these blocks have none.",
        goes_on: false,
        is_it: |_, difference| {
            difference.peer.is_null()
                || difference.path == ["code"] && difference.peer.to_string().contains("Cycle: ")
        },
    },
    Known {
        name: "checks, and -exclude",
        reason: "OpenTofu evaluates no checks where something is excluded. wb evaluates those that nothing was left out of.",
        goes_on: true,
        is_it: |step, difference| {
            let excludes = |given: &String| given.starts_with("-exclude");
            step.plan_options.iter().any(excludes)
                && is_about(difference, &["checks"])
                && (difference.peer.is_null() || difference.peer == "unknown")
        },
    },
    Known {
        name: "replace_triggered_by of nothing",
        reason: "Terraform fails with \"no change found\" where replace_triggered_by names a resource without instances or one that -target leaves out, and tells to report a bug. What is not there triggers nothing.",
        goes_on: false,
        is_it: |step, difference| {
            difference.path != ["code"] && mentions(step, "replace_triggered_by")
                || difference.peer.to_string().contains("no change found for")
        },
    },
    Known {
        name: "ignore_changes of a part of an object",
        reason: "Terraform knows elements of maps alone, and ignores every change of an object of which a part is named. wb ignores that part.",
        goes_on: false,
        is_it: |step, difference| {
            let of_changes = [
                "changes",
                "resource_changes",
                "planned_values",
                "sums",
                "outputs",
                "output_changes",
                "applyable",
                "checks",
                "prior_state",
            ];
            let is_change =
                difference.path == ["code"] && difference.peer[0] != 1 && difference.ours[0] != 1;
            mentions(step, "ignore_changes = [input[")
                && difference.stage == "plan"
                && (is_change || is_about(difference, &of_changes))
        },
    },
    Known {
        name: "-target, and what its text names",
        reason: "Terraform takes along every instance of all that the text of a target names. wb takes along what values come from.",
        goes_on: false,
        is_it: |step, difference| {
            let is_number = difference.path.first().is_some_and(|part| part == "sums");
            let is_check = is_about(difference, &["checks"]);
            step.plan_options.iter().any(|given| given.starts_with("-target"))
                && difference.stage == "plan"
                && (difference.ours.is_null() || is_number || is_check)
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
