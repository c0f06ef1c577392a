//! What can be wrong with a body. The summaries are Terraform's.

use wb_core::convert::{ConvertError, convert};
use wb_core::diag::Diagnostic;
use wb_core::path::{Path, Step};
use wb_core::source::Span;
use wb_core::ty::{Type, TypeKind};
use wb_core::value::{Value, View};
use wb_hcl::{Attribute, Block, ExprKind, suggest};

use super::schema::{Kind, Member, Schema};
use crate::eval::show::{Cause, describe};
use crate::typeexpr::locate;

pub(super) fn missing_argument(member: &Member, at: Span) -> Diagnostic {
    let name = &member.name;
    let ty = match &member.kind {
        Kind::Attribute(attribute) => attribute.wanted.friendly_constraint_name(),
        Kind::Blocks(_) => String::new(),
    };
    Diagnostic::error(
        "Missing required argument",
        format!("The argument {name:?} is required, but no definition was found."),
    )
    .at(at)
    .help(format!("Add {name} = …, a value of type {ty}."))
}

pub(super) fn null_argument(attribute: &Attribute<'_>) -> Diagnostic {
    Diagnostic::error(
        "Missing required argument",
        format!("The argument {:?} is required, but its value is null.", attribute.name),
    )
    .at(attribute.expr.span())
    .within(attribute.span)
}

/// A value that cannot become what the attribute wants, which is of type `wanted`.
pub(super) fn wrong_type(
    attribute: &Attribute<'_>,
    value: &Value,
    wanted: Type,
    error: &ConvertError,
) -> Diagnostic {
    let mut detail = format!(
        "Inappropriate value for attribute {:?}: {}.",
        attribute.name,
        locate::describe(error)
    );
    let mut path = error.path.clone();
    if path.is_empty() {
        // Types were compared, not values: the message names the way to the culprit, and here it is gone again.
        follow(value, wanted, &mut path);
    }
    // Of a reference the value is shown anyway, and a literal shows itself.
    let is_plain = path.is_empty()
        && matches!(
            attribute.expr.kind(),
            ExprKind::Traversal(_) | ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_)
        );
    let culprit = wb_core::access::at_path(value, &path).ok().filter(|_| !is_plain);
    if let Some(shown) = culprit.and_then(|culprit| describe(&culprit, Cause::Values)) {
        let place = if path.is_empty() { String::new() } else { format!(" at {path}") };
        detail.push_str(&format!(" The value{place} {shown}."));
    }
    Diagnostic::error("Incorrect attribute value type", detail)
        .at(locate::span(attribute.expr, &path))
        .within(attribute.span)
}

/// Goes on to the first part of a value that cannot become its part of the wanted type. Recursion goes as deep as types nest.
fn follow(value: &Value, wanted: Type, path: &mut Path) {
    let value = value.unmarked();
    let parts: Vec<(Step, &Value)> = match value.view() {
        View::Tuple(elements) | View::List(elements) => {
            elements.iter().enumerate().map(|(at, e)| (Step::Index(Value::from(at)), e)).collect()
        }
        View::Object(object) => {
            object.iter().map(|(name, e)| (Step::GetAttr(name.into()), e)).collect()
        }
        View::Map(map) => map.iter().map(|(k, e)| (Step::Index(Value::string(k)), e)).collect(),
        _ => return,
    };
    for (step, part) in parts {
        let wanted = match (wanted.kind(), &step) {
            (TypeKind::Object(object), Step::GetAttr(name)) => object.get(name),
            (TypeKind::Tuple(_) | TypeKind::Object(_), _) => None,
            _ => wanted.element(),
        };
        if let Some(wanted) = wanted
            && convert(part, wanted).is_err()
        {
            path.push(step);
            return follow(part, wanted, path);
        }
    }
}

/// An attribute that only the provider sets. `path` is its name, with that of the attribute that it is in.
pub(super) fn not_settable(path: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        "Value for unconfigurable attribute",
        format!(
            "Can't configure a value for {path:?}: its value will be decided automatically based on the result of applying this configuration."
        ),
    )
    .at(at)
    .help("Remove this argument.")
}

/// Something that the established provider has and this one does not.
pub(super) fn refused(what: &str, path: &str, instead: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Unsupported {what}"),
        format!("wb's own implementation of this provider does not act on {path:?}, so it cannot be set: {instead}"),
    )
    .at(at)
}

pub(super) fn deprecated(what: &str, why: &str, at: Span) -> Diagnostic {
    Diagnostic::warning(format!("{what} is deprecated"), why.to_owned()).at(at)
}

pub(super) fn ephemeral(path: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        "Invalid use of ephemeral value",
        format!(
            "Ephemeral values are not valid for {path:?}, because it is not a write-only attribute and must be persisted to state."
        ),
    )
    .at(at)
}

pub(super) fn ephemeral_blocks(block_type: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        "Invalid use of ephemeral value",
        format!(
            "How many {block_type} blocks there are is persisted to state, so it cannot depend on an ephemeral value."
        ),
    )
    .at(at)
}

pub(super) fn unsupported_dynamic(
    block: &Block<'_>,
    block_type: &str,
    schema: &Schema,
) -> Diagnostic {
    let hint = match suggest::nearest(block_type, schema.block_types()) {
        Some(near) => format!(" Did you mean {near:?}?"),
        None if schema.find(block_type).is_some() => format!(
            " Did you mean to define argument {block_type:?}? It takes a for expression in place of a dynamic block."
        ),
        None => String::new(),
    };
    Diagnostic::error(
        "Unsupported block type",
        format!("Blocks of type {block_type:?} are not expected here.{hint}"),
    )
    .at(block.label(0).map_or(block.type_span(), |label| label.span))
}

pub(super) fn missing_block(block_type: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Missing {block_type} block"),
        format!("A block of type {block_type:?} is required here."),
    )
    .at(at)
    .help(format!("Add a block {block_type} {{ … }}."))
}

pub(super) fn too_few_blocks(block_type: &str, min: u64, have: usize, at: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Insufficient {block_type} blocks"),
        format!("At least {min} {block_type:?} blocks are required, and there are {have}."),
    )
    .at(at)
}

pub(super) fn too_many_blocks(block_type: &str, max: u64, have: usize, at: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Too many {block_type} blocks"),
        format!("No more than {max} {block_type:?} blocks are allowed, and there are {have}."),
    )
    .at(at)
}

pub(super) fn second_block(block_type: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Duplicate {block_type} block"),
        format!("Only one block of type {block_type:?} is allowed."),
    )
    .at(second)
    .label(first, "the first one")
}

pub(super) fn second_key(block_type: &str, key: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Duplicate {block_type} block"),
        format!(
            "A block for {block_type} {key:?} was already defined. The {block_type} labels must be unique."
        ),
    )
    .at(second)
    .label(first, "the first one")
}

pub(super) fn types_differ(block_type: &str, why: &str, at: Span) -> Diagnostic {
    Diagnostic::error(
        format!("Inconsistent argument types in {block_type} blocks"),
        format!("Corresponding attributes in all blocks of this type must have one type: {why}."),
    )
    .at(at)
}
