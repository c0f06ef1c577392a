//! The stack that a saved plan was made from, as the plan file has it.

use std::collections::HashMap;
use std::sync::Arc;

use wb_core::convert::convert;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::SourceMap;
use wb_core::value::Value;
use wb_hcl::SourceText;
use wb_lang::config::{Module, SourceFile};
use wb_lang::host::FileError;
use wb_lang::stack::{Given, GivenValue, Need};
use wb_plan::PlanFile;
use wb_plan::file::KeptSource;

use super::folder::{Folder, parse_text};
use super::{LoadedFile, Variables, variables};

/// The folders of modules, by what the plan file says of them.
pub(super) struct Kept<'a> {
    folders: HashMap<&'a str, Vec<&'a KeptSource>>,
    modules: HashMap<&'a str, &'a Arc<str>>,
}

impl<'a> Kept<'a> {
    pub(super) fn new(file: &'a PlanFile) -> Self {
        let mut folders: HashMap<&str, Vec<&KeptSource>> = HashMap::new();
        for source in &file.sources {
            folders.entry(&source.dir).or_default().push(source);
        }
        let modules = file.modules.iter().map(|module| (&*module.path, &module.dir)).collect();
        Self { folders, modules }
    }

    /// The files of folders. One without any had none when the plan was made.
    pub(super) fn read(
        &self,
        dirs: &[Arc<str>],
        sources: &mut SourceMap,
        diags: &mut Diagnostics,
    ) -> Vec<Result<Folder, FileError>> {
        let mut read = |dir: &Arc<str>| {
            let mut folder = Folder::default();
            for kept in self.folders.get(&**dir).into_iter().flatten() {
                let source = SourceText::new(kept.text.as_bytes().to_vec());
                let id = sources.add(Arc::clone(&kept.path), Arc::clone(&kept.text));
                let (file, problems) = parse_text(id, &kept.name, &source);
                diags.append(problems);
                folder.parsed.push(SourceFile { name: Arc::clone(&kept.name), file });
                let (dir, name) = (Arc::clone(dir), Arc::clone(&kept.name));
                folder.files.push(LoadedFile { dir, name, path: kept.path.to_string(), id });
            }
            Ok(folder)
        };
        dirs.iter().map(&mut read).collect()
    }

    /// The folder of the module of a call.
    pub(super) fn place(&self, need: &Need) -> Result<Arc<str>, Box<Diagnostic>> {
        let path = need.path.names().join(".");
        self.modules.get(path.as_str()).map(|dir| Arc::clone(dir)).ok_or_else(|| {
            let detail = format!("The saved plan has no module for the call {}.", need.path);
            Box::new(Diagnostic::error("Module not in the plan", detail).at(need.span))
        })
    }
}

/// The values that the plan was made with. Ephemeral ones are not in it: they come from where values come from.
pub(super) fn given(
    file: &PlanFile,
    variables: Variables<'_>,
    root: &Module,
    dir: &str,
    sources: &mut SourceMap,
    diags: &mut Diagnostics,
) -> Given {
    let mut ignored = Diagnostics::new();
    let flags = Variables {
        environment: Vec::new(),
        flags: variables.flags.clone(),
        ask: None,
        wanted: false,
    };
    let flags = variables::collect(flags, root, dir, sources, &mut ignored);
    let mut found = Diagnostics::new();
    let now = Variables { ask: None, ..variables };
    let now = variables::collect(now, root, dir, sources, &mut found);
    // What else is to be said of them was said when the plan was made.
    found.retain(Diagnostic::is_error);
    diags.append(found);
    let mut given = Given::new();
    for planned in &file.plan.variables {
        let name = Arc::clone(&planned.name);
        match (&planned.value, now.get(&name)) {
            (Some(value), _) => {
                let value = value.unmark_deep().0;
                if let Some(flag) = flags.get(&name) {
                    diags.append(changed(&name, flag, &value));
                }
                if planned.given {
                    let from = "the saved plan".into();
                    given.insert(name, GivenValue { value, span: None, from });
                }
            }
            (None, Some(value)) => given.insert(name, value.clone()),
            (None, None) if planned.given => diags.push(missing(&name, root)),
            (None, None) => {}
        }
    }
    given
}

/// A flag may repeat what the plan was made with, and no more.
fn changed(name: &str, flag: &GivenValue, planned: &Value) -> Diagnostics {
    if convert(&flag.value, planned.ty()).is_ok_and(|value| value == *planned) {
        return Diagnostics::new();
    }
    let detail = format!(
        "The saved plan was made with a value of the variable {name:?} that is not the one which {} gives. What a plan was made with cannot be changed any more.",
        flag.from
    );
    let problem = Diagnostic::error("Can't change variable when applying a saved plan", detail);
    let problem = match flag.span {
        Some(span) => problem.at(span),
        None => problem,
    };
    problem.help("Leave the option out, or make a new plan with it.").into()
}

fn missing(name: &str, root: &Module) -> Diagnostic {
    let detail = format!(
        "The variable {name:?} is ephemeral: its value was given when the plan was made, and is not kept in it."
    );
    let problem = Diagnostic::error("No value for required variable", detail)
        .help(format!("Give it again: -var '{name}=…', or a file with -var-file."));
    match root.variables.get(name) {
        Some(variable) => problem.at(variable.span),
        None => problem,
    }
}
