//! The layer table: who may use whom.

use serde_json::Value;

/// Every crate of the workspace and the crates of the workspace that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("wb-core", &[]),
    ("wb-hcl", &["wb-core"]),
    ("wb-graph", &["wb-core"]),
    ("wb-cost", &["wb-core"]),
    ("wb-lang", &["wb-core", "wb-hcl", "wb-graph"]),
    ("wb-state", &["wb-core"]),
    ("wb-plan", &["wb-core", "wb-graph", "wb-state"]),
    ("wb-planner", &["wb-core", "wb-graph", "wb-lang", "wb-state", "wb-plan"]),
    ("wb-sdk", &["wb-core", "wb-sdk-derive"]),
    ("wb-sdk-derive", &[]),
    ("wb-ssh", &["wb-core"]),
    ("wb-exec", &["wb-core", "wb-graph", "wb-lang", "wb-state", "wb-plan", "wb-sdk", "wb-ssh"]),
    ("wb-crypt", &[]),
    ("wb-store", &["wb-core", "wb-crypt", "wb-state"]),
    ("wb-store-s3", &["wb-core", "wb-state", "wb-store"]),
    ("wb-modules", &["wb-core", "wb-hcl"]),
    ("wb-std", &["wb-core", "wb-sdk"]),
    ("wb-gcp", &["wb-core", "wb-sdk"]),
    ("wb-digitalocean", &["wb-core", "wb-sdk"]),
    ("wb-sandbox", &["wb-core", "wb-sdk"]),
    ("wb-aws-sdk", &[]),
    ("wb-aws", &["wb-core", "wb-sdk", "wb-aws-sdk"]),
    ("wb-metal", &["wb-core", "wb-sdk", "wb-ssh"]),
    ("wb-kubernetes", &["wb-core", "wb-sdk"]),
    ("wb-plugin", &["wb-core", "wb-sdk"]),
    (
        "wb-engine",
        &[
            "wb-core",
            "wb-hcl",
            "wb-graph",
            "wb-lang",
            "wb-state",
            "wb-plan",
            "wb-planner",
            "wb-exec",
            "wb-crypt",
            "wb-store",
            "wb-store-s3",
            "wb-modules",
            "wb-cost",
            "wb-sdk",
        ],
    ),
];

/// Crates at the edge, which may use everything.
const EDGE: &[&str] = &["wb", "wb-testkit", "wb-tests", "xtask"];
/// Crates that any other may use in its tests.
const DEV_ONLY: &[&str] = &["wb-testkit"];

/// Every edge that is not in the table, and every crate that is not.
pub(super) fn check(metadata: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if EDGE.contains(&name) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(crate_name, _)| *crate_name == name) else {
            problems.push(format!("{name}: has no row in the layer table"));
            continue;
        };
        for dependency in package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default()
        {
            let target = dependency["name"].as_str().unwrap_or_default();
            let is_dev = dependency["kind"].as_str() == Some("dev");
            if !names.contains(&target)
                || allowed.contains(&target)
                || (is_dev && DEV_ONLY.contains(&target))
            {
                continue;
            }
            problems.push(format!("{name} -> {target}: this edge is not in the layer table"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_edge_upwards_is_found() {
        let metadata = json!({"packages": [
            {"name": "wb-core", "dependencies": [{"name": "wb-lang", "kind": null}, {"name": "serde", "kind": null}]},
            {"name": "wb-lang", "dependencies": [{"name": "wb-core", "kind": null}]},
            {"name": "wb-else", "dependencies": []},
        ]});
        assert_eq!(
            check(&metadata),
            [
                "wb-core -> wb-lang: this edge is not in the layer table",
                "wb-else: has no row in the layer table"
            ]
        );
    }
}
