//! The order of steps: one pure function, four rules.
//!
//! Each instance has up to two steps: *make* (create, update or read it) and *delete* (destroy the object that was
//! there). What it needs comes from two graphs: the *desired* one, of what its arguments reference now, and the *prior*
//! one, recorded when it was last made.
//!
//! 1. **Make after make.** If x needs y now, y is made before x.
//! 2. **Delete before delete.** If x needed y, x is deleted before y.
//! 3. **Replace.** Destroy-first: x is deleted before it is made. Create-first: x is made before its old object is
//!    deleted. Create-first spreads from x to every replaced thing that x needs, directly or not: otherwise y would
//!    have to be deleted before the new y, which must be there before the new x, which comes before the old x is
//!    deleted, which must come before the old y is.
//! 4. **Let go first.** If x is updated and used to need y, and y's object goes away, x is updated before y is deleted.
//!    This rule is soft: an edge of it that would close a cycle is left out.
//!
//! Rules 1 to 3 never close a cycle, whatever the two graphs are, as long as each is acyclic: order all makes by the
//! desired graph and all deletes by the prior one; the only edges between the two halves are rule 3's, and spreading
//! leaves no path that enters the deletes through a create-first instance and comes back through a destroy-first one.
//!
//! What an instance needs through others that do not change counts too. Those are kept in the graph as steps without
//! effect, which costs nothing quadratic, and are dropped where nothing happens on one of their two sides.

use wb_graph::{Builder, Graph, topological};

/// What happens to one instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Nothing; others may need each other through it.
    Keep,
    /// Made where nothing was: created, or read.
    Create,
    /// Changed in place.
    Update,
    /// Destroyed, or dropped from the state.
    Delete,
    Replace {
        /// The new object is made before the old one is destroyed.
        create_first: bool,
    },
}

impl Act {
    fn makes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Replace { .. })
    }

    fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::Replace { .. })
    }
}

/// Which half of an instance's work a step is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Half {
    Make,
    Delete,
    /// No effect: it only carries an order from what is before it to what is behind it.
    Pass,
}

/// One step: an instance, by its index in the acts, and a half of its work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Step {
    pub instance: u32,
    pub half: Half,
}

/// The steps, and which comes before which (`graph` has one node a step).
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub steps: Vec<Step>,
    pub graph: Graph,
    /// The acts as they were in the end: create-first may have spread.
    pub acts: Vec<Act>,
}

/// `needs` edges of both graphs as `(x, y)`: x needs y.
#[derive(Clone, Copy, Debug)]
pub struct Needs<'a> {
    pub desired: &'a [(u32, u32)],
    pub prior: &'a [(u32, u32)],
}

/// Orders the steps of all instances. Both graphs must be acyclic.
///
/// # Errors
/// Instances on or behind a cycle of one of the two graphs.
pub fn order(acts: &[Act], needs: Needs<'_>) -> Result<Steps, Vec<u32>> {
    if acts.iter().all(|a| *a == Act::Keep) {
        return Ok(Steps { acts: acts.to_vec(), ..Steps::default() });
    }
    let acts = spread_create_first(acts, needs);
    let hard = hard_edges(&acts, needs);
    let full = build(acts.len(), &hard, &[]);
    let position = positions(&full, acts.len())?;
    let soft = soft_edges(&acts, needs, &full, &position);
    Ok(trim(acts.clone(), &build(acts.len(), &hard, &soft)))
}

// In the full graph, instance i has the nodes 2i (make) and 2i + 1 (delete), with or without an effect.
fn make(i: u32) -> u32 {
    2 * i
}

fn delete(i: u32) -> u32 {
    2 * i + 1
}

/// Rule 3's second half.
fn spread_create_first(acts: &[Act], needs: Needs<'_>) -> Vec<Act> {
    let mut graph = Builder::new(acts.len());
    for &(x, y) in needs.desired.iter().chain(needs.prior) {
        graph.edge(x, y);
    }
    let first = (0u32..)
        .zip(acts)
        .filter(|(_, a)| matches!(a, Act::Replace { create_first: true }))
        .map(|(i, _)| i);
    let reached = graph.build().reach_after(first);
    let upgrade = |(a, reached): (&Act, bool)| match a {
        Act::Replace { .. } if reached => Act::Replace { create_first: true },
        other => *other,
    };
    acts.iter().zip(reached).map(upgrade).collect()
}

