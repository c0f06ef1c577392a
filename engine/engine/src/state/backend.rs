//! What a stack says about its backend.

mod s3;

use std::path::PathBuf;

use serde_json::{Map, Value as Json};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{FileId, Span};
use wb_core::value::Value;
use wb_hcl::{AttributeSchema, BodySchema};
use wb_lang::config::Backend;
use wb_lang::host::Host;
use wb_lang::stack::{Given, NodeId, Stack, evaluate_early};
use wb_store::Workspaces;

use super::home::Home;
use super::locate::{FILE, FOLDER};
use crate::datadir::BackendRecord;

/// A kind of backend that wb has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A state file of this machine.
    Local,
    S3,
}

/// A backend block, evaluated.
#[derive(Clone, Debug)]
pub struct BackendConfig {
    pub kind: Kind,
    /// Every argument, null where it is not set.
    arguments: Map<String, Json>,
    /// The header of the block.
    pub span: Span,
}

impl PartialEq for BackendConfig {
    /// Where it is written does not count.
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.arguments == other.arguments
    }
}

const LOCAL: &[&str] = &["path", "workspace_dir"];

impl Kind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "local" => Some(Self::Local),
            "s3" => Some(Self::S3),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::S3 => "s3",
        }
    }

    fn arguments(self) -> Vec<&'static str> {
        match self {
            Self::Local => LOCAL.to_vec(),
            Self::S3 => s3::ARGUMENTS.iter().map(|(name, _)| *name).collect(),
        }
    }

    /// Makes of a value what the argument holds.
    fn fit(self, name: &str, value: Json) -> Result<Json, Box<Diagnostic>> {
        if self == Self::S3 {
            return s3::fit(name, value);
        }
        let wrong = |summary, detail: String| Err(Diagnostic::error(summary, detail).into());
        match value {
            _ if !LOCAL.contains(&name) => wrong(
                "Invalid backend configuration argument",
                format!(
                    "The backend \"local\" has no argument {name:?}; it has path and workspace_dir."
                ),
            ),
            Json::String(text) if text.is_empty() => Ok(Json::Null),
            value @ (Json::Null | Json::String(_)) => Ok(value),
            Json::Number(number) => Ok(Json::String(number.to_string())),
            _ => wrong(
                "Invalid backend configuration",
                format!("The argument {name:?} must be a string."),
            ),
        }
    }
}

impl BackendConfig {
    #[must_use]
    pub fn new(kind: Kind, span: Span) -> Self {
        let names = kind.arguments().into_iter();
        let arguments = names.map(|name| (name.to_owned(), Json::Null)).collect();
        Self { kind, arguments, span }
    }

    /// The backend that was noted; nothing where it is of a kind that wb does not have.
    #[must_use]
    pub fn noted(record: &BackendRecord) -> Option<Self> {
        let nowhere = Span::new(FileId::from_index(0), 0, 0);
        let mut config = Self::new(Kind::named(&record.kind)?, nowhere);
        config.complete(&record.config);
        Some(config)
    }

    /// As Terraform notes it.
    #[must_use]
    pub fn record(&self, hash: u64) -> BackendRecord {
        let config = Json::Object(self.arguments.clone());
        BackendRecord { kind: self.kind.name().to_owned(), config, hash }
    }

    /// Takes what is not set from a note.
    pub fn complete(&mut self, noted: &Json) {
        for (name, value) in &mut self.arguments {
            let noted = noted.get(name).cloned().unwrap_or_default();
            if value.is_null()
                && let Ok(noted) = self.kind.fit(name, noted)
            {
                *value = noted;
            }
        }
    }

    /// Sets an argument, as `-backend-config` does.
    ///
    /// # Errors
    /// Where there is none with this name, or the value does not fit.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Box<Diagnostic>> {
        self.set_json(name, Json::String(value.to_owned()))
    }

    /// Sets an argument to any value.
    ///
    /// # Errors
    /// As [`BackendConfig::set`].
    pub fn set_value(&mut self, name: &str, value: &Value) -> Result<(), Box<Diagnostic>> {
        self.set_json(name, json_of(value).unwrap_or_default())
    }

    fn set_json(&mut self, name: &str, value: Json) -> Result<(), Box<Diagnostic>> {
        let value = self.kind.fit(name, value)?;
        self.arguments.insert(name.to_owned(), value);
        Ok(())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.arguments.get(name).and_then(Json::as_str).map(PathBuf::from)
    }

    /// The file of the default workspace, where states are in files.
    pub(super) fn file(&self) -> Option<PathBuf> {
        (self.kind == Kind::Local).then(|| self.path("path").unwrap_or_else(|| PathBuf::from(FILE)))
    }

    /// Where the states are.
    ///
    /// # Errors
    /// Where that cannot be told from the arguments.
    pub(super) fn home(&self, ignores_conditions: bool) -> Result<Home, Box<Diagnostic>> {
        let Some(default) = self.file() else {
            return s3::connect(&self.arguments, ignores_conditions)
                .map(Home::Bucket)
                .map_err(|problem| Box::new(problem.at(self.span)));
        };
        let others = self.path("workspace_dir").unwrap_or_else(|| PathBuf::from(FOLDER));
        Ok(Home::Local(Workspaces::Files { default, others }))
    }
}

/// A value as JSON; nothing where it is null or cannot be said.
fn json_of(value: &Value) -> Option<Json> {
    let text = wb_core::json::encode(value, value.ty()).ok()?;
    serde_json::from_str(&text).ok()
}

/// The backend that the root module names; nothing where it names none. Kinds that wb does not have are refused.
pub fn backend_of(
    stack: &Stack,
    given: &Given,
    host: &dyn Host,
    diags: &mut Diagnostics,
) -> Option<BackendConfig> {
    let backend = stack.root().module.backend.as_ref()?;
    let kind = kind(backend, diags)?;
    let names = kind.arguments();
    let attributes = names.iter().map(|name| AttributeSchema::optional(name));
    let schema = BodySchema::new(attributes, []);
    let content = backend.body.content(&schema, diags);
    let mut config = BackendConfig::new(kind, backend.span);
    for name in names {
        let Some(attribute) = content.attribute(name) else { continue };
        let expr = attribute.expr;
        let what = "The configuration of a backend";
        let value = evaluate_early(stack, NodeId::ROOT, expr, what, given, host, diags);
        let Some(value) = value else { continue };
        let marks = value.deep_marks();
        let (value, _) = value.unmark_deep();
        if marks.is_sensitive() || marks.is_ephemeral() || !value.is_wholly_known() {
            let detail =
                format!("The argument {name:?} must be a value that is known, and no secret.");
            let problem = Diagnostic::error("Invalid backend configuration", detail);
            diags.push(problem.at(expr.span()));
        } else if let Err(problem) = config.set_value(name, &value) {
            diags.push(problem.at(expr.span()));
        }
    }
    Some(config)
}

/// The kind of a backend; one that wb does not have is refused by name.
fn kind(backend: &Backend, diags: &mut Diagnostics) -> Option<Kind> {
    const MOVE: &str = "To bring the state here, run \"terraform init -migrate-state\" with a backend \"local\" block, or without one, and then use wb.";
    let (name, span) = match &backend.kind {
        Some(kind) => match Kind::named(&kind.name) {
            Some(kind) => return Some(kind),
            None => (format!("The backend {:?}", kind.name), kind.span),
        },
        None => ("HCP Terraform, which a cloud block names,".to_owned(), backend.span),
    };
    let detail = format!("{name} is not part of wb.");
    diags.push(Diagnostic::error("Unsupported backend", detail).at(span).help(MOVE));
    None
}
