//! `resource`, `data` and `ephemeral`: what is managed, read, or opened for the time of a run.

use wb_core::addr::{Mode, ResourceAddr};
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_hcl::{AttributeSchema, Block, BlockSchema, BodySchema, Content, Traversal};

use super::lifecycle::{self, IgnoreChanges, Lifecycle};
use super::provisioner::{self, Connection, Provisioner, When};
use crate::config::conditions::CheckRule;
use crate::config::context::{Context, Single, reserved_block};
use crate::config::names::{CheckId, Keyed, require_name};
use crate::config::repetition::{Arguments, Repetition};
use crate::config::{Body, ProviderRef, provider_ref, references};

/// A resource, data source or ephemeral resource.
#[derive(Clone, Debug)]
pub struct Resource {
    pub addr: ResourceAddr,
    /// The header of the block.
    pub span: Span,
    pub kind_span: Span,
    /// What the resource type describes.
    pub body: Body,
    pub repetition: Repetition,
    /// As written; without it, the configuration without alias of the provider that the type's name begins with.
    pub provider: Option<ProviderRef>,
    pub depends_on: Vec<Traversal<'static>>,
    pub preconditions: Vec<CheckRule>,
    pub postconditions: Vec<CheckRule>,
    /// What only managed resources have, where anything of it is there.
    pub managed: Option<Box<Managed>>,
    /// The check that a data source belongs to: only that may refer to it.
    pub scope: Option<CheckId>,
}

/// What only managed resources have.
#[derive(Clone, Default, Debug)]
pub struct Managed {
    pub lifecycle: Lifecycle,
    pub connection: Option<Connection>,
    pub provisioners: Vec<Provisioner>,
}

impl Resource {
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.addr.mode
    }

    /// The lifecycle of a managed resource, where it has anything to say.
    #[must_use]
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.managed.as_deref().map(|managed| &managed.lifecycle)
    }

    /// The local name of the provider and the alias of its configuration.
    #[must_use]
    pub fn provider_name(&self) -> (&str, Option<&str>) {
        match &self.provider {
            Some(given) => (&given.name, given.alias.as_deref()),
            None => (self.addr.implied_provider(), None),
        }
    }

    fn managed_mut(&mut self) -> &mut Managed {
        self.managed.get_or_insert_default()
    }
}

impl Keyed for Resource {
    type Key<'k> = (Mode, &'k str, &'k str);

    fn key(&self) -> Self::Key<'_> {
        (self.addr.mode, &self.addr.kind, &self.addr.name)
    }

    fn has_key(&self, key: Self::Key<'_>) -> bool {
        self.key() == key
    }
}

const ATTRIBUTES: &[AttributeSchema] = &[
    AttributeSchema::optional("count"),
    AttributeSchema::optional("for_each"),
    AttributeSchema::optional("provider"),
    AttributeSchema::optional("depends_on"),
];
static MANAGED: BodySchema = BodySchema::fixed(
    ATTRIBUTES,
    &[
        BlockSchema::new("lifecycle", &[]),
        BlockSchema::new("connection", &[]),
        BlockSchema::new("provisioner", &["type"]),
        BlockSchema::new("_", &[]),
        BlockSchema::new("locals", &[]),
    ],
);
static DATA: BodySchema = BodySchema::fixed(
    ATTRIBUTES,
    &[
        BlockSchema::new("lifecycle", &[]),
        BlockSchema::new("_", &[]),
        BlockSchema::new("locals", &[]),
    ],
);
static READ_MANAGED: &[&BodySchema] = &[&MANAGED];
static READ_DATA: &[&BodySchema] = &[&DATA];