/// Rules 1 to 3, as edges `(before, after)` of the full graph.
fn hard_edges(acts: &[Act], needs: Needs<'_>) -> Vec<(u32, u32)> {
    let mut edges = Vec::with_capacity(needs.desired.len() + needs.prior.len());
    edges.extend(needs.desired.iter().map(|&(x, y)| (make(y), make(x))));
    edges.extend(needs.prior.iter().map(|&(x, y)| (delete(x), delete(y))));
    for (i, act) in (0u32..).zip(acts) {
        if let Act::Replace { create_first } = act {
            edges.push(if *create_first { (make(i), delete(i)) } else { (delete(i), make(i)) });
        }
    }
    edges
}

fn build(instances: usize, hard: &[(u32, u32)], soft: &[(u32, u32)]) -> Graph {
    let mut graph = Builder::new(2 * instances);
    for &(before, after) in hard.iter().chain(soft) {
        graph.edge(before, after);
    }
    graph.build()
}

/// Where each node stands in an order that has every make as early and every delete as late as the hard rules allow.
fn positions(graph: &Graph, instances: usize) -> Result<Vec<u32>, Vec<u32>> {
    // Deletes that some make waits for are the only ones that should come early.
    let makes =
        (0..instances).map(|i| make(u32::try_from(i).expect("instances are counted in 32 bits")));
    let leads_to_make = graph.reach_before(makes);
    // `topological` breaks ties by number, so the wish is put into the numbering.
    let rank = |n: u32| match (n % 2, leads_to_make[n as usize]) {
        (0, _) => 0,
        (_, true) => 1,
        _ => 2,
    };
    let mut numbering: Vec<u32> = graph.nodes().collect();
    numbering.sort_by_key(|&n| rank(n));
    let mut renumbered = vec![0; graph.len()];
    for (new, &old) in (0u32..).zip(&numbering) {
        renumbered[old as usize] = new;
    }
    let mut copy = Builder::new(graph.len());
    for (before, after) in graph.edges() {
        copy.edge(renumbered[before as usize], renumbered[after as usize]);
    }
    let order = topological(&copy.build()).map_err(|left| {
        let mut instances: Vec<u32> = left.into_iter().map(|n| numbering[n as usize] / 2).collect();
        instances.sort_unstable();
        instances.dedup();
        instances
    })?;
    let mut position = vec![0; graph.len()];
    for (at, n) in (0u32..).zip(order) {
        position[numbering[n as usize] as usize] = at;
    }
    Ok(position)
}

/// Rule 4: those of its edges that close no cycle.
///
/// Edges that agree with one order of the hard graph close none, all together. The few that do not agree are tried one by one,
/// within a budget that keeps the whole linear.
fn soft_edges(acts: &[Act], needs: Needs<'_>, hard: &Graph, position: &[u32]) -> Vec<(u32, u32)> {
    let mut prior = Builder::new(acts.len());
    for &(x, y) in needs.prior {
        prior.edge(x, y);
    }
    let prior = prior.build();
    let goes_away =
        |i: u32| matches!(acts[i as usize], Act::Delete | Act::Replace { create_first: true });
    let mut accepted = Vec::new();
    let mut doubtful = Vec::new();
    for (x, _) in (0u32..).zip(acts).filter(|(_, a)| **a == Act::Update) {
        for &y in prior.after(x).iter().filter(|&&y| goes_away(y)) {
            let edge = (make(x), delete(y));
            let agrees = position[edge.0 as usize] < position[edge.1 as usize];
            if agrees { accepted.push(edge) } else { doubtful.push(edge) }
        }
    }
    let mut budget = 4 * (hard.len() + hard.edge_count() + accepted.len());
    let mut graph = Adjacency::new(hard, &accepted);
    for edge in doubtful {
        match graph.reaches(edge.1, edge.0, &mut budget) {
            Some(false) => {
                graph.add(edge);
                accepted.push(edge);
            }
            Some(true) => {}
            None => break,
        }
    }
    accepted
}

/// The hard graph plus edges added since.
struct Adjacency<'g> {
    hard: &'g Graph,
    added: std::collections::HashMap<u32, Vec<u32>>,
}

impl<'g> Adjacency<'g> {
    fn new(hard: &'g Graph, edges: &[(u32, u32)]) -> Self {
        let mut this = Self { hard, added: std::collections::HashMap::new() };
        for &e in edges {
            this.add(e);
        }
        this
    }

    fn add(&mut self, (before, after): (u32, u32)) {
        self.added.entry(before).or_default().push(after);
    }

