//! `-generate-config-out`: configuration for what `import` blocks name and nothing declares.
//!
//! An empty block for each is added to the stack, which planning then fills from the object that it has imported.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::FileId;
use wb_engine::Machine;
use wb_engine::load::Loading;
use wb_lang::config::{Import, Module, TargetKey};
use wb_plan::Plan;

use crate::args::{Flag, Matches, Takes};
use crate::session::{Problems, Session, Stop};
use crate::stack::Values;

pub(crate) const GENERATE: Flag = Flag::new(
    "generate-config-out",
    Takes::Text("FILE"),
    "Write configuration for import blocks whose resource is not declared to this file, which must not exist yet.",
);

/// The blocks to be filled, where they are wanted.
///
/// # Errors
/// Where the file is there already, or a resource cannot be generated.
pub(super) fn blocks(
    session: &mut Session,
    matches: &Matches,
    machine: &Machine,
) -> Result<Option<String>, Stop> {
    let Some(path) = matches.text("generate-config-out") else { return Ok(None) };
    if Path::new(path).symlink_metadata().is_ok() {
        return Err(exists(path).into());
    }
    let mut loading = session.load_root(matches, machine, Values::Ignored);
    // What is wrong with the stack is said when it is loaded as a whole.
    let Some(stack) = loading.stack.take() else { return Ok(None) };
    let module = &stack.root().module;
    let mut text = String::new();
    let mut diags = Diagnostics::new();
    for import in module.imports.iter().filter(|import| is_missing(module, import)) {
        if import.for_each.is_some() || !has_no_keys(import) {
            diags.push(several(import));
            continue;
        }
        let resource = &import.to.resource.resource;
        let provider =
            import.provider.as_ref().map(|p| format!("\n  provider = {}\n", p.written()));
        let provider = provider.unwrap_or_default();
        let header = format!("resource \"{}\" \"{}\"", resource.kind, resource.name);
        if !text.contains(&header) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{header} {{{provider}}}");
        }
    }
    if diags.has_errors() {
        return Err(Problems { diags, sources: loading.sources }.into());
    }
    Ok((!text.is_empty()).then_some(text))
}

/// The file of the blocks.
pub(super) fn file(loading: &Loading) -> Option<FileId> {
    let mut all = loading.sources.iter();
    all.find(|(_, file)| file.name() == "<command line>").map(|(id, _)| id)
}

/// Whether a problem is only that the arguments of a block are not there yet.
pub(super) fn is_to_be_filled(problem: &Diagnostic, file: Option<FileId>) -> bool {
    let is_there = problem.subject.is_some_and(|span| Some(span.file) == file);
    is_there && problem.summary != "Invalid resource type"
}

fn is_missing(module: &Module, import: &Import) -> bool {
    let target = &import.to.resource;
    let resource = &target.resource;
    let key = (resource.mode, &*resource.kind, &*resource.name);
    target.module.is_root() && module.resources.find(key).is_none()
}

fn has_no_keys(import: &Import) -> bool {
    import.to.keys.iter().all(|key| matches!(key, TargetKey::Constant(key) if key.is_none()))
}

/// Writes what was generated to a new file.
///
/// # Errors
/// Where it is there already, or cannot be written.
pub(crate) fn write(plan: &Plan, path: &str) -> Result<(), Stop> {
    let mut text = String::new();
    for change in &plan.changes {
        let Some(importing) = &change.importing else { continue };
        let Some(generated) = &importing.generated else { continue };
        let from = importing.id.as_str().map(|id| format!(" from {id:?}")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(text, "\n# __generated__ by wb{from}\n{generated}");
    }
    if text.is_empty() {
        return Ok(());
    }
    let failed = |error: &std::io::Error| {
        let detail = format!("{path}: {}.", wb_engine::files::words(error));
        Stop::from(Diagnostic::error("Failed to write generated configuration", detail))
    };
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error
            .kind()
        {
            std::io::ErrorKind::AlreadyExists => exists(path).into(),
            _ => failed(&error),
        })?;
    let text = format!("{HEAD}{text}");
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| failed(&e))
}

const HEAD: &str = "# __generated__ by wb\n# Please review these resources and move them into your main configuration files.\n";

fn exists(path: &str) -> Diagnostic {
    let detail = format!("Generated configuration goes into a new file only, and {path} is there.");
    Diagnostic::error("Target generated file already exists", detail)
        .help("Choose another file, or move the configuration elsewhere and delete it.")
}

fn several(import: &Import) -> Diagnostic {
    let detail = format!(
        "{} has a key or for_each, and configuration is generated for single resources only.",
        import.to.resource.resource
    );
    Diagnostic::error(
        "Configuration generation for count and for_each resources not supported",
        detail,
    )
    .at(import.to.span)
    .help("Declare the resource with count or for_each.")
}
