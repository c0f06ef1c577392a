//! One try at one node.

use wb_core::diag::Diagnostics;
use wb_core::value::Value;

use crate::eval::evaluate;

use super::outcome::Evaluated;
use super::{Bindings, Driver, InstIx, Kind, NodeIx, Trace, World};

impl World<'_> {
    pub(super) fn evaluate(
        &self,
        ix: NodeIx,
        driver: &mut dyn Driver,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Evaluated {
        let value = match self.kind(ix) {
            Kind::Variable(at, id) => self.variable(at, id, trace, diags),
            Kind::Validation(at, id) => self.validation(at, id, trace, diags),
            Kind::Local(at, id) => {
                let local = &self.module(at).module.locals[id];
                evaluate(local.value.expr(), &mut self.scope(at, Bindings::default(), trace), diags)
            }
            Kind::Output(at, id) => self.output(at, id, trace, diags),
            Kind::Call(at, id) => {
                let call = &self.module(at).module.calls[id];
                let may_defer = driver.may_defer();
                let keys = self.keys(
                    &call.repetition,
                    at,
                    self.call_weight(at, id),
                    may_defer,
                    trace,
                    diags,
                );
                return Evaluated::Keys(keys);
            }
            Kind::CallValue(at, id) => self.call_whole(at, id, trace),
            Kind::CallDone(at, id) => self.call_finished(at, id, trace),
            Kind::Resource(at, id) => {
                let resource = &self.module(at).module.resources[id];
                let may_defer = driver.may_defer();
                let keys = self.keys(&resource.repetition, at, 1, may_defer, trace, diags);
                return Evaluated::Keys(keys);
            }
            Kind::ResourceValue(at, id) => self.resource_whole(at, id, trace),
            Kind::Instance(at) => {
                self.pass_gate(self.instance(at).module, trace);
                self.pass_expansions(at, trace);
                return driver.instance(self, at, trace, diags).into();
            }
            Kind::Provider(at, id) => {
                return Evaluated::Keys(self.provider_keys(at, id, diags));
            }
            Kind::ProviderInstance(at) => {
                return driver.provider(self, at, trace, diags).into();
            }
            Kind::Check(at, id) => self.check(at, id, trace, diags),
            Kind::Gate(at) => self.gate(at, trace, diags),
        };
        Evaluated::Value(value)
    }

    /// An instance needs what decides that it is there, whether or not it reads `each.value`: its own block's
    /// repetition, and that of the calls around it.
    fn pass_expansions(&self, at: InstIx, trace: &mut Trace) {
        let instance = self.instance(at);
        let mut module = self.module(instance.module);
        if module.module.resources[instance.resource].repetition.expression().is_some() {
            self.read(module.resource(instance.resource), trace);
        }
        while let Some((caller, call)) = module.parent {
            module = self.module(caller);
            if module.module.calls[call].repetition.expression().is_some() {
                self.read(module.call(call), trace);
            }
        }
    }

    /// What is called with `depends_on` waits for that.
    fn pass_gate(&self, at: super::ModIx, trace: &mut Trace) {
        let module = self.module(at);
        if module.is_gated {
            self.read(module.gate(), trace);
        }
    }

    /// What the calls of this module instance and of those around it depend on.
    fn gate(&self, at: super::ModIx, trace: &mut Trace, diags: &mut Diagnostics) -> Value {
        if let Some((caller, call)) = self.module(at).parent {
            if self.module(caller).is_gated {
                self.read(self.module(caller).gate(), trace);
            }
            let depends_on = &self.module(caller).module.calls[call].depends_on;
            self.depend_on(depends_on, caller, trace, diags);
        }
        Value::TRUE
    }
}
