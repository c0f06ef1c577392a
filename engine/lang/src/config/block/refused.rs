//! What one of the peers has and wb does not, refused by name.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_hcl::{Block, BlockSchema, Body, BodySchema, Syntax};

/// Why something is refused, and what to do in its place.
#[derive(Clone, Copy)]
pub(in crate::config) struct Refusal {
    what: &'static str,
    instead: &'static str,
}

pub(in crate::config) const ACTIONS: Refusal = Refusal {
    what: "Actions of providers, which Terraform 1.14 has, are not implemented in wb",
    instead: "Use a provisioner of a terraform_data resource, with triggers_replace, where something must be run.",
};
pub(in crate::config) const LISTS: Refusal = Refusal {
    what: "Queries for existing infrastructure, which Terraform 1.14 has, are not implemented in wb",
    instead: "Write import blocks for the objects to be taken over.",
};
pub(in crate::config) const STATE_STORES: Refusal = Refusal {
    what: "State stores of providers, an experiment in Terraform, are not implemented in wb",
    instead: "Use a backend block.",
};
const STACKS: Refusal = Refusal {
    what: "Terraform Stacks, which need HCP Terraform, are not implemented in wb",
    instead: "Write a module with module blocks in place of components.",
};
const TEST_FILES: Refusal = Refusal {
    what: "This block belongs to a test",
    instead: "Put it in a file whose name ends in .tftest.hcl.",
};

/// Reports a block that is refused.
pub(in crate::config) fn block(block: &Block<'_>, why: Refusal) -> Diagnostic {
    Diagnostic::error(
        "Unsupported block type",
        format!("Blocks of type {:?} are refused. {}.", block.block_type(), why.what),
    )
    .at(block.type_span())
    .help(why.instead)
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[],
    &[
        BlockSchema::new("action", &["type", "name"]),
        BlockSchema::new("list", &["type", "name"]),
        BlockSchema::new("component", &["name"]),
        BlockSchema::new("deployment", &["name"]),
        BlockSchema::new("deployment_group", &["name"]),
        BlockSchema::new("identity_token", &["name"]),
        BlockSchema::new("orchestrate", &["type", "name"]),
        BlockSchema::new("publish_output", &["name"]),
        BlockSchema::new("upstream_input", &["name"]),
        BlockSchema::new("store", &["type", "name"]),
        BlockSchema::new("run", &["name"]),
        BlockSchema::new("mock_provider", &["name"]),
        BlockSchema::new("override_resource", &[]),
        BlockSchema::new("override_data", &[]),
        BlockSchema::new("override_module", &[]),
        BlockSchema::new("variables", &[]),
        BlockSchema::new("test", &[]),
    ],
);

/// The blocks that are refused at the top level of a file, to be hidden from who reads the others.
pub(in crate::config) static TOP_LEVEL: &[&BodySchema] = &[&SCHEMA];

/// The blocks at the top level of a file that are refused, and why.
pub(in crate::config) fn found(body: Body<'_>) -> Vec<(Block<'_>, Refusal)> {
    // A wrong number of labels is not what is wrong with them.
    let mut ignored = Diagnostics::new();
    let blocks: Vec<Block<'_>> = match body.tree().syntax() {
        Syntax::Native => {
            body.blocks().filter(|b| SCHEMA.block(b.block_type()).is_some()).collect()
        }
        Syntax::Json => body.partial_content(&SCHEMA, &mut ignored).blocks().collect(),
    };
    let why = |block: &Block<'_>| match block.block_type() {
        "action" => ACTIONS,
        "list" => LISTS,
        "run" | "mock_provider" | "override_resource" | "override_data" | "override_module"
        | "variables" | "test" => TEST_FILES,
        _ => STACKS,
    };
    blocks
        .into_iter()
        .map(|block| {
            let why = why(&block);
            (block, why)
        })
        .collect()
}

/// Why a file is not read although it belongs to the language of a peer; `name` is without its folder.
#[must_use]
pub fn refused_file(name: &str) -> Option<String> {
    let is_one_of = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let why = if is_one_of(&[".tfquery.hcl", ".tfquery.json"]) {
        LISTS
    } else if is_one_of(&[
        ".tfcomponent.hcl",
        ".tfcomponent.json",
        ".tfstack.hcl",
        ".tfstack.json",
        ".tfdeploy.hcl",
        ".tfdeploy.json",
    ]) {
        STACKS
    } else {
        return None;
    };
    Some(format!("{}. {}", why.what, why.instead))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{load, whole};

    #[test]
    fn what_wb_lacks_is_refused_by_name() {
        let text = r#"
action "a" "b" {}
list "a" "b" {}
component {}
run "x" {}
resorce "t" "a" {}
resource "t" "a" {
  lifecycle {
    action_trigger {}
  }
}
"#;
        expect![[r#"
            error main.tf:2:1 <action> Unsupported block type
              Blocks of type "action" are refused. Actions of providers, which Terraform 1.14 has, are not implemented in wb.
              help: Use a provisioner of a terraform_data resource, with triggers_replace, where something must be run.
            error main.tf:3:1 <list> Unsupported block type
              Blocks of type "list" are refused. Queries for existing infrastructure, which Terraform 1.14 has, are not implemented in wb.
              help: Write import blocks for the objects to be taken over.
            error main.tf:4:1 <component> Unsupported block type
              Blocks of type "component" are refused. Terraform Stacks, which need HCP Terraform, are not implemented in wb.
              help: Write a module with module blocks in place of components.
            error main.tf:5:1 <run> Unsupported block type
              Blocks of type "run" are refused. This block belongs to a test.
              help: Put it in a file whose name ends in .tftest.hcl.
            error main.tf:6:1 <resorce> Unsupported block type
              Blocks of type "resorce" are not expected here. Did you mean "resource"?
            error main.tf:9:5 <action_trigger> Unsupported block type
              Blocks of type "action_trigger" are refused. Actions of providers, which Terraform 1.14 has, are not implemented in wb.
              help: Use a provisioner of a terraform_data resource, with triggers_replace, where something must be run.
        "#]].assert_eq(&{
            let (sources, _, diags) = load(&[("main.tf", text)]);
            whole(&sources, &diags)
        });
    }

    #[test]
    fn files_of_other_commands_are_named() {
        assert!(super::refused_file("a.tfquery.hcl").is_some());
        assert!(super::refused_file("a.tfcomponent.hcl").is_some());
        assert!(super::refused_file("a.tf").is_none());
    }
}
