//! Whether there is a backend of the kind that a stack names, anywhere. Which of them wb has is for who opens the state to say.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_hcl::suggest;

use crate::stack::Stack;

/// The kinds of Terraform and OpenTofu.
const KINDS: [&str; 13] = [
    "azurerm",
    "consul",
    "cos",
    "gcs",
    "http",
    "inmem",
    "kubernetes",
    "local",
    "oci",
    "oss",
    "pg",
    "remote",
    "s3",
];

pub(super) fn check(stack: &Stack, diags: &mut Diagnostics) {
    let backend = stack.root().module.backend.as_ref();
    let Some(kind) = backend.and_then(|backend| backend.kind.as_ref()) else { return };
    if KINDS.contains(&&*kind.name) {
        return;
    }
    let detail = format!("There is no backend of the type {:?}.", kind.name);
    let problem = Diagnostic::error("Unsupported backend type", detail).at(kind.span);
    diags.push(match suggest::nearest(&kind.name, KINDS) {
        Some(near) => problem.help(format!("Did you mean {near:?}?")),
        None => problem,
    });
}
