//! `provisioner` and `connection`: what is run on or for an object when it is made or destroyed.

use std::sync::Arc;

use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{Attribute, AttributeSchema, Block, BlockSchema, BodySchema, StepKind, Traversal};

use crate::config::context::{Context, Single, reserved_block};
use crate::config::{Body, references, walk};

/// Something to be run.
#[derive(Clone, Debug)]
pub struct Provisioner {
    pub kind: Arc<str>,
    pub kind_span: Span,
    pub when: When,
    pub on_failure: OnFailure,
    /// The arguments of its kind.
    pub body: Body,
    pub connection: Option<Connection>,
    pub span: Span,
}

/// How to reach the object.
#[derive(Clone, Debug)]
pub struct Connection {
    pub body: Body,
    pub span: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum When {
    #[default]
    Create,
    Destroy,
}

/// What its failure means.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum OnFailure {
    #[default]
    Fail,
    Continue,
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[AttributeSchema::optional("when"), AttributeSchema::optional("on_failure")],
    &[
        BlockSchema::new("_", &[]),
        BlockSchema::new("connection", &[]),
        BlockSchema::new("lifecycle", &[]),
    ],
);
static READ: &[&BodySchema] = &[&SCHEMA];

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Provisioner> {
    let kind = block.label(0)?;
    let content = block.body().partial_content(&SCHEMA, ctx.diags);
    if let "chef" | "habitat" | "puppet" | "salt-masterless" = kind.text {
        ctx.report(
            Diagnostic::error(
                format!("The {:?} provisioner has been removed", kind.text),
                format!(
                    "There is no provisioner {:?}; Terraform removed it in version 0.15.",
                    kind.text
                ),
            )
            .at(kind.span)
            .help("Use the provisioner \"remote-exec\", or prepare machine images beforehand."),
        );
        return None;
    }
    let when = content.attribute("when").and_then(|a| when(&a, ctx)).unwrap_or_default();
    let on_failure = content.attribute("on_failure").and_then(|a| on_failure(&a, ctx));
    let mut found = Provisioner {
        kind: kind.text.into(),
        kind_span: kind.span,
        when,
        on_failure: on_failure.unwrap_or_default(),
        body: ctx.rest(block, READ),
        connection: None,
        span: block.header_span(),
    };
    let mut connections = Single::new(
        "Duplicate connection block",
        "A provisioner has at most one connection block.",
    );
    let mut escapes = Single::new(
        "Duplicate escaping block",
        "A provisioner has at most one escaping block \"_\".",
    );
    for inner in content.blocks() {
        match inner.block_type() {
            "_" if escapes.accepts(&inner, ctx) => found.body.escape(ctx.tree, inner.body().id()),
            "connection" if connections.accepts(&inner, ctx) => {
                found.connection = Some(connection(&inner, ctx));
            }
            "_" | "connection" => {}
            _ => ctx.report(reserved_block(&inner, "provisioner")),
        }
    }
    if when == When::Destroy {
        only_self(&found.body, ctx);
        if let Some(connection) = &found.connection {
            only_self(&connection.body, ctx);
        }
    }
    Some(found)
}

/// Reads a connection block.
pub(super) fn connection(block: &Block<'_>, ctx: &mut Context<'_>) -> Connection {
    Connection { body: ctx.rest(block, &[]), span: block.header_span() }
}

fn when(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Option<When> {
    match references::keyword(attribute.expr, ctx) {
        Some("create") => Some(When::Create),
        Some("destroy") => Some(When::Destroy),
        _ => {
            ctx.report(bad_keyword(attribute, "create or destroy"));
            None
        }
    }
}

fn on_failure(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Option<OnFailure> {
    match references::keyword(attribute.expr, ctx) {
        Some("continue") => Some(OnFailure::Continue),
        Some("fail") => Some(OnFailure::Fail),
        _ => {
            ctx.report(bad_keyword(attribute, "continue or fail"));
            None
        }
    }
}

fn bad_keyword(attribute: &Attribute<'_>, words: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Invalid {:?} keyword", attribute.name),
        format!(
            "The argument {:?} takes one of the keywords {words}, without quotes.",
            attribute.name
        ),
    )
    .at(attribute.expr.span())
}

/// Reports what a provisioner that runs before an object is destroyed may not read: by then, everything else may be
/// gone or about to be replaced.
pub(super) fn only_self(body: &Body, ctx: &mut Context<'_>) {
    walk::references(body, &mut |traversal, _| {
        if !is_of_self(&traversal) {
            ctx.diags.push(
                Diagnostic::error(
                    "Invalid reference from destroy provisioner",
                    "When an object is destroyed, nothing else may still be there or be as it was. So a provisioner that runs then, and its connection, can refer to the object itself only.",
                )
                .at(traversal.span())
                .help("Use self, count.index or each.key; keep what else is needed in the object, for instance in triggers of a terraform_data resource."),
            );
        }
    });
}

fn is_of_self(traversal: &Traversal<'_>) -> bool {
    let steps = traversal.steps();
    let only = |wanted: &str| {
        let first = steps.get(0).map(|step| step.kind);
        steps.len() == 1 && matches!(first, Some(StepKind::Attribute(name)) if name == wanted)
    };
    match traversal.root() {
        "self" | "path" | "terraform" | "tofu" => true,
        "count" => only("index"),
        "each" => only("key"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn keywords_and_blocks() {
        let text = r#"
resource "t" "a" {
  provisioner "local-exec" {
    when       = "destroy"
    on_failure = ignore
    command    = "${self.id} ${each.key} ${each.value} ${path.module}"
    connection {
      host = t.b.ip
    }
    connection {}
    lifecycle {}
  }
}
"#;
        expect![[r#"
            warning main.tf:4:18 <"destroy"> Quoted keywords are deprecated
            error main.tf:5:18 <ignore> Invalid "on_failure" keyword
            error main.tf:6:44 <each.value> Invalid reference from destroy provisioner
            error main.tf:8:14 <t.b.ip> Invalid reference from destroy provisioner
            error main.tf:10:5 <connection> Duplicate connection block | main.tf:7:5 first defined here
            error main.tf:11:5 <lifecycle> Reserved block type name in provisioner block
        "#]].assert_eq(&problems(text));
    }
}
