//! Cycles, made small enough to read.
//!
//! A strongly connected component of a large stack can have thousands of nodes although three of them are the
//! mistake. So of each component a short cycle is reported: the shortest through any of a bounded number of its
//! nodes, which is the shortest of all in every component a person would care to read.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use crate::Graph;

/// Nodes in order: each comes before the next, and the last before the first.
pub type Cycle = Vec<u32>;

/// From how many nodes of a component a shortest cycle is looked for.
const STARTS: usize = 32;

/// One short cycle for each strongly connected component that has any, by their smallest node.
#[must_use]
pub fn cycles(graph: &Graph) -> Vec<Cycle> {
    let mut copy = DiGraph::<(), (), u32>::with_capacity(graph.len(), graph.edge_count());
    for _ in graph.nodes() {
        copy.add_node(());
    }
    for (before, after) in graph.edges() {
        copy.add_edge(before.into(), after.into(), ());
    }
    let mut component = vec![u32::MAX; graph.len()];
    let mut found = Vec::new();
    for (id, nodes) in kosaraju_scc(&copy).into_iter().enumerate() {
        let id = u32::try_from(id).expect("there are no more components than nodes");
        let mut nodes: Vec<u32> =
            nodes.iter().map(|n| u32::try_from(n.index()).expect("ids are 32 bits")).collect();
        nodes.sort_unstable();
        for &n in &nodes {
            component[n as usize] = id;
        }
        let shortest = nodes
            .iter()
            .take(STARTS)
            .filter_map(|&n| shortest_through(graph, n, |m| component[m as usize] == id))
            .min_by_key(Vec::len);
        found.extend(shortest);
    }
    found.sort_unstable();
    found
}

/// The shortest cycle through `start` that stays where `inside` holds, breadth first.
fn shortest_through(graph: &Graph, start: u32, inside: impl Fn(u32) -> bool) -> Option<Cycle> {
    let mut came_from = std::collections::HashMap::new();
    let mut todo = VecDeque::from([start]);
    while let Some(n) = todo.pop_front() {
        for &m in graph.after(n).iter().filter(|&&m| inside(m)) {
            if m == start {
                let mut cycle = vec![n];
                while *cycle.last().expect("it has one") != start {
                    cycle.push(came_from[cycle.last().expect("it has one")]);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let std::collections::hash_map::Entry::Vacant(slot) = came_from.entry(m) {
                slot.insert(n);
                todo.push_back(m);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;

    fn graph(n: usize, edges: &[(u32, u32)]) -> Graph {
        let mut b = Builder::new(n);
        for &(x, y) in edges {
            b.edge(x, y);
        }
        b.build()
    }

    #[test]
    fn the_short_way_round_is_found() {
        let g = graph(6, &[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0), (4, 5)]);
        assert_eq!(cycles(&g), [vec![0, 1, 2]]);
    }

    #[test]
    fn a_node_before_itself_is_a_cycle() {
        assert_eq!(cycles(&graph(2, &[(1, 1)])), [vec![1]]);
    }

    #[test]
    fn a_ring_of_many_does_not_overflow() {
        let n = 200_000u32;
        let edges: Vec<_> = (0..n).map(|i| (i, (i + 1) % n)).collect();
        assert_eq!(cycles(&graph(n as usize, &edges))[0].len(), n as usize);
    }
}
