//! Plans and states without what may differ between two runs of the same thing.
//!
//! An id is named after the instance that it was first seen with, so that two tools that make, move and replace the same
//! objects in the same order give the same names.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

/// The names of all ids that one tool's states have shown.
#[derive(Default)]
pub(crate) struct Ids {
    names: HashMap<String, String>,
    objects: BTreeMap<String, usize>,
}

const UUID: usize = 36;

impl Ids {
    /// Names the ids of a state that are new.
    pub(crate) fn learn(&mut self, state: &Value) {
        for (address, instance) in instances(state) {
            let Some(id) = instance["attributes"]["id"].as_str() else { continue };
            if !is_uuid(id) || self.names.contains_key(id) {
                continue;
            }
            let count = self.objects.entry(address.clone()).or_default();
            self.names.insert(id.to_owned(), format!("<{address} #{count}>"));
            *count += 1;
        }
    }

    /// The same value with names in place of ids.
    pub(crate) fn rename(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.rename_text(text)),
            Value::Array(items) => items.iter().map(|item| self.rename(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(k, v)| (self.rename_text(k), self.rename(v))).collect()
            }
            other => other.clone(),
        }
    }

    fn rename_text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let candidate = rest.get(..UUID).filter(|candidate| is_uuid(candidate));
            if let Some(id) = candidate {
                let name = self.names.get(&id.to_ascii_lowercase());
                out.push_str(name.map_or("<id>", String::as_str));
                rest = &rest[UUID..];
            } else {
                out.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
        out
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == UUID
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Every object of a state file with its address; a deposed one's says so.
fn instances(state: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for resource in list(&state["resources"]) {
        for instance in list(&resource["instances"]) {
            found.push((address(resource, instance), instance));
        }
    }
    found
}

fn address(resource: &Value, instance: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut address = text(&resource["module"]);
    if !address.is_empty() {
        address.push('.');
    }
    if resource["mode"] == "data" {
        address.push_str("data.");
    }
    address.push_str(&format!("{}.{}", text(&resource["type"]), text(&resource["name"])));
    if !instance["index_key"].is_null() {
        address.push_str(&format!("[{}]", instance["index_key"]));
    }
    if instance.get("deposed").is_some() {
        address.push_str(" (deposed)");
    }
    address
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A state file: its objects by address, outputs, and results of checks.
pub(crate) fn state(file: &Value, ids: &Ids) -> Value {
    let mut objects = Map::new();
    let mut deposed: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for resource in list(&file["resources"]) {
        for instance in list(&resource["instances"]) {
            let mut object = instance.clone();
            object["provider"] = resource["provider"].clone();
            sort(&mut object["sensitive_attributes"]);
            sort(&mut object["dependencies"]);
            if let Some(members) = object.as_object_mut() {
                members.retain(|name, value| {
                    let says_nothing = value.is_null() || value == &json!([]);
                    !says_nothing && !matches!(name.as_str(), "deposed" | "index_key" | "private")
                });
            }
            let address = address(resource, instance);
            match instance.get("deposed") {
                None => {
                    objects.insert(address, object);
                }
                Some(_) => deposed.entry(address).or_default().push(ids.rename(&object)),
            }
        }
    }
    for (address, mut list) in deposed {
        list.sort_by_key(Value::to_string);
        objects.insert(address, list.into());
    }
    let mut checks = Map::new();
    for check in list(&file["check_results"]) {
        let name = format!("{} {}", check["object_kind"], check["config_addr"]);
        let says_nothing = check["status"] == "unknown" && check["objects"].is_null();
        if says_nothing {
            continue;
        }
        let mut check = check.clone();
        sort(&mut check["objects"]);
        checks.insert(name, check);
    }
    // No file is as good as an empty one.
    let outputs = file.get("outputs").cloned().unwrap_or_else(|| json!({}));
    ids.rename(&json!({"outputs": outputs, "objects": objects, "checks": checks}))
}

/// `show -json` of a saved plan, lists whose order says nothing as maps.
pub(crate) fn plan(shown: &Value, ids: &Ids) -> Value {
    let mut out = Map::new();
    for name in ["resource_changes", "resource_drift", "deferred_changes"] {
        let mut changes = Map::new();
        for change in list(&shown[name]) {
            let mut change = change.clone();
            let mut address = change["address"].to_string();
            if change.get("deposed").is_some() {
                address.push_str(" (deposed)");
                change["deposed"] = json!("(a key)");
            }
            sort(&mut change["change"]["replace_paths"]);
            changes.insert(address, change);
        }
        out.insert(name.to_owned(), Value::Object(changes));
    }
    for name in ["output_changes", "variables", "errored", "complete", "applyable"] {
        out.insert(name.to_owned(), shown[name].clone());
    }
    let mut checks = Map::new();
    for check in list(&shown["checks"]) {
        let mut check = check.clone();
        sort(&mut check["instances"]);
        checks.insert(check["address"]["to_display"].to_string(), check);
    }
    out.insert("checks".to_owned(), Value::Object(checks));
    for name in ["planned_values", "prior_state"] {
        out.insert(name.to_owned(), values(&shown[name]));
    }
    ids.rename(&Value::Object(out))
}

/// The values of a plan or a state: resources by address, however deep their module.
fn values(shown: &Value) -> Value {
    let shown = shown.get("values").unwrap_or(shown);
    let mut resources = Map::new();
    gather(&shown["root_module"], &mut resources);
    json!({"outputs": shown["outputs"], "resources": resources})
}

fn gather(module: &Value, resources: &mut Map<String, Value>) {
    for resource in list(&module["resources"]) {
        let mut resource = resource.clone();
        let mut address = resource["address"].to_string();
        if resource.get("deposed_key").is_some() {
            address.push_str(" (deposed)");
            resource["deposed_key"] = json!("(a key)");
        }
        sort(&mut resource["depends_on"]);
        resources.insert(address, resource);
    }
    for child in list(&module["child_modules"]) {
        gather(child, resources);
    }
}

fn sort(value: &mut Value) {
    if let Value::Array(items) = value {
        items.sort_by_key(Value::to_string);
    }
}
