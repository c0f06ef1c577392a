//! What references mean before anything is known. Those that name nothing were reported, and are unknown; what a module call
//! does not have is reported here, where `try` can have it otherwise.

use std::sync::Arc;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::marks::Marks;
use wb_core::provider::{FunctionLogic, Kind};
use wb_core::ty::Type;
use wb_core::value::Value;
use wb_hcl::suggest;

use super::problem;
use super::view::{Place, View};
use crate::config::{CallId, Id as _, Repetition, ResourceId};
use crate::eval::{ProviderFunctionName, Scope};
use crate::host::Host;
use crate::reference::{Key, PathAttr, Reference, Subject, TerraformAttr};

#[derive(Debug)]
pub(super) struct Static<'v, 'm> {
    pub(super) view: &'v View<'m>,
    pub(super) place: Place,
}

impl Static<'_, '_> {
    fn resource(&self, id: ResourceId, key: Key<'_>) -> Value {
        let Some(kind) = self.view.kind(id) else { return Value::DYNAMIC };
        let repetition = &self.view.module.resources[id].repetition;
        match repetition {
            // With all its instances: a tuple or an object, nobody knows of how many.
            _ if repetition.has_keys() == key.is_whole() => Value::DYNAMIC,
            Repetition::Enabled(_) => Value::unknown(kind.unknown.ty()),
            _ => kind.unknown.clone(),
        }
    }

    fn call(
        &self,
        id: CallId,
        key: Key<'_>,
        output: Option<&str>,
        reference: &Reference<'_>,
        diags: &mut Diagnostics,
    ) -> Value {
        let Some((node, values)) = self.view.child(id) else { return Value::DYNAMIC };
        let call = &self.view.module.calls[id];
        let address = format!("module.{}", call.name);
        let outputs = &node.module.outputs;
        // Of a single object, an attribute by another spelling.
        let (key, output) = match (key, output) {
            (Key::String(name), None) if !call.repetition.has_keys() => (Key::Whole, Some(name)),
            other => other,
        };
        match (call.repetition.has_keys(), key) {
            (true, Key::Whole) if output.is_some() => {
                let repetition = &call.repetition;
                diags.push(problem::missing_key("module", &address, repetition, reference.span));
                return Value::DYNAMIC;
            }
            (true, Key::Whole) => return Value::DYNAMIC,
            (false, Key::Int(_) | Key::String(_)) => {
                diags.push(problem::unexpected_key("module", &address, reference.span));
                return Value::DYNAMIC;
            }
            _ => {}
        }
        match (output, &call.repetition) {
            (Some(name), _) => outputs.find(name).map_or_else(
                || {
                    diags.push(problem::no_output(node, &call.name, name, reference.span));
                    Value::DYNAMIC
                },
                |id| values[id.index()].clone(),
            ),
            (None, Repetition::Enabled(_)) => Value::DYNAMIC,
            (None, _) => {
                Value::object(outputs.values().map(|o| &*o.name).zip(values.iter().cloned()))
            }
        }
    }
}

impl Scope for Static<'_, '_> {
    fn resolve(&mut self, reference: &Reference<'_>, diags: &mut Diagnostics) -> Value {
        let module = self.view.module;
        let not_null = |ty| Value::unknown(ty).refine_not_null();
        let found = match reference.subject {
            Subject::Variable(name) => {
                module.variables.find(name).map(|id| self.view.variables[id.index()].clone())
            }
            Subject::Local(name) => {
                module.locals.find(name).map(|id| self.view.locals[id.index()].clone())
            }
            Subject::Resource { mode, kind, name, key } => {
                module.resources.find((mode, kind, name)).map(|id| self.resource(id, key))
            }
            Subject::Module { name, key, output } => {
                module.calls.find(name).map(|id| self.call(id, key, output, reference, diags))
            }
            Subject::EachKey if self.place.each => Some(not_null(Type::STRING)),
            Subject::CountIndex if self.place.count => Some(not_null(Type::NUMBER)),
            Subject::SelfObject => {
                self.place.this.and_then(|id| self.view.kind(id)).map(|kind| kind.unknown.clone())
            }
            Subject::Path(PathAttr::Module) => Some(Value::from(&*self.view.node.dir)),
            Subject::Path(PathAttr::Root | PathAttr::Cwd) => {
                Some(Value::unknown(Type::STRING).refine_not_null())
            }
            Subject::Terraform(TerraformAttr::Workspace) => {
                Some(Value::from(self.view.host.workspace()))
            }
            Subject::Terraform(TerraformAttr::Applying) => {
                Some(not_null(Type::BOOL).with_marks(&Marks::EPHEMERAL))
            }
            _ => None,
        };
        found.unwrap_or(Value::DYNAMIC)
    }

    fn provider_function(
        &mut self,
        name: &ProviderFunctionName<'_>,
        diags: &mut Diagnostics,
    ) -> Option<Arc<dyn FunctionLogic>> {
        let provider = self.view.module.provider_named(name.provider);
        let entry = self.view.catalog.get(&provider);
        let found = entry.and_then(|entry| entry.logic.function(name.function));
        if found.is_none() {
            let near = entry.and_then(|entry| {
                let known = entry.logic.names(Kind::Function);
                suggest::nearest(name.function, known).map(str::to_owned)
            });
            let detail = match entry {
                Some(_) => format!(
                    "The provider {} has no function named {:?}.",
                    provider.for_display(),
                    name.function
                ),
                None => format!(
                    "There is no provider with the local name {:?} in this module.",
                    name.provider
                ),
            };
            let problem = Diagnostic::error("Unknown provider function", detail).at(name.span);
            diags.push(match near {
                Some(near) => problem.help(format!("Did you mean {near:?}?")),
                None => problem,
            });
        }
        found
    }

    fn host(&self) -> &dyn Host {
        self.view.host
    }
}