    /// Whether there is a way; `None` when the budget of visited edges ran out.
    fn reaches(&self, from: u32, to: u32, budget: &mut usize) -> Option<bool> {
        let mut seen = std::collections::HashSet::from([from]);
        let mut todo = vec![from];
        while let Some(n) = todo.pop() {
            let added = self.added.get(&n).map(Vec::as_slice).unwrap_or_default();
            for &m in self.hard.after(n).iter().chain(added) {
                *budget = budget.checked_sub(1)?;
                if m == to {
                    return Some(true);
                }
                if seen.insert(m) {
                    todo.push(m);
                }
            }
        }
        Some(false)
    }
}

/// Drops nodes without an effect that have none before them or none behind them.
fn trim(acts: Vec<Act>, full: &Graph) -> Steps {
    let half = |n: u32| {
        let act = acts[(n / 2) as usize];
        match n % 2 {
            0 if act.makes() => Half::Make,
            1 if act.deletes() => Half::Delete,
            _ => Half::Pass,
        }
    };
    let real = || full.nodes().filter(|&n| half(n) != Half::Pass);
    let (behind, before) = (full.reach_after(real()), full.reach_before(real()));
    let kept: Vec<u32> =
        full.nodes().filter(|&n| behind[n as usize] && before[n as usize]).collect();
    let mut number = vec![u32::MAX; full.len()];
    for (new, &old) in (0u32..).zip(&kept) {
        number[old as usize] = new;
    }
    let mut graph = Builder::new(kept.len());
    for (b, a) in full.edges() {
        let (b, a) = (number[b as usize], number[a as usize]);
        if b != u32::MAX && a != u32::MAX {
            graph.edge(b, a);
        }
    }
    let steps = kept.iter().map(|&n| Step { instance: n / 2, half: half(n) }).collect();
    Steps { steps, graph: graph.build(), acts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use wb_graph::topological;

    const N: usize = 6;

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            Just(Act::Keep),
            Just(Act::Create),
            Just(Act::Update),
            Just(Act::Delete),
            Just(Act::Replace { create_first: false }),
            Just(Act::Replace { create_first: true }),
        ]
    }

    /// An acyclic graph: edges run from higher to lower place in a random order of the instances.
    fn acyclic() -> impl Strategy<Value = Vec<(u32, u32)>> {
        let places = Just((0..N as u32).collect::<Vec<_>>()).prop_shuffle();
        (places, prop::collection::vec((0..N, 0..N), 0..9)).prop_map(|(places, pairs)| {
            pairs.into_iter().filter(|(a, b)| a > b).map(|(a, b)| (places[a], places[b])).collect()
        })
    }

    /// Whether x needs y directly, or through instances that do not change.
    fn needs_closed(edges: &[(u32, u32)], acts: &[Act], x: u32, y: u32) -> bool {
        edges.iter().any(|&(a, b)| {
            a == x && (b == y || (acts[b as usize] == Act::Keep && needs_closed(edges, acts, b, y)))
        })
    }

    struct Checked {
        steps: Steps,
        reach: Vec<Vec<bool>>,
    }

    impl Checked {
        fn new(steps: Steps) -> Self {
            topological(&steps.graph).expect("no cycle");
            let reach =
                (0u32..).zip(&steps.steps).map(|(n, _)| steps.graph.reach_after([n])).collect();
            Self { steps, reach }
        }

        fn find(&self, instance: u32, half: Half) -> Option<usize> {
            self.steps.steps.iter().position(|s| *s == Step { instance, half })
        }

        /// True also where one of the two steps is not there.
        fn before(&self, a: (u32, Half), b: (u32, Half)) -> bool {
            match (self.find(a.0, a.1), self.find(b.0, b.1)) {
                (Some(a), Some(b)) => self.reach[a][b],
                _ => true,
            }
        }
    }

    fn check_rules(acts: &[Act], desired: &[(u32, u32)], prior: &[(u32, u32)]) {
        let done = Checked::new(order(acts, Needs { desired, prior }).expect("acyclic"));
        let acts = &done.steps.acts;
        let n = acts.len() as u32;
        for x in 0..n {
            let act = acts[x as usize];
            assert_eq!(done.find(x, Half::Make).is_some(), act.makes());
            assert_eq!(done.find(x, Half::Delete).is_some(), act.deletes());
            match act {
                Act::Replace { create_first: true } => {
                    assert!(done.before((x, Half::Make), (x, Half::Delete)));
                }
                Act::Replace { create_first: false } => {
                    assert!(done.before((x, Half::Delete), (x, Half::Make)));
                }
                _ => {}
            }
            for y in 0..n {
                if needs_closed(desired, acts, x, y) {
                    assert!(done.before((y, Half::Make), (x, Half::Make)), "rule 1: {x} needs {y}");
                }
                if needs_closed(prior, acts, x, y) {
                    assert!(
                        done.before((x, Half::Delete), (y, Half::Delete)),
                        "rule 2: {x} needed {y}"
                    );
                }
                let goes =
                    matches!(acts[y as usize], Act::Delete | Act::Replace { create_first: true });
                if act == Act::Update && goes && prior.contains(&(x, y)) {
                    let kept = done.before((x, Half::Make), (y, Half::Delete));
                    let (m, d) =
                        (done.find(x, Half::Make).unwrap(), done.find(y, Half::Delete).unwrap());
                    assert!(
                        kept || done.reach[d][m],
                        "rule 4 was dropped though it closes no cycle: {x}, {y}"
                    );
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_four_rules_hold(acts in prop::collection::vec(act(), N), desired in acyclic(), prior in acyclic()) {
            check_rules(&acts, &desired, &prior);
        }

        #[test]
        fn the_four_rules_hold_where_nothing_was_rewired(acts in prop::collection::vec(act(), N), both in acyclic()) {
            check_rules(&acts, &both, &both);
        }
    }

    /// Every acyclic graph of three.
    fn graphs_of_three() -> Vec<Vec<(u32, u32)>> {
        const PAIRS: [(u32, u32); 6] = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)];
        let all = (0..1 << PAIRS.len()).map(|bits: u32| {
            (0..).zip(PAIRS).filter(|(n, _)| bits >> n & 1 == 1).map(|(_, pair)| pair).collect()
        });
        let is_acyclic = |edges: &Vec<(u32, u32)>| {
            let mut graph = Builder::new(3);
            edges.iter().for_each(|&(a, b)| graph.edge(a, b));
            topological(&graph.build()).is_ok()
        };
        all.filter(is_acyclic).collect()
    }

    /// Whatever three instances become, however they need one another now and did before.
    #[test]
    fn the_four_rules_hold_for_any_three() {
        let graphs = graphs_of_three();
        assert_eq!(graphs.len(), 25);
        let acts = [
            Act::Keep,
            Act::Create,
            Act::Update,
            Act::Delete,
            Act::Replace { create_first: false },
            Act::Replace { create_first: true },
        ];
        for (desired, prior) in graphs.iter().flat_map(|d| graphs.iter().map(move |p| (d, p))) {
            for n in 0..acts.len().pow(3) {
                let three = [acts[n % 6], acts[n / 6 % 6], acts[n / 36]];
                check_rules(&three, desired, prior);
            }
        }
    }

    #[test]
    fn what_does_not_change_carries_the_order() {
        // 2 needs 1 needs 0; 1 stays as it is.
        let acts = [Act::Create, Act::Keep, Act::Create];
        let done =
            Checked::new(order(&acts, Needs { desired: &[(2, 1), (1, 0)], prior: &[] }).unwrap());
        assert!(done.before((0, Half::Make), (2, Half::Make)));
        assert_eq!(done.steps.steps.len(), 3);
    }

    #[test]
    fn nothing_to_do_is_no_step() {
        let steps = order(&[Act::Keep; 3], Needs { desired: &[(1, 0)], prior: &[(1, 0)] }).unwrap();
        assert!(steps.steps.is_empty());
    }

    #[test]
    fn a_removed_key_beside_a_create_first_replacement_is_no_cycle() {
        // hub (2) is replaced, create-first; it used to need a (0) and b (1), and b's key was removed.
        let acts = [Act::Keep, Act::Delete, Act::Replace { create_first: true }];
        let needs = Needs { desired: &[(2, 0)], prior: &[(2, 0), (2, 1)] };
        let done = Checked::new(order(&acts, needs).unwrap());
        assert!(done.before((2, Half::Delete), (1, Half::Delete)));
    }

    #[test]
    fn a_long_chain_costs_what_it_should() {
        let n = 100_000;
        let acts = vec![Act::Replace { create_first: false }; n as usize];
        let chain: Vec<_> = (1..n).map(|i| (i, i - 1)).collect();
        let steps = order(&acts, Needs { desired: &chain, prior: &chain }).unwrap();
        assert_eq!(
            (steps.steps.len(), steps.graph.edge_count()),
            (2 * n as usize, 3 * n as usize - 2)
        );
    }
}