/// Reads a block of any of the three types. Nothing where its name is none, which is reported.
pub(in crate::config) fn lower(
    block: &Block<'_>,
    mode: Mode,
    ctx: &mut Context<'_>,
) -> Option<Resource> {
    let (kind, name) = (block.label(0)?, block.label(1)?);
    let (schema, read) = match mode {
        Mode::Data => (&DATA, READ_DATA),
        Mode::Managed | Mode::Ephemeral => (&MANAGED, READ_MANAGED),
    };
    let content = block.body().partial_content(schema, ctx.diags);
    let (kind_summary, name_summary) = summaries(mode);
    let is_named =
        require_name(kind, kind_summary, ctx.diags) & require_name(name, name_summary, ctx.diags);
    let addr = ResourceAddr::new(mode, kind.text, name.text);
    let depends_on = content.attribute("depends_on");
    let provider = content.attribute("provider");
    let mut resource = Resource {
        addr,
        span: block.header_span(),
        kind_span: kind.span,
        body: ctx.rest(block, read),
        repetition: Repetition::None,
        provider: provider.and_then(|a| provider_ref::lower(a.expr, "provider", ctx)),
        depends_on: depends_on.map(|a| references::list(&a, ctx)).unwrap_or_default(),
        preconditions: Vec::new(),
        postconditions: Vec::new(),
        managed: None,
        scope: None,
    };
    let mut arguments = Arguments {
        count: content.attribute("count"),
        for_each: content.attribute("for_each"),
        enabled: None,
    };
    blocks(&content, &mut resource, &mut arguments, ctx);
    resource.repetition = arguments.lower(noun(mode), ctx);
    check_connection(&resource, ctx);
    is_named.then_some(resource)
}

fn summaries(mode: Mode) -> (&'static str, &'static str) {
    match mode {
        Mode::Managed => ("Invalid resource type name", "Invalid resource name"),
        Mode::Data => ("Invalid data source name", "Invalid data resource name"),
        Mode::Ephemeral => {
            ("Invalid ephemeral resource type name", "Invalid ephemeral resource name")
        }
    }
}

fn noun(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "resources",
        Mode::Data => "data sources",
        Mode::Ephemeral => "ephemeral resources",
    }
}

fn blocks<'t>(
    content: &Content<'t, '_>,
    resource: &mut Resource,
    arguments: &mut Arguments<'t>,
    ctx: &mut Context<'_>,
) {
    let mode = resource.mode();
    let mut lifecycles =
        Single::new("Duplicate lifecycle block", "A resource has at most one lifecycle block.");
    let mut connections =
        Single::new("Duplicate connection block", "A resource has at most one connection block.");
    let mut escapes =
        Single::new("Duplicate escaping block", "A resource has at most one escaping block \"_\".");
    for block in content.blocks() {
        match block.block_type() {
            "lifecycle" if lifecycles.accepts(&block, ctx) => {
                let found = lifecycle::lower(&block, &resource.addr, ctx);
                arguments.enabled = found.enabled;
                resource.preconditions = found.preconditions;
                resource.postconditions = found.postconditions;
                if mode == Mode::Managed {
                    resource.managed_mut().lifecycle = found.lifecycle;
                }
            }
            "_" if escapes.accepts(&block, ctx) => {
                resource.body.escape(ctx.tree, block.body().id());
            }
            "connection" | "provisioner" if mode == Mode::Ephemeral => {
                ctx.report(not_ephemeral(&block));
            }
            "connection" if connections.accepts(&block, ctx) => {
                resource.managed_mut().connection = Some(provisioner::connection(&block, ctx));
            }
            "provisioner" => {
                let found = provisioner::lower(&block, ctx);
                resource.managed_mut().provisioners.extend(found);
            }
            "lifecycle" | "_" | "connection" => {}
            _ => ctx.report(reserved_block(&block, mode.block())),
        }
    }
}

fn not_ephemeral(block: &Block<'_>) -> Diagnostic {
    Diagnostic::error(
        "Invalid configuration block for ephemeral resource",
        format!(
            "Nothing is made for an ephemeral resource, so a {} block has no meaning in it.",
            block.block_type()
        ),
    )
    .at(block.header_span())
}

/// A connection of the whole resource is part of that of each destroy-time provisioner.
fn check_connection(resource: &Resource, ctx: &mut Context<'_>) {
    let Some(managed) = &resource.managed else { return };
    let Some(connection) = &managed.connection else { return };
    if managed.provisioners.iter().any(|p| p.when == When::Destroy) {
        provisioner::only_self(&connection.body, ctx);
    }
}

