//! The order in which nodes are tried.

use std::collections::HashMap;

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_core::value::Value;

use super::node::{Phase, Slot};
use super::outcome::Evaluated;
use super::{Driver, Eagerness, Kind, NodeIx, Trace, World};

impl World<'_> {
    /// Adds a node. Where everything is evaluated, it is asked for at once.
    pub(super) fn add(&mut self, kind: Kind) -> NodeIx {
        let ix = NodeIx(u32::try_from(self.slots.len()).expect("nodes are counted in 32 bits"));
        self.slots.push(Slot::new(kind));
        ix
    }

    /// Asks for nodes, so that the first of them is tried first.
    pub(super) fn demand_in_order(&mut self, nodes: std::ops::Range<usize>) {
        if self.eagerness == Eagerness::Everything {
            for ix in nodes.rev() {
                self.demand(NodeIx(u32::try_from(ix).expect("nodes are counted in 32 bits")));
            }
        }
    }

    /// Asks for a node's value.
    pub fn demand(&mut self, ix: NodeIx) {
        let slot = &mut self.slots[ix.index()];
        if slot.phase == Phase::New {
            slot.phase = Phase::Queued;
            self.ready.push(ix);
        }
    }

    /// Tries a parked node again: what it asked for is there.
    pub fn wake(&mut self, ix: NodeIx) {
        let slot = &mut self.slots[ix.index()];
        if slot.phase == Phase::Parked {
            slot.phase = Phase::Queued;
            self.parked -= 1;
            self.ready.push(ix);
        }
    }

    /// Evaluates whatever can be. What is left then is parked or in a circle; circles are reported, and end.
    pub fn run(&mut self, driver: &mut dyn Driver) {
        loop {
            while let Some(ix) = self.ready.pop() {
                self.attempt(ix, driver);
            }
            if self.parked > 0 || self.waiting == 0 {
                return;
            }
            self.break_circle();
        }
    }

    /// Whether nodes wait for answers from outside.
    #[must_use]
    pub fn is_parked(&self) -> bool {
        self.parked > 0
    }

    /// Works something out that may read any node, evaluating those first that have no value yet. Nothing where that
    /// cannot be done without an answer from outside.
    pub fn settle<T>(
        &mut self,
        driver: &mut dyn Driver,
        mut work: impl FnMut(&Self, &mut Trace, &mut Diagnostics) -> T,
    ) -> Option<(T, Trace, Diagnostics)> {
        loop {
            let (mut trace, mut diags) = (Trace::new(), Diagnostics::new());
            let value = work(self, &mut trace, &mut diags);
            if !trace.is_incomplete() {
                return Some((value, trace, diags));
            }
            let missing = trace.into_missing();
            missing.iter().rev().for_each(|ix| self.demand(*ix));
            self.run(driver);
            if missing.iter().any(|ix| self.slots[ix.index()].phase != Phase::Done) {
                return None;
            }
        }
    }

    /// Evaluates a node where that takes no instance that was not asked for; whether it does not.
    pub fn demand_without_instances(&mut self, ix: NodeIx, driver: &mut dyn Driver) -> bool {
        let mut way = vec![ix];
        while let Some(&at) = way.last() {
            if self.slots[at.index()].phase == Phase::Done {
                way.pop();
                continue;
            }
            let mut trace = Trace::new();
            let _ = self.evaluate(at, driver, &mut trace, &mut Diagnostics::new());
            let missing = trace.into_missing();
            let is_object = |ix: &NodeIx| {
                matches!(self.kind(*ix), Kind::Instance(_) | Kind::Resource(..) | Kind::Call(..))
            };
            if missing.iter().any(|ix| is_object(ix) || way.contains(ix)) {
                return false;
            }
            if missing.is_empty() {
                self.demand(at);
                self.run(driver);
                if self.slots[at.index()].phase != Phase::Done {
                    return false;
                }
            }
            way.extend(missing);
        }
        true
    }

    fn attempt(&mut self, ix: NodeIx, driver: &mut dyn Driver) {
        let (mut trace, mut diags) = (Trace::new(), Diagnostics::new());
        let evaluated = self.evaluate(ix, driver, &mut trace, &mut diags);
        if trace.is_incomplete() {
            self.wait(ix, trace.into_missing());
            return;
        }
        match evaluated {
            Evaluated::Parked => {
                self.slots[ix.index()].phase = Phase::Parked;
                self.parked += 1;
                self.diags.append(diags);
            }
            Evaluated::Value(value) => self.finish(ix, value, trace, diags),
            Evaluated::Keys(keys) => {
                self.expand(ix, keys, &mut trace);
                self.finish(ix, Value::DYNAMIC, trace, diags);
            }
        }
    }

    fn wait(&mut self, ix: NodeIx, missing: Vec<NodeIx>) {
        let count = u32::try_from(missing.len()).expect("nodes are counted in 32 bits");
        for &needed in missing.iter().rev() {
            self.slots[needed.index()].waiters.push(ix);
            self.demand(needed);
        }
        let slot = &mut self.slots[ix.index()];
        slot.phase = Phase::Waiting(count);
        slot.deps = missing;
        self.waiting += 1;
    }

    fn finish(&mut self, ix: NodeIx, value: Value, mut trace: Trace, diags: Diagnostics) {
        self.checked.append(&mut trace.take_checked());
        let slot = &mut self.slots[ix.index()];
        slot.phase = Phase::Done;
        slot.value = value;
        slot.failed = trace.has_failed() || diags.has_errors();
        slot.deferred = trace.is_deferred();
        slot.deps = trace.into_deps();
        let waiters = std::mem::take(&mut slot.waiters);
        self.diags.append(diags);
        for waiter in waiters.into_iter().rev() {
            self.release(waiter);
        }
    }

    /// Ends an expansion that needs no evaluation.
    pub(super) fn finish_expansion(&mut self, ix: NodeIx, range: (u32, u32)) {
        let slot = &mut self.slots[ix.index()];
        slot.phase = Phase::Done;
        slot.range = range;
    }

    /// One of the things that a node waits for is there.
    fn release(&mut self, ix: NodeIx) {
        let slot = &mut self.slots[ix.index()];
        match slot.phase {
            Phase::Waiting(1) => {
                slot.phase = Phase::Queued;
                self.waiting -= 1;
                self.ready.push(ix);
            }
            Phase::Waiting(n) => slot.phase = Phase::Waiting(n - 1),
            Phase::New | Phase::Queued | Phase::Parked | Phase::Done => {}
        }
    }

    /// Nothing can go on: nodes wait for one another. Reports one circle, and ends its first node without a value.
    fn break_circle(&mut self) {
        let is_waiting = |slot: &Slot| matches!(slot.phase, Phase::Waiting(_));
        // What was passed over does not wait, unless it was first tried since.
        let behind = self.slots[self.circles..].iter().position(is_waiting);
        let found = behind.map(|at| at + self.circles);
        let Some(start) = found.or_else(|| self.slots.iter().position(is_waiting)) else {
            self.waiting = 0;
            return;
        };
        self.circles = start;
        let mut way: Vec<usize> = Vec::new();
        let mut place: HashMap<usize, usize> = HashMap::new();
        let mut at = start;
        while !place.contains_key(&at) {
            place.insert(at, way.len());
            way.push(at);
            let next = self.slots[at].deps.iter().find(|d| is_waiting(&self.slots[d.index()]));
            let Some(next) = next else { break };
            at = next.index();
        }
        let circle = &way[place.get(&at).copied().unwrap_or(0)..];
        let problem = self.circle(circle);
        let first = NodeIx(u32::try_from(circle[0]).expect("nodes are counted in 32 bits"));
        self.waiting -= 1;
        self.finish(first, Value::DYNAMIC, Trace::new(), Diagnostics::from(problem));
    }

    fn circle(&self, nodes: &[usize]) -> Diagnostic {
        let name = |at: &usize| self.describe(NodeIx(u32::try_from(*at).unwrap_or(u32::MAX)));
        let names: Vec<String> = nodes.iter().map(name).collect();
        let mut steps = names.clone();
        steps.extend(names.first().cloned());
        let detail = format!("These need one another: {}.", steps.join(", which needs "));
        let spans: Vec<(String, Span)> = nodes
            .iter()
            .zip(&names)
            .filter_map(|(at, name)| {
                let ix = NodeIx(u32::try_from(*at).ok()?);
                Some((name.clone(), self.span(ix)?))
            })
            .collect();
        let mut problem = Diagnostic::error("Cycle", detail);
        for (i, (name, span)) in spans.iter().enumerate() {
            problem = if i == 0 { problem.at(*span) } else { problem.label(*span, name.clone()) };
        }
        problem.help("Remove one of these references, or split one of the blocks in two.")
    }

    /// The value of a node, if it has one by now; what is missing goes into the trace.
    pub fn read(&self, ix: NodeIx, trace: &mut Trace) -> Option<&Value> {
        let slot = &self.slots[ix.index()];
        if slot.phase != Phase::Done {
            trace.miss(ix);
            return None;
        }
        trace.read(ix, slot.failed, slot.deferred);
        Some(&slot.value)
    }

    /// The range of what an expansion made, if it is done.
    pub(super) fn read_range(&self, ix: NodeIx, trace: &mut Trace) -> Option<(u32, u32)> {
        self.read(ix, trace)?;
        Some(self.slots[ix.index()].range)
    }

    /// The value of a node that is done.
    #[must_use]
    pub fn value(&self, ix: NodeIx) -> Option<&Value> {
        let slot = &self.slots[ix.index()];
        (slot.phase == Phase::Done).then_some(&slot.value)
    }

    /// Whether a node could not be evaluated.
    #[must_use]
    pub fn has_failed(&self, ix: NodeIx) -> bool {
        self.slots[ix.index()].failed
    }

    /// Whether a node is left to a later round.
    #[must_use]
    pub fn is_deferred(&self, ix: NodeIx) -> bool {
        self.slots[ix.index()].deferred
    }

    /// What a node read, ascending.
    #[must_use]
    pub fn deps(&self, ix: NodeIx) -> &[NodeIx] {
        &self.slots[ix.index()].deps
    }

    #[must_use]
    pub fn kind(&self, ix: NodeIx) -> Kind {
        self.slots[ix.index()].kind
    }

    /// How many nodes there are: their numbers are below.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.slots.len()
    }
}
