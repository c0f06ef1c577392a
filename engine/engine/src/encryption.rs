//! How states, journals and plans are encrypted: the `encryption` block of the root module, and what the environment says
//! over it.
//!
//! The blocks are OpenTofu's. `declared` reads and merges them; `keys` and `methods` evaluate those that are used. All of
//! it happens before there is a state, so that only variables, locals and functions of them may be read.
//!
//! Values here are secrets, whatever they are marked as: no problem shows one, and none shows a line of the environment.

mod declared;
mod keys;
mod methods;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::{FileId, Span};
use wb_crypt::{Cipher, Random};
use wb_hcl::File;
use wb_lang::host::Host;
use wb_lang::stack::{Given, Stack};

use crate::Ambience;

use declared::Declared;
use methods::Methods;

/// How things are encrypted. Nothing is, where nothing is said.
#[derive(Clone, Default, Debug)]
pub struct Encryption {
    /// The state of this stack, its journals and all that is kept of it.
    pub state: Cipher,
    /// Saved plans: as is said of them, else as the state.
    pub plan: Cipher,
}

/// What the environment says, with a place that is in no file.
const ENVIRONMENT: usize = u32::MAX as usize;

/// What the blocks say. `environment` is what `TF_ENCRYPTION` holds: the content of such a block, as HCL or JSON.
pub fn encryption_of(
    stack: &Stack,
    given: &Given,
    host: &dyn Host,
    environment: Option<&str>,
    diags: &mut Diagnostics,
) -> Encryption {
    let module = &stack.root().module;
    let environment = environment.map(str::trim).filter(|text| !text.is_empty());
    if module.encryption.is_empty() && environment.is_none() {
        return Encryption::default();
    }
    let mut found = Diagnostics::new();
    let environment = environment.and_then(|text| parse(text, &mut found));
    let mut declared = Declared::default();
    for settings in &module.encryption {
        declared.read(settings.body.main(), &mut found);
    }
    if let Some(file) = &environment {
        declared.read(file.body(), &mut found);
    }
    let mut encryption = Encryption::default();
    if !found.has_errors() {
        let methods = Methods { declared: &declared, stack, given, host };
        encryption = methods.encryption(&mut found);
    }
    found.iter_mut().for_each(hide);
    diags.append(found);
    encryption
}

/// What the environment holds. What is wrong with it is said by its place: the text may hold passphrases.
fn parse(text: &str, diags: &mut Diagnostics) -> Option<File> {
    let id = FileId::from_index(ENVIRONMENT);
    let source = wb_hcl::SourceText::new(text.as_bytes().to_vec());
    let (file, problems) = match text.starts_with('{') {
        true => wb_hcl::parse_json(id, source),
        false => wb_hcl::parse_config(id, source),
    };
    let Some(first) = problems.iter().find(|problem| problem.is_error()) else { return Some(file) };
    let at = first.subject.map_or(0, |span| span.start as usize).min(text.len());
    let line = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
    let detail = format!("TF_ENCRYPTION cannot be read: {}, on its line {line}.", first.summary);
    diags.push(Diagnostic::error("Invalid encryption configuration", detail).help(
        "It holds what an `encryption` block holds, without the block around it, or the same as JSON.",
    ));
    None
}

/// Takes from a problem what may show a secret.
fn hide(problem: &mut Diagnostic) {
    problem.values.clear();
    let environment = FileId::from_index(ENVIRONMENT);
    let is_there = |span: &Span| span.file == environment;
    if problem.subject.as_ref().is_some_and(is_there) {
        problem.subject = None;
        problem.detail = format!("In TF_ENCRYPTION: {}", problem.detail);
    }
    problem.context = problem.context.filter(|span| !is_there(span));
    problem.labels.retain(|label| !is_there(&label.span));
}

/// Randomness for keys: the system's, also where a seed fixes everything else. What repeats itself would give the key
/// away.
fn random() -> Random {
    let ambience = Ambience::system();
    Random::new(move |bytes| ambience.random(bytes))
}

#[cfg(test)]
mod tests;
