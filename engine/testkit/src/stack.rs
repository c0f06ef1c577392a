//! Stacks given as text.

use std::sync::Arc;

use wb_core::diag::Diagnostics;
use wb_core::source::SourceMap;
use wb_lang::config::{SourceFile, lower};
use wb_lang::stack::Stack;

/// A stack of one file, `main.tf`, that calls no module, and what is wrong with it.
#[must_use]
pub fn stack(text: &str) -> (SourceMap, Stack, Diagnostics) {
    let mut sources = SourceMap::new();
    let id = sources.add("main.tf", text);
    let (file, mut diags) = wb_hcl::parse_config(id, text);
    let (module, problems) = lower(&[SourceFile { name: "main.tf".into(), file }]);
    diags.append(problems);
    let mut stack = Stack::new(Arc::new(module), ".");
    stack.finish(&mut diags);
    (sources, stack, diags)
}
