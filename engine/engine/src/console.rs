//! The console: expressions of the root module, over the last state.

use wb_core::addr::Mode;
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::provider::Catalog;
use wb_core::value::Value;
use wb_hcl::Expr;
use wb_lang::eval::console::{Answer, answer};
use wb_lang::host::Host;
use wb_lang::stack::{Given, Stack};
use wb_lang::world::{Bindings, Driver, Eagerness, InstIx, ModIx, Outcome, ProvIx, Trace, World};
use wb_plan::object;
use wb_state::State;

/// A stack in which resources are worth what the state says. What was worked out for one expression is there for the
/// next.
#[derive(Debug)]
pub struct Console<'s> {
    world: World<'s>,
    recorded: Recorded<'s>,
}

impl<'s> Console<'s> {
    /// `host` is in the phase of the console.
    #[must_use]
    pub fn new(
        stack: &'s Stack,
        given: &'s Given,
        host: &'s dyn Host,
        catalog: &'s Catalog,
        state: &'s State,
    ) -> Self {
        let world = World::new(stack, given, host, catalog, Eagerness::OnDemand);
        Self { world, recorded: Recorded { state } }
    }

    /// The value of an expression. Nothing where something is wrong, which is reported.
    pub fn answer(&mut self, expr: Expr<'_>, diags: &mut Diagnostics) -> Option<Answer> {
        let settled = self.world.settle(&mut self.recorded, |world, trace, diags| {
            answer(expr, &mut world.scope(ModIx::ROOT, Bindings::default(), trace), diags)
        });
        diags.append(self.world.take_diagnostics());
        let (answer, trace, problems) = settled?;
        diags.append(problems);
        if trace.has_failed() && !diags.has_errors() {
            let detail = "What this expression reads could not be worked out, as was said before.";
            diags.push(Diagnostic::error("No value", detail).at(expr.span()));
        }
        (!diags.has_errors()).then_some(answer)
    }
}

/// Resources as the last apply left them.
#[derive(Debug)]
struct Recorded<'s> {
    state: &'s State,
}

impl Driver for Recorded<'_> {
    fn instance(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome {
        let address = world.address(at);
        let resource = &address.resource.resource;
        let declared = world.declaration(at);
        let module = world.module(world.instance(at).module).module;
        let provider = module.provider_of(declared);
        let catalog = world.catalog();
        let current = self.state.instance(&address).and_then(|i| i.current.as_ref());
        let Some(current) = current else {
            let ty =
                catalog.with_schema(&provider, resource.mode, &resource.kind, |s| s.block.ty());
            return Outcome::Value(ty.map_or(Value::DYNAMIC, Value::unknown));
        };
        let decoded = match resource.mode {
            Mode::Managed => catalog
                .resource(&provider, &resource.kind)
                .map(|logic| object::decode(current, &*logic)),
            Mode::Data => catalog
                .data(&provider, &resource.kind)
                .map(|logic| object::decode_data(current, logic.schema())),
            Mode::Ephemeral => None,
        };
        match decoded {
            Some(Ok(value)) => Outcome::Value(value),
            Some(Err(error)) => {
                let detail =
                    format!("The object of {address} in the state cannot be used: {error}.");
                diags.push(
                    Diagnostic::error("Invalid object in the state", detail).at(declared.span),
                );
                trace.fail();
                Outcome::Value(Value::DYNAMIC)
            }
            None => Outcome::Value(Value::DYNAMIC),
        }
    }

    fn provider(
        &mut self,
        _: &World<'_>,
        _: ProvIx,
        _: &mut Trace,
        _: &mut Diagnostics,
    ) -> Outcome {
        Outcome::Value(Value::DYNAMIC)
    }

    fn may_defer(&self) -> bool {
        true
    }
}
