//! Values of the root module's variables, from every source that there is.
//!
//! In the order in which they count, the last one most: the environment, `terraform.tfvars`, `terraform.tfvars.json`,
//! `*.auto.tfvars` and `*.auto.tfvars.json` by name, then the flags `-var` and `-var-file` in their order. What is
//! missing then is asked for, where somebody can be asked.

use std::path::Path;
use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{SourceMap, Span};
use wb_core::value::Value;
use wb_hcl::suggest;
use wb_lang::config::{Module, ParseMode, Variable, constant};
use wb_lang::host::{FileError, FileKind};
use wb_lang::stack::{Given, GivenValue};

use super::{VariableFlag, Variables, read_source};
use crate::files;

/// Asks a person.
pub trait Ask {
    /// The answer as it was typed; nothing where there is none to be had.
    fn ask(&mut self, wanted: &Wanted<'_>) -> Option<String>;
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub name: &'a str,
    pub description: Option<&'a str>,
    /// Whether what is typed must not be seen.
    pub secret: bool,
}

/// More undeclared variables of files than these are only counted.
const MOST_UNDECLARED: usize = 2;

pub(super) fn collect(
    variables: Variables<'_>,
    root: &Module,
    dir: &str,
    sources: &mut SourceMap,
    diags: &mut Diagnostics,
) -> Given {
    let mut collector = Collector { root, sources, diags, given: Given::new(), undeclared: 0 };
    if !variables.wanted {
        // What is given on the command line was meant; the rest is for runs.
        collector.flags(&variables.flags);
        return collector.given;
    }
    for (name, text) in &variables.environment {
        // Others are for other stacks.
        if let Some(variable) = root.variables.get(name.as_str()) {
            let from = format!("the environment variable TF_VAR_{name}");
            collector.text(variable, text, from);
        }
    }
    for name in automatic(dir) {
        let path = Path::new(dir).join(&name);
        let shown = if dir == "." { name } else { path.to_string_lossy().into_owned() };
        collector.file(&path, &shown, None);
    }
    collector.flags(&variables.flags);
    collector.count_undeclared();
    if let Some(ask) = variables.ask {
        collector.ask(ask);
    }
    collector.given
}

/// The files of variables that are read without being named.
fn automatic(dir: &str) -> Vec<String> {
    let entries = files::list(Path::new(dir)).unwrap_or_default();
    let files: Vec<String> = entries
        .into_iter()
        .filter(|entry| entry.kind != Some(FileKind::Directory))
        .map(|entry| entry.name)
        .collect();
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"];
    let fixed = fixed.iter().filter(|name| files.iter().any(|f| f == *name));
    let is_automatic = |name: &&String| {
        (name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
            && !name.starts_with('.')
            && !name.ends_with('~')
    };
    fixed.map(|name| (*name).to_owned()).chain(files.iter().filter(is_automatic).cloned()).collect()
}

struct Collector<'a> {
    root: &'a Module,
    sources: &'a mut SourceMap,
    diags: &'a mut Diagnostics,
    given: Given,
    undeclared: usize,
}

impl Collector<'_> {
    fn flags(&mut self, flags: &[VariableFlag]) {
        for flag in flags {
            match flag {
                VariableFlag::Value(text) => self.assignment(text),
                VariableFlag::File(path) => {
                    let shown = path.to_string_lossy();
                    self.file(path, &shown, Some("-var-file"));
                }
            }
        }
    }

    /// `-var`.
    fn assignment(&mut self, text: &str) {
        let Some((name, value)) = text.split_once('=') else {
            let detail = format!("The option -var {text:?} has no equals sign.");
            let problem = Diagnostic::error("Invalid -var option", detail).help(
                "Write the name of a variable, an equals sign and a value: -var 'name=value'.",
            );
            self.diags.push(problem);
            return;
        };
        let name = name.trim();
        match self.root.variables.get(name) {
            Some(variable) => self.text(variable, value, format!("the option -var '{name}=…'")),
            None => {
                let detail = format!(
                    "A variable named {name:?} was assigned on the command line, but the root module declares none of that name."
                );
                self.diags.push(self.hint(Diagnostic::error(UNDECLARED, detail), name));
            }
        }
    }

    /// A value that comes as text.
    fn text(&mut self, variable: &Variable, text: &str, from: String) {
        let (value, span) = match variable.parse_mode() {
            ParseMode::Literal => (Value::from(text), None),
            ParseMode::Expression => match self.expression(variable, text, &from) {
                Some(read) => read,
                None => return self.failed(variable),
            },
        };
        let value = GivenValue { value, span, from: from.into() };
        self.given.insert(Arc::clone(&variable.name), value);
    }

