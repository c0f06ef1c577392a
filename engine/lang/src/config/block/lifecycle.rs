//! `lifecycle` blocks of resources, data sources and ephemeral resources.

use wb_core::addr::{Mode, ResourceAddr};
use wb_core::diag::Diagnostic;
use wb_hcl::{
    Attribute, AttributeSchema, Block, BlockSchema, BodySchema, ExprKind, Expression, Traversal,
};

use crate::config::conditions::{self, CheckRule, Subject};
use crate::config::context::Context;
use crate::config::{constant, references};

/// Of which changes nothing is made.
#[derive(Clone, Default, Debug)]
pub enum IgnoreChanges {
    #[default]
    None,
    All,
    /// Of those to these attributes, written relative to the resource.
    Some(Vec<Traversal<'static>>),
}

/// How a resource is made, replaced and destroyed.
#[derive(Clone, Default, Debug)]
pub struct Lifecycle {
    pub create_before_destroy: Option<bool>,
    pub prevent_destroy: Option<Expression>,
    /// False means to forget the object in place of destroying it.
    pub destroy: Option<bool>,
    pub ignore_changes: IgnoreChanges,
    /// References whose change replaces the resource.
    pub replace_triggered_by: Vec<Expression>,
}

/// What one block holds.
pub(super) struct Lowered<'t> {
    pub(super) lifecycle: Lifecycle,
    pub(super) enabled: Option<Attribute<'t>>,
    pub(super) preconditions: Vec<CheckRule>,
    pub(super) postconditions: Vec<CheckRule>,
}

static SCHEMA: BodySchema = BodySchema::fixed(
    &[
        AttributeSchema::optional("create_before_destroy"),
        AttributeSchema::optional("prevent_destroy"),
        AttributeSchema::optional("destroy"),
        AttributeSchema::optional("ignore_changes"),
        AttributeSchema::optional("replace_triggered_by"),
        AttributeSchema::optional("enabled"),
    ],
    &[
        BlockSchema::new("precondition", &[]),
        BlockSchema::new("postcondition", &[]),
        BlockSchema::new("action_trigger", &[]),
    ],
);

pub(super) fn lower<'t>(
    block: &Block<'t>,
    addr: &ResourceAddr,
    ctx: &mut Context<'_>,
) -> Lowered<'t> {
    let content = block.body().content(&SCHEMA, ctx.diags);
    let mut found = Lowered {
        lifecycle: Lifecycle::default(),
        enabled: content.attribute("enabled"),
        preconditions: Vec::new(),
        postconditions: Vec::new(),
    };
    for attribute in content.attributes().filter(|a| a.name != "enabled") {
        if addr.mode == Mode::Managed {
            argument(&attribute, &mut found.lifecycle, ctx);
        } else {
            ctx.report(not_managed(&attribute, addr.mode));
        }
    }
    let subject = Subject::Resource(addr);
    for inner in content.blocks() {
        match inner.block_type() {
            "precondition" => found.preconditions.extend(conditions::lower(&inner, &subject, ctx)),
            "postcondition" => {
                found.postconditions.extend(conditions::lower(&inner, &subject, ctx));
            }
            _ => ctx.report(super::refused::block(&inner, super::refused::ACTIONS)),
        }
    }
    found
}

fn argument(attribute: &Attribute<'_>, lifecycle: &mut Lifecycle, ctx: &mut Context<'_>) {
    match attribute.name {
        "create_before_destroy" => {
            lifecycle.create_before_destroy = constant::boolean(attribute.expr, ctx.diags);
        }
        "prevent_destroy" => lifecycle.prevent_destroy = Some(ctx.keep(attribute.expr)),
        "destroy" => lifecycle.destroy = constant::boolean(attribute.expr, ctx.diags),
        "ignore_changes" => lifecycle.ignore_changes = ignore_changes(attribute, ctx),
        _ => lifecycle.replace_triggered_by = triggers(attribute, ctx),
    }
}

fn not_managed(attribute: &Attribute<'_>, mode: Mode) -> Diagnostic {
    let (summary, what) = match mode {
        Mode::Data => ("Invalid data resource lifecycle argument", "Data sources are only read"),
        _ => (
            "Invalid lifecycle configuration for ephemeral resource",
            "Ephemeral resources are opened and closed in every run",
        ),
    };
    Diagnostic::error(
        summary,
        format!("{what}, so the lifecycle argument {:?} has no meaning for them.", attribute.name),
    )
    .at(attribute.name_span)
    .help("Remove it; enabled, precondition and postcondition are what may be here.")
}

fn ignore_changes(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> IgnoreChanges {
    if attribute.expr.as_keyword() == Some("all") {
        return IgnoreChanges::All;
    }
    let Some(elements) = attribute.expr.as_list() else {
        if !matches!(attribute.expr.kind(), ExprKind::Invalid) {
            ctx.report(
                Diagnostic::error(
                    "Invalid expression",
                    "The argument \"ignore_changes\" takes a list of attributes of this resource, or the keyword all.",
                )
                .at(attribute.expr.span()),
            );
        }
        return IgnoreChanges::None;
    };
    let mut attributes = Vec::new();
    for element in elements.iter() {
        if element.as_literal_string() == Some("*") {
            ctx.report(
                Diagnostic::error(
                    "Invalid ignore_changes wildcard",
                    "There is no wildcard \"*\" for the changes to ignore.",
                )
                .at(element.span())
                .help("Write ignore_changes = all to ignore changes to all attributes."),
            );
        } else {
            attributes.extend(references::one(element, ctx));
        }
    }
    if attributes.is_empty() { IgnoreChanges::None } else { IgnoreChanges::Some(attributes) }
}

fn triggers(attribute: &Attribute<'_>, ctx: &mut Context<'_>) -> Vec<Expression> {
    let Some(elements) = attribute.expr.as_list() else {
        if !matches!(attribute.expr.kind(), ExprKind::Invalid) {
            ctx.report(
                Diagnostic::error(
                    "Invalid expression",
                    "The argument \"replace_triggered_by\" takes a list of references that is written out.",
                )
                .at(attribute.expr.span()),
            );
        }
        return Vec::new();
    };
    elements.iter().filter_map(|element| super::trigger::lower(element, ctx)).collect()
}
