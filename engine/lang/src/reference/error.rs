//! Why a traversal refers to nothing.

use std::fmt;

use wb_core::addr::Mode;
use wb_core::diag::Diagnostic;
use wb_core::source::Span;
use wb_core::text::quote;
use wb_hcl::{Traversal, suggest};

/// A traversal that refers to nothing there could be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReferenceError {
    pub summary: &'static str,
    pub detail: String,
    pub span: Span,
}

const INVALID: &str = "Invalid reference";

impl ReferenceError {
    fn invalid(detail: impl Into<String>, span: Span) -> Self {
        Self { summary: INVALID, detail: detail.into(), span }
    }

    /// `string` where a value is wanted.
    pub(crate) fn type_as_value(traversal: &Traversal<'_>) -> Self {
        no_resource_name(Mode::Managed, traversal.root_span())
    }
}

/// `var` alone.
pub(super) fn bare_root(traversal: &Traversal<'_>) -> ReferenceError {
    let root = quote(traversal.root());
    let detail = format!(
        "The {root} object cannot be accessed directly. Instead, access one of its attributes."
    );
    ReferenceError::invalid(detail, traversal.root_span())
}

/// `var["a"]`
pub(super) fn unsupported_step(traversal: &Traversal<'_>) -> ReferenceError {
    let root = quote(traversal.root());
    let span = traversal.steps().get(0).map_or(traversal.root_span(), |step| step.span);
    ReferenceError::invalid(format!("The {root} object does not support this operation."), span)
}

/// `each.other`
pub(super) fn no_such_attribute(root: &str, name: &str, span: Span) -> ReferenceError {
    let named =
        format!("The {} object does not have an attribute named {}.", quote(root), quote(name));
    let (summary, hint) = match root {
        "each" => (
            "Invalid \"each\" attribute",
            " The supported attributes are each.key and each.value, the current key and value pair of the \
             \"for_each\" attribute set."
                .to_owned(),
        ),
        "count" => (
            "Invalid \"count\" attribute",
            " The only supported attribute is count.index, which is the index of each instance of a resource block \
             that has the \"count\" argument set."
                .to_owned(),
        ),
        "path" => {
            let known = suggest::nearest(name, ["cwd", "module", "root"]);
            let hint = known.map(|known| format!(" Did you mean {}?", quote(known)));
            ("Invalid \"path\" attribute", hint.unwrap_or_default())
        }
        _ if name == "env" => (
            "Invalid \"terraform\" attribute",
            format!(" Since Terraform 0.12 what it named is {root}.workspace."),
        ),
        _ => (
            "Invalid \"terraform\" attribute",
            format!(
                " The supported attributes are {root}.workspace, the name of the currently selected workspace, and \
                 {root}.applying, which tells whether this is an apply."
            ),
        ),
    };
    ReferenceError { summary, detail: named + &hint, span }
}

/// `data.a`
pub(super) fn incomplete_resource(traversal: &Traversal<'_>, mode: Mode) -> ReferenceError {
    let names = match mode {
        Mode::Data => "the data source type and the resource name",
        Mode::Ephemeral => "the ephemeral resource type and its name",
        Mode::Managed => "the resource type and the resource name",
    };
    let root = quote(traversal.root());
    let detail = format!("The {root} object must be followed by two attribute names: {names}.");
    ReferenceError::invalid(detail, traversal.span())
}

/// `aws_instance` or `aws_instance[0]`
pub(super) fn no_resource_name(mode: Mode, span: Span) -> ReferenceError {
    let what = match mode {
        Mode::Data => "a data source",
        Mode::Ephemeral => "an ephemeral resource",
        Mode::Managed => "a resource type",
    };
    let detail = format!(
        "A reference to {what} must be followed by at least one attribute access, specifying the resource name."
    );
    ReferenceError::invalid(detail, span)
}

/// `module.m[0][1]`
pub(super) fn module_step(span: Span) -> ReferenceError {
    ReferenceError::invalid("Module instance objects do not support this operation.", span)
}

/// `a.b[1.5]`
pub(super) fn key_not_whole(what: &str, span: Span) -> ReferenceError {
    let (min, max) = (i64::MIN, i64::MAX);
    bad_key(what, &format!("value must be a whole number, between {min} and {max}"), span)
}

/// `a.b[true]`
pub(super) fn odd_key(what: &str, span: Span) -> ReferenceError {
    bad_key(what, "either a string or an integer is required", span)
}

fn bad_key(what: &str, why: &str, span: Span) -> ReferenceError {
    let detail = format!("Invalid index for {what} instance: {why}.");
    ReferenceError { summary: "Invalid index key", detail, span }
}

/// Words kept back for the language to grow.
pub(super) fn reserved(traversal: &Traversal<'_>) -> ReferenceError {
    let root = quote(traversal.root());
    let detail = format!(
        "The symbol name {root} is reserved for use in a future version. If you are using a provider that already \
         uses this as a resource type name, add the prefix \"resource.\" to force interpretation as a resource type \
         name."
    );
    ReferenceError { summary: "Reserved symbol name", detail, span: traversal.root_span() }
}

/// Words that Terraform gave a meaning that wb has not.
pub(super) fn not_supported(traversal: &Traversal<'_>) -> ReferenceError {
    let root = quote(traversal.root());
    let detail = format!(
        "Terraform gives {root} a meaning here that wb does not support. If you are using a provider that has a \
         resource type of this name, add the prefix \"resource.\"."
    );
    ReferenceError { summary: "Unsupported reference", detail, span: traversal.root_span() }
}

impl From<ReferenceError> for Diagnostic {
    fn from(error: ReferenceError) -> Self {
        Self::error(error.summary, error.detail).at(error.span)
    }
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.summary, self.detail)
    }
}

impl std::error::Error for ReferenceError {}
