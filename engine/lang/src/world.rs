//! A stack come alive: module instances, the values of their variables, locals and outputs, and the instances of their
//! resources, each worked out once, when something asks for it.
//!
//! Everything that has a value is a *node*. Evaluating a node reads others; where some of those have no value yet, the
//! evaluation is thrown away, they are evaluated first, and the node is tried again. So there is no recursion, however
//! long a chain of references is; nothing is ordered beforehand; and what a node depends on is what it really read, one
//! resource instance at a time. A node is tried at most a few times: an evaluation that meets something missing goes on
//! with an unknown value in its place, to find all that is missing at once.
//!
//! What an instance of a resource or a provider is worth depends on what is being done: a [`Driver`] says. The planner
//! is one, and so is what finishes values while a plan is carried out. A driver may *park* a node until somebody from
//! outside has answered; [`World::wake`] tries it again. The work is linear in what is read.

mod conditions;
mod describe;
mod evaluate;
mod expand;
mod instances;
mod modules;
mod node;
mod outcome;
mod output;
mod providers;
mod schedule;
mod scope;
mod trace;
mod trigger;
mod values;
mod variable;

use std::fmt;

use wb_core::addr::ProviderInstance;
use wb_core::diag::Diagnostics;
use wb_core::hash::HashMap;
use wb_core::provider::Catalog;
use wb_hcl::Expr;

use crate::host::Host;
use crate::stack::{Given, Stack};

pub use conditions::{CheckState, Checked, Rule};
pub use expand::MAX_INSTANCES;
pub(crate) use expand::unfit;
pub use instances::Inst;
pub use modules::ModInst;
pub(crate) use modules::arguments;
pub use node::{Kind, NodeIx};
pub use outcome::Outcome;
pub(crate) use output::undeclared_marks;
pub use providers::Prov;
pub use scope::{Bindings, ModuleScope};
pub use trace::Trace;
pub use trigger::Trigger;

use node::Slot;

/// Names a module instance of a [`World`]. The root is number 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModIx(pub u32);

/// Names a resource instance of a [`World`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InstIx(pub u32);

/// Names an instance of a provider configuration of a [`World`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProvIx(pub u32);

impl ModIx {
    pub const ROOT: Self = Self(0);
}

/// What a resource instance or a provider is worth.
pub trait Driver {
    /// Works on a resource instance. Everything that is read goes through `trace`; where that then misses something, the
    /// outcome is thrown away and asked for again.
    fn instance(
        &mut self,
        world: &World<'_>,
        at: InstIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome;

    /// Works on the configuration of a provider, as [`Driver::instance`].
    fn provider(
        &mut self,
        world: &World<'_>,
        at: ProvIx,
        trace: &mut Trace,
        diags: &mut Diagnostics,
    ) -> Outcome;

    /// Whether how many instances there are may be left open. Where it may not, that is an error.
    fn may_defer(&self) -> bool {
        false
    }
}

/// Which nodes are evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Eagerness {
    /// All of them.
    Everything,
    /// What is asked for with [`World::demand`], and what that needs.
    OnDemand,
}

/// The nodes of a stack and their values.
pub struct World<'s> {
    stack: &'s Stack,
    given: &'s Given,
    host: &'s dyn Host,
    catalog: &'s Catalog,
    eagerness: Eagerness,
    slots: Vec<Slot>,
    modules: Vec<ModInst<'s>>,
    instances: Vec<Inst>,
    providers: Vec<Prov>,
    /// Provider instances by address.
    provider_ids: HashMap<ProviderInstance, ProvIx>,
    /// The arguments of the call of each module, by variable.
    arguments: Vec<Vec<Option<Expr<'s>>>>,
    ready: Vec<NodeIx>,
    parked: usize,
    waiting: usize,
    /// Where the last circle was looked for.
    circles: usize,
    checked: Vec<Checked>,
    diags: Diagnostics,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("modules", &self.modules.len())
            .field("instances", &self.instances.len())
            .field("nodes", &self.slots.len())
            .finish_non_exhaustive()
    }
}

impl<'s> World<'s> {
    /// The root module instance, with nothing evaluated yet.
    #[must_use]
    pub fn new(
        stack: &'s Stack,
        given: &'s Given,
        host: &'s dyn Host,
        catalog: &'s Catalog,
        eagerness: Eagerness,
    ) -> Self {
        let mut world = Self {
            stack,
            given,
            host,
            catalog,
            eagerness,
            slots: Vec::new(),
            modules: Vec::new(),
            instances: Vec::new(),
            providers: Vec::new(),
            provider_ids: HashMap::default(),
            arguments: modules::arguments(stack),
            ready: Vec::new(),
            parked: 0,
            waiting: 0,
            circles: 0,
            checked: Vec::new(),
            diags: Diagnostics::new(),
        };
        world.add_root();
        world.add_implied_providers();
        world
    }

    #[must_use]
    pub fn stack(&self) -> &'s Stack {
        self.stack
    }

    #[must_use]
    pub fn host(&self) -> &'s dyn Host {
        self.host
    }

    /// The pure halves of the providers that can be used.
    #[must_use]
    pub fn catalog(&self) -> &'s Catalog {
        self.catalog
    }

    #[must_use]
    pub fn given(&self) -> &'s Given {
        self.given
    }

    /// What has been found wrong since this was last asked.
    pub fn take_diagnostics(&mut self) -> Diagnostics {
        std::mem::take(&mut self.diags)
    }

    /// How conditions of variables, outputs and checks came out; those of resources are the driver's.
    #[must_use]
    pub fn checked(&self) -> &[Checked] {
        &self.checked
    }
}

#[cfg(test)]
mod tests;
