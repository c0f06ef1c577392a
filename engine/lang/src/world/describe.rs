//! What nodes are called, and where they are written.

use wb_core::source::Span;

use super::{Kind, ModIx, NodeIx, World};

impl World<'_> {
    /// As addresses have it: `module.a.local.x`.
    #[must_use]
    pub fn describe(&self, ix: NodeIx) -> String {
        let within = |at: ModIx, name: String| {
            let addr = &self.module(at).addr;
            if addr.is_root() { name } else { format!("{addr}.{name}") }
        };
        match self.kind(ix) {
            Kind::Variable(at, id) => {
                within(at, format!("var.{}", self.module(at).module.variables[id].name))
            }
            Kind::Validation(at, id) => {
                let name = &self.module(at).module.variables[id].name;
                within(at, format!("the validation of var.{name}"))
            }
            Kind::Local(at, id) => {
                within(at, format!("local.{}", self.module(at).module.locals[id].name))
            }
            Kind::Output(at, id) => {
                within(at, format!("output.{}", self.module(at).module.outputs[id].name))
            }
            Kind::Call(at, id) | Kind::CallValue(at, id) | Kind::CallDone(at, id) => {
                within(at, format!("module.{}", self.module(at).module.calls[id].name))
            }
            Kind::Resource(at, id) | Kind::ResourceValue(at, id) => {
                within(at, self.module(at).module.resources[id].addr.to_string())
            }
            Kind::Instance(at) => self.address(at).to_string(),
            Kind::Provider(at, id) => {
                let block = &self.module(at).module.providers[id];
                within(at, format!("provider {:?}", block.name))
            }
            Kind::ProviderInstance(at) => self.provider(at).addr.to_string(),
            Kind::Check(at, id) => {
                within(at, format!("check.{}", self.module(at).module.checks[id].name))
            }
            Kind::Gate(at) => self.module(at).addr.to_string(),
        }
    }

    /// Where it is written.
    #[must_use]
    pub fn span(&self, ix: NodeIx) -> Option<Span> {
        Some(match self.kind(ix) {
            Kind::Variable(at, id) | Kind::Validation(at, id) => {
                self.module(at).module.variables[id].span
            }
            Kind::Local(at, id) => self.module(at).module.locals[id].span,
            Kind::Output(at, id) => self.module(at).module.outputs[id].span,
            Kind::Call(at, id) | Kind::CallValue(at, id) | Kind::CallDone(at, id) => {
                self.module(at).module.calls[id].span
            }
            Kind::Resource(at, id) | Kind::ResourceValue(at, id) => {
                self.module(at).module.resources[id].span
            }
            Kind::Instance(at) => self.declaration(at).span,
            Kind::Provider(at, id) => self.module(at).module.providers[id].span,
            Kind::ProviderInstance(at) => self.provider_block(at)?.span,
            Kind::Check(at, id) => self.module(at).module.checks[id].span,
            Kind::Gate(at) => {
                let (caller, call) = self.module(at).parent?;
                self.module(caller).module.calls[call].span
            }
        })
    }
}