    fn expression(
        &mut self,
        variable: &Variable,
        text: &str,
        from: &str,
    ) -> Option<(Value, Option<Span>)> {
        let name = &variable.name;
        let text: Arc<str> = text.into();
        let id = self.sources.add(format!("<value for var.{name}>"), Arc::clone(&text));
        let (expression, problems) = wb_hcl::parse_expression(id, text);
        let mut found = problems;
        let value = match found.has_errors() {
            true => None,
            false => constant::value(expression.expr(), &mut found),
        };
        if (variable.is_sensitive() || variable.is_ephemeral()) && found.has_errors() {
            // The place of the mistake would show what must not be shown.
            let detail = format!(
                "The value that {from} gives is no expression of the language. It is not shown, because the variable is sensitive."
            );
            found = Diagnostic::error("Invalid value for input variable", detail)
                .at(variable.span)
                .into();
        }
        self.diags.append(found);
        let is_secret = variable.is_sensitive() || variable.is_ephemeral();
        value.map(|value| (value, (!is_secret).then(|| expression.expr().span())))
    }

    /// A value could not be read. It is unknown, so that nobody asks for it as well.
    fn failed(&mut self, variable: &Variable) {
        let value = Value::unknown(variable.ty.ty);
        let value = GivenValue { value, span: None, from: "a value that cannot be read".into() };
        self.given.insert(Arc::clone(&variable.name), value);
    }

    /// A file of variables.
    fn file(&mut self, path: &Path, shown: &str, flag: Option<&str>) {
        let source = match read_source(path) {
            Ok(source) => source,
            Err(error) => {
                self.diags.push(unreadable(shown, &error, flag));
                return;
            }
        };
        let id = self.sources.add(shown, Arc::clone(source.text()));
        let (file, problems) = match shown.ends_with(".json") {
            true => wb_hcl::parse_json(id, &source),
            false => wb_hcl::parse_config(id, &source),
        };
        let is_broken = problems.has_errors();
        self.diags.append(problems);
        // A block in it would be reported once more.
        let mut ignored = Diagnostics::new();
        let diags = if is_broken { &mut ignored } else { &mut *self.diags };
        for attribute in file.body().just_attributes(diags) {
            let name = attribute.name;
            let Some(variable) = self.root.variables.get(name) else {
                self.undeclared_in_file(name, attribute.name_span, shown);
                continue;
            };
            match constant::value(attribute.expr, self.diags) {
                Some(value) => {
                    let span = Some(attribute.expr.span());
                    let value =
                        GivenValue { value, span, from: format!("the file {shown}").into() };
                    self.given.insert(Arc::clone(&variable.name), value);
                }
                None => self.failed(variable),
            }
        }
    }

    fn undeclared_in_file(&mut self, name: &str, span: Span, shown: &str) {
        self.undeclared += 1;
        if self.undeclared > MOST_UNDECLARED {
            return;
        }
        let detail = format!(
            "The root module declares no variable named {name:?}, but the file {shown} has a value for it."
        );
        let problem = self.hint(Diagnostic::warning(UNDECLARED, detail).at(span), name);
        self.diags.push(problem);
    }

    fn count_undeclared(&mut self) {
        if self.undeclared > MOST_UNDECLARED {
            let more = self.undeclared - MOST_UNDECLARED;
            let detail = format!(
                "In addition to what was said already, {more} more variables have values and are not declared."
            );
            self.diags.push(Diagnostic::warning("Values for undeclared variables", detail));
        }
    }

    fn hint(&self, problem: Diagnostic, name: &str) -> Diagnostic {
        let declared = self.root.variables.iter().map(|(_, v)| &*v.name);
        match suggest::nearest(name, declared) {
            Some(near) => problem.help(format!("Did you mean {near:?}?")),
            None => problem.help(format!(
                "Add a block variable {name:?} {{}} to the root module, or remove the value."
            )),
        }
    }

    fn ask(&mut self, ask: &mut dyn Ask) {
        let root = self.root;
        let mut missing: Vec<&Variable> = root
            .variables
            .iter()
            .map(|(_, variable)| variable)
            .filter(|v| v.is_required() && self.given.get(&v.name).is_none())
            .collect();
        missing.sort_by(|a, b| a.name.cmp(&b.name));
        for variable in missing {
            let wanted = Wanted {
                name: &variable.name,
                description: variable.description.as_deref(),
                secret: variable.is_sensitive() || variable.is_ephemeral(),
            };
            // Without an answer, the variable is missing, which is said with its place.
            let Some(answer) = ask.ask(&wanted) else { return };
            self.text(variable, &answer, "the answer that was typed".to_owned());
        }
    }
}

const UNDECLARED: &str = "Value for undeclared variable";

fn unreadable(shown: &str, error: &FileError, flag: Option<&str>) -> Diagnostic {
    let named = flag.map_or_else(String::new, |flag| format!(", which {flag} names,"));
    let detail = format!("The file of variables {shown}{named} cannot be read: {error}.");
    Diagnostic::error("Failed to read variables file", detail)
}
