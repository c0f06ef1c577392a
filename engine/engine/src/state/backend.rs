//! What a stack says about its backend.

use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};
use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{FileId, Span};
use wb_core::ty::Type;
use wb_hcl::{AttributeSchema, BodySchema};
use wb_lang::config::Backend;
use wb_lang::host::Host;
use wb_lang::stack::{Given, NodeId, Stack, evaluate_early};

/// A backend block, evaluated. There is one kind yet: the state file of this machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackendConfig {
    /// Where the state of the default workspace is; the default name where it is not said.
    pub path: Option<PathBuf>,
    /// Where those of other workspaces are.
    pub workspace_dir: Option<PathBuf>,
    /// The header of the block.
    pub span: Span,
}

impl Default for BackendConfig {
    fn default() -> Self {
        let span = Span::new(FileId::from_index(0), 0, 0);
        Self { path: None, workspace_dir: None, span }
    }
}

static LOCAL: BodySchema = BodySchema::fixed(
    &[AttributeSchema::optional("path"), AttributeSchema::optional("workspace_dir")],
    &[],
);

impl BackendConfig {
    /// As Terraform notes it: every argument, null where it is not set.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let text = |path: &Option<PathBuf>| path.as_ref().map(|p| p.to_string_lossy().into_owned());
        json!({ "path": text(&self.path), "workspace_dir": text(&self.workspace_dir) })
    }

    /// Takes what is not set from a note.
    pub fn complete(&mut self, noted: &Json) {
        let empty = Map::new();
        let noted = noted.as_object().unwrap_or(&empty);
        let path = |name: &str| noted.get(name).and_then(Json::as_str).map(PathBuf::from);
        self.path = self.path.take().or_else(|| path("path"));
        self.workspace_dir = self.workspace_dir.take().or_else(|| path("workspace_dir"));
    }

    /// Sets an argument, as `-backend-config` does.
    ///
    /// # Errors
    /// Where there is none with this name.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Box<Diagnostic>> {
        let value = (!value.is_empty()).then(|| PathBuf::from(value));
        match name {
            "path" => self.path = value,
            "workspace_dir" => self.workspace_dir = value,
            _ => {
                let detail = format!(
                    "The backend \"local\" has no argument {name:?}; it has path and workspace_dir."
                );
                return Err(
                    Diagnostic::error("Invalid backend configuration argument", detail).into()
                );
            }
        }
        Ok(())
    }
}

/// The backend that the root module names; nothing where it names none. Kinds that wb does not have are refused.
pub fn backend_of(
    stack: &Stack,
    given: &Given,
    host: &dyn Host,
    diags: &mut Diagnostics,
) -> Option<BackendConfig> {
    let backend = stack.root().module.backend.as_ref()?;
    if !is_local(backend, diags) {
        return None;
    }
    let content = backend.body.content(&LOCAL, diags);
    let mut text = |name: &str| {
        let expr = content.attribute(name)?.expr;
        let what = "The configuration of a backend";
        let value = evaluate_early(stack, NodeId::ROOT, expr, what, given, host, diags)?;
        let marks = value.deep_marks();
        let (value, _) = value.unmark_deep();
        match convert(&value, Type::STRING) {
            Ok(text) if text.is_null() => None,
            Ok(text) if text.is_known() && !marks.is_sensitive() && !marks.is_ephemeral() => {
                text.as_str().filter(|t| !t.is_empty()).map(PathBuf::from)
            }
            _ => {
                let detail =
                    format!("The argument {name:?} must be a string that is known, and no secret.");
                diags.push(
                    Diagnostic::error("Invalid backend configuration", detail).at(expr.span()),
                );
                None
            }
        }
    };
    let (path, workspace_dir) = (text("path"), text("workspace_dir"));
    Some(BackendConfig { path, workspace_dir, span: backend.span })
}

/// Whether a backend is the one that there is; others are refused by name.
fn is_local(backend: &Backend, diags: &mut Diagnostics) -> bool {
    const MOVE: &str = "To bring the state here, run \"terraform init -migrate-state\" with a backend \"local\" block, or without one, and then use wb.";
    let (name, span) = match &backend.kind {
        Some(kind) if &*kind.name == "local" => return true,
        Some(kind) => (format!("The backend {:?}", kind.name), kind.span),
        None => ("HCP Terraform, which a cloud block names,".to_owned(), backend.span),
    };
    let detail = format!("{name} is not part of wb.");
    diags.push(Diagnostic::error("Unsupported backend", detail).at(span).help(MOVE));
    false
}
