//! Module calls: whether they give what the module wants, and no more.

use wb_core::diag::Diagnostic;
use wb_core::marks::MarkKinds;
use wb_core::source::Span;
use wb_hcl::{Attribute, AttributeSchema, BodySchema, Expr};

use super::names;
use super::view::Place;
use super::walk::Walk;
use crate::config::{CallId, ModuleCall, ProviderKey, Variable};
use crate::stack::Node;
use crate::typeexpr::{locate, unused};

impl Walk<'_, '_, '_> {
    pub(super) fn calls(&mut self) {
        for (id, call) in self.view.module.calls.iter() {
            self.within(|| format!("module {:?}", call.name), |walk| walk.call(id, call));
        }
    }

    fn call(&mut self, id: CallId, call: &ModuleCall) {
        self.repetition(&call.repetition, Place::default());
        let place = Place::repeated(&call.repetition);
        for passed in &call.providers {
            if let Some(ProviderKey::Expression(key)) = &passed.parent.key {
                self.expression(key.expr(), place);
            }
        }
        for target in &call.depends_on {
            names::dependency(self.view, &place, target, self.diags);
        }
        match self.view.child(id) {
            Some((child, _)) => self.arguments(call, child, place),
            None => drop(self.names_in_body(&call.body, &place)),
        }
    }

    fn arguments(&mut self, call: &ModuleCall, child: &Node, place: Place) {
        let variables = &child.module.variables;
        let names = variables.values().map(|v| AttributeSchema::optional(&v.name));
        let schema = BodySchema::new(names, []);
        let content = call.body.content(&schema, self.diags);
        let mut given = 0;
        for attribute in content.attributes() {
            let Some(variable) = variables.get(attribute.name) else { continue };
            given += 1;
            self.argument(variable, &attribute, place);
        }
        if given == variables.len() {
            return;
        }
        for variable in variables.values().filter(|v| v.is_required()) {
            if content.attribute(&variable.name).is_none() {
                self.diags.push(missing(variable, call.span));
            }
        }
    }

    fn argument(&mut self, variable: &Variable, attribute: &Attribute<'_>, place: Place) {
        let expr = attribute.expr;
        if let Some(why) = &variable.deprecated {
            let problem = Diagnostic::warning("Deprecated variable got a value", why.to_string());
            self.diags.push(problem.at(attribute.name_span).label(variable.span, "declared here"));
        }
        let (value, is_fine) = self.expression(expr, place);
        if !is_fine {
            return;
        }
        let is_ephemeral = value.deep_mark_kinds().intersects(MarkKinds::EPHEMERAL);
        if is_ephemeral && !variable.is_ephemeral() {
            let detail = format!(
                "The variable {:?} is not declared as accepting ephemeral values, so it cannot be set to the result of an ephemeral expression.",
                variable.name
            );
            let problem = Diagnostic::error("Ephemeral value not allowed", detail).at(expr.span());
            let problem = problem
                .label(variable.span, "declared here")
                .help("Declare the variable with ephemeral = true.");
            self.report_about(problem, expr, place);
        }
        if value.is_null() && !variable.is_nullable() {
            if variable.is_required() {
                let detail = format!(
                    "The variable {:?} cannot be null, and it has no default value to take its place.",
                    variable.name
                );
                let problem =
                    Diagnostic::error("Required variable not set", detail).at(expr.span());
                self.report_about(problem.label(variable.span, "declared here"), expr, place);
            }
            return;
        }
        match variable.ty.convert(&value) {
            Ok(_) => unused::report(expr, variable.ty.ty, self.diags),
            Err(error) => {
                let at = locate::span(expr, &error.path);
                let detail = format!(
                    "The given value is not suitable for the variable {:?}: {}.",
                    variable.name,
                    locate::describe(&error)
                );
                self.unsuitable(variable, detail, at, expr, place);
            }
        }
    }

    fn unsuitable(
        &mut self,
        variable: &Variable,
        detail: String,
        at: Span,
        expr: Expr<'_>,
        place: Place,
    ) {
        let declared = variable.type_span.unwrap_or(variable.span);
        let problem = Diagnostic::error("Invalid value for input variable", detail)
            .at(at)
            .label(declared, "declared here");
        self.report_about(problem, expr, place);
    }
}

fn missing(variable: &Variable, at: Span) -> Diagnostic {
    let name = &variable.name;
    Diagnostic::error(
        "Missing required argument",
        format!("The argument {name:?} is required, but no definition was found."),
    )
    .at(at)
    .label(variable.span, "the module declares it here, without a default")
    .help(format!(
        "Add {name} = …, a value of type {}, or give the variable a default.",
        variable.ty.ty.friendly_constraint_name()
    ))
}
