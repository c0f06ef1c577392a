//! Values of things as a whole: a resource with all its instances, a called module with all its outputs; and what
//! depends on them as a whole.

use wb_core::addr::InstanceKey;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::value::Value;
use wb_hcl::Traversal;

use crate::config::{CallId, Repetition, ResourceId};
use crate::reference::{Reference, Subject};

use super::{Bindings, InstIx, ModIx, NodeIx, Trace, World};

impl World<'_> {
    /// A tuple of the instances that `count` numbers, an object of those that `for_each` names.
    pub(super) fn resource_whole(&self, at: ModIx, id: ResourceId, trace: &mut Trace) -> Value {
        let module = self.module(at);
        let expansion = module.resource(id);
        let Some((first, len)) = self.read_range(expansion, trace) else { return Value::DYNAMIC };
        if self.is_open(expansion) {
            return Value::DYNAMIC;
        }
        let range = first..first + len;
        let value = |i: u32, trace: &mut Trace| {
            let node = self.instance(InstIx(i)).node;
            self.read(node, trace).cloned().unwrap_or(Value::DYNAMIC)
        };
        match &module.module.resources[id].repetition {
            Repetition::Count(_) => Value::tuple(range.map(|i| value(i, trace))),
            _ => Value::object(range.map(|i| {
                let key = key_text(&self.instance(InstIx(i)).key);
                (key, value(i, trace))
            })),
        }
    }

    /// The value of a call as a whole: an object of outputs, or as many of them as there are instances.
    pub(super) fn call_whole(&self, at: ModIx, id: CallId, trace: &mut Trace) -> Value {
        let module = self.module(at);
        let expansion = module.call(id);
        let Some((first, len)) = self.read_range(expansion, trace) else { return Value::DYNAMIC };
        if self.is_open(expansion) {
            return Value::DYNAMIC;
        }
        let range = (first..first + len).map(ModIx);
        match &module.module.calls[id].repetition {
            Repetition::Count(_) => Value::tuple(range.map(|m| self.call_object(m, trace))),
            Repetition::ForEach(_) => Value::object(range.map(|m| {
                let steps = self.module(m).addr.steps();
                let key = steps.last().map_or("", |step| key_text(&step.key));
                (key, self.call_object(m, trace))
            })),
            Repetition::None | Repetition::Enabled(_) => match range.into_iter().next() {
                Some(m) => self.call_object(m, trace),
                None => Value::null(wb_core::ty::Type::DYNAMIC),
            },
        }
    }

    /// The outputs of one module instance.
    pub(super) fn call_object(&self, at: ModIx, trace: &mut Trace) -> Value {
        let module = self.module(at);
        Value::object(module.module.outputs.iter().map(|(id, output)| {
            let value = self.read(module.output(id), trace).cloned();
            (&*output.name, value.unwrap_or(Value::DYNAMIC))
        }))
    }

    /// Everything in the instances of a call.
    pub(super) fn call_finished(&self, at: ModIx, id: CallId, trace: &mut Trace) -> Value {
        let Some((first, len)) = self.read_range(self.module(at).call(id), trace) else {
            return Value::TRUE;
        };
        for child in (first..first + len).map(ModIx) {
            let module = self.module(child);
            for resource in module.module.resources.ids() {
                self.whole_resource(child, resource, trace);
            }
            for call in module.module.calls.ids() {
                self.read(module.call_done(call), trace);
            }
            for output in module.module.outputs.ids() {
                self.read(module.output(output), trace);
            }
        }
        Value::TRUE
    }

    /// All instances of a resource, without their values.
    fn whole_resource(&self, at: ModIx, id: ResourceId, trace: &mut Trace) {
        let module = self.module(at);
        let Some((first, len)) = self.read_range(module.resource(id), trace) else { return };
        if module.module.resources[id].repetition.has_keys() {
            self.read(module.resource_value(id), trace);
        } else if len == 1 {
            self.read(self.instance(InstIx(first)).node, trace);
        }
    }

    /// Reads what `depends_on` names, without its value.
    pub fn depend_on(
        &self,
        targets: &[Traversal<'_>],
        at: ModIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) {
        for target in targets {
            let reference = match Reference::parse(target) {
                Ok(reference) => reference,
                Err(error) => {
                    diags.push(error.into());
                    continue;
                }
            };
            let module = self.module(at);
            match reference.subject {
                Subject::Resource { mode, kind, name, .. } => {
                    match module.module.resources.find((mode, kind, name)) {
                        Some(id) => self.whole_resource(at, id, trace),
                        None => diags.push(nothing_to_depend_on(&reference)),
                    }
                }
                Subject::Module { name, .. } => match module.module.calls.find(name) {
                    Some(id) => {
                        self.read(module.call_done(id), trace);
                    }
                    None => diags.push(nothing_to_depend_on(&reference)),
                },
                _ => {
                    let mut scope = self.scope(at, Bindings::default(), trace);
                    let _ = crate::eval::Scope::resolve(&mut scope, &reference, diags);
                }
            }
        }
    }

    /// Whether what an expansion makes is not known: it failed, or is left to a later round.
    pub(super) fn is_open(&self, expansion: NodeIx) -> bool {
        self.has_failed(expansion) || self.is_deferred(expansion)
    }
}

fn nothing_to_depend_on(reference: &Reference<'_>) -> Diagnostic {
    let detail = format!("There is no {} in this module to depend on.", reference.subject);
    Diagnostic::error("Reference to undeclared resource", detail).at(reference.span)
}

fn key_text(key: &InstanceKey) -> &str {
    match key {
        InstanceKey::String(text) => text,
        InstanceKey::None | InstanceKey::Int(_) => "",
    }
}
