//! Resources: their arguments, how many there are, and everything that hangs on them.

use wb_core::addr::Mode;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provisioner;
use wb_core::schema::Block;
use wb_core::source::Span;
use wb_core::value::Value;
use wb_hcl::{StepKind, Traversal, suggest};

use super::kinds::Kind;
use super::names;
use super::problem;
use super::view::Place;
use super::walk::Walk;
use crate::config::{
    Body, Connection, IgnoreChanges, Lifecycle, Managed, ProviderKey, Provisioner, Repetition,
    Resource, ResourceId,
};
use crate::decode::{self, Ephemeral, Options};
use crate::world;

impl Walk<'_, '_, '_> {
    pub(super) fn resources(&mut self) {
        for (id, resource) in self.view.module.resources.iter() {
            let header = || {
                let block = match resource.addr.mode {
                    Mode::Managed => "resource",
                    Mode::Data => "data",
                    Mode::Ephemeral => "ephemeral",
                };
                format!("{block} {:?} {:?}", resource.addr.kind, resource.addr.name)
            };
            self.within(header, |walk| walk.resource(id, resource));
        }
    }

    fn resource(&mut self, id: ResourceId, resource: &Resource) {
        let own = Place { own: Some(id), check: resource.scope, ..Place::default() };
        self.repetition(&resource.repetition, own);
        let place =
            Place { own: Some(id), check: resource.scope, ..Place::repeated(&resource.repetition) };
        if let Some(ProviderKey::Expression(key)) =
            resource.provider.as_ref().and_then(|given| given.key.as_ref())
        {
            self.expression(key.expr(), place);
        }
        let ephemeral = match resource.addr.mode {
            Mode::Ephemeral => Ephemeral::Anywhere,
            Mode::Managed | Mode::Data => Ephemeral::WriteOnly,
        };
        let kind = self.view.kind(id).cloned();
        self.body(&resource.body, kind.as_deref(), place, ephemeral, resource.span);
        for target in &resource.depends_on {
            names::dependency(self.view, &place, target, self.diags);
        }
        self.conditions(&resource.preconditions, place);
        let after = Place { this: Some(id), ..place };
        self.conditions(&resource.postconditions, after);
        if let Some(managed) = &resource.managed {
            self.managed(managed, kind.as_deref(), after);
        }
    }

    /// Whether a value can decide how many there are.
    pub(super) fn repetition(&mut self, repetition: &Repetition, place: Place) {
        let Some(expression) = repetition.expression() else { return };
        let expr = expression.expr();
        let (value, is_fine) = self.expression(expr, place);
        if let Some(problem) = world::unfit(repetition, &value, expr).filter(|_| is_fine) {
            self.report_about(problem, expr, place);
        }
    }

    /// Checks a body that a provider describes. Without a schema only its references can be checked.
    pub(super) fn body(
        &mut self,
        body: &Body,
        kind: Option<&Kind>,
        place: Place,
        ephemeral: Ephemeral,
        span: Span,
    ) {
        let before = self.diags.error_count();
        let failed = self.names_in_body(body, &place);
        let Some(kind) = kind else { return };
        let options = Options { ephemeral, is_static: true, ..Options::default() };
        let value = self.quietly(&failed, place, |scope, diags| {
            decode::block(body, &kind.decoder, scope, &options, diags)
        });
        if self.diags.error_count() == before {
            self.ask_provider(body, kind, &value, span);
        }
    }

    fn ask_provider(&mut self, body: &Body, kind: &Kind, value: &Value, span: Span) {
        for found in kind.validate(&value.unmark_deep().0) {
            let at = decode::place(body, &kind.decoder, &found.path).unwrap_or(span);
            let problem = match found.severity {
                wb_core::diag::Severity::Error => Diagnostic::error(found.summary, found.detail),
                wb_core::diag::Severity::Warning => {
                    Diagnostic::warning(found.summary, found.detail)
                }
            };
            self.diags.push(problem.at(at).within(span));
        }
    }

    fn managed(&mut self, managed: &Managed, kind: Option<&Kind>, place: Place) {
        if let Some(kind) = kind {
            ignored(&managed.lifecycle, kind.block(), self.diags);
        }
        for expression in &managed.lifecycle.replace_triggered_by {
            // These are references to be watched, not values: `self` has no place here.
            let place = Place { this: None, ..place };
            self.names_in(expression.expr(), &place);
        }
        if let Some(prevent) = &managed.lifecycle.prevent_destroy {
            self.expression(prevent.expr(), Place { this: None, ..place });
        }
        // The object is there when these run, so that they may read it by either name.
        let place = Place { own: None, ..place };
        if let Some(connection) = &managed.connection {
            self.connection(connection, place);
        }
        for provisioner in &managed.provisioners {
            self.provisioner(provisioner, place);
        }
    }

    fn provisioner(&mut self, provisioner: &Provisioner, place: Place) {
        match provisioner::schema(&provisioner.kind) {
            Some(schema) => self.fixed(&provisioner.body, &schema.block, place),
            None => {
                self.names_in_body(&provisioner.body, &place);
                let near = suggest::nearest(&provisioner.kind, provisioner::KINDS);
                let known = provisioner::KINDS.map(|kind| format!("{kind:?}")).join(", ");
                let detail =
                    format!("There is no provisioner {:?}: there are {known}.", provisioner.kind);
                let problem =
                    Diagnostic::error("Unknown provisioner", detail).at(provisioner.kind_span);
                self.diags.push(match near {
                    Some(near) => problem.help(format!("Did you mean {near:?}?")),
                    None => problem,
                });
            }
        }
        if let Some(connection) = &provisioner.connection {
            self.connection(connection, place);
        }
    }

    fn connection(&mut self, connection: &Connection, place: Place) {
        self.fixed(&connection.body, &provisioner::connection().block, place);
    }

    /// Checks a body with a schema of the language's own.
    fn fixed(&mut self, body: &Body, schema: &Block, place: Place) {
        let failed = self.names_in_body(body, &place);
        let decoder = decode::Schema::new(schema);
        let options =
            Options { ephemeral: Ephemeral::Anywhere, is_static: true, ..Options::default() };
        self.quietly(&failed, place, |scope, diags| {
            decode::block(body, &decoder, scope, &options, diags)
        });
    }
}

