//! What instances of all modes have in common: marks, broken contracts, answers that failed.

use wb_core::addr::AbsInstance;
use wb_core::contract::Violation;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::Marks;
use wb_core::provider::Kind as ProviderKind;
use wb_core::schema::{Block, SensitivePaths};
use wb_core::source::Span;
use wb_core::value::{PathMarks, Value};
use wb_lang::world::{CheckState, Checked, InstIx, Rule, Trace, World};

use crate::Failure;
use crate::decide::Decider;
use crate::managed::Subject;

/// The value with the marks of a configuration, and those of the schema.
pub(crate) fn marked(value: &Value, marks: &[PathMarks], block: &Block) -> Value {
    let own = block.sensitive_paths(value);
    if marks.is_empty() && own.is_empty() {
        return value.clone();
    }
    let all: Vec<PathMarks> = marks.iter().cloned().chain(own).collect();
    value.apply_marks_at_paths(&all)
}

/// Of the marks, those that an object in the state wears.
pub(crate) fn sensitive(marks: &[PathMarks]) -> Vec<PathMarks> {
    marks
        .iter()
        .filter(|m| m.marks.is_sensitive())
        .map(|m| PathMarks { path: m.path.clone(), marks: Marks::SENSITIVE })
        .collect()
}

/// Whether an object is to be shown as before. What the schema hides is hidden either way.
pub(crate) fn same_marks(
    prior: &[PathMarks],
    wanted: &[PathMarks],
    block: &Block,
    value: &Value,
) -> bool {
    if prior.is_empty() && wanted.is_empty() {
        return true;
    }
    let own: Vec<PathMarks> = block.sensitive_paths(value).into_iter().collect();
    let hidden = |m: &&PathMarks| !own.iter().any(|o| o.path == m.path);
    let paths = |marks: &[PathMarks]| {
        let mut paths: Vec<String> =
            marks.iter().filter(hidden).map(|m| m.path.to_string()).collect();
        paths.sort();
        paths.dedup();
        paths
    };
    paths(prior) == paths(wanted)
}

/// A provider's answer that breaks its contract.
pub(crate) fn broken(
    what: &'static str,
    address: &AbsInstance,
    violations: &[Violation],
    span: Span,
) -> Diagnostics {
    violations
        .iter()
        .map(|violation| {
            let detail = format!(
                "The provider of {address} broke its contract: {violation}.\n\nThis is a bug in the provider, which should be reported to its authors."
            );
            Diagnostic::error(what, detail).at(span).about(address.to_string())
        })
        .collect()
}

/// An answer that there is none.
pub(crate) fn failed(failure: &Failure, span: Option<Span>) -> Diagnostic {
    let mut problem =
        Diagnostic::error(failure.summary.clone(), failure.detail.clone()).at_opt(span);
    for help in &failure.help {
        problem = problem.help(help.clone());
    }
    problem
}

impl Decider<'_> {
    /// Keeps how the conditions of an instance came out, where it has any.
    pub(crate) fn check_instance(
        &mut self,
        s: &Subject<'_, '_>,
        rules: &[Rule<'_>],
        found: (CheckState, Vec<String>),
    ) {
        self.check_address(&s.address, rules, found);
    }

    pub(crate) fn check_address(
        &mut self,
        address: &AbsInstance,
        rules: &[Rule<'_>],
        (state, failures): (CheckState, Vec<String>),
    ) {
        if !rules.is_empty() {
            let address = wb_core::addr::Checkable::Instance(address.clone());
            self.checked.push(Checked { address, state, failures });
        }
    }

    /// A type that the established provider has and this one does not may be declared, but has no instances.
    pub(crate) fn refuse_unimplemented(
        &self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) {
        trace.fail();
        let resource = world.declaration(at);
        let instance = world.instance(at);
        let node = world.module(instance.module).node;
        let provider = &self.input.stack[node].provider_use(instance.resource).config.provider;
        let what = match resource.addr.mode {
            wb_core::addr::Mode::Managed => ProviderKind::Resource,
            wb_core::addr::Mode::Data => ProviderKind::Data,
            wb_core::addr::Mode::Ephemeral => ProviderKind::Ephemeral,
        };
        let known = self.input.catalog.get(provider);
        if known.is_some_and(|entry| entry.logic.is_unimplemented(what, &resource.addr.kind)) {
            let detail = format!(
                "The {} {:?} of {} is not implemented by wb. It may be declared, but not have instances.",
                what.noun(),
                resource.addr.kind,
                provider.for_display()
            );
            diags.push(
                Diagnostic::error("Resource type not implemented", detail).at(resource.kind_span),
            );
        }
    }
}
