//! `removed`: what is no longer declared, and whether its objects are destroyed or only forgotten.

use wb_core::addr::RemoveEndpoint;
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{AttributeSchema, Block, BlockSchema, BodySchema};

use super::provisioner::{self, Provisioner, When};
use crate::config::context::{Context, Single};
use crate::config::{Dialect, address, constant};

/// A record of a removal, with an address relative to the module.
#[derive(Clone, Debug)]
pub struct Removed {
    pub from: RemoveEndpoint,
    pub from_span: Span,
    /// Whether to destroy the objects; otherwise they are forgotten.
    pub destroy: bool,
    /// To be run before the objects are destroyed.
    pub provisioners: Vec<Provisioner>,
    pub span: Span,
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[AttributeSchema::required("from")],
    &[BlockSchema::new("lifecycle", &[]), BlockSchema::new("provisioner", &["type"])],
);
static LIFECYCLE: BodySchema = BodySchema::fixed(&[AttributeSchema::optional("destroy")], &[]);

pub(in crate::config) fn lower(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Removed> {
    let before = ctx.diags.error_count();
    let content = block.body().content(&SCHEMA, ctx.diags);
    let from = content.attribute("from").and_then(|from| {
        let traversal = address::traversal(from.expr, ctx)?;
        Some((address::parse(&traversal, ctx, RemoveEndpoint::from_parts)?, traversal.span()))
    });
    let mut destroy = None;
    let mut single = Single::new(
        "Duplicate lifecycle block",
        "A removed block has at most one lifecycle block.",
    );
    for lifecycle in content.blocks_of("lifecycle") {
        if single.accepts(&lifecycle, ctx) {
            let content = lifecycle.body().content(&LIFECYCLE, ctx.diags);
            let given = content.attribute("destroy");
            destroy = given.and_then(|a| constant::boolean(a.expr, ctx.diags));
        }
    }
    let provisioners: Vec<Provisioner> =
        content.blocks_of("provisioner").filter_map(|b| destroy_provisioner(&b, ctx)).collect();
    let (from, from_span) = from?;
    let mut removed =
        Removed { from, from_span, destroy: false, provisioners, span: block.header_span() };
    check_provisioners(&removed, destroy, ctx);
    if destroy.is_none() && ctx.diags.error_count() == before {
        ctx.report(unsaid(&removed, ctx.dialect));
    }
    removed.destroy = destroy.unwrap_or_else(|| destroys_by_default(ctx.dialect));
    Some(removed)
}

/// What happens where the block does not say: Terraform destroys, OpenTofu forgets.
fn destroys_by_default(dialect: Dialect) -> bool {
    dialect != Dialect::OpenTofu
}

fn unsaid(removed: &Removed, dialect: Dialect) -> Diagnostic {
    let what = if destroys_by_default(dialect) { "destroyed" } else { "forgotten, not destroyed" };
    Diagnostic::warning(
        "Missing lifecycle from the removed block",
        format!(
            "This block does not say what happens to the objects of {}. They are {what}, which is what {} does; other tools do otherwise.",
            removed.from,
            if destroys_by_default(dialect) { "Terraform" } else { "OpenTofu" },
        ),
    )
    .at(removed.span)
    .help("Add lifecycle { destroy = true } or lifecycle { destroy = false }.")
}

fn destroy_provisioner(block: &Block<'_>, ctx: &mut Context<'_>) -> Option<Provisioner> {
    let found = provisioner::lower(block, ctx)?;
    if found.when == When::Destroy {
        return Some(found);
    }
    ctx.report(
        Diagnostic::error(
            "Invalid \"removed.provisioner\" block",
            "Nothing is created for a removed block, so only provisioners that run before destroying have a meaning.",
        )
        .at(block.header_span())
        .help("Set when = destroy."),
    );
    None
}

fn check_provisioners(removed: &Removed, destroy: Option<bool>, ctx: &mut Context<'_>) {
    if removed.provisioners.is_empty() {
        return;
    }
    if let RemoveEndpoint::Module(_) = removed.from {
        ctx.report(
            Diagnostic::error(
                "Invalid \"removed\" block",
                "Provisioners run for a resource, but this block is about a module.",
            )
            .at(removed.from_span)
            .help("Name a resource in \"from\", in a block of its own."),
        );
    } else if destroy == Some(false) {
        ctx.report(
            Diagnostic::warning(
                "Removed block provisioners will not be executed",
                "The objects are forgotten and not destroyed, so nothing runs these provisioners.",
            )
            .at(removed.span),
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::{load, problems};

    #[test]
    fn what_a_removed_block_may_have() {
        let text = r#"
removed {
  from = t.a
}
removed {
  from = t.a[0]
  lifecycle {
    destroy = var.x
  }
}
removed {
  from = module.a
  lifecycle {
    destroy = true
  }
  provisioner "local-exec" {
    when = destroy
  }
}
removed {
  from = t.b
  lifecycle {
    destroy = false
  }
  provisioner "local-exec" {
    when    = destroy
    command = self.id
  }
  provisioner "local-exec" {
    command = "x"
  }
}
"#;
        expect![[r#"
            warning main.tf:2:1 <removed> Missing lifecycle from the removed block
            error main.tf:6:13 <[0]> Resource instance address with keys is not allowed
            error main.tf:8:15 <var.x> Variables not allowed
            error main.tf:12:10 <module.a> Invalid "removed" block
            warning main.tf:20:1 <removed> Removed block provisioners will not be executed
            error main.tf:29:3 <provisioner "local-exec"> Invalid "removed.provisioner" block
        "#]]
        .assert_eq(&problems(text));
    }

    #[test]
    fn files_of_opentofu_forget_by_default() {
        let text = "removed {\n  from = t.a\n}\n";
        let destroys = |name: &str| load(&[(name, text)]).1.removed[0].destroy;
        assert_eq!((destroys("main.tf"), destroys("main.tofu")), (true, false));
    }
}