/// Whether what is to be ignored is there, and can be set at all.
fn ignored(lifecycle: &Lifecycle, block: &Block, diags: &mut Diagnostics) {
    let IgnoreChanges::Some(paths) = &lifecycle.ignore_changes else { return };
    for path in paths {
        let name = path.root();
        let attribute = block.attribute(name);
        if attribute.is_none() && block.nested(name).is_none() {
            diags.push(problem::no_attribute(block, name, path.root_span()));
        } else if attribute.is_some_and(|a| !a.settable.by_user()) {
            diags.push(redundant(name, path.span()));
        } else if let Some(problem) = step_into(path, block) {
            diags.push(problem);
        }
    }
}

/// Whether a path into nested blocks and attributes leads to something.
fn step_into(path: &Traversal<'_>, block: &Block) -> Option<Diagnostic> {
    let mut block = &block.nested(path.root())?.block;
    for step in path.steps().iter() {
        let StepKind::Attribute(name) = step.kind else { continue };
        if let Some(nested) = block.nested(name) {
            block = &nested.block;
        } else {
            let is_there = block.attribute(name).is_some();
            return (!is_there).then(|| problem::no_attribute(block, name, step.span));
        }
    }
    None
}

fn redundant(name: &str, at: Span) -> Diagnostic {
    Diagnostic::warning(
        "Redundant ignore_changes element",
        format!(
            "The attribute {name} is decided by the provider alone, so there is no configured value whose changes could be ignored."
        ),
    )
    .at(at)
    .help("Remove it from ignore_changes.")
}
