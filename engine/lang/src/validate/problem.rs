//! What can be wrong with names. The summaries are Terraform's.

use std::fmt::Display;

use wb_core::addr::{Mode, Provider};
use wb_core::diag::Diagnostic;
use wb_core::provider::Catalog;
use wb_core::schema::Block;
use wb_core::source::Span;
use wb_hcl::{Traversal, suggest};

use super::kinds::what;
use super::names::noun;
use super::view::{Place, View};
use crate::config::{Repetition, Resource};
use crate::reference::ReferenceError;
use crate::stack::Node;

/// ` Did you mean "x"?`, or what else there is to do.
fn hint(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!(" Did you mean {near:?}?"))
}

/// A reference that can mean nothing.
pub(super) fn invalid(
    view: &View<'_>,
    traversal: &Traversal<'_>,
    error: ReferenceError,
) -> Diagnostic {
    let root = traversal.root();
    let problem = Diagnostic::from(error);
    if !traversal.is_root_only() {
        return problem;
    }
    // A name alone is mostly one that lacks what it begins with.
    let module = view.module;
    if module.variables.find(root).is_some() {
        problem.help(format!("Did you mean var.{root}?"))
    } else if module.locals.find(root).is_some() {
        problem.help(format!("Did you mean local.{root}?"))
    } else {
        problem
    }
}

pub(super) fn no_variable(view: &View<'_>, name: &str, at: Span) -> Diagnostic {
    let known = view.module.variables.values().map(|v| &*v.name);
    let otherwise = format!(" This variable can be declared with a variable {name:?} {{}} block.");
    let hint = hint(suggest::nearest(name, known), &otherwise);
    let detail = format!("An input variable with the name {name:?} has not been declared.{hint}");
    Diagnostic::error("Reference to undeclared input variable", detail).at(at)
}

pub(super) fn no_local(view: &View<'_>, name: &str, at: Span) -> Diagnostic {
    let known = view.module.locals.values().map(|l| &*l.name);
    let otherwise = format!(" It can be declared in a locals block of {}.", view.name());
    let hint = hint(suggest::nearest(name, known), &otherwise);
    let detail = format!("A local value with the name {name:?} has not been declared.{hint}");
    Diagnostic::error("Reference to undeclared local value", detail).at(at)
}

pub(super) fn no_resource(
    view: &View<'_>,
    mode: Mode,
    kind: &str,
    name: &str,
    at: Span,
) -> Diagnostic {
    let detail =
        format!("A {} {kind:?} {name:?} has not been declared in {}.", noun(mode), view.name());
    let problem = Diagnostic::error("Reference to undeclared resource", detail).at(at);
    match meant(view, mode, kind, name) {
        Some(meant) => problem.help(format!("Did you mean {meant}?")),
        None => problem.help(format!("Declare it in {}, or correct the reference.", view.name())),
    }
}

/// What a reference to a resource that is not there may have meant.
fn meant(view: &View<'_>, mode: Mode, kind: &str, name: &str) -> Option<String> {
    let resources = || view.module.resources.values();
    // The object of a mistyped word.
    let roots = ["var", "local", "module", "data", "each", "path", "self", "terraform"];
    if mode == Mode::Managed
        && !resources().any(|r| &*r.addr.kind == kind)
        && let Some(root) = root_of(view, kind, name, &roots)
    {
        return Some(format!("{root}.{name}"));
    }
    let of_kind = resources().filter(|r| r.addr.mode == mode && &*r.addr.kind == kind);
    if let Some(near) = suggest::nearest(name, of_kind.map(|r| &*r.addr.name)) {
        return Some(Address(mode, kind, near).to_string());
    }
    // Another mode, or another type that is nearly the same.
    let other = resources().find(|r| &*r.addr.kind == kind && &*r.addr.name == name);
    if let Some(other) = other {
        return Some(other.addr.to_string());
    }
    let named = resources().filter(|r| r.addr.mode == mode && &*r.addr.name == name);
    let near = suggest::nearest(kind, named.map(|r| &*r.addr.kind))?;
    Some(Address(mode, near, name).to_string())
}

fn root_of<'r>(view: &View<'_>, kind: &str, name: &str, roots: &[&'r str]) -> Option<&'r str> {
    let root = match kind {
        "variable" | "variables" => "var",
        "locals" => "local",
        "modules" => "module",
        _ => suggest::nearest(kind, roots.iter().copied())?,
    };
    let is_there = match root {
        "var" => view.module.variables.find(name).is_some(),
        "local" => view.module.locals.find(name).is_some(),
        "module" => view.module.calls.find(name).is_some(),
        _ => matches!(kind, "variable" | "variables" | "locals" | "modules"),
    };
    is_there.then(|| roots.iter().copied().find(|r| *r == root)).flatten()
}

struct Address<'a>(Mode, &'a str, &'a str);

impl Display for Address<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = match self.0 {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        };
        write!(f, "{mode}{}.{}", self.1, self.2)
    }
}

pub(super) fn no_call(view: &View<'_>, name: &str, at: Span) -> Diagnostic {
    let known = view.module.calls.values().map(|c| &*c.name);
    let hint = hint(suggest::nearest(name, known), "");
    let detail = format!("No module call named {name:?} is declared in {}.{hint}", view.name());
    Diagnostic::error("Reference to undeclared module", detail).at(at)
}