/// Lays what an override file says over what is declared.
pub(in crate::config) fn merge(base: &mut Resource, over: Resource, ctx: &mut Context<'_>) {
    if let Some(first) = over.depends_on.first() {
        ctx.report(super::depends_on_overridden(first));
    }
    if !over.repetition.is_none() {
        base.repetition = over.repetition;
    }
    if over.provider.is_some() {
        base.provider = over.provider;
    }
    base.body.override_with(&over.body);
    let Some(over) = over.managed else { return };
    let managed = base.managed_mut();
    if over.connection.is_some() {
        managed.connection = over.connection;
    }
    if !over.provisioners.is_empty() {
        managed.provisioners = over.provisioners;
    }
    merge_lifecycle(&mut managed.lifecycle, over.lifecycle);
}

fn merge_lifecycle(base: &mut Lifecycle, over: Lifecycle) {
    base.create_before_destroy = over.create_before_destroy.or(base.create_before_destroy);
    base.destroy = over.destroy.or(base.destroy);
    if over.prevent_destroy.is_some() {
        base.prevent_destroy = over.prevent_destroy;
    }
    if !matches!(over.ignore_changes, IgnoreChanges::None) {
        base.ignore_changes = over.ignore_changes;
    }
    if !over.replace_triggered_by.is_empty() {
        base.replace_triggered_by = over.replace_triggered_by;
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::testing::problems;

    #[test]
    fn blocks_that_may_occur_once_do() {
        let text = r#"
resource "t" "a" {
  count    = 1
  for_each = {}
  lifecycle {}
  lifecycle {}
  connection {}
  connection {}
  _ {}
  _ {}
  locals {}
}
ephemeral "t" "a" {
  connection {}
  provisioner "local-exec" {}
  lifecycle {
    destroy = false
  }
}
resource "t" "a" {}
resource "t.x" "-" {}
"#;
        expect![[r#"
            error main.tf:4:3 <for_each> Invalid combination of "count" and "for_each" | main.tf:3:3 also set here
            error main.tf:6:3 <lifecycle> Duplicate lifecycle block | main.tf:5:3 first defined here
            error main.tf:8:3 <connection> Duplicate connection block | main.tf:7:3 first defined here
            error main.tf:10:3 <_> Duplicate escaping block | main.tf:9:3 first defined here
            error main.tf:11:3 <locals> Reserved block type name in resource block
            error main.tf:14:3 <connection> Invalid configuration block for ephemeral resource
            error main.tf:15:3 <provisioner "local-exec"> Invalid configuration block for ephemeral resource
            error main.tf:17:5 <destroy> Invalid lifecycle configuration for ephemeral resource
            error main.tf:20:1 <resource "t" "a"> Duplicate resource "t" configuration | main.tf:2:1 first declared here
            error main.tf:21:10 <"t.x"> Invalid resource type name
            error main.tf:21:16 <"-"> Invalid resource name
        "#]].assert_eq(&problems(text));
    }

    #[test]
    fn arguments_that_are_references() {
        let text = r#"
resource "t" "a" {
  depends_on = [t.b, "t.c", t.d[0].x, "t. d", var.x + 1]
  provider   = "p.x"
  lifecycle {
    ignore_changes        = [tags["a"], network[0].ip, "x", t.b + 1]
    create_before_destroy = 1
    prevent_destroy       = var.x
  }
}
resource "t" "b" {
  depends_on = t.a
  provider   = p.x.y
  lifecycle {
    ignore_changes = al
  }
}
resource "t" "c" {
  provider = p["x"]
}
resource "t" "d" {
  provider = p.x[each.key]
}
"#;
        expect![[r#"
            warning main.tf:3:22 <"t.c"> Quoted references are deprecated
            warning main.tf:3:39 <"t. d"> Quoted references are deprecated
            error main.tf:3:47 <var.x + 1> Invalid expression
            warning main.tf:4:16 <"p.x"> Quoted references are deprecated
            warning main.tf:6:56 <"x"> Quoted references are deprecated
            error main.tf:6:61 <t.b + 1> Invalid expression
            error main.tf:7:29 <1> Unsuitable value type
            error main.tf:12:16 <t.a> Invalid expression
            error main.tf:13:19 <.y> Invalid provider configuration reference
            error main.tf:15:22 <al> Invalid expression
            error main.tf:19:15 <["x"]> Invalid provider configuration reference
        "#]]
        .assert_eq(&problems(text));
    }
}