pub(super) fn no_output(node: &Node, call: &str, name: &str, at: Span) -> Diagnostic {
    let known: Vec<&str> = node.module.outputs.values().map(|o| &*o.name).collect();
    let otherwise = match &known[..] {
        [] => " It has no outputs at all.".to_owned(),
        few if few.len() <= 8 => format!(" Its outputs are: {}.", few.join(", ")),
        _ => String::new(),
    };
    let hint = hint(suggest::nearest(name, known.iter().copied()), &otherwise);
    let detail = format!("The module {call:?} has no output named {name:?}.{hint}");
    Diagnostic::error("Unsupported attribute", detail).at(at)
}

pub(super) fn no_attribute(block: &Block, name: &str, at: Span) -> Diagnostic {
    let attributes = block.attributes().iter().map(|a| &*a.name);
    let known = attributes.chain(block.blocks().iter().map(|b| &*b.name));
    let hint = hint(suggest::nearest(name, known), "");
    let detail = format!(
        "This object has no argument, nested block, or exported attribute named {name:?}.{hint}"
    );
    Diagnostic::error("Unsupported attribute", detail).at(at)
}

pub(super) fn no_each(place: &Place, at: Span) -> Diagnostic {
    let problem = Diagnostic::error(
        "Reference to \"each\" in context without for_each",
        "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.",
    )
    .at(at);
    if place.count {
        return problem
            .help("This block has \"count\": its instances are told apart by count.index.");
    }
    problem.help("Set for_each in this block, or use something else in place of each.")
}

pub(super) fn no_count(place: &Place, at: Span) -> Diagnostic {
    let problem = Diagnostic::error(
        "Reference to \"count\" in non-counted context",
        "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.",
    )
    .at(at);
    if place.each {
        return problem
            .help("This block has \"for_each\": its instances are told apart by each.key.");
    }
    problem.help("Set count in this block, or use something else in place of count.index.")
}

pub(super) fn no_self(at: Span) -> Diagnostic {
    Diagnostic::error(
        "Invalid \"self\" reference",
        "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.",
    )
    .at(at)
}

pub(super) fn self_reference(resource: &Resource, at: Span) -> Diagnostic {
    let address = &resource.addr;
    Diagnostic::error(
        "Self-referential block",
        format!("Configuration for {address} may not refer to itself: it would be needed before it is there."),
    )
    .at(at)
    .label(resource.span, "declared here")
    .help("Put the value that both need into a local value, and refer to that.")
}

pub(super) fn scoped(resource: &Resource, at: Span) -> Diagnostic {
    let (kind, name) = (&resource.addr.kind, &resource.addr.name);
    Diagnostic::error(
        "Reference to scoped resource",
        format!(
            "The referenced data resource {kind:?} {name:?} is not available from this context."
        ),
    )
    .at(at)
    .label(resource.span, "it belongs to this check alone")
    .help("Declare the data source outside of the check.")
}

pub(super) fn unexpected_key(what: &str, address: &dyn Display, at: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Unexpected {what} instance key"),
        format!(
            "Because {address} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this {what}."
        ),
    )
    .at(at)
}

pub(super) fn missing_key(
    what: &str,
    address: &dyn Display,
    repetition: &Repetition,
    at: Span,
) -> Diagnostic {
    let argument = repetition.argument().unwrap_or_default();
    let key = if matches!(repetition, Repetition::Count(_)) { "count.index" } else { "each.key" };
    Diagnostic::error(
        format!("Missing {what} instance key"),
        format!(
            "Because {address} has {argument:?} set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {address}[{key}]"
        ),
    )
    .at(at)
}

pub(super) fn not_whole(at: Span) -> Diagnostic {
    Diagnostic::error(
        "Invalid depends_on reference",
        "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.",
    )
    .at(at)
    .help("Remove this part of the reference.")
}

/// A type that its provider does not have.
pub(super) fn no_such_type(
    catalog: &Catalog,
    provider: &Provider,
    resource: &Resource,
) -> Diagnostic {
    let (mode, kind) = (resource.addr.mode, &resource.addr.kind);
    let name = provider.for_display();
    let Some(entry) = catalog.get(provider) else {
        let detail = format!(
            "{} needs the provider {name}, which is not one of those that are built in.",
            resource.addr
        );
        let problem = Diagnostic::error("Provider not available", detail).at(resource.kind_span);
        let near = suggest::nearest(kind, catalog.names(what(mode)).map(|(_, name)| name));
        if let Some(near) = near {
            return problem.help(format!("Did you mean the type {near:?}?"));
        }
        let known: Vec<String> = catalog.iter().map(|(p, _)| p.for_display()).collect();
        return problem.help(format!("Built in are {}.", known.join(", ")));
    };
    let (summary, noun) = match mode {
        Mode::Managed => ("Invalid resource type", "resource type"),
        Mode::Data => ("Invalid data source", "data source"),
        Mode::Ephemeral => ("Invalid ephemeral resource type", "ephemeral resource type"),
    };
    let others = [Mode::Managed, Mode::Data, Mode::Ephemeral].into_iter().filter(|m| *m != mode);
    let other = others.map(what).find(|other| entry.logic.names(*other).contains(&&**kind));
    let near = suggest::nearest(kind, entry.logic.names(what(mode)));
    let hint = match (other, near) {
        (Some(other), _) => format!(
            " Did you intend to use the {} {kind:?}? If so, declare this using a {:?} block instead of a {:?} block.",
            other.noun(),
            block_of(other),
            block_of(what(mode)),
        ),
        (None, near) => hint(near, ""),
    };
    let detail = format!("The provider {name} does not support {noun} {kind:?}.{hint}");
    Diagnostic::error(summary, detail).at(resource.kind_span)
}

fn block_of(kind: wb_core::provider::Kind) -> &'static str {
    match kind {
        wb_core::provider::Kind::Data => "data",
        wb_core::provider::Kind::Ephemeral => "ephemeral",
        _ => "resource",
    }
}
